"""Templates → text: the only room that knows Jinja2.

Short words stand in templates/<locale>/words/*.yml, drafts in templates/<locale>/drafts/*.yml.
A locale falls back to its language and then to English; a workspace's own folder comes first.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from bot.coaching.drafts import Draft, DraftKind

DEFAULT_LOCALE = "en"
TWO_STOPS = re.compile(r"(?<!\.)\.\.(?!\.)")  # "at Acme Inc." at the end of a sentence
VARIES = re.compile(r"\{[{%#]")
TITLES = {"mr", "mrs", "ms", "dr", "prof"}
NUMBERS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip


class MissingWordsError(LookupError):
    """No locale has words for this key."""


@dataclass(frozen=True)
class _Source:
    """A text with the place it came from; one that never varies is rendered once."""

    template: Template
    place: str
    constant: str | None = None

    def render(self, facts: Mapping[str, object]) -> str:
        """As a person reads it, without white space around it."""
        return self.template.render(facts).strip() if self.constant is None else self.constant


class Words:
    """Every text by locale and key, compiled when it is built."""

    def __init__(self, folder: Path, overlay: Path | None = None) -> None:
        self._environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
        self._environment.filters.update(
            sentence=sentence,
            first_name=first_name,
            lower_first=lower_first,
            last_word=last_word,
            in_words=in_words,
        )
        self._trees: dict[str, dict[str, Any]] = {}
        self.problems: tuple[str, ...] = ()
        for place in sorted(item for item in folder.iterdir() if item.is_dir()):
            self._trees[place.name] = self._tree(place, is_trusted=True)
        if overlay is not None:
            self._overlay(overlay)

    @property
    def locales(self) -> tuple[str, ...]:
        """Every locale that has a folder."""
        return tuple(self._trees)

    def text(self, key: str, locale: str, /, **facts: object) -> str:
        """One text. Raises MissingWordsError."""
        found = self._found(key, locale)
        if not isinstance(found, _Source):
            raise MissingWordsError(f"{key} is no text in {locale}")
        return found.render(facts)

    def entries(self, key: str, locale: str) -> dict[str, Any]:
        """All that stands under a key, rendered without facts; nested mappings stay nested."""
        found = self._found(key, locale)
        if not isinstance(found, dict):
            raise MissingWordsError(f"{key} is no group in {locale}")
        return {name: _rendered(item) for name, item in found.items()}

    def draft(self, kind: DraftKind, facts: Mapping[str, object], locale: str, seed: str) -> Draft:
        """A draft; the same seed gives the same words again, another seed others."""
        chosen = self._all_facts(facts, locale, seed)
        subject = self._draft_part(kind, "subject", locale, chosen)
        return Draft(" ".join(subject.split()), _paragraphs(self._draft_part(kind, "body", locale, chosen)))

    def answers(
        self, facts: Mapping[str, object], locale: str, names: Sequence[str]
    ) -> tuple[tuple[str, str], ...]:
        """What they may say on the call, with an answer to each."""
        known = self._all_facts(facts, locale, "answers")
        return tuple(
            (
                self.text(f"answers.{name}.they", locale, **known),
                " ".join(self.text(f"answers.{name}.you", locale, **known).split()),
            )
            for name in names
        )

    def _draft_part(self, kind: DraftKind, part: str, locale: str, facts: Mapping[str, object]) -> str:
        tone = facts.get("tone", "")
        for key in (f"drafts.{kind}.{part}_{tone}", f"drafts.{kind}.{part}"):
            try:
                return self.text(key, locale, **facts)
            except MissingWordsError:
                continue
        if part == "subject":
            return ""
        raise MissingWordsError(f"drafts.{kind} has no {part} in {locale}")

    def _all_facts(self, facts: Mapping[str, object], locale: str, seed: str) -> dict[str, object]:
        """The facts of a case and what the locale makes of them, one after the other."""
        known = dict(facts)
        known["say"] = self._sayer(locale, known, seed)
        for name, source in self._found("facts", locale).items():
            known[name] = source.template.render(known)  # white space around it counts here
        return known

    def _sayer(self, locale: str, facts: Mapping[str, object], seed: str) -> Any:
        """`say("thanks")` in a template: one of the phrases of that name for the tone at hand."""

        def say(name: str) -> str:
            tone = facts["tone"]
            options = self._options(f"phrases.{name}.{tone}", locale) or self._options(
                f"phrases.{name}.any", locale
            )
            chosen = options[_place(seed, name) % len(options)]
            return chosen.render(facts)

        return say

    def _options(self, key: str, locale: str) -> list[_Source]:
        try:
            found = self._found(key, locale)
        except MissingWordsError:
            return []
        return found if isinstance(found, list) else [found]

    def _found(self, key: str, locale: str) -> Any:
        for name in (locale, locale.partition("-")[0], DEFAULT_LOCALE):
            found: Any = self._trees.get(name)
            for part in key.split("."):
                found = found.get(part) if isinstance(found, dict) else None
            if found is not None:
                return found
        raise MissingWordsError(f"{key} has no words in {locale}")

    def _tree(self, place: Path, *, is_trusted: bool) -> dict[str, Any]:
        tree: dict[str, Any] = {}
        for file in sorted(place.glob("words/*.yml")) + sorted(place.glob("drafts/*.yml")):
            try:
                loaded = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
                compiled = self._compiled(loaded, f"{file.parent.parent.name}/{file.parent.name}/{file.name}")
            except (yaml.YAMLError, TemplateError, ValueError) as mistake:
                if is_trusted:
                    raise
                self.problems += (f"{file}: {_first_line(mistake)}",)
                continue
            _merge(tree, compiled if file.parent.name == "drafts" else {file.stem: compiled})
        return tree

    def _compiled(self, value: Any, place: str) -> Any:
        if isinstance(value, dict):
            return {str(name): self._compiled(item, f"{place}:{name}") for name, item in value.items()}
        if isinstance(value, list):
            return [self._compiled(item, place) for item in value]
        text = str(value)
        constant = None if VARIES.search(text) else text.strip()
        return _Source(self._environment.from_string(text), place, constant)

    def _overlay(self, folder: Path) -> None:
        for place in sorted(item for item in folder.iterdir() if item.is_dir()):
            _merge(self._trees.setdefault(place.name, {}), self._tree(place, is_trusted=False))


def _place(seed: str, name: str) -> int:
    """Which of several phrases: by the case, and one further after each contact ("case:2")."""
    case, _, contacts = seed.partition(":")
    digest = hashlib.blake2b(f"{case}:{name}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") + int(contacts or 0)


def _merge(into: dict[str, Any], more: Mapping[str, Any]) -> None:
    for name, item in more.items():
        if isinstance(item, dict) and isinstance(into.get(name), dict):
            _merge(into[name], item)
        else:
            into[name] = item


def _rendered(item: Any) -> Any:
    if isinstance(item, dict):
        return {name: _rendered(value) for name, value in item.items()}
    return item.render({}) if isinstance(item, _Source) else item


def _paragraphs(text: str) -> str:
    """One line for each paragraph, an empty line between them: whatever the template's line breaks were."""
    parts = (" ".join(part.split()) for part in text.split("\n\n"))
    joined = "\n\n".join(part.replace(" | ", "\n") for part in parts if part)
    return TWO_STOPS.sub(".", joined)


