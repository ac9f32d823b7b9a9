"""Memory after 10,000 requests and 1,000 deliveries, against that after 100."""

import asyncio
from pathlib import Path

from bot.clocks import SystemClock
from bot.coaching.case import Person
from bot.flows.ports import Change, Post, PostKind
from bot.store import open_store
from tests.bench.surface import asking
from tests.bench.surface.load import TEAM, load
from tests.bench.surface.programs import KEY, ajar
from tests.bench.surface.sink import Sink

REQUESTS, DELIVERIES = 10_000, 1_000
FIRST = 100


async def growth(sink: Sink, folder: Path) -> float:
    """How many times as much; messages go to as many workspaces, so that no pace holds them up."""
    await asyncio.to_thread(folder.mkdir)
    async with ajar(sink.url, folder) as program:
        await asyncio.sleep(5)
        asked = await _ask(program.port, FIRST)
        await _deliver(folder, sink, FIRST)
        before = program.memory_mb
        while asked < REQUESTS:
            asked += await _ask(program.port, 2000)
        await _deliver(folder, sink, DELIVERIES)
        return program.memory_mb / before


async def _ask(port: int, number: int) -> int:
    """At least about that many requests."""
    done = 0
    while done < number:
        found = await load(port, asking.decline, at_once=16, seconds=min(1.0, number / 2000))
        done += round(found.rate * min(1.0, number / 2000))
    return done


async def _deliver(folder: Path, sink: Sink, number: int) -> None:
    store = open_store(f"sqlite:///{folder}/ajar.db", clock=SystemClock(), keys=[KEY])
    now, before = SystemClock().now(), sink.calls["chat.postMessage"]
    people = [Person(f"{TEAM}{place}", f"U{number}X{place}") for place in range(number)]  # see pausing.spread
    for person in people:
        name = f"{number}:{person.user_id}"
        await store.commit(Change(person, now, posts=(Post(name, person, PostKind.REPLY, now, name),)))
    await store.close()
    async with asyncio.timeout(300):
        while sink.calls["chat.postMessage"] < before + number:  # noqa: ASYNC110  another process sends
            await asyncio.sleep(0.1)
