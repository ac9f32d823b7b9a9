"""A Slack that says yes at once: the smallest HTTP server that the Web API's clients are content with.

It counts what it is asked, and answers from memory; so what is measured is the program that calls it.
"""

import asyncio
import json
from collections import Counter

USER = {
    "id": "U0BENCH001",
    "team_id": "T0BENCH001",
    "tz": "Europe/Paris",
    "locale": "en-US",
    "profile": {"real_name": "Robin"},
}
ANSWERS = {
    "auth.test": {
        "user_id": "U0AJARBOT1",
        "bot_id": "B0AJARBOT1",
        "team_id": "T0BENCH001",
        "user": "ajar",
        "team": "Bench",
    },
    "users.info": {"user": USER},
    "conversations.open": {"channel": {"id": "D0BENCH001"}},
    "conversations.history": {"messages": []},
    "chat.postMessage": {"channel": "D0BENCH001", "ts": "1700000000.000100", "message": {}},
    "views.open": {"view": {"id": "V0BENCH001", "hash": "1.a"}},
}


def _response(body: dict[str, object]) -> bytes:
    content = json.dumps({"ok": True, **body}).encode()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(content)}\r\n\r\n"
    return head.encode() + content


PLAIN = _response({})
READY = {name: _response(body) for name, body in ANSWERS.items()}


class _Connection(asyncio.Protocol):
    def __init__(self, sink: "Sink") -> None:
        self._sink = sink
        self._held = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._held += data
        while (end := self._held.find(b"\r\n\r\n")) >= 0:
            head = self._held[:end]
            length = 0
            for line in head.lower().split(b"\r\n"):
                if line.startswith(b"content-length:"):
                    length = int(line[15:])
            if len(self._held) < end + 4 + length:
                return
            self._held = self._held[end + 4 + length :]
            path = head.split(b" ", 2)[1].split(b"?")[0]
            self._sink.asked(path.rsplit(b"/", 1)[-1].decode(), self._transport)


class Sink:
    """Listens on a port of its own; `calls` counts by method."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.port = 0
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Take a free port."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close it."""
        if self._server is not None:
            self._server.close()

    @property
    def url(self) -> str:
        """The base address of the Web API."""
        return f"http://127.0.0.1:{self.port}/api/"

    def asked(self, method: str, transport: asyncio.BaseTransport) -> None:
        """One call, answered."""
        self.calls[method] += 1
        transport.write(READY.get(method, PLAIN))  # type: ignore[attr-defined]
