"""How long a case that was put away is kept: a warning first, and only then it goes."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from bot.coaching.case import Person
from bot.flows.openings import row_for
from bot.flows.ports import PostKind
from bot.flows.reconnecting import WARNED_BEFORE
from bot.store import outbox as rows
from bot.store.belongings import forget_case
from bot.store.tables import cases, micros, moment, outbox

WARNED = frozenset({"sent", "in_doubt", "refused"})  # a DM that Slack refuses for good can't be warned better


def keep_term(connection: Connection, now: datetime, term: timedelta) -> None:
    """Warn about what is due in two weeks, and erase what was warned about two weeks ago."""
    is_near = cases.c.closed_at <= micros(now - term + WARNED_BEFORE)
    # Another process may sweep at the same time: each case is looked at by one of them.
    near = select(cases).where(is_near).with_for_update(skip_locked=True)
    for row in connection.execute(near).all():
        person = Person(row.team_id, row.user_id, row.enterprise_id or None)
        warning = row_for(row.id, person, PostKind.RETENTION, now, str(row.closed_at))
        known = connection.execute(select(outbox).where(outbox.c.key == warning.key)).first()
        if known is None:
            rows.put(connection, (warning,))
        elif known.status in WARNED and _warned_at(known) <= now - WARNED_BEFORE:
            _erase(connection, row.id)


def _warned_at(row: Row[Any]) -> datetime:
    """When the warning went out: Slack's own time of the message, else when it was due."""
    return max(moment(row.due_at), rows.sent_at(row))


def _erase(connection: Connection, case_id: str) -> None:
    connection.execute(delete(cases).where(cases.c.id == case_id))
    forget_case(connection, case_id)
