"""What the stories need from outside: a store, a messenger, words and a clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any, Protocol

from bot.coaching.case import Case, Person
from bot.coaching.patterns import Patterns


class PostKind(StrEnum):
    """What a row of the outbox will say."""

    CARD = "card"
    SCRIPT = "script"
    VOICEMAIL = "voicemail"
    EMAIL = "email"
    NOTES = "notes"  # to recruiter, referrer, references, other pending employers
    MORE_TIME = "more_time"
    HELD = "held"
    SIGNED = "signed"
    COUNTERED = "countered"
    UPSET = "upset"
    ANOTHER_ROLE = "another_role"
    RECONNECT_PLAN = "reconnect_plan"
    REMIND_CALL = "remind_call"
    REMIND_EMAIL = "remind_email"
    LAST_CALL = "last_call"  # hours before the answer is due: the email goes anyway
    OVERDUE = "overdue"  # once, soon after it was due: what can still be said
    NUDGE = "nudge"
    PERSONAL = "personal"  # a note with a line of one's own or about an event; note: a draft
    SILENCE = "silence"
    REAPPROACH = "reapproach"
    REHEARSAL = "rehearsal"  # note: which of this case's rehearsals
    RETENTION = "retention"  # a case that was put away goes in two weeks
    REPLY = "reply"  # to a message that the person typed; note: what it was taken for
    WELCOME = "welcome"  # once, to somebody who opens Ajar or types to it
    INSTALLED = "installed"  # to whoever put Ajar into the workspace


@dataclass(frozen=True)
class Post:
    """A message that is to be in a person's DM at a certain time; one row of the outbox."""

    id: str  # opaque; also the message's metadata, so that it can be found again
    person: Person
    kind: PostKind
    due_at: datetime
    key: str  # unique: the same cause never makes two rows
    case_id: str | None = None
    note: str = ""  # an Occasion, a draft's name, which reminder it is; never personal words
    attempts: int = 0
    lease: str = ""  # names the claim while one is held
    may_be_sent: bool = False  # an earlier try ended between "sent" and "recorded"
    place_at: datetime | None = None  # where it stands in its case: when it was due at first
    lease_until: datetime | None = None
    is_asked_for: bool = False  # by the person, at this moment: it keeps no quiet hours and no pause
    is_taken_over: bool = False  # from a claim whose lease ran out: somebody may still be sending it

    @property
    def first_due_at(self) -> datetime:
        """The earliest moment at which it can have been sent."""
        return self.place_at or self.due_at

    @property
    def workspace(self) -> tuple[str, str]:
        """The organisation, or an empty string, and the workspace."""
        return self.person.enterprise_id or "", self.person.team_id


@dataclass(frozen=True)
class Past:
    """A row that is in hand or settled: what became of it, and when."""

    post: Post
    state: str  # claimed (it may be read before it is settled), sent, in_doubt or refused
    at: datetime  # when Slack took it, else when it was due


@dataclass(frozen=True)
class Interview:
    """Answers given so far; raw words are never among them."""

    id: str
    person: Person
    step: str
    answers: Mapping[str, object] = field(repr=False)
    updated_at: datetime


@dataclass(frozen=True)
class Preferences:
    """How a person wants Ajar to write to them."""

    locale: str = ""  # empty: as in Slack
    time_zone: str = ""  # empty: as in Slack
    country: str = ""  # ISO 3166-1 alpha-2, for public holidays; empty: none
    quiet_from: time = time(20, 0)
    quiet_until: time = time(8, 30)
    is_paused: bool = False
    has_code_names: bool = False  # companies are shown under code names
    rhythm: str = ""  # how often to reconnect, for a new case; empty: as the interview proposes


@dataclass(frozen=True)
class Caller:
    """What a page of the interview needs to know of whoever asks for it."""

    preferences: Preferences
    interview: Interview | None = None  # unfinished: the one asked for, or the newest
    is_finished: bool = False  # the one asked for has become a case


