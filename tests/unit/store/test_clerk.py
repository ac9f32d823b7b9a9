"""One thread answers everybody: together where it can, each their own."""

import asyncio
import threading
from collections.abc import Sequence

import pytest

from bot.store.clerk import Clerk


class Work:
    """Doubles numbers, once it may."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.may_go_on = threading.Event()

    def __call__(self, items: Sequence[int]) -> Sequence[int | Exception]:
        self.batches.append(list(items))
        assert self.may_go_on.wait(10)
        if 13 in items:
            raise LookupError
        return [ValueError(item) if item < 0 else item * 2 for item in items]


async def _begun(work: Work) -> None:
    while not work.batches:  # noqa: ASYNC110  it is in another thread
        await asyncio.sleep(0.001)


async def test_what_is_asked_while_it_works_is_answered_together_next() -> None:
    work = Work()
    clerk = Clerk(work, most=3)
    first = asyncio.create_task(clerk.ask(1))
    await _begun(work)
    others = [asyncio.create_task(clerk.ask(number)) for number in (2, 3, 4, 5)]
    await asyncio.sleep(0)
    work.may_go_on.set()
    assert await asyncio.gather(first, *others) == [2, 4, 6, 8, 10]
    assert work.batches == [[1], [2, 3, 4], [5]]
    clerk.close()


async def test_an_error_is_of_whom_it_is_about_and_a_failure_is_everybodys_of_that_moment() -> None:
    work = Work()
    clerk = Clerk(work, most=9)
    first = asyncio.create_task(clerk.ask(1))
    await _begun(work)
    asked = [asyncio.create_task(clerk.ask(number)) for number in (2, -3)]
    await asyncio.sleep(0)
    work.may_go_on.set()
    await first
    good, bad = await asyncio.gather(*asked, return_exceptions=True)
    assert good == 4
    assert isinstance(bad, ValueError)
    with pytest.raises(LookupError):
        await clerk.ask(13)
    assert await clerk.ask(5) == 10
    clerk.close()


async def test_who_gave_up_is_passed_over_and_closing_waits_for_the_last_answer() -> None:
    work = Work()
    clerk = Clerk(work, most=9)
    gone, stays = asyncio.create_task(clerk.ask(1)), asyncio.create_task(clerk.ask(2))
    await _begun(work)
    gone.cancel()
    work.may_go_on.set()
    await asyncio.to_thread(clerk.close)
    assert await stays == 4
    await asyncio.wait([gone])
    assert gone.cancelled()


def test_one_that_was_never_asked_closes_at_once() -> None:
    Clerk(Work(), most=1).close()
