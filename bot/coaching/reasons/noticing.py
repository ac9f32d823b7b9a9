"""Where the expressions of warnings.yml match: within one sentence, and each stretch counted once."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from types import MappingProxyType

from bot.coaching.reasons.reading import Finding, FlagKind, Span
from bot.coaching.reasons.stretches import whole_words

ENDING = re.compile(r"[.!?…]+[\"')\]]*(?:\s+|$)|\n+")
LONGEST = 240  # letters that one says without taking a breath
# "Say I broke my leg. I didn't." takes two sentences; so may a bluff, and one apology after another.
IN_TWO = frozenset({FlagKind.LIE, FlagKind.BAIT, FlagKind.OVER_APOLOGY})


def sentences(text: str) -> list[Span]:
    """The sentences of a text, one after the other, each with its mark; blank ones are left out."""
    edges = [0, *(match.end() for match in ENDING.finditer(text)), len(text)]
    return [Span(start, end) for start, end in pairwise(edges) if text[start:end].strip(" \n.!?…\"')]")]


def breaths(text: str) -> list[Span]:
    """The sentences, a long one that never ends cut between two words."""
    found = []
    for part in sentences(text):
        start = part.start
        while part.end - start > LONGEST:
            cut = max(text.rfind(mark, start + 1, start + LONGEST) for mark in " ,")
            cut = cut if cut > start else start + LONGEST
            found.append(Span(start, cut))
            start = cut
        found.append(Span(start, part.end))
    return found


def noticed(
    text: str,
    warnings: Mapping[FlagKind, re.Pattern[str]],
    innocent: Mapping[FlagKind, re.Pattern[str]] = MappingProxyType({}),
) -> Iterator[Finding]:
    """What the expressions call for; a match reaches no further than its sentence, or the next one."""
    for item in _called_for(text, warnings):
        known = innocent.get(item.kind)
        if known is None or not any(_holds(match, item.span) for match in known.finditer(text)):
            yield item


def _holds(match: re.Match[str], span: Span) -> bool:
    return match.start() <= span.start and span.end <= match.end()


def _called_for(text: str, warnings: Mapping[FlagKind, re.Pattern[str]]) -> Iterator[Finding]:
    parts = sentences(text)
    for kind, expressions in warnings.items():
        for place, part in enumerate(parts):
            last = parts[min(place + 1, len(parts) - 1)] if kind in IN_TWO else part
            for match in expressions.finditer(text, part.start, last.end):
                if match.start() < part.end:
                    yield Finding(kind, whole_words(text, *match.span()))


def merged(findings: Iterable[Finding]) -> list[Finding]:
    """In the order of the text; stretches of one kind that overlap are one."""
    found: list[Finding] = []
    for item in sorted(findings, key=lambda item: (item.kind, item.span.start)):
        last = found[-1] if found else None
        if last and last.kind is item.kind and item.span.start < last.span.end:
            end = max(last.span.end, item.span.end)
            found[-1] = Finding(item.kind, Span(last.span.start, end))
        else:
            found.append(item)
    return sorted(found, key=lambda item: (item.span.start, item.kind))
