"""Finds named people and organisations, and leaves places, nationalities, months and tools alone."""

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

from bot.coaching.reasons.reading import Span

MENTION = re.compile(
    r"<@[UWB]\w+(?:\|[^>]*)?>|<!subteam\^\w+[^>]*>|(?<![\w.@])@(?!here\b|channel\b|everyone\b)[A-Za-z][\w.-]*\w"
)
MARKUP = re.compile(r"<[@#!][^>\n]*>")
WORD = re.compile(r"[^\W\d_][\w&'’.-]*[\w]|[^\W\d_]")
OPENING = re.compile(r"(?:^|[.!?:;…\n\"“”‘(\[>–—*•-]\s*|[\"“(]\s*)$")
# What follows a name that is presented, or that acts: a sentence may then begin with it.
PRESENTED = re.compile(
    r", (?:who|(?:the|my|our|their) (?!one|other|same|only|lot|whole|classic|usual)\w+)\b|"
    r" is (?:giving|offering|paying|matching|keeping|promoting|hiring)\b|"
    r"(?: would be|'d be| will be|'ll be| is| was) (?:my|our|their)\b|"
    r" (?:in|from|at) (?:hr|recruit\w+|talent|payroll|finance|accounts|sales|legal|the panel|reception)\b",
    re.IGNORECASE,
)
ACTS = re.compile(
    r" (?:said|says|told|asked|wants|wanted|shouted|rang|offered|promised|lied|from hr|in hr)\b"
)
LINKS = {"of", "and", "for", "the"}
LONGEST_INSTITUTION = 5  # words
MOST_CAPITALS = 0.6  # of the words: a text in capitals or in title case names nobody by them
ENDING = re.compile(r"(?:['’]?s|['’]d|['’]m)$")


