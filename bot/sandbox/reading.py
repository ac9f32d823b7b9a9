"""A message or a view as plain text, for transcripts and assertions."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.sandbox.blocks import STATE_FIELDS, initial_state, options_of

Block = Mapping[str, Any]


def text_of(shown: Mapping[str, Any], zone: str = "UTC") -> str:
    """Every block, line by line; the plain text of a message without blocks. Moments are of this zone."""
    state = (shown.get("state") or {}).get("values") or {}
    lines = [_text(block, state, zone) for block in shown.get("blocks") or ()]
    return "\n".join(line for line in lines if line) or str(shown.get("text", ""))


def _text(block: Block, state: Mapping[str, Any], zone: str) -> str:
    read = _READERS.get(block["type"])
    if block["type"] == "input":
        return _input(block, state, zone)
    return read(block) if read is not None else ""


def _section(block: Block) -> str:
    parts = [block["text"]["text"]] if block.get("text") else []
    parts += [field["text"] for field in block.get("fields") or ()]
    if block.get("accessory"):
        parts.append(element_text(block["accessory"]))
    return "\n".join(part for part in parts if part)


def _input(block: Block, state: Mapping[str, Any], zone: str) -> str:
    element = block["element"]
    values = state.get(str(block.get("block_id"))) or {}
    held = values.get(element.get("action_id")) or initial_state(element)
    hint = f"\n  ({block['hint']['text']})" if block.get("hint") else ""
    optional = " (optional)" if block.get("optional") else ""
    return f"{block['label']['text']}{optional}: {_shown(element, held, zone)}{hint}".rstrip()


def _shown(element: Block, held: Mapping[str, Any], zone: str) -> str:
    value = held.get(STATE_FIELDS[element["type"]][0])
    if element["type"] == "datetimepicker" and value:
        return f"{datetime.fromtimestamp(int(value), ZoneInfo(zone)):%A %d %B %Y %H:%M %Z}"
    chosen = value if isinstance(value, list) else [value]
    names = [item["text"]["text"] if isinstance(item, dict) and "text" in item else item for item in chosen]
    said = ", ".join(str(name) for name in names if name is not None)
    others = [option["text"]["text"] for option in options_of(element)]
    return f"{said} [{' | '.join(others)}]".strip() if others else said


def element_text(element: Block) -> str:
    """A button as [words]; a select as its options."""
    if element["type"] in {"button", "workflow_button"}:
        return f"[{element['text']['text']}]"
    if element["type"] == "image":
        return f"({element.get('alt_text', '')})"
    options = " | ".join(option["text"]["text"] for option in options_of(element))
    return f"[{options or element['type']}]"


def _header(block: Block) -> str:
    return str(block["text"]["text"])


def _context(block: Block) -> str:
    return "\n".join(str(item.get("text") or item.get("alt_text") or "") for item in block["elements"])


def _actions(block: Block) -> str:
    return " ".join(element_text(item) for item in block["elements"])


def _rich_text(block: Block) -> str:
    return "\n".join(_flow(item) for item in block["elements"])


def _flow(element: Block) -> str:
    if element["type"] == "rich_text_list":
        return "\n".join(f"• {_flow(item)}" for item in element["elements"])
    text = "".join(_part(part) for part in element["elements"])
    if element["type"] == "rich_text_quote":
        return "\n".join(f"    {line}" for line in text.split("\n"))
    return text


def _part(part: Mapping[str, Any]) -> str:
    names = ("text", "url", "user_id", "channel_id", "name", "range", "fallback")
    return str(next((part[name] for name in names if part.get(name)), ""))


_READERS: Mapping[str, Callable[[Block], str]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "rich_text": _rich_text,
    "markdown": lambda block: str(block["text"]),
    "image": lambda block: f"({block.get('alt_text', '')})",
    "divider": lambda _: "",
}
