"""What Slack refuses, from its published limits: views and messages as wholes.

Complaints are sentences in Slack's own form, each ending with where it is; none when all is well.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from bot.sandbox.limits.layout import block_complaints
from bot.sandbox.limits.texts import keys, length, missing, needed_plain, plain, said

MOST_VIEW_BLOCKS = 100
MOST_MESSAGE_BLOCKS = 50
LONGEST_TEXT = 4000
LARGEST_VIEW = 250_000  # bytes, as JSON

_VIEW_KEYS = {"type", "blocks", "private_metadata", "callback_id", "external_id"}
_MODAL_KEYS = _VIEW_KEYS | {
    "title", "submit", "close", "clear_on_close", "notify_on_close", "submit_disabled"
}  # fmt: skip


def view_complaints(view: Mapping[str, Any]) -> list[str]:
    """A modal or a Home tab."""
    kind = view.get("type")
    if kind not in {"modal", "home"}:
        return [missing("type", "/view") if kind is None else said(f"unsupported type: {kind}", "/view/type")]
    found = list(keys(view, _MODAL_KEYS if kind == "modal" else _VIEW_KEYS, "/view"))
    for name, longest in {"private_metadata": 3000, "callback_id": 255, "external_id": 255}.items():
        found += length(view.get(name), longest, f"/view/{name}")
    if kind == "modal":
        found += _modal(view)
    if "blocks" not in view:
        return [*found, missing("blocks", "/view")]
    found += block_complaints(view["blocks"], MOST_VIEW_BLOCKS, kind, "/view/blocks")
    if is_too_large(view):
        found.append(said(f"must be smaller than {LARGEST_VIEW} bytes", "/view"))
    return found


def message_complaints(text: str, blocks: object) -> list[str]:
    """A message; one without any text is refused elsewhere."""
    found = list(length(text, LONGEST_TEXT, "/text"))
    if blocks:
        found += block_complaints(blocks, MOST_MESSAGE_BLOCKS, "message", "/blocks")
    return found


def is_too_large(view: Mapping[str, Any]) -> bool:
    """Whether it passes 250 kB."""
    return len(json.dumps(view, ensure_ascii=False, separators=(",", ":")).encode()) > LARGEST_VIEW


def _modal(view: Mapping[str, Any]) -> Iterator[str]:
    yield from needed_plain(view, "title", 24, "/view")
    for name in ("submit", "close"):
        yield from plain(view.get(name), 24, f"/view/{name}")
    blocks = view.get("blocks")
    has_input = isinstance(blocks, list) and any(
        isinstance(block, dict) and block.get("type") == "input" for block in blocks
    )
    if has_input and not view.get("submit"):
        yield missing("submit", "/view")
