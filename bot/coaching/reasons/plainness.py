"""Which reasons a part of a text says plainly by itself: what stands around it takes nothing from them."""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set

from bot.coaching.reasons.clauses import Cues
from bot.coaching.reasons.noticing import breaths
from bot.coaching.reasons.plain import MARKS, Token
from bot.coaching.reasons.reading import SURE, Finding, FlagKind, Span

PLAIN = 0.85  # how likely the best category of a sentence must be where the whole text leaves it a guess

Likely = Callable[[Sequence[Token]], Mapping[str, float]]


def said_plainly(
    text: str,
    tokens: Sequence[Token],
    findings: Sequence[Finding],
    whole: Mapping[str, float],
    category_ids: Set[str],
    cues: Cues,
    likely: Likely,
) -> Iterator[str]:
    """The categories that a sentence gives by itself; what a mistreatment stands in says none plainly.

    Beside a mistreatment a clause is enough for what the whole text says surely. tokens: those that count.
    """
    plain = text.translate(MARKS)
    hurts = [item.span for item in findings if item.kind is FlagKind.DISCRIMINATION]
    for part in breaths(plain):
        within = [token for token in tokens if part.start <= token.start < part.end]
        is_hurt = any(span.meets(part) for span in hurts)
        if within and not is_hurt and not _is_set_aside(plain, part, cues):
            given = likely(within)
            best = max(category_ids, key=given.__getitem__)
            yield from (name for name in category_ids if given[name] >= SURE and whole[name] >= SURE)
            yield from (best,) if given[best] >= PLAIN else ()
        elif is_hurt:
            for clause in cues.clauses(within):
                span = Span(clause[0].start, clause[-1].end)
                if not any(hurt.meets(span) for hurt in hurts):
                    given = likely(clause)
                    yield from (name for name in category_ids if given[name] >= SURE and whole[name] >= SURE)


def _is_set_aside(text: str, part: Span, cues: Cues) -> bool:
    """Whether a sentence rules something out or praises it: by itself it could be taken for the reason."""
    said = text[part.start : part.end]
    return bool(cues.denied.search(said) or cues.praised.search(said))
