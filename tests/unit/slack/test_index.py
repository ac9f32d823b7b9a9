"""Each payload comes to its listener, and only to that one."""

from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.coaching.case import Person
from bot.flows.ports import StoreUnavailableError
from bot.slack.index import Index, kind_of


def _app(index: Index) -> AsyncApp:
    app = AsyncApp(
        client=AsyncWebClient(token="xoxb-1"), signing_secret="s", request_verification_enabled=False
    )
    app._async_middleware_list = [index]  # the others ask Slack who we are
    return app


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"command": "/decline", "type": "view_submission"}, "/decline"),
        ({"type": "view_submission"}, "view_submission"),
        ({"type": "event_callback", "event": {"type": "message"}}, "event:message"),
        ({"type": "event_callback", "event": "no mapping"}, "event:"),
        ({"type": "event_callback"}, "event:"),
        ({}, ""),
    ],
)
def test_a_payload_says_whom_it_is_for(body: dict[str, Any], kind: str) -> None:
    assert kind_of(body) == kind


async def arrived(_: Person) -> None:
    return None


async def test_the_listener_of_a_kind_answers_and_no_other_is_asked() -> None:
    asked: list[str] = []

    async def first(ack: Any, body: Any, client: Any) -> None:
        asked.append("first")
        await ack(text=body["text"])

    async def second(ack: Any, body: Any, client: Any) -> None:
        asked.append("second")

    app = _app(Index({"/one": first, "/two": second}, arrived))
    answer = await app.async_dispatch(
        AsyncBoltRequest(body={"command": "/one", "text": "hi"}, mode="socket_mode")
    )
    assert (answer.status, asked) == (200, ["first"])
    assert "hi" in answer.body
    silent = await app.async_dispatch(AsyncBoltRequest(body={"command": "/two"}, mode="socket_mode"))
    assert (silent.status, asked) == (200, ["first", "second"])


async def test_a_kind_that_nobody_listens_to_is_not_found_and_a_failure_is_a_500() -> None:
    async def broken(ack: Any, body: Any, client: Any) -> None:
        await ack()
        raise LookupError

    app = _app(Index({"event:message": broken}, arrived))
    unknown = await app.async_dispatch(AsyncBoltRequest(body={"type": "new"}, mode="socket_mode"))
    assert unknown.status == 404
    event = {"type": "event_callback", "event": {"type": "message"}}
    failed = await app.async_dispatch(AsyncBoltRequest(body=event, mode="socket_mode"))
    assert failed.status == 500


async def test_whoever_is_here_is_known_before_the_listener_answers_even_without_a_database() -> None:
    order: list[Any] = []

    async def away(person: Person) -> None:
        order.append(person)
        raise StoreUnavailableError("away")

    async def answering(ack: Any, body: Any, client: Any) -> None:
        order.append("answered")
        await ack(text="sorry")

    app = _app(Index({"/one": answering}, away))
    body = {"command": "/one", "user_id": "U1", "team_id": "T1", "enterprise_id": "E1"}
    answer = await app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))
    assert order == [Person("T1", "U1", "E1"), "answered"]
    assert (answer.status, "sorry" in answer.body) == (200, True)
