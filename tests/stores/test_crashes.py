"""The states of a row, explored: a process dies between any two steps, on every store, and again after it."""

from datetime import timedelta

import pytest

from bot.flows.ports import Change
from tests.crashing import FATES, FOR_EVER, Arrivals, live
from tests.fakes import FixedClock, MemoryStore
from tests.making import MARTA, NOW, ROBIN, a_post

MOST_STEPS = 60


async def _path(store, clock: FixedClock, mark: str, arrivals: Arrivals, deaths: tuple[int, ...]) -> int:
    """Two rows of a case and one of another, lives that end early, and one that does not; its steps."""
    a, b = (a_post(f"{mark}{name}", case_id=f"{mark}1", due_at=clock.now()) for name in "ab")
    other = a_post(f"{mark}c", case_id=f"{mark}2", person=MARTA, due_at=clock.now())
    await store.commit(Change(ROBIN, clock.now(), posts=(a, b, other)))
    steps = 0
    for death in (*deaths, FOR_EVER):
        steps = await live(store, arrivals, clock, death)
        clock.advance(hours=2)
    for _ in range(4):
        await live(store, arrivals, clock)
        clock.advance(hours=2)
    return steps


def _is_right(arrivals: Arrivals, mark: str) -> bool:
    """Everything once, and in the order of its case."""
    ids = arrivals.ids
    return sorted(ids) == [f"{mark}{name}" for name in "abc"] and ids.index(f"{mark}a") < ids.index(
        f"{mark}b"
    )


async def _steps_of_a_life(fate: str) -> int:
    clock = FixedClock(NOW)
    return await _path(MemoryStore(clock), clock, "x", Arrivals(fates=[fate] if fate else []), ())


@pytest.mark.parametrize("fate", ["", *FATES])
async def test_a_death_between_any_two_steps_loses_nothing_and_doubles_nothing(store, fate: str) -> None:
    clock = FixedClock(NOW)
    for death in range(await _steps_of_a_life(fate) + 1):
        mark = f"m{death}-"
        arrivals = Arrivals(fates=[fate] if fate else [])
        await _path(store, clock, mark, arrivals, (death,))
        assert _is_right(arrivals, mark), (death, arrivals.ids)
    assert set(await store.counts()) == {"sent"}


async def test_nor_do_two_deaths_after_each_other() -> None:
    most = await _steps_of_a_life("")
    assert 15 < most < MOST_STEPS
    for first in range(most):
        for second in range(most):
            clock, arrivals = FixedClock(NOW), Arrivals()
            store = MemoryStore(clock)
            await _path(store, clock, "m", arrivals, (first, second))
            assert _is_right(arrivals, "m"), (first, second, arrivals.ids)
            assert await store.counts() == {"sent": 3}


async def test_without_the_look_up_the_same_exploration_finds_doubles() -> None:
    wrong = []
    for death in range(await _steps_of_a_life("")):
        clock, arrivals = FixedClock(NOW), Arrivals(has_history=False)
        await _path(MemoryStore(clock), clock, "m", arrivals, (death,))
        if not _is_right(arrivals, "m"):
            wrong.append(death)
    assert wrong


@pytest.mark.parametrize("hours", [-400, -3, 3, 400])
async def test_a_clock_that_steps_after_a_death_changes_nothing(store, hours: int) -> None:
    for death in range(0, await _steps_of_a_life(""), 3):
        mark, clock, arrivals = f"m{death}-", FixedClock(NOW), Arrivals()
        posts = tuple(a_post(f"{mark}{name}", case_id=mark, due_at=NOW) for name in "abc")
        await store.commit(Change(ROBIN, NOW, posts=posts))
        await live(store, arrivals, clock, death)
        clock.advance(hours=hours)
        await live(store, arrivals, clock)
        clock.at = NOW + timedelta(days=30)
        for _ in range(3):
            await live(store, arrivals, clock)
            clock.advance(hours=1)
        assert _is_right(arrivals, mark), (death, arrivals.ids)
