"""The first words: to whoever installs Ajar, to somebody new, and in answer to a typed message."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.coaching.case import Person
from bot.flows.acts import Act
from bot.flows.desk import Desk
from bot.flows.ports import Change, Choice, Letter, Passage, Post, PostKind, Preferences
from bot.flows.replies import Meaning, meaning_of
from bot.flows.visitor import Saying

BUTTONS: Mapping[Meaning, tuple[Act, ...]] = {
    Meaning.PAUSE: (Act.PAUSE_END,),
    Meaning.HELP: (Act.DECLINE_START, Act.SETTINGS_OPEN),
    Meaning.SETTINGS: (Act.SETTINGS_OPEN,),
    Meaning.EXPORT: (Act.EXPORT_OPEN,),
    Meaning.IMPORT: (Act.IMPORT_OPEN,),
    Meaning.ERASE: (Act.ERASE_OPEN, Act.EXPORT_OPEN),
    Meaning.START: (Act.DECLINE_START,),
    Meaning.HELLO: (Act.DECLINE_START, Act.HELP_OPEN),
    Meaning.OTHER: (Act.DECLINE_START, Act.HELP_OPEN),
}
TO_BE_WELCOMED = frozenset({Meaning.OTHER, Meaning.HELLO})  # by somebody of whom nothing is kept
VARIANTS = 3  # of the answer to anything else


@dataclass(frozen=True)
class Onboarding:
    """The story of getting to know Ajar."""

    desk: Desk

    async def installed(self, person: Person) -> None:
        """Tell whoever put Ajar into the workspace what to say to its members; once."""
        await self._once(person, PostKind.INSTALLED)

    async def met(self, person: Person) -> bool:
        """Welcome somebody of whom nothing is kept; once. False for anybody who is known."""
        if not (await self.desk.store.holdings(person)).is_empty:
            return False
        return await self._once(person, PostKind.WELCOME)

    async def reply(self, person: Person, event_id: str, text: str) -> None:
        """Answer a typed message, once for each event; only what it was taken for is kept."""
        meaning, now = meaning_of(text, await self._heard(person)), self.desk.clock.now()
        key = f"reply:{event_id}"
        post = Post(event_id, person, PostKind.REPLY, now, key, note=meaning)
        if meaning in TO_BE_WELCOMED and (await self.desk.store.holdings(person)).is_empty:
            post = _first(person, PostKind.WELCOME, now)
        kept = await self._kept(person, meaning)
        await self.desk.store.commit(Change(person, now, once=key, posts=(post,), preferences=kept))
        self.desk.wake()

    async def _heard(self, person: Person) -> dict[str, str]:
        """The phrases of their locale, and the English ones: "stop" is typed everywhere."""
        own = (await self.desk.saying(person)).entries("replies.heard")
        english = self.desk.wording.entries("replies.heard", "en")
        return {name: f"{own.get(name, '')}, {phrases}" for name, phrases in english.items()}

    async def pause(self, person: Person, *, is_paused: bool) -> str:
        """Stop writing of Ajar's own accord, or begin again; what is said of it."""
        kept = await self._kept(person, Meaning.PAUSE if is_paused else Meaning.RESUME)
        await self.desk.store.commit(Change(person, self.desk.clock.now(), preferences=kept))
        saying = await self.desk.saying(person)
        return saying.say(f"replies.told.{'pause' if is_paused else 'resume'}")

    async def _kept(self, person: Person, meaning: Meaning) -> Preferences | None:
        if meaning not in {Meaning.PAUSE, Meaning.RESUME}:
            return None
        known = await self.desk.store.preferences(person)
        return replace(known, is_paused=meaning is Meaning.PAUSE)

    async def _once(self, person: Person, kind: PostKind) -> bool:
        now = self.desk.clock.now()
        post = _first(person, kind, now)
        is_first = await self.desk.store.commit(Change(person, now, once=post.key, posts=(post,)))
        self.desk.wake()
        return is_first


def _first(person: Person, kind: PostKind, now: datetime) -> Post:
    """A message that somebody gets once; its id travels along, so it says nothing of them."""
    key = ":".join((kind, person.enterprise_id or "", person.team_id, person.user_id))
    return Post(secrets.token_hex(12), person, kind, now, key)


def welcome(saying: Saying) -> Letter:
    """To somebody new: what this is, that it is private, how to begin."""
    return Letter(
        saying.say("replies.welcome.summary"),
        (
            Passage(saying.say("replies.welcome.heading"), "heading"),
            Passage(saying.say("replies.welcome.text")),
            Passage(saying.say("replies.welcome.private"), "aside"),
        ),
        _choices(saying, (Act.DECLINE_START, Act.HELP_OPEN)),
    )


def installed(saying: Saying) -> Letter:
    """To whoever installed it: it works, what to tell members, what they can be sure of."""
    return Letter(
        saying.say("replies.installed.summary"),
        (
            Passage(saying.say("replies.installed.heading"), "heading"),
            Passage(saying.say("replies.installed.text")),
            Passage(saying.say("replies.installed.post"), "draft"),
            Passage(saying.say("replies.installed.next")),
            Passage(saying.say("replies.installed.care"), "aside"),
        ),
        _choices(saying, (Act.DECLINE_START,)),
    )


def reply(saying: Saying, post: Post, listing: str) -> Letter:
    """The answer to something typed into the DM; it never repeats what was typed."""
    meaning = Meaning(post.note) if post.note else Meaning.OTHER
    if meaning is Meaning.LIST:
        text = listing
    elif meaning is Meaning.OTHER:
        text = saying.say(f"replies.answers.other.v{sum(post.id.encode()) % VARIANTS + 1}")
    else:
        text = saying.say(f"replies.answers.{meaning}")
    return Letter(text, (Passage(text),), _choices(saying, BUTTONS.get(meaning, ())))


def _choices(saying: Saying, acts: tuple[Act, ...]) -> tuple[Choice, ...]:
    return tuple(
        Choice(act, saying.say(f"home.buttons.{act}"), style="primary" if act is Act.DECLINE_START else "")
        for act in acts
    )
