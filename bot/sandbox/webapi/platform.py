"""What every Web API method works with, and how it reads its arguments."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.sandbox.files import Files
from bot.sandbox.refusals import Refused
from bot.sandbox.workspace import GENERAL, Workspace

Given = Mapping[str, Any]
Answer = dict[str, Any]
OnMessage = Callable[[str, Mapping[str, Any]], None]


@dataclass(frozen=True)
class Platform:
    """The workspace, its address, and who hears of messages: `on_message(channel, event)`."""

    workspace: Workspace
    files: Files
    url: Callable[[], str]
    on_message: OnMessage
    is_app_in_general: bool = False

    def writable(self, channel: str) -> str:
        """The conversation to write to. Raises Refused."""
        found = self.workspace.channel_of(channel)
        owner = self.workspace.owner(found)
        if owner is not None and self.workspace.human(owner).is_deactivated:
            raise Refused("user_disabled")
        if found == GENERAL and not self.is_app_in_general:
            raise Refused("not_in_channel")
        return found


Method = Callable[[Platform, Given], Answer]

STRUCTURED = ("view", "blocks", "metadata", "attachments", "files")


def decoded(given: Given) -> Answer:
    """Form fields hold JSON for everything that is not a string. Raises Refused."""
    made = {name: value for name, value in given.items() if value is not None}
    for name in STRUCTURED:
        if isinstance(made.get(name), str):
            try:
                made[name] = json.loads(made[name])
            except ValueError:
                error = f"invalid_{name}_format" if name in {"blocks", "metadata"} else "invalid_arguments"
                raise Refused(error, [f"[ERROR] invalid JSON [json-pointer:/{name}]"]) from None
    return made


def required(given: Given, name: str) -> str:
    """An argument that has to be there. Raises Refused('invalid_arguments')."""
    value = given.get(name)
    if value in (None, ""):
        raise Refused("invalid_arguments", [f"[ERROR] missing required field: {name}"])
    return str(value)


def is_set(given: Given, name: str) -> bool:
    """A flag, as JSON or as a form writes it."""
    return str(given.get(name, "")).lower() in {"1", "true"}


def blame(complaints: Sequence[str]) -> list[str]:
    """Complaints as `response_metadata.messages` has them."""
    return [f"[ERROR] {complaint}" for complaint in complaints]
