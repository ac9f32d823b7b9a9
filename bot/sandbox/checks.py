"""What Slack itself asks of a modal before the app hears of its submission, in Slack's words."""

import re
from collections.abc import Mapping
from typing import Any

from bot.sandbox.blocks import is_empty

REQUIRED = "Please complete this required field."
_FORMS: Mapping[str, tuple[str, str]] = {
    "email_text_input": (r"[^@\s]+@[^@\s]+\.[^@\s]+", "Please enter a valid email address."),
    "url_text_input": (r"https?://\S+", "Please enter a valid URL."),
    "number_input": (r"-?\d+(\.\d+)?", "Please enter a valid number."),
}


def submission_errors(view: Mapping[str, Any], values: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Errors by block_id; empty when the app may see it."""
    found = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            held = (values.get(block["block_id"]) or {}).get(block["element"]["action_id"])
            error = _error(block, held)
            if error:
                found[block["block_id"]] = error
    return found


def _error(block: Mapping[str, Any], held: Mapping[str, Any] | None) -> str:
    if held is None or is_empty(held):
        return "" if block.get("optional") else REQUIRED
    element = block["element"]
    value = held.get("value")
    if not isinstance(value, str):
        return ""
    if len(value) > int(element.get("max_length") or 3000):
        return f"Must be at most {element.get('max_length') or 3000} characters long."
    if len(value) < int(element.get("min_length") or 0):
        return f"Must be at least {element['min_length']} characters long."
    form, error = _FORMS.get(element["type"], ("", ""))
    if form and not re.fullmatch(form, value):
        return error
    return _number(element, value) if element["type"] == "number_input" else ""


def _number(element: Mapping[str, Any], value: str) -> str:
    if not element.get("is_decimal_allowed") and "." in value:
        return "Please enter a whole number."
    if "min_value" in element and float(value) < float(element["min_value"]):
        return f"Must be at least {element['min_value']}."
    if "max_value" in element and float(value) > float(element["max_value"]):
        return f"Must be at most {element['max_value']}."
    return ""