@dataclass(frozen=True)
class Background:
    """What is kept around one row when it is about to go out."""

    case: Case | None
    preferences: Preferences
    waiting: Mapping[PostKind, datetime] = field(default_factory=dict)  # the newest due row of each kind


@dataclass(frozen=True)
class Holdings:
    """How much is kept of a person; counts and nothing else."""

    cases: int = 0
    planned: int = 0  # messages that wait for their time
    past: int = 0  # records of messages sent, cancelled or refused; never their words
    unfinished: int = 0  # interviews
    settings: int = 0
    addresses: int = 0  # of an export or a calendar; only their hashes

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing."""
        return not any(vars(self).values())


@dataclass(frozen=True)
class Change:
    """What one step writes, in one transaction."""

    person: Person
    at: datetime
    once: str = ""  # names the cause; a second change of the same name has no effect
    case: Case | None = None
    posts: tuple[Post, ...] = ()
    withdraw: frozenset[PostKind] = frozenset()  # pending rows of this case and these kinds are cancelled
    interview: Interview | None = None
    interview_done: str = ""  # id of an interview to forget
    preferences: Preferences | None = None
    arrived: str = ""  # id of a row in doubt that the person has seen in their DM
    again: str = ""  # id of a row in doubt that shall be sent once more


class NotFoundError(LookupError):
    """There is no such case for this person."""


class StaleError(RuntimeError):
    """Somebody saved a newer version of this case meanwhile."""


class StoreUnavailableError(RuntimeError):
    """The database does not answer."""


class UnreadableError(RuntimeError):
    """Something that is kept does not open here: damaged, moved to another row, or sealed with a lost key."""


class Store(Protocol):
    """Everything that is kept. Raises StoreUnavailableError when the database is out of reach."""

    async def commit(self, change: Change) -> bool:
        """Write all of it or nothing; False when `once` was seen before. Raises StaleError."""
        ...

    async def case(self, person: Person, case_id: str) -> Case:
        """One case of this person. Raises NotFoundError for anybody else's."""
        ...

    async def cases(self, person: Person) -> tuple[Case, ...]:
        """All cases of this person, newest first."""
        ...

    async def interview(self, person: Person, interview_id: str = "") -> Interview | None:
        """The unfinished interview of this id, or the newest one."""
        ...

    async def interviews(self, person: Person) -> tuple[Interview, ...]:
        """Every unfinished interview, the newest first."""
        ...

    async def preferences(self, person: Person) -> Preferences:
        """What the person set, or the defaults."""
        ...

    async def caller(self, person: Person, interview_id: str = "") -> Caller:
        """Preferences and the interview of this id, or the newest, at once: somebody waits for a window."""
        ...

    async def background(self, post: Post, now: datetime) -> Background:
        """The case and the preferences behind a row, and what else of its case is due."""
        ...

    async def upcoming(self, person: Person, limit: int = 20) -> tuple[Post, ...]:
        """Pending rows of this person, the earliest first."""
        ...

    async def in_doubt(self, person: Person) -> tuple[Post, ...]:
        """Rows of this person of which it is not known whether they arrived."""
        ...

    async def past(self, person: Person, case_id: str = "", limit: int = 200) -> tuple[Past, ...]:
        """Rows in hand or settled of this person, or of one case, but cancelled ones; the newest first."""
        ...

    async def holdings(self, person: Person) -> Holdings:
        """How much is kept of this person."""
        ...

    async def erase(self, person: Person) -> Holdings:
        """Delete all of it, from the database's files too; how much it was."""
        ...

    async def erase_case(self, person: Person, case_id: str) -> None:
        """Delete one case with its messages, from the files too. Raises NotFoundError for anybody else's."""
        ...

    async def move_along(self, before: Person, person: Person) -> int | None:
        """What a person had before their workspace joined an organisation is theirs there; how many rows.

        None: a message of theirs is just going out, and nothing was moved. What does not open stays.
        """
        ...

    async def is_left_behind(self, team_id: str) -> bool:
        """Whether anybody's cases or settings in this workspace are still outside of any organisation."""
        ...

    async def put_link(self, person: Person, name: str, purpose: str, expires_at: datetime) -> None:
        """Remember an address that works once, by the hash of its secret."""
        ...

    async def link(self, name: str, purpose: str, *, is_used: bool) -> Person | None:
        """Whose address that is, as long as it works; `is_used` ends it."""
        ...

    async def has_link(self, person: Person, purpose: str) -> bool:
        """Whether this person has an address of this purpose that works."""
        ...

    async def end_links(self, person: Person, purpose: str) -> None:
        """From now on no address of this purpose of this person works."""
        ...


