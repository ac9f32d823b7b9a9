"""Sets aside what is to be said although it isn't so; what is given as true elsewhere counts all the same."""

import re
from collections.abc import Iterator, Sequence, Set

from bot.coaching.reasons.clauses import Cues
from bot.coaching.reasons.noticing import breaths
from bot.coaching.reasons.plain import MARKS, Token
from bot.coaching.reasons.reading import Span
from bot.coaching.reasons.stretches import whole_words

NEARLY = 3  # characters that a lie may begin before or after what is invented


def told_truly(
    text: str, tokens: Sequence[Token], lies: Sequence[Span], cues: Cues, idle: Set[str]
) -> list[Token]:
    """The tokens without what is invented where a lie was noticed; none when that leaves no word that tells.

    All of them when nothing at all is left beside a lie that was only likely: it may be true.
    """
    text = text.translate(MARKS)
    told = [lie for lie in lies if not _is_sentence(text, lie)]
    aside = list(_aside(text, lies, told, cues.invented))
    left = [token for token in tokens if not any(part.start <= token.start < part.end for part in aside)]
    words = [token.word for token in left if token.is_word]
    if len(left) == len(tokens) or any(not cues.denials.fullmatch(word) for word in set(words) - idle):
        return left
    return [] if words or told else list(tokens)


def _is_sentence(text: str, lie: Span) -> bool:
    """What no expression called for is a whole sentence."""
    return any(whole_words(text, part.start, part.end) == lie for part in breaths(text))


def _aside(
    text: str, lies: Sequence[Span], told: Sequence[Span], invented: re.Pattern[str]
) -> Iterator[Span]:
    """What is to be said, up to where it is denied, and all of a lie that begins so and was told as one."""
    for lie in lies:
        met = [part for part in breaths(text) if part.meets(lie)]
        for match in (match for part in met for match in invented.finditer(text, part.start, part.end)):
            yield Span(*match.span())
            if lie in told and abs(match.start() - lie.start) <= NEARLY:
                yield lie
