"""A claim in SQL: what was left by others, then what is due; a fair share for each workspace.

SQLite is asked step by step within one transaction. PostgreSQL is asked once: on the way there each step
would wait for a thread that has other things to do. The states of a row stand in bot/courier.py.
"""

import json
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, TextClause, text

from bot.flows.ports import Post
from bot.store.outbox import CLAIMED, post_of
from bot.store.tables import micros

SHARE = 20  # rows of one workspace in one claim; what is beyond is spread out, see pausing.spread

# The earliest row of its case that isn't settled, in a workspace that does not rest.
_IS_FREE = """
    NOT EXISTS (
        SELECT 1 FROM outbox e
        WHERE e.case_id = o.case_id AND e.status IN ('pending', 'claimed')
        AND (e.place_at, e.seq) < (o.place_at, o.seq)
    )
    AND NOT EXISTS (
        SELECT 1 FROM pauses p
        WHERE p.enterprise_id = o.enterprise_id AND p.team_id = o.team_id AND p.until > :now
        AND (
            p.method IN ('*', 'chat.postMessage')
            OR ((o.may_be_sent OR o.status = 'claimed') AND p.method LIKE 'conversations.%')
        )
    )"""
_DUE = f"""
    SELECT o.* FROM outbox o WHERE o.status = 'pending' AND o.due_at <= :now AND {_IS_FREE}
    ORDER BY o.due_at, o.seq LIMIT {{most}}"""  # noqa: S608  no values in it
# A lease that ends beyond two leases from now was given before the clock stepped back.
_LEFT = f"""
    SELECT o.* FROM outbox o
    WHERE o.status = 'claimed' AND (o.lease_until <= :now OR o.lease_until > :far) AND {_IS_FREE}
    ORDER BY o.lease_until, o.seq LIMIT {{most}}"""  # noqa: S608  no values in it
DUE, LEFT = text(_DUE.format(most=":most")), text(_LEFT.format(most=":most"))
_TAKE = """
    UPDATE outbox SET may_be_sent = (outbox.may_be_sent OR outbox.status = 'claimed'), status = 'claimed',
        lease = :lease, lease_until = :until, attempts = outbox.attempts + 1"""
# Not a list of values, which would be another statement with each number of them.
TAKE = text(_TAKE + " WHERE seq IN (SELECT value FROM json_each(:seqs))")  # noqa: S608  no values in it
_LOCKED = "FOR UPDATE OF o SKIP LOCKED"
_AT_ONCE = f"""
    WITH abandoned AS ({_LEFT} {_LOCKED}),
    due AS ({_DUE} {_LOCKED}),
    turns AS (
        SELECT seq, due_at, row_number() OVER each_one AS turn, count(*) OVER of_all AS of_workspace FROM due
        WINDOW each_one AS (PARTITION BY enterprise_id, team_id ORDER BY due_at, seq),
            of_all AS (PARTITION BY enterprise_id, team_id)
    ),
    mine AS (
        SELECT seq, true AS is_left, 0 AS of_workspace, lease_until AS since FROM abandoned
        UNION ALL SELECT seq, false, of_workspace, due_at FROM turns WHERE turn <= {SHARE}
        ORDER BY is_left DESC, since, seq LIMIT {{most}}
    )
    {_TAKE} FROM mine WHERE outbox.seq = mine.seq
    RETURNING outbox.*, mine.is_left, mine.of_workspace"""  # noqa: S608  no values in it

Workspace = tuple[str, str]


@dataclass(frozen=True)
class Claim:
    """Rows that are ours for a while, and workspaces that had more due than their share."""

    posts: tuple[Post, ...]
    crowds: tuple[Workspace, ...]


def claim(connection: Connection, now: datetime, limit: int, lease: timedelta) -> Claim:
    """Take at most so many rows."""
    asked = {"now": micros(now), "far": micros(now + 2 * lease), "most": limit}
    taken = {"lease": secrets.token_hex(8), "until": micros(now + lease)}
    claimed = {"lease": taken["lease"], "lease_until": now + lease}
    if connection.dialect.name == "postgresql":
        rows = list(connection.execute(_at_once(limit), asked | taken).all())
        rows.sort(key=lambda row: (not row.is_left, row.due_at, row.seq))
        crowds = tuple({_workspace(row): None for row in rows if row.of_workspace > SHARE})
        return Claim(tuple(post_of(row, **claimed, is_taken_over=row.is_left) for row in rows), crowds)
    rows = list(connection.execute(LEFT, asked).all())
    due = connection.execute(DUE, asked | {"most": limit - len(rows)}).all() if len(rows) < limit else ()
    fair, crowds = _fair(due)
    rows += fair
    if rows:
        connection.execute(TAKE, {"seqs": json.dumps([row.seq for row in rows]), **taken})
    return Claim(tuple(_taken(row, claimed) for row in rows), crowds)


@cache
def _at_once(limit: int) -> TextClause:
    """With the number in its text, so that the server can plan it once and for all."""
    return text(_AT_ONCE.format(most=limit))


def _fair(due: Sequence[Row[Any]]) -> tuple[list[Row[Any]], tuple[Workspace, ...]]:
    """The share of each workspace, and those where there is more."""
    taken: Counter[Workspace] = Counter()
    fair = []
    for row in due:
        taken[_workspace(row)] += 1
        if taken[_workspace(row)] <= SHARE:
            fair.append(row)
    return fair, tuple(workspace for workspace, number in taken.items() if number > SHARE)


def _workspace(row: Row[Any]) -> Workspace:
    return row.enterprise_id, row.team_id


def _taken(row: Row[Any], claimed: dict[str, Any]) -> Post:
    """SQLite gave the row as it stood before."""
    is_left = row.status == CLAIMED
    may_be_sent = bool(row.may_be_sent) or is_left
    return post_of(row, **claimed, attempts=row.attempts + 1, may_be_sent=may_be_sent, is_taken_over=is_left)
