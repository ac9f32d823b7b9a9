"""What the reader knows, as files of templates/<locale>/reasons/: word lists, cues, labelled examples."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from bot.coaching.reasons.clauses import Cues, any_of, cues_of
from bot.coaching.reasons.features import features
from bot.coaching.reasons.meanings import FILE as MEANINGS
from bot.coaching.reasons.meanings import Floats, Meanings, load_meanings
from bot.coaching.reasons.naming import Names, names_of
from bot.coaching.reasons.plain import MARKS, Families, Language, Token
from bot.coaching.reasons.reading import FlagKind
from bot.yaml_loading import loaded

NONE = "none"  # the label of a text that gives no ground
PLACES = ("places", "cities")  # the lists of names that are places
PLACE_FAMILY = "place_name"
MIXED = "mixed"  # the file of texts with several grounds
SHARED = ("parts", "innocent")  # of warnings.yml: the rest are kinds of warnings
FEWEST_MENTIONS = 2  # in small letters: what makes a word an ordinary one


class KnowledgeError(ValueError):
    """A mistake in a file of knowledge; the message names the file and the line or the entry."""


@dataclass(frozen=True)
class Example:
    """A text with the categories that it gives and the warnings that it calls for."""

    text: str
    categories: tuple[str, ...]
    warnings: tuple[FlagKind, ...]


@dataclass(frozen=True)
class Knowledge:
    """All of a locale."""

    language: Language
    families: Families
    cues: Cues
    warnings: Mapping[FlagKind, Any]  # compiled expressions
    innocent: Mapping[FlagKind, Any]  # what those match in vain
    names: Names
    examples: Sequence[Example]
    meanings: Meanings

    def counting(self, text: str) -> list[Token]:
        """The words of a text that can speak for a reason."""
        return self.cues.counting(text.translate(MARKS), self.language.tokens(text))

    def features(self, tokens: Sequence[Token]) -> list[tuple[str, int, int]]:
        """What the reader sees in them: each feature with the places of its first word and after its last."""
        return list(features(tokens, self.families, self.language.idle, self.meanings))

    def meaning(self, seen: Iterable[str]) -> Floats:
        """What the words among these features mean together."""
        return self.meanings.together(name[2:] for name in seen if name.startswith("m:"))


def load_knowledge(folder: Path, category_ids: Set[str]) -> Knowledge:
    """Read a folder. Raises KnowledgeError."""
    language = _loaded(folder / "language.yml", Language.of)
    examples = list(_examples(folder / "examples", category_ids))
    ordinary = _ordinary(examples, language)
    warnings, innocent = _loaded(folder / "warnings.yml", _warnings)
    placed = partial(_placed, _loaded(folder / "names.yml", _places), ordinary)
    return Knowledge(
        language=language,
        families=_loaded(folder / "concepts.yml", lambda held: Families({**held, **placed(held)}, language)),
        cues=_loaded(folder / "cues.yml", cues_of),
        warnings=warnings,
        innocent=innocent,
        names=_loaded(folder / "names.yml", lambda held: names_of(held, ordinary)),
        examples=examples,
        meanings=_meanings(folder / MEANINGS),
    )


def _loaded(file: Path, make: Any) -> Any:
    try:
        return make(loaded(file.read_text(encoding="utf-8")))
    except OSError:
        raise KnowledgeError(f"{file}: the file is missing or can't be read") from None
    except (yaml.YAMLError, re.error, KeyError, TypeError, ValueError, AttributeError) as mistake:
        mark = getattr(mistake, "problem_mark", None)
        place = f" line {mark.line + 1}" if mark else ""
        raise KnowledgeError(f"{file}{place}: {type(mistake).__name__}: {mistake}") from None


def _places(held: Mapping[str, Any]) -> list[str]:
    """The towns and regions of `names.yml`."""
    return [name for kind in PLACES for name in held["leave_alone"][kind].split()]


def _placed(places: Sequence[str], ordinary: Set[str], concepts: Mapping[str, str]) -> dict[str, str]:
    """The family of places with all of them, but those that are words as well: "reading", "nice"."""
    telling = [name for name in places if name not in ordinary]
    return {PLACE_FAMILY: " ".join((concepts.get(PLACE_FAMILY, ""), *telling))}


def _meanings(file: Path) -> Meanings:
    try:
        return load_meanings(file)
    except ValueError as mistake:
        raise KnowledgeError(f"{file}: {mistake}") from None


def _warnings(held: Mapping[str, Any]) -> tuple[dict[FlagKind, Any], dict[FlagKind, Any]]:
    """Expressions by kind, and innocent ones; `<part>` stands for a piece that several share."""
    parts: Mapping[str, str] = held.get("parts", {})
    innocent: Mapping[str, Sequence[str]] = held.get("innocent", {})

    def whole(expression: str) -> str:
        for name, piece in parts.items():
            expression = expression.replace(f"<{name}>", piece)
        return expression

    def compiled(lists: Mapping[str, Sequence[str]]) -> dict[FlagKind, Any]:
        kinds = (name for name in lists if name not in SHARED)
        return {FlagKind(name): _joined(name, [whole(item) for item in lists[name]]) for name in kinds}

    return compiled(held), compiled(innocent)


def _joined(name: str, expressions: Sequence[str]) -> re.Pattern[str]:
    try:
        return any_of(expressions)
    except re.error as mistake:
        broken = next((item for item in expressions if not _is_sound(item)), "")
        raise ValueError(f"{name}: {broken}: {mistake}") from None


def _is_sound(expression: str) -> bool:
    try:
        re.compile(expression)
    except re.error:
        return False
    return True


def _examples(folder: Path, category_ids: Set[str]) -> Iterator[Example]:
    for file in sorted(folder.glob("*.txt")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if line.strip():
                yield _example(line, file, number, category_ids)


def _example(line: str, file: Path, number: int, category_ids: Set[str]) -> Example:
    """`text  ## +category !warning`; the file's own category needs no mention."""
    text, _, marks = line.partition(" ## ")
    named = [mark for mark in marks.split() if mark[0] == "+"]
    warned = [mark for mark in marks.split() if mark[0] == "!"]
    categories = [file.stem] * (file.stem in category_ids) + [mark[1:] for mark in named]
    unknown = [item for item in categories if item not in category_ids]
    unknown += [mark for mark in warned if mark[1:] not in set(FlagKind)]
    if unknown or len(named) + len(warned) != len(marks.split()):
        raise KnowledgeError(f"{file} line {number}: unknown mark {' '.join(unknown) or marks}")
    return Example(
        text.strip(), tuple(dict.fromkeys(categories)), tuple(FlagKind(mark[1:]) for mark in warned)
    )


def _ordinary(examples: Sequence[Example], language: Language) -> Set[str]:
    """Words that people write in small letters: no names, even when a sentence begins with them."""
    counts: dict[str, int] = {}
    for example in examples:
        for word in example.text.translate(MARKS).split():
            bare = word.strip(".,;:!?()\"'…-")
            if bare and bare == bare.casefold():
                bare = bare.removesuffix("'s")
                counts[bare] = counts.get(bare, 0) + 1
    frequent = {word for word, count in counts.items() if count >= FEWEST_MENTIONS}
    return frozenset(frequent | set(language.idle) | set(language.spelling))
