"""What goes before any other answer: a cry for help, despair, and trouble that no template mends."""

import re
from collections.abc import Iterator
from enum import StrEnum

from bot.coaching.patterns import Patterns
from bot.flows.replies import plain


class Trouble(StrEnum):
    """What no template mends, by the name of its expression and of its words; the gravest first."""

    HARMED = "harmed"
    THREATENED = "threatened"
    FOUND_OUT = "found_out"


def cries_out(text: str, distress: str) -> bool:
    """Whether somebody calls for help in the middle of a sentence; distress: the phrases, with commas."""
    typed = f" {plain(text)} "
    return any(f" {phrase} " in typed for item in distress.split(",") if (phrase := plain(item)))


def despairs(text: str, patterns: Patterns) -> bool:
    """Whether somebody says that they don't want to live; a figure of speech is none.

    The expressions meet one clause at a time, in small letters without accents and apostrophes.
    """
    grave = patterns["despair"]
    return any(
        grave.search(said) and grave.search(patterns["not_despair"].sub(" ", said)) for said in _clauses(text)
    )


def trouble_in(text: str, patterns: Patterns) -> Trouble | None:
    """Which trouble somebody tells of that no template mends; the gravest first."""
    said = list(_clauses(text))
    return next((item for item in Trouble if any(patterns[item].search(clause) for clause in said)), None)


def _clauses(text: str) -> Iterator[str]:
    """In small letters, without apostrophes, accents and punctuation."""
    for clause in re.split(r"[.!?;:,\n…—]+", text):
        yield plain(clause)
