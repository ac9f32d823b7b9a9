"""Web clients: one shared session, no retries of their own, and the token of the workspace that is meant."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.flows.installs import Tenant

CALL_SECONDS = 10  # of one call to Slack; a trigger is dead after three, a message may take longer

ClientOf = Callable[[Tenant], Awaitable[AsyncWebClient]]


def web_client(api_url: str, session: aiohttp.ClientSession, token: str = "") -> AsyncWebClient:
    """One session for all calls, and no retries: the courier decides what to send again."""
    return AsyncWebClient(
        token=token or None,
        base_url=api_url.rstrip("/") + "/",
        session=session,
        timeout=CALL_SECONDS,
        retry_handlers=[],
    )


def watched(called: Callable[[str, int], None]) -> aiohttp.TraceConfig:
    """Tell of every answer of Slack's: the method and the status."""

    async def ended(_: aiohttp.ClientSession, __: Any, params: aiohttp.TraceRequestEndParams) -> None:
        called(params.url.path.rpartition("/")[2], params.response.status)

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(ended)
    return trace


def always(client: AsyncWebClient) -> ClientOf:
    """The same client everywhere: Ajar in one workspace, by its bot token."""

    async def client_of(_: Tenant) -> AsyncWebClient:
        return client

    return client_of


async def oauth_access(client: AsyncWebClient, own: Mapping[str, str], **given: str) -> AsyncSlackResponse:
    """oauth.v2.access with the app's id and secret in the body, where Slack takes them too.

    The SDK's own method puts them into a header by a class that aiohttp is about to drop.
    """
    return await client.api_call("oauth.v2.access", data={**own, **given})


def code_of(refused: SlackApiError) -> str:
    """Slack's word for it; an HTTP status where the answer was none of Slack's."""
    response: Any = refused.response
    held = getattr(response, "data", response)
    if isinstance(held, dict) and held.get("error"):
        return str(held["error"])
    return f"http_{getattr(response, 'status_code', 0)}"
