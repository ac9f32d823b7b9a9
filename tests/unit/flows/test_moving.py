"""Who is looked after when they are here, and how often."""

from dataclasses import replace

import pytest

from bot.coaching.case import Person
from bot.flows.moving import WAITS_SECONDS, Moving
from bot.flows.ports import StoreUnavailableError
from tests.making import ROBIN

IN_THE_GRID = replace(ROBIN, enterprise_id="E1")


class Kept:
    """A store that answers these, one by one, and knows whether somebody is left behind."""

    def __init__(self, *answers: int | Exception | None, is_left_behind: bool = False) -> None:
        self._answers = list(answers)
        self._is_left_behind = is_left_behind
        self.asked: list[tuple[Person, Person]] = []

    async def move_along(self, before: Person, person: Person) -> int | None:
        self.asked.append((before, person))
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def is_left_behind(self, _: str) -> bool:
        return self._is_left_behind


class Slack:
    """Tells these ids, one by one."""

    def __init__(self, *former: str | None) -> None:
        self.former = list(former)

    async def former_id(self, _: Person) -> str | None:
        return self.former.pop(0)


async def rest(_: float) -> None:
    return None


async def test_each_person_of_an_organisation_is_looked_after_once() -> None:
    store = Kept(3, 0)
    moving = Moving(store, Slack(), rest)
    other = replace(IN_THE_GRID, user_id="U2")
    for person in (IN_THE_GRID, IN_THE_GRID, other, IN_THE_GRID, other):
        await moving.arrived(person)
    assert store.asked == [(ROBIN, IN_THE_GRID), (replace(other, enterprise_id=None), other)]


@pytest.mark.parametrize("person", [ROBIN, Person("", "U1", "E1"), Person("T1", "", "E1")])
async def test_nobody_else_costs_a_question(person: Person) -> None:
    store = Kept()
    await Moving(store, Slack(), rest).arrived(person)
    assert store.asked == []


async def test_a_message_that_is_going_out_is_waited_for_a_moment_and_asked_again_the_next_time() -> None:
    store = Kept(*[None] * len(WAITS_SECONDS), 2)
    moving = Moving(store, Slack(), rest)
    for _ in range(3):
        await moving.arrived(IN_THE_GRID)
    assert len(store.asked) == len(WAITS_SECONDS) + 1


async def test_where_the_database_is_away_the_next_request_looks_again() -> None:
    store = Kept(StoreUnavailableError("away"), 1)
    moving = Moving(store, Slack(), rest)
    with pytest.raises(StoreUnavailableError):
        await moving.arrived(IN_THE_GRID)
    await moving.arrived(IN_THE_GRID)
    assert len(store.asked) == 2


async def test_slack_is_asked_for_the_former_id_where_somebody_is_left_behind_and_again_if_it_is_silent() -> (
    None
):
    store = Kept(0, 0, 4, is_left_behind=True)
    slack = Slack(None, "U0OLD")
    moving = Moving(store, slack, rest)
    for _ in range(3):
        await moving.arrived(IN_THE_GRID)
    former = Person(ROBIN.team_id, "U0OLD")
    assert store.asked == [(ROBIN, IN_THE_GRID), (ROBIN, IN_THE_GRID), (former, IN_THE_GRID)]
    assert slack.former == []


async def test_who_never_had_another_id_is_asked_about_once() -> None:
    store, slack = Kept(0, is_left_behind=True), Slack("")
    moving = Moving(store, slack, rest)
    for _ in range(3):
        await moving.arrived(IN_THE_GRID)
    assert (len(store.asked), slack.former) == (1, [])
