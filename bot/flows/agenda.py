"""What is ahead: the messages that Ajar will send, planned calls, and when answers are due."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from bot.coaching.case import Case, Channel, Person, Stage
from bot.flows.ports import Messenger, Post, PostKind, Store
from bot.flows.timing import comes_at, is_held_back
from bot.flows.visitor import Visitor, visitor_of

ANSWER_DUE = "answer_due"
CALL = "call"
TALK = "talk"  # in person
AHEAD = frozenset(
    {
        PostKind.REMIND_CALL,
        PostKind.REMIND_EMAIL,
        PostKind.LAST_CALL,
        PostKind.OVERDUE,
        PostKind.HELD,
        PostKind.SIGNED,
        PostKind.NUDGE,
        PostKind.SILENCE,
        PostKind.RETENTION,
    }
)
DATED = frozenset({PostKind.NUDGE, ANSWER_DUE, CALL, TALK})  # what belongs into a calendar
MOST_ROWS = 1_000
NOT_TOLD = frozenset({Stage.HELD, Stage.SIGNED, Stage.TELLING, Stage.FOLLOWING_UP})


@dataclass(frozen=True)
class Entry:
    """One line of what is ahead."""

    id: str
    name: str  # a PostKind, ANSWER_DUE, CALL or TALK
    at: datetime
    changed_at: datetime  # of its case, at the latest
    case_id: str
    company: str = field(repr=False)
    is_held_back: bool = False  # by a pause, for as long as it lasts


def agenda(
    cases: Iterable[Case], upcoming: Iterable[Post], now: datetime, visitor: Visitor
) -> tuple[Entry, ...]:
    """Everything ahead of these cases, the earliest first; the names are those that the cases carry.

    Messages stand at the time at which they come; one at the time of the planned call says no more than it.
    """
    known = {case.id: case for case in cases}
    found = [entry for case in known.values() for entry in _moments(case)]
    for post in upcoming:
        case = known.get(post.case_id or "")
        if case is not None and post.kind in AHEAD:
            moment = comes_at(post, visitor, case.offer.answer_due_at)
            found.append(_entry(case, post.kind, moment, post.id, is_held_back=is_held_back(post, visitor)))
    calls = {(entry.case_id, entry.at) for entry in found if entry.name in {CALL, TALK}}
    found = [
        item for item in found if item.name != PostKind.REMIND_CALL or (item.case_id, item.at) not in calls
    ]
    return tuple(sorted((entry for entry in found if entry.at > now), key=lambda entry: (entry.at, entry.id)))


async def next_message_at(store: Store, messenger: Messenger, person: Person) -> datetime | None:
    """When the next message to this person comes, of its own accord or as an answer; None: nothing will."""
    posts = await store.upcoming(person, limit=MOST_ROWS)
    if not posts:
        return None
    due = {case.id: case.offer.answer_due_at for case in await store.cases(person)}
    visitor = await visitor_of(person, store, messenger)
    coming = (
        comes_at(post, visitor, due.get(post.case_id or ""))
        for post in posts
        if not is_held_back(post, visitor)
    )
    return min(coming, default=None)


def _moments(case: Case) -> Iterable[Entry]:
    due_at = case.offer.answer_due_at
    if due_at is not None and case.stage in NOT_TOLD and case.answered_at is None:
        yield _entry(case, ANSWER_DUE, due_at, f"{case.id}-due")
    call_at = case.plan.call_at
    if call_at is not None and case.stage is Stage.TELLING and case.plan.channel is not Channel.EMAIL:
        name = TALK if case.plan.channel is Channel.IN_PERSON else CALL
        yield _entry(case, name, call_at, f"{case.id}-call")


def _entry(case: Case, name: str, at: datetime, entry_id: str, *, is_held_back: bool = False) -> Entry:
    changed_at = max((event.at for event in case.history), default=case.created_at)
    return Entry(entry_id, name, at, changed_at, case.id, case.offer.company, is_held_back)
