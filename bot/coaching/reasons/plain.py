"""Raw text as plain words with their places: typography, texting slang and frequent typos undone."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

TOKEN = re.compile(
    r"<[@#!][^>\s]*>|https?://\S+|\{\{.*?\}\}|\{%.*?%\}"  # Slack's mentions, links, templates
    r"|<script\b.*?(?:</script>|$)|</?[a-z]\w*(?:\s[^<>]*)?/?>|\$\([^)]*\)|\$\{[^}]*\}"  # pages', shells'
    r"|[$€£₹]\s?\d[\d.,]*\w*|\d+(?:[.,:/]\d+)*\w*%?"
    r"|[^\W\d_]+(?:['-][^\W\d_]+|-\d+|\d+[^\W_]*)*"
    r"|[.,;:!?()\n…–—\"]|\S"
)
MARKS = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"'})
LONG_DRAWN = re.compile(r"([a-z])\1{2,}")
PHRASE_WORDS = 6  # the longest entry of a family
SHORTEST_TO_CUT = 4  # letters of a word that has an ending to lose
SHORTEST_STEM = 3


@dataclass(frozen=True, slots=True)
class Token:
    """One word, lower-case and spelt out, and the stretch of the text that it stands for."""

    word: str
    stem: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        """Whether it is a word or a number rather than a mark."""
        return self.word[0].isalnum()


@dataclass(frozen=True)
class Language:
    """The spelling, the idle words and the endings of `language.yml`."""

    spelling: Mapping[str, str]
    idle: frozenset[str]
    endings: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, held: Mapping[str, Any]) -> "Language":
        """As the file has it. Raises KeyError for a part that is missing."""
        return cls(
            {str(wrong): str(right) for wrong, right in held["spelling"].items()},
            frozenset(held["idle"].split()),
            tuple((str(ending), str(instead)) for ending, instead in held["endings"]),
        )

    def tokens(self, text: str) -> list[Token]:
        """The words and marks of a text; what is spelt in a known wrong way comes out right."""
        return list(self._tokens(text))

    def stem(self, word: str) -> str:
        """A word without its ending."""
        if len(word) < SHORTEST_TO_CUT or not word.isalpha():
            return word.removesuffix("'s")
        for ending, instead in self.endings:
            if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM and not word.endswith("ss"):
                word = word[: len(word) - len(ending)] + instead
                break
        if len(word) > SHORTEST_STEM and word[-1] == word[-2] and word[-1] not in "lse":
            word = word[:-1]
        return word.removesuffix("e")

    def _tokens(self, text: str) -> Iterator[Token]:
        for match in TOKEN.finditer(text.translate(MARKS)):
            typed = match.group().casefold()
            drawn = LONG_DRAWN.sub(r"\1\1", typed)
            known = (self.spelling.get(item) for item in (typed, drawn, LONG_DRAWN.sub(r"\1", typed)))
            right = next((item.split() for item in known if item), [drawn])
            for part in right:
                yield Token(part, self.stem(part), match.start(), match.end())


class Families:
    """Which families of `concepts.yml` a run of words belongs to."""

    def __init__(self, concepts: Mapping[str, str], language: Language) -> None:
        self._stem = language.stem
        self._single: dict[str, tuple[str, ...]] = {}
        self._phrases: dict[str, dict[tuple[str, ...], tuple[str, ...]]] = {}
        for family, words in concepts.items():
            for entry in words.split():
                self._add(family, entry.split("_"))

    def of(self, tokens: list[Token], place: int) -> Iterator[tuple[str, int]]:
        """The families that begin at a place, each with the place after its last word."""
        word = tokens[place].stem
        for family in self._single.get(word, ()):
            yield family, place + 1
        known = self._phrases.get(word)
        if known is None:
            return
        run = tuple(token.stem for token in tokens[place : place + PHRASE_WORDS])
        for entry, families in known.items():
            if run[: len(entry)] == entry:
                for family in families:
                    yield family, place + len(entry)

    def _add(self, family: str, words: list[str]) -> None:
        stems = tuple(self._stem(word) for word in words)
        if len(stems) == 1:
            self._single[stems[0]] = (*self._single.get(stems[0], ()), family)
        else:
            entries = self._phrases.setdefault(stems[0], {})
            entries[stems] = (*entries.get(stems, ()), family)
