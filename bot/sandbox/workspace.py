"""The state of the local Slack: people, conversations, messages and views."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.sandbox.blocks import Held, with_ids
from bot.sandbox.changes import Changes
from bot.sandbox.clock import SandboxClock
from bot.sandbox.keeping import StateFile
from bot.sandbox.people import PEOPLE, Human
from bot.sandbox.refusals import Refused
from bot.sandbox.triggers import TRIGGER_SECONDS, Triggers
from bot.sandbox.views import Views

GENERAL = "C0GENERAL1"


def micros(ts: str) -> int:
    """A message's ts as whole microseconds: exact, where a float is not. Raises ValueError."""
    seconds, _, fraction = ts.partition(".")
    return int(seconds) * 1_000_000 + int((fraction + "000000")[:6])


class Workspace:
    """Everything that the page and the Web API read and change; messages lie in order of ts."""

    def __init__(
        self,
        clock: SandboxClock,
        people: Iterable[Human] = PEOPLE,
        *,
        file: Path | None = None,
        app_id: str = "A0AJARLOCAL",
        team_id: str = "T0AJARLOCAL",
        app_name: str = "Ajar",
        trigger_seconds: float = TRIGGER_SECONDS,
        name: str = "Local",
        enterprise_id: str | None = None,
        number: int = 0,
    ) -> None:
        self.clock, self.app_id, self.team_id, self.app_name = clock, app_id, team_id, app_name
        self.name, self.enterprise_id, self.number = name, enterprise_id, number
        self.former_ids: dict[str, str] = {}  # of people, from before the workspace joined its organisation
        self.is_org_install = False  # the app is here by way of the organisation
        self.bot_user, self.bot_id = f"U{number}AJARBOT1", f"B{number}AJARBOT1"
        self._people = {human.id: human for human in people}
        self.messages: dict[str, list[Held]] = {}
        self.ephemerals: dict[str, list[Held]] = {}
        self.views = Views({"team_id": team_id, "app_id": app_id, "bot_id": self.bot_id})
        self.triggers = Triggers(trigger_seconds)
        self.changes = Changes()
        self._last_micros = 0
        self.file = StateFile(file, self.snapshot) if file is not None else None
        if self.file is not None:
            try:
                self._restore(self.file.read())
            except (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError):
                self.file.set_aside()  # of another version, or of something else
            self.changes.listeners.append(self.file.soon)

    @property
    def people(self) -> tuple[Human, ...]:
        """Everybody."""
        return tuple(self._people.values())

    @property
    def homes(self) -> dict[str, Held]:
        """Home tabs by person."""
        return self.views.homes

    @property
    def modals(self) -> dict[str, list[Held]]:
        """Open modals by person, the top one last."""
        return self.views.modals

    @property
    def version(self) -> int:
        """How many changes there were."""
        return self.changes.version

    def human(self, person: str) -> Human:
        """Raises Refused('user_not_found')."""
        if person not in self._people:
            raise Refused("user_not_found")
        return self._people[person]

    def change_person(self, person: str, **given: Any) -> Human:
        """Somebody moves, or leaves: tz="Asia/Tokyo", locale=…, is_deactivated=True."""
        self._people[person] = replace(self.human(person), **given)
        self.touch()
        return self._people[person]

    def dm(self, person: str) -> str:
        """The id of the conversation between a person and the app."""
        return "D" + self.human(person).id[1:]

    def owner(self, channel: str) -> str | None:
        """Whose DM it is; None for a channel."""
        return next((person for person in self._people if channel == self.dm(person)), None)

    def channel_of(self, channel: str) -> str:
        """A conversation by its id, or the DM of a person by theirs. Raises Refused."""
        if channel in self._people:
            return self.dm(channel)
        if channel == GENERAL or self.owner(channel) is not None:
            return channel
        raise Refused("channel_not_found")

    def touch(self, channel: str | None = None) -> None:
        """Something changed there (None: anywhere): tell who waits, and save."""
        owner = self.owner(channel) if channel is not None else None
        self.changes.tell(None if owner is None else [owner])

    async def changed(self, seconds: float) -> bool:
        """Wait for the next change; False when the time is over."""
        return await self.changes.wait(seconds)

    def ts(self) -> str:
        """A timestamp later than every other, even when the clock steps back."""
        now = int(self.clock.now().timestamp() * 1_000_000)
        self._last_micros = max(now, self._last_micros + 1)
        seconds, fraction = divmod(self._last_micros, 1_000_000)
        return f"{seconds}.{fraction:06d}"

    def add_message(self, channel: str, message: Mapping[str, Any]) -> Held:
        """Append a message, which gets its ts and the ids of its blocks."""
        stored = {"type": "message", "team": self.team_id, **message, "ts": self.ts()}
        stored["blocks"] = with_ids(message.get("blocks") or ())
        self.messages.setdefault(channel, []).append(stored)
        self.touch(channel)
        return stored

    def message(self, channel: str, ts: str) -> Held:
        """Raises Refused('message_not_found')."""
        messages, place = self._place(channel, ts)
        return messages[place]

    def remove_message(self, channel: str, ts: str) -> Held:
        """Take it away. Raises Refused('message_not_found')."""
        messages, place = self._place(channel, ts)
        removed = messages.pop(place)
        self.touch(channel)
        return removed

    def _place(self, channel: str, ts: str) -> tuple[list[Held], int]:
        messages = self.messages.get(channel, [])
        try:
            place = bisect_left(messages, micros(ts), key=lambda item: micros(item["ts"]))
        except ValueError:
            place = len(messages)
        if place == len(messages) or messages[place]["ts"] != ts:
            raise Refused("message_not_found")
        return messages, place

    def add_ephemeral(self, person: str, channel: str, message: Mapping[str, Any]) -> Held:
        """Something that only one person sees, and that no restart keeps."""
        author = {"type": "message", "user": self.bot_user, "bot_id": self.bot_id}
        stored = {**author, **message, "channel": channel, "ts": self.ts(), "ephemeral": True}
        stored["blocks"] = with_ids(message.get("blocks") or ())
        self.ephemerals.setdefault(person, []).append(stored)
        self.changes.tell([person])
        return stored

    def ephemeral(self, person: str, ts: str) -> Held | None:
        """One that this person has been shown."""
        return next((item for item in self.ephemerals.get(person, []) if item["ts"] == ts), None)

    def show(self, person: str, view: Mapping[str, Any], *, is_push: bool) -> Held:
        """Open a modal, or put it on top of the open ones. Raises Refused('push_limit_reached')."""
        shown = self.views.push(person, view) if is_push else self.views.open(person, view)
        self.changes.tell([person])
        return shown

    def snapshot(self) -> dict[str, Any]:
        """What outlives a restart: everything but open views, triggers and ephemeral messages."""
        return {
            "people": [asdict(human) for human in self.people],
            "messages": self.messages,
            "homes": self.homes,
            "offset": self.clock.offset.total_seconds(),
            "last_micros": self._last_micros,
        }

    def _restore(self, held: Mapping[str, Any] | None) -> None:
        if held is None:
            return
        people = {item["id"]: Human(**item) for item in held.get("people", ())}
        messages = {channel: list(items) for channel, items in held["messages"].items()}
        homes, offset = dict(held["homes"]), timedelta(seconds=held["offset"])
        newest = max((micros(items[-1]["ts"]) for items in messages.values() if items), default=0)
        last_micros = max(newest, int(held.get("last_micros", 0)))
        self._people |= people  # all of it, or nothing
        self.messages, self.views.homes, self._last_micros = messages, homes, last_micros
        self.clock.set_offset(offset)
