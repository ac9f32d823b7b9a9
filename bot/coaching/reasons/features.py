"""What the reader sees in a text: its words and their meaning, pairs, families and pieces of words."""

import re
from collections.abc import Container, Iterator, Sequence, Set

from bot.coaching.reasons.plain import Families, Token

PARTED = re.compile("[-']")
PIECE = 4  # letters of a piece: long enough to mean something, short enough to survive a typo


def features(
    tokens: Sequence[Token], families: Families, idle: Set[str], meant: Container[str]
) -> Iterator[tuple[str, int, int]]:
    """Each feature with the places of its first word and after its last."""
    words = [place for place, token in enumerate(tokens) if token.is_word]
    kept = list(tokens)
    named: list[tuple[str, int, int]] = []
    for order, place in enumerate(words):
        token = tokens[place]
        if token.word not in idle:
            yield f"w:{token.stem}", place, place + 1
            yield from _pieces(token, place)
            yield from ((f"m:{word}", place, place + 1) for word in _meanings(token, meant))
        if order + 1 < len(words):
            following = words[order + 1]
            yield f"p:{token.stem} {tokens[following].stem}", place, following + 1
        for family, end in families.of(kept, place):
            named.append((family, place, end))
            yield f"f:{family}", place, end
    yield from _pairs(named)


def _meanings(token: Token, meant: Container[str]) -> Iterator[str]:
    """The word itself where it has a meaning, else what is left of it without its ending, or its parts."""
    known = next((word for word in (token.word, token.stem, f"{token.stem}e") if word in meant), None)
    parts = (known,) if known else PARTED.split(token.word)
    yield from (part for part in parts if part in meant)


def _pieces(token: Token, place: int) -> Iterator[tuple[str, int, int]]:
    if len(token.stem) >= PIECE and token.stem.isalpha():
        marked = f"#{token.stem}#"
        for start in range(len(marked) - PIECE + 1):
            yield f"c:{marked[start : start + PIECE]}", place, place + 1


def _pairs(named: list[tuple[str, int, int]]) -> Iterator[tuple[str, int, int]]:
    """Families that meet within a few words: "low" beside "money"."""
    for order, (family, start, end) in enumerate(named):
        for other, other_start, other_end in named[order + 1 : order + 7]:
            if other != family and 0 <= other_start - end <= 4:
                yield f"q:{family} {other}", start, other_end
