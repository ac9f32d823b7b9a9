"""Deleting at Slack's pace, on fakes: turns within a workspace, patience, one round for each person."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.flows.clearing import APART, MOST_TRIES, Clearing
from bot.flows.ports import SendFailedError
from tests.fakes import FakeMessenger
from tests.making import MARTA, ROBIN


class Room:
    """Waits take no time, but are written down with the moment at which each would have ended."""

    def __init__(self, *dm: str) -> None:
        self.messenger = FakeMessenger(dm=list(dm))
        self.ends: list[float] = []
        self.clearing = Clearing(self.messenger, sleep=self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.ends.append(asyncio.get_running_loop().time() + seconds)
        await asyncio.sleep(0)

    async def settled(self) -> None:
        await asyncio.gather(*(task for task in asyncio.all_tasks() if task.get_name() == "clearing"))


async def test_everything_before_the_receipt_goes_page_by_page_and_nothing_after_it() -> None:
    room = Room("9", "8", "7", "6", "5", "4", "3")
    room.clearing.begin(ROBIN, "8")
    await room.settled()
    assert room.messenger.dm == ["9", "8"]


async def test_all_rounds_of_a_workspace_together_stay_below_what_slack_takes() -> None:
    room = Room("9", "8", "7", "6", "5", "4", "3")
    room.clearing.begin(ROBIN, "8")
    room.clearing.begin(MARTA, "5")
    await room.settled()
    starts = sorted(room.ends)
    assert len(starts) > 7
    assert timedelta(minutes=1) / APART < 50
    assert all(later - earlier > APART.total_seconds() - 0.01 for earlier, later in pairwise(starts))


@pytest.mark.parametrize(
    ("failure", "waits"),
    [
        (SendFailedError("ratelimited", retry_after=timedelta(seconds=30)), 30),
        (SendFailedError("connection_lost", may_be_sent=True), 1),
        (SendFailedError("unreachable"), 1),
    ],
)
async def test_what_will_pass_is_waited_for(failure: SendFailedError, waits: float) -> None:
    room = Room("5")
    room.messenger.delete_failures = [failure]
    room.clearing.begin(ROBIN, "8")
    await room.settled()
    assert room.messenger.dm == []
    assert room.ends[-1] - asyncio.get_running_loop().time() > waits - 0.5


async def test_it_does_not_try_for_ever() -> None:
    room = Room("5")
    room.messenger.delete_failures = [SendFailedError("http_503", may_be_sent=True)] * (MOST_TRIES + 1)
    room.clearing.begin(ROBIN, "8")
    await room.settled()
    assert len(room.messenger.delete_failures) == 1
    assert room.ends[-1] - asyncio.get_running_loop().time() < 400


async def test_a_second_round_of_the_same_person_takes_the_place_of_the_first() -> None:
    room = Room("9", "8", "5")
    room.clearing.begin(ROBIN, "8")
    await asyncio.sleep(0)
    room.clearing.begin(ROBIN, "9")
    running = [
        task for task in asyncio.all_tasks() if task.get_name() == "clearing" and not task.cancelling()
    ]
    assert len(running) == 1
    await asyncio.gather(*running)
    assert room.messenger.dm == ["9"]


async def test_it_ends_with_the_process() -> None:
    room = Room("5")
    room.clearing.begin(ROBIN, "8")
    await room.clearing.close()
    assert room.messenger.dm == ["5"]
