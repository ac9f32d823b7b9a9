"""When a row that comes of its own accord really goes out: quiet hours, days off, another place."""

from datetime import datetime

from bot.coaching import cadence
from bot.flows.ports import Post, PostKind
from bot.flows.visitor import Visitor

# Of its own accord, rather than as the answer to what the person just did: these keep quiet hours.
UNASKED = frozenset(
    {
        PostKind.REMIND_CALL,
        PostKind.REMIND_EMAIL,
        PostKind.LAST_CALL,
        PostKind.OVERDUE,
        PostKind.NUDGE,
        PostKind.SILENCE,
        PostKind.RETENTION,
    }
)
AGAIN = frozenset({PostKind.HELD, PostKind.SIGNED})  # said at once, and once more before it is due


def is_unasked(post: Post) -> bool:
    """Whether it keeps quiet hours and a pause."""
    return post.kind in UNASKED or (post.kind in AGAIN and post.note == "due")


def is_warning(post: Post) -> bool:
    """Whether it helps only before the answer is due."""
    return post.kind is PostKind.LAST_CALL or (post.kind in AGAIN and post.note == "due")


def allowed_at(post: Post, visitor: Visitor, now: datetime, answer_due_at: datetime | None) -> datetime:
    """From when on a row that is due may go out; `now` when that is at once."""
    if post.kind is PostKind.NUDGE and post.note:  # a snoozed one has its own hour
        return _note_moment(post.first_due_at, now, visitor)
    if is_warning(post) and answer_due_at is not None:
        return cadence.warned_from(now, answer_due_at, visitor.zone, quiet_of(visitor))
    return awake_from(now, visitor)


def note_comes_at(planned: datetime, visitor: Visitor) -> datetime:
    """When a reconnect note that is planned for then comes, as far as can be known today."""
    return _note_moment(planned, planned, visitor)


def _note_moment(planned: datetime, now: datetime, visitor: Visitor) -> datetime:
    return cadence.note_moment(planned, now, visitor.zone, visitor.calendar, quiet_of(visitor))


def awake_from(moment: datetime, visitor: Visitor) -> datetime:
    """The same moment, or the end of this person's quiet hours."""
    return quiet_of(visitor).end(moment, visitor.zone)


def quiet_of(visitor: Visitor) -> cadence.Quiet:
    """Their quiet hours."""
    return cadence.Quiet(visitor.preferences.quiet_from, visitor.preferences.quiet_until)


def comes_at(post: Post, visitor: Visitor, answer_due_at: datetime | None) -> datetime:
    """When a row that waits will come, as far as can be known today."""
    return allowed_at(post, visitor, post.due_at, answer_due_at) if is_unasked(post) else post.due_at


def is_held_back(post: Post, visitor: Visitor) -> bool:
    """Whether a pause keeps it; the warning that something will be erased comes all the same."""
    return visitor.preferences.is_paused and is_unasked(post) and post.kind is not PostKind.RETENTION
