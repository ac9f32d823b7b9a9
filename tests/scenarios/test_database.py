"""The database is locked or full: people are told, nothing is half-written, and it goes on by itself."""

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.flows.ports import Change, StoreUnavailableError
from bot.local import Local
from bot.sandbox.person import Person
from bot.store import open_store
from tests.making import KEYS, NOW, ROBIN, a_case, a_post
from tests.scenarios.serve import served
from tests.scenarios.telling import expect_said, own, said, submit


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    """Somebody else holds the database."""
    with closing(sqlite3.connect(file, timeout=10)) as taken:
        taken.execute("BEGIN EXCLUSIVE")
        yield
        taken.rollback()


async def _ready(both: Local) -> int:
    address = str(both.sandbox.settings.request_url).replace("/slack/events", "/readyz")
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        return answer.status


async def test_a_locked_database_is_said_and_nothing_typed_is_lost(
    robin: Person, over_http: Local, tmp_path: Path
) -> None:
    await robin.command("/decline Acme")
    robin.fill("role", "Nurse")
    with _locked(tmp_path / "ajar.db"):
        errors = await robin.submit()
        assert "can't reach its memory" in str(errors) + str(robin.modal)
        assert await _ready(over_http) == 503
    assert await _ready(over_http) == 200
    await robin.close()  # the word about it lies on top of what was typed
    await submit(robin)
    assert "raw_words" in str(robin.modal)


async def test_what_is_typed_meanwhile_is_answered_at_once_and_again_when_the_database_is_back(
    robin: Person, tmp_path: Path
) -> None:
    with _locked(tmp_path / "ajar.db"):
        await robin.say("I called them")
        await expect_said(robin, "can't reach its memory")
    await robin.until(lambda: len(own(robin)) == 2, "an answer")
    assert said(robin).count("can't reach its memory") == 1


async def test_the_courier_goes_on_by_itself_when_the_database_is_back(
    robin: Person, over_http: Local, tmp_path: Path
) -> None:
    over_http.sandbox.faults.script("chat.postMessage", "slow", 1.0)
    await robin.say("hello")
    calls = over_http.sandbox.faults.calls
    await robin.until(lambda: any(name == "chat.postMessage" for _, name in calls), "the send is under way")
    with _locked(tmp_path / "ajar.db"):
        await robin.until(lambda: len(own(robin)) == 1, "an answer")
        await asyncio.sleep(2.5)  # longer than a transaction waits: settling it fails
    for _ in range(200):
        if await over_http.ajar.store.counts() == {"sent": 1}:
            break
        await asyncio.sleep(0.05)
    assert await over_http.ajar.store.counts() == {"sent": 1}
    assert len(own(robin)) == 1


async def test_a_full_disk_writes_nothing_by_halves(tmp_path: Path, clock) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'ajar.db'}", clock=clock, keys=KEYS)
    await store.migrate()
    await _limit(store, is_full=True)
    posts = tuple(a_post(f"p{n}", case_id=f"c{n}") for n in range(2000))
    with pytest.raises(StoreUnavailableError):
        await store.commit(Change(ROBIN, NOW, once="a click", case=a_case(), posts=posts))
    assert (await store.cases(ROBIN), await store.counts()) == ((), {})
    await _limit(store, is_full=False)
    assert await store.commit(Change(ROBIN, NOW, once="a click", case=a_case(), posts=posts))
    assert await store.counts() == {"pending": 2000}
    await store.close()


async def _limit(store, *, is_full: bool) -> None:
    """As full as the disk is now, or with room again."""

    def set_limit(connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        most = pages if is_full else 1_000_000
        connection.exec_driver_sql(f"PRAGMA max_page_count = {most}")

    await store._database.write(set_limit)


async def test_a_stop_lets_the_message_under_way_arrive_and_be_recorded(tmp_path: Path) -> None:
    async with served(tmp_path) as process:
        await process.start()
        robin = Person(process.sandbox)
        process.sandbox.faults.script("chat.postMessage", "slow", 1.5)
        await robin.say("hello")
        calls = process.sandbox.faults.calls
        await robin.until(lambda: any(name == "chat.postMessage" for _, name in calls), "the send")
        begun = time.monotonic()
        assert await process.terminate() == 0
        assert time.monotonic() - begun < 10
        assert len(own(robin)) == 1
        with closing(sqlite3.connect(tmp_path / "ajar.db")) as kept:
            assert kept.execute("SELECT status FROM outbox").fetchall() == [("sent",)]
