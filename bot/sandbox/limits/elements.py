"""What Slack refuses in block elements: buttons, inputs, selects, their options and confirmations."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.sandbox.blocks import options_of
from bot.sandbox.limits.texts import count, keys, length, missing, needed_plain, plain, said, text

Element = Mapping[str, Any]

_TEXTS = {"initial_value", "dispatch_action_config", "placeholder", "focus_on_load"}
_CHOICE = {"options", "confirm", "focus_on_load"}
_SELECT = _CHOICE | {"option_groups", "placeholder"}
_PICKED = {"placeholder", "confirm", "focus_on_load"}
_MULTI = {"max_selected_items"}

# element type → its keys beside type and action_id
KEYS: Mapping[str, set[str]] = {
    "button": {"text", "value", "url", "style", "confirm", "accessibility_label"},
    "overflow": {"options", "confirm"},
    "image": {"image_url", "slack_file", "alt_text"},
    "plain_text_input": _TEXTS | {"multiline", "min_length", "max_length"},
    "email_text_input": _TEXTS,
    "url_text_input": _TEXTS,
    "number_input": _TEXTS | {"is_decimal_allowed", "min_value", "max_value"},
    "rich_text_input": _TEXTS,
    "datepicker": _PICKED | {"initial_date"},
    "timepicker": _PICKED | {"initial_time", "timezone"},
    "datetimepicker": {"initial_date_time", "confirm", "focus_on_load"},
    "radio_buttons": _CHOICE | {"initial_option"},
    "checkboxes": _CHOICE | {"initial_options"},
    "static_select": _SELECT | {"initial_option"},
    "multi_static_select": _SELECT | _MULTI | {"initial_options"},
    "external_select": _PICKED | {"initial_option", "min_query_length"},
    "multi_external_select": _PICKED | _MULTI | {"initial_options", "min_query_length"},
    "users_select": _PICKED | {"initial_user"},
    "multi_users_select": _PICKED | _MULTI | {"initial_users"},
    "conversations_select": _PICKED
    | {"initial_conversation", "default_to_current_conversation", "response_url_enabled", "filter"},
    "multi_conversations_select": _PICKED
    | _MULTI
    | {"initial_conversations", "default_to_current_conversation", "filter"},
    "channels_select": _PICKED | {"initial_channel", "response_url_enabled"},
    "multi_channels_select": _PICKED | _MULTI | {"initial_channels"},
    "file_input": {"filetypes", "max_files"},
}
_SINGLE = {"static_select", "external_select", "users_select", "conversations_select", "channels_select"}
_MULTIPLE = {f"multi_{name}" for name in _SINGLE}
_CHOOSING = {"radio_buttons", "checkboxes", "datepicker", "timepicker"} | _SINGLE
IN_ACTIONS = _CHOOSING | {"button", "overflow", "datetimepicker"}
IN_SECTION = _CHOOSING | _MULTIPLE | {"button", "overflow", "image"}
IN_INPUT = set(KEYS) - {"button", "overflow", "image"}
MOST_OPTIONS = {"radio_buttons": 10, "checkboxes": 10, "overflow": 5}
LONGEST_TYPED = 3000
_FORMS = {"initial_date": r"\d{4}-\d\d-\d\d", "initial_time": r"\d\d:\d\d", "initial_date_time": r"\d{10}"}


def element_complaints(held: object, allowed: set[str], at: str) -> Iterator[str]:
    """Whatever is wrong with an element of these kinds."""
    if not isinstance(held, Mapping):
        yield said("must be a block element", at)
        return
    kind = str(held.get("type"))
    if kind not in allowed:
        yield said(f"unsupported type: {kind}", f"{at}/type")
        return
    yield from keys(held, KEYS[kind] | {"type", "action_id"}, at)
    yield from length(held.get("action_id"), 255, f"{at}/action_id", shortest=1)
    yield from plain(held.get("placeholder"), 150, f"{at}/placeholder")
    yield from _confirm(held.get("confirm"), f"{at}/confirm")
    yield from _by_kind(held, kind, at)
    yield from _formats(held, at)


def _by_kind(held: Element, kind: str, at: str) -> Iterator[str]:
    if kind == "button":
        yield from _button(held, at)
    elif kind == "image":
        yield from image(held, at)
    elif "options" in KEYS[kind]:
        yield from _options(held, kind, at)
    elif "initial_value" in KEYS[kind] and kind != "rich_text_input":
        yield from _typed(held, kind, at)
    if "max_selected_items" in held and int(held["max_selected_items"]) < 1:
        yield said("must be 1 or more", f"{at}/max_selected_items")


def _formats(held: Element, at: str) -> Iterator[str]:
    for name, form in _FORMS.items():
        if name in held and not re.fullmatch(form, str(held[name])):
            yield said("invalid format", f"{at}/{name}")


def image(held: Element, at: str) -> Iterator[str]:
    """An image, as a block or as an element."""
    if not held.get("image_url") and not held.get("slack_file"):
        yield missing("image_url", at)
    if not held.get("alt_text"):
        yield missing("alt_text", at)
    yield from length(held.get("image_url"), 3000, f"{at}/image_url")
    yield from length(held.get("alt_text"), 2000, f"{at}/alt_text")


def _button(held: Element, at: str) -> Iterator[str]:
    yield from needed_plain(held, "text", 75, at)
    yield from length(held.get("value"), 2000, f"{at}/value")
    yield from length(held.get("url"), 3000, f"{at}/url")
    yield from length(held.get("accessibility_label"), 75, f"{at}/accessibility_label")
    if held.get("style") not in {None, "primary", "danger"}:
        yield said("must be one of: primary, danger", f"{at}/style")


def _typed(held: Element, kind: str, at: str) -> Iterator[str]:
    longest = int(held.get("max_length") or LONGEST_TYPED)
    shortest = int(held.get("min_length") or 0)
    if not 1 <= longest <= LONGEST_TYPED:
        yield said(f"must be between 1 and {LONGEST_TYPED}", f"{at}/max_length")
    if not 0 <= shortest <= min(longest, LONGEST_TYPED):
        yield said("must not be above max_length", f"{at}/min_length")
    if kind == "number_input" and not isinstance(held.get("is_decimal_allowed"), bool):
        yield missing("is_decimal_allowed", at)
    yield from length(held.get("initial_value"), longest, f"{at}/initial_value")


def _options(held: Element, kind: str, at: str) -> Iterator[str]:
    groups = held.get("option_groups")
    if groups is not None:
        yield from count(groups, 100, f"{at}/option_groups")
        for place, group in enumerate(groups):
            here = f"{at}/option_groups/{place}"
            yield from needed_plain(group, "label", 75, here)
            yield from _option_list(group.get("options"), kind, f"{here}/options")
    elif "options" not in held:
        yield missing("options", at)
    else:
        yield from _option_list(held["options"], kind, f"{at}/options")
    if not isinstance(held.get("options", []), list):
        return
    yield from _initial_options(held, at)


def _option_list(options: object, kind: str, at: str) -> Iterator[str]:
    yield from count(options, MOST_OPTIONS.get(kind, 100), at)
    for place, option in enumerate(options if isinstance(options, list) else ()):
        yield from _option(option, kind, f"{at}/{place}")


def _option(option: Mapping[str, Any], kind: str, at: str) -> Iterator[str]:
    yield from keys(option, {"text", "value", "description"} | ({"url"} if kind == "overflow" else set()), at)
    kinds = ("plain_text", "mrkdwn") if kind in {"radio_buttons", "checkboxes"} else ("plain_text",)
    yield from text(option.get("text"), 75, f"{at}/text", kinds)
    if option.get("description") is not None:
        yield from text(option["description"], 75, f"{at}/description", kinds)
    if "value" not in option:
        yield missing("value", at)
    yield from length(option.get("value"), 75, f"{at}/value", shortest=1)
    yield from length(option.get("url"), 3000, f"{at}/url")


def _initial_options(held: Element, at: str) -> Iterator[str]:
    options = options_of(held)
    if "initial_option" in held and held["initial_option"] not in options:
        yield said("must be one of the provided options", f"{at}/initial_option")
    chosen = held.get("initial_options")
    if chosen is None:
        return
    yield from count(chosen, 100, f"{at}/initial_options")
    if any(item not in options for item in chosen):
        yield said("must be among the provided options", f"{at}/initial_options")


def _confirm(held: object, at: str) -> Iterator[str]:
    if held is None:
        return
    if not isinstance(held, Mapping):
        yield said("must be a confirmation dialog", at)
        return
    yield from keys(held, {"title", "text", "confirm", "deny", "style"}, at)
    for name, longest in {"title": 100, "confirm": 30, "deny": 30}.items():
        yield from needed_plain(held, name, longest, at)
    yield from text(held.get("text"), 300, f"{at}/text")
