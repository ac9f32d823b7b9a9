"""`/decline export`, `import` and `erase`: everything that is kept of a person is theirs."""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.coaching.case import Case, Person, Stage
from bot.coaching.interview import Kind
from bot.flows.addresses import hashed
from bot.flows.agenda import Entry
from bot.flows.calendar import Calendar
from bot.flows.clearing import Clearing
from bot.flows.desk import Desk, Opened
from bot.flows.openings import nudge_posts, reminder_posts
from bot.flows.ports import Change, Holdings, Letter, Passage, Past, Preferences, StaleError, UnreadableError
from bot.flows.screens import Field, Notice, Option, Screen
from bot.flows.timing import comes_at
from bot.flows.visitor import Saying, Visitor, visitor_of

EXPORT = "export"  # purpose of a link
LINK_WORKS_FOR = timedelta(minutes=10)
PIECES = ("json_1", "json_2", "json_3")  # one field takes 3,000 characters
CONFIRMED = "confirmed"
MESSAGES = "messages"  # the box for what Ajar wrote in the conversation
MOST_MESSAGES = 5_000  # in an export
PLANNED = "planned"  # the state of a message that waits


class FileProblemError(ValueError):
    """What was given to import is no case; the text is a key of privacy.yml `problems`."""


@dataclass(frozen=True)
class Takeaway:
    """The answer to `/decline export`."""

    letter: Letter
    is_linked: bool  # else the file has to be handed over in another way


@dataclass(frozen=True)
class Imported:
    """How many cases came in, and how many were there already."""

    added: int
    known: int
    text: str = field(repr=False)


@dataclass(frozen=True)
class Belongings:
    """What is kept of a person besides their cases."""

    at: datetime
    saying: Saying
    preferences: Preferences
    unfinished: tuple[Mapping[str, object], ...] = field(repr=False)  # answers of interviews that were left
    ahead: tuple[Entry, ...] = ()
    messages: tuple[Past, ...] = ()  # what was sent and what waits; never their words


