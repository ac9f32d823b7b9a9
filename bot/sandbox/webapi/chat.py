"""chat.*: posting, changing and deleting messages."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.blocks import with_ids
from bot.sandbox.limits import LONGEST_TEXT, message_complaints
from bot.sandbox.refusals import Refused
from bot.sandbox.webapi.platform import Answer, Given, Method, Platform, blame, required
from bot.sandbox.workspace import Workspace


def content_of(given: Given) -> Answer:
    """Text and blocks, if Slack takes them. Raises Refused."""
    text, blocks = str(given.get("text") or ""), given.get("blocks") or []
    if not text.strip() and not blocks and not given.get("attachments"):
        raise Refused("no_text")
    if len(text) > LONGEST_TEXT:
        raise Refused("msg_too_long")
    if not isinstance(blocks, list):
        raise Refused("invalid_blocks_format")
    complaints = message_complaints(text, blocks)
    if complaints:
        raise Refused("invalid_blocks", blame(complaints), errors=complaints)
    attachments = {"attachments": given["attachments"]} if given.get("attachments") else {}
    return {"text": text, "blocks": blocks, **attachments}


def author_of(workspace: Workspace) -> Answer:
    """The app, as a message names it."""
    return {
        "user": workspace.bot_user,
        "bot_id": workspace.bot_id,
        "app_id": workspace.app_id,
        "bot_profile": {
            "id": workspace.bot_id,
            "app_id": workspace.app_id,
            "name": workspace.app_name,
            "deleted": False,
            "team_id": workspace.team_id,
        },
    }


def without_metadata(message: Mapping[str, Any]) -> Answer:
    """Metadata is only shown to who asks for it."""
    return {name: value for name, value in message.items() if name != "metadata"}


def _metadata(given: Given) -> Answer:
    if "metadata" not in given:
        return {}
    held = given["metadata"]
    is_well_formed = (
        isinstance(held, dict)
        and isinstance(held.get("event_type"), str)
        and isinstance(held.get("event_payload"), dict)
    )
    if held and not is_well_formed:
        raise Refused("invalid_metadata_format")
    return {"metadata": held}


def _post(platform: Platform, given: Given) -> Answer:
    workspace = platform.workspace
    channel = platform.writable(required(given, "channel"))
    thread = {"thread_ts": str(given["thread_ts"])} if given.get("thread_ts") else {}
    stored = workspace.add_message(
        channel, {**author_of(workspace), **content_of(given), **_metadata(given), **thread}
    )
    platform.on_message(channel, without_metadata(stored))
    return {"channel": channel, "ts": stored["ts"], "message": without_metadata(stored)}


def _own(platform: Platform, given: Given, error: str) -> tuple[str, Answer]:
    channel = required(given, "channel")
    if not channel.startswith(("C", "D")):
        raise Refused("channel_not_found")
    stored = platform.workspace.message(platform.writable(channel), required(given, "ts"))
    if stored.get("bot_id") != platform.workspace.bot_id:
        raise Refused(error)
    return channel, stored


def _update(platform: Platform, given: Given) -> Answer:
    """With text and no blocks the old blocks go; metadata stays unless it is given."""
    workspace = platform.workspace
    channel, stored = _own(platform, given, "cant_update_message")
    before = without_metadata(stored)
    content = content_of(given)
    if "text" not in given:
        content["text"] = stored["text"]
    content["blocks"] = with_ids(content["blocks"])
    stored.update(content | _metadata(given))
    stored["edited"] = {"user": workspace.bot_user, "ts": workspace.ts()}
    workspace.touch(channel)
    event = {"message": without_metadata(stored), "previous_message": before, "hidden": True}
    platform.on_message(channel, {"subtype": "message_changed", "ts": workspace.ts(), **event})
    return {
        "channel": channel,
        "ts": stored["ts"],
        "text": stored["text"],
        "message": without_metadata(stored),
    }


def _delete(platform: Platform, given: Given) -> Answer:
    channel, stored = _own(platform, given, "cant_delete_message")
    platform.workspace.remove_message(channel, stored["ts"])
    event = {"deleted_ts": stored["ts"], "previous_message": without_metadata(stored), "hidden": True}
    platform.on_message(channel, {"subtype": "message_deleted", "ts": platform.workspace.ts(), **event})
    return {"channel": channel, "ts": stored["ts"]}


def _ephemeral(platform: Platform, given: Given) -> Answer:
    workspace = platform.workspace
    person = workspace.human(required(given, "user")).id
    channel = platform.writable(required(given, "channel"))
    if workspace.owner(channel) not in {None, person}:
        raise Refused("user_not_in_channel")
    stored = workspace.add_ephemeral(person, channel, author_of(workspace) | content_of(given))
    return {"message_ts": stored["ts"]}


def _permalink(platform: Platform, given: Given) -> Answer:
    channel = platform.workspace.channel_of(required(given, "channel"))
    ts = platform.workspace.message(channel, required(given, "message_ts"))["ts"]
    return {"channel": channel, "permalink": f"{platform.url()}/archives/{channel}/p{ts.replace('.', '')}"}


METHODS: Mapping[str, Method] = {
    "chat.postMessage": _post,
    "chat.update": _update,
    "chat.delete": _delete,
    "chat.postEphemeral": _ephemeral,
    "chat.getPermalink": _permalink,
}
