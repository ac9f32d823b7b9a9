"""Workspaces that must rest or take turns: a pause for all replicas, and crowds spread out over time.

Moving `due_at` never changes the order within a case, which follows `place_at`; so what has to wait is
moved out of the way, and a claim does not have to step over it.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, text, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.flows.delivery import PAUSED, Pause
from bot.store.tables import micros, outbox, pauses

APART = timedelta(milliseconds=250) // timedelta(microseconds=1)  # 240 a minute in one workspace
MOST_MOVED = 20_000
LOOKUPS = "conversations."

# SKIP LOCKED: a row that somebody is claiming at this moment is left to them, and nobody waits for a lock.
_WAITING = """
    SELECT o.seq FROM outbox o
    WHERE o.status = 'pending' AND o.due_at <= :until AND o.team_id = :team AND o.enterprise_id = :enterprise
    {also} ORDER BY o.due_at, o.seq LIMIT :most {lock}"""
MOVE = text("UPDATE outbox SET due_at = :due_at, reason = :reason WHERE seq = :seq")


def spread(connection: Connection, workspace: tuple[str, str], now: int) -> None:
    """What is due in this workspace and was not claimed comes one by one, so that others get their turn."""
    _move(connection, _waiting(connection, workspace, now), now)


def pause(connection: Connection, given: Pause) -> None:
    """Rest until then; a pause never ends earlier than one that was known already."""
    enterprise, team = given.workspace
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    until = micros(given.until)
    values = {"until": until, "reason": given.reason[:64]}
    connection.execute(
        insert(pauses)
        .values(enterprise_id=enterprise, team_id=team, method=given.method, **values)
        .on_conflict_do_update(
            index_elements=["enterprise_id", "team_id", "method"], set_=values, where=pauses.c.until < until
        )
    )
    is_lookup = given.method.startswith(LOOKUPS)
    _move(connection, _waiting(connection, given.workspace, until, only_lookups=is_lookup), until)


def resume(connection: Connection, workspace: tuple[str, str] | None) -> None:
    """No more pauses there; what waited is due again. ("E1", "") is a whole organisation, None is all."""

    def there(table: Table) -> list[ColumnElement[bool]]:
        enterprise, team = workspace or ("", "")
        of_team = [table.c.team_id == team] if team else []
        return [table.c.enterprise_id == enterprise, *of_team] if workspace else []

    connection.execute(delete(pauses).where(*there(pauses)))
    waited = (outbox.c.status == "pending", outbox.c.due_at > outbox.c.place_at)
    connection.execute(
        update(outbox).where(*there(outbox), *waited).values(due_at=outbox.c.place_at, reason="")
    )


def forget(connection: Connection, now: int) -> None:
    """Pauses that are over."""
    connection.execute(delete(pauses).where(pauses.c.until < now))


def _waiting(
    connection: Connection, workspace: tuple[str, str], until: int, *, only_lookups: bool = False
) -> list[int]:
    lock = "FOR UPDATE OF o SKIP LOCKED" if connection.dialect.name == "postgresql" else ""
    statement = text(_WAITING.format(also="AND o.may_be_sent" if only_lookups else "", lock=lock))
    enterprise, team = workspace
    asked = {"until": until, "team": team, "enterprise": enterprise, "most": MOST_MOVED}
    return [int(seq) for seq in connection.execute(statement, asked).scalars()]


def _move(connection: Connection, seqs: Sequence[int], start: int) -> None:
    moved: list[dict[str, Any]] = [
        {"seq": seq, "due_at": start + number * APART, "reason": PAUSED} for number, seq in enumerate(seqs, 1)
    ]
    if moved:
        connection.execute(MOVE, moved)
