"""At the start: whether Slack takes our tokens, and the sockets of Socket Mode."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.settings import ConfigurationError, UnreachableError
from bot.slack.clients import ELSEWHERE, code_of, is_passing

log = structlog.get_logger(__name__)

SOCKETS = 2  # the SDK closes the old one before it opens the new one
SOCKET_SECONDS = 30
LOOKS_EVERY_SECONDS = 2.0
FARTHEST_CLOCK = timedelta(hours=1)  # a machine that has just been started may not know the time yet


async def check_token(client: AsyncWebClient, now: datetime) -> None:
    """Ask Slack who we are, and what time it is there; now: by this machine.

    Raises ConfigurationError, UnreachableError.
    """
    try:
        answer = await client.auth_test()
    except SlackApiError as refused:
        remedy = "Copy it again from OAuth & Permissions, or reinstall the app there."
        raise _refused("SLACK_BOT_TOKEN", client.base_url, refused, remedy) from None
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        raise UnreachableError(
            f"SLACK_API_URL: nothing that speaks Slack's API answers at {client.base_url}. "
            "Check the address and the network."
        ) from None
    _check_clock(time_of(answer.headers), now)


def time_of(headers: Mapping[str, str]) -> datetime | None:
    """When an answer was given, by the clock of whoever gave it."""
    said = next((str(value) for name, value in headers.items() if name.lower() == "date"), "")
    try:
        return parsedate_to_datetime(said)
    except (TypeError, ValueError):
        return None


def _check_clock(theirs: datetime | None, now: datetime) -> None:
    """A start with a clock that is far ahead would put off or drop what is planned, and nobody would know."""
    if theirs is not None and abs(theirs - now) > FARTHEST_CLOCK:
        raise UnreachableError(
            f"The clock of this machine says {now:%Y-%m-%d %H:%M} (UTC), Slack's {theirs:%Y-%m-%d %H:%M}. "
            "Turn on time synchronisation, or set the clock; nothing has been sent or moved."
        )


@asynccontextmanager
async def sockets(app: AsyncApp, client: AsyncWebClient, token: str) -> AsyncIterator[None]:
    """Socket Mode connections; two, so that one is open while the other is refreshed.

    Raises ConfigurationError, UnreachableError.
    """
    handlers = [AsyncSocketModeHandler(app, token, web_client=client) for _ in range(SOCKETS)]
    watching = None
    try:
        await _connect(handlers, client, token)
        watching = asyncio.create_task(_watch(handlers))
        yield
    finally:
        if watching is not None:
            watching.cancel()
        for handler in handlers:
            await handler.close_async()  # type: ignore[no-untyped-call]


async def watched(handlers: Sequence[AsyncSocketModeHandler], every: float) -> AsyncIterator[float | None]:
    """None when no socket is open any more, and for how many seconds it was so once one is again.

    The SDK connects anew by itself, and in silence.
    """
    lost_at: float | None = None
    while True:
        await asyncio.sleep(every)
        is_open = any([await handler.client.is_connected() for handler in handlers])
        if not is_open and lost_at is None:
            lost_at = time.monotonic()
            yield None
        elif is_open and lost_at is not None:
            yield time.monotonic() - lost_at
            lost_at = None


async def _watch(handlers: Sequence[AsyncSocketModeHandler]) -> None:
    async for seconds in watched(handlers, LOOKS_EVERY_SECONDS):
        if seconds is None:
            log.warning("sockets_lost")
        else:
            log.warning("sockets_back", seconds=round(seconds))


async def _connect(handlers: Sequence[AsyncSocketModeHandler], client: AsyncWebClient, token: str) -> None:
    """By themselves the handlers would try for ever, and in silence."""
    try:
        async with asyncio.timeout(SOCKET_SECONDS):
            await client.apps_connections_open(app_token=token)
            for handler in handlers:
                await handler.connect_async()  # type: ignore[no-untyped-call]
    except SlackApiError as refused:
        remedy = "Make one with connections:write under Basic Information."
        raise _refused("SLACK_APP_TOKEN", client.base_url, refused, remedy) from None
    except (aiohttp.ClientError, TimeoutError, OSError):
        raise UnreachableError(
            "SLACK_APP_TOKEN: Slack's sockets can't be reached. Let this machine out to wss://*.slack.com, "
            "or use HTTP."
        ) from None


def elsewhere(url: str, code: str) -> str:
    """What is said where something answers that doesn't know the methods of Slack."""
    return (
        f"SLACK_API_URL: what answers at {url} is not Slack's Web API ({code}). "
        "Remove it, or set it to an address that ends with /api/"
    )


def _refused(name: str, url: str, refused: SlackApiError, remedy: str) -> ConfigurationError:
    """Slack said no, for good or for now; or it wasn't Slack."""
    code = code_of(refused)
    if code in ELSEWHERE:
        return ConfigurationError(elsewhere(url, code))
    if is_passing(code):
        return UnreachableError(f"{name}: Slack has trouble of its own ({code}). Try again in a minute.")
    return ConfigurationError(f"{name} was refused by Slack ({code}). {remedy}")
