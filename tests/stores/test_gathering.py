"""Many askers, few transactions."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.store.gathering import Gatherer


class Batches(list[list[int]]):
    async def work(self, items: Sequence[int]) -> list[int]:
        self.append(list(items))
        if 0 in items:
            raise ValueError("nothing by nothing")
        return [item * 10 for item in items]


async def test_who_comes_first_waits_for_nobody_and_who_comes_after_goes_together() -> None:
    batches = Batches()
    asking: Gatherer[int, int] = Gatherer(batches.work, most=4, apart=0.05)
    begun = asyncio.get_running_loop().time()
    assert await asking.ask(1) == 10
    assert asyncio.get_running_loop().time() - begun < 0.05
    later = []
    for number in range(2, 8):
        later.append(asyncio.create_task(asking.ask(number)))
        await asyncio.sleep(0)
    assert await asyncio.gather(*later) == [20, 30, 40, 50, 60, 70]
    assert batches == [[1], [2, 3, 4, 5], [6, 7]]
    assert asyncio.get_running_loop().time() - begun >= 0.1


async def test_a_failure_is_that_of_everybody_in_the_batch_and_of_nobody_after_it() -> None:
    batches = Batches()
    asking: Gatherer[int, int] = Gatherer(batches.work, most=4)
    answers = await asyncio.gather(*(asking.ask(number) for number in (1, 0)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [ValueError, ValueError]
    assert await asking.ask(2) == 20
    with pytest.raises(ValueError, match="nothing"):
        await asking.ask(0)
