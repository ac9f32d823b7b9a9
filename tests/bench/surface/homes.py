"""The Home tab of somebody with forty cases, against that of somebody with none."""

import asyncio
import statistics
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.clocks import SystemClock
from bot.coaching.case import Person, Stage
from bot.flows.ports import Change
from bot.store import open_store
from tests.bench.surface import asking
from tests.bench.surface.load import JSON, TEAM, USER, load
from tests.bench.surface.programs import KEY, ajar
from tests.bench.surface.sink import Sink
from tests.making import a_case, a_post

FORTY = "U0FORTY001"
CASES = 40


async def _filled(folder: Path) -> None:
    clock, person = SystemClock(), Person(TEAM, FORTY)
    store = open_store(f"sqlite:///{folder}/ajar.db", clock=clock, keys=[KEY])
    await store.migrate()
    now = clock.now()
    for number in range(CASES):
        case = replace(a_case(), id=f"bench{number}", person=person, stage=Stage.IN_TOUCH, created_at=now)
        post = replace(
            a_post(f"p{number}"), person=person, case_id=case.id, due_at=now + timedelta(days=20 + number)
        )
        await store.commit(Change(person, now, case=case, posts=(post,)))
    await store.close()


async def homes(sink: Sink, folder: Path, rounds: int) -> float:
    """How many times as long the full one takes."""
    await asyncio.to_thread(folder.mkdir)
    await _filled(folder)
    times: dict[str, list[float]] = {USER: [], FORTY: []}
    async with ajar(sink.url, folder) as program:
        for _ in range(rounds + 1):
            for user, taken in times.items():
                body = asking.home(user)
                found = await load(program.port, lambda _, body=body: body, at_once=1, seconds=1.0, kind=JSON)
                taken.append(found.p50_ms)
    return statistics.median(times[FORTY][1:]) / statistics.median(times[USER][1:])
