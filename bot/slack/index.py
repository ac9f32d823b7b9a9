"""The index of listeners: one look finds whom a request is for, instead of asking each in turn.

Bolt asks its listeners one by one, and builds all the arguments that any of them could want for each request.
As the last middleware this answers before Bolt comes to that; it uses nothing but Bolt's public parts.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.coaching.case import Person
from bot.flows.ports import StoreUnavailableError
from bot.slack.payloads import Body, person_in

Listener = Callable[[AsyncAck, Body, AsyncWebClient], Awaitable[None]]
GONE = {"error": "nobody listens to this"}


def kind_of(body: Body) -> str:
    """Under which name a payload's listener stands: "/command", "event:name", or an interaction's type."""
    if command := body.get("command"):
        return str(command)
    if body.get("type") == "event_callback":
        event = body.get("event")
        return f"event:{event.get('type')}" if isinstance(event, Mapping) else "event:"
    return str(body.get("type", ""))


class Index(AsyncMiddleware):
    """Each kind of payload with its listener."""

    def __init__(
        self, listeners: Mapping[str, Listener], arrived: Callable[[Person], Awaitable[None]]
    ) -> None:
        self._listeners = dict(listeners)
        self._arrived = arrived  # hears of everybody before their listener does

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,  # noqa: ARG002  given to every middleware
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002, ARG002  Bolt's name for it; none comes after
    ) -> BoltResponse:
        """Let the listener answer; a failure is Bolt's, which makes a 500 of it, so that Slack asks again."""
        listener = self._listeners.get(kind_of(req.body))
        if listener is None:
            return BoltResponse(status=404, body=GONE)
        with suppress(StoreUnavailableError):  # the listener has words for it
            await self._arrived(person_in(req.body))
        ack = req.context.ack
        await listener(ack, req.body, req.context.client)
        return ack.response or await ack()
