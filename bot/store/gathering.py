"""Many askers, one transaction: what is asked while one runs goes together into the next."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Gatherer(Generic[K, V]):
    """Turns single questions into batches; who comes first waits for nobody."""

    def __init__(
        self, work: Callable[[Sequence[K]], Awaitable[Sequence[V]]], most: int, apart: float = 0.0
    ) -> None:
        """most: in one batch. apart: seconds from the beginning of one to that of the next."""
        self._work = work
        self._most = most
        self._apart = apart
        self._next_at = 0.0
        self._waiting: list[tuple[K, asyncio.Future[V]]] = []
        self._running: asyncio.Task[None] | None = None

    async def ask(self, item: K) -> V:
        """The answer to this one. Raises what the work raises."""
        future: asyncio.Future[V] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        return await future

    async def _run(self) -> None:
        try:
            while self._waiting:
                await self._turn()
                batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                await self._answer(batch)
        finally:
            self._running = None

    async def _turn(self) -> None:
        loop = asyncio.get_running_loop()
        if self._apart and self._next_at > loop.time():
            await asyncio.sleep(self._next_at - loop.time())
        self._next_at = loop.time() + self._apart

    async def _answer(self, batch: list[tuple[K, "asyncio.Future[V]"]]) -> None:
        try:
            answers = await self._work([item for item, _ in batch])
        except Exception as failure:  # noqa: BLE001  whatever it is, it is everybody's who asked
            for _, future in batch:
                if not future.done():
                    future.set_exception(failure)
            return
        for (_, future), answer in zip(batch, answers, strict=True):
            if not future.done():
                future.set_result(answer)
