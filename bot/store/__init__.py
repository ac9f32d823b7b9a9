"""What is kept, in SQL: tables, bodies, the outbox, migrations. Nothing outside this room speaks SQL."""

from bot.flows.ports import Clock
from bot.store.engine import Database
from bot.store.sql import SqlStore

__all__ = ["SqlStore", "open_store"]


def open_store(url: str, *, clock: Clock) -> SqlStore:
    """The store at `sqlite:///file` or `postgresql://…`. Raises StoreUnavailableError with one sentence."""
    return SqlStore(Database(url), clock)
