"""The Web API over HTTP: tokens, scopes, scripted faults and rates; then the method itself."""

import asyncio
import base64
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email import message_from_bytes
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from bot.sandbox.faults import Drop, Fail, Fault, Faults, RateLimited, RateLimiter, Slow, Status
from bot.sandbox.files import Files
from bot.sandbox.oauth import Grant, OAuth
from bot.sandbox.refusals import Refused
from bot.sandbox.settings import SandboxSettings
from bot.sandbox.sockets import SocketDelivery
from bot.sandbox.team import Team
from bot.sandbox.webapi import METHODS, call, scope_of

OF_THE_CLIENT = frozenset({"oauth.v2.access", "oauth.v2.exchange"})  # these know the app by its client secret
MOST_CALLS = 20_000
RAW_SEND = "sandbox.send"  # the server's own send, which knows its connection


@dataclass(frozen=True)
class Call:
    """One call of the Web API: what was asked, without the token, and the answer (empty: none was made)."""

    method: str
    given: Mapping[str, Any]
    answer: Mapping[str, Any]


@dataclass(frozen=True)
class Api:
    """Everything that the app itself can reach by HTTP."""

    settings: SandboxSettings
    teams: Mapping[str, Team]
    oauth: OAuth
    files: Files
    faults: Faults
    limiter: RateLimiter | None
    sockets: SocketDelivery
    url: Callable[[], str]
    calls: deque[Call]

    async def method(self, request: Request) -> Response:
        """POST or GET /api/{method}."""
        name = str(request.path_params["method"])
        try:
            given = await _given(request)
        except Refused as refused:
            return JSONResponse(refused.answer)
        token = _token(request, given)
        given.pop("token", None)
        fault = self.faults.take(name, given)
        wait = self.limiter.wait_seconds(name, given) if self.limiter is not None and fault is None else 0
        broken = _rate_limited(wait) if wait else await _before(fault)
        if broken is not None:
            self.calls.append(Call(name, given, {}))
            return broken
        answer = self._answer(name, given, token, fault, _client(request))
        self.calls.append(Call(name, given, answer))
        if isinstance(fault, Slow) and fault.is_after:
            await asyncio.sleep(fault.seconds)
        return Broken() if fault is Drop.AFTER else JSONResponse(answer, headers=self._headers(token))

    def _headers(self, token: str) -> dict[str, str]:
        grant = self.oauth.grants.get(token)
        return {"x-oauth-scopes": ",".join(sorted(grant.scopes))} if grant and grant.scopes else {}

    def _answer(
        self, name: str, given: dict[str, Any], token: str, fault: Fault | None, client: tuple[str, str]
    ) -> dict[str, Any]:
        try:
            if isinstance(fault, Fail):
                raise Refused(fault.error)
            if name in OF_THE_CLIENT:
                return {"ok": True, **self.oauth.answer(name, given, client, token)}
            if not token:
                raise Refused("not_authed")
            if name == "apps.connections.open":
                return self._connection(token)
            return {"ok": True, **self._called(name, given, token)}
        except Refused as refused:
            return refused.answer

    def _called(self, name: str, given: dict[str, Any], token: str) -> Mapping[str, Any]:
        grant = self.oauth.grant_of(token)
        if name == "auth.revoke":
            self.oauth.revoke(token)
            return {"revoked": True}
        if name == "apps.uninstall":
            if given.get("client_id") != self.settings.client_id:
                raise Refused("invalid_client_id")
            if given.get("client_secret") != self.settings.client_secret:
                raise Refused("bad_client_secret")
            self.oauth.uninstall(grant.place)
            return {}
        _check_scope(name, given, grant)
        return call(self.oauth.team_of(grant, given).platform, name, given)

    def _connection(self, token: str) -> dict[str, Any]:
        if token != self.settings.app_token:
            is_other = token in self.oauth.grants
            raise Refused("not_allowed_token_type" if is_other else "invalid_auth")
        address = self.url().replace("http", "ws", 1)
        return {"ok": True, "url": f"{address}/socket?ticket={self.sockets.ticket()}"}

    async def respond(self, request: Request) -> Response:
        """POST /response/{token}: a response_url."""
        token = str(request.path_params["token"])
        try:
            known = (team.responses for team in self.teams.values() if team.responses.knows(token))
            responses = next(known, None)
            if responses is None:
                raise Refused("used_url")
            responses.post(token, await _given(request))
        except Refused as refused:
            status = 404 if refused.error in {"used_url", "expired_url"} else 400
            return JSONResponse(refused.answer, status)
        return PlainTextResponse("ok")

    async def upload(self, request: Request) -> Response:
        """POST /upload/{ticket}: the bytes of a file, raw or as a form."""
        content = _bytes(request.headers.get("content-type", ""), await request.body())
        try:
            size = self.files.fill(str(request.path_params["ticket"]), content)
        except Refused as refused:
            return PlainTextResponse(refused.error, 400)
        return PlainTextResponse(f"OK - {size}")

    async def download(self, request: Request) -> Response:
        """GET /files/{file_id}/{name}: for the page, which shares this machine."""
        try:
            held = self.files.get(str(request.path_params["file_id"]))
        except Refused as refused:
            return PlainTextResponse(refused.error, 404)
        headers = {"content-disposition": "attachment", "x-content-type-options": "nosniff"}
        return Response(held.content, media_type="application/octet-stream", headers=headers)


