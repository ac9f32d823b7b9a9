"""The local Slack's addresses."""

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from bot.sandbox.api import RAW_SEND, Api
from bot.sandbox.oauth import OAuth
from bot.sandbox.screen import PAGE, Screen
from bot.sandbox.sockets import SocketDelivery

OWN_HOSTS = {"127.0.0.1", "localhost", "[::1]"}
FOR_THE_APP = ("/api/", "/response/", "/upload/", "/socket")


class Addresses(Starlette):
    """Keeps other sites out: their pages can post here, or name this machine by a host of their own."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The page is for this machine's own names only; the app may use any."""
        scope[RAW_SEND] = send
        if scope["type"] == "http" and _is_foreign(scope):
            refusal = PlainTextResponse("Open this page by its own address, 127.0.0.1.", 403)
            await refusal(scope, receive, send)
            return
        await super().__call__(scope, receive, send)


def _is_foreign(scope: Scope) -> bool:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    origin = headers.get("origin", "")
    if origin and _name(origin.rpartition("//")[2]) not in OWN_HOSTS:
        return True
    if scope["path"].startswith(FOR_THE_APP):
        return headers.get("sec-fetch-site") in {"cross-site", "same-site"}
    return _name(headers.get("host", "")) not in OWN_HOSTS


def _name(host: str) -> str:
    """Without the port."""
    name, _, port = host.rpartition(":")
    return name if port.isdigit() else host


def addresses(api: Api, screen: Screen, sockets: SocketDelivery, oauth: OAuth) -> Starlette:
    """Everything under one root."""
    return Addresses(
        routes=[
            Route("/", screen.page),
            Mount("/static", StaticFiles(directory=PAGE, check_dir=False)),
            Route("/_/state", screen.state),
            Route("/_/events", screen.events),
            Route("/_/clock", screen.clock_moves, methods=["POST"]),
            Route("/_/{name:str}", screen.gesture, methods=["POST"]),
            Route("/oauth/v2/authorize", oauth.ask, methods=["GET"]),
            Route("/oauth/v2/authorize", oauth.answer_consent, methods=["POST"]),
            Route("/api/{method:str}", api.method, methods=["GET", "POST"]),
            Route("/response/{token:str}", api.respond, methods=["POST"]),
            Route("/upload/{ticket:str}", api.upload, methods=["POST"]),
            Route("/files/{file_id:str}/{name:str}", api.download),
            WebSocketRoute("/socket", sockets.serve),
        ]
    )
