"""Makes what is shown of a text readable: whole words, neighbours as one stretch, never a lone mark."""

from collections.abc import Sequence, Set

from bot.coaching.reasons.plain import Token
from bot.coaching.reasons.reading import Span


def stretches(tokens: Sequence[Token], places: Sequence[int], idle: Set[str]) -> tuple[Span, ...]:
    """Spans of these words, in order; words with nothing but idle ones between them make one span."""
    runs: list[list[int]] = []
    for place in places:
        if runs and all(_joins(token, idle) for token in tokens[runs[-1][-1] + 1 : place]):
            runs[-1].append(place)
        else:
            runs.append([place])
    telling = [[place for place in run if tokens[place].word not in idle] for run in runs]
    found = [run for run in telling if run] or runs
    return tuple(dict.fromkeys(Span(tokens[run[0]].start, tokens[run[-1]].end) for run in found))


def whole_words(text: str, start: int, end: int) -> Span:
    """The stretch without blanks and marks at its edges, and without half a word."""
    while end < len(text) and _within(text, end):
        end += 1
    while start > 0 and _within(text, start):
        start -= 1
    while start < end - 1 and not _is_telling(text[start]):
        start += 1
    while end > start + 1 and not _is_telling(text[end - 1]):
        end -= 1
    return Span(start, end)


def _joins(token: Token, idle: Set[str]) -> bool:
    return token.is_word and token.word in idle


def _within(text: str, place: int) -> bool:
    return text[place - 1].isalnum() and text[place].isalnum()


def _is_telling(letter: str) -> bool:
    return letter.isalnum() or letter in "$€£¥₹₦%@<>*#"
