"""The calendar that one subscribes to: an address that nobody can guess, made anew or ended at will."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.coaching.case import Person, Stage
from bot.flows.acts import Act
from bot.flows.addresses import hashed
from bot.flows.agenda import Entry, agenda
from bot.flows.desk import Desk
from bot.flows.ports import Choice, Part, Passage
from bot.flows.screens import Screen
from bot.flows.veil import shown
from bot.flows.visitor import Saying

CALENDAR = "calendar"  # purpose of a link
WORKS_FOR = timedelta(days=36_500)  # until its person ends it
AHEAD = timedelta(days=3 * 366 + 14)  # three years, and the way to the next working day
MOST_ROWS = 5_000


@dataclass(frozen=True)
class Feed:
    """What a calendar program gets, in the words of its person."""

    entries: tuple[Entry, ...]
    saying: Saying


@dataclass(frozen=True)
class Calendar:
    """The story of the subscription; only the hash of its secret is kept."""

    desk: Desk
    address: Callable[[str], str]  # of a secret; empty: this server has none

    async def screen(self, person: Person) -> Screen:
        """Whether there is an address, and what can be done about it."""
        saying = await self.desk.saying(person)
        if not self.address("x"):
            return _screen(saying, (saying.say("calendar.no_address"),))
        if await self.desk.store.has_link(person, CALENDAR):
            acts = (Act.CALENDAR_RENEW, Act.CALENDAR_STOP)
            return _screen(saying, (saying.say("calendar.text"), saying.say("calendar.known")), acts=acts)
        return _screen(saying, (saying.say("calendar.text"),), acts=(Act.CALENDAR_RENEW,))

    async def renew(self, person: Person) -> Screen:
        """A new address, shown this once; the one before stops working."""
        saying, secret = await self.desk.saying(person), secrets.token_urlsafe(32)
        url = self.address(secret)
        if not url:
            return await self.screen(person)
        await self.desk.store.end_links(person, CALENDAR)
        expires_at = self.desk.clock.now() + WORKS_FOR
        await self.desk.store.put_link(person, hashed(secret), CALENDAR, expires_at)
        texts = (saying.say("calendar.made"), saying.say("calendar.how"), saying.say("calendar.care"))
        return _screen(saying, texts, url, (Act.CALENDAR_STOP,))

    async def stop(self, person: Person) -> Screen:
        """No address works any more."""
        await self.desk.store.end_links(person, CALENDAR)
        saying = await self.desk.saying(person)
        return _screen(saying, (saying.say("calendar.stopped"),), acts=(Act.CALENDAR_RENEW,))

    async def feed(self, secret: str) -> Feed | None:
        """What is behind this secret, as long as it works."""
        person = await self.desk.store.link(hashed(secret), CALENDAR, is_used=False)
        return await self.ahead(person) if person is not None else None

    async def ahead(self, person: Person, *, is_veiled: bool = True) -> Feed:
        """The next three years of every case that is not put away."""
        saying, now = await self.desk.saying(person), self.desk.clock.now()
        cases = [case for case in await self.desk.store.cases(person) if case.stage is not Stage.CLOSED]
        if is_veiled:
            cases = [shown(case, saying) for case in cases]
        upcoming = await self.desk.store.upcoming(person, limit=MOST_ROWS)
        entries = agenda(cases, upcoming, now, saying.visitor)
        return Feed(tuple(entry for entry in entries if entry.at <= now + AHEAD), saying)


def _screen(saying: Saying, texts: tuple[str, ...], url: str = "", acts: tuple[Act, ...] = ()) -> Screen:
    passages = tuple(Passage(text) for text in texts)
    if url:  # the address itself, to be copied; a link opens the file once
        passages = (passages[0], Passage(url, "draft"), *passages[1:])
    style = {Act.CALENDAR_RENEW: "primary"} if len(acts) == 1 else {}
    choices = tuple(Choice(act, saying.say(f"calendar.{act}"), style=style.get(act, "")) for act in acts)
    return Screen(
        "notice",
        "",
        title=saying.say("calendar.title"),
        close=saying.say("interview.close"),
        parts=(Part(passages, choices),),
    )
