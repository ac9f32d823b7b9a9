"""How a language says what the rubric and the rehearsal look for: templates/<locale>/patterns.yml."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.yaml_loading import loaded

LISTS = ("numbers", "titles")
# Every expression that the rules name; a locale has all of them.
EXPRESSIONS = (
    "placeholder", "figure", "apology", "decline", "mixed", "empty_phrase", "job_ask", "negative", "blame",
    "rival", "further_reason", "thanks", "forward", "condition", "call_reference", "call_window", "cheerful",
    "gives", "business", "gap", "fresh", "doubled_fine", "wrong_article",
    "hedge", "yields", "bargain", "defence", "curt", "names", "going", "gives_reason", "firm", "polite",
)  # fmt: skip


class PatternsError(ValueError):
    """A file of patterns is not as it should be; says which part."""


@dataclass(frozen=True)
class Patterns:
    """Small numbers and titles as words, and expressions by name."""

    numbers: tuple[str, ...]
    titles: frozenset[str]
    expressions: Mapping[str, re.Pattern[str]]

    def __getitem__(self, name: str) -> re.Pattern[str]:
        return self.expressions[name]


def load_patterns(file: Path, instead: Patterns | None = None) -> Patterns:
    """What a file holds; what it lacks is taken from `instead`. Raises PatternsError, OSError, YAMLError."""
    held = loaded(file.read_text(encoding="utf-8")) or {}
    if not isinstance(held, dict):
        raise PatternsError("names with expressions are expected")
    unknown = set(held) - {*LISTS, *EXPRESSIONS}
    if unknown:
        raise PatternsError(f"nothing is called {min(map(str, unknown))}")
    expressions = dict(instead.expressions) if instead else {}
    expressions |= {name: _expression(name, held[name]) for name in EXPRESSIONS if name in held}
    missing = [name for name in EXPRESSIONS if name not in expressions]
    if missing:
        raise PatternsError(f"{missing[0]} is missing")
    numbers = _words("numbers", held, instead.numbers if instead else ())
    titles = _words("titles", held, tuple(instead.titles) if instead else ())
    return Patterns(numbers, frozenset(titles), expressions)


def _words(name: str, held: Mapping[str, object], instead: tuple[str, ...]) -> tuple[str, ...]:
    found = held.get(name, list(instead))
    if not isinstance(found, list) or not found:
        raise PatternsError(f"{name} is no list of words")
    return tuple(str(item) for item in found)


def _expression(name: str, text: object) -> re.Pattern[str]:
    if not isinstance(text, str):
        raise PatternsError(f"{name} is no expression")
    try:
        return re.compile("".join(text.strip().splitlines()), re.I)
    except re.error as wrong:
        raise PatternsError(f"{name}: {wrong.msg}") from None
