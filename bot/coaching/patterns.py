"""How a language says what the rubric and the rehearsal look for: templates/<locale>/patterns.yml."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.coaching.reasons.noticing import merged, noticed
from bot.coaching.reasons.reading import FlagKind, Reading, Suggestion
from bot.yaml_loading import loaded

NAMES = ("titles", "particles", "kin", "teams", "posts", "of", "credentials", "joined", "given")
LISTS = ("numbers", *NAMES, "formal_titles")
# For a language without examples to learn from: expressions by kind of warning, and by category of reason.
READING = ("warnings", "reasons", "denied")
CONTRACTIONS = "contractions"  # words with an apostrophe that people leave out; a language may have none
# Every expression that the rules name; a locale has all of them.
EXPRESSIONS = (
    "placeholder", "figure", "apology", "decline", "mixed", "empty_phrase", "job_ask", "negative", "blame",
    "rival", "further_reason", "thanks", "forward", "condition", "call_reference", "call_window", "cheerful",
    "gives", "business", "gap", "fresh", "doubled_fine", "wrong_article", "invented", "guilt", "familiar",
    "stiff", "of_an_offer", "of_a_call", "of_an_applicant", "joint", "opener", "own_opening",
    "hedge", "yields", "agrees", "bargain", "amount", "money", "defence", "curt", "harsh", "discreet",
    "names", "going", "gives_reason", "aside", "firm", "polite",
    "despair", "not_despair", "harmed", "threatened", "found_out",
    "taken", "offer_letter",
)  # fmt: skip


class PatternsError(ValueError):
    """A file of patterns is not as it should be; says which part."""


@dataclass(frozen=True)
class Naming:
    """Words beside a name, or in place of one: all in lower case."""

    titles: frozenset[str]
    particles: frozenset[str]  # a name that begins with one is not cut: de la Cruz
    kin: frozenset[str]  # my, friend, uncle
    teams: frozenset[str]
    posts: frozenset[str]  # of somebody who is not named: head, manager
    of: frozenset[str]  # what stands between a post and its team
    credentials: frozenset[str]  # after a comma: PhD
    joined: frozenset[str]  # between two people: and
    given: frozenset[str]  # first names that are seldom anything else
    formal_titles: frozenset[str] = frozenset()  # whoever has one is spoken to formally, in any tone


@dataclass(frozen=True)
class Patterns:
    """Small numbers as words, words around names, and expressions by name."""

    numbers: tuple[str, ...]
    naming: Naming
    expressions: Mapping[str, re.Pattern[str]]
    warnings: Mapping[FlagKind, str] = field(default_factory=dict)  # compiled when a text is read
    reasons: Mapping[str, str] = field(default_factory=dict)
    denied: str = ""  # what is said not to be the reason
    contractions: Mapping[str, str] = field(default_factory=dict)  # as people type them → as they are written

    def with_apostrophes(self, text: str) -> str:
        """The text with the apostrophes that were left out."""
        return re.sub(r"\w+", lambda found: self.contractions.get(found[0].lower(), found[0]), text)

    def __getitem__(self, name: str) -> re.Pattern[str]:
        return self.expressions[name]

    def read(self, text: str) -> Reading:
        """What is better left unsaid in a text and which reasons it names, the first one first."""
        warnings = {kind: _compiled(kind, item) for kind, item in self.warnings.items()}
        reasons = {name: _compiled(name, item) for name, item in self.reasons.items()}
        given = _compiled("denied", self.denied).sub(" ", text) if self.denied else text
        places = {name: found.start() for name, item in reasons.items() if (found := item.search(given))}
        named = tuple(Suggestion(name, 1.0) for name in sorted(places, key=places.__getitem__))
        return Reading(named, tuple(merged(noticed(text, warnings))))


def load_patterns(file: Path, instead: Patterns | None = None) -> Patterns:
    """What a file holds; what it lacks is taken from `instead`. Raises PatternsError, OSError, YAMLError."""
    held = loaded(file.read_text(encoding="utf-8")) or {}
    if not isinstance(held, dict):
        raise PatternsError("names with expressions are expected")
    unknown = set(held) - {*LISTS, *EXPRESSIONS, *READING, CONTRACTIONS}
    if unknown:
        raise PatternsError(f"nothing is called {min(map(str, unknown))}")
    expressions = dict(instead.expressions) if instead else {}
    expressions |= {name: _expression(name, held[name]) for name in EXPRESSIONS if name in held}
    missing = [name for name in EXPRESSIONS if name not in expressions]
    if missing:
        raise PatternsError(f"{missing[0]} is missing")
    numbers = _words("numbers", held, instead.numbers if instead else ())
    names = {name: _names(name, held, getattr(instead.naming, name) if instead else ()) for name in NAMES}
    formal = frozenset(
        map(str, held.get("formal_titles") or (instead.naming.formal_titles if instead else ()))
    )
    naming = Naming(**names, formal_titles=formal)
    warnings = _by_name("warnings", held, instead.warnings if instead else {})
    reasons = _by_name("reasons", held, instead.reasons if instead else {})
    if wrong := set(warnings) - set(FlagKind):
        raise PatternsError(f"warnings: nothing is called {min(wrong)}")
    denied = _text("denied", held.get("denied", instead.denied if instead else ""))
    if instead:  # of a workspace: what is broken is said at the start
        for name, text in {**warnings, **reasons, "denied": denied}.items():
            _compiled(name, text)
    kinds = {FlagKind(name): text for name, text in warnings.items()}
    contractions = {str(item).replace("'", ""): str(item) for item in held.get(CONTRACTIONS) or ()}
    contractions = contractions or dict(instead.contractions if instead else {})
    return Patterns(numbers, naming, expressions, kinds, reasons, denied, contractions)


def _by_name(name: str, held: Mapping[str, object], instead: Mapping[Any, str]) -> dict[str, str]:
    found = held.get(name) or {}
    if not isinstance(found, Mapping):
        raise PatternsError(f"{name}: names with expressions are expected")
    return {**instead, **{str(item): _text(f"{name}: {item}", text) for item, text in found.items()}}


def _words(name: str, held: Mapping[str, object], instead: tuple[str, ...]) -> tuple[str, ...]:
    found = held.get(name, list(instead))
    if not isinstance(found, list) or not found:
        raise PatternsError(f"{name} is no list of words")
    return tuple(str(item) for item in found)


def _names(name: str, held: Mapping[str, object], instead: Iterable[str]) -> frozenset[str]:
    return frozenset(_words(name, held, tuple(instead)))


def _text(name: str, text: object) -> str:
    if not isinstance(text, str):
        raise PatternsError(f"{name} is no expression")
    return "".join(text.strip().splitlines())


def _expression(name: str, text: object) -> re.Pattern[str]:
    return _compiled(name, _text(name, text))


@lru_cache(maxsize=512)
def _compiled(name: str, text: str) -> re.Pattern[str]:
    try:
        return re.compile(text, re.I)
    except re.error as wrong:
        raise PatternsError(f"{name}: {wrong.msg}") from None
