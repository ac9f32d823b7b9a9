"""The state of the local Slack: people, conversations, messages, views, triggers; saved as one JSON file."""

import asyncio
import copy
import json
import secrets
import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.sandbox.clock import SandboxClock

TRIGGER_SECONDS = 3.0  # Slack's own
MOST_VIEWS = 3  # one open and two pushed


@dataclass(frozen=True)
class Human:
    """Somebody at a keyboard."""

    id: str
    name: str
    real_name: str
    tz: str
    locale: str


PEOPLE = (
    Human("U0ROBIN001", "robin", "Robin", "America/Chicago", "en-US"),
    Human("U0MARTA001", "marta", "Marta", "Europe/Madrid", "es-ES"),
)
GENERAL = "C0GENERAL1"


class Refused(Exception):  # noqa: N818  Slack's own word for it: {"ok": false}
    """The answer {"ok": false, "error": …}."""

    def __init__(self, error: str, messages: list[str] | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.messages = messages or []


@dataclass
class Trigger:
    """A trigger_id: three seconds, once."""

    person: str
    until: float
    is_used: bool = False


@dataclass
class Workspace:
    """Everything that the page and the Web API read and change."""

    clock: SandboxClock
    people: tuple[Human, ...] = PEOPLE
    team_id: str = "T0AJARLOCAL"
    bot_user: str = "U0AJARBOT1"
    bot_id: str = "B0AJARBOT1"
    app_id: str = "A0AJARLOCAL"
    file: Path | None = None
    messages: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    ephemerals: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    homes: dict[str, dict[str, Any]] = field(default_factory=dict)
    modals: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    version: int = 0
    _last_ts: float = 0.0
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def human(self, person: str) -> Human:
        """Raises Refused('user_not_found')."""
        for human in self.people:
            if human.id == person:
                return human
        raise Refused("user_not_found")

    def dm(self, person: str) -> str:
        """The id of the conversation between a person and the app."""
        return "D0" + self.human(person).id[2:]

    def channel_of(self, channel: str) -> str:
        """A conversation by its id, or the DM of a person by theirs. Raises Refused."""
        if channel.startswith("U"):
            try:
                return self.dm(channel)
            except Refused:
                raise Refused("channel_not_found") from None
        if channel == GENERAL or any(self.dm(human.id) == channel for human in self.people):
            return channel
        raise Refused("channel_not_found")

    def touch(self) -> None:
        """Something changed: tell who waits, and save."""
        self.version += 1
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
        self.save()

    async def changed(self, timeout: float) -> bool:  # noqa: ASYNC109  it is a wait, and this is its length
        """Wait for the next change; False when the time is over."""
        try:
            async with asyncio.timeout(timeout):
                await self._changed.wait()
        except TimeoutError:
            return False
        return True

    def ts(self) -> str:
        """A timestamp that is later than every other, even when the clock steps back."""
        self._last_ts = max(self.clock.now().timestamp(), self._last_ts + 0.000_01)
        return f"{self._last_ts:.6f}"

    def add_message(self, channel: str, message: dict[str, Any]) -> dict[str, Any]:
        """Append a message with its ts."""
        stored: dict[str, Any] = {"type": "message", "team": self.team_id, **message, "ts": self.ts()}
        self.messages.setdefault(channel, []).append(stored)
        self.touch()
        return stored

    def message(self, channel: str, ts: str) -> dict[str, Any]:
        """Raises Refused('message_not_found')."""
        found: dict[str, Any] | None = next(
            (item for item in reversed(self.messages.get(channel, [])) if item["ts"] == ts), None
        )
        if found is not None:
            return found
        raise Refused("message_not_found")

    def new_trigger(self, person: str) -> str:
        """A fresh trigger_id for this person."""
        name = f"{secrets.token_hex(6)}.{self.team_id}.{secrets.token_hex(12)}"
        self.triggers[name] = Trigger(person, time.monotonic() + TRIGGER_SECONDS)
        return name

    def use_trigger(self, name: str) -> str:
        """Whose it is. Raises Refused for an old, a used or an invented one."""
        trigger = self.triggers.get(name)
        if trigger is None:
            raise Refused("invalid_trigger_id")
        if trigger.is_used:
            raise Refused("exchanged_trigger_id")
        if trigger.until < time.monotonic():
            raise Refused("expired_trigger_id")
        trigger.is_used = True
        return trigger.person

    def show(self, person: str, view: dict[str, Any], *, is_push: bool) -> dict[str, Any]:
        """Open a modal, or push one onto the open ones. Raises Refused('push_limit_reached')."""
        stack = self.modals.setdefault(person, [])
        if is_push and len(stack) >= MOST_VIEWS:
            raise Refused("push_limit_reached")
        if not is_push:
            stack.clear()
        shown = self._shown(view, f"V{secrets.token_hex(5).upper()}")
        shown["root_view_id"] = stack[0]["id"] if stack else shown["id"]
        shown["previous_view_id"] = stack[-1]["id"] if stack else None
        stack.append(shown)
        self.touch()
        return shown

    def find_view(self, view_id: str) -> tuple[str, dict[str, Any]]:
        """The person who has it open, and the view. Raises Refused('not_found')."""
        for person, stack in self.modals.items():
            for view in stack:
                if view_id in {view["id"], view.get("external_id")}:
                    return person, view
        for person, home in self.homes.items():
            if home["id"] == view_id:
                return person, home
        raise Refused("not_found")

    def replace_view(
        self, person: str, old: dict[str, Any], view: dict[str, Any], given: str = ""
    ) -> dict[str, Any]:
        """Put another view in the place of one. Raises Refused('hash_conflict')."""
        if given and given != old["hash"]:
            raise Refused("hash_conflict")
        shown = self._shown(view, old["id"])
        for name in ("root_view_id", "previous_view_id"):
            shown[name] = old.get(name)
        stack = self.modals.get(person, [])
        stack[:] = [shown if item is old else item for item in stack]
        self.touch()
        return shown

    def publish(self, person: str, view: dict[str, Any], given: str = "") -> dict[str, Any]:
        """Set a person's Home tab."""
        old = self.homes.get(person)
        if given and old and given != old["hash"]:
            raise Refused("hash_conflict")
        shown = self._shown(view, old["id"] if old else f"V{secrets.token_hex(5).upper()}")
        self.homes[person] = shown
        self.touch()
        return shown

    def close(self, person: str, view_id: str = "") -> list[dict[str, Any]]:
        """Take the top view off the stack, or all when no id is given; what was closed."""
        stack = self.modals.get(person, [])
        closed = [item for item in stack if not view_id or item["id"] == view_id]
        stack[:] = [item for item in stack if item not in closed]
        self.touch()
        return closed

    def _shown(self, view: dict[str, Any], view_id: str) -> dict[str, Any]:
        shown = copy.deepcopy(view)
        for place, block in enumerate(shown["blocks"]):
            block.setdefault("block_id", f"b{place}{secrets.token_hex(2)}")
            for element in [block.get("element"), *(block.get("elements") or [])]:
                if isinstance(element, dict) and block["type"] in {"input", "actions"}:
                    element.setdefault("action_id", secrets.token_hex(3))
        shown.setdefault("private_metadata", "")
        shown.setdefault("callback_id", "")
        return shown | {
            "id": view_id,
            "team_id": self.team_id,
            "app_id": self.app_id,
            "bot_id": self.bot_id,
            "hash": f"{time.time():.0f}.{secrets.token_hex(4)}",
            "state": {"values": {}},
        }

    def save(self) -> None:
        """Write what outlives a restart; whole or not at all."""
        if self.file is None:
            return
        held = {"messages": self.messages, "homes": self.homes, "offset": self.clock.offset.total_seconds()}
        made = self.file.with_suffix(".new")
        made.write_text(json.dumps(held))
        made.replace(self.file)

    def load(self) -> None:
        """Read what an earlier run left, if anything."""
        if self.file is None or not self.file.exists():
            return
        try:
            held = json.loads(self.file.read_text())
        except ValueError:
            return
        self.messages = held["messages"]
        self.homes = held["homes"]
        self.clock.set_offset(timedelta(seconds=held["offset"]))
        self._last_ts = max(
            (float(item["ts"]) for channel in self.messages.values() for item in channel), default=0.0
        )
