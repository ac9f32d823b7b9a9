"""What is served over HTTP: Slack's requests, health, and the pages for people."""

from collections.abc import Awaitable, Callable

from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.flows.ports import StoreUnavailableError

LARGEST_BODY = 1_000_000  # Slack's largest payload, a view of 250 kB, fits several times
Ping = Callable[[], Awaitable[None]]


def build_web(app: AsyncApp | None, pages: list[Route], ping: Ping) -> Starlette:
    """The routes; without a Bolt app (Socket Mode) Slack's requests have none."""

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
    if app is not None:
        # The first to be looked at, and Bolt's own ASGI handler: this is the route with three seconds.
        routes.insert(0, Route("/slack/events", AsyncSlackRequestHandler(app), methods=["POST"]))
    return Starlette(routes=routes)


async def _healthy(_: Request) -> Response:
    return PlainTextResponse("alive")
