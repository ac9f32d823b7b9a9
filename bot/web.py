"""What is served over HTTP: Slack's requests, health, and the pages for people."""

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.fence import fenced
from bot.flows.ports import StoreUnavailableError

Ping = Callable[[], Awaitable[None]]


def build_web(door: ASGIApp | None, pages: list[Route], ping: Ping) -> Starlette:
    """The routes; without a door (Socket Mode) Slack's requests have none."""

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
    if door is not None:
        routes.insert(0, Route("/slack/events", door))  # the first to be looked at: it has three seconds
    return fenced(routes)


async def _healthy(_: Request) -> Response:
    return PlainTextResponse("alive")
