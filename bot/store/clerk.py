"""One thread that answers questions: whatever is asked while it works is answered together, next.

A pool of threads takes turns at the interpreter with the loop for each question; here many share one turn.
"""

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")
Asked = tuple[K, asyncio.Future[V]]


class Clerk(Generic[K, V]):
    """Works synchronously on many questions at a time; an answer that is an exception is raised."""

    def __init__(self, work: Callable[[Sequence[K]], Sequence[V | Exception]], most: int) -> None:
        self._work = work
        self._most = most
        self._waiting: queue.SimpleQueue[Asked[K, V] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    async def ask(self, item: K) -> V:
        """The answer to this one. Raises what the work raises or answers."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="clerk", daemon=True)
            self._thread.start()
        future: asyncio.Future[V] = asyncio.get_running_loop().create_future()
        self._waiting.put((item, future))
        return await future

    def close(self) -> None:
        """Answer what was asked, then stop; waits for it."""
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join()

    def _run(self) -> None:
        while first := self._waiting.get():
            batch, is_last = [first], False
            with suppress(queue.Empty):
                while len(batch) < self._most and not is_last:
                    following = self._waiting.get_nowait()
                    is_last = following is None
                    batch += [following] if following else []
            self._answer(batch)
            if is_last:
                return

    def _answer(self, batch: list[Asked[K, V]]) -> None:
        answers: Sequence[V | Exception]
        try:
            answers = self._work([item for item, _ in batch])
        except Exception as failure:  # noqa: BLE001  whatever it is, it is everybody's who asked
            answers = [failure] * len(batch)
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            batch[0][1].get_loop().call_soon_threadsafe(_tell, batch, answers)


def _tell(batch: list[Asked[K, V]], answers: Sequence[V | Exception]) -> None:
    for (_, future), answer in zip(batch, answers, strict=True):
        if future.done():  # who asked has gone
            continue
        if isinstance(answer, Exception):
            future.set_exception(answer)
        else:
            future.set_result(answer)
