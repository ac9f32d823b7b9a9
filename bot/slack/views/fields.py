"""One field of a screen → one Block Kit input block."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.coaching.interview import MOST_REASONS, Kind
from bot.flows.screens import Field, Option
from bot.slack.ids import FIELD_ACTION

Block = dict[str, Any]

LONGEST_OPTION = 75  # Slack's limit for an option's text, description and value
LONGEST_HINT = 150


def plain(text: str, longest: int = 3000) -> dict[str, Any]:
    """A plain_text object, shortened to what Slack takes."""
    return {"type": "plain_text", "text": shortened(text, longest), "emoji": False}


def shortened(text: str, longest: int) -> str:
    """The text, with an ellipsis where it had to be cut."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def input_block(field: Field) -> Block:
    """The input block of a field."""
    element = _MAKERS[field.kind](field)
    element["action_id"] = FIELD_ACTION
    if field.placeholder and field.kind not in {Kind.RADIO, Kind.CHECKS, Kind.MOMENT, Kind.TIME}:
        element["placeholder"] = plain(field.placeholder, LONGEST_HINT)
    block: Block = {
        "type": "input",
        "block_id": field.id,
        "label": plain(field.label, 2000),
        "element": element,
        "optional": not field.is_required,
    }
    if field.hint:
        block["hint"] = plain(field.hint, 2000)
    return block


def _text(field: Field) -> Block:
    element: Block = {"type": "plain_text_input", "max_length": field.longest}
    if field.kind is Kind.LONG_TEXT:
        element["multiline"] = True
    return _with(element, "initial_value", field.initial)


def _email(field: Field) -> Block:
    return _with({"type": "email_text_input"}, "initial_value", field.initial)


def _choice(field: Field) -> Block:
    element: Block = {"type": "static_select", **_listed(field)}
    return _with(element, "initial_option", _chosen(field))


def _listed(field: Field) -> Block:
    """The options, under their groups where they have some."""
    groups: dict[str, list[Block]] = {}
    for item in field.options:
        groups.setdefault(item.group, []).append(_option(item))
    if set(groups) <= {""}:
        return {"options": groups.get("", [])}
    return {"option_groups": [{"label": plain(name, 75), "options": items} for name, items in groups.items()]}


def _radio(field: Field) -> Block:
    element: Block = {"type": "radio_buttons", "options": [_option(item) for item in field.options]}
    return _with(element, "initial_option", _chosen(field))


def _checks(field: Field) -> Block:
    element: Block = {"type": "checkboxes", "options": [_option(item) for item in field.options]}
    return _with(element, "initial_options", _all_chosen(field))


def _reasons(field: Field) -> Block:
    element: Block = {"type": "multi_static_select", **_listed(field), "max_selected_items": MOST_REASONS}
    return _with(element, "initial_options", _all_chosen(field))


def _moment(field: Field) -> Block:
    initial = field.initial if isinstance(field.initial, str) and field.initial else None
    unix = int(datetime.fromisoformat(initial).timestamp()) if initial else None
    return _with({"type": "datetimepicker"}, "initial_date_time", unix)


def _time(field: Field) -> Block:
    return _with({"type": "timepicker"}, "initial_time", field.initial)


_MAKERS: Mapping[Kind, Callable[[Field], Block]] = {
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _text,
    Kind.EMAIL: _email,
    Kind.CHOICE: _choice,
    Kind.RADIO: _radio,
    Kind.CHECKS: _checks,
    Kind.REASONS: _reasons,
    Kind.MOMENT: _moment,
    Kind.TIME: _time,
}


def _with(element: Block, name: str, value: object) -> Block:
    return {**element, name: value} if value else element


def _option(item: Option) -> Block:
    option: Block = {
        "text": plain(item.label, LONGEST_OPTION),
        "value": shortened(item.value, LONGEST_OPTION),
    }
    if item.hint:
        option["description"] = plain(item.hint, LONGEST_OPTION)
    return option


def _chosen(field: Field) -> Block | None:
    return next((_option(item) for item in field.options if item.value == field.initial), None)


def _all_chosen(field: Field) -> list[Block]:
    wanted = field.initial if isinstance(field.initial, list | tuple) else ()
    return [_option(item) for item in field.options if item.value in wanted]
