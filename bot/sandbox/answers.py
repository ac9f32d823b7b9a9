"""What somebody types or chooses, as the element's own form of state."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from bot.sandbox.blocks import STATE_FIELDS, Held, options_of
from bot.sandbox.payloads import typed_blocks


def state_of(element: Mapping[str, Any], value: object, tz: str = "UTC") -> Held:
    """Text, option values or texts, dates, moments; None empties it. Raises LookupError, ValueError.

    A moment in a date or time field is shown in `tz`, as on that person's screen.
    """
    kind = element["type"]
    if kind == "overflow":
        return {"type": kind, "selected_option": option_of(element, value)}
    name = STATE_FIELDS[kind][0]
    if name == "selected_options":
        return {"type": kind, name: [option_of(element, item) for item in _several(value)]}
    if name in {"selected_users", "selected_conversations", "selected_channels", "files"}:
        return {"type": kind, name: [str(item) for item in _several(value)]}
    if value is None or value == "":
        return {"type": kind, name: None}
    if name == "selected_option":
        return {"type": kind, name: option_of(element, value)}
    if name == "rich_text_value":
        return {"type": kind, name: typed_blocks(str(value))[0]}
    return {"type": kind, name: _plain(kind, value, tz)}


def option_of(element: Mapping[str, Any], value: object) -> Held:
    """The option with this value or this text. Raises LookupError."""
    options = options_of(element)
    for option in options:
        if value in {option["value"], option["text"]["text"]}:
            return dict(option)
    raise LookupError(f"there is no option {value!r}; there are {[item['value'] for item in options]}")


def _several(value: object) -> Iterable[object]:
    if value is None:
        return ()
    if isinstance(value, str) or not isinstance(value, Iterable):
        return (value,)
    return value


def _plain(kind: str, value: object, tz: str) -> str | int:
    if kind == "datetimepicker":
        return _moment(value)
    there = value.astimezone(ZoneInfo(tz)) if isinstance(value, datetime) else value
    if kind == "datepicker" and isinstance(there, date):
        return there.strftime("%Y-%m-%d")
    if kind == "timepicker" and isinstance(there, datetime | time):
        return there.strftime("%H:%M")
    return str(value)


def _moment(value: object) -> int:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return int(value.timestamp())
    return int(str(value))