def _rate_limited(seconds: int) -> Response:
    answer = {"ok": False, "error": "ratelimited"}
    return JSONResponse(answer, 429, headers={"retry-after": str(seconds)})


async def _before(fault: Fault | None) -> Response | None:
    """What happens in the place of the work; None when the work is done."""
    if isinstance(fault, Slow) and not fault.is_after:
        await asyncio.sleep(fault.seconds)
    if isinstance(fault, RateLimited):
        return _rate_limited(fault.retry_after_seconds)
    if isinstance(fault, Status):
        return Response(fault.body, fault.status, media_type="text/html")
    return Broken() if fault is Drop.BEFORE else None


def _check_scope(name: str, given: Mapping[str, Any], grant: Grant) -> None:
    needed = scope_of(name, given) if name in METHODS else ""
    if needed and grant.scopes is not None and needed not in grant.scopes:
        raise Refused("missing_scope", needed=needed, provided=",".join(sorted(grant.scopes)))


def _client(request: Request) -> tuple[str, str]:
    """The client id and secret of a Basic header."""
    kind, _, held = request.headers.get("authorization", "").partition(" ")
    try:
        name, _, secret = base64.b64decode(held).decode().partition(":") if kind == "Basic" else ("", "", "")
    except ValueError:
        return "", ""
    return name, secret


def _token(request: Request, given: Mapping[str, Any]) -> str:
    kind, _, held = request.headers.get("authorization", "").partition(" ")
    return (held.strip() if kind == "Bearer" else "") or str(given.get("token") or "")


async def _given(request: Request) -> dict[str, Any]:
    given: dict[str, Any] = dict(request.query_params)
    body = await request.body()
    if not body:
        return given
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            held = await request.json()
        except ValueError:
            raise Refused("invalid_json") from None
        if not isinstance(held, dict):
            raise Refused("json_not_object")
        return given | held
    return given | dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def _bytes(content_type: str, body: bytes) -> bytes:
    if not content_type.startswith("multipart/form-data"):
        return body
    form = message_from_bytes(f"content-type: {content_type}\r\n\r\n".encode() + body)
    parts = [part.get_payload(decode=True) for part in form.walk() if part.get_filename()]
    return parts[0] if parts and isinstance(parts[0], bytes) else b""


class Broken(Response):
    """No answer: the connection closes."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  ASGI's form
        """Close it, and wait until the server has noticed."""
        server = getattr(scope.get(RAW_SEND), "__self__", None)
        transport = getattr(server, "transport", None)
        if transport is None:
            raise ConnectionResetError
        transport.close()
        while (await receive())["type"] != "http.disconnect":
            pass
