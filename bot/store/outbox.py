"""The outbox in SQL: plain functions of a connection.

States of a row: pending → claimed (with a lease) → sent | pending again (later) | cancelled | in_doubt |
refused. A claim whose lease ran out is claimed again, and marked as perhaps sent.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Row, and_, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.coaching.case import Person
from bot.flows.ports import HELD, Change, Ending, Past, Post, PostKind, Settlement
from bot.store.tables import micros, moment, outbox

PENDING, CLAIMED = "pending", "claimed"
PAST = ("sent", "in_doubt", "refused")
STATUS = {
    Ending.SENT: "sent",
    Ending.LATER: PENDING,
    Ending.CANCELLED: "cancelled",
    Ending.IN_DOUBT: "in_doubt",
    Ending.REFUSED: "refused",
}


def withdraw(connection: Connection, change: Change) -> None:
    """Cancel what is pending of this case and these kinds."""
    if change.case is None or not change.withdraw:
        return
    connection.execute(
        update(outbox)
        .where(
            outbox.c.case_id == change.case.id,
            outbox.c.status == PENDING,
            outbox.c.kind.in_([str(kind) for kind in change.withdraw]),
        )
        .values(status="cancelled", reason="withdrawn")
    )


def put(connection: Connection, posts: Sequence[Post]) -> None:
    """Insert rows in their order; a key that is there already is left alone."""
    if not posts:
        return
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = insert(outbox).on_conflict_do_nothing(index_elements=["key"])
    for post in posts:  # one by one: seq follows the order
        connection.execute(statement, _values(post))


def _values(post: Post) -> dict[str, Any]:
    return {
        "id": post.id,
        "key": post.key,
        "enterprise_id": post.person.enterprise_id or "",
        "team_id": post.person.team_id,
        "user_id": post.person.user_id,
        "case_id": post.case_id,
        "kind": post.kind,
        "note": post.note,
        "due_at": micros(post.due_at),
    }


def claim(connection: Connection, now: datetime, limit: int, lease: timedelta) -> tuple[Post, ...]:
    """Take what is due. Of one case only the earliest row that isn't settled, so that order is kept."""
    at = micros(now)
    due = or_(
        and_(outbox.c.status == PENDING, outbox.c.due_at <= at),
        and_(outbox.c.status == CLAIMED, outbox.c.lease_until <= at),
    )
    wanted = (
        select(outbox)
        .where(due, ~_has_another_before_it(at))
        .order_by(outbox.c.due_at, outbox.c.seq)
        .limit(limit)
        .with_for_update(skip_locked=True, of=outbox)
    )
    rows = connection.execute(wanted).all()
    if not rows:
        return ()
    name = secrets.token_hex(8)
    connection.execute(
        update(outbox)
        .where(outbox.c.seq.in_([row.seq for row in rows]))
        .values(
            may_be_sent=or_(outbox.c.may_be_sent, outbox.c.status == CLAIMED),
            status=CLAIMED,
            lease=name,
            lease_until=at + micros_of(lease),
            attempts=outbox.c.attempts + 1,
        )
    )
    return tuple(_claimed(row, name) for row in rows)


def _has_another_before_it(at: int) -> ColumnElement[bool]:
    """Whether another row of the same case comes first.

    A row that waits for its next try keeps its place in the case; one that is held gives it up.
    """
    earlier = outbox.alias("earlier")
    keeps_place = and_(earlier.c.seq < outbox.c.seq, _is_tried_again(earlier))
    has_place = and_(outbox.c.seq < earlier.c.seq, _is_tried_again(outbox))
    is_due_before = and_(
        earlier.c.status.in_([PENDING, CLAIMED]),
        earlier.c.due_at <= at,
        or_(
            earlier.c.due_at < outbox.c.due_at,
            and_(earlier.c.due_at == outbox.c.due_at, earlier.c.seq < outbox.c.seq),
        ),
        ~has_place,
    )
    of_same_case = earlier.c.case_id == outbox.c.case_id
    return select(earlier.c.seq).where(of_same_case, or_(is_due_before, keeps_place)).exists()


def _is_tried_again(row: FromClause) -> ColumnElement[bool]:
    return and_(row.c.status == PENDING, row.c.attempts > 0, row.c.reason != HELD)


def micros_of(length: timedelta) -> int:
    """A length of time as stored."""
    return length // timedelta(microseconds=1)


