"""Requests to the app: signed HTTP, or envelopes over Socket Mode. Both know Slack's three seconds."""

import asyncio
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlencode

import aiohttp
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

ACK_SECONDS = 3.0
MOST_SOCKETS = 10


@dataclass(frozen=True)
class Acked:
    """What the app answered: 200 with a body, another status, or nothing in time."""

    status: int
    body: Any = None

    @property
    def is_ok(self) -> bool:
        """Whether Slack takes it for an acknowledgement."""
        return self.status == 200


class Delivery(Protocol):
    """Brings a payload to the app."""

    async def send(self, kind: str, payload: dict[str, Any], headers: dict[str, str] | None = None) -> Acked:
        """kind: slash_commands, interactive, or events_api."""
        ...


class HttpDelivery:
    """Signed requests to one address."""

    def __init__(self, url: str, signing_secret: str) -> None:
        self._url = url
        self._secret = signing_secret
        self._session: aiohttp.ClientSession | None = None

    async def send(self, kind: str, payload: dict[str, Any], headers: dict[str, str] | None = None) -> Acked:
        """Post it as Slack would; a timeout has status 0."""
        body, content = _encoded(kind, payload)
        stamp = str(int(time.time()))
        signed = hmac.new(self._secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        sent = {
            "content-type": content,
            "x-slack-request-timestamp": stamp,
            "x-slack-signature": f"v0={signed}",
            **(headers or {}),
        }
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ACK_SECONDS))
        try:
            async with self._session.post(self._url, data=body.encode(), headers=sent) as answer:
                text = await answer.text()
                return Acked(answer.status, _parsed(text))
        except (aiohttp.ClientError, TimeoutError):
            return Acked(0)

    async def close(self) -> None:
        """Give the connections back."""
        if self._session is not None:
            await self._session.close()


def _encoded(kind: str, payload: dict[str, Any]) -> tuple[str, str]:
    form = "application/x-www-form-urlencoded"
    if kind == "slash_commands":
        return urlencode(payload), form
    if kind == "interactive":
        return urlencode({"payload": json.dumps(payload)}), form
    return json.dumps(payload), "application/json"


def _parsed(text: str) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text


@dataclass
class SocketDelivery:
    """Envelopes to any one of the app's open sockets."""

    sockets: list[WebSocket] = field(default_factory=list)
    _waiting: dict[str, asyncio.Future[Any]] = field(default_factory=dict)
    _turn: int = 0

    async def serve(self, socket: WebSocket) -> None:
        """Keep one connection of the app until it goes."""
        await socket.accept()
        self.sockets.append(socket)
        count = len(self.sockets)
        hello = {"type": "hello", "num_connections": count, "connection_info": {"app_id": "A0AJARLOCAL"}}
        try:
            await socket.send_json(hello)
            while True:
                self._take(await socket.receive_text())
        except (WebSocketDisconnect, RuntimeError):
            pass
        finally:
            self.sockets.remove(socket)

    def _take(self, text: str) -> None:
        answer = _parsed(text)
        if isinstance(answer, dict):
            waiting = self._waiting.pop(str(answer.get("envelope_id")), None)
            if waiting is not None and not waiting.done():
                waiting.set_result(answer.get("payload"))

    async def send(self, kind: str, payload: dict[str, Any], headers: dict[str, str] | None = None) -> Acked:
        """Send an envelope and wait for its acknowledgement."""
        if not self.sockets:
            return Acked(0)
        self._turn += 1
        socket = self.sockets[self._turn % len(self.sockets)]
        envelope_id = secrets.token_hex(8)
        waiting: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = waiting
        envelope = {
            "envelope_id": envelope_id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
            "retry_attempt": int((headers or {}).get("x-slack-retry-num", 0)),
        }
        try:
            async with asyncio.timeout(ACK_SECONDS):
                await socket.send_json(envelope)
                return Acked(200, await waiting)
        except (TimeoutError, RuntimeError, WebSocketDisconnect):
            return Acked(0)
        finally:
            self._waiting.pop(envelope_id, None)

    async def refresh(self) -> None:
        """Tell every socket that it will be replaced, as Slack does every few hours."""
        for socket in list(self.sockets):
            await socket.send_json({"type": "disconnect", "reason": "refresh_requested"})

    async def close(self) -> None:
        """Close what is open."""
        for socket in list(self.sockets):
            if socket.application_state is WebSocketState.CONNECTED:
                await socket.close()
