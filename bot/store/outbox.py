"""The outbox in SQL: plain functions of a connection. The states of a row stand in bot/courier.py."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Row, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.coaching.case import Person
from bot.flows.delivery import HELD, Ending, Settlement
from bot.flows.ports import Change, Past, Post, PostKind
from bot.store.tables import micros, moment, outbox

PENDING, CLAIMED = "pending", "claimed"
ASKED_FOR = "asked_for"  # the reason of a row in doubt that its person wants once more
PAST = ("claimed", "sent", "in_doubt", "refused")  # what is in hand may be in the DM already
STATUS = {
    Ending.SENT: "sent",
    Ending.LATER: PENDING,
    Ending.CANCELLED: "cancelled",
    Ending.IN_DOUBT: "in_doubt",
    Ending.REFUSED: "refused",
}
# All of them in one statement: each call of the driver would let other threads cut in.
_SETTLE = """
    UPDATE outbox SET status = v.status, channel = v.channel, ts = v.ts, reason = v.reason,
        attempts = v.attempts, may_be_sent = v.may_be_sent, due_at = v.due_at, place_at = v.place_at,
        lease = '', lease_until = 0, note = v.note
    FROM {given} WHERE outbox.id = v.id AND outbox.lease = v.lease AND outbox.status = 'claimed'"""
# For this statement alone: nobody waits for the server's disk, see Database.write.
_LAZY = "(SELECT set_config('synchronous_commit', 'off', true)) AS lazy"
SETTLED = (
    "id",
    "lease",
    "status",
    "channel",
    "ts",
    "reason",
    "attempts",
    "may_be_sent",
    "due_at",
    "place_at",
    "note",
)
_JSON_EACH = ", ".join(f"json_extract(value, '$.{name}') AS {name}" for name in SETTLED)
_RECORD = """id text, lease text, status text, channel text, ts text, reason text, attempts integer,
    may_be_sent boolean, due_at bigint, place_at bigint, note text"""
SETTLE = {
    "sqlite": text(_SETTLE.format(given=f"(SELECT {_JSON_EACH} FROM json_each(:rows)) AS v")),  # noqa: S608
    "postgresql": text(
        _SETTLE.format(given=f"jsonb_to_recordset(CAST(:rows AS jsonb)) AS v({_RECORD}), {_LAZY}")
    ),
}

# Given many rows, the driver inserts them one by one: seq follows the order.
PUT = {
    "sqlite": sqlite.insert(outbox).on_conflict_do_nothing(index_elements=["key"]),
    "postgresql": postgresql.insert(outbox).on_conflict_do_nothing(index_elements=["key"]),
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
    connection.execute(PUT[connection.dialect.name], [_values(post) for post in posts])


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
        "place_at": micros(post.due_at),
    }


def settle(connection: Connection, settlements: Sequence[Settlement]) -> None:
    """Record endings; a row that somebody else has claimed meanwhile is theirs."""
    if settlements:
        rows = json.dumps([_settled(item) for item in settlements])
        connection.execute(SETTLE[connection.dialect.name], {"rows": rows})


def _settled(item: Settlement) -> dict[str, Any]:
    due_at = micros(item.due_at or item.post.due_at)
    return {
        "id": item.post.id,
        "lease": item.post.lease,
        "status": STATUS[item.ending],
        "channel": item.channel,
        "ts": item.ts,
        "reason": item.reason[:64],
        "attempts": item.post.attempts,
        "may_be_sent": item.post.may_be_sent,
        "due_at": due_at,
        "place_at": due_at if item.reason == HELD else micros(item.post.first_due_at),
        "note": item.note,
    }


def next_pending(connection: Connection) -> datetime | None:
    """The earliest due time of a row that waits."""
    earliest = connection.execute(text("SELECT min(due_at) FROM outbox WHERE status = 'pending'")).scalar()
    return moment(earliest) if earliest is not None else None


def next_due(connection: Connection) -> datetime | None:
    """The earliest due time or end of a lease."""
    ends = text("SELECT min(lease_until) FROM outbox WHERE status = 'claimed'")
    lease_end = connection.execute(ends).scalar()
    found = [next_pending(connection), moment(lease_end) if lease_end is not None else None]
    return min((item for item in found if item is not None), default=None)


def newest_waiting(
    connection: Connection, case_ids: Sequence[str], now: datetime
) -> dict[str, dict[PostKind, datetime]]:
    """Of each case: the place of the newest row of each kind whose time has come and that isn't settled."""
    found: dict[str, dict[PostKind, datetime]] = {}
    newest = func.max(outbox.c.place_at, type_=BigInteger).label("newest")
    statement = (
        select(outbox.c.case_id, outbox.c.kind, newest)
        .where(text("status IN ('pending', 'claimed')"), outbox.c.case_id.in_(case_ids))
        .where(outbox.c.place_at <= micros(now))
        .group_by(outbox.c.case_id, outbox.c.kind)
    )
    for row in connection.execute(statement):
        found.setdefault(row.case_id, {})[PostKind(row.kind)] = moment(row.newest)
    return found


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
    """Rows in hand or settled of one person, or of one case of theirs, the newest first."""
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
    if not (change.arrived or change.again):
        return
    is_doubtful = (*_is_of(change.person), outbox.c.status == "in_doubt")
    if change.arrived:
        arrived = update(outbox).where(outbox.c.id == change.arrived, *is_doubtful)
        connection.execute(arrived.values(status="sent", reason="seen"))
    if change.again:
        again = update(outbox).where(outbox.c.id == change.again, *is_doubtful)
        at = micros(change.at)
        fresh = {"attempts": 0, "may_be_sent": False, "reason": ASKED_FOR, "due_at": at, "place_at": at}
        connection.execute(again.values(status=PENDING, **fresh))


def _is_of(person: Person) -> tuple[ColumnElement[bool], ...]:
    return (
        outbox.c.team_id == person.team_id,
        outbox.c.user_id == person.user_id,
        outbox.c.enterprise_id == (person.enterprise_id or ""),
    )


def post_of(row: Row[Any], **claimed: Any) -> Post:
    """The record of a row, as it stands or as it was just claimed."""
    stands = {"attempts": row.attempts, "lease": row.lease, "may_be_sent": bool(row.may_be_sent)}
    return Post(
        id=row.id,
        person=Person(row.team_id, row.user_id, row.enterprise_id or None),
        kind=PostKind(row.kind),
        due_at=moment(row.due_at),
        key=row.key,
        case_id=row.case_id,
        note=row.note,
        place_at=moment(row.place_at),
        is_asked_for=row.reason == ASKED_FOR,
        **(stands | claimed),
    )
