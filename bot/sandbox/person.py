"""Somebody at the keyboard, for scripts and tests: the same gestures that the page sends."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.answers import state_of
from bot.sandbox.blocks import STATE_FIELDS, Held, initial_values, kept_values, placed
from bot.sandbox.people import Human
from bot.sandbox.reading import element_text, text_of
from bot.sandbox.server import Sandbox
from bot.sandbox.team import Team
from bot.sandbox.workspace import GENERAL

__all__ = ["GENERAL", "Person", "text_of"]

WAIT_SECONDS = 30.0


@dataclass(frozen=True)
class _Place:
    """An element on the screen, where it is, and what its surface holds."""

    container: Held
    block: Held
    element: Held
    state: Mapping[str, Mapping[str, Held]]


class Person:
    """Types, fills in, presses buttons, and reads what is on the screen.

    `user_id` may also be a name. Gestures answer {"ok": …} as the page gets it.
    """

    def __init__(self, sandbox: Sandbox | Team, user_id: str = "Robin") -> None:
        self._sandbox = sandbox
        self._workspace = sandbox.workspace
        known = {human.real_name.lower(): human.id for human in self._workspace.people}
        self.id = known.get(user_id.lower(), user_id)
        self.channel = self._workspace.dm(self.id)
        self._typed: dict[str, dict[str, dict[str, Held]]] = {}

    @property
    def human(self) -> Human:
        """Name, time zone and language."""
        return self._workspace.human(self.id)

    @property
    def dm(self) -> list[Held]:
        """Messages with the app, oldest first."""
        return self._workspace.messages.get(self.channel, [])

    @property
    def general(self) -> list[Held]:
        """Messages in #general, oldest first."""
        return self._workspace.messages.get(GENERAL, [])

    @property
    def ephemerals(self) -> list[Held]:
        """What only this person was shown, oldest first."""
        return self._workspace.ephemerals.get(self.id, [])

    @property
    def modals(self) -> list[Held]:
        """Open modals, the top one last."""
        return self._workspace.modals.get(self.id, [])

    @property
    def modal(self) -> Held | None:
        """The modal on top."""
        return self.modals[-1] if self.modals else None

    @property
    def home(self) -> Held | None:
        """The Home tab."""
        return self._workspace.homes.get(self.id)

    async def command(self, text: str, channel: str | None = None) -> Held:
        """Type a slash command, in the DM unless told otherwise."""
        return await self._do("command", channel=channel or self.channel, text=text)

    async def say(self, text: str, channel: str | None = None) -> Held:
        """Type a message."""
        return await self._do("message", channel=channel or self.channel, text=text)

    async def say_in_general(self, text: str) -> Held:
        """Type into #general."""
        return await self.say(text, GENERAL)

    async def open_home(self, tab: str = "home") -> Held:
        """Look at a tab of the app, and wait until the app has heard of it."""
        answer = await self._do("home", tab=tab)
        await self._sandbox.settled()
        return answer

    async def shortcut(self, callback_id: str, channel: str = "", ts: str = "") -> Held:
        """Choose a global shortcut, or with channel and ts one of that message."""
        return await self._do("shortcut", callback_id=callback_id, channel=channel, ts=ts)

    def fill(self, name: str, value: object) -> None:
        """Fill a field of the modal, named by block_id, action_id or label. Raises LookupError.

        value: text, option values or texts, a date, a time, a moment; None empties it.
        """
        view = self.modal
        if view is None:
            raise LookupError(f"there is no modal open to fill {name!r} in")
        block, element = self._field(view, name)
        typed = self._typed.setdefault(view["id"], {}).setdefault(block["block_id"], {})
        typed[element["action_id"]] = state_of(element, value, self.human.tz)

    def _field(self, view: Held, name: str) -> tuple[Held, Held]:
        fields = [pair for pair in placed(view["blocks"]) if pair[1]["type"] in STATE_FIELDS]
        for block, element in fields:
            label = (block.get("label") or {}).get("text")
            if name in {block["block_id"], element["action_id"], label}:
                return block, element
        known = [block["block_id"] for block, _ in fields]
        raise LookupError(f"there is no field {name!r}; there are {known}")

    def state(self, view: Held) -> dict[str, dict[str, Held]]:
        """What the fields of a view hold: what was typed, else what they began with."""
        values = {block_id: dict(held) for block_id, held in view["state"]["values"].items()}
        for block_id, held in self._typed.get(view["id"], {}).items():
            values[block_id] = values.get(block_id, {}) | held
        return kept_values(view["blocks"], values)

    async def submit(self) -> dict[str, str] | None:
        """Press submit: None when it was taken, else the errors by block_id ("": a general one)."""
        view = self.modal
        if view is None:
            raise LookupError("there is no modal open")
        answer = await self._do("submit", view_id=view["id"], state=self.state(view))
        if answer["ok"]:
            return None
        return answer.get("errors") or {"": str(answer.get("error"))}

    async def close(self, *, is_all: bool = False) -> Held:
        """Close the modal on top, or all of them."""
        view = self.modal
        if view is None:
            return {"ok": True}
        return await self._do("close", view_id=view["id"], all=is_all)

    async def click(self, name: str, *, message: Held | None = None, value: str | None = None) -> Held:
        """Press the button with this action_id or these words (and this value). Raises LookupError.

        It is looked for in the modal, then in messages from the newest on, then in the Home tab.
        """
        return await self._press(name, value, self._places(message))

    async def click_home(self, name: str, *, value: str | None = None) -> Held:
        """Press a button of the Home tab."""
        return await self._press(name, value, self._in_home())

    async def _press(self, name: str, value: str | None, places: Iterator[_Place]) -> Held:
        seen = []
        for place in places:
            element = place.element
            if element["type"] == "button":
                is_named = name in {element["action_id"], element["text"]["text"]}
                if is_named and value in {None, element.get("value")}:
                    return await self._act(place, None)
                seen.append(element_text(element))
        raise LookupError(f"there is no button {name!r} on the screen; there are {' '.join(seen[:30])}")

    async def choose(self, name: str, value: object, *, message: Held | None = None) -> Held:
        """Choose in an element that tells the app at once, named by its action_id or block_id.

        Also for inputs with dispatch_action. Raises LookupError.
        """
        seen = []
        for place in self._places(message):
            if place.element["type"] == "button":
                continue
            if name in {place.element["action_id"], place.block["block_id"]}:
                return await self._act(place, state_of(place.element, value, self.human.tz))
            seen.append(place.element["action_id"])
        raise LookupError(f"there is nothing to choose called {name!r}; there are {seen[:30]}")

    async def _act(self, place: _Place, held: Held | None) -> Held:
        block_id, action_id = place.block["block_id"], place.element["action_id"]
        state = {name: dict(values) for name, values in place.state.items()}
        if held is not None and place.element["type"] in STATE_FIELDS:
            state.setdefault(block_id, {})[action_id] = held
            typed = self._typed.setdefault(place.container.get("view_id", ""), {})
            typed.setdefault(block_id, {})[action_id] = held
        ids = {"block_id": block_id, "action_id": action_id}
        return await self._do("action", container=place.container, **ids, value=held, state=state)

    def _places(self, message: Held | None) -> Iterator[_Place]:
        if message is not None:
            yield from self._in_message(message)
            return
        if self.modal is not None:
            yield from self._in_view(self.modal)
        for shown in sorted([*self.dm[-200:], *self.ephemerals], key=lambda item: str(item["ts"]))[::-1]:
            yield from self._in_message(shown)
        yield from self._in_home()

    def _in_message(self, message: Held) -> Iterator[_Place]:
        channel = message.get("channel") or self._channel_of(message)
        container = {"type": "message", "channel": channel, "ts": message["ts"]}
        state = initial_values(message["blocks"])
        for block, element in placed(message["blocks"]):
            yield _Place(container, block, element, state)

    def _channel_of(self, message: Held) -> str:
        """Somebody else's button is pressed in vain where it is, as Slack would have it."""
        channels = self._workspace.messages.items()
        return next((name for name, items in channels if message in items[-200:]), self.channel)

    def _in_home(self) -> Iterator[_Place]:
        if self.home is not None:
            yield from self._in_view(self.home)

    def _in_view(self, view: Held) -> Iterator[_Place]:
        for block, element in placed(view["blocks"]):
            yield _Place({"type": "view", "view_id": view["id"]}, block, element, self.state(view))

    def has_button(self, name: str) -> bool:
        """Whether any message in the DM shows it."""
        elements = (element for item in self.dm for _, element in placed(item["blocks"]))
        return any(item["type"] == "button" and item["action_id"] == name for item in elements)

    async def until(self, holds: Callable[[], bool], what: str = "it", seconds: float = WAIT_SECONDS) -> None:
        """Wait for changes until it holds. Raises TimeoutError that tells what is on the screen."""
        end = asyncio.get_running_loop().time() + seconds
        while not holds():
            left = end - asyncio.get_running_loop().time()
            if left <= 0:
                said = [item["text"] for item in self.dm[-10:]]
                raise TimeoutError(f"{what} did not happen; the DM ends with {said}")
            await self._workspace.changes.wait(min(left, 1.0))  # it may look at more than the workspace

    async def _do(self, name: str, **given: Any) -> Held:
        return await self._sandbox.gesture(name, {"person": self.id, **given})
