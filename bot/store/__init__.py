"""What is kept, in SQL: tables, bodies, the outbox, migrations. Nothing outside this room speaks SQL."""

from collections.abc import Sequence
from datetime import timedelta

from bot.flows.ports import Clock
from bot.store.backup import backup
from bot.store.engine import (
    Address,
    DamagedError,
    Database,
    NewerError,
    RefusedError,
    file_address,
    sqlite_file,
)
from bot.store.sealing import Keyring, WrongKeyError
from bot.store.sql import SqlStore

__all__ = [
    "Address",
    "DamagedError",
    "NewerError",
    "RefusedError",
    "SqlStore",
    "WrongKeyError",
    "backup",
    "file_address",
    "open_store",
    "sqlite_file",
]


def open_store(
    url: Address, *, clock: Clock, keys: Sequence[str], retention: timedelta | None = None
) -> SqlStore:
    """The store at `sqlite:///file` or `postgresql://…`. Raises StoreUnavailableError with one sentence;
    RefusedError where another try is of no use.

    keys: what is personal is sealed with the first and opened with any.
    retention: how long a case that was put away is kept; None: until its person erases it.
    """
    return SqlStore(Database(url), clock, Keyring(keys), retention)
