"""A part of `make fuzz`: requests of every kind, and those that once did harm."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from bot.flows.acts import Act
from bot.flows.ports import Change, Preferences
from bot.slack.ids import ShortcutId, ViewId
from tests.fuzz import shots
from tests.fuzz.firing import PARSED, _no_mentions, fire, seeds, send
from tests.fuzz.ground import ROBIN, Ground, ground
from tests.fuzz.shots import Shot, volleys

VOLLEYS = 100


@pytest.fixture(scope="module")
def field(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[asyncio.Runner, Ground]]:
    with asyncio.Runner() as runner:
        entered = ground(tmp_path_factory.mktemp("fuzz"))
        yield runner, runner.run(entered.__aenter__())
        runner.run(entered.__aexit__(None, None, None))


def test_nothing_that_is_sent_breaks_leaks_or_reaches_somebody_else(
    field: tuple[asyncio.Runner, Ground],
) -> None:
    runner, place = field

    @settings(
        max_examples=VOLLEYS,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(volleys)
    def shoot(volley: list[Shot]) -> None:
        runner.run(fire(place, volley))

    shoot()
    assert runner.run(place.of_others()) == place.before


@pytest.mark.parametrize("shot", seeds(), ids=lambda shot: shot.kind)
def test_what_once_did_harm_does_none_any_more(field: tuple[asyncio.Runner, Ground], shot: Shot) -> None:
    runner, place = field
    runner.run(fire(place, [shot]))
    assert runner.run(place.of_others()) == place.before


def test_a_story_of_the_fuzzer_leads_to_a_case_and_its_messages(field: tuple[asyncio.Runner, Ground]) -> None:
    runner, place = field

    async def tell() -> str:
        page = shots._page
        for step, values in (
            ("offer", shots.FULL_OFFER),
            ("reasons", {}),
            ("wording", {}),
            ("plan", shots.FULL_PLAN),
        ):
            answer = await send(place, page(step, values))
            assert answer.status == 200, answer
            assert b"errors" not in answer.body
        await place.rest()
        return str(place.shown())

    async def begin() -> None:
        now = place.clock.now()  # what was sent before may have paused everything
        await place.ajar.store.erase(ROBIN)
        await place.ajar.store.commit(Change(ROBIN, now, preferences=Preferences()))
        await send(place, Shot("form", {"command": "/decline", "text": "Acme", "user_id": "U0ROBIN001",
                                        "team_id": shots.TEAM, "trigger_id": "@trigger@"}))  # fmt: skip

    runner.run(begin())
    assert "call_reached" in runner.run(tell())


def test_the_fuzzer_knows_every_id_and_sees_what_would_do_harm() -> None:
    text = Path(shots.__file__).read_text(encoding="utf-8")
    for kind in (Act, ViewId, ShortcutId):
        assert f"*{kind.__name__}," in text
    for bad in ("<!channel>", "<@U1>", "<https://x|y>"):
        assert PARSED.search(bad)
        with pytest.raises(AssertionError):
            _no_mentions({"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": bad}}]})
