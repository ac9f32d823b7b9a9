"""What is drawn once is what would have been drawn anew."""

import json
from dataclasses import replace

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from slack_sdk.errors import SlackApiError

from bot.clocks import SystemClock
from bot.coaching.reasons import load_catalogue, load_reader
from bot.flows.decline import Decline
from bot.flows.screens import Screen
from bot.slack.clients import code_of, web_client
from bot.slack.opening import open_view
from bot.slack.views.modals import modal
from bot.slack.views.stencils import Stencils
from bot.wiring import template_folder
from bot.wording import Words
from tests.fakes import FakeMessenger, MemoryStore
from tests.making import ROBIN

REASONS = template_folder() / "en" / "reasons"


def _story() -> Decline:
    words = Words(template_folder())
    return Decline(
        MemoryStore(), FakeMessenger(), words, SystemClock(), load_reader(REASONS), load_catalogue(REASONS)
    )


async def test_the_first_page_is_the_same_drawn_once_or_anew() -> None:
    story, stencils = _story(), Stencils()
    screens = [await story.start(ROBIN) for _ in range(3)]
    assert len({screen.about for screen in screens}) == 3
    for screen in screens:
        assert screen.stencil
        assert json.loads(stencils.drawn(screen)) == json.loads(json.dumps(modal(screen)))


async def test_a_company_that_was_typed_is_in_its_field_and_in_nobody_elses() -> None:
    story, stencils = _story(), Stencils()
    typed = stencils.drawn(await story.start(ROBIN, 'Globex "&" <Sons>'))
    assert "Globex" in typed
    assert "Globex" not in stencils.drawn(await story.start(ROBIN))


def test_an_id_that_is_no_plain_word_is_drawn_with_care() -> None:
    screen = Screen("step", 'a"b', title="T", close="C", stencil="x")
    assert json.loads(Stencils().drawn(screen)) == json.loads(json.dumps(modal(screen)))
    plain = replace(screen, about="ab12")
    assert json.loads(json.loads(Stencils().drawn(plain))["private_metadata"])["about"] == "ab12"


@pytest.mark.parametrize("status", [429, 502])
async def test_what_is_no_answer_of_slacks_is_a_refusal_with_its_status(status: int) -> None:
    async def page(_: web.Request) -> web.Response:
        return web.Response(status=status, text="<html>busy</html>")

    app = web.Application()
    app.router.add_post("/views.open", page)
    async with TestServer(app) as server, ClientSession() as session:
        client = web_client(str(server.make_url("/")), session, "xoxb-1")
        with pytest.raises(SlackApiError) as refused:
            await open_view(client, "1.2", Screen("step", "ab12", title="T", close="C"))
    assert code_of(refused.value) == f"http_{status}"
