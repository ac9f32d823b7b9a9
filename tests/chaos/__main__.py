"""make chaos: a hundred seeds of it, thousands of messages each; SEED=17 replays one.

SEEDS: how many. FIRST: the first of them. MESSAGES: how many are due. SECONDS: how long things are broken.
"""

import asyncio
import logging
import os
import sys
import tempfile
import time
from pathlib import Path

from tests.chaos.arena import arena
from tests.chaos.breaking import Server, SqliteFile, postgresql
from tests.chaos.saboteur import Saboteur


def _given(name: str, usual: int) -> int:
    return int(os.environ.get(name) or usual)


async def one(seed: int, server: Server, *, replicas: int) -> list[str]:
    """One seed on one database; the complaints, with what was done."""
    messages, seconds = _given("MESSAGES", 2000), _given("SECONDS", 20)
    with tempfile.TemporaryDirectory(prefix="ajar-chaos-") as name:
        folder = Path(name)
        file = SqliteFile(folder)
        database: Server | SqliteFile = server if replicas > 1 else file
        url, count = database.fresh(), messages if replicas > 1 else messages // 2
        given = {"replicas": replicas, "messages": count, "break_database": database.break_it}
        async with arena(folder, url, **given) as here:
            await Saboteur(here, seed).work(seconds)
            try:
                await here.calm(180)
            except TimeoutError:
                return ["it did not come to an end", *await here.complaints(), *here.acts]
            found = await here.complaints()
            return [*found, *here.acts] if found else []


def main() -> int:
    """Every seed on PostgreSQL with three replicas and on SQLite with one; 1 when any failed."""
    seed = os.environ.get("SEED")
    first = int(seed) if seed else _given("FIRST", 1)
    seeds = range(first, first + 1) if seed else range(first, first + _given("SEEDS", 100))
    failed = []
    with postgresql() as server:
        for number in seeds:
            for replicas in (3, 1):
                begun = time.monotonic()
                found = asyncio.run(one(number, server, replicas=replicas))
                where = "PostgreSQL, three replicas" if replicas > 1 else "SQLite, one replica"
                verdict = "failed" if found else "every message once"
                sys.stdout.write(f"seed {number}, {where}: {verdict} ({time.monotonic() - begun:.0f} s)\n")
                if found:
                    failed.append(number)
                    sys.stdout.write("\n".join(found) + f"\nmake chaos SEED={number} replays it\n")
                sys.stdout.flush()
    sys.stdout.write(f"{len(seeds) - len(set(failed))} of {len(seeds)} seeds passed\n")
    return 1 if failed else 0


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    sys.exit(main())
