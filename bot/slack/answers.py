"""What a view holds ↔ typed answers."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.flows.typed import cleaned
from bot.slack.ids import FIELD_ACTION

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True)
class Metadata:
    """What travelled in private_metadata."""

    about: str = ""
    step: str = ""
    place: str = ""
    locale: str = ""


def metadata_in(view: Mapping[str, Any]) -> Metadata:
    """The ids of a view; empty ones when it carries anything else."""
    try:
        held = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        return Metadata()
    if not isinstance(held, dict):
        return Metadata()
    return Metadata(*(str(held.get(name, "")) for name in ("about", "step", "place", "locale")))


def answers_in(view: Mapping[str, Any]) -> dict[str, object]:
    """block_id → answer, for every input of the view; a string, a list of strings, or an ISO moment."""
    values = (view.get("state") or {}).get("values") or {}
    return {
        block_id: _answer((actions or {}).get(FIELD_ACTION) or {}) for block_id, actions in values.items()
    }


def typed_in(view: Mapping[str, Any], block_id: str) -> str:
    """One text to the letter: a piece of a file may begin or end with a space."""
    values = (view.get("state") or {}).get("values") or {}
    return str(((values.get(block_id) or {}).get(FIELD_ACTION) or {}).get("value") or "")


def email_mistakes(view: Mapping[str, Any]) -> dict[str, str]:
    """Fields for an email address that hold something else: block_id → key of the message."""
    values = (view.get("state") or {}).get("values") or {}
    found = {}
    for block_id, actions in values.items():
        element = (actions or {}).get(FIELD_ACTION) or {}
        text = element.get("value") or ""
        if element.get("type") == "email_text_input" and text and not EMAIL.fullmatch(text):
            found[block_id] = "email"
    return found


def _answer(element: Mapping[str, Any]) -> object:
    if "selected_options" in element:
        return [str(item.get("value", "")) for item in element["selected_options"] or ()]
    if "selected_option" in element:
        return str((element["selected_option"] or {}).get("value", ""))
    if "selected_date_time" in element:
        return _moment(element["selected_date_time"])
    if "selected_time" in element:
        return element["selected_time"] or ""
    return cleaned(str(element.get("value") or ""))


def _moment(unix: float | None) -> str:
    try:
        return datetime.fromtimestamp(unix, UTC).isoformat() if unix else ""
    except (ValueError, OverflowError, OSError):  # a year that no calendar has
        return ""
