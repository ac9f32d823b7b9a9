"""What is served over HTTP: Slack's requests, health, and the pages for people."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.fence import Fence, fenced
from bot.flows.ports import StoreUnavailableError

EVENTS = "/slack/events"

Ping = Callable[[], Awaitable[None]]


class Front:
    """Slack's requests have three seconds: they do not ask their way through the routes."""

    def __init__(self, door: ASGIApp, pages: ASGIApp) -> None:
        self._door, self._pages = Fence(door, seconds=None), pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request in."""
        is_slack = scope["type"] == "http" and scope["path"] == EVENTS
        await (self._door if is_slack else self._pages)(scope, receive, send)


def build_web(door: ASGIApp | None, pages: list[Route], ping: Ping, sorry: str = "") -> ASGIApp:
    """The routes; without a door (Socket Mode) Slack's requests have none. sorry: where a page fails."""

    async def ready(_: Request) -> Response:
        try:
            await ping()
        except StoreUnavailableError:
            return PlainTextResponse("the database does not answer", 503)
        return PlainTextResponse("ready")

    routes = [
        Route("/healthz", _healthy, methods=["GET"]),
        Route("/readyz", ready, methods=["GET"]),
        *pages,
    ]
    web = fenced(routes, sorry)
    return Front(door, web) if door is not None else web


async def _healthy(_: Request) -> Response:
    return PlainTextResponse("alive")
