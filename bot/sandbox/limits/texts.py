"""Text objects: their kind, their length, their keys. A complaint ends with where it is."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

KEYS = {"plain_text": {"type", "text", "emoji"}, "mrkdwn": {"type", "text", "verbatim"}}


def said(complaint: str, at: str) -> str:
    """In Slack's form."""
    return f"{complaint} [json-pointer:{at}]"


def missing(name: str, at: str) -> str:
    """A field that has to be there."""
    return said(f"missing required field: {name}", at)


def length(value: object, longest: int, at: str, shortest: int = 0) -> Iterator[str]:
    """A string of at most so many characters; None is none."""
    if value is None:
        return
    if not isinstance(value, str):
        yield said("must be a string", at)
    elif len(value) > longest:
        yield said(f"must be less than {longest + 1} characters", at)
    elif len(value) < shortest:
        yield said(f"must be more than {shortest - 1} characters", at)


def count(items: object, most: int, at: str, least: int = 1) -> Iterator[str]:
    """A list of so many items."""
    if not isinstance(items, list):
        yield said("must be an array", at)
    elif len(items) > most:
        yield said(f"no more than {most} items allowed", at)
    elif len(items) < least:
        yield said(f"no fewer than {least} items allowed", at)


def keys(held: Mapping[str, Any], known: set[str], at: str) -> Iterator[str]:
    """Slack refuses what it does not know."""
    yield from (said(f"invalid additional property: {name}", at) for name in held if name not in known)


def text(
    held: object, longest: int, at: str, kinds: Sequence[str] = ("plain_text", "mrkdwn")
) -> Iterator[str]:
    """A text object that is neither empty nor too long."""
    if not isinstance(held, Mapping):
        yield said("must be a text object", at)
        return
    kind = str(held.get("type"))
    if kind not in kinds:
        yield said(f"unsupported type: {kind}", f"{at}/type")
        return
    yield from keys(held, KEYS[kind], at)
    if "text" not in held:
        yield missing("text", at)
    yield from length(held.get("text"), longest, f"{at}/text", shortest=1)


def plain(held: object, longest: int, at: str) -> Iterator[str]:
    """A plain_text object; None is none."""
    if held is not None:
        yield from text(held, longest, at, ("plain_text",))


def needed_plain(parent: Mapping[str, Any], name: str, longest: int, at: str) -> Iterator[str]:
    """A plain_text object that has to be there."""
    if parent.get(name) is None:
        yield missing(name, at)
    else:
        yield from plain(parent[name], longest, f"{at}/{name}")
