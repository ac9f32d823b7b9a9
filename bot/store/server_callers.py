"""Who is at the door, asked of PostgreSQL: over a connection that the loop listens to, for many at once.

Apart from callers.py, since a start on SQLite need not import the driver.
"""

import json
from collections.abc import Sequence
from typing import Any

import psycopg

from bot.flows.ports import Caller, UnreadableError
from bot.store.callers import COLUMNS, STATEMENT, Asked, Row, caller_of, values_of
from bot.store.engine import REACH, Database, named
from bot.store.gathering import Gatherer
from bot.store.sealing import Keyring

MOST_TOGETHER = 200
EACH = STATEMENT.format(  # as JSON: a statement with arrays is planned anew each time
    asked=f"""
    ROWS FROM (jsonb_to_recordset(%s::jsonb) AS ({", ".join(f"{name} text" for name in COLUMNS)}))
    WITH ORDINALITY AS asked({", ".join(COLUMNS)}, place)"""
)


class ServerCallers:
    """One statement for everybody who stands there; who comes meanwhile is in the next."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        reach = {name: str(value) for name, value in REACH.items()}
        url = database.engine.url.set(drivername="postgresql").update_query_dict(reach)
        self._address = url.render_as_string(hide_password=False)
        self._keyring = keyring
        self._kept: psycopg.AsyncConnection[Any] | None = None
        self._asking: Gatherer[Asked, Caller | UnreadableError] = Gatherer(self._read, MOST_TOGETHER)

    async def ask(self, asked: Asked) -> Caller:
        """What a page needs to know. Raises StoreUnavailableError, UnreadableError."""
        found = await self._asking.ask(asked)
        if isinstance(found, UnreadableError):
            raise found
        return found

    async def _read(self, asked: Sequence[Asked]) -> Sequence[Caller | UnreadableError]:
        given = json.dumps([dict(zip(COLUMNS, values_of(item), strict=True)) for item in asked])
        return [self._opened(row, item) for row, item in zip(await self._rows(given), asked, strict=True)]

    def _opened(self, row: Row, asked: Asked) -> Caller | UnreadableError:
        try:
            return caller_of(row, asked, self._keyring)
        except UnreadableError as failure:  # this one's alone
            return failure

    async def _rows(self, given: str) -> Sequence[Row]:
        """Asked once more when a kept connection turns out to be cut: the server may be back."""
        while True:
            is_fresh = self._kept is None
            try:
                if self._kept is None:
                    self._kept = await psycopg.AsyncConnection.connect(self._address, autocommit=True)
                cursor = await self._kept.execute(f"{EACH} ORDER BY asked.place", (given,))
                return await cursor.fetchall()
            except psycopg.Error as failure:
                await self.close()
                if is_fresh:
                    raise named(failure) from None

    async def close(self) -> None:
        """Close what is kept."""
        if self._kept is not None:
            kept, self._kept = self._kept, None
            await kept.close()
