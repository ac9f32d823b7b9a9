"""Says every text: by locale and key, with a workspace's own words before ours.

Short words stand in templates/<locale>/words/*.yml, drafts in templates/<locale>/drafts/*.yml.
A locale falls back to its language and then to English.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from bot.coaching.case import Tone
from bot.coaching.drafts import Draft, DraftKind, addressee
from bot.coaching.patterns import Patterns, PatternsError, load_patterns
from bot.wording.guarding import Guarded
from bot.wording.mistakes import in_file
from bot.wording.names import has_formal_title
from bot.wording.overlay import Overlay
from bot.wording.pages import Facts, MissingWordsError, PageError, Pages, Source, Tree

DEFAULT_LOCALE = "en"
# "at Acme Inc." or "at Yahoo!" at the end of a sentence: the second mark goes.
TWO_STOPS = re.compile(r"(?<=(?<!\.)\.)\.(?!\.)|(?<=[!?])\.")
MOST_KEPT = 5000
MOST_SAYS = 200  # phrases in one draft; ours need a dozen


class Words:
    """Every text by locale and key, compiled when it is built."""

    def __init__(self, folder: Path, overlay: Path | None = None) -> None:
        pages = Pages(Guarded())
        self._trees: dict[str, Tree] = {}
        self._patterns: dict[str, Patterns] = {}
        self._makings: dict[str, Tree] = {}
        self._chains: dict[str, tuple[str, ...]] = {}
        self._chosen: dict[tuple[str, ...], Any] = {}  # what was looked up in the trees
        self.problems: tuple[str, ...] = ()
        self.has_overlay = overlay is not None
        for place in _locales(folder):
            self._patterns[place.name] = load_patterns(place / "patterns.yml")
            self._trees[place.name] = _tree(place, pages)
        if overlay is not None:
            self._lay_over(overlay, pages)
        given = frozenset[str]().union(*(item.naming.given for item in self._patterns.values()))
        self._patterns = {  # people have names of any language
            name: replace(item, naming=replace(item.naming, given=given))
            for name, item in self._patterns.items()
        }

    @property
    def locales(self) -> tuple[str, ...]:
        """Every locale that has a folder."""
        return tuple(self._trees)

    def locale_of(self, locale: str) -> str:
        """The folder that a locale's words come from."""
        return self._chain(locale)[0]

    def speaks(self, locale: str) -> bool:
        """Whether it has a folder of its own, or its language has."""
        return bool({locale, _language(locale)} & set(self._trees))

    def patterns(self, locale: str) -> Patterns:
        """How this locale says what the rubric looks for."""
        return next(self._patterns[name] for name in self._chain(locale) if name in self._patterns)

    def text(self, key: str, locale: str, /, **facts: object) -> str:
        """One text. Raises MissingWordsError."""
        return self._said(key, locale, facts)

    def _said(self, key: str, locale: str, facts: Mapping[str, object]) -> str:
        found = self._found(key, locale)
        if not isinstance(found, Source):
            raise MissingWordsError(f"{key} is no text in {locale}")
        return found.render(facts).strip()

    def entries(self, key: str, locale: str) -> dict[str, Any]:
        """All that stands under a key, rendered without facts; nested mappings stay nested."""
        found = self._found(key, locale)
        if not isinstance(found, dict):
            raise MissingWordsError(f"{key} is no group in {locale}")
        return {name: _rendered(item) for name, item in found.items()}

    def tree(self, locale: str) -> Tree:
        """Everything of one folder, by name, compiled."""
        return self._trees[locale]

    def draft(self, kind: DraftKind, facts: Mapping[str, object], locale: str, seed: str) -> Draft:
        """A draft; the same seed gives the same words again, another seed others."""
        return self.drafts((kind,), facts, locale, seed)[0]

    def drafts(
        self, kinds: Sequence[DraftKind], facts: Mapping[str, object], locale: str, seed: str
    ) -> tuple[Draft, ...]:
        """Several drafts of one case: what the locale makes of its facts is made once for all of them."""
        formal = {kind for kind in kinds if self._is_formal(kind, facts, locale)}
        usual = self.all_facts(facts, locale, seed)
        stiff = self.all_facts({**facts, "tone": Tone.FORMAL.value}, locale, seed) if formal else usual
        made = []
        for kind in kinds:
            known = stiff if kind in formal else usual
            known["say"] = self._sayer(locale, known, seed)  # each draft has its own number of phrases
            subject = self._draft_part(kind, "subject", locale, known)
            body = _paragraphs(self._draft_part(kind, "body", locale, known))
            made.append(Draft(" ".join(subject.split()), body))
        return tuple(made)

    def _is_formal(self, kind: DraftKind, facts: Mapping[str, object], locale: str) -> bool:
        """Where the language speaks formally to whoever has a title, whatever the tone."""
        name = addressee(kind, str(facts.get("contact", "")), str(facts.get("referrer", "")))
        return has_formal_title(name, self.patterns(locale).naming)

    def answers(
        self, facts: Mapping[str, object], locale: str, names: Sequence[str]
    ) -> tuple[tuple[str, str], ...]:
        """What they may say on the call, with an answer to each."""
        known = self.all_facts(facts, locale, "answers")
        return tuple(
            (
                self._said(f"answers.{name}.they", locale, known),
                " ".join(self._said(f"answers.{name}.you", locale, known).split()),
            )
            for name in names
        )

    def all_facts(self, facts: Mapping[str, object], locale: str, seed: str) -> Facts:
        """The facts of a case and what the locale makes of them, as far as a text asks for it."""
        patterns = self.patterns(locale)
        given = {**facts, "numbers": patterns.numbers, "titles": patterns.naming}
        said = facts.get("reasons")
        if facts.get("has_other_offer") and isinstance(said, list):  # only what they say tells if it is taken
            given["is_settled_elsewhere"] = any(patterns["taken"].search(reason) for reason in said)
        known = Facts(given, self._makings_of(locale))
        known["say"] = self._sayer(locale, known, seed)
        return known

    def _makings_of(self, locale: str) -> Mapping[str, Source]:
        """The facts that a locale makes; phrases may name any of them."""
        nearest = self.locale_of(locale)
        if nearest not in self._makings:
            made: Tree = {}
            for folder in self._chain(locale):
                made = {
                    **made,
                    **{k: v for k, v in self._trees[folder].get("facts", {}).items() if k not in made},
                }
            self._makings[nearest] = made
        return self._makings[nearest]

    def _draft_part(self, kind: DraftKind, part: str, locale: str, facts: Mapping[str, object]) -> str:
        tone = facts.get("tone", "")
        found = self._first(locale, f"drafts.{kind}.{part}_{tone}", f"drafts.{kind}.{part}")
        if isinstance(found, Source):
            return found.render(facts)
        if part == "subject":
            return ""
        raise MissingWordsError(f"drafts.{kind} has no {part} in {locale}")

    def _sayer(self, locale: str, facts: Mapping[str, object], seed: str) -> Any:
        """`say("thanks")` in a template: one of the phrases of that name for the tone at hand."""
        left = [MOST_SAYS]

        def say(name: str) -> str:
            left[0] -= 1
            if left[0] < 0:
                raise MissingWordsError(f"phrases.{name}: too many phrases in one text")
            options = self._options(name, str(facts["tone"]), locale)
            return options[_place(seed, name) % len(options)].render(facts).strip()

        return say

    def _options(self, name: str, tone: str, locale: str) -> list[Source]:
        found = self._first(locale, f"phrases.{name}.{tone}", f"phrases.{name}.any")
        if not found:
            raise MissingWordsError(f"phrases.{name} has no words in {locale}")
        return found if isinstance(found, list) else [found]

    def _found(self, key: str, locale: str) -> Any:
        found = self._first(locale, key)
        if found is None:
            raise MissingWordsError(f"{key} has no words in {locale}")
        return found

    def _first(self, locale: str, *keys: str) -> Any:
        """What stands under the first of these keys that the nearest folder has; None: no folder has any."""
        chain = self._chain(locale)
        place = (*chain, *keys)
        if place not in self._chosen:
            if len(self._chosen) >= MOST_KEPT:
                self._chosen.clear()
            found = (_at(self._trees[name], key) for name in chain for key in keys)
            self._chosen[place] = next((item for item in found if item not in (None, [])), None)
        return self._chosen[place]

    def _chain(self, locale: str) -> tuple[str, ...]:
        """The folders to look in, the nearest first; es-MX reads es, and what neither has, en."""
        if locale not in self._chains:
            if len(self._chains) >= MOST_KEPT:  # whatever Slack says is the locale, this stays small
                self._chains.clear()
            names = dict.fromkeys((locale, _language(locale), DEFAULT_LOCALE))
            self._chains[locale] = tuple(name for name in names if name in self._trees)
        return self._chains[locale]

    def _lay_over(self, folder: Path, pages: Pages) -> None:
        """A workspace's own words; what is wrong with them is kept as sentences for whoever runs Ajar."""
        overlay = Overlay(pages, self._trees)
        for place in overlay.locales(folder):
            own = overlay.tree(place)
            base = self._trees.get(place.name, self._trees[self.locale_of(place.name)])
            self._trees[place.name] = overlay.merged(self._trees.get(place.name, {}), own, base, place.name)
            self._chains.clear()
            self._chosen.clear()
            self._own_patterns(place, overlay)
        overlay.try_out(self)
        self.problems = tuple(dict.fromkeys(overlay.problems))

    def _own_patterns(self, place: Path, overlay: Overlay) -> None:
        file = place / "patterns.yml"
        if not file.exists():
            return
        try:
            self._patterns[place.name] = load_patterns(file, self.patterns(place.name))
        except (PatternsError, OSError, UnicodeDecodeError, yaml.YAMLError) as wrong:
            mark = getattr(wrong, "problem_mark", None)
            said = in_file(str(getattr(wrong, "problem", "") or wrong))
            where = f"line {mark.line + 1}: {said}" if mark else said
            overlay.problems.append(f"{file}: {where}. Ajar's own patterns are used meanwhile.")


