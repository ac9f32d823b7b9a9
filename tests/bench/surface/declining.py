"""`/decline` and a page with a mistake, against the bare programs, at 1, 16 and 64 requests at once."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

from tests.bench.surface import asking
from tests.bench.surface.figures import Figure, median, rate, spread, turns
from tests.bench.surface.load import Measured
from tests.bench.surface.programs import ajar, rival
from tests.bench.surface.sink import Sink

AT_ONCE = (1, 16, 64)
LEARNS_SECONDS = 5  # what is learnt at the start is learnt by then


async def declining(sink: Sink, database: str, url: str, folder: Path, rounds: int) -> list[Figure]:
    """Every figure for one database."""
    figures: list[Figure] = []
    theirs = f"sqlite+aiosqlite:///{folder}/theirs.db"
    if database == "postgresql":
        theirs = url.replace("postgresql://", "postgresql+psycopg://")
    async with AsyncExitStack() as stack:
        up = {
            name: await stack.enter_async_context(rival(name, sink.url, theirs))
            for name in ("empty", "opens", "documented", "raw")
        }
        ours = await stack.enter_async_context(ajar(sink.url, folder, url if database != "sqlite" else ""))
        await asyncio.sleep(LEARNS_SECONDS)
        for at_once in AT_ONCE:
            where = f"{database}, {at_once} at once"
            asked = [(up[name], asking.decline) for name in ("opens", "documented", "raw")]
            opened = partial(sink.calls.__getitem__, "views.open")
            found = await turns([*asked, (ours, asking.decline)], rounds, at_once, opened)
            figures += _of_decline(found, where, at_once)
            pages = [(up["empty"], asking.empty_step), (ours, asking.mistaken_step)]
            found = await turns(pages, rounds, at_once)
            ratio = rate(found["ajar"]) / rate(found["empty"])
            name = f"a page with a mistake against (a) an empty listener, {where}"
            figures.append(Figure(name, ratio, 0.5, detail=spread(found)))
    return figures


def _of_decline(found: dict[str, list[Measured]], where: str, at_once: int) -> Sequence[Figure]:
    own = rate(found["ajar"])
    figures = [
        Figure(f"/decline against (b) one views.open, {where}", own / rate(found["opens"]), 0.85),
        Figure(f"/decline against (c) as documented, {where}", own / rate(found["documented"]), 4),
        Figure(f"/decline against (d) no framework, {where}", own / rate(found["raw"]), 0.55),
    ]
    figures[0].detail = spread(found)
    if at_once > 1:
        ours, theirs = (median([item.p99_ms for item in found[name]]) for name in ("ajar", "opens"))
        figures.append(Figure(f"p99 against (b), {where}", ours / theirs, 1.25, is_most=True))
    return figures
