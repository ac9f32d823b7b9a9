"""The local Slack over HTTP: the Web API and the sockets for the app, the page and its buttons for people."""

import asyncio
import json
import secrets
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from bot.sandbox.clock import SandboxClock
from bot.sandbox.delivery import HttpDelivery, SocketDelivery
from bot.sandbox.gestures import RETRIES_AFTER_SECONDS, Gestures
from bot.sandbox.webapi import SCOPES, Faults, call
from bot.sandbox.workspace import GENERAL, Refused, Workspace

PAGE = Path(__file__).parent / "page"
KEEP_ALIVE_SECONDS = 15.0
HEADERS = {
    "content-security-policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}

NextDue = Callable[[], Awaitable[datetime | None]]
OnClock = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class SandboxSettings:
    """What the app and the local Slack have agreed on."""

    bot_token: str = field(default="xoxb-local", repr=False)
    app_token: str = field(default="xapp-local", repr=False)
    signing_secret: str = field(default="local-signing-secret", repr=False)
    request_url: str = ""  # where the app takes HTTP requests; empty: Socket Mode
    manifest: Mapping[str, Any] = field(default_factory=dict)
    state_file: Path | None = None
    clock_file: Path | None = None
    scopes: frozenset[str] = frozenset(SCOPES.values())
    retries_after_seconds: tuple[float, ...] = RETRIES_AFTER_SECONDS


class Sandbox:
    """One local Slack."""

    def __init__(self, settings: SandboxSettings) -> None:
        self.settings = settings
        self.clock = SandboxClock(settings.clock_file)
        self.workspace = Workspace(self.clock, file=settings.state_file)
        self.workspace.load()
        self.clock.set_offset(self.clock.offset)
        self.faults = Faults()
        self.sockets = SocketDelivery()
        url, secret = settings.request_url, settings.signing_secret
        self._http = HttpDelivery(url, secret) if url else None
        self.gestures = Gestures(
            self.workspace,
            self._http or self.sockets,
            retries_after_seconds=settings.retries_after_seconds,
        )
        self.next_due: NextDue | None = None
        self.on_clock: OnClock | None = None
        self.url = ""
        self._server: uvicorn.Server | None = None
        self._serving: asyncio.Task[None] | None = None
        self._bound: socket.socket | None = None
        self._is_stopping = False

    async def start(self, port: int = 0) -> None:
        """Listen on loopback; `url` tells where. Raises OSError when the port is taken."""
        bound = socket.socket()
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind(("127.0.0.1", port))
        except OSError:
            bound.close()
            raise
        config = uvicorn.Config(self._app(), log_level="error", lifespan="off", timeout_graceful_shutdown=2)
        self._bound, self._server = bound, uvicorn.Server(config)
        self._serving = asyncio.create_task(self._server._serve([bound]))
        while not (self._server.started or self._serving.done()):  # noqa: ASYNC110  uvicorn has no event for it
            await asyncio.sleep(0.01)
        self.url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        self.gestures.url = self.url

    async def stop(self) -> None:
        """Close everything."""
        self._is_stopping = True
        self.workspace.touch()
        self.gestures.stop()
        await self.sockets.close()
        if self._server is not None and self._serving is not None:
            self._server.should_exit = True
            await self._serving
        if self._bound is not None:
            self._bound.close()
        if self._http is not None:
            await self._http.close()

    async def move_clock(self, by: timedelta) -> None:
        """Let time pass at once."""
        self.clock.advance(by)
        if self.on_clock is not None:
            await self.on_clock()
        self.workspace.touch()

    async def jump(self) -> bool:
        """To the next message due; False when there is none ahead."""
        due_at = await self.next_due() if self.next_due is not None else None
        if due_at is None:
            return False
        await self.move_clock(max(due_at - self.clock.now(), timedelta(0)) + timedelta(seconds=1))
        return True

    def _app(self) -> Starlette:
        gestures = {
            name: Route(f"/_/{name}", self._gesture(name), methods=["POST"])
            for name in ("command", "message", "action", "submit", "close", "home", "shortcut", "clock")
        }
        return Starlette(
            routes=[
                Route("/", self._page),
                Mount("/static", StaticFiles(directory=PAGE)),
                Route("/api/{method}", self._api, methods=["GET", "POST"]),
                WebSocketRoute("/socket", self._socket),
                Route("/response/{token}", self._response, methods=["POST"]),
                Route("/_/state", self._state),
                Route("/_/events", self._events),
                *gestures.values(),
            ]
        )

    async def _page(self, _: Request) -> Response:
        return FileResponse(PAGE / "index.html", headers=HEADERS)

    async def _socket(self, socket: WebSocket) -> None:
        await self.sockets.serve(socket)

    async def _api(self, request: Request) -> Response:
        method, given = request.path_params["method"], await _given(request)
        kind, value = self.faults.take(method)
        if kind == "slow":
            await asyncio.sleep(value)
        if kind == "drop_before":
            return _dropped()
        if kind == "status":
            return Response("trouble", status_code=value)
        if kind == "ratelimited":
            headers = {"retry-after": str(value)}
            return JSONResponse({"ok": False, "error": "ratelimited"}, 429, headers=headers)
        answer = {"ok": False, "error": value} if kind == "error" else self._answer(request, method, given)
        return _dropped() if kind == "drop_after" else JSONResponse(answer)

    def _answer(self, request: Request, method: str, given: Mapping[str, Any]) -> dict[str, Any]:
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
        token = bearer or str(given.get("token") or "")
        try:
            if not token:
                raise Refused("not_authed")
            if method == "apps.connections.open":
                return self._opened_connection(token)
            if token != self.settings.bot_token:
                raise Refused("invalid_auth")
            needed = SCOPES.get(method)
            if needed and needed not in self.settings.scopes:
                raise Refused("missing_scope")
            return {"ok": True, **call(self.workspace, method, given)}
        except Refused as refused:
            messages = {"response_metadata": {"messages": refused.messages}} if refused.messages else {}
            return {"ok": False, "error": refused.error, **messages}

    def _opened_connection(self, token: str) -> dict[str, Any]:
        if token != self.settings.app_token:
            raise Refused("invalid_auth")
        ticket = secrets.token_hex(8)
        return {"ok": True, "url": f"{self.url.replace('http', 'ws', 1)}/socket?ticket={ticket}"}

    async def _response(self, request: Request) -> Response:
        try:
            return JSONResponse(self.gestures.respond(request.path_params["token"], await request.json()))
        except (Refused, KeyError):
            return JSONResponse({"ok": False, "error": "used_url"}, 404)

    def _gesture(self, name: str) -> Callable[[Request], Awaitable[Response]]:
        async def handle(request: Request) -> Response:
            if not request.headers.get("content-type", "").startswith("application/json"):
                return JSONResponse({"ok": False, "error": "invalid_content_type"}, 415)
            try:
                return JSONResponse(await self.gesture(name, await request.json()))
            except Refused as refused:
                return JSONResponse({"ok": False, "error": refused.error})
            except (KeyError, ValueError):
                return JSONResponse({"ok": False, "error": "invalid_arguments"}, 400)

        return handle

    async def gesture(self, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """One thing that a person does; raises Refused, KeyError."""
        if name == "clock":
            return await self._move(given)
        person, hands = self.workspace.human(given["person"]).id, self.gestures
        if name == "command":
            return await hands.command(person, self.workspace.channel_of(given["channel"]), given["text"])
        if name == "message":
            return await hands.say(person, self.workspace.channel_of(given["channel"]), given["text"])
        if name == "home":
            return await hands.open_home(person)
        if name == "shortcut":
            return await hands.shortcut(
                person, given["callback_id"], given.get("channel", ""), given.get("ts", "")
            )
        if name == "close":
            return await hands.close(person, given["view_id"], is_all=bool(given.get("all")))
        if name == "submit":
            return await hands.submit(person, given["view_id"], given["state"])
        return await hands.act(
            person,
            given["container"],
            given["block_id"],
            given["action_id"],
            given.get("value"),
            given.get("state") or {},
        )

    async def _move(self, given: Mapping[str, Any]) -> dict[str, Any]:
        if given.get("to") == "next":
            if not await self.jump():
                return {"ok": False, "error": "nothing_due"}
        else:
            await self.move_clock(timedelta(seconds=float(given["advance_seconds"])))
        return {"ok": True, "now": self.clock.now().isoformat()}

    async def _state(self, request: Request) -> Response:
        try:
            return JSONResponse(await self.state(request.query_params.get("person", "")))
        except Refused as refused:
            return JSONResponse({"ok": False, "error": refused.error}, 404)

    async def state(self, person: str) -> dict[str, Any]:
        """Everything that this person sees."""
        human, workspace = self.workspace.human(person), self.workspace
        features = self.settings.manifest.get("features") or {}
        shortcuts = features.get("shortcuts") or []
        due_at = await self.next_due() if self.next_due is not None else None
        return {
            "version": workspace.version,
            "now": self.clock.now().isoformat(),
            "people": [vars(item) for item in workspace.people],
            "person": vars(human),
            "app": {
                "user_id": workspace.bot_user,
                "name": (features.get("bot_user") or {}).get("display_name", "Ajar"),
                "commands": features.get("slash_commands") or [],
                "global_shortcuts": [item for item in shortcuts if item.get("type") == "global"],
                "message_shortcuts": [item for item in shortcuts if item.get("type") == "message"],
            },
            "dm": {"channel": workspace.dm(person), "messages": self._seen(person, workspace.dm(person))},
            "channels": [{"id": GENERAL, "name": "general", "messages": self._seen(person, GENERAL)}],
            "home": workspace.homes.get(person),
            "modals": workspace.modals.get(person, []),
            "next_due": due_at.isoformat() if due_at else None,
            "time_controls": self.next_due is not None,
        }

    def _seen(self, person: str, channel: str) -> list[dict[str, Any]]:
        own = [item for item in self.workspace.ephemerals.get(person, []) if item["channel"] == channel]
        return sorted([*self.workspace.messages.get(channel, []), *own], key=lambda item: float(item["ts"]))

    async def _events(self, _: Request) -> Response:
        async def changes() -> AsyncIterator[str]:
            seen = -1
            while not self._is_stopping:
                if self.workspace.version != seen:
                    seen = self.workspace.version
                    yield f"data: {json.dumps({'version': seen})}\n\n"
                elif not await self.workspace.changed(KEEP_ALIVE_SECONDS):
                    yield ": still here\n\n"

        headers = {"cache-control": "no-store"}
        return StreamingResponse(changes(), media_type="text/event-stream", headers=headers)


async def _given(request: Request) -> dict[str, Any]:
    asked = dict(request.query_params)
    if request.method == "GET":
        return asked
    if request.headers.get("content-type", "").startswith("application/json"):
        held = await request.json()
        return {**asked, **held} if isinstance(held, dict) else asked
    return asked | dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))


class _dropped(Response):  # noqa: N801  reads as what happens
    """An answer that ends before it begins: the connection breaks."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG002  ASGI's form
        """Announce a body and close without it."""
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"64")]})
        raise ConnectionResetError
