"""What is served over HTTP: Slack's requests, health, and calendar files behind signed links."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.calendar_file import calendar_of
from bot.coaching.case import Case
from bot.flows.desk import Desk
from bot.flows.ports import NotFoundError, StoreUnavailableError
from bot.flows.veil import shown
from bot.signing import Signer

LARGEST_BODY = 1_000_000  # Slack's largest payload, a view of 250 kB, fits several times
Ping = Callable[[], Awaitable[None]]


class CalendarLinks:
    """Addresses of calendar files that nobody can guess; they name no person."""

    def __init__(self, keys: Sequence[str], public_url: str) -> None:
        self._signer = Signer(keys)
        self._public_url = public_url.rstrip("/")

    def url(self, case: Case) -> str:
        """The address, or an empty string where this server has none."""
        return f"{self._public_url}/calendar/{self.token(case.id)}.ics" if self._public_url else ""

    def token(self, case_id: str) -> str:
        """The id with its signature."""
        return self._signer.signed(case_id)

    def case_id(self, token: str) -> str:
        """The id of a token that we signed; an empty string for any other."""
        return self._signer.opened(token)


def build_web(
    app: AsyncApp | None, desk: Desk, links: CalendarLinks, exports: list[Route], ping: Ping
) -> Starlette:
    """The routes; without a Bolt app (Socket Mode) Slack's requests have none."""

    async def ready(_: Request) -> Response:
        try:
            await ping()
        except StoreUnavailableError:
            return PlainTextResponse("the database does not answer", 503)
        return PlainTextResponse("ready")

    async def calendar(request: Request) -> Response:
        case_id = links.case_id(request.path_params["token"])
        try:
            case = await desk.store.unscoped_case(case_id) if case_id else None
        except NotFoundError:
            case = None
        if case is None:
            return PlainTextResponse("There is no such calendar.", 404)
        opened = await desk.open(case.person, case.id)
        headers = {"cache-control": "private, no-store", "referrer-policy": "no-referrer"}
        opened = replace(opened, case=shown(opened.case, opened.saying))
        return Response(calendar_of(opened), media_type="text/calendar", headers=headers)

    routes = [
        Route("/healthz", _healthy, methods=["GET"]),
        Route("/readyz", ready, methods=["GET"]),
        Route("/calendar/{token}.ics", calendar, methods=["GET"]),
        *exports,
    ]
    if app is not None:
        # The first to be looked at, and Bolt's own ASGI handler: this is the route with three seconds.
        routes.insert(0, Route("/slack/events", AsyncSlackRequestHandler(app), methods=["POST"]))
    return Starlette(routes=routes)


async def _healthy(_: Request) -> Response:
    return PlainTextResponse("alive")
