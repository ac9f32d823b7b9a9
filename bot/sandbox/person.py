"""Somebody at the keyboard, for scripts and tests: the same gestures that the page sends."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.sandbox.server import Sandbox
from bot.sandbox.workspace import GENERAL

Held = dict[str, Any]
WAIT_SECONDS = 10.0


class Person:
    """Types, fills in, presses buttons, and reads what is on the screen."""

    def __init__(self, sandbox: Sandbox, user_id: str = "U0ROBIN001") -> None:
        self._sandbox = sandbox
        self._workspace = sandbox.workspace
        self.id = user_id
        self.channel = self._workspace.dm(user_id)
        self._typed: dict[str, dict[str, Held]] = {}

    @property
    def dm(self) -> list[Held]:
        """Messages with Ajar, oldest first."""
        return self._workspace.messages.get(self.channel, [])

    @property
    def ephemerals(self) -> list[Held]:
        """What only this person was shown."""
        return self._workspace.ephemerals.get(self.id, [])

    @property
    def modal(self) -> Held | None:
        """The modal on top."""
        stack = self._workspace.modals.get(self.id)
        return stack[-1] if stack else None

    @property
    def home(self) -> Held | None:
        """The Home tab."""
        return self._workspace.homes.get(self.id)

    async def command(self, text: str, channel: str = "") -> Held:
        """Type a slash command, in the DM unless told otherwise."""
        return await self._do("command", channel=channel or self.channel, text=text)

    async def say(self, text: str, channel: str = "") -> Held:
        """Type a message."""
        return await self._do("message", channel=channel or self.channel, text=text)

    async def say_in_general(self, text: str) -> Held:
        """Type into #general."""
        return await self.say(text, GENERAL)

    async def open_home(self) -> Held:
        """Look at the Home tab and wait for it."""
        answer = await self._do("home")
        await self._sandbox.gestures.settled()
        return answer

    async def shortcut(self, callback_id: str, channel: str = "", ts: str = "") -> Held:
        """Choose a shortcut."""
        return await self._do("shortcut", callback_id=callback_id, channel=channel, ts=ts)

    def fill(self, block_id: str, value: Any) -> None:
        """Type into or choose in a field of the modal: text, option values, or a moment."""
        view = self.modal or {}
        for block in view.get("blocks", []):
            if block["type"] == "input" and block["block_id"] == block_id:
                element = block["element"]
                held = _state_of(element, value)
                self._typed.setdefault(view["id"], {})[block_id] = {element["action_id"]: held}
                return
        names = [block["block_id"] for block in view.get("blocks", []) if block["type"] == "input"]
        raise LookupError(f"there is no field {block_id}; there are {names}")

    def state(self, view: Held) -> dict[str, dict[str, Held]]:
        """What the fields of a modal hold: what was typed, else what they began with."""
        typed = self._typed.get(view["id"], {})
        return {
            block["block_id"]: typed.get(block["block_id"])
            or {block["element"]["action_id"]: _initial(block["element"])}
            for block in view["blocks"]
            if block["type"] == "input"
        }

    async def submit(self) -> dict[str, str]:
        """Press submit; the errors by field, empty when it was taken."""
        view = self.modal
        if view is None:
            raise LookupError("there is no modal open")
        answer = await self._do("submit", view_id=view["id"], state=self.state(view))
        if answer["ok"]:
            return {}
        return answer.get("errors") or {"": str(answer.get("error"))}

    async def close(self) -> None:
        """Close the modal on top."""
        view = self.modal
        if view is not None:
            await self._do("close", view_id=view["id"], all=False)

    async def click(self, action_id: str, *, message: Held | None = None) -> Held:
        """Press a button: in the modal, else in the newest message that has it, else in the Home tab."""
        view = self.modal
        if message is None and view is not None and (found := _button(view["blocks"], action_id)):
            container = {"type": "view", "view_id": view["id"]}
            return await self._act(container, found, action_id, self.state(view))
        for item in [message] if message else reversed([*self.dm, *self.ephemerals]):
            if found := _button(item["blocks"], action_id):
                channel = item.get("channel", self.channel)
                container = {"type": "message", "channel": channel, "ts": item["ts"]}
                return await self._act(container, found, action_id, {})
        return await self.click_home(action_id)

    async def click_home(self, action_id: str) -> Held:
        """Press a button of the Home tab."""
        home = self.home
        found = _button(home["blocks"], action_id) if home else None
        if home is None or found is None:
            raise LookupError(f"there is no button {action_id} on the screen")
        return await self._act({"type": "view", "view_id": home["id"]}, found, action_id, {})

    def has_button(self, action_id: str) -> bool:
        """Whether any message shows it."""
        return any(_button(item["blocks"], action_id) for item in self.dm)

    async def until(self, holds: Callable[[], bool], what: str = "it", seconds: float = WAIT_SECONDS) -> None:
        """Wait for changes until it holds. Raises TimeoutError."""
        end = asyncio.get_running_loop().time() + seconds
        while not holds():
            left = end - asyncio.get_running_loop().time()
            if left <= 0:
                said = [item["text"] for item in self.dm]
                raise TimeoutError(f"{what} did not happen; the DM holds {said}")
            await self._workspace.changed(min(left, 0.5))

    async def _act(self, container: Held, block_id: str, action_id: str, state: Mapping[str, Any]) -> Held:
        return await self._do(
            "action", container=container, block_id=block_id, action_id=action_id, value=None, state=state
        )

    async def _do(self, name: str, **given: Any) -> Held:
        return await self._sandbox.gesture(name, {"person": self.id, **given})


