"""manifest.yml, and what it becomes for an address and for many workspaces."""

from pathlib import Path
from typing import Any

from bot.yaml_loading import loaded

EVENTS, REDIRECT = "/slack/events", "/slack/oauth_redirect"


def load_manifest() -> dict[str, Any]:
    """manifest.yml, of the checkout or of the installed package."""
    beside = Path(__file__).parent.parent / "manifest.yml"
    file = beside if beside.exists() else Path(__file__).parent / "manifest.yml"
    held: dict[str, Any] = loaded(file.read_text(encoding="utf-8"))
    return held


def scopes_of(manifest: dict[str, Any]) -> tuple[str, ...]:
    """What the bot asks for."""
    return tuple(manifest["oauth_config"]["scopes"]["bot"])


def for_address(url: str, *, is_distributed: bool = False, is_rotating: bool = False) -> dict[str, Any]:
    """The manifest for HTTP at this address; `is_distributed` adds OAuth and installs of organisations."""
    held = load_manifest()
    own = url.rstrip("/").removesuffix(EVENTS)
    settings = held["settings"]
    settings["socket_mode_enabled"] = False
    settings["event_subscriptions"]["request_url"] = own + EVENTS
    settings["interactivity"]["request_url"] = own + EVENTS
    for command in held["features"]["slash_commands"]:
        command["url"] = own + EVENTS
    if is_distributed:
        held["oauth_config"]["redirect_urls"] = [own + REDIRECT]
        settings["org_deploy_enabled"] = True
    settings["token_rotation_enabled"] = is_rotating
    return held
