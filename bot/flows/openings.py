"""Which messages a stage of a case brings: the rows that go into the outbox with it."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.coaching import cadence
from bot.coaching.case import Case, Channel, Person, Stage
from bot.coaching.drafts import DraftKind, asks_for_time, drafts_for
from bot.flows.ports import Post, PostKind
from bot.flows.timing import quiet_of
from bot.flows.visitor import Visitor

YEARS_PLANNED = 10
HELD_AHEAD = timedelta(hours=24)
SIGNED_AHEAD = timedelta(hours=72)  # over a weekend there is still a working day for advice
ADVICE_WITHIN = timedelta(days=1)  # and the next morning after it, when no day was named

NOTES = (
    DraftKind.NOTE_REFERRER,
    DraftKind.NOTE_REFERENCES,
    DraftKind.NOTE_OTHER_EMPLOYER,
)
BY_DUE = frozenset({PostKind.LAST_CALL, PostKind.OVERDUE})  # before the answer is due, and after it
REMINDERS = frozenset({PostKind.REMIND_CALL, PostKind.REMIND_EMAIL}) | BY_DUE
WHILE_UNDECIDED = frozenset({PostKind.HELD, PostKind.SIGNED, PostKind.OVERDUE})
REMINDED = ("", "again", "still")  # which words a reminder to tell them has, in turn
RETHOUGHT = "rethought"  # of words for asking again, where nobody said that anything has changed
ANEW = "anew"  # of words that take the place of what was said before


def replaced_by(case: Case, posts: Iterable[Post]) -> frozenset[PostKind]:
    """The reminders that these rows take the place of; those about the day on which the answer is due
    stay, unless they come anew or the answer was given.
    """
    kept = BY_DUE - {post.kind for post in posts} if case.answered_at is None else frozenset()
    return REMINDERS - kept


def post_for(case: Case, kind: PostKind, due_at: datetime, mark: str = "", note: str = "") -> Post:
    """A row whose key says what caused it, so that the same cause never makes two."""
    return row_for(case.id, case.person, kind, due_at, mark, note)


def row_for(
    case_id: str, person: Person, kind: PostKind, due_at: datetime, mark: str = "", note: str = ""
) -> Post:
    """The same, where the case itself is not at hand."""
    key = f"{case_id}:{kind}:{mark}"
    return Post(
        id=hashlib.blake2b(key.encode(), digest_size=12).hexdigest(),
        person=person,
        kind=kind,
        due_at=due_at,
        key=key,
        case_id=case_id,
        note=note,
    )


def posts_for(case: Case, now: datetime, visitor: Visitor, mark: str = "") -> tuple[Post, ...]:
    """What follows at once, and the reminders, when a case begins or its no becomes final."""
    if case.stage is Stage.SIGNED:
        return _signed_posts(case, now, visitor, mark)
    if case.stage is Stage.HELD:
        return _held_posts(case, now, visitor, mark)
    return (*_telling_posts(case, now, mark), *reminder_posts(case, now, visitor, mark))


def _signed_posts(case: Case, now: datetime, visitor: Visitor, mark: str) -> tuple[Post, ...]:
    first = (post_for(case, PostKind.CARD, now, mark), post_for(case, PostKind.SIGNED, now, mark))
    if case.offer.answer_due_at is not None:
        asked = _before_due(case, PostKind.SIGNED, SIGNED_AHEAD, now, visitor, mark)
        return (*first, *asked, *_after_due(case, now, mark))
    asked_at = cadence.next_morning(now + ADVICE_WITHIN, visitor.zone, visitor.calendar)
    return (*first, post_for(case, PostKind.SIGNED, asked_at, f"{mark}:due", note="due"))


def _held_posts(case: Case, now: datetime, visitor: Visitor, mark: str) -> tuple[Post, ...]:
    posts = [post_for(case, PostKind.CARD, now, mark)]
    if asks_for_time(case):
        posts.append(post_for(case, PostKind.MORE_TIME, now, mark))
    posts.append(post_for(case, PostKind.HELD, now, mark))
    return (*posts, *still_undecided_posts(case, now, visitor, mark))


def still_undecided_posts(case: Case, now: datetime, visitor: Visitor, mark: str) -> tuple[Post, ...]:
    """Whether it has become clear: before the answer is due, and once after."""
    asked = _before_due(case, PostKind.HELD, HELD_AHEAD, now, visitor, mark)
    return (*asked, *_after_due(case, now, mark))


def _before_due(
    case: Case, kind: PostKind, ahead: timedelta, now: datetime, visitor: Visitor, mark: str
) -> tuple[Post, ...]:
    """The same message again before the answer is due."""
    due_at = case.offer.answer_due_at
    at = cadence.warning_at(due_at, ahead, now, visitor.zone, quiet_of(visitor)) if due_at else None
    return (post_for(case, kind, at, f"{mark}:due", note="due"),) if at else ()


def _after_due(case: Case, now: datetime, mark: str) -> tuple[Post, ...]:
    due_at = case.offer.answer_due_at
    if due_at is None or due_at + cadence.AFTER_DUE <= now:
        return ()
    return (post_for(case, PostKind.OVERDUE, due_at + cadence.AFTER_DUE, mark),)


def _telling_posts(case: Case, now: datetime, mark: str) -> tuple[Post, ...]:
    posts = [post_for(case, PostKind.CARD, now, mark)]
    if asks_for_time(case):
        posts.append(post_for(case, PostKind.MORE_TIME, now, mark))
    notes = [kind for kind in drafts_for(case) if kind in NOTES]
    told_by = PostKind.EMAIL if case.plan.channel is Channel.EMAIL else PostKind.SCRIPT
    posts.append(post_for(case, told_by, now, mark))
    if notes:
        posts.append(post_for(case, PostKind.NOTES, now, mark))
    return tuple(posts)


def reminder_posts(case: Case, now: datetime, visitor: Visitor, mark: str) -> tuple[Post, ...]:
    """What to be reminded of at this stage, until the email is sent."""
    due = cadence.reminders(case, now, visitor.zone, visitor.calendar, quiet_of(visitor))
    return tuple(
        post_for(case, PostKind(name), due_at, f"{mark}:{number}", _turn(PostKind(name), number))
        for number, (name, due_at) in enumerate(due)
    )


def _turn(kind: PostKind, number: int) -> str:
    return REMINDED[number % len(REMINDED)] if kind is PostKind.REMIND_CALL else ""


def nudge_posts(case: Case, now: datetime, visitor: Visitor, mark: str) -> tuple[Post, ...]:
    """The reconnect notes of the next ten years, counted from the day they were told."""
    plan = cadence.reconnect_plan(case, now, visitor.zone, visitor.calendar, years=YEARS_PLANNED)
    return tuple(
        post_for(case, PostKind.NUDGE, due_at, f"{mark}:{due_at:%Y-%m-%d}", note=occasion)
        for occasion, due_at in plan
    )