def text_of(shown: Mapping[str, Any]) -> str:
    """A message or a view as plain text, line by line."""
    lines = [_text(block) for block in shown.get("blocks") or ()]
    return "\n".join(line for line in lines if line) or str(shown.get("text", ""))


def _text(block: Mapping[str, Any]) -> str:
    kind = block["type"]
    if kind in {"section", "header"}:
        return str((block.get("text") or {}).get("text", ""))
    if kind == "context":
        return "\n".join(str(item.get("text", "")) for item in block["elements"])
    if kind == "input":
        return str(block["label"]["text"])
    if kind == "rich_text":
        return "\n".join(_flow(item) for item in block["elements"])
    if kind == "actions":
        return " ".join(f"[{item['text']['text']}]" for item in block["elements"] if "text" in item)
    return ""


def _flow(element: Mapping[str, Any]) -> str:
    text = "".join(str(part.get("text", "")) for part in element["elements"])
    if element["type"] == "rich_text_quote":
        return "\n".join(f"    {line}" for line in text.split("\n"))
    return text


def _button(blocks: list[Held], action_id: str) -> str | None:
    for block in blocks:
        for element in block.get("elements") or ():
            if element.get("action_id") == action_id:
                return str(block.get("block_id"))
    return None


def _initial(element: Held) -> Held:
    names = {
        "static_select": ("selected_option", "initial_option"),
        "radio_buttons": ("selected_option", "initial_option"),
        "checkboxes": ("selected_options", "initial_options"),
        "multi_static_select": ("selected_options", "initial_options"),
        "datetimepicker": ("selected_date_time", "initial_date_time"),
        "timepicker": ("selected_time", "initial_time"),
        "datepicker": ("selected_date", "initial_date"),
    }
    held, initial = names.get(element["type"], ("value", "initial_value"))
    empty: Any = [] if held == "selected_options" else None
    return {"type": element["type"], held: element.get(initial, empty)}


def _state_of(element: Held, value: Any) -> Held:
    kind = element["type"]
    held = next(name for name in _initial(element) if name != "type")
    if held == "selected_options":
        return {"type": kind, held: [_option(element, item) for item in value]}
    if held == "selected_option":
        return {"type": kind, held: _option(element, value)}
    if isinstance(value, datetime):
        return {"type": kind, held: int(value.timestamp())}
    return {"type": kind, held: value}


def _option(element: Held, value: str) -> Held:
    groups = element.get("option_groups") or []
    options = [*(element.get("options") or []), *(item for group in groups for item in group["options"])]
    for option in options:
        if value in {option["value"], option["text"]["text"]}:
            return dict(option)
    raise LookupError(f"there is no option {value}; there are {[item['value'] for item in options]}")
