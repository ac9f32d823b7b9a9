"""What counts in a text: topics only ruled out or praised are set aside, the rest falls into clauses."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.coaching.reasons.plain import Token

ENDS = frozenset(".;!?\n…:,(–—")
CUES = ("denied", "praised", "turns", "joints", "invented", "denials")
SHORTEST = 2  # words of a clause that can hold a reason by itself


def any_of(expressions: Sequence[str]) -> re.Pattern[str]:
    """One pattern for any of these, between the edges of words; case plays no part, nor do Slack's marks."""
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(expressions)})(?![^\W_])", re.IGNORECASE)


@dataclass(frozen=True)
class Cues:
    """The patterns of `cues.yml`."""

    denied: re.Pattern[str]
    praised: re.Pattern[str]
    turns: re.Pattern[str]
    joints: re.Pattern[str]
    invented: re.Pattern[str]
    denials: re.Pattern[str]

    def counting(self, text: str, tokens: Sequence[Token]) -> list[Token]:
        """The tokens that can speak for a reason; all of them when nothing else would be left.

        None when one topic after another is ruled out and no more is said.
        """
        aside = [match.span() for match in self.denied.finditer(text)]
        is_nothing_but_denied = len(aside) > 1
        if self.turns.search(text):
            aside += [match.span() for match in self.praised.finditer(text)]
        if not aside:
            return list(tokens)
        left = [token for token in tokens if not any(start <= token.start < end for start, end in aside)]
        words = sum(token.is_word for token in left)
        if words >= SHORTEST:
            return left
        return [] if is_nothing_but_denied and not words else list(tokens)

    def clauses(self, tokens: Sequence[Token]) -> list[list[Token]]:
        """The tokens, cut at punctuation and at words that join; scraps stay with what stands before them."""
        found: list[list[Token]] = [[]]
        for token in tokens:
            if token.word in ENDS or self.joints.fullmatch(token.word):
                found.append([])
            found[-1].append(token)
        return [clause for clause in found if sum(token.is_word for token in clause) >= SHORTEST]


def cues_of(held: Mapping[str, Sequence[str]]) -> Cues:
    """The cues of a file. Raises KeyError for a list that is missing, re.error for a broken expression."""
    return Cues(**{name: any_of(held[name]) for name in CUES})
