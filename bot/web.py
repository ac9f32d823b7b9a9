"""What is served over HTTP: Slack's requests, health, and calendar files behind signed links."""

import hashlib
import hmac
from collections.abc import Awaitable, Callable

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.calendar_file import calendar_of
from bot.coaching.case import Case
from bot.flows.desk import Desk
from bot.flows.ports import NotFoundError, StoreUnavailableError

LARGEST_BODY = 1_000_000  # Slack's largest payload, a view of 250 kB, fits several times
Ping = Callable[[], Awaitable[None]]


class CalendarLinks:
    """Addresses of calendar files that nobody can guess; they name no person."""

    def __init__(self, key: bytes, public_url: str) -> None:
        self._key = key
        self._public_url = public_url.rstrip("/")

    def url(self, case: Case) -> str:
        """The address, or an empty string where this server has none."""
        return f"{self._public_url}/calendar/{self.token(case.id)}.ics" if self._public_url else ""

    def token(self, case_id: str) -> str:
        """The id with its signature."""
        signature = hmac.new(self._key, case_id.encode(), hashlib.sha256).hexdigest()[:40]
        return f"{case_id}-{signature}"

    def case_id(self, token: str) -> str:
        """The id of a token that we signed; an empty string for any other."""
        case_id, _, _ = token.rpartition("-")
        return case_id if case_id and hmac.compare_digest(self.token(case_id), token) else ""


def build_web(app: AsyncApp | None, desk: Desk, links: CalendarLinks, ping: Ping) -> Starlette:
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
        return Response(calendar_of(opened), media_type="text/calendar", headers=headers)

    routes = [
        Route("/healthz", _healthy, methods=["GET"]),
        Route("/readyz", ready, methods=["GET"]),
        Route("/calendar/{token}.ics", calendar, methods=["GET"]),
    ]
    if app is not None:
        handler = AsyncSlackRequestHandler(app)

        async def events(request: Request) -> Response:
            if int(request.headers.get("content-length") or 0) > LARGEST_BODY:
                return PlainTextResponse("This is more than Slack sends.", 413)
            return await handler.handle(request)

        routes.append(Route("/slack/events", events, methods=["POST"]))
    return Starlette(routes=routes)


async def _healthy(_: Request) -> Response:
    return PlainTextResponse("alive")
