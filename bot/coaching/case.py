"""The decline as a record: the offer, the reasons that may be shared, the plan and what has happened.

A case is only ever replaced by a newer one; `bot.flows` decides, this module says what may follow what.
"""

import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum


class Source(StrEnum):
    """Who made the offer."""

    EMPLOYER = "employer"
    AGENCY = "agency"
    REFERRAL = "referral"
    FOUNDER = "founder"
    INTERNAL = "internal"
    INTERNSHIP = "internship"


class OfferForm(StrEnum):
    """How the offer came."""

    WRITTEN = "written"
    VERBAL = "verbal"
    NONE_YET = "none_yet"


class Standing(StrEnum):
    """Whether the person's no is settled."""

    FINAL = "final"
    NEGOTIABLE = "negotiable"


class Commitment(StrEnum):
    """What the person has already said or put their name to."""

    NOTHING = "nothing"
    ACCEPTED = "accepted"
    SIGNED = "signed"


class Door(StrEnum):
    """How far the door should stay open."""

    DREAM = "dream"
    WARM = "warm"
    POLITE = "polite"
    CLOSED = "closed"


class Circumstance(StrEnum):
    """What else changes the path."""

    EXPLODING = "exploding"
    SEVERAL_OFFERS = "several_offers"
    STAYING = "staying"
    BAD_EXPERIENCE = "bad_experience"
    NO_PHONE = "no_phone"


class Channel(StrEnum):
    """How the person tells them."""

    PHONE = "phone"
    EMAIL = "email"
    IN_PERSON = "in_person"


class Tone(StrEnum):
    """The register of every draft."""

    WARM = "warm"
    FORMAL = "formal"
    BRIEF = "brief"


class Thanks(StrEnum):
    """What one can honestly thank them for; each has its words in drafts/phrases.yml."""

    TIME = "time"
    ANSWERS = "answers"
    WELCOME = "welcome"
    INFORMED = "informed"
    TRUST = "trust"
    CONVERSATIONS = "conversations"


class Listener(StrEnum):
    """Who else should hear of it, beside those that the offer names."""

    REFERENCES = "references"
    OTHER_EMPLOYER = "other_employer"


class Rhythm(StrEnum):
    """How often to reconnect."""

    CLOSE = "close"  # after 1, 3, 6 and 12 months, then yearly
    STEADY = "steady"  # after 3, 6 and 12 months, then yearly
    LIGHT = "light"  # after 6 and 12 months, then yearly
    YEARLY = "yearly"
    NEVER = "never"


class Occasion(StrEnum):
    """The distance from the last contact that a reconnect note is written for."""

    ONE_MONTH = "one_month"
    THREE_MONTHS = "three_months"
    SIX_MONTHS = "six_months"
    TWELVE_MONTHS = "twelve_months"
    YEARLY = "yearly"


class Stage(StrEnum):
    """Where things stand."""

    HELD = "held"  # still negotiable: nothing is told yet
    SIGNED = "signed"  # questions for a lawyer instead of drafts
    TELLING = "telling"  # the decision is still to be told
    FOLLOWING_UP = "following_up"  # told; the email is still to go
    IN_TOUCH = "in_touch"  # done; reconnecting over the years
    RESTING = "resting"  # done; no nudges unless asked for
    CLOSED = "closed"  # put away by the person


class Outcome(StrEnum):
    """How the call ended."""

    REACHED = "reached"
    VOICEMAIL = "voicemail"
    COUNTERED = "countered"
    UPSET = "upset"
    ANOTHER_ROLE = "another_role"
    NOT_YET = "not_yet"


TALKED = (Outcome.REACHED, Outcome.UPSET, Outcome.COUNTERED, Outcome.ANOTHER_ROLE)
CAME_BACK = frozenset({Outcome.COUNTERED, Outcome.ANOTHER_ROLE})  # told, and asked to think again
EARLY = timedelta(hours=24)  # before the answer is due: from here on it isn't given in good time
LONG_LATE = timedelta(days=42)  # after it: the place is filled or the search is another one
EXCHANGE = timedelta(days=14)  # thanking them for an answer belongs to the same exchange


class EventKind(StrEnum):
    """What a line of the case's history records."""

    CREATED = "created"
    CALL = "call"  # note: an Outcome
    EMAIL_SENT = "email_sent"
    CONTACT = "contact"  # the person reached out
    AFFIRMED = "affirmed"  # a no that stays one, after they came back with something
    REPLIED = "replied"  # the other side answered
    SNOOZED = "snoozed"
    SKIPPED = "skipped"
    REOPENED = "reopened"
    STOPPED = "stopped"
    CHANGED = "changed"
    REPLACED = "replaced"  # somebody else is the contact from then on