def _language(locale: str) -> str:
    return locale.replace("_", "-").partition("-")[0]


def _locales(folder: Path) -> list[Path]:
    return sorted(item for item in folder.iterdir() if item.is_dir())


def _tree(place: Path, pages: Pages) -> Tree:
    tree: Tree = {}
    for file in sorted(place.glob("words/*.yml")):
        tree[file.stem] = pages.read(file)
    for file in sorted(place.glob("drafts/*.yml")):
        _add(tree, pages.read(file), str(file))
    return tree


def _add(tree: Tree, more: Tree, file: str, key: str = "") -> None:
    for name, item in more.items():
        known = tree.get(name)
        if isinstance(known, dict) and isinstance(item, dict):
            _add(known, item, file, f"{key}{name}.")
        elif known is not None:
            raise PageError(0, f"{file}: {key}{name} stands in two files")
        else:
            tree[name] = item


def _at(tree: Tree, key: str) -> Any:
    found: Any = tree
    for part in key.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _place(seed: str, name: str) -> int:
    """Which of several phrases: by the case, and one further after each contact ("case:2")."""
    case, _, contacts = seed.partition(":")
    digest = hashlib.blake2b(f"{case}:{name}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") + (int(contacts) if contacts.isdecimal() else 0)


def _rendered(item: Any) -> Any:
    if isinstance(item, dict):
        return {name: _rendered(value) for name, value in item.items()}
    return item.render({}).strip() if isinstance(item, Source) else item


def _paragraphs(text: str) -> str:
    """One line for each paragraph, an empty line between them: whatever the template's line breaks were."""
    parts = (" ".join(part.split()) for part in text.split("\n\n"))
    joined = "\n\n".join(part.replace(" | ", "\n") for part in parts if part)
    return TWO_STOPS.sub("", joined)
