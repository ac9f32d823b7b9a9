"""Who is looked after when they are here, and how often."""

from dataclasses import replace

import pytest

from bot.coaching.case import Person
from bot.flows.moving import WAITS_SECONDS, Moving
from bot.flows.ports import StoreUnavailableError
from tests.making import ROBIN

IN_THE_GRID = replace(ROBIN, enterprise_id="E1")


class Answers:
    """A store that gives these answers, one by one."""

    def __init__(self, *answers: int | Exception | None) -> None:
        self._answers = list(answers)
        self.asked: list[Person] = []

    async def move_along(self, person: Person) -> int | None:
        self.asked.append(person)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


async def rest(_: float) -> None:
    return None


async def test_each_person_of_an_organisation_is_looked_after_once() -> None:
    store = Answers(3, 0)
    moving = Moving(store, rest)
    other = replace(IN_THE_GRID, user_id="U2")
    for person in (IN_THE_GRID, IN_THE_GRID, other, IN_THE_GRID, other):
        await moving.arrived(person)
    assert store.asked == [IN_THE_GRID, other]


@pytest.mark.parametrize("person", [ROBIN, Person("", "U1", "E1"), Person("T1", "", "E1")])
async def test_nobody_else_costs_a_question(person: Person) -> None:
    store = Answers()
    await Moving(store, rest).arrived(person)
    assert store.asked == []


async def test_a_message_that_is_going_out_is_waited_for_a_moment_and_asked_again_the_next_time() -> None:
    store = Answers(*[None] * len(WAITS_SECONDS), 2)
    moving = Moving(store, rest)
    await moving.arrived(IN_THE_GRID)
    await moving.arrived(IN_THE_GRID)
    await moving.arrived(IN_THE_GRID)
    assert len(store.asked) == len(WAITS_SECONDS) + 1


async def test_where_the_database_is_away_the_next_request_looks_again() -> None:
    store = Answers(StoreUnavailableError("away"), 1)
    moving = Moving(store, rest)
    with pytest.raises(StoreUnavailableError):
        await moving.arrived(IN_THE_GRID)
    await moving.arrived(IN_THE_GRID)
    assert len(store.asked) == 2
