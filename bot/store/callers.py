"""Who is at the door: one hand-written statement on a kept connection, for the path that has three seconds.

Everything else in this room is plain SQLAlchemy, whose statements are built anew for each call.
"""

import json
import threading
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Engine

from bot.coaching.case import Person
from bot.flows.ports import Caller, Interview, Preferences, StoreUnavailableError
from bot.store.bodies import preferences_of
from bot.store.sealed_rows import place_of
from bot.store.sealing import Keyring
from bot.store.tables import interviews, moment, preferences

STATEMENT = """
SELECT newest.id, newest.step, newest.answers, newest.updated_at, preferences.body, {finished} AS is_finished
FROM (SELECT 1 AS one) AS always
LEFT JOIN (
  SELECT id, step, answers, updated_at FROM interviews
  WHERE {person}{which} ORDER BY updated_at DESC LIMIT 1
) AS newest ON one = 1
LEFT JOIN preferences ON {person}
"""
PERSON = "team_id = {0} AND user_id = {0} AND enterprise_id = {0}"
FINISHED = "EXISTS (SELECT 1 FROM cases WHERE {person} AND id = {0})"


def _statement(place: str, *, is_named: bool) -> str:
    """With the driver's own mark where a value goes."""
    person = PERSON.format(place)
    finished = FINISHED.format(place, person=person) if is_named else "1 = 0"
    return STATEMENT.format(person=person, finished=finished, which=f" AND id = {place}" if is_named else "")


class Callers:
    """Reads outside transactions: nobody waits for a lock, and no round trip begins or ends one."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._kept = threading.local()
        self._opened: set[Connection] = set()
        place = "?" if engine.dialect.name == "sqlite" else "%s"
        self._newest, self._named = (_statement(place, is_named=is_named) for is_named in (False, True))

    def read(self, person: Person, interview_id: str, keyring: Keyring) -> Caller:
        """What a page needs to know; one statement. Without an id: of the newest interview."""
        owner = (person.team_id, person.user_id, person.enterprise_id or "")
        if interview_id:
            row = self._row(self._named, (*owner, interview_id, *owner, interview_id, *owner))
        else:
            row = self._row(self._newest, (*owner, *owner))
        interview_row, body, is_finished = row[:4], row[4], row[5]
        found = _interview(interview_row, person, keyring)
        return Caller(_preferences(body, person, keyring), found, bool(is_finished))

    def _row(self, statement: str, given: tuple[str, ...]) -> Any:
        kept: Connection | None = getattr(self._kept, "connection", None)
        connection = kept or self._connected()
        dialect = self._engine.dialect
        try:
            return self._kept.cursor().execute(statement, given).fetchone()
        except dialect.loaded_dbapi.Error as failure:
            is_lost = dialect.is_disconnect(failure, connection.connection.dbapi_connection, None)
            self._drop(connection)
            if kept is not None and is_lost:  # from before the server went away: a new one may do
                return self._row(statement, given)
            raise StoreUnavailableError(f"the database answered with {type(failure).__name__}") from None

    def _drop(self, connection: Connection) -> None:
        """The next one begins with a new connection."""
        self._kept.connection = None
        self._opened.discard(connection)
        connection.invalidate()
        connection.close()

    def _connected(self) -> Connection:
        """A connection for this thread alone; the statement goes to its driver without a detour."""
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        driver = connection.connection.driver_connection
        if driver is None:
            raise StoreUnavailableError("the database is closed")
        self._kept.connection, self._kept.cursor = connection, driver.cursor
        self._opened.add(connection)
        return connection

    def close(self) -> None:
        """Give every connection back, once no thread reads any more."""
        while self._opened:
            self._opened.pop().close()


def _preferences(body: str | None, person: Person, keyring: Keyring) -> Preferences:
    if body is None:
        return Preferences()
    return preferences_of(keyring.open(body, place_of(preferences, "", person)))


def _interview(row: Sequence[Any], person: Person, keyring: Keyring) -> Interview | None:
    interview_id, step, answers, updated_at = row
    if interview_id is None:
        return None
    held = keyring.open(answers, place_of(interviews, interview_id, person))
    return Interview(interview_id, person, step, json.loads(held), moment(updated_at))
