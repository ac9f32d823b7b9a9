"""A workspace's own words over ours: checked, tried out with the built-in cases, and never fatal."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice, product
from pathlib import Path
from typing import Any, Protocol

from bot.coaching.case import Tone
from bot.coaching.examples import EXAMPLES, Example, example_facts
from bot.wording.pages import FAILURES, MORE, TRIAL, PageError, Pages, Source, Tree, failure_of, sources_in

LOCALE = re.compile(r"[a-z]{2,3}([-_][A-Za-z]{2,4})?")
PLACES = ("words/*.yml", "drafts/*.yml", "patterns.yml")  # in the folder of a locale
SHAPE = "own words stand in files such as en/words/letters.yml or en/drafts/phrases.yml"
MOST_FILES, MOST_NAMED = 2000, 5  # should somebody name the root of a disk
UNREAD = (".md", "~")  # notes to oneself, and what an editor leaves
OPEN = frozenset({"phrases", "facts"})  # where a workspace may add names of its own
INSTEAD = "Ajar's own words are used meanwhile."
DRAFTED = ("phrases", "facts", "drafts", "answers")


def _is_note(file: Path, folder: Path) -> bool:
    """A note to oneself, a file of version control or of an editor."""
    return file.name.endswith(UNREAD) or any(part.startswith(".") for part in file.relative_to(folder).parts)


class Saying(Protocol):
    """What trying out needs of the words."""

    def tree(self, locale: str) -> Tree:
        """Everything of one folder."""
        ...

    def all_facts(self, facts: Mapping[str, object], locale: str, seed: str) -> dict[str, object]:
        """What a draft may name."""
        ...


class Overlay:
    """Reads a folder of own words and lays it over ours."""

    def __init__(self, pages: Pages, ours: Mapping[str, Tree]) -> None:
        self._pages = pages
        self._ours = {name: dict(tree) for name, tree in ours.items()}
        self.problems: list[str] = []
        self._own: list[tuple[str, str, Source]] = []  # locale, key, text

    def locales(self, folder: Path) -> list[Path]:
        """The locales in it; a folder that isn't there and files that nobody reads are named."""
        try:
            looked_at = islice(folder.rglob("*"), MOST_FILES)
            found = sorted(item for item in looked_at if item.is_file() and not _is_note(item, folder))
            places = sorted(item for item in folder.iterdir() if item.is_dir())
        except OSError as refused:
            what = "is no folder" if folder.exists() else "does not exist"
            reason = "" if isinstance(refused, FileNotFoundError | NotADirectoryError) else refused.strerror
            self.problems.append(
                f"AJAR_TEMPLATES: {folder} {f'can not be read ({reason})' if reason else what}. "
                f"Correct the path, or remove AJAR_TEMPLATES. {INSTEAD}"
            )
            return []
        places = [place for place in places if LOCALE.fullmatch(place.name)]
        read = {file for place in places for shape in PLACES for file in place.glob(shape)}
        unread = [file for file in found if file not in read]
        for file in unread[:MOST_NAMED]:
            self.problems.append(f"{file}: nobody reads this file: {SHAPE}. {INSTEAD}")
        if len(unread) > MOST_NAMED:
            self.problems.append(f"AJAR_TEMPLATES: {folder} holds more files that nobody reads. {INSTEAD}")
        if not found:
            self.problems.append(f"AJAR_TEMPLATES: {folder} holds no words: {SHAPE}. {INSTEAD}")
        return places

    def tree(self, place: Path) -> Tree:
        """All that a locale's folder holds; a file with a mistake is left out."""
        tree: Tree = {}
        for file in sorted((*place.glob("words/*.yml"), *place.glob("drafts/*.yml"))):
            try:
                read = self._pages.read(file)
            except PageError as wrong:
                self.problems.append(f"{file}: {wrong}. {INSTEAD}")
                continue
            held = read if file.parent.name == "drafts" else {file.stem: read}
            for name, item in held.items():
                known = tree.setdefault(name, {})
                known.update(item if isinstance(item, dict) else {name: item})
        return tree

    def merged(self, under: Tree, own: Tree, base: Tree, locale: str, key: str = "") -> Tree:
        """Ours with the own words in place of some; what does not fit is named and left out."""
        made = dict(under)
        for name, item in own.items():
            is_more = name.endswith(MORE)
            plain = name.removesuffix(MORE)
            place = f"{key}.{plain}" if key else plain
            found = self._fitted(item, base.get(plain), under.get(plain), locale, place, is_more=is_more)
            if found is not None:
                made[plain] = found
        return made

    def try_out(self, words: Saying) -> None:
        """Render every own text with the built-in cases; what fails is named with its line."""
        examples = EXAMPLES
        for locale, key, source in self._own:
            wrong = self._failure(words, locale, key, source, examples)
            if wrong:
                self.problems.append(f"{source.place}: {key}: {wrong}. {INSTEAD}")

    def _fitted(self, item: Any, base: Any, under: Any, locale: str, key: str, *, is_more: bool) -> Any:
        if isinstance(item, dict):
            if base is None and key.partition(".")[0] in OPEN and key.count("."):
                base = {}
            if not isinstance(base, dict):
                return self._misfit(item, key, base)
            return self.merged(under if isinstance(under, dict) else {}, item, base, locale, key)
        texts = item if isinstance(item, list) else [item]
        is_open = base is None and key.partition(".")[0] in OPEN
        if not all(isinstance(text, Source) for text in texts) or isinstance(base, dict):
            return self._misfit(item, key, base)
        if (
            (base is None and not is_open)
            or (isinstance(item, list) and isinstance(base, Source))
            or not texts
        ):
            return self._misfit(item, key, base)
        first = base[0] if isinstance(base, list) else base
        kept = [replace(text, instead=first) for text in texts]
        self._own += [(locale, key, text) for text in kept]
        if isinstance(base, Source) or (is_open and not isinstance(item, list)):
            return kept[0]
        return [*(under or base or ()), *kept] if is_more else kept

    def _misfit(self, item: Any, key: str, base: Any) -> None:
        first = next((source for _, source in sources_in(item)), None)
        wanted = {dict: "a group of texts", list: "a list of texts", Source: "one text"}.get(type(base))
        what = f"{wanted} is expected here" if wanted else "Ajar has no text of this name"
        self.problems.append(f"{first.place if first else 'a file'}: {key}: {what}. {INSTEAD}")

    def _failure(
        self, words: Saying, locale: str, key: str, source: Source, examples: Mapping[str, Example]
    ) -> str:
        if key.partition(".")[0] not in DRAFTED:
            return self._failure_of_short(key, source)
        for (name, example), tone in product(examples.items(), Tone):
            try:
                said = source.strictly(self._known(words, locale, name, example, tone))
            except FAILURES as wrong:
                return failure_of(wrong)
            if (
                source.instead is not None
                and not said.strip()
                and source.instead.render(self._known(words, locale, name, example, tone))
            ):
                return "this says nothing"
        return ""

    def _known(
        self, words: Saying, locale: str, name: str, example: Example, tone: Tone
    ) -> Mapping[str, object]:
        """The facts of one built-in case; from here on an own phrase that fails is not made good."""
        known = words.all_facts(example_facts(example, tone), locale, name)
        known[TRIAL] = True
        return known

    def _failure_of_short(self, key: str, source: Source) -> str:
        """A short text may name what ours may, of the same key or of the messages about a case."""
        allowed = frozenset().union(*(names for names in self._names_like(key)))
        unknown = source.names - allowed
        if unknown:
            return f"{min(unknown)} is no fact here" + (
                f"; there are {', '.join(sorted(allowed))}" if allowed else ""
            )
        for sample in ("x", 2):
            facts = dict.fromkeys(allowed, sample)
            try:
                if source.instead is not None:
                    source.instead.strictly(facts)
            except FAILURES:
                continue  # ours wants another kind of fact: the next sample
            try:
                return "" if source.strictly(facts).strip() else "this says nothing"
            except FAILURES as wrong:
                return failure_of(wrong)
        return ""

    def _names_like(self, key: str) -> Iterator[frozenset[str]]:
        top = key.partition(".")[0]
        if top in {"letters", "rehearsal"}:
            yield frozenset({"company", "role", "contact", "phone", "referrer"})
        for tree in self._ours.values():
            for found, source in sources_in(tree.get(top, {}), top):
                if found == key:
                    yield source.names
