"""How long after the last page is submitted its first draft is in the DM, on an idle machine."""

import asyncio
import logging
import time
from datetime import UTC, datetime
from pathlib import Path

import structlog

from bot.cli import load_manifest
from bot.local import local
from bot.sandbox.person import Person

START = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
RAW = "The pay is a joke and the commute is awful"


async def drafts_after_last_step(folder: Path, times: int) -> list[float]:
    """Milliseconds, for that many declines one after the other, over the local Slack."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    await asyncio.to_thread(folder.mkdir)
    found: list[float] = []
    async with local(folder, load_manifest(), start_at=START, patience_seconds=20) as both:
        robin = Person(both.sandbox)
        for number in range(times):
            found.append(await _once(robin, f"Acme {number}"))
    return found


async def _once(robin: Person, company: str) -> float:
    await robin.command("/decline")
    robin.fill("company", company)
    robin.fill("role", "Nurse")
    assert not await robin.submit()
    robin.fill("raw_words", RAW)
    assert not await robin.submit()
    assert not await robin.submit()
    before = len(robin.dm)
    begun = time.perf_counter()
    assert not await robin.submit()
    await robin.until(lambda: len(robin.dm) > before, "the first message")
    return (time.perf_counter() - begun) * 1000