@dataclass(frozen=True)
class Names:
    """The lists of `names.yml`, and every word that the examples write in small letters."""

    leave_alone: Set[tuple[str, ...]]
    organisations: Set[tuple[str, ...]]
    people: Set[str]
    institutions: Set[str]
    introduced_by: Set[str]
    placed_by: Set[str]
    ordinary: Set[str]

    def find(self, text: str) -> Iterator[Span]:
        """Every stretch that names a party."""
        for match in MENTION.finditer(text):
            yield Span(*match.span())
        words = list(WORD.finditer(MARKUP.sub(lambda match: " " * len(match.group()), text)))
        capitals_count = sum(_is_capital(word.group()) for word in words)
        most = max(2, min(3, len(words) - 1), MOST_CAPITALS * len(words))
        can_trust_capitals = len(words) > 1 and capitals_count <= most
        place = 0
        while place < len(words):
            length = self._named_at(text, words, place, can_trust_capitals)
            if length:
                yield Span(words[place].start(), words[place + length - 1].end())
            place += max(1, length or self._skipped_at(words, place))

    def _skipped_at(self, words: list[re.Match[str]], place: int) -> int:
        return _longest(words, place, self.leave_alone)

    def _named_at(self, text: str, words: list[re.Match[str]], place: int, can_trust_capitals: bool) -> int:
        """How many words from here on are a name; nothing when they are none."""
        known = _longest(words, place, self.organisations)
        if can_trust_capitals:
            known = max(known, self._institution_at(text, words, place))
        left_alone = self._skipped_at(words, place)
        if left_alone > known and not (left_alone == 1 and self._is_person(text, words[place])):
            return 0
        if known and self._is_meant(words, place, known, can_trust_capitals):
            return known
        word = _bare(words[place].group())
        if word in self.people:
            before = _bare(words[place - 1].group()) if place else ""
            is_written_so = _is_capital(words[place].group())
            is_meant = before in self.introduced_by or self._acts(text, words[place])
            return 1 if (is_written_so and can_trust_capitals) or is_meant else 0
        if not can_trust_capitals or left_alone:
            return 0
        return self._unknown_at(text, words, place)

    def _acts(self, text: str, word: re.Match[str]) -> bool:
        """ "steve said no", in small letters; "will" and "grace" are words as well."""
        return _bare(word.group()) not in self.ordinary and bool(ACTS.match(text, word.end()))

    def _institution_at(self, text: str, words: list[re.Match[str]], place: int) -> int:
        """ "Mercy Hospital", "Hargreaves & Sons", "University of Bristol": how many words of it."""
        if not _is_capital(words[place].group()):
            return 0
        end = place + 1
        while end < min(len(words), place + LONGEST_INSTITUTION) and self._goes_on(text, words, end):
            end += 1
        run = [_bare(word.group()) for word in words[place:end]]
        kinds = [
            number
            for number, word in enumerate(run)
            if word in self.institutions and not LINKS & set(run[:number])
        ]
        if not kinds or (kinds == [0] and "of" not in run):
            return 0
        is_opening = bool(OPENING.search(text[: words[place].start()]))
        if kinds[0] and run[0] in self.ordinary and is_opening and kinds[-1] < 2:  # "Great School, but"
            return 0
        return len(run) if kinds[0] == 0 else kinds[-1] + 1

    def _goes_on(self, text: str, words: list[re.Match[str]], place: int) -> bool:
        word, gap = words[place].group(), text[words[place - 1].end() : words[place].start()]
        if gap not in {" ", " & "}:
            return False
        follows = words[place + 1].group() if place + 1 < len(words) else "-"
        return _is_capital(word) or (word in LINKS and (_is_capital(follows) or follows in LINKS))

    def _is_person(self, text: str, word: re.Match[str]) -> bool:
        """Gary is a town and a man: "Gary, who I'd report to"."""
        return _bare(word.group()) in self.people and bool(PRESENTED.match(text, word.end()))

    def _is_meant(
        self, words: list[re.Match[str]], place: int, length: int, can_trust_capitals: bool
    ) -> bool:
        """ "apple", "target" and "the sun" are words as well: those need their capital."""
        word = words[place + length - 1].group()
        if length > 1 and _bare(words[place].group()) != "the":
            return True
        return _bare(word) not in self.ordinary or (can_trust_capitals and _is_capital(word))

    def _unknown_at(self, text: str, words: list[re.Match[str]], place: int) -> int:
        word = words[place].group()
        if not self._is_strange(word):
            return 0
        length = 1
        while place + length < len(words) and self._is_strange(words[place + length].group()):
            if text[words[place + length - 1].end() : words[place + length].start()] != " ":
                break
            length += 1
        before = _bare(words[place - 1].group()) if place else ""
        is_opening = bool(OPENING.search(text[: words[place].start()]))
        is_presented = bool(PRESENTED.match(text, words[place + length - 1].end()))
        if is_opening and length == 1 and not is_presented:  # a sentence begins with a capital anyway
            return 0
        if not is_opening and before in self.placed_by:
            return 0
        return length

    def _is_strange(self, word: str) -> bool:
        bare = _bare(word)
        stripped = ENDING.sub("", word)
        is_acronym = stripped.isupper()  # or a word that is shouted
        if not _is_capital(word) or is_acronym or len(bare) < 2 or bare in self.ordinary:
            return False
        parts = (bare, bare.removesuffix("s"), *bare.split("-"))
        return not any((part,) in self.leave_alone or part in self.ordinary for part in parts)


def names_of(held: Mapping[str, object], ordinary: Set[str]) -> Names:
    """The lists of a file."""
    leave_alone = held["leave_alone"]
    if not isinstance(leave_alone, Mapping):
        raise TypeError("leave_alone: a mapping of lists is wanted")
    return Names(
        leave_alone=frozenset(run for words in leave_alone.values() for run in _runs(words)),
        organisations=frozenset(_runs(held["organisations"])),
        people=frozenset(run[0] for run in _runs(held["people"]) if len(run) == 1),
        institutions=frozenset(str(held["institutions"]).split()),
        introduced_by=frozenset(str(held["introduced_by"]).split()),
        placed_by=frozenset(str(held["placed_by"]).split()),
        ordinary=ordinary,
    )


def _runs(words: object) -> Iterator[tuple[str, ...]]:
    for entry in str(words).split():
        yield tuple(part for part in entry.split("_") if part)


def _longest(words: list[re.Match[str]], place: int, known: Set[tuple[str, ...]]) -> int:
    run = [_bare(word.group()) for word in words[place : place + 4]]
    for length in range(len(run), 0, -1):
        if tuple(run[:length]) in known:
            return length
    return 0


def _bare(word: str) -> str:
    return word.casefold().replace("’", "'").removesuffix("'s").rstrip(".'-")


def _is_capital(word: str) -> bool:
    return word[0].isupper()
