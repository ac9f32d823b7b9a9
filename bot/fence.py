"""Around every route: headers that keep browsers careful, an end to slow and large requests, no trace out."""

import asyncio
import secrets
from collections.abc import MutableMapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger(__name__)

LONGEST_ANSWER_SECONDS = 30.0
LARGEST_BODY = 1_000_000  # in all; the door to Slack counts for itself
HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
}
RAW_HEADERS = tuple((name.encode(), value.encode()) for name, value in HEADERS.items())


def fenced(routes: Sequence[BaseRoute], sorry: str = "") -> Starlette:
    """These routes, and nothing guessed: the Host header would say where a redirect goes.

    sorry: what people read where a page fails; without it, HTTP's own phrase.
    """
    web = Starlette(routes=routes, middleware=[Middleware(Fence, sorry=sorry)])
    web.router.redirect_slashes = False
    return web


class Fence:
    """Middleware; what a route has set itself stays. The Host header is asked for nothing anywhere."""

    def __init__(
        self, app: ASGIApp, seconds: float | None = LONGEST_ANSWER_SECONDS, *, sorry: str = ""
    ) -> None:
        self._app = app
        self._sorry = sorry
        self._seconds = seconds  # None: the app keeps time itself

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, and its answer back."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        has_begun = False

        async def fenced(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                _with_headers(message, request_id)
            await send(message)

        with structlog.contextvars.bound_contextvars(request=request_id):
            try:
                async with asyncio.timeout(self._seconds):
                    await self._app(scope, _Bounded(receive), fenced)
            except asyncio.CancelledError:
                raise
            except Exception as failure:  # noqa: BLE001  whatever it is, nobody outside learns of it
                log.error("request_failed", kind=type(failure).__name__, route=_route(scope))
                if not has_begun:
                    is_large = isinstance(failure, _TooLargeError)
                    status = (
                        HTTPStatus.REQUEST_ENTITY_TOO_LARGE if is_large else HTTPStatus.INTERNAL_SERVER_ERROR
                    )
                    text = status.phrase if is_large else self._sorry or status.phrase
                    await PlainTextResponse(text, status)(scope, receive, fenced)


def _with_headers(message: MutableMapping[str, Any], request_id: str) -> None:
    given = list(message.get("headers") or ())
    names = {name.lower() for name, _ in given}
    given += [item for item in RAW_HEADERS if item[0] not in names]
    message["headers"] = [*given, (b"x-request-id", request_id.encode())]


def _route(scope: Scope) -> str:
    """The pattern, never the address: that may hold a secret."""
    return str(getattr(scope.get("route"), "path", ""))


class _TooLargeError(Exception):
    """More than any route takes."""


class _Bounded:
    """A receive that counts."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._size = 0

    async def __call__(self) -> Message:
        message = await self._receive()
        self._size += len(message.get("body") or b"")
        if self._size > LARGEST_BODY + 1:
            raise _TooLargeError
        return message
