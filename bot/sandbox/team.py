"""One workspace of the local Slack: its state, its people's hands, and the app's way in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.delivery import Delivery
from bot.sandbox.events import Events
from bot.sandbox.files import Files
from bot.sandbox.gestures import Gestures
from bot.sandbox.manifest import Manifest
from bot.sandbox.refusals import Refused
from bot.sandbox.responses import Responses
from bot.sandbox.screen import perform
from bot.sandbox.settings import SandboxSettings
from bot.sandbox.webapi.platform import Given, Platform
from bot.sandbox.workspace import Workspace

NAMES_A_PLACE = ("channel", "channel_id", "channels", "user", "users", "user_id")


@dataclass(frozen=True)
class Team:
    """A workspace with everything around it."""

    workspace: Workspace
    responses: Responses
    events: Events
    gestures: Gestures
    platform: Platform
    is_installed: Callable[[], bool]

    async def gesture(self, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """One thing that a person does here. Raises Refused, KeyError."""
        if not self.is_installed():
            raise Refused("app_not_installed")
        return await perform(self.gestures, name, given)

    async def settled(self) -> None:
        """Wait until every event has been taken by the app, or given up."""
        await self.gestures.settled()

    def is_meant(self, given: Given) -> bool:
        """Whether a call with an organisation's token is about this workspace."""
        if self.workspace.triggers.knows(str(given.get("trigger_id") or "")):
            return True
        if given.get("view_id"):
            return any(view["id"] == given["view_id"] for _, view in self.workspace.views.all())
        named = {str(given[name]) for name in NAMES_A_PLACE if given.get(name)}
        ids = {human.id for human in self.workspace.people}
        return bool(named & (ids | {self.workspace.dm(person) for person in ids}))


def team_of(
    workspace: Workspace,
    delivery: Delivery,
    manifest: Manifest,
    settings: SandboxSettings,
    files: Files,
    url: Callable[[], str],
    is_installed: Callable[[], bool],
) -> Team:
    """Put one together."""
    responses = Responses(workspace)
    events = Events(workspace, delivery, manifest.events, settings.retries_after_seconds)
    gestures = Gestures(workspace, delivery, events, responses, manifest, url)
    platform = Platform(workspace, files, url, gestures.tell_of_message, settings.is_app_in_general)
    return Team(workspace, responses, events, gestures, platform, is_installed)
