"""What Slack refuses, from its published limits: block kinds, lengths, counts, ids.

Each check answers with complaints as `response_metadata.messages` holds them; none when all is well.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Block = Mapping[str, Any]

MOST_VIEW_BLOCKS = 100
MOST_MESSAGE_BLOCKS = 50
INPUTS: Mapping[str, set[str]] = {
    "plain_text_input": {"initial_value", "multiline", "max_length", "min_length", "dispatch_action_config"},
    "email_text_input": {"initial_value", "dispatch_action_config"},
    "url_text_input": {"initial_value", "dispatch_action_config"},
    "number_input": {"initial_value", "is_decimal_allowed", "min_value", "max_value"},
    "static_select": {"options", "option_groups", "initial_option"},
    "multi_static_select": {"options", "option_groups", "initial_options", "max_selected_items"},
    "radio_buttons": {"options", "initial_option"},
    "checkboxes": {"options", "initial_options"},
    "datepicker": {"initial_date"},
    "timepicker": {"initial_time", "timezone"},
    "datetimepicker": {"initial_date_time"},
}
COMMON = {"type", "action_id", "placeholder", "focus_on_load", "confirm"}
NO_PLACEHOLDER = {"radio_buttons", "checkboxes", "datetimepicker"}
BLOCKS = {"section", "divider", "header", "context", "actions", "input", "rich_text", "markdown", "image"}
MOST_OPTIONS = {"radio_buttons": 10, "checkboxes": 10, "overflow": 5}


def view_complaints(view: Mapping[str, Any]) -> list[str]:
    """A modal or a Home tab."""
    found = list(_blocks(view.get("blocks"), MOST_VIEW_BLOCKS))
    if len(str(view)) > 250_000:
        found.append("the view is larger than 250 kB")
    if len(view.get("private_metadata") or "") > 3000:
        found.append("private_metadata is longer than 3000 characters")
    if len(view.get("callback_id") or "") > 255:
        found.append("callback_id is longer than 255 characters")
    if view.get("type") == "modal":
        found += _modal(view)
    elif view.get("type") != "home":
        found.append(f"unknown type of view: {view.get('type')}")
    return found


def message_complaints(text: str, blocks: object) -> list[str]:
    """A message; one without any text is refused elsewhere."""
    found = list(_blocks(blocks, MOST_MESSAGE_BLOCKS)) if blocks else []
    if len(text) > 40_000:
        found.append("text is longer than 40,000 characters")
    return found


def _modal(view: Mapping[str, Any]) -> Iterator[str]:
    yield from _plain(view.get("title"), 24, "title", is_required=True)
    for name in ("submit", "close"):
        yield from _plain(view.get(name), 24, name)
    has_input = any(block.get("type") == "input" for block in view.get("blocks") or ())
    if has_input and not view.get("submit"):
        yield "a modal with an input needs submit"


def _blocks(blocks: object, most: int) -> Iterator[str]:
    if not isinstance(blocks, list):
        yield "blocks is not a list"
        return
    if len(blocks) > most:
        yield f"no more than {most} items allowed in blocks"
    ids = [block["block_id"] for block in blocks if block.get("block_id")]
    yield from (f"block_id {item} is there twice" for item in {item for item in ids if ids.count(item) > 1})
    focused = sum(bool((block.get("element") or {}).get("focus_on_load")) for block in blocks)
    if focused > 1:
        yield "two inputs want the focus"
    for place, block in enumerate(blocks):
        yield from (f"blocks[{place}]: {complaint}" for complaint in _block(block))


def _block(block: Block) -> Iterator[str]:
    kind = block.get("type")
    if kind not in BLOCKS:
        yield f"unsupported type {kind}"
        return
    if len(block.get("block_id") or "") > 255:
        yield "block_id is longer than 255 characters"
    check = _CHECKS.get(str(kind))
    if check:
        yield from check(block)


def _section(block: Block) -> Iterator[str]:
    if not block.get("text") and not block.get("fields"):
        yield "a section needs text or fields"
    yield from _text(block.get("text"), 3000, "text")
    fields = block.get("fields") or []
    if len(fields) > 10:
        yield "more than 10 fields"
    for item in fields:
        yield from _text(item, 2000, "field")
    if block.get("accessory"):
        yield from _element(block["accessory"])


def _header(block: Block) -> Iterator[str]:
    yield from _plain(block.get("text"), 150, "text", is_required=True)


def _context(block: Block) -> Iterator[str]:
    elements = block.get("elements") or []
    if not 1 <= len(elements) <= 10:
        yield "a context holds 1 to 10 elements"
    for item in elements:
        yield from _text(item, 3000, "element")


def _actions(block: Block) -> Iterator[str]:
    elements = block.get("elements") or []
    if not 1 <= len(elements) <= 25:
        yield "actions hold 1 to 25 elements"
    ids = [item.get("action_id") for item in elements]
    if len(set(ids)) < len(ids):
        yield "an action_id is there twice"
    for item in elements:
        yield from _element(item)


def _input(block: Block) -> Iterator[str]:
    yield from _plain(block.get("label"), 2000, "label", is_required=True)
    yield from _plain(block.get("hint"), 2000, "hint")
    element = block.get("element") or {}
    if element.get("type") not in INPUTS:
        yield f"no input of type {element.get('type')}"
        return
    yield from _element(element)


def _rich_text(block: Block) -> Iterator[str]:
    if not block.get("elements"):
        yield "rich_text needs elements"
    known = {"rich_text_section", "rich_text_quote", "rich_text_list", "rich_text_preformatted"}
    for item in block.get("elements") or ():
        if item.get("type") not in known:
            yield f"rich_text holds no {item.get('type')}"
        for part in item.get("elements") or ():
            if part.get("type") in {"text", "link"} and part.get("text") == "":
                yield "an empty text"
            if part.get("type") == "link" and len(part.get("url") or "") > 3000:
                yield "a link is longer than 3000 characters"


def _markdown(block: Block) -> Iterator[str]:
    if not 0 < len(block.get("text") or "") <= 12_000:
        yield "markdown holds 1 to 12,000 characters"


_CHECKS: Mapping[str, Callable[[Block], Iterator[str]]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "rich_text": _rich_text,
    "markdown": _markdown,
}


def _element(element: Block) -> Iterator[str]:
    kind = str(element.get("type"))
    if len(element.get("action_id") or "") > 255:
        yield "action_id is longer than 255 characters"
    if kind == "button":
        yield from _button(element)
        return
    if kind == "overflow":
        yield from _options(element, kind)
        return
    if kind not in INPUTS:
        yield f"unsupported element {kind}"
        return
    unknown = set(element) - INPUTS[kind] - COMMON
    yield from (f"{kind} knows no {name}" for name in sorted(unknown))
    if kind in NO_PLACEHOLDER and element.get("placeholder"):
        yield f"{kind} has no placeholder"
    yield from _plain(element.get("placeholder"), 150, "placeholder")
    if "options" in INPUTS[kind]:
        yield from _options(element, kind)
    if int(element.get("max_length") or 0) > 3000:
        yield "max_length is above 3000"
    if len(str(element.get("initial_value") or "")) > int(element.get("max_length") or 3000):
        yield "initial_value is longer than max_length"


def _button(element: Block) -> Iterator[str]:
    yield from _plain(element.get("text"), 75, "text", is_required=True)
    if len(element.get("value") or "") > 2000:
        yield "value is longer than 2000 characters"
    if len(element.get("url") or "") > 3000:
        yield "url is longer than 3000 characters"
    if element.get("style") not in {None, "primary", "danger"}:
        yield f"unknown style {element.get('style')}"


def _options(element: Block, kind: str) -> Iterator[str]:
    groups = element.get("option_groups") or []
    options = [*(element.get("options") or []), *(item for group in groups for item in group["options"])]
    if not 1 <= len(options) <= (100 * max(1, len(groups)) if groups else MOST_OPTIONS.get(kind, 100)):
        yield f"{kind} has {len(options)} options"
    for group in groups:
        yield from _plain(group.get("label"), 75, "label", is_required=True)
    for option in options:
        yield from _text(option.get("text"), 75, "option text")
        yield from _plain(option.get("description"), 75, "option description")
        if not 0 < len(option.get("value") or "") <= 75:
            yield "an option's value holds 1 to 75 characters"
    chosen = (
        [element["initial_option"]] if element.get("initial_option") else element.get("initial_options") or []
    )
    if any(item not in options for item in chosen):
        yield "the initial option is not among the options"
    if element.get("initial_options") == []:
        yield "initial_options is empty"


def _plain(held: object, longest: int, name: str, *, is_required: bool = False) -> Iterator[str]:
    if held is None and not is_required:
        return
    if not isinstance(held, Mapping) or held.get("type") != "plain_text":
        yield f"{name} is not a plain_text"
        return
    yield from _text(held, longest, name)


def _text(held: object, longest: int, name: str) -> Iterator[str]:
    if held is None:
        return
    if not isinstance(held, Mapping) or held.get("type") not in {"plain_text", "mrkdwn", "image"}:
        yield f"{name} is no text"
    elif held.get("type") != "image" and not 0 < len(held.get("text") or "") <= longest:
        yield f"{name} holds 1 to {longest} characters"
