"""Opening a database: SQLite with one writer, PostgreSQL with a few; failures as one kind of error."""

import asyncio
import errno
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from bot.files import FULL, remedy_for
from bot.flows.ports import StoreUnavailableError

T = TypeVar("T")
Address = str | URL  # as DATABASE_URL has it, or of a file whose name may hold anything

POSTGRESQL_THREADS = 8
BUSY_SECONDS = 2  # a request has three to be answered in, also when the answer is that nothing works
REACH = {  # a server that is gone is noticed in time, one that hangs after a while
    "connect_timeout": 2,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
WAL_ATTEMPTS = 100
SYNCHRONOUS = "synchronous"  # a pragma of SQLite's, and what a connection has it set to
DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}  # by the lower byte of SQLite's codes
FORMS = "postgresql://user:password@host/name or sqlite:///file"  # pragma: allowlist secret
NO_NAME = "no server of this name is known (in a password @ is written %40, and / %2F)"
SILENCES = {  # at the door: nobody is there just now
    "failed to resolve host": NO_NAME,
    "name resolution": NO_NAME,
    "refused": "nothing answers there",
    "Is the server running": "nothing answers there",
    "timeout expired": "nothing answers there in time",
    "starting up": "the server is starting",
    "shutting down": "the server is stopping",
}
REFUSALS = {  # what a server says there → what we say; nothing that it quotes
    "password authentication failed": "the server refuses the user or the password",
    "does not exist": "the server has no such database or user",
    "pg_hba.conf": "the server lets nobody in from here",
    "invalid connection option": "an option behind the ? is not known",
}


class RefusedError(StoreUnavailableError):
    """The server is there and says no, or there can't be one: trying again is of no use."""


class DamagedError(StoreUnavailableError):
    """A SQLite file that can't be read: damaged, or something else altogether."""


class NewerError(StoreUnavailableError):
    """A newer version of Ajar made these tables: this one doesn't know what is in them."""


class Database:
    """Runs plain synchronous work in threads: one for SQLite, since it takes one writer at a time."""

    def __init__(self, url: Address) -> None:
        self.engine = _engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self.file = str(self.engine.url.database) if self.is_sqlite else ""
        self._threads = ThreadPoolExecutor(1 if self.is_sqlite else POSTGRESQL_THREADS, "store")

    async def write(
        self, work: Callable[[Connection], T], *, is_lazy: bool = False, is_statement: bool = False
    ) -> T:
        """Run in one transaction: all of it or nothing. Raises StoreUnavailableError.

        is_lazy: a power cut may take it back, since it would be found out again; nobody waits for the disk
        (SQLite's; a server is told by the statement itself). is_statement: on a server it is one statement,
        which is a transaction without our asking, at a third of the way.
        """
        run = self._statement if is_statement and not self.is_sqlite else partial(self._transaction, is_lazy)
        try:
            running = self._threads.submit(run, work)
        except RuntimeError:  # the threads were shut down
            raise StoreUnavailableError("the database is closed") from None
        return await asyncio.wrap_future(running)

    async def wipe(self, tables: Sequence[str]) -> None:
        """What was deleted or replaced leaves the files too. Raises StoreUnavailableError.

        SQLite: the file is written anew and its log emptied. PostgreSQL: the tables are written anew.
        """
        wipe = self._wipe_sqlite if self.is_sqlite else partial(self._wipe_postgresql, tables)
        try:
            running = self._threads.submit(wipe)
        except RuntimeError:
            raise StoreUnavailableError("the database is closed") from None
        await asyncio.wrap_future(running)

    def _wipe_sqlite(self) -> None:
        with closing(self.engine.raw_connection()) as raw:
            try:
                raw.cursor().execute("VACUUM")
                raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            except sqlite3.Error as failure:
                raise StoreUnavailableError(f"the database answered with {type(failure).__name__}") from None

    def _wipe_postgresql(self, tables: Sequence[str]) -> None:
        with unavailable(), self.engine.connect() as connection:
            alone = connection.execution_options(isolation_level="AUTOCOMMIT")
            for name in tables:
                alone.execute(text(f"VACUUM (FULL) {name}"))

    async def close(self) -> None:
        """Let running work end, then close every connection."""
        await asyncio.to_thread(self._threads.shutdown)
        self.engine.dispose()

    def _transaction(self, is_lazy: bool, work: Callable[[Connection], T]) -> T:
        with unavailable(), self.engine.connect() as connection:
            connection.execution_options(is_lazy=is_lazy)
            with connection.begin():
                return work(connection)

    def _statement(self, work: Callable[[Connection], T]) -> T:
        with unavailable(), self.engine.connect() as connection:
            return work(connection.execution_options(isolation_level="AUTOCOMMIT"))