@dataclass(frozen=True)
class Person:
    """Somebody in a workspace; the key under which everything of theirs is kept."""

    team_id: str
    user_id: str
    enterprise_id: str | None = None


@dataclass(frozen=True)
class Offer:
    """What was offered, by whom, and how it stands. Names are kept as entered."""

    source: Source
    company: str = field(repr=False)
    role: str = field(repr=False)
    form: OfferForm = OfferForm.WRITTEN
    contact_name: str = field(default="", repr=False)
    contact_email: str = field(default="", repr=False)
    contact_phone: str = field(default="", repr=False)
    referrer_name: str = field(default="", repr=False)
    former_contact: str = field(default="", repr=False)  # whom they talked to, where it is somebody else now
    answer_due_at: datetime | None = None
    standing: Standing = Standing.FINAL
    commitment: Commitment = Commitment.NOTHING
    door: Door = Door.WARM
    circumstances: frozenset[Circumstance] = frozenset()

    @property
    def is_accepted(self) -> bool:
        """Whether they were told yes, with a signature or without."""
        return self.commitment is not Commitment.NOTHING


@dataclass(frozen=True)
class Reason:
    """One line of the ledger: a category and the exact wording that may be shared."""

    category_id: str
    wording: str = field(repr=False)  # a first-person clause without a full stop
    is_shared: bool = True


@dataclass(frozen=True)
class Plan:
    """How and when the person tells them, and how they stay in touch."""

    channel: Channel = Channel.PHONE
    call_at: datetime | None = None
    tone: Tone = Tone.WARM
    rhythm: Rhythm = Rhythm.STEADY
    thanks_for: str = field(default="", repr=False)  # one of Thanks, or words that fit "thank you for …"
    own_name: str = field(default="", repr=False)
    own_phone: str = field(default="", repr=False)
    listeners: frozenset[Listener] = frozenset()


@dataclass(frozen=True)
class Event:
    """One line of a case's history."""

    kind: EventKind
    at: datetime
    note: str = ""


