"""Somebody who breaks one thing after the other; the same seed breaks the same things."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.sandbox.faults import Drop, Fault, RateLimited, Slow, Status
from tests.chaos.arena import Arena

POST, OPEN, HISTORY = "chat.postMessage", "conversations.open", "conversations.history"
STEPS = (-7200.0, -90.0, -5.0, 5.0, 90.0, 7200.0, 86400.0)


class Saboteur:
    """Acts at random moments until told to stop."""

    def __init__(self, arena: Arena, seed: int) -> None:
        self._arena = arena
        self._chance = random.Random(seed)

    async def work(self, seconds: float) -> None:
        """Break things for so long; then all is well again."""
        acts: list[tuple[Callable[[], Awaitable[None]], int]] = [
            (self._kill, 3),
            (self._answer_badly, 6),
            (self._step_clock, 2),
            (self._break_database, 1),
        ]
        end = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < end:
            (act,) = self._chance.choices([act for act, _ in acts], [weight for _, weight in acts])
            await act()
            await asyncio.sleep(self._chance.uniform(0.05, 0.5))
        self._arena.sandbox.faults.clear()
        self._arena.note("calm")

    async def _kill(self) -> None:
        replica = self._chance.choice(self._arena.replicas)
        self._arena.note(f"kill {replica.log.stem}")
        await replica.kill()
        await asyncio.sleep(self._chance.uniform(0, 0.3))
        await replica.start()

    async def _answer_badly(self) -> None:
        faults: list[Fault] = [
            Drop.BEFORE,
            Drop.AFTER,
            RateLimited(1),
            Status(503),
            Slow(self._chance.uniform(0.2, 1.2)),
            Slow(self._chance.uniform(0.2, 1.2), is_after=True),
        ]
        fault = self._chance.choice(faults)
        method = self._chance.choice([POST, POST, POST, POST, HISTORY, OPEN])
        times = 1 if isinstance(fault, RateLimited) else self._chance.randint(1, 12)
        self._arena.note(f"{method}: {fault} {times} times")
        self._arena.sandbox.faults.next(method, fault, times=times)

    async def _step_clock(self) -> None:
        seconds = self._chance.choice(STEPS)
        self._arena.note(f"clock {seconds:+.0f} s")
        self._arena.sandbox.clock.advance(timedelta(seconds=seconds))

    async def _break_database(self) -> None:
        self._arena.note("database")
        await self._arena.break_database()
