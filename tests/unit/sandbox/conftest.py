"""A real Bolt app beside a local Slack, over HTTP and over Socket Mode."""

import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Any

import pytest
from aiohttp import ClientSession, web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.person import Person
from bot.sandbox.server import Sandbox, SandboxSettings

ACK_SECONDS = 0.3
QUICK = SandboxSettings(ack_seconds=ACK_SECONDS, retries_after_seconds=(0.01, 0.01))


@dataclass
class Wired:
    """A local Slack, and an app that it talks to."""

    sandbox: Sandbox
    app: AsyncApp
    client: AsyncWebClient
    http: ClientSession

    @property
    def robin(self) -> Person:
        return Person(self.sandbox)

    @property
    def marta(self) -> Person:
        return Person(self.sandbox, "Marta")


Wire = Callable[..., Awaitable[Wired]]


async def _start(stack: AsyncExitStack, mode: str, **given: Any) -> Wired:
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    stack.callback(bound.close)
    url = f"http://127.0.0.1:{bound.getsockname()[1]}/slack/events"
    settings = replace(QUICK, request_url=url if mode == "http" else None, **given)
    sandbox = Sandbox(settings)
    await sandbox.start()
    session = await stack.enter_async_context(ClientSession())
    api = f"{sandbox.url}/api/"
    client = AsyncWebClient(settings.bot_token, base_url=api, session=session, retry_handlers=[])
    app = AsyncApp(signing_secret=settings.signing_secret, client=client, logger=_quiet())
    if mode == "http":
        runner = web.AppRunner(app.web_app(path="/slack/events"))
        await runner.setup()
        await web.SockSite(runner, bound).start()
        stack.push_async_callback(runner.cleanup)
    else:
        bare = AsyncWebClient(settings.app_token, base_url=api)
        handler = AsyncSocketModeHandler(app, settings.app_token, logger=_quiet(), web_client=bare)
        await handler.connect_async()
        await sandbox.sockets.connected()
        stack.push_async_callback(handler.close_async)
    stack.push_async_callback(sandbox.stop)
    return Wired(sandbox, app, client, session)


def _quiet() -> logging.Logger:
    logger = logging.getLogger("a quiet app")
    logger.setLevel(logging.CRITICAL)
    return logger


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    """Start one with settings of its own: wire("http", trigger_seconds=0)."""
    async with AsyncExitStack() as stack:

        async def start(mode: str = "http", **given: Any) -> Wired:
            return await _start(stack, mode, **given)

        yield start


@pytest.fixture(params=["http", "socket"])
async def both(request: pytest.FixtureRequest, wire: Wire) -> Wired:
    """Over HTTP and over Socket Mode."""
    return await wire(request.param)


@pytest.fixture
async def wired(wire: Wire) -> Wired:
    """Over HTTP."""
    return await wire()


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def an_input(block_id: str = "company", kind: str = "plain_text_input", **element: Any) -> dict[str, Any]:
    element = {"type": kind, "action_id": "typed", **element}
    return {"type": "input", "block_id": block_id, "label": plain(block_id.title()), "element": element}


def a_button(action_id: str = "go", text: str = "Go", **given: Any) -> dict[str, Any]:
    button = {"type": "button", "action_id": action_id, "text": plain(text), **given}
    return {"type": "actions", "block_id": f"{action_id}_row", "elements": [button]}


def a_section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def an_option(value: str, text: str = "") -> dict[str, Any]:
    return {"text": plain(text or value), "value": value}


def a_modal(*blocks: dict[str, Any], **given: Any) -> dict[str, Any]:
    made = {"type": "modal", "callback_id": "offer", "title": plain("Offer"), "submit": plain("Next")}
    return {**made, "blocks": list(blocks) or [an_input()], **given}