@contextmanager
def unavailable() -> Iterator[None]:
    """What the driver says becomes an error without the statement or its values."""
    try:
        yield
    except DBAPIError as failure:
        raise named(failure.orig) from None
    except sqlite3.Error as failure:  # while a connection is made ready
        raise named(failure) from None
    except SQLAlchemyError as failure:
        raise StoreUnavailableError(f"the database is out of reach ({type(failure).__name__})") from None


def is_damage(failure: BaseException | None) -> bool:
    """Whether SQLite says that the file itself is wrong."""
    return (getattr(failure, "sqlite_errorcode", 0) & 0xFF) in DAMAGE


def named(failure: BaseException | None) -> StoreUnavailableError:
    """The kind of failure; its text may hold values."""
    if is_damage(failure):
        return DamagedError("the database's file is damaged")
    is_at_the_door = getattr(failure, "sqlstate", None) is None  # what runs inside has a code of SQL's
    said = str(failure) if is_at_the_door else ""
    known = next((ours for theirs, ours in SILENCES.items() if theirs in said), "")
    refusal = next((ours for theirs, ours in REFUSALS.items() if theirs in said), "")
    if refusal and not known:
        return RefusedError(refusal)
    return StoreUnavailableError(known or f"the database answered with {type(failure).__name__}")


def _engine(url: Address) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return _sqlite(_named_file(parsed))
        if parsed.get_backend_name() not in {"postgresql", "postgres"}:
            raise RefusedError(
                f"DATABASE_URL: Ajar keeps what it has in PostgreSQL or SQLite. Write it as {FORMS}"
            )
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=POSTGRESQL_THREADS,
            pool_use_lifo=True,  # the connection that knows the statement already
            connect_args=REACH,
        )
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise RefusedError(
            f"DATABASE_URL can't be read. Write it as {FORMS}; in a password write @ : / # ? as %40 %3A %2F "
            "%23 %3F"
        ) from None


def _named_file(url: URL) -> str:
    if url.host or not url.database or url.database == ":memory:":
        raise RefusedError(
            "DATABASE_URL names no file. Write it as sqlite:///file, or sqlite:////file with the whole path"
        )
    return url.database


def file_address(path: Path) -> URL:
    """Of a SQLite file: in a text, marks such as ? and # would end its name."""
    return URL.create("sqlite", database=str(path.absolute()))


def sqlite_file(url: Address) -> Path | None:
    """The file of a SQLite database; None for a server, and for what can't be read."""
    try:
        parsed = make_url(url)
        return Path(_named_file(parsed)) if parsed.get_backend_name() == "sqlite" else None
    except (ArgumentError, NoSuchModuleError, ValueError, StoreUnavailableError):
        return None


def _switch_to_wal(connection: Any) -> None:
    """SQLite does not wait for its lock here, so two that start at once take turns by hand."""
    for attempt in range(WAL_ATTEMPTS):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if attempt == WAL_ATTEMPTS - 1:
                raise
            time.sleep(0.05)
        else:
            return


def _sqlite(file: str) -> Engine:
    path = Path(file)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        if not os.access(path, os.R_OK | os.W_OK):  # to touch it, being its owner is enough
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as refused:
        if refused.errno in FULL:
            raise StoreUnavailableError(f"{path} can't be written ({refused.strerror})") from None
        remedy = remedy_for(path) or "Set DATABASE_URL, or AJAR_DATA to a folder that Ajar may write to"
        raise RefusedError(f"{path} can't be written ({refused.strerror}). {remedy}") from None
    engine = create_engine(
        file_address(path),
        hide_parameters=True,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _: object) -> None:
        connection.isolation_level = None  # transactions begin where we say, see below
        _switch_to_wal(connection)
        connection.execute("PRAGMA secure_delete=ON")  # what is deleted is overwritten

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT":
            return
        is_lazy = connection.get_execution_options().get("is_lazy", False)
        wanted = "NORMAL" if is_lazy else "FULL"
        if connection.info.get(SYNCHRONOUS) != wanted:
            connection.exec_driver_sql(f"PRAGMA {SYNCHRONOUS}={wanted}")
            connection.info[SYNCHRONOUS] = wanted
        # Taking the write lock at once: a transaction that reads first can't be refused half-way.
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
