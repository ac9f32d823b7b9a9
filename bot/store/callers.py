"""Who is at the door: one hand-written statement on a kept connection, for the path that has three seconds.

Everything else in this room is plain SQLAlchemy in threads; here a turn of a thread would cost more than the
answer. A SQLite file answers on the spot; for PostgreSQL see server_callers.py.
"""

import asyncio
import json
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Protocol

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.coaching.case import Person
from bot.flows.ports import Caller, Interview, Preferences, StoreUnavailableError
from bot.store.bodies import preferences_of
from bot.store.engine import Database
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
COLUMNS = ("team_id", "user_id", "enterprise_id", "interview_id")
ONE = STATEMENT.format(asked=f"(SELECT {', '.join(f'? AS {name}' for name in COLUMNS)}) AS asked")


class Callers(Protocol):
    """Reads outside transactions: nobody waits for a lock, and no round trip begins or ends one."""

    async def ask(self, asked: Asked) -> Caller:
        """What a page needs to know. Raises StoreUnavailableError, UnreadableError."""
        ...

    async def close(self) -> None:
        """Close what is kept."""
        ...


class FileCallers:
    """In SQLite's WAL mode a reader waits for nobody, and the loop can read by itself."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring
        self._kept: Connection | None = None
        self._is_opening = False

    async def ask(self, asked: Asked) -> Caller:
        """What a page needs to know. Raises StoreUnavailableError, UnreadableError."""
        row = self._on_the_spot(asked)
        if row is None:  # nothing read before, or somebody has the file alone: a thread can wait for it
            row = await self._database.write(partial(_read, asked=asked))
            await self._keep()
        return caller_of(row, asked, self._keyring)

    def _on_the_spot(self, asked: Asked) -> Row | None:
        if self._kept is None:
            return None
        try:
            return _read(self._kept, asked)
        except sqlite3.Error:
            self._drop()
            return None

    async def _keep(self) -> None:
        """Open what answers on the spot; once, however many ask at the same time."""
        if self._kept is not None or self._is_opening:
            return
        self._is_opening = True
        try:
            with suppress(sqlite3.Error, SQLAlchemyError):  # it is quicker, and no more
                self._kept = await asyncio.to_thread(self._opened)
        finally:
            self._is_opening = False

    def _opened(self) -> Connection:
        kept = self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        _cursor(kept).execute("PRAGMA busy_timeout=0")
        return kept

    def _drop(self) -> None:
        if self._kept is not None:
            self._kept.invalidate()
            self._kept.close()
            self._kept = None

    async def close(self) -> None:
        """Close what is kept."""
        self._drop()


def _read(connection: Connection, asked: Asked) -> Row:
    row: Row = _cursor(connection).execute(ONE, values_of(asked)).fetchone()
    return row


def _cursor(connection: Connection) -> Any:
    """The driver's own, without a detour."""
    driver = connection.connection.driver_connection
    if driver is None:
        raise StoreUnavailableError("the database is closed")
    return driver.cursor()


def values_of(asked: Asked) -> tuple[str, str, str, str]:
    """In the order of COLUMNS."""
    person, interview_id = asked
    return person.team_id, person.user_id, person.enterprise_id or "", interview_id


def caller_of(row: Row, asked: Asked, keyring: Keyring) -> Caller:
    """A row of STATEMENT. Raises UnreadableError."""
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
