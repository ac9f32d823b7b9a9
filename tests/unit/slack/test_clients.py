"""The straight way of a call is the SDK's in what Slack gets and in what it answers."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.app import App
from bot.slack.clients import Client, code_of, web_client

MESSAGE: dict[str, Any] = {
    "channel": "U1",
    "text": "ça va?",
    "blocks": [{"type": "divider"}],
    "metadata": {"event_type": "e", "event_payload": {"id": "1"}},
    "unfurl_links": False,
}


@asynccontextmanager
async def slack(answer: Callable[[], web.Response]) -> AsyncIterator[tuple[str, list[Any], ClientSession]]:
    """A server that answers everything alike, what it was asked, and a session to ask with."""
    asked: list[Any] = []

    async def take(request: web.Request) -> web.Response:
        names = ("authorization", "user-agent", "content-type")
        asked.append((request.method, request.path, [request.headers[name] for name in names]))
        asked.append(await request.json() if request.method == "POST" else dict(request.query))
        return answer()

    app = web.Application()
    app.router.add_route("*", "/api/{method}", take)
    async with TestServer(app) as server, ClientSession() as session:
        yield str(server.make_url("/api")), asked, session


async def test_slack_gets_the_same_as_from_the_sdk_itself() -> None:
    async with slack(lambda: web.json_response({"ok": True, "ts": "1.1"})) as (url, asked, session):
        theirs = AsyncWebClient(token="xoxb-1", base_url=url, session=session)
        for client in (web_client(url, session, "xoxb-1"), theirs):
            answer = await client.chat_postMessage(**MESSAGE)
            assert answer["ts"] == "1.1"
    assert asked[:2] == asked[2:]
    assert asked[1]["text"] == "ça va?"


@pytest.mark.parametrize(
    ("status", "content", "code"),
    [
        (200, '{"ok": false, "error": "channel_not_found"}', "channel_not_found"),
        (200, "<html>a proxy's page</html>", "http_200"),
        (200, "[]", "http_200"),
        (429, '{"ok": false, "error": "ratelimited"}', "ratelimited"),
        (503, '{"ok": true}', "http_503"),
    ],
)
async def test_what_is_no_yes_is_a_refusal_that_says_what_it_was(
    status: int, content: str, code: str
) -> None:
    def answer() -> web.Response:
        return web.Response(status=status, text=content, headers={"Retry-After": "7"})

    async with slack(answer) as (url, _, session):
        with pytest.raises(SlackApiError) as refused:
            await web_client(url, session, "xoxb-1").chat_postMessage(**MESSAGE)
    assert code_of(refused.value) == code
    assert refused.value.response.status_code == status
    assert refused.value.response.headers["Retry-After"] == "7"
    assert "ça va" not in str(vars(refused.value.response))


async def test_every_call_is_counted_whichever_way_it_goes() -> None:
    counted: list[tuple[str, int]] = []
    answers = [web.json_response({"ok": True}), web.Response(status=429, text="{}")]
    async with slack(lambda: web.json_response({"ok": True})) as (url, _, session):
        client = web_client(url, session, "xoxb-1", lambda method, status: counted.append((method, status)))
        await client.chat_postMessage(**MESSAGE)
        await client.users_info(user="U1")
    async with slack(lambda: answers[1]) as (url, _, session):
        client = web_client(url, session, "xoxb-1", lambda method, status: counted.append((method, status)))
        with pytest.raises(SlackApiError):
            await client.users_info(user="U1")
    assert counted == [("chat.postMessage", 200), ("users.info", 200), ("users.info", 429)]


async def test_another_token_is_another_client_and_the_first_keeps_its_own() -> None:
    async with slack(lambda: web.json_response({"ok": True})) as (url, asked, session):
        first = web_client(url, session, "xoxb-1")
        await first.with_token("xoxb-2").chat_postMessage(**MESSAGE)
        await first.chat_postMessage(**MESSAGE)
    assert [item[2][0] for item in asked[::2]] == ["Bearer xoxb-2", "Bearer xoxb-1"]


async def test_a_request_finds_all_that_bolt_puts_into_its_context_and_a_client_of_its_own() -> None:
    async with ClientSession() as session:
        client = web_client("http://127.0.0.1:1", session, "xoxb-1")
        ours, theirs = (kind(client=client, signing_secret="s") for kind in (App, AsyncApp))
        requests = [AsyncBoltRequest(body={"command": "/decline"}, mode="socket_mode") for _ in range(2)]
        for app, request in zip((ours, theirs), requests, strict=True):
            app._init_context(request)
        assert requests[0].context.keys() == requests[1].context.keys()
        own = requests[0].context.client
        assert isinstance(own, Client)
        own.token = "xoxb-2"
        assert client.token == "xoxb-1"
