"""Slack's requests: size, signature and shape are looked at first, then Bolt has the rest.

The body is parsed once. (Bolt's own handlers parse it before the signature is checked, and take a command
whose text has the word "payload" in it for an empty one.)
"""

import asyncio
import json
import math
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier
from starlette.types import Receive, Scope, Send
from yarl import query_to_pairs

from bot.fence import LONGEST_ANSWER_SECONDS
from bot.slack.shape import is_payload

log = structlog.get_logger(__name__)

Answered = Callable[[str, int, float], None]  # kind of payload, status, seconds

LARGEST_BODY = 1_000_000  # Slack's largest payload, a view of 250 kB, fits several times
COMPLAINS_EVERY_SECONDS = 60
DECODER = json.JSONDecoder(parse_constant=lambda _: None)  # NaN is no JSON
SIGNED_BY = (b"x-slack-request-timestamp", b"x-slack-signature")
READ_SECONDS = 5.0  # Slack itself gives up after three

TEXT: dict[str, str | Sequence[str]] = {"content-type": ["text/plain;charset=utf-8"]}
TOO_LARGE = BoltResponse(status=413, body="This is more than Slack sends.", headers=TEXT)
TOO_SLOW = BoltResponse(status=408, body="This took too long.", headers=TEXT)
NOT_SLACK = BoltResponse(status=401, body="This is not signed by Slack.", headers=TEXT)
NO_PAYLOAD = BoltResponse(status=400, body="This is nothing that Slack sends.", headers=TEXT)
ONLY_POST = BoltResponse(status=405, body="Only POST.", headers={**TEXT, "allow": ["POST"]})


class Door:
    """An ASGI app for the request URL."""

    def __init__(self, app: AsyncApp, signing_secret: str, answered: Answered | None = None) -> None:
        self._app = app
        self._answered = answered or (lambda _kind, _status, _seconds: None)
        self._verifier = SignatureVerifier(signing_secret)
        self._complained_at = -math.inf

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        answer = await self._answer(scope, receive) if scope["method"] == "POST" else ONLY_POST
        headers = [
            (name.encode("latin-1"), value.encode("latin-1"))
            for name, values in answer.headers.items()
            for value in values
        ]
        content = answer.body.encode() if isinstance(answer.body, str) else b""
        headers.append((b"content-length", str(len(content)).encode()))
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def _answer(self, scope: Scope, receive: Receive) -> BoltResponse:
        raw = None
        try:
            async with asyncio.timeout(READ_SECONDS) as limit:
                raw = await read(receive)
                limit.reschedule(asyncio.get_running_loop().time() + LONGEST_ANSWER_SECONDS)
                return await self._answer_to(raw, dict(scope["headers"]))
        except TimeoutError:
            if raw is not None:
                raise
            return TOO_SLOW

    async def _answer_to(self, raw: bytes | None, headers: Mapping[bytes, bytes]) -> BoltResponse:
        if raw is None:
            return TOO_LARGE
        if not self._is_signed(raw, headers):
            self._complain(headers)
            return NOT_SLACK
        body = parsed(raw, headers.get(b"content-type", b"").decode("latin-1"))
        if body is None:
            log.warning("no_payload")
            return NO_PAYLOAD
        began = time.monotonic()
        # As from a socket: a mapping that needs no second look at its signature.
        answer = await self._app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))
        kind = "command" if body.get("command") else str(body.get("type"))
        self._answered(kind, answer.status, time.monotonic() - began)
        return answer

    def _complain(self, headers: Mapping[bytes, bytes]) -> None:
        """Somebody signs, and not as we do: whoever copied the wrong secret finds it in the log."""
        now = time.monotonic()
        if SIGNED_BY[1] not in headers or now - self._complained_at < COMPLAINS_EVERY_SECONDS:
            return
        self._complained_at = now
        log.warning("signature_refused", look_at="SLACK_SIGNING_SECRET, and the clock of this machine")

    def _is_signed(self, raw: bytes, headers: Mapping[bytes, bytes]) -> bool:
        at, signature = (headers.get(name, b"").decode("latin-1") for name in SIGNED_BY)
        try:
            return self._verifier.is_valid(raw, at, signature)
        except (ValueError, TypeError):  # a stamp that is no number, a signature that is no ASCII
            return False


async def read(receive: Receive, largest: int = LARGEST_BODY) -> bytes | None:
    """The whole body, whatever length it says it has; None when it is too large."""
    pieces: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b"".join(pieces)
        piece = message.get("body", b"")
        size += len(piece)
        if size > largest:
            return None
        pieces.append(piece)
        if not message.get("more_body", False):
            return b"".join(pieces)


def parsed(raw: bytes, content_type: str) -> Any:
    """The payload; None for anything that Slack does not send, halves of characters and NUL among it."""
    try:
        text = raw.decode()
        if content_type.partition(";")[0].strip() == "application/json":
            body = _loaded(text)
        else:
            form = _form(text)
            body = _loaded(form["payload"]) if "payload" in form else form
        if not is_payload(body) or _has_odd_characters(text, body):
            return None
    except (ValueError, RecursionError):
        return None
    return body


def _form(text: str) -> dict[str, str]:
    form = dict(query_to_pairs(text))
    if any("\ufffd" in value for value in form.values()):  # typed, or put where there was no character
        form = dict(parse_qsl(text, keep_blank_values=True, errors="strict"))
    return form


def _loaded(text: str) -> Any:
    return DECODER.decode(text)


def _has_odd_characters(text: str, body: Mapping[str, Any]) -> bool:
    if not any(hint in text for hint in ("\\u", "\\U", "%5C", "%5c", "\x00", "%00")):
        return False
    written = json.dumps(body, ensure_ascii=False)
    written.encode()  # half of a character raises a ValueError
    return "\\u0000" in written
