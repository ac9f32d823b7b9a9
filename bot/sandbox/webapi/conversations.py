"""conversations.*: the DM, what was said in it, and in #general."""

import base64
import binascii
from bisect import bisect_left, bisect_right
from collections.abc import Mapping

from bot.sandbox.refusals import Refused
from bot.sandbox.webapi.chat import without_metadata
from bot.sandbox.webapi.platform import Answer, Given, Method, Platform, is_set, required
from bot.sandbox.workspace import GENERAL, micros

MOST = 999
USUAL = 100
CURSOR = "next_ts:"


def _open(platform: Platform, given: Given) -> Answer:
    workspace = platform.workspace
    person = str(given.get("users") or "") or str(workspace.owner(str(given.get("channel") or "")) or "")
    if not person:
        raise Refused("users_list_not_supplied")
    human = workspace.human(person)
    if human.is_deactivated:
        raise Refused("user_disabled")
    channel = workspace.dm(person)
    is_old = bool(workspace.messages.get(channel))
    full = _conversation(platform, channel) if is_set(given, "return_im") else {"id": channel}
    return {"no_op": is_old, "already_open": is_old, "channel": full}


def _info(platform: Platform, given: Given) -> Answer:
    channel = platform.workspace.channel_of(required(given, "channel"))
    return {"channel": _conversation(platform, channel)}


def _conversation(platform: Platform, channel: str) -> Answer:
    owner = platform.workspace.owner(channel)
    if owner is None:
        kind = {"name": "general", "is_channel": True, "is_general": True, "is_im": False}
        return {"id": channel, **kind, "is_member": platform.is_app_in_general, "is_archived": False}
    return {
        "id": channel,
        "is_im": True,
        "user": owner,
        "is_open": True,
        "is_archived": False,
        "is_user_deleted": platform.workspace.human(owner).is_deactivated,
        "created": 0,
    }


def _history(platform: Platform, given: Given) -> Answer:
    """Newest first; `oldest` and `latest` themselves only when `inclusive`."""
    channel = platform.workspace.channel_of(required(given, "channel"))
    if channel == GENERAL and not platform.is_app_in_general:
        raise Refused("not_in_channel")
    messages = platform.workspace.messages.get(channel, [])
    limit = _limit(given)
    stamps = _Stamps(given)
    start = bisect_left(messages, stamps.oldest, key=lambda item: micros(item["ts"]))
    end = bisect_right(messages, stamps.latest, key=lambda item: micros(item["ts"]))
    first = max(start, end - limit)
    page = messages[first:end][::-1]
    if not is_set(given, "include_all_metadata"):
        page = [without_metadata(item) for item in page]
    has_more = first > start
    cursor = _cursor(messages[first - 1]["ts"]) if has_more else ""
    more = {"response_metadata": {"next_cursor": cursor}} if has_more else {}
    return {"messages": page, "has_more": has_more, "pin_count": 0, **more}


def _limit(given: Given) -> int:
    try:
        limit = int(given.get("limit") or USUAL)
    except ValueError:
        raise Refused("invalid_limit") from None
    if not 1 <= limit <= MOST:
        raise Refused("invalid_limit")
    return limit


class _Stamps:
    """The first and the last microsecond asked for, both included."""

    def __init__(self, given: Given) -> None:
        inside = 0 if is_set(given, "inclusive") else 1
        self.oldest = self._read(given, "oldest") + inside if given.get("oldest") else 0
        self.latest = self._read(given, "latest") - inside if given.get("latest") else 10**18
        if given.get("cursor"):
            self.latest = min(self.latest, _from_cursor(str(given["cursor"])))

    def _read(self, given: Given, name: str) -> int:
        try:
            return micros(str(given[name]))
        except ValueError:
            raise Refused(f"invalid_ts_{name}") from None


def _cursor(ts: str) -> str:
    return base64.b64encode(f"{CURSOR}{micros(ts)}".encode()).decode()


def _from_cursor(cursor: str) -> int:
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix(CURSOR))
    except (ValueError, binascii.Error):
        raise Refused("invalid_cursor") from None


METHODS: Mapping[str, Method] = {
    "conversations.open": _open,
    "conversations.info": _info,
    "conversations.history": _history,
}
