"""What the page asks: everything that a person sees, word of each change, and their gestures."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse

from bot.sandbox.blocks import Held
from bot.sandbox.clock import SandboxClock
from bot.sandbox.gestures import Gestures
from bot.sandbox.manifest import Manifest
from bot.sandbox.refusals import Refused
from bot.sandbox.webapi.chat import without_metadata
from bot.sandbox.workspace import GENERAL, Workspace

PAGE = Path(__file__).parent / "page"
KEEP_ALIVE_SECONDS = 15.0
NEWEST = 300  # messages that the page is given of one conversation
HEADERS = {
    "cache-control": "no-cache",
    "content-security-policy": "default-src 'self'; img-src 'self' data: https:; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
GESTURES = ("command", "message", "action", "submit", "close", "home", "shortcut")

Due = Callable[[], Awaitable[datetime | None]]
Perform = Callable[[str, Mapping[str, Any]], Awaitable[dict[str, Any]]]


@dataclass(frozen=True)
class Screen:
    """What the page is told, and what it asks for.

    perform: one gesture, named and given as in POST /_/…; raises Refused, KeyError.
    due: the next moment at which the app has something to do.
    """

    workspace: Workspace
    clock: SandboxClock
    manifest: Manifest
    perform: Perform
    due: Due
    move_clock: Callable[[timedelta], Awaitable[None]]
    jump: Callable[[], Awaitable[bool]]
    is_stopping: Callable[[], bool]

    async def page(self, _: Request) -> Response:
        """GET /."""
        return FileResponse(PAGE / "index.html", headers=HEADERS)

    async def state(self, request: Request) -> Response:
        """GET /_/state?person=U…"""
        try:
            return JSONResponse(await self.seen_by(request.query_params.get("person", "")))
        except Refused as refused:
            return JSONResponse(refused.answer, 404)

    async def seen_by(self, person: str) -> dict[str, Any]:
        """Everything that this person sees, newest messages of each conversation only."""
        workspace = self.workspace
        human, dm = workspace.human(person), workspace.dm(person)
        due_at = await self.due()
        general = {"id": GENERAL, "name": "general", "messages": self._messages(person, GENERAL)}
        return {
            "version": workspace.changes.version_of(person),
            "now": _iso(self.clock.now()),
            "people": [asdict(item) for item in workspace.people],
            "person": asdict(human),
            "app": self._app(),
            "dm": {"channel": dm, "messages": self._messages(person, dm)},
            "channels": [general],
            "home": workspace.homes.get(person),
            "modals": workspace.modals.get(person, []),
            "next_due": _iso(due_at) if due_at is not None else None,
            "time_controls": True,
        }

    def _app(self) -> dict[str, Any]:
        return {
            "user_id": self.workspace.bot_user,
            "bot_id": self.workspace.bot_id,
            "name": self.workspace.app_name,
            "commands": self.manifest.commands,
            "global_shortcuts": self.manifest.shortcuts("global"),
            "message_shortcuts": self.manifest.shortcuts("message"),
        }

    def _messages(self, person: str, channel: str) -> list[Held]:
        own = [item for item in self.workspace.ephemerals.get(person, []) if item["channel"] == channel]
        newest = [*self.workspace.messages.get(channel, [])[-NEWEST:], *own[-NEWEST:]]
        return [_message(item) for item in sorted(newest, key=lambda item: str(item["ts"]))]

    async def events(self, request: Request) -> Response:
        """GET /_/events?person=U…: server-sent events; without a person, of every change."""
        changes = self._changes(request.query_params.get("person"))
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(changes, media_type="text/event-stream", headers=headers)

    async def _changes(self, person: str | None) -> AsyncIterator[str]:
        seen = -1
        while not self.is_stopping():
            version = self.workspace.changes.version_of(person)
            if version != seen:
                seen = version
                yield f"data: {json.dumps({'version': seen})}\n\n"
            elif not await self.workspace.changes.wait(KEEP_ALIVE_SECONDS):
                yield ": still here\n\n"

    async def gesture(self, request: Request) -> Response:
        """POST /_/{name}."""
        return await _answered(request, lambda given: self.perform(request.path_params["name"], given))

    async def clock_moves(self, request: Request) -> Response:
        """POST /_/clock."""
        return await _answered(request, self._move)

    async def _move(self, given: Mapping[str, Any]) -> dict[str, Any]:
        if given.get("to") == "next":
            if not await self.jump():
                raise Refused("nothing_due")
        else:
            await self.move_clock(timedelta(seconds=float(given["advance_seconds"])))
        return {"ok": True, "now": _iso(self.clock.now())}


async def perform(hands: Gestures, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """One gesture by name. Raises Refused, KeyError."""
    if name not in GESTURES:
        raise Refused("unknown_method")
    person = str(given["person"])
    if name == "command":
        return await hands.command(person, str(given["channel"]), str(given["text"]))
    if name == "message":
        return await hands.say(person, str(given["channel"]), str(given["text"]))
    if name == "home":
        return await hands.open_home(person, str(given.get("tab") or "home"))
    if name == "close":
        return await hands.close(person, str(given["view_id"]), is_all=bool(given.get("all")))
    if name == "submit":
        return await hands.submit(person, str(given["view_id"]), given["state"])
    if name == "shortcut":
        place = (str(given.get("channel") or ""), str(given.get("ts") or ""))
        return await hands.shortcut(person, str(given["callback_id"]), *place)
    ids = (str(given["block_id"]), str(given["action_id"]))
    return await hands.act(person, given["container"], *ids, given.get("value"), given.get("state") or {})


async def _answered(
    request: Request, work: Callable[[Mapping[str, Any]], Awaitable[dict[str, Any]]]
) -> Response:
    """JSON only: a form of another page in the same browser can't send that."""
    if not request.headers.get("content-type", "").startswith("application/json"):
        return JSONResponse({"ok": False, "error": "invalid_content_type"}, 415)
    try:
        given = await request.json()
        return JSONResponse(await work(given))
    except Refused as refused:
        return JSONResponse(refused.answer)
    except (KeyError, TypeError, ValueError, OverflowError):
        return JSONResponse({"ok": False, "error": "invalid_arguments"}, 400)


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _message(held: Held) -> Held:
    """`edited` is false or says when, so that a page can tell one edit from the next."""
    fixed = {"edited": held.get("edited") or False, "ephemeral": bool(held.get("ephemeral"))}
    return {"user": None, "bot_id": None, **without_metadata(held), **fixed}
