"""What counts in a text: topics only ruled out or praised are set aside, the rest falls into clauses."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.coaching.reasons.plain import Token

ENDS = frozenset(".;!?\n…:,(–—")
CUES = ("denied", "praised", "meant", "turns", "joints", "invented", "denials")
STOP = re.compile(r"[.!?;,\n]+")
SHORTEST = 2  # words of a clause that can hold a reason by itself


def any_of(expressions: Sequence[str]) -> re.Pattern[str]:
    """One pattern for any of these, between the edges of words; case plays no part, nor do Slack's marks."""
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(expressions)})(?![^\W_])", re.IGNORECASE)


@dataclass(frozen=True)
class Cues:
    """The patterns of `cues.yml`."""

    denied: re.Pattern[str]
    praised: re.Pattern[str]
    meant: re.Pattern[str]
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
        praised = [match.span() for match in self.praised.finditer(text)]
        if self.turns.search(text):
            aside += praised
        else:  # "I like the team. The commute is long." needs no turn
            aside += [span for span in praised if self._is_meant(text, *span) and _goes_on(text, *span)]
        if not aside:
            return list(tokens)
        left = [token for token in tokens if not any(start <= token.start < end for start, end in aside)]
        words = sum(token.is_word for token in left)
        if words >= SHORTEST:
            return left
        return [] if is_nothing_but_denied and not words else list(tokens)

    def _is_meant(self, text: str, start: int, end: int) -> bool:
        """ "I like it" and "it is great" are meant; "great hours" may be sarcasm."""
        before = text[:start].rstrip()
        return any(match.end() == len(before) for match in self.meant.finditer(before)) or bool(
            self.meant.search(text, start, end)
        )

    def clauses(self, tokens: Sequence[Token]) -> list[list[Token]]:
        """The tokens, cut at punctuation and at words that join; scraps stay with what stands before them."""
        found: list[list[Token]] = [[]]
        for token in tokens:
            if token.word in ENDS or self.joints.fullmatch(token.word):
                found.append([])
            found[-1].append(token)
        return [clause for clause in found if sum(token.is_word for token in clause) >= SHORTEST]


def _goes_on(text: str, start: int, end: int) -> bool:
    """Whether something else is said in another sentence, or after a comma."""
    others = (*STOP.split(text[:start])[:-1], *STOP.split(text[end:])[1:])
    return any(len(part.split()) > SHORTEST for part in others)


def cues_of(held: Mapping[str, Sequence[str]]) -> Cues:
    """The cues of a file. Raises KeyError for a list that is missing, re.error for a broken expression."""
    return Cues(**{name: any_of(held[name]) for name in CUES})