@dataclass(frozen=True)
class Profile:
    """What Slack says of a person."""

    name: str = field(default="", repr=False)
    time_zone: str = "UTC"
    locale: str = "en-US"
    is_guess: bool = False  # Slack did not say: these are defaults


@dataclass(frozen=True)
class Choice:
    """A button or a menu line under a letter: an id of the surface, its words, what it carries."""

    action: str
    label: str
    value: str = ""
    url: str = field(default="", repr=False)
    style: str = ""  # "", primary, danger


@dataclass(frozen=True)
class Passage:
    """A part of a letter: plain words in mrkdwn, a draft to copy, or small print."""

    text: str = field(repr=False)
    form: str = "words"  # words, heading, draft, aside, link, divider
    url: str = field(default="", repr=False)  # of a link


@dataclass(frozen=True)
class Part:
    """A part of the Home tab or of a window: what it says and what may be chosen under it."""

    passages: tuple[Passage, ...] = field(repr=False, default=())
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Letter:
    """A message ready to be rendered: what it says and what may be chosen under it."""

    summary: str = field(repr=False)  # notification text, also read by screen readers
    passages: tuple[Passage, ...] = field(repr=False, default=())
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Sent:
    """Where a message is."""

    channel: str
    ts: str


@dataclass(frozen=True)
class Leaf:
    """A page of what Ajar wrote into a DM, the newest first."""

    sent: tuple[Sent, ...]
    older: str  # the ts before which there is more; empty: there is none


class SendFailedError(Exception):
    """The message was not sent.

    retry_after: time to wait for, if Slack named one. may_be_sent: nobody knows whether it arrived.
    is_final: trying again is useless. is_everywhere: the whole workspace is closed to us, not this row.
    code: Slack's or our own short word for it. method: Slack's method that failed.
    """

    def __init__(
        self,
        code: str,
        *,
        retry_after: timedelta | None = None,
        may_be_sent: bool = False,
        is_final: bool = False,
        is_everywhere: bool = False,
        method: str = "",
    ) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after
        self.may_be_sent = may_be_sent
        self.is_final = is_final
        self.is_everywhere = is_everywhere
        self.method = method


class Messenger(Protocol):
    """Slack, as the courier and the stories see it."""

    async def send(self, post: Post, letter: Letter) -> Sent:
        """Post the letter into the person's DM. Raises SendFailedError."""
        ...

    async def find(self, post: Post) -> Sent | None:
        """Look for the row's id in the DM. Raises SendFailedError when the history can't be read."""
        ...

    async def written(self, person: Person, before: str) -> Leaf:
        """What Ajar wrote into their DM before this ts. Raises SendFailedError."""
        ...

    async def delete(self, person: Person, sent: Sent) -> None:
        """Take a message away, unless it is gone or Slack holds it fast. Raises SendFailedError."""
        ...

    async def profile(self, person: Person) -> Profile:
        """Name, time zone and locale; defaults when Slack does not say."""
        ...


class Wording(Protocol):
    """Words for people, by key and locale."""

    def text(self, key: str, locale: str, /, **facts: object) -> str:
        """One short text. Raises LookupError for a key that no locale has."""
        ...

    def entries(self, key: str, locale: str) -> dict[str, Any]:
        """All that stands under a key."""
        ...

    def patterns(self, locale: str) -> Patterns:
        """How this locale says what the rubric looks for."""
        ...


class Clock(Protocol):
    """Time, handed in."""

    def now(self) -> datetime:
        """This moment, aware, in UTC."""
        ...
