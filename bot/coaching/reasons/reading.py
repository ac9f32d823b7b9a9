"""What was read out of raw words; the words themselves are never kept in it."""

from dataclasses import dataclass
from enum import StrEnum


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


@dataclass(frozen=True)
class Span:
    """A stretch of the text, in characters; the end is not in it."""

    start: int
    end: int


@dataclass(frozen=True)
class Finding:
    """Something better left unsaid, and where."""

    kind: FlagKind
    span: Span


@dataclass(frozen=True)
class Suggestion:
    """A category with how well it fits and the stretches that led to it."""

    category_id: str
    score: float
    evidence: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Reading:
    """Categories best first, findings in the order of the text."""

    suggestions: tuple[Suggestion, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def is_reason(self) -> bool:
        """Whether the text gives any ground at all."""
        return bool(self.suggestions)
