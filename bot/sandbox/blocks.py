"""Block Kit as data: the elements of a block, their ids, and what an element holds."""

import copy
import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Held = dict[str, Any]

# element type → the field of its state, the field of its initial value
STATE_FIELDS: Mapping[str, tuple[str, str]] = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "file_input": ("files", "initial_files"),
}
LISTS = {name for name, _ in STATE_FIELDS.values() if name.endswith("s")}


def elements_of(block: Mapping[str, Any]) -> Iterator[Held]:
    """The interactive elements of a block."""
    kind = block.get("type")
    if kind == "input":
        found = [block.get("element")]
    elif kind == "section":
        found = [block.get("accessory")]
    elif kind in {"actions", "context_actions"}:
        found = list(block.get("elements") or ())
    else:
        found = []
    yield from (item for item in found if isinstance(item, dict) and item.get("type") != "image")


def placed(blocks: Sequence[Held]) -> Iterator[tuple[Held, Held]]:
    """Every interactive element with its block."""
    for block in blocks:
        for element in elements_of(block):
            yield block, element


def with_ids(blocks: Sequence[Mapping[str, Any]]) -> list[Held]:
    """A copy in which every block and every element has an id, as Slack gives them."""
    made = [copy.deepcopy(dict(block)) for block in blocks]
    for block in made:
        if not block.get("block_id"):
            block["block_id"] = secrets.token_urlsafe(4)
        for element in elements_of(block):
            if not element.get("action_id"):
                element["action_id"] = secrets.token_urlsafe(4)
    return made


def find_element(blocks: Sequence[Held], block_id: str, action_id: str) -> Held | None:
    """The element with these ids."""
    for block, element in placed(blocks):
        if block["block_id"] == block_id and element["action_id"] == action_id:
            return element
    return None


def options_of(element: Mapping[str, Any]) -> list[Held]:
    """Options, grouped or not."""
    groups = element.get("option_groups") or ()
    return [*(element.get("options") or ()), *(item for group in groups for item in group["options"])]


def initial_state(element: Mapping[str, Any]) -> Held:
    """What an element holds before anybody touches it."""
    name, initial = STATE_FIELDS[element["type"]]
    return {"type": element["type"], name: element.get(initial, [] if name in LISTS else None)}


def is_empty(held: Mapping[str, Any] | None) -> bool:
    """Whether nothing was typed or chosen."""
    values = [value for name, value in (held or {}).items() if name != "type"]
    return all(value is None or value in ("", []) for value in values)


def initial_values(blocks: Sequence[Held]) -> dict[str, dict[str, Held]]:
    """`state.values` of a view or a message that nobody has touched."""
    values: dict[str, dict[str, Held]] = {}
    for block, element in placed(blocks):
        if element["type"] in STATE_FIELDS:
            values.setdefault(block["block_id"], {})[element["action_id"]] = initial_state(element)
    return values


def kept_values(
    blocks: Sequence[Held], typed: Mapping[str, Mapping[str, Held]]
) -> dict[str, dict[str, Held]]:
    """`state.values` after a change: an unchanged block_id, action_id and type keep what was typed."""
    values = initial_values(blocks)
    for block_id, elements in values.items():
        for action_id, held in elements.items():
            before = (typed.get(block_id) or {}).get(action_id)
            if before is not None and before.get("type") == held["type"]:
                elements[action_id] = before
    return values
