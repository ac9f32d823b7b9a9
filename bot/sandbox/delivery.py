"""Requests to the app over signed HTTP, and what came back within Slack's three seconds."""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

import aiohttp

ACK_SECONDS = 3.0
FORM = "application/x-www-form-urlencoded"
IDLE_SECONDS = 2.0  # less than the five after which uvicorn closes an idle connection


@dataclass(frozen=True)
class Acked:
    """What the app answered; `trouble` is http_timeout or connection_failed when it did not."""

    status: int = 0
    body: Any = None
    trouble: str = ""
    is_final: bool = False  # the app sent x-slack-no-retry

    @property
    def is_ok(self) -> bool:
        """Whether Slack takes it for an acknowledgement."""
        return self.status == 200

    @property
    def error(self) -> str:
        """What Slack shows to the person."""
        if self.trouble == "http_timeout":
            return "operation_timeout"
        if self.trouble:
            return "dispatch_failed"
        return "http_client_error" if 400 <= self.status < 500 else "http_service_error"


class Delivery(Protocol):
    """Brings a payload to the app."""

    async def send(self, kind: str, payload: Mapping[str, Any], number: int = 0, reason: str = "") -> Acked:
        """kind: slash_commands, interactive or events_api; number and reason: of a retry."""
        ...

    async def close(self) -> None:
        """Give the connections back."""
        ...


class HttpDelivery:
    """Signed requests to one address."""

    def __init__(self, url: str, signing_secret: str, ack_seconds: float = ACK_SECONDS) -> None:
        self._url = url
        self._secret = signing_secret
        self._ack_seconds = ack_seconds
        self._session: aiohttp.ClientSession | None = None

    async def send(self, kind: str, payload: Mapping[str, Any], number: int = 0, reason: str = "") -> Acked:
        """Post it as Slack would."""
        body, content = _encoded(kind, payload)
        headers = {"content-type": content, "user-agent": "Slackbot 1.0 (local)", **self._signed(body)}
        if number:
            headers |= {"x-slack-retry-num": str(number), "x-slack-retry-reason": reason}
        try:
            async with self._opened().post(self._url, data=body.encode(), headers=headers) as answer:
                parsed = parsed_body(await answer.text())
                return Acked(answer.status, parsed, is_final=answer.headers.get("x-slack-no-retry") == "1")
        except TimeoutError:
            return Acked(trouble="http_timeout")
        except aiohttp.ClientError:
            return Acked(trouble="connection_failed")

    def _signed(self, body: str) -> dict[str, str]:
        stamp = str(int(time.time()))  # the real time: apps refuse what is older than five minutes
        text = f"v0:{stamp}:{body}".encode()
        signature = hmac.new(self._secret.encode(), text, hashlib.sha256).hexdigest()
        return {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={signature}"}

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=self._ack_seconds),
                connector=aiohttp.TCPConnector(keepalive_timeout=IDLE_SECONDS),
            )
        return self._session

    async def close(self) -> None:
        """Give the connections back."""
        if self._session is not None:
            await self._session.close()
            self._session = None


def _encoded(kind: str, payload: Mapping[str, Any]) -> tuple[str, str]:
    if kind == "slash_commands":
        return urlencode(payload), FORM
    if kind == "interactive":
        return urlencode({"payload": json.dumps(payload)}), FORM
    return json.dumps(payload), "application/json"


def parsed_body(text: str) -> Any:
    """JSON where it is JSON, else the text; None when there is nothing."""
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text
