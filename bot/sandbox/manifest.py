"""What the app's manifest, already parsed, tells the local Slack; without one anything goes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Manifest:
    """Reads Slack's manifest format, version 2."""

    held: Mapping[str, Any]
    is_app_in_general: bool = False

    @property
    def _features(self) -> Mapping[str, Any]:
        return self.held.get("features") or {}

    @property
    def app_name(self) -> str:
        """The name of the bot."""
        bot = self._features.get("bot_user") or {}
        info = self.held.get("display_information") or {}
        return str(bot.get("display_name") or info.get("name") or "App")

    @property
    def commands(self) -> list[dict[str, Any]]:
        """Slash commands."""
        return list(self._features.get("slash_commands") or ())

    def shortcuts(self, kind: str) -> list[dict[str, Any]]:
        """kind: global or message."""
        return [item for item in self._features.get("shortcuts") or () if item.get("type") == kind]

    def knows_command(self, name: str) -> bool:
        """Whether the app has it."""
        return not self.held or any(item["command"] == name for item in self.commands)

    def knows_shortcut(self, callback_id: str, *, is_global: bool) -> bool:
        """Whether the app has it."""
        kind = "global" if is_global else "message"
        return not self.held or any(item["callback_id"] == callback_id for item in self.shortcuts(kind))

    @property
    def scopes(self) -> frozenset[str] | None:
        """The bot's scopes; None when the manifest names none."""
        scopes = ((self.held.get("oauth_config") or {}).get("scopes") or {}).get("bot")
        return frozenset(scopes) if scopes else None

    @property
    def redirect_urls(self) -> list[str]:
        """Where the app may send people back to after they consented."""
        return list((self.held.get("oauth_config") or {}).get("redirect_urls") or ())

    @property
    def is_for_organisations(self) -> bool:
        """Whether an organisation may install it as a whole."""
        return not self.held or bool((self.held.get("settings") or {}).get("org_deploy_enabled"))

    @property
    def has_expiring_tokens(self) -> bool:
        """Whether tokens rotate."""
        return bool((self.held.get("settings") or {}).get("token_rotation_enabled"))

    @property
    def events(self) -> frozenset[str] | None:
        """The events that the app has asked for; None without a manifest."""
        if not self.held:
            return None
        asked = (self.held.get("settings") or {}).get("event_subscriptions") or {}
        return frozenset(asked.get("bot_events") or ())
