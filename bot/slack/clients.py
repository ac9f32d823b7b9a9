"""Web clients: one shared session, no retries of their own, and the token of the workspace that is meant."""

import copy
import json as json_format
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.flows.installs import Tenant

CALL_SECONDS = 10  # of one call to Slack; a trigger is dead after three, a message may take longer

PASSING = frozenset(
    {"fatal_error", "internal_error", "ratelimited", "request_timeout", "service_unavailable"}
)

ELSEWHERE = frozenset({"http_404", "http_405"})  # nothing of Slack's is at that address, nor will be

ClientOf = Callable[[Tenant], Awaitable[AsyncWebClient]]
Called = Callable[[str, int], None]  # method, and the status of its answer


class Client(AsyncWebClient):
    """The SDK's client, which counts; what goes out as JSON takes the straight way over the shared session.

    The SDK makes ready for files, retries and debug logs with each call, which costs as much as the call.
    """

    def __init__(self, *, session: aiohttp.ClientSession, called: Called, **given: Any) -> None:
        super().__init__(session=session, **given)
        self._shared = session
        self._called = called

    def with_token(self, token: str) -> "Client":
        """The same for another workspace."""
        other = copy.copy(self)
        other.token = token
        return other

    async def api_call(
        self,
        api_method: str,
        *,
        json: dict[str, Any] | None = None,
        **given: Any,
    ) -> AsyncSlackResponse:
        """One call. Raises SlackApiError, aiohttp.ClientError or TimeoutError."""
        if json is not None and not given:
            return await self.post(api_method, json_format.dumps(json))
        try:
            answer = await super().api_call(api_method, json=json, **given)
        except SlackApiError as refused:
            self._called(api_method, getattr(refused.response, "status_code", 0))
            raise
        self._called(api_method, answer.status_code)
        return answer

    async def post(self, method: str, body: str) -> AsyncSlackResponse:
        """One call with a body that is JSON already. Raises what `api_call` does."""
        url = self.base_url + method
        headers = {
            **self.headers,
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json;charset=utf-8",
        }
        async with self._shared.post(url, data=body.encode(), headers=headers, proxy=self.proxy) as answer:
            self._called(method, answer.status)
            # A page of a proxy is no answer of the method's, whatever its status.
            data = _answer_in(await answer.read()) if answer.status < HTTPStatus.INTERNAL_SERVER_ERROR else {}
            response = AsyncSlackResponse(
                client=self,
                http_verb="POST",
                api_url=url,
                req_args={},  # what was asked is private
                data=data,
                headers=answer.headers,  # type: ignore[arg-type]  # a mapping, and read as one
                status_code=answer.status,
            )
        response.validate()  # type: ignore[no-untyped-call]
        return response


def _answer_in(content: bytes) -> dict[str, Any]:
    try:
        held = json_format.loads(content)
    except ValueError:
        return {}
    return held if isinstance(held, dict) else {}


def web_client(
    api_url: str,
    session: aiohttp.ClientSession,
    token: str = "",
    called: Called = lambda _method, _status: None,
) -> Client:
    """One session for all calls, and no retries: the courier decides what to send again."""
    return Client(
        called=called,
        token=token or None,
        base_url=api_url.rstrip("/") + "/",
        session=session,
        timeout=CALL_SECONDS,
        retry_handlers=[],
    )


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


def is_passing(code: str) -> bool:
    """Whether Slack may say something else in a while."""
    return code in PASSING or code.startswith("http_")


def code_of(refused: SlackApiError) -> str:
    """Slack's word for it; an HTTP status where the answer was none of Slack's."""
    response: Any = refused.response
    held = getattr(response, "data", response)
    if isinstance(held, dict) and held.get("error"):
        return str(held["error"])
    return f"http_{getattr(response, 'status_code', 0)}"
