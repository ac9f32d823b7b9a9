"""Who is at the door: one hand-written statement on a kept connection, for the path that has three seconds.

Everything else in this room is plain SQLAlchemy, whose statements are built anew for each call.
"""

import json
import threading
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from bot.coaching.case import Person
from bot.flows.ports import Caller, Interview, Preferences
from bot.store.bodies import preferences_of
from bot.store.sealed_rows import place_of
from bot.store.sealing import Keyring
from bot.store.tables import interviews, moment, preferences

STATEMENT = """
SELECT newest.id, newest.step, newest.answers, newest.updated_at, preferences.body
FROM (SELECT 1 AS one) AS always
LEFT JOIN (
  SELECT id, step, answers, updated_at FROM interviews
  WHERE team_id = {0} AND user_id = {0} AND enterprise_id = {0}
  ORDER BY updated_at DESC LIMIT 1
) AS newest ON one = 1
LEFT JOIN preferences ON team_id = {0} AND user_id = {0} AND enterprise_id = {0}
"""


class Callers:
    """Reads outside transactions: nobody waits for a lock, and no round trip begins or ends one."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._kept = threading.local()
        self._statement = STATEMENT.format("?" if engine.dialect.name == "sqlite" else "%s")

    def read(self, person: Person, keyring: Keyring) -> Caller:
        """What the first page needs to know; one statement."""
        row = self._row((person.team_id, person.user_id, person.enterprise_id or "") * 2)
        return Caller(_preferences(row, person, keyring), _interview(row, person, keyring))

    def _row(self, given: tuple[str, ...]) -> Any:
        connection: Connection | None = getattr(self._kept, "connection", None)
        if connection is None:
            connection = self._kept.connection = self._engine.connect()
        try:
            found = connection.exec_driver_sql(self._statement, given).first()
            connection.rollback()
        except DBAPIError:  # a server that was away: the next one begins with a new connection
            self._kept.connection = None
            connection.close()
            raise
        return found


def _preferences(row: Any, person: Person, keyring: Keyring) -> Preferences:
    if row.body is None:
        return Preferences()
    return preferences_of(keyring.open(row.body, place_of(preferences, "", person)))


def _interview(row: Any, person: Person, keyring: Keyring) -> Interview | None:
    if row.id is None:
        return None
    answers = keyring.open(row.answers, place_of(interviews, row.id, person))
    return Interview(row.id, person, row.step, json.loads(answers), moment(row.updated_at))