@dataclass(frozen=True)
class Privacy:
    """The story of seeing, taking along, bringing back and erasing."""

    desk: Desk
    address: Callable[[str], str]  # of a secret; empty: this server has none
    pack: Callable[[tuple[Opened, ...], Belongings], bytes]
    unpack: Callable[[str, Person], tuple[Case, ...]]
    calendar: Calendar
    clearing: Clearing
    memories: tuple[Callable[[Person], None], ...]  # each forgets a person

    async def export(self, person: Person) -> Takeaway:
        """A link that works once and for a few minutes; only the hash of its secret is kept."""
        saying = await self.desk.saying(person)
        secret = secrets.token_urlsafe(24)
        url = self.address(secret)
        if not url:
            return Takeaway(_letter(saying, "privacy.export.no_address"), is_linked=False)
        expires_at = self.desk.clock.now() + LINK_WORKS_FOR
        await self.desk.store.put_link(person, hashed(secret), EXPORT, expires_at)
        link = Passage(saying.say("privacy.export.link"), "link", url)
        passages = (Passage(saying.say("privacy.export.text")), link)
        letter = Letter(
            saying.say("privacy.export.summary"),
            (*passages, Passage(saying.say("privacy.export.care"), "aside")),
        )
        return Takeaway(letter, is_linked=True)

    async def said_of_upload(self, person: Person, key: str) -> Letter:
        """What became of handing the file over in the DM: `uploaded` or `no_way`."""
        return _letter(await self.desk.saying(person), f"privacy.export.{key}")

    async def owner(self, secret: str, *, is_used: bool) -> Person | None:
        """Whose link it is while it works; using it ends it."""
        return await self.desk.store.link(hashed(secret), EXPORT, is_used=is_used)

    async def archive(self, person: Person) -> bytes:
        """Everything, as one file; it is made anew each time and kept nowhere."""
        visitor = await visitor_of(person, self.desk.store, self.desk.messenger)
        saying, now = Saying(self.desk.wording, visitor), self.desk.clock.now()
        cases = await self.desk.store.cases(person)
        unfinished = await self.desk.store.interviews(person)
        feed = await self.calendar.ahead(person, is_veiled=False)
        planned = await self.desk.store.upcoming(person, limit=MOST_MESSAGES)
        past = await self.desk.store.past(person, limit=MOST_MESSAGES)
        due = {case.id: case.offer.answer_due_at for case in cases}
        ahead = ((post, comes_at(post, visitor, due.get(post.case_id or ""))) for post in planned)
        messages = (*reversed(past), *(Past(post, PLANNED, moment) for post, moment in ahead))
        answers = tuple(interview.answers for interview in unfinished)
        others = Belongings(now, saying, visitor.preferences, answers, feed.entries, messages)
        return self.pack(tuple(Opened(case, visitor, saying, now) for case in reversed(cases)), others)

    async def import_screen(self, person: Person) -> Screen:
        """Where the JSON is pasted."""
        saying = await self.desk.saying(person)
        fields = tuple(
            Field(
                name,
                Kind.LONG_TEXT,
                saying.say(f"privacy.import.{name}"),
                is_required=name == PIECES[0],
                longest=3000,
            )
            for name in PIECES
        )
        return _screen("import", saying, (Notice(saying.say("privacy.import.text")),), fields)

    async def take_in(self, person: Person, text: str) -> Imported:
        """Bring cases in; one that is there already is left alone. Raises FileProblemError."""
        visitor = await visitor_of(person, self.desk.store, self.desk.messenger)
        cases = self.unpack(text, person)
        known = {_mark(case) for case in await self.desk.store.cases(person)}
        added = 0
        for case in cases:
            if _mark(case) not in known and await self._add(visitor, case):
                known.add(_mark(case))
                added += 1
        self.desk.wake()
        saying = Saying(self.desk.wording, visitor)
        told = saying.say("privacy.import.done", added=added, known=len(cases) - added)
        return Imported(added, len(cases) - added, told)

    async def _add(self, visitor: Visitor, case: Case) -> bool:
        person, now = visitor.person, self.desk.clock.now()
        case = replace(case, id=_own_id(person, case.id))
        if case.stage is Stage.IN_TOUCH:
            posts = nudge_posts(case, now, visitor, "import")
            case = replace(case, reconnect_at=posts[0].due_at if posts else None)
        elif case.stage in {Stage.TELLING, Stage.FOLLOWING_UP}:
            posts = reminder_posts(case, now, visitor, "import")
        else:
            posts = ()
        try:
            return await self.desk.store.commit(Change(person, now, case=case, posts=posts))
        except StaleError:  # the same window was submitted twice
            return False

    async def erase_screen(self, person: Person) -> Screen:
        """What would go, with the box that confirms it; the conversation alone where nothing is kept."""
        saying = await self._any_saying(person)
        held = await self.desk.store.holdings(person)
        if held.is_empty:
            nothing = Notice(saying.say("privacy.erase.nothing"))
            return _screen("erase", saying, (nothing,), (_messages(saying, "delete", is_required=True),))
        box, label = Option(CONFIRMED, saying.say("privacy.erase.confirm")), saying.say("privacy.erase.label")
        confirm = Field(CONFIRMED, Kind.CHECKS, label, options=(box,), is_required=True)
        what = Notice(saying.say("privacy.erase.what", **vars(held)))
        notices = (what, Notice(saying.say("privacy.erase.stays")))
        also = _messages(saying, "delete_too", is_required=False)
        return _screen("erase", saying, notices, (also, confirm))

    async def erase(self, person: Person, *, is_clearing: bool) -> Letter:
        """All of it, now; the receipt has counts only and is not kept. `clear` has to follow."""
        saying = await self._any_saying(person)
        gone: Holdings = await self.desk.store.erase(person)
        for forget in self.memories:
            forget(person)
        text = saying.say("privacy.erase.receipt", **vars(gone))
        more = saying.say("privacy.erase.clearing" if is_clearing else "privacy.erase.left")
        return Letter(saying.say("privacy.erase.summary"), (Passage(f"{text}\n{more}"),))

    async def clearing_receipt(self, person: Person) -> Letter:
        """That the messages go, where nothing else was kept. `clear` has to follow."""
        saying = await self._any_saying(person)
        summary, text = saying.say("privacy.erase.clearing_summary"), saying.say("privacy.erase.clearing")
        return Letter(summary, (Passage(text),))

    def clear(self, person: Person, at: datetime, receipt_ts: str) -> None:
        """Begin to delete what Ajar wrote before its receipt; where that isn't there, before this moment."""
        self.clearing.begin(person, receipt_ts or f"{at.timestamp():.6f}")

    async def _any_saying(self, person: Person) -> Saying:
        """Settings that do not open must not keep anybody from erasing; no company is named here."""
        try:
            return await self.desk.saying(person)
        except UnreadableError:
            profile = await self.desk.messenger.profile(person)
            return Saying(self.desk.wording, Visitor(person, profile, Preferences()))


def _letter(saying: Saying, key: str) -> Letter:
    text = saying.say(key)
    return Letter(text, (Passage(text),))


def _messages(saying: Saying, words: str, *, is_required: bool) -> Field:
    """Chosen in advance: who erases everything hardly means to leave the names in the conversation."""
    hint = saying.say("privacy.erase.own_hint")
    box = Option(MESSAGES, saying.say(f"privacy.erase.{words}"), hint)
    label = saying.say("privacy.erase.conversation")
    return Field(MESSAGES, Kind.CHECKS, label, options=(box,), initial=(MESSAGES,), is_required=is_required)


def _screen(
    name: str, saying: Saying, notices: tuple[Notice, ...], fields: tuple[Field, ...], words: str = ""
) -> Screen:
    key = f"privacy.{words or name}"
    return Screen(
        name,
        "",
        title=saying.say(f"{key}.title"),
        close=saying.say("interview.close"),
        submit=saying.say(f"{key}.submit") if fields else "",
        notices=notices,
        fields=fields,
    )


def _mark(case: Case) -> tuple[datetime, str, str]:
    """By which a case is known again, wherever it came from."""
    return case.created_at, case.offer.company, case.offer.role


def _own_id(person: Person, case_id: str) -> str:
    """Of this person alone: a file can't name the row of somebody else."""
    words = "\0".join([person.enterprise_id or "", person.team_id, person.user_id, case_id])
    return hashlib.blake2b(words.encode(), digest_size=12).hexdigest()
