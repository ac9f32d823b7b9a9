"""Reads raw words clause by clause with the word lists of templates/<locale>/reasons/."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.coaching.reasons.reading import Finding, FlagKind, Reading, Span, Suggestion

MOST_SUGGESTIONS = 5
CLAUSE = re.compile(r"[^.;!?\n,]+")


@dataclass(frozen=True)
class Reader:
    """Patterns by category and by flag."""

    categories: Mapping[str, re.Pattern[str]]
    flags: Mapping[FlagKind, re.Pattern[str]]
    denial: re.Pattern[str]

    def read(self, text: str) -> Reading:
        """The categories that the text speaks of and does not deny, and what is better left unsaid."""
        scores: dict[str, list[Span]] = {}
        for clause in CLAUSE.finditer(text):
            self._read_clause(clause, scores)
        ranked = sorted(scores.items(), key=lambda item: (-len(item[1]), item[1][0].start))
        suggestions = tuple(Suggestion(name, float(len(spans)), tuple(spans)) for name, spans in ranked)
        return Reading(suggestions[:MOST_SUGGESTIONS], self._findings(text))

    def _read_clause(self, clause: re.Match[str], scores: dict[str, list[Span]]) -> None:
        if self.denial.search(clause.group()):
            return
        for name, pattern in self.categories.items():
            for match in pattern.finditer(clause.group()):
                start = clause.start() + match.start()
                scores.setdefault(name, []).append(Span(start, start + len(match.group())))

    def _findings(self, text: str) -> tuple[Finding, ...]:
        found = [
            Finding(kind, Span(*match.span()))
            for kind, pattern in self.flags.items()
            for match in pattern.finditer(text)
        ]
        return tuple(sorted(found, key=lambda item: item.span.start))


def load_reader(folder: Path) -> Reader:
    """Read words.yml of a folder: regular expressions by category, by flag, and for denial."""
    held = yaml.safe_load((folder / "words.yml").read_text(encoding="utf-8"))
    return Reader(
        {name: _pattern(words) for name, words in held["categories"].items()},
        {FlagKind(name): _pattern(words) for name, words in held["flags"].items()},
        _pattern(held["denial"]),
    )


def _pattern(words: list[str]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(words) + r")", re.IGNORECASE)
