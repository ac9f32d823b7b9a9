"""What Slack refuses in layout blocks, and which blocks it takes on which surface."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from bot.sandbox.blocks import placed
from bot.sandbox.limits.elements import IN_ACTIONS, IN_INPUT, IN_SECTION, element_complaints, image
from bot.sandbox.limits.texts import count, keys, length, missing, needed_plain, plain, said, text

Block = Mapping[str, Any]

# block type → its keys beside type and block_id
KEYS: Mapping[str, set[str]] = {
    "section": {"text", "fields", "accessory", "expand"},
    "header": {"text", "level"},
    "divider": set(),
    "context": {"elements"},
    "actions": {"elements"},
    "input": {"label", "element", "dispatch_action", "hint", "optional"},
    "image": {"image_url", "slack_file", "alt_text", "title"},
    "rich_text": {"elements"},
    "markdown": {"text"},
}
EVERYWHERE = {"section", "header", "divider", "context", "actions", "input", "image", "rich_text"}
SURFACES = {"message": EVERYWHERE | {"markdown"}, "modal": EVERYWHERE, "home": EVERYWHERE}
ONLY_IN_MODALS = {"file_input"}
RICH = {"rich_text_section", "rich_text_quote", "rich_text_list", "rich_text_preformatted"}
RICH_PARTS = {"text", "link", "emoji", "user", "channel", "usergroup", "broadcast", "date", "color"}


def block_complaints(blocks: object, most: int, surface: str, at: str) -> Iterator[str]:
    """Everything wrong with a list of blocks."""
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        yield said("must be an array of blocks", at)
        return
    yield from count(blocks, most, at, least=0)
    for place, block in enumerate(blocks):
        yield from _block(block, surface, f"{at}/{place}")
    yield from _together(blocks, at)


def _together(blocks: Sequence[dict[str, Any]], at: str) -> Iterator[str]:
    ids = Counter(block["block_id"] for block in blocks if block.get("block_id"))
    for block_id, times in ids.items():
        if times > 1:
            yield said(f"`block_id` must be unique: {block_id}", at)
    if sum(bool(element.get("focus_on_load")) for _, element in placed(blocks)) > 1:
        yield said("`focus_on_load` may be true for one element only", at)


def _block(block: Block, surface: str, at: str) -> Iterator[str]:
    kind = str(block.get("type"))
    if kind not in SURFACES[surface]:
        yield said(f"unsupported type: {kind}", at)
        return
    yield from keys(block, KEYS[kind] | {"type", "block_id"}, at)
    yield from length(block.get("block_id"), 255, f"{at}/block_id")
    check = _CHECKS.get(kind)
    if check is not None:
        yield from check(block, at)
    element = block.get("element")
    if surface != "modal" and isinstance(element, dict) and element.get("type") in ONLY_IN_MODALS:
        yield said(f"unsupported type: {element['type']}", f"{at}/element")


def _section(block: Block, at: str) -> Iterator[str]:
    if block.get("text") is None and not block.get("fields"):
        yield missing("text", at)
    if block.get("text") is not None:
        yield from text(block["text"], 3000, f"{at}/text")
    if block.get("fields") is not None:
        yield from count(block["fields"], 10, f"{at}/fields")
        for place, item in enumerate(block["fields"]):
            yield from text(item, 2000, f"{at}/fields/{place}")
    if block.get("accessory") is not None:
        yield from element_complaints(block["accessory"], IN_SECTION, f"{at}/accessory")


def _header(block: Block, at: str) -> Iterator[str]:
    yield from needed_plain(block, "text", 150, at)


def _context(block: Block, at: str) -> Iterator[str]:
    elements = block.get("elements")
    yield from count(elements, 10, f"{at}/elements")
    for place, item in enumerate(elements if isinstance(elements, list) else ()):
        here = f"{at}/elements/{place}"
        if isinstance(item, Mapping) and item.get("type") == "image":
            yield from image(item, here)
        else:
            yield from text(item, 2000, here)


def _actions(block: Block, at: str) -> Iterator[str]:
    elements = block.get("elements")
    yield from count(elements, 25, f"{at}/elements")
    found = elements if isinstance(elements, list) else []
    for place, item in enumerate(found):
        yield from element_complaints(item, IN_ACTIONS, f"{at}/elements/{place}")
    ids = Counter(item.get("action_id") for item in found if isinstance(item, Mapping))
    for action_id, times in ids.items():
        if action_id and times > 1:
            yield said(f"`action_id` must be unique: {action_id}", f"{at}/elements")


def _input(block: Block, at: str) -> Iterator[str]:
    yield from needed_plain(block, "label", 2000, at)
    yield from plain(block.get("hint"), 2000, f"{at}/hint")
    if block.get("element") is None:
        yield missing("element", at)
        return
    yield from element_complaints(block["element"], IN_INPUT, f"{at}/element")


def _image(block: Block, at: str) -> Iterator[str]:
    yield from image(block, at)
    yield from plain(block.get("title"), 2000, f"{at}/title")


def _markdown(block: Block, at: str) -> Iterator[str]:
    if not block.get("text"):
        yield missing("text", at)
    yield from length(block.get("text"), 12_000, f"{at}/text")


def _rich_text(block: Block, at: str) -> Iterator[str]:
    elements = block.get("elements")
    if not isinstance(elements, list) or not elements:
        yield missing("elements", at)
        return
    for place, item in enumerate(elements):
        here = f"{at}/elements/{place}"
        if item.get("type") not in RICH:
            yield said(f"unsupported type: {item.get('type')}", here)
        elif item["type"] == "rich_text_list":
            yield from _list(item, here)
        else:
            yield from _parts(item, here)


def _list(held: Block, at: str) -> Iterator[str]:
    if held.get("style") not in {"bullet", "ordered"}:
        yield missing("style", at)
    for place, item in enumerate(held.get("elements") or ()):
        yield from _parts(item, f"{at}/elements/{place}")


def _parts(held: Block, at: str) -> Iterator[str]:
    if not isinstance(held.get("elements"), list):
        yield missing("elements", at)
        return
    for place, part in enumerate(held["elements"]):
        here = f"{at}/elements/{place}"
        kind = part.get("type")
        if kind not in RICH_PARTS:
            yield said(f"unsupported type: {kind}", here)
        if kind == "text" and not part.get("text"):
            yield said("must be more than 0 characters", f"{here}/text")
        if kind == "link" and not part.get("url"):
            yield missing("url", here)
        yield from length(part.get("url"), 3000, f"{here}/url")


_CHECKS: Mapping[str, Callable[[Block, str], Iterator[str]]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "image": _image,
    "markdown": _markdown,
    "rich_text": _rich_text,
}
