"""Who is at the door: one hand-written statement on a kept connection, for the path that has three seconds.

Everything else in this room is plain SQLAlchemy, whose statements are built anew for each call.
"""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.coaching.case import Person
from bot.flows.ports import Caller, Interview, Preferences, StoreUnavailableError, UnreadableError
from bot.store.bodies import preferences_of
from bot.store.engine import unavailable
from bot.store.sealed_rows import place_of
from bot.store.sealing import Keyring
from bot.store.tables import interviews, moment, preferences

Asked = tuple[Person, str]  # whom, and the id of an interview; without one it is about the newest
Row = Sequence[Any]

OWN = (
    "{0}.team_id = asked.team_id AND {0}.user_id = asked.user_id AND {0}.enterprise_id = asked.enterprise_id"
)
STATEMENT = f"""
SELECT newest.id, newest.step, newest.answers, newest.updated_at, preferences.body,
  EXISTS (SELECT 1 FROM cases WHERE cases.id = asked.interview_id AND {OWN.format("cases")})
FROM {{asked}}
LEFT JOIN interviews AS newest ON newest.id = (
  SELECT own.id FROM interviews AS own
  WHERE {OWN.format("own")} AND asked.interview_id IN ('', own.id)
  ORDER BY own.updated_at DESC LIMIT 1
)
LEFT JOIN preferences ON {OWN.format("preferences")}
"""  # noqa: S608  put together from what stands here
ONE = "(SELECT ? AS team_id, ? AS user_id, ? AS enterprise_id, ? AS interview_id) AS asked"
EACH = (  # as JSON: a statement with arrays is planned anew each time
    "ROWS FROM (jsonb_to_recordset(%s::jsonb)"
    " AS (team_id text, user_id text, enterprise_id text, interview_id text))"
    " WITH ORDINALITY AS asked(team_id, user_id, enterprise_id, interview_id, place)"
)
COLUMNS = ("team_id", "user_id", "enterprise_id", "interview_id")


class Callers:
    """Reads outside transactions: nobody waits for a lock, and no round trip begins or ends one."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._is_sqlite = engine.dialect.name == "sqlite"
        self._kept: Connection | None = None
        self._spot: Connection | None = None
        self._statement = STATEMENT.format(asked=ONE if self._is_sqlite else EACH)

    def on_the_spot(self, asked: Asked, keyring: Keyring) -> Caller | None:
        """Without waiting: in WAL mode a reader of SQLite waits for nobody, and a thread costs more.

        None where it may not be so: another database, nothing read before, or somebody has the file alone.
        Raises UnreadableError.
        """
        if self._spot is None:
            return None
        try:
            row = _cursor(self._spot).execute(self._statement, _values(asked)).fetchone()
        except sqlite3.Error:
            _drop(self._spot)
            self._spot = None
            return None
        return _caller(row, asked, keyring)

    def read(self, asked: Sequence[Asked], keyring: Keyring) -> Sequence[Caller | Exception]:
        """What a page needs to know of each, in a thread; PostgreSQL is asked once for all of them."""
        rows = self._rows(asked)
        if self._is_sqlite and self._spot is None:
            with suppress(sqlite3.Error, SQLAlchemyError):  # it is quicker, and no more
                self._spot = self._for_the_spot()
        return [_caller_or_error(row, item, keyring) for row, item in zip(rows, asked, strict=True)]

    def _rows(self, asked: Sequence[Asked]) -> Sequence[Row]:
        """Tried once more when a kept connection turns out to be cut: the server may be back."""
        dialect = self._engine.dialect
        while True:
            is_fresh = self._kept is None
            with unavailable():
                connection = self._kept = self._kept or self._open()
            try:
                return self._read(_cursor(connection), asked)
            except dialect.loaded_dbapi.Error as failure:
                is_cut = dialect.is_disconnect(failure, connection.connection.dbapi_connection, None)
                _drop(connection)
                self._kept = None
                if is_fresh or not is_cut:
                    error = f"the database answered with {type(failure).__name__}"
                    raise StoreUnavailableError(error) from None

    def _read(self, cursor: Any, asked: Sequence[Asked]) -> Sequence[Row]:
        if self._is_sqlite:
            return [cursor.execute(self._statement, _values(item)).fetchone() for item in asked]
        given = json.dumps([dict(zip(COLUMNS, _values(item), strict=True)) for item in asked])
        rows: Sequence[Row] = cursor.execute(f"{self._statement} ORDER BY asked.place", (given,)).fetchall()
        return rows

    def _for_the_spot(self) -> Connection:
        spot = self._open()
        _cursor(spot).execute("PRAGMA busy_timeout=0")
        return spot

    def _open(self) -> Connection:
        return self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")

    def close(self) -> None:
        """Close every connection, once nobody reads any more."""
        for connection in (self._spot, self._kept):
            if connection is not None:
                _drop(connection)
        self._spot = self._kept = None


def _cursor(connection: Connection) -> Any:
    """The driver's own, without a detour."""
    driver = connection.connection.driver_connection
    if driver is None:
        raise StoreUnavailableError("the database is closed")
    return driver.cursor()


def _drop(connection: Connection) -> None:
    connection.invalidate()
    connection.close()


def _values(asked: Asked) -> tuple[str, str, str, str]:
    person, interview_id = asked
    return person.team_id, person.user_id, person.enterprise_id or "", interview_id


def _caller_or_error(row: Row, asked: Asked, keyring: Keyring) -> Caller | Exception:
    try:
        return _caller(row, asked, keyring)
    except UnreadableError as failure:  # this one's alone
        return failure


def _caller(row: Row, asked: Asked, keyring: Keyring) -> Caller:
    person, _ = asked
    preferences_body, is_finished = row[4], row[5]
    return Caller(
        _preferences(preferences_body, person, keyring),
        _interview(row[:4], person, keyring),
        bool(is_finished),
    )


def _preferences(body: str | None, person: Person, keyring: Keyring) -> Preferences:
    if body is None:
        return Preferences()
    return preferences_of(keyring.open(body, place_of(preferences, "", person)))


def _interview(row: Row, person: Person, keyring: Keyring) -> Interview | None:
    interview_id, step, answers, updated_at = row
    if interview_id is None:
        return None
    held = keyring.open(answers, place_of(interviews, interview_id, person))
    return Interview(interview_id, person, step, json.loads(held), moment(updated_at))
