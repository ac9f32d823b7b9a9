"""What is kept, in SQL: tables, bodies, the outbox, migrations. Nothing outside this room speaks SQL."""

from collections.abc import Sequence
from datetime import timedelta

from bot.flows.ports import Clock
from bot.store.backup import backup
from bot.store.engine import DamagedError, Database, RefusedError
from bot.store.sealing import Keyring, WrongKeyError
from bot.store.sql import SqlStore

__all__ = ["DamagedError", "RefusedError", "SqlStore", "WrongKeyError", "backup", "open_store"]


def open_store(
    url: str, *, clock: Clock, keys: Sequence[str], retention: timedelta | None = None
) -> SqlStore:
    """The store at `sqlite:///file` or `postgresql://…`. Raises StoreUnavailableError with one sentence.

    keys: what is personal is sealed with the first and opened with any.
    retention: how long a case that was put away is kept; None: until its person erases it.
    """
    return SqlStore(Database(url), clock, Keyring(keys), retention)
