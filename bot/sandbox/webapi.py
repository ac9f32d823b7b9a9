"""Slack's Web API, as far as a bot of this kind uses it: each method is a function of the workspace."""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from bot.sandbox.limits import message_complaints, view_complaints
from bot.sandbox.workspace import Refused, Workspace

Given = Mapping[str, Any]
Answer = dict[str, Any]
Method = Callable[[Workspace, Given], Answer]

SCOPES: Mapping[str, str] = {
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "chat.postEphemeral": "chat:write",
    "users.info": "users:read",
    "conversations.history": "im:history",
    "conversations.open": "im:write",
}


def call(workspace: Workspace, name: str, given: Given) -> Answer:
    """Run a method. Raises Refused with Slack's error."""
    method = METHODS.get(name)
    if method is None:
        raise Refused("unknown_method")
    return method(workspace, _decoded(given))


def _decoded(given: Given) -> Answer:
    """Form fields hold JSON for everything that is not a string."""
    decoded = dict(given)
    for name in ("view", "blocks", "metadata", "attachments"):
        if isinstance(decoded.get(name), str):
            try:
                decoded[name] = json.loads(decoded[name])
            except ValueError:
                raise Refused("invalid_arguments", [f"{name} is no JSON"]) from None
    return decoded


def _auth_test(workspace: Workspace, _: Given) -> Answer:
    return {
        "url": "http://127.0.0.1/",
        "team": "Local",
        "user": "ajar",
        "team_id": workspace.team_id,
        "user_id": workspace.bot_user,
        "bot_id": workspace.bot_id,
        "is_enterprise_install": False,
    }


def _post_message(workspace: Workspace, given: Given) -> Answer:
    channel = workspace.channel_of(str(given.get("channel", "")))
    message = _message(workspace, given)
    if isinstance(given.get("metadata"), dict):
        message["metadata"] = given["metadata"]
    stored = workspace.add_message(channel, message)
    return {"channel": channel, "ts": stored["ts"], "message": _without_metadata(stored)}


def _message(workspace: Workspace, given: Given) -> Answer:
    text, blocks = str(given.get("text") or ""), given.get("blocks")
    if not text and not blocks:
        raise Refused("no_text")
    complaints = message_complaints(text, blocks)
    if complaints:
        raise Refused("invalid_blocks", complaints)
    author = {"user": workspace.bot_user, "bot_id": workspace.bot_id, "app_id": workspace.app_id}
    return {**author, "text": text, "blocks": blocks or []}


def _update(workspace: Workspace, given: Given) -> Answer:
    channel = str(given.get("channel", ""))
    if not channel.startswith(("D", "C")):
        raise Refused("channel_not_found")
    stored = workspace.message(channel, str(given.get("ts", "")))
    if stored.get("bot_id") != workspace.bot_id:
        raise Refused("cant_update_message")
    stored.update(_message(workspace, given))
    stored["edited"] = {"user": workspace.bot_user, "ts": workspace.ts()}
    workspace.touch()
    return {
        "channel": channel,
        "ts": stored["ts"],
        "text": stored["text"],
        "message": _without_metadata(stored),
    }


def _ephemeral(workspace: Workspace, given: Given) -> Answer:
    person = workspace.human(str(given.get("user", ""))).id
    channel = workspace.channel_of(str(given.get("channel", "")))
    stored = add_ephemeral(workspace, person, channel, _message(workspace, given))
    return {"message_ts": stored["ts"]}


def add_ephemeral(workspace: Workspace, person: str, channel: str, message: Answer) -> Answer:
    """Something that only one person sees, until they reload."""
    author = {"user": workspace.bot_user, "bot_id": workspace.bot_id}
    stored = {**author, "blocks": [], **message, "channel": channel, "ts": workspace.ts(), "ephemeral": True}
    workspace.ephemerals.setdefault(person, []).append(stored)
    workspace.touch()
    return stored


def _view(given: Given) -> Answer:
    view = given.get("view")
    if not isinstance(view, dict):
        raise Refused("invalid_arguments", ["view is missing"])
    complaints = view_complaints(view)
    if complaints:
        raise Refused("invalid_arguments", complaints)
    return view


def _open(workspace: Workspace, given: Given) -> Answer:
    view = _view(given)
    person = workspace.use_trigger(str(given.get("trigger_id", "")))
    return {"view": workspace.show(person, view, is_push=False)}


def _push(workspace: Workspace, given: Given) -> Answer:
    view = _view(given)
    person = workspace.use_trigger(str(given.get("trigger_id", "")))
    return {"view": workspace.show(person, view, is_push=True)}


def _update_view(workspace: Workspace, given: Given) -> Answer:
    view = _view(given)
    person, old = workspace.find_view(str(given.get("view_id") or given.get("external_id") or ""))
    return {"view": workspace.replace_view(person, old, view, str(given.get("hash") or ""))}


def _publish(workspace: Workspace, given: Given) -> Answer:
    person = workspace.human(str(given.get("user_id", ""))).id
    return {"view": workspace.publish(person, _view(given), str(given.get("hash") or ""))}


def _users_info(workspace: Workspace, given: Given) -> Answer:
    human = workspace.human(str(given.get("user", "")))
    user = {
        "id": human.id,
        "team_id": workspace.team_id,
        "name": human.name,
        "real_name": human.real_name,
        "tz": human.tz,
        "profile": {"real_name": human.real_name, "display_name": human.name},
    }
    if str(given.get("include_locale", "")).lower() in {"1", "true"}:
        user["locale"] = human.locale
    return {"user": user}


def _open_conversation(workspace: Workspace, given: Given) -> Answer:
    return {"channel": {"id": workspace.dm(str(given.get("users", "")))}}


def _history(workspace: Workspace, given: Given) -> Answer:
    channel = workspace.channel_of(str(given.get("channel", "")))
    oldest, limit = float(given.get("oldest") or 0), int(given.get("limit") or 100)
    start = int(given.get("cursor") or 0)
    found = [item for item in reversed(workspace.messages.get(channel, [])) if float(item["ts"]) > oldest]
    page = found[start : start + limit]
    if str(given.get("include_all_metadata", "")).lower() not in {"1", "true"}:
        page = [_without_metadata(item) for item in page]
    has_more = start + limit < len(found)
    cursor = str(start + limit) if has_more else ""
    return {"messages": page, "has_more": has_more, "response_metadata": {"next_cursor": cursor}}


def _without_metadata(message: Answer) -> Answer:
    return {name: value for name, value in message.items() if name != "metadata"}


METHODS: Mapping[str, Method] = {
    "auth.test": _auth_test,
    "chat.postMessage": _post_message,
    "chat.update": _update,
    "chat.postEphemeral": _ephemeral,
    "views.open": _open,
    "views.push": _push,
    "views.update": _update_view,
    "views.publish": _publish,
    "users.info": _users_info,
    "conversations.open": _open_conversation,
    "conversations.history": _history,
}


class Faults:
    """What goes wrong next, by method: scripted by whoever tests."""

    def __init__(self) -> None:
        self._next: dict[str, list[tuple[str, Any]]] = {}
        self.calls: list[tuple[float, str]] = []

    def script(self, method: str, kind: str, value: object = None, times: int = 1) -> None:
        """kind: error (Slack's code), status (HTTP), ratelimited (seconds), drop_before, drop_after, slow."""
        self._next.setdefault(method, []).extend([(kind, value)] * times)

    def take(self, method: str) -> tuple[str, Any]:
        """The fault for this call, or ('', None)."""
        self.calls.append((time.monotonic(), method))
        waiting = self._next.get(method) or []
        return waiting.pop(0) if waiting else ("", None)
