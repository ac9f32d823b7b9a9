"""Socket Mode: the app's connections, and envelopes to any one of them."""

import asyncio
import contextlib
import secrets
from collections.abc import Mapping
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from bot.sandbox.delivery import ACK_SECONDS, Acked, parsed_body

MOST_SOCKETS = 10
LIVES_SECONDS = 18_060  # what Slack's hello promises


class SocketDelivery:
    """Up to ten connections, in turn."""

    def __init__(self, app_id: str, ack_seconds: float = ACK_SECONDS) -> None:
        self._app_id = app_id
        self._ack_seconds = ack_seconds
        self._tickets: set[str] = set()
        self._waiting: dict[str, tuple[WebSocket, asyncio.Future[Acked]]] = {}
        self._turn = 0
        self._arrival = asyncio.Event()
        self._has_met_an_app = False
        self.sockets: list[WebSocket] = []

    def ticket(self) -> str:
        """For one connection."""
        made = secrets.token_urlsafe(16)
        self._tickets.add(made)
        return made

    async def connected(self, count: int = 1) -> None:
        """Wait until so many connections are open."""
        while len(self.sockets) < count:
            self._arrival.clear()
            await self._arrival.wait()

    async def serve(self, socket: WebSocket) -> None:
        """Keep one connection of the app until it goes."""
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self._tickets:
            await socket.close(4001)
            return
        self._tickets.discard(ticket)
        await socket.accept()
        if len(self.sockets) >= MOST_SOCKETS:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return
        await self._listen(socket)

    async def _listen(self, socket: WebSocket) -> None:
        try:
            await socket.send_json(self._hello(len(self.sockets) + 1))
            self.sockets.append(socket)
            self._has_met_an_app = True
            self._arrival.set()
            while True:
                self._take(await socket.receive_text())
        except WebSocketDisconnect:
            pass
        finally:
            if socket in self.sockets:
                self.sockets.remove(socket)
            self._give_up(socket)

    def _hello(self, count: int) -> dict[str, Any]:
        debug = {"host": "local", "build_number": 1, "approximate_connection_time": LIVES_SECONDS}
        connection = {"app_id": self._app_id}
        return {
            "type": "hello",
            "num_connections": count,
            "debug_info": debug,
            "connection_info": connection,
        }

    def _take(self, text: str) -> None:
        answer = parsed_body(text)
        if isinstance(answer, dict):
            _, future = self._waiting.get(str(answer.get("envelope_id")), (None, None))
            if future is not None and not future.done():
                future.set_result(Acked(200, answer.get("payload")))

    def _give_up(self, socket: WebSocket) -> None:
        for of, future in self._waiting.values():
            if of is socket and not future.done():
                future.set_result(Acked(trouble="connection_failed"))

    async def send(self, kind: str, payload: Mapping[str, Any], number: int = 0, reason: str = "") -> Acked:
        """Send an envelope to the next connection and wait for its acknowledgement."""
        if not self.sockets:  # with no app at all there is nobody to try again for
            return Acked(trouble="connection_failed", is_final=not self._has_met_an_app)
        self._turn += 1
        socket = self.sockets[self._turn % len(self.sockets)]
        envelope_id = secrets.token_hex(16)
        future: asyncio.Future[Acked] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = (socket, future)
        retry = {"retry_attempt": number, "retry_reason": reason} if kind == "events_api" else {}
        accepts = {"accepts_response_payload": kind != "events_api"}
        envelope = {"envelope_id": envelope_id, "type": kind, "payload": payload, **accepts, **retry}
        try:
            async with asyncio.timeout(self._ack_seconds):
                await socket.send_json(envelope)
                return await future
        except TimeoutError:
            return Acked(trouble="http_timeout")
        except (RuntimeError, WebSocketDisconnect):  # it closed a moment ago
            return Acked(trouble="connection_failed")
        finally:
            self._waiting.pop(envelope_id, None)

    async def refresh(self) -> None:
        """Tell every connection that it will be replaced, as Slack does every few hours."""
        for socket in list(self.sockets):
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                debug = {"host": "local"}
                await socket.send_json(
                    {"type": "disconnect", "reason": "refresh_requested", "debug_info": debug}
                )

    async def drop(self) -> None:
        """Break every connection without a word."""
        for socket in list(self.sockets):
            if socket.application_state is WebSocketState.CONNECTED:
                with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                    await socket.close(1011)

    async def close(self) -> None:
        """Close what is open."""
        for socket in list(self.sockets):
            if socket.application_state is WebSocketState.CONNECTED:
                with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                    await socket.close(1001)
