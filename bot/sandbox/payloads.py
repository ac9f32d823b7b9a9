"""The payloads that Slack makes of what a person does, without what only a gesture can add."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.blocks import Held
from bot.sandbox.people import Human
from bot.sandbox.workspace import Workspace

# element type → the fields that an action of it carries
ACTION_FIELDS: Mapping[str, tuple[str, ...]] = {
    "button": ("text", "value", "url", "style"),
    "static_select": ("placeholder", "initial_option"),
    "datepicker": ("initial_date",),
    "timepicker": ("initial_time",),
}


def command(workspace: Workspace, human: Human, channel: str, name: str, text: str) -> dict[str, str]:
    """A slash command."""
    return {
        "token": "local",
        "team_id": workspace.team_id,
        "team_domain": "local",
        "channel_id": channel,
        "channel_name": channel_name(channel),
        "user_id": human.id,
        "user_name": human.name,
        "command": name,
        "text": text,
        "api_app_id": workspace.app_id,
        "is_enterprise_install": str(workspace.is_org_install).lower(),
        **({"enterprise_id": workspace.enterprise_id} if workspace.enterprise_id else {}),
    }


def channel_name(channel: str) -> str:
    """As Slack names it to the app."""
    return "directmessage" if channel.startswith("D") else "general"


def interaction(workspace: Workspace, human: Human, kind: str) -> Held:
    """What every interaction has in common."""
    return {
        "type": kind,
        "team": {"id": workspace.team_id, "domain": "local"},
        "user": {
            "id": human.id,
            "username": human.name,
            "name": human.name,
            "team_id": workspace.team_id,
        },
        "api_app_id": workspace.app_id,
        "token": "local",
        "enterprise": {"id": workspace.enterprise_id, "name": "Local"} if workspace.enterprise_id else None,
        "is_enterprise_install": workspace.is_org_install,
    }


def in_message(message: Mapping[str, Any], channel: str, *, is_ephemeral: bool) -> Held:
    """Where something in a message was touched; ephemeral messages are not handed back."""
    shown = {name: held for name, held in message.items() if name != "metadata"}
    whole = {} if is_ephemeral else {"message": shown}
    return {
        "container": {
            "type": "message",
            "message_ts": message["ts"],
            "channel_id": channel,
            "is_ephemeral": is_ephemeral,
        },
        "channel": {"id": channel, "name": channel_name(channel)},
        **whole,
    }


def in_view(view: Mapping[str, Any]) -> Held:
    """Where something in a modal or a Home tab was touched."""
    return {"container": {"type": "view", "view_id": view["id"]}, "view": dict(view)}


def action(element: Mapping[str, Any], block_id: str, value: Mapping[str, Any] | None, ts: str) -> Held:
    """One entry of `actions`: the element, and what it now holds."""
    carried = {name: element[name] for name in ACTION_FIELDS.get(element["type"], ()) if name in element}
    chosen = {name: held for name, held in (value or {}).items() if name not in {"type", *carried}}
    return {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block_id,
        **carried,
        **chosen,
        "action_ts": ts,
    }


def typed_blocks(text: str) -> list[Held]:
    """What Slack makes of plain typing."""
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return [{"type": "rich_text", "elements": [section]}]
