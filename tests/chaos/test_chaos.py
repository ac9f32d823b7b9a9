"""The short form of the chaos: a few seconds of it on each database, and proof that the check bites."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.sandbox.faults import Drop, Slow
from tests.chaos.arena import Arena, arena
from tests.chaos.breaking import Server, SqliteFile, postgresql
from tests.chaos.saboteur import POST, Saboteur


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgresql() as started:
        yield started


async def _sabotaged(here: Arena, seed: int, seconds: float) -> list[str]:
    await Saboteur(here, seed).work(seconds)
    await here.calm(60)
    return await here.complaints()


async def test_three_replicas_on_postgresql_lose_and_double_nothing(tmp_path: Path, server: Server) -> None:
    url = server.fresh()
    async with arena(tmp_path, url, replicas=3, messages=400, break_database=server.break_it) as here:
        assert await _sabotaged(here, 4, 6) == [], here.acts


async def test_one_replica_on_sqlite_loses_and_doubles_nothing(tmp_path: Path) -> None:
    file = SqliteFile(tmp_path)
    async with arena(tmp_path, file.fresh(), replicas=1, messages=300, break_database=file.break_it) as here:
        assert await _sabotaged(here, 5, 5) == [], here.acts


async def test_without_the_look_up_the_check_finds_doubles(tmp_path: Path) -> None:
    file = SqliteFile(tmp_path)
    given = {"replicas": 1, "messages": 80, "break_database": file.break_it, "looks_up": False}
    async with arena(tmp_path, file.fresh(), **given) as here:
        here.sandbox.faults.next(POST, Drop.AFTER, times=10)
        await here.calm(60)
        assert any("came 2 times" in found for found in await here.complaints())


async def test_with_a_short_lease_the_check_finds_doubles(tmp_path: Path, server: Server) -> None:
    given = {"lease_seconds": 0.5, "flight_seconds": 0.0, "break_database": server.break_it}
    async with arena(tmp_path, server.fresh(), replicas=3, messages=160, **given) as here:
        here.sandbox.faults.next(POST, Slow(0.75), times=120)
        await here.calm(60)
        assert any("came 2 times" in found for found in await here.complaints())