def _claimed(row: Row[Any], lease: str) -> Post:
    post = post_of(row)
    return Post(
        **{
            **vars(post),
            "lease": lease,
            "attempts": row.attempts + 1,
            "may_be_sent": bool(row.may_be_sent) or row.status == CLAIMED,
        }
    )


def settle(connection: Connection, settlements: Sequence[Settlement]) -> None:
    """Record endings; a row that somebody else has claimed meanwhile is theirs."""
    for item in settlements:
        values: dict[str, Any] = {
            "status": STATUS[item.ending],
            "channel": item.channel,
            "ts": item.ts,
            "reason": item.reason[:64],
            "lease": "",
            "lease_until": 0,
            "may_be_sent": item.post.may_be_sent,
        }
        if item.due_at is not None:
            values["due_at"] = micros(item.due_at)
        connection.execute(
            update(outbox)
            .where(outbox.c.id == item.post.id, outbox.c.lease == item.post.lease, outbox.c.status == CLAIMED)
            .values(values)
        )


def next_pending(connection: Connection) -> datetime | None:
    """The earliest due time of a row that waits."""
    earliest = connection.execute(
        select(func.min(outbox.c.due_at)).where(outbox.c.status == PENDING)
    ).scalar()
    return moment(earliest) if earliest is not None else None


def next_due(connection: Connection) -> datetime | None:
    """The earliest due time or end of a lease."""
    ends = select(func.min(outbox.c.lease_until)).where(outbox.c.status == CLAIMED)
    lease_end = connection.execute(ends).scalar()
    found = [next_pending(connection), moment(lease_end) if lease_end is not None else None]
    return min((item for item in found if item is not None), default=None)


def of_person(connection: Connection, person: Person, status: Sequence[str], limit: int) -> tuple[Post, ...]:
    """Rows of one person in these states, the earliest first."""
    rows = connection.execute(
        select(outbox)
        .where(
            *_is_of(person),
            outbox.c.status.in_(status),
        )
        .order_by(outbox.c.due_at, outbox.c.seq)
        .limit(limit)
    )
    return tuple(post_of(row) for row in rows)


def past_of(connection: Connection, person: Person, case_id: str, limit: int) -> tuple[Past, ...]:
    """Settled rows of one person, or of one case of theirs, the newest first."""
    about = [outbox.c.case_id == case_id] if case_id else []
    rows = connection.execute(
        select(outbox)
        .where(*_is_of(person), outbox.c.status.in_(PAST), *about)
        .order_by(outbox.c.due_at.desc(), outbox.c.seq.desc())
        .limit(limit)
    )
    return tuple(Past(post_of(row), row.status, sent_at(row)) for row in rows)


def sent_at(row: Row[Any]) -> datetime:
    """Slack's own time of the message, else when the row was due."""
    return moment(int(float(row.ts) * 1_000_000)) if row.ts else moment(row.due_at)


def end_doubt(connection: Connection, change: Change) -> None:
    """The person has said whether a message arrived; anybody else's row, or a settled one, stays."""
    is_doubtful = (*_is_of(change.person), outbox.c.status == "in_doubt")
    if change.arrived:
        arrived = update(outbox).where(outbox.c.id == change.arrived, *is_doubtful)
        connection.execute(arrived.values(status="sent", reason="seen"))
    if change.again:
        again = update(outbox).where(outbox.c.id == change.again, *is_doubtful)
        fresh = {"attempts": 0, "may_be_sent": False, "reason": "", "due_at": micros(change.at)}
        connection.execute(again.values(status=PENDING, **fresh))


def _is_of(person: Person) -> tuple[ColumnElement[bool], ...]:
    return (
        outbox.c.team_id == person.team_id,
        outbox.c.user_id == person.user_id,
        outbox.c.enterprise_id == (person.enterprise_id or ""),
    )


def post_of(row: Row[Any]) -> Post:
    """The record of a row."""
    return Post(
        id=row.id,
        person=Person(row.team_id, row.user_id, row.enterprise_id or None),
        kind=PostKind(row.kind),
        due_at=moment(row.due_at),
        key=row.key,
        case_id=row.case_id,
        note=row.note,
        attempts=row.attempts,
        lease=row.lease,
        may_be_sent=bool(row.may_be_sent),
    )
