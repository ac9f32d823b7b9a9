"""PostgreSQL goes away under a running request: people are told, and nothing is half-written."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import create_engine, make_url, text

from bot.cli import load_manifest
from bot.local import Local, local
from bot.sandbox.person import Person
from tests.chaos.breaking import Server, postgresql
from tests.conftest import PATIENCE_SECONDS, START
from tests.scenarios.telling import RAW, decline, expect_said, own, submit

TOLD = "can't reach its memory"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgresql() as made:
        yield made


@pytest.fixture
async def on_a_server(server: Server, tmp_path: Path) -> AsyncIterator[tuple[Local, str]]:
    """Ajar and a local Slack, and the address of the database."""
    url = server.fresh()
    given = {"database_url": url, "patience_seconds": PATIENCE_SECONDS}
    async with local(tmp_path, load_manifest(), start_at=START, **given) as both:
        yield both, url


async def _ready(both: Local) -> int:
    address = str(both.sandbox.settings.request_url).replace("/slack/events", "/readyz")
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        return answer.status


async def _well_again(both: Local) -> None:
    for _ in range(200):
        if await _ready(both) == 200:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not become ready by itself")


async def test_while_the_server_is_away_people_are_told_and_nothing_typed_is_lost(
    server: Server, on_a_server: tuple[Local, str]
) -> None:
    both, _ = on_a_server
    robin, marta = Person(both.sandbox), Person(both.sandbox, "U0MARTA001")
    await robin.command("/decline Acme")
    robin.fill("role", "Nurse")
    await submit(robin)
    robin.fill("raw_words", RAW)
    async with server.away():
        errors = await robin.submit()
        assert TOLD in f"{errors} {robin.modals}"
        await marta.command("/decline Globex")
        assert TOLD in marta.ephemerals[-1]["text"]
        assert marta.modal is None
        assert await _ready(both) == 503
    await _well_again(both)
    await robin.close()  # the word about it lies on top of what was typed
    await submit(robin)
    assert "Salary below" in str(robin.modal)
    await submit(robin)
    await submit(robin)
    await expect_said(robin, "How did it go?")
    await marta.command("/decline Globex")
    assert "Globex" in str(marta.modal)


async def test_a_request_that_is_under_way_when_the_server_falls_has_its_effect_once_or_not_at_all(
    server: Server, on_a_server: tuple[Local, str]
) -> None:
    both, url = on_a_server
    robin = Person(both.sandbox)
    await robin.command("/decline Acme")
    robin.fill("role", "Nurse")
    for _ in range(3):
        await submit(robin)
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        connection.execute(text("LOCK TABLE outbox IN ACCESS EXCLUSIVE MODE"))
        last = asyncio.create_task(robin.submit())  # the case and its messages, in one transaction
        watch = text("SELECT count(*) FROM pg_locks WHERE relation = 'outbox'::regclass AND NOT granted")
        for _ in range(200):
            if connection.execute(watch).scalar_one():
                break
            await asyncio.sleep(0.02)
        async with server.away():
            errors = await last
            assert TOLD in f"{errors} {robin.modals}"
        connection.invalidate()
    engine.dispose()
    await _well_again(both)
    assert (await both.ajar.store.counts(), own(robin)) == ({}, [])
    await robin.close()
    await submit(robin)
    await expect_said(robin, "How did it go?")
    assert sum("How did it go?" in str(message) for message in own(robin)) == 1


async def test_the_courier_goes_on_by_itself(server: Server, on_a_server: tuple[Local, str]) -> None:
    both, _ = on_a_server
    robin = Person(both.sandbox)
    await decline(robin)
    await expect_said(robin, "How did it go?")
    before, due_at = len(own(robin)), await both.ajar.store.next_pending()
    assert due_at is not None
    async with server.away():
        await both.sandbox.move_clock(due_at - both.sandbox.clock.now() + timedelta(seconds=1))
        await asyncio.sleep(1)
    await robin.until(lambda: len(own(robin)) > before, "what had become due meanwhile")
    await asyncio.sleep(0.5)
    texts = [message["text"] for message in own(robin)]
    assert len(texts) == len(set(texts))
