"""Signed requests at a set concurrency, as Slack sends them, and how long each answer took."""

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

SECRET = "a-secret-of-the-bench"
TEAM, USER = "T0BENCH001", "U0BENCH001"
Body = Callable[[int], bytes]


def command(_: int) -> bytes:
    """`/decline`, typed by one person."""
    return urlencode(
        {
            "token": "t",
            "team_id": TEAM,
            "team_domain": "bench",
            "channel_id": "C0BENCH001",
            "channel_name": "general",
            "user_id": USER,
            "user_name": "robin",
            "command": "/decline",
            "text": "",
            "api_app_id": "A0BENCH001",
            "is_enterprise_install": "false",
            "response_url": "http://127.0.0.1:9/commands/1/2/3",
            "trigger_id": "1.2.3",
        }
    ).encode()


def interaction(payload: dict[str, object]) -> bytes:
    """A payload of a view, a button or a shortcut."""
    held = {
        "team": {"id": TEAM, "domain": "bench"},
        "user": {"id": USER, "username": "robin", "team_id": TEAM},
        "api_app_id": "A0BENCH001",
        "token": "t",
        "trigger_id": "1.2.3",
        "is_enterprise_install": False,
        "enterprise": None,
        **payload,
    }
    return urlencode({"payload": json.dumps(held)}).encode()


def request(body: bytes, port: int, kind: str) -> bytes:
    """The whole request, signed for this moment."""
    at = str(int(time.time()))
    signed = hmac.new(SECRET.encode(), b"v0:" + at.encode() + b":" + body, hashlib.sha256).hexdigest()
    head = (
        f"POST /slack/events HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncontent-type: {kind}\r\n"
        f"user-agent: Slackbot 1.0 (+https://api.slack.com/robots)\r\naccept: */*\r\n"
        f"x-slack-request-timestamp: {at}\r\nx-slack-signature: v0={signed}\r\n"
        f"content-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


@dataclass(frozen=True)
class Measured:
    """One stretch of load."""

    rate: float  # answers a second
    p99_ms: float
    p50_ms: float


class _Client(asyncio.Protocol):
    """One connection that asks again as soon as it has its answer."""

    def __init__(self, ask: Callable[[], bytes], until: float, took: list[float]) -> None:
        self._ask = ask
        self._until = until
        self._took = took
        self._held = b""
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._next()

    def _next(self) -> None:
        self._begun = time.perf_counter()
        self._transport.write(self._ask())  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self._held += data
        end = self._held.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self._held[:end].lower()
        place = head.find(b"content-length:")
        length = int(head[place + 15 :].split(b"\r\n", 1)[0]) if place >= 0 else 0
        if len(self._held) < end + 4 + length:
            return
        if not head.startswith(b"http/1.1 200"):
            self._end(RuntimeError(self._held[:300].decode(errors="replace")))
            return
        self._held = b""
        now = time.perf_counter()
        self._took.append(now - self._begun)
        if now >= self._until:
            self._end(None)
        else:
            self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.over.done():
            self.over.set_exception(exc or ConnectionError("the server closed the connection"))

    def _end(self, failure: Exception | None) -> None:
        if not self.over.done():
            self.over.set_exception(failure) if failure else self.over.set_result(None)
        self._transport.close()


FORM, JSON = "application/x-www-form-urlencoded", "application/json"


async def load(port: int, body: Body, *, at_once: int, seconds: float, kind: str = FORM) -> Measured:
    """Keep that many requests under way for that long."""
    loop = asyncio.get_running_loop()
    took: list[float] = []
    numbers = itertools.count()
    begun = time.perf_counter()

    def ask() -> bytes:
        return request(body(next(numbers)), port, kind)

    clients = [
        (await loop.create_connection(lambda: _Client(ask, begun + seconds, took), "127.0.0.1", port))[1]
        for _ in range(at_once)
    ]
    await asyncio.gather(*(client.over for client in clients))
    whole = time.perf_counter() - begun
    took.sort()
    return Measured(len(took) / whole, took[int(len(took) * 0.99)] * 1000, took[len(took) // 2] * 1000)