def _first_line(mistake: Exception) -> str:
    line = getattr(mistake, "lineno", None) or getattr(getattr(mistake, "problem_mark", None), "line", None)
    return f"line {line}: {type(mistake).__name__}" if line is not None else type(mistake).__name__


def sentence(text: str) -> str:
    """First letter up, one full stop at the end; 'Acme Inc.' gets no second."""
    text = text.strip()
    if not text:
        return ""
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?…" else f"{text}."


def first_name(text: str) -> str:
    """What one would call a person: the first word; with a title, or in another script, all of it."""
    words = [word for word in text.split() if word.casefold().rstrip(".") not in TITLES]
    if len(words) != len(text.split()):  # somebody entered with a title is addressed with it
        return text.strip()
    return words[0] if words and words[0].isascii() else text.strip()


def lower_first(text: str) -> str:
    """As it continues a sentence: 'After a while' → 'after a while'; 'I', 'I've' stay as they are."""
    is_pronoun = text[:1] == "I" and not text[1:2].isalpha()
    return text if is_pronoun else text[:1].lower() + text[1:]


def last_word(text: str) -> str:
    """The word that a role ends with."""
    return text.split()[-1] if text.split() else ""


def in_words(number: int) -> str:
    """Numbers up to twelve as one writes them in a letter."""
    return NUMBERS[number] if 0 <= number < len(NUMBERS) else str(number)
