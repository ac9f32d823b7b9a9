"""make requests: how fast a request is answered, as ratios within one run.

Each program has a process of its own and is asked in turns with the others; medians of the rounds.
"""

import argparse
import asyncio
import json
import os
import platform
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from importlib.metadata import version
from pathlib import Path

from tests.bench.racing import postgresql
from tests.bench.surface import asking
from tests.bench.surface.declining import declining
from tests.bench.surface.delivering import drafts_after_last_step
from tests.bench.surface.figures import Figure, median, rate, spread, turns
from tests.bench.surface.finishing import finishing
from tests.bench.surface.growing import growth
from tests.bench.surface.homes import homes
from tests.bench.surface.programs import rival
from tests.bench.surface.sink import Sink
from tests.bench.surface.starting import libraries, ready

LIBRARIES = ("slack-bolt", "slack-sdk", "aiohttp", "uvicorn", "sqlalchemy", "psycopg", "jinja2")


async def listening(sink: Sink, rounds: int) -> Figure:
    """All listeners registered against one."""
    async with AsyncExitStack() as stack:
        up = [await stack.enter_async_context(rival(name, sink.url)) for name in ("one", "many")]
        found = await turns([(item, asking.decline) for item in up], rounds, 16)
    ratio = rate(found["many"]) / rate(found["one"])
    return Figure("sixty listeners against one", ratio, 0.95, detail=spread(found))


async def last_step(database: str, url: str, rounds: int) -> Figure:
    """One transaction, six drafts, the rows."""
    rates = await finishing(url, rounds, lambda _: None)
    ratio = median(rates["last step"]) / median(rates["bare transaction"])
    return Figure(f"the last step against its bare transaction, {database}", ratio, 0.6, detail=rates)


async def starting(sink: Sink, folder: Path, rounds: int) -> Figure:
    """From exec to ready, against the imports."""
    await ready(sink.url, folder)
    times: dict[str, list[float]] = {"imports": [], "ready": []}
    for _ in range(rounds):
        times["imports"].append(await libraries())
        times["ready"].append(await ready(sink.url, folder))
    ratio = median(times["ready"]) / median(times["imports"])
    return Figure("from exec to ready against the imports alone", ratio, 1.4, is_most=True, detail=times)


async def others(sink: Sink, root: Path, rounds: int) -> AsyncIterator[Figure]:
    """What has one figure for both databases."""
    yield await listening(sink, rounds)
    forty = await homes(sink, root / "homes", rounds)
    yield Figure("the Home tab with 40 cases against none", forty, 3, is_most=True)
    yield await starting(sink, root / "start", rounds)
    waits = await drafts_after_last_step(root / "drafts", rounds * 4)
    name = "milliseconds from the last step to the first draft in the DM, p50"
    yield Figure(name, median(waits), 150, is_most=True, detail={"ms": waits})
    grown = await growth(sink, root / "grow")
    name = "memory after 10,000 requests and 1,000 messages against after 100"
    yield Figure(name, grown, 1.15, is_most=True)


async def everything(rounds: int, wanted: Sequence[str]) -> AsyncIterator[Figure]:
    """All figures, or those of the parts that are wanted."""
    sink = Sink()
    await sink.start()
    with tempfile.TemporaryDirectory(prefix="ajar-bench-") as name, postgresql(name) as server:
        root = Path(name)
        for database, url in {"sqlite": f"sqlite:///{root}/steps.db", "postgresql": server}.items():
            if database not in wanted:
                continue
            folder = root / f"{database}-data"
            await asyncio.to_thread(folder.mkdir)
            for figure in await declining(sink, database, url, folder, rounds):
                yield figure
            yield await last_step(database, url, rounds)
        if "others" in wanted:
            async for figure in others(sink, root, rounds):
                yield figure
    await sink.stop()


async def run(rounds: int, wanted: Sequence[str]) -> None:
    """Print the table as it grows, and all of it as JSON."""
    write, figures = sys.stdout.write, []
    write("| figure | measured | target | |\n|---|---|---|---|\n")
    async for figure in everything(rounds, wanted):
        figures.append(figure)
        write(figure.line + "\n")
        sys.stdout.flush()
    report = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "versions": {name: version(name) for name in LIBRARIES},
        "rounds": rounds,
        "figures": [
            {"name": item.name, "value": item.value, "target": item.target, **item.detail} for item in figures
        ],
    }
    write(json.dumps(report) + "\n")


def main() -> None:
    """All of it takes about ten minutes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="*", default=["sqlite", "postgresql", "others"])
    given = parser.parse_args()
    asyncio.run(run(given.rounds, given.only))


if __name__ == "__main__":
    main()
