"""What Slack's payloads look like: what is none is turned away before anything reads it.

Only what somebody reads is named here; anything may be missing or null, and anything else may be there.
"""

from collections.abc import Mapping
from typing import Any

NUMBER = (int, float)
FLAG = (bool, str)


class Each:
    """A mapping whose keys nobody knows beforehand."""

    def __init__(self, shape: Any) -> None:
        self.shape = shape


OPTION = {"value": str}
ELEMENT = {
    "type": str,
    "value": str,
    "selected_option": OPTION,
    "selected_options": [OPTION],
    "selected_date_time": NUMBER,
    "selected_date": str,
    "selected_time": str,
}
VIEW = {
    "id": str,
    "type": str,
    "callback_id": str,
    "private_metadata": str,
    "hash": str,
    "state": {"values": Each(Each(ELEMENT))},
}
MESSAGE = {"ts": str, "text": str, "blocks": [{"type": str}]}
EVENT = {
    "type": str,
    "subtype": str,
    "user": str,
    "bot_id": str,
    "channel": str,
    "channel_type": str,
    "text": str,
    "ts": str,
    "tab": str,
    "tokens": {"bot": [str], "oauth": [str]},
    "team_ids": [str],
}
BODY = {
    "type": str,
    "challenge": str,
    "command": str,
    "text": str,
    "team_id": str,
    "user_id": str,
    "channel_id": str,
    "enterprise_id": str,
    "is_enterprise_install": FLAG,
    "trigger_id": str,
    "response_url": str,
    "callback_id": str,
    "event_id": str,
    "event_time": NUMBER,
    "team": {"id": str, "enterprise_id": str},
    "user": {"id": str, "team_id": str},
    "enterprise": {"id": str},
    "channel": {"id": str},
    "container": {"type": str, "channel_id": str, "message_ts": str, "view_id": str},
    "view": VIEW,
    "message": MESSAGE,
    "event": EVENT,
    "actions": [{"type": str, "action_id": str, "block_id": str, "value": str}],
    "authorizations": [
        {"team_id": str, "enterprise_id": str, "user_id": str, "is_enterprise_install": FLAG, "is_bot": FLAG}
    ],
}
KINDS = frozenset(
    {
        "url_verification", "event_callback", "app_rate_limited",
        "block_actions", "view_submission", "view_closed", "shortcut", "message_action", "block_suggestion",
    }
)  # fmt: skip
NEEDED: Mapping[str, Mapping[str, tuple[str, ...]]] = {  # what a kind can't do without
    "event_callback": {"event": ("type",)},
    "view_submission": {"view": ("callback_id",)},
    "view_closed": {"view": ("callback_id",)},
}


def is_payload(body: object) -> bool:
    """Whether it could be Slack's."""
    if not isinstance(body, dict) or not _fits(body, BODY):
        return False
    kind = body.get("type")
    if kind is None:
        return bool(body.get("command")) and bool(body.get("user_id"))
    if kind not in KINDS:
        return False
    if kind == "block_actions":
        actions = body.get("actions")
        return bool(actions) and all(action.get("action_id") for action in actions or ())
    needed = NEEDED.get(kind, {})
    return all((body.get(part) or {}).get(name) for part, names in needed.items() for name in names)


def _fits(value: Any, shape: Any) -> bool:
    if value is None:
        return True
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return False
        return all(_fits(value[name], inner) for name, inner in shape.items() if name in value)
    if isinstance(shape, list):
        is_list = isinstance(value, list)
        return is_list and all(item is not None and _fits(item, shape[0]) for item in value)
    if isinstance(shape, Each):
        return isinstance(value, dict) and all(_fits(item, shape.shape) for item in value.values())
    return isinstance(value, shape) and (shape is not NUMBER or not isinstance(value, bool))
