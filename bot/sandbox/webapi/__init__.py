"""Slack's Web API, as far as a bot of this kind uses it: each method is a function of the platform."""

from collections.abc import Mapping

from bot.sandbox.refusals import Refused
from bot.sandbox.webapi import chat, conversations, others, surfaces
from bot.sandbox.webapi.platform import Answer, Given, Method, Platform, decoded

METHODS: Mapping[str, Method] = {
    **chat.METHODS,
    **conversations.METHODS,
    **others.METHODS,
    **surfaces.METHODS,
}
SCOPES: Mapping[str, str] = {
    "bots.info": "users:read",
    "chat.delete": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "conversations.open": "im:write",
    "files.completeUploadExternal": "files:write",
    "files.getUploadURLExternal": "files:write",
    "users.info": "users:read",
}
CONVERSATION_SCOPES: Mapping[str, tuple[str, str]] = {  # in a DM, in a channel
    "conversations.history": ("im:history", "channels:history"),
    "conversations.info": ("im:read", "channels:read"),
}


def scope_of(method: str, given: Given) -> str:
    """The scope that a call needs; empty when it needs none."""
    if method in CONVERSATION_SCOPES:
        in_dm, in_channel = CONVERSATION_SCOPES[method]
        return in_channel if str(given.get("channel", "")).startswith("C") else in_dm
    return SCOPES.get(method, "")


def call(platform: Platform, name: str, given: Given) -> Answer:
    """Run a method. Raises Refused with Slack's error."""
    method = METHODS.get(name)
    if method is None:
        raise Refused("unknown_method", req_method=name)
    return method(platform, decoded(given))
