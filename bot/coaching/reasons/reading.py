"""What was read out of raw words; the words themselves are never kept in it."""

import re
from collections.abc import Iterable, Set
from dataclasses import dataclass, replace
from enum import StrEnum

WORD = re.compile(r"\w+")


class FlagKind(StrEnum):
    """What a person should be warned about before they send."""

    PROFANITY = "profanity"
    INSULT = "insult"
    FIGURE = "figure"
    NAMED_PARTY = "named_party"
    HEALTH_DETAIL = "health_detail"
    CONFIDENTIAL = "confidential"
    FAMILY_DETAIL = "family_detail"
    DISCRIMINATION = "discrimination"
    LIE = "lie"
    BAIT = "bait"
    OVER_APOLOGY = "over_apology"


GUESSED = 0.3  # of the best fit: with less than that nothing is offered
LIKELY = 0.4  # of a reason after the first; what is less likely can be picked from the list
SURE = 0.75  # from here on nine in ten are right; what is less sure is never chosen in advance
LONGEST_SHOWN = 40  # characters; what is longer is a sentence that was noticed as a whole
ALIKE = (
    {FlagKind.HEALTH_DETAIL, FlagKind.FAMILY_DETAIL},
    {FlagKind.PROFANITY, FlagKind.INSULT},
)


@dataclass(frozen=True)
class Span:
    """A stretch of the text, in characters; the end is not in it."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """In characters."""
        return self.end - self.start

    def meets(self, other: "Span") -> bool:
        """Whether they have a letter in common."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True)
class Finding:
    """Something better left unsaid, and where."""

    kind: FlagKind
    span: Span

    def names_only(self, text: str, words: Set[str]) -> bool:
        """Whether it is a name made of these words."""
        said = set(WORD.findall(text[self.span.start : self.span.end].casefold().replace("’", "'")))
        return self.kind is FlagKind.NAMED_PARTY and bool(said) and said - {"s"} <= words

    def repeats(self, other: "Finding") -> bool:
        """Whether another one that is nearly of its kind says the same: the wider, but no whole sentence."""
        is_alike = any({self.kind, other.kind} == pair for pair in ALIKE)
        if not is_alike or not self.span.meets(other.span):
            return False
        mine, others = (min(item.span.length, LONGEST_SHOWN) for item in (self, other))
        if LONGEST_SHOWN in {mine, others} and mine != others:
            return mine == LONGEST_SHOWN
        return (mine, other.kind) < (others, self.kind)


@dataclass(frozen=True)
class Suggestion:
    """A category with how well it fits and the stretches that led to it."""

    category_id: str
    score: float
    evidence: tuple[Span, ...] = ()
    is_plain: bool = False  # a part of the text says it by itself, whatever stands around it

    @property
    def is_sure(self) -> bool:
        """Whether it may stand there as chosen until the person says otherwise."""
        return self.score >= SURE or self.is_plain


@dataclass(frozen=True)
class Reading:
    """Categories best first, findings in the order of the text."""

    suggestions: tuple[Suggestion, ...] = ()
    findings: tuple[Finding, ...] = ()

    def about(self, text: str, known: Iterable[str]) -> "Reading":
        """Without the names that both sides know: whoever made the offer is drawn into nothing by it."""
        words = {word for name in known for word in WORD.findall(name.casefold())}
        kept = (item for item in self.findings if not item.names_only(text, words))
        return replace(self, findings=tuple(kept))

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings to be shown: one within another that is much the same says nothing more."""
        found = self.findings
        return tuple(item for item in found if not any(item.repeats(other) for other in found))

    @property
    def likely(self) -> tuple[Suggestion, ...]:
        """The best fit, and what fits nearly as surely: nobody is to find reasons that they never gave."""
        first = (item for item in self.suggestions[:1] if item.score >= GUESSED)
        others = (item for item in self.suggestions[1:] if item.score >= LIKELY or item.is_plain)
        return (*first, *others)

    @property
    def guesses(self) -> tuple[str, ...]:
        """Those of the likely that the person has to confirm.

        Where somebody was treated badly, all but what they say plainly beside that: a note that leaves out
        what was done to them protects best.
        """
        is_hurt = any(item.kind is FlagKind.DISCRIMINATION for item in self.findings)
        return tuple(
            item.category_id for item in self.likely if not (item.is_plain if is_hurt else item.is_sure)
        )