@dataclass(frozen=True)
class Case:
    """One decline, from the first answer to years of keeping in touch."""

    id: str
    person: Person
    offer: Offer
    reasons: tuple[Reason, ...]
    plan: Plan
    stage: Stage
    created_at: datetime
    history: tuple[Event, ...] = ()
    edits: tuple[tuple[str, str], ...] = field(default=(), repr=False)  # draft kind → the person's own text
    reconnect_at: datetime | None = None  # when the next reconnect note is due
    revision: int = 0  # grows with each save; a save from an older one is refused

    def __post_init__(self) -> None:
        for moment in (self.created_at, self.offer.answer_due_at, self.plan.call_at, self.reconnect_at):
            if moment is not None and moment.tzinfo is None:
                raise NaiveMomentError

    @property
    def shared_reasons(self) -> tuple[Reason, ...]:
        """The one or two reasons that every text draws on; after a bad experience they give none."""
        if Circumstance.BAD_EXPERIENCE in self.offer.circumstances:
            return ()
        return tuple(reason for reason in self.reasons if reason.is_shared)[:2]

    @property
    def last_contact_at(self) -> datetime:
        """When the two sides last spoke or wrote; the start of the case if never."""
        talked = {EventKind.CALL, EventKind.EMAIL_SENT, EventKind.CONTACT, EventKind.REPLIED}
        return max((event.at for event in self.history if event.kind in talked), default=self.created_at)

    @property
    def is_told(self) -> bool:
        """Whether they know: somebody was spoken to, or the email was sent. A voicemail tells nothing."""
        return any(_tells(event) for event in self.history)

    @property
    def answered_at(self) -> datetime | None:
        """When they first got the no that held; None while they wait for one."""
        return next((item.at for item in self.history if _tells(item) and item.note not in CAME_BACK), None)

    @property
    def told_at(self) -> datetime:
        """The same, else when they were last spoken to; the start of the case if never."""
        told = (event.at for event in self.history if _tells(event))
        return self.answered_at or max(told, default=self.created_at)

    @property
    def is_only_written(self) -> bool:
        """Whether they got the no by email, and nobody was spoken to."""
        return self.is_told and not any(_talks(event) for event in self.history)

    @property
    def went_badly(self) -> bool:
        """Whether that is what they said of the last talk; it may not have been heard to the end."""
        last = next((event for event in reversed(self.history) if event.kind is EventKind.CALL), None)
        return last is not None and last.note == Outcome.UPSET

    @property
    def came_back(self) -> Outcome | None:
        """What they came back with when they were last told, so that the next no answers that."""
        talks = (event for event in reversed(self.history) if _tells(event))
        last = next((event for event in talks if event.kind is EventKind.CALL), None)
        return Outcome(last.note) if last is not None and last.note in CAME_BACK else None

    @property
    def awaits_choice(self) -> bool:
        """Whether they came back with something, and the person hasn't chosen yet what they say to it."""
        chosen = {EventKind.CALL, EventKind.EMAIL_SENT, EventKind.AFFIRMED}
        last = next((event for event in reversed(self.history) if event.kind in chosen), None)
        return self.stage is Stage.FOLLOWING_UP and last is not None and last.note in CAME_BACK

    @property
    def answered(self) -> Outcome | None:
        """What their last no gave an answer to: they had come back with that before."""
        said = [event.note for event in self.history if _talks(event)][-2:]
        return Outcome(said[0]) if said and said[0] in CAME_BACK and said[-1] not in CAME_BACK else None

    def is_overdue(self, now: datetime) -> bool:
        """Whether they waited for an answer until it was due, and still do."""
        due_at = self.offer.answer_due_at
        return due_at is not None and due_at <= now and self.answered_at is None

    def is_close(self, now: datetime) -> bool:
        """Whether it is due so soon that nothing is early any more."""
        due_at = self.offer.answer_due_at
        return due_at is not None and now < due_at <= now + EARLY and self.answered_at is None

    def is_long_overdue(self, now: datetime) -> bool:
        """Whether it was due so long ago that nobody waits for it any more."""
        due_at = self.offer.answer_due_at
        return due_at is not None and self.is_overdue(now) and now - due_at > LONG_LATE

    @property
    def with_contact(self) -> tuple[Event, ...]:
        """What has happened since the present contact is the contact; all of it where it never changed."""
        changes = [place for place, item in enumerate(self.history) if item.kind is EventKind.REPLACED]
        return self.history[changes[-1] + 1 :] if changes else self.history

    @property
    def talked_with(self) -> str:
        """Whom they talked to about the offer, where that is not the contact; else nobody."""
        has_talked = any(_talks(event) for event in self.with_contact)
        return "" if has_talked else self.offer.former_contact

    @property
    def is_stranger(self) -> bool:
        """Whether the contact has never heard from them: it was somebody else until now."""
        known = {EventKind.CONTACT, EventKind.REPLIED}
        return bool(self.talked_with) and not any(event.kind in known for event in self.with_contact)

    @property
    def heard_at(self) -> datetime | None:
        """When they last answered a note; None when a later note of the person's is still unanswered."""
        replies = [event.at for event in self.with_contact if event.kind is EventKind.REPLIED]
        if not replies:
            return None
        written = (event.at for event in self.with_contact if event.kind is EventKind.CONTACT)
        return None if any(at > replies[-1] + EXCHANGE for at in written) else replies[-1]

    @property
    def unanswered(self) -> int:
        """How many notes in a row the other side has left without an answer."""
        count = 0
        for event in reversed(self.with_contact):
            if event.kind is EventKind.CONTACT:
                count += 1
            elif event.kind in {EventKind.REPLIED, EventKind.EMAIL_SENT, EventKind.REOPENED}:
                break
        return count

    def edit_of(self, draft: str) -> str:
        """The person's own text for a draft, or an empty string."""
        return dict(self.edits).get(draft, "")

    def text_of(self, key: str) -> str:
        """One text that the person put in beside the drafts, such as a line for their notes; else empty."""
        held = self.edit_of(key)
        try:
            parts = json.loads(held)
        except ValueError:
            return held
        return str(parts[0]) if isinstance(parts, list) and parts else held

    @property
    def touched_at(self) -> datetime:
        """When the person last did something about it."""
        return max((event.at for event in self.history), default=self.created_at)

    def with_event(self, kind: EventKind, at: datetime, note: str = "") -> "Case":
        """The case with one more line of history."""
        return replace(self, history=(*self.history, Event(kind, at, note)))


def _talks(event: Event) -> bool:
    return event.kind is EventKind.CALL and event.note in TALKED


def _tells(event: Event) -> bool:
    return event.kind is EventKind.EMAIL_SENT or _talks(event)


class NaiveMomentError(ValueError):
    """A moment without a time zone."""
