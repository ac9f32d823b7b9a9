"""The rehearsal of the call: which questions come up, in which order the answers stand, and what an own
answer holds. Nothing here keeps a word; templates/<locale>/words/rehearsal.yml says everything."""

import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.coaching.case import Case, Standing
from bot.coaching.drafts import ANSWERS, answers_for
from bot.coaching.patterns import Patterns
from bot.coaching.reasons import FlagKind, Reading, Suggestion
from bot.coaching.rubric import words_in

FEWEST, MOST = 3, 5
LONGEST_ANSWER = 45  # spoken words, about twenty seconds
SHORTEST_ANSWER = 3
GOOD = "good"
ACCEPTED_BEFORE = "accepted_before"


class Slip(StrEnum):
    """How a plausible answer goes wrong."""

    MIXED = "mixed"
    EXPLAINING = "explaining"
    NEGOTIATING = "negotiating"
    DEFENDING = "defending"
    BLAMING = "blaming"
    TELLING = "telling"  # says what should stay private
    APOLOGISING = "apologising"
    CURT = "curt"


# The weaker answers offered beside the good one; each has its line and its advice in rehearsal.yml.
SLIPS: Mapping[str, tuple[Slip, ...]] = {
    "more_money": (Slip.NEGOTIATING, Slip.EXPLAINING),
    "why": (Slip.BLAMING, Slip.MIXED),
    "who_and_how_much": (Slip.TELLING, Slip.CURT),
    "was_it_us": (Slip.BLAMING, Slip.EXPLAINING),
    "take_the_weekend": (Slip.MIXED, Slip.CURT),
    "anger": (Slip.DEFENDING, Slip.APOLOGISING),
    "insult": (Slip.DEFENDING, Slip.BLAMING),
    "other_terms": (Slip.NEGOTIATING, Slip.MIXED),
    "anyone_else": (Slip.TELLING, Slip.CURT),
    "call_later": (Slip.MIXED, Slip.CURT),
    "in_writing": (Slip.EXPLAINING, Slip.CURT),
    ACCEPTED_BEFORE: (Slip.APOLOGISING, Slip.DEFENDING),
}


class Remark(StrEnum):
    """What could be better in an answer of one's own, the gravest first."""

    INSULT = "insult"
    HARSH = "harsh"  # on the job or on them
    GIVES_IN = "gives_in"
    FIGURE = "figure"
    MONEY = "money"
    NEGOTIATES = "negotiates"
    MIXED = "mixed"
    UNTRUE = "untrue"
    CONFIDENTIAL = "confidential"
    NAMED = "named"
    PRIVATE = "private"
    BLAMES = "blames"
    DEFENDS = "defends"
    NEW_REASON = "new_reason"
    APOLOGIES = "apologies"
    LONG = "long"
    NO_IS_MISSING = "no_is_missing"
    THIN = "thin"  # asked why, it gives no reason, no thanks and no firm no
    CURT = "curt"


class Merit(StrEnum):
    """What worked; nothing is praised beside an insult."""

    FIRM = "firm"
    SAME_REASON = "same_reason"
    THANKS = "thanks"
    BRIEF = "brief"
    OWN_WORDS = "own_words"


@dataclass(frozen=True)
class Judgement:
    """What the rules found in an answer; the answer itself is not in it."""

    merits: tuple[Merit, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether there is nothing to mend."""
        return not self.remarks

    @property
    def foremost(self) -> tuple[Remark, ...]:
        """What is said of it: the gravest of each sort, since a figure counts also beside a rude word."""
        said = (next((item for item in self.remarks if item in sort), None) for sort in SORTS)
        return tuple(sorted(filter(None, said), key=list(Remark).index))[:MOST_REMARKS]


MOST_REMARKS = 3
SORTS = (
    {Remark.INSULT, Remark.HARSH, Remark.BLAMES, Remark.DEFENDS, Remark.CURT},
    {Remark.GIVES_IN, Remark.NEGOTIATES, Remark.MIXED, Remark.NO_IS_MISSING},
    {Remark.FIGURE, Remark.MONEY},
    {Remark.UNTRUE, Remark.CONFIDENTIAL, Remark.NAMED, Remark.PRIVATE, Remark.NEW_REASON},
    {Remark.APOLOGIES, Remark.LONG, Remark.THIN},
)
FLAGGED: Mapping[FlagKind, Remark] = {
    FlagKind.PROFANITY: Remark.INSULT,
    FlagKind.INSULT: Remark.INSULT,
    FlagKind.FIGURE: Remark.FIGURE,
    FlagKind.NAMED_PARTY: Remark.NAMED,
    FlagKind.HEALTH_DETAIL: Remark.PRIVATE,
    FlagKind.FAMILY_DETAIL: Remark.PRIVATE,
    FlagKind.CONFIDENTIAL: Remark.CONFIDENTIAL,
    FlagKind.DISCRIMINATION: Remark.BLAMES,
    FlagKind.LIE: Remark.UNTRUE,
    FlagKind.BAIT: Remark.MIXED,
}  # an apology too many is counted below: one is right where an answer calls for it
SURE = 0.75  # how likely a reason must be to be pointed out in an answer
PAID = frozenset({"compensation", "equity_bonus", "benefits", "staying_current_counteroffer"})
SLIGHT = frozenset({Remark.APOLOGIES, Remark.LONG, Remark.NO_IS_MISSING, Remark.CURT})
GRAVE = frozenset(Remark) - SLIGHT  # that it was short, or their own, is no merit then
SPOILT = frozenset({Remark.HARSH, Remark.GIVES_IN})  # nor is a word of thanks, or the same reason
OVERRULED = frozenset({Remark.MIXED, Remark.NO_IS_MISSING, Remark.NEW_REASON})  # by a plain yes
NEEDS_A_NO = frozenset({"more_money", "take_the_weekend"})
ASKS_FOR_REASONS = frozenset({"more_money", "why", "was_it_us", ACCEPTED_BEFORE})

AGREED = frozenset({"in_writing", "call_later", "anyone_else"})  # "I'll do it" is no yes to the job there
# Where a question invites a hedge honestly ("I'll think about it"), it is none.
HEDGE_FITS = frozenset({"anyone_else", "other_terms", "in_writing", "who_and_how_much"})


def questions_of(case: Case, number: int) -> tuple[str, ...]:
    """What they ask in the rehearsal of this number (from 0), in the order in which a call goes.

    Three to five of those that fit the case; the next number goes on where the last one ended, so that
    all have come up before one comes again. Whoever had accepted hears about it every time.
    """
    fitting = answers_for(case)
    always = [name for name in fitting if name == ACCEPTED_BEFORE]
    deck = _shuffled([name for name in fitting if name not in always], case.id)
    start = sum(_rounds(case, earlier, len(deck)) for earlier in range(number % 1000))
    drawn = [deck[(start + step) % len(deck)] for step in range(_rounds(case, number, len(deck)))]
    return (*always, *sorted(drawn, key=ANSWERS.index))[:MOST]


def _rounds(case: Case, number: int, most: int) -> int:
    drawn = FEWEST + zlib.crc32(f"{case.id}:{number}".encode()) % (MOST - FEWEST + 1)
    return min(drawn, most)


def options_of(case: Case, question: str, number: int) -> tuple[str, ...]:
    """The good answer among the weaker ones; where it stands cannot be learnt by heart."""
    return tuple(_shuffled([GOOD, *SLIPS[question]], f"{case.id}:{number}:{question}"))


def _shuffled(names: Sequence[str], seed: str) -> list[str]:
    return sorted(names, key=lambda name: zlib.crc32(f"{seed}:{name}".encode()))


def spoken(text: str, case: Case) -> str:
    """An answer as the reader should see it: straight apostrophes, and without the names both sides know."""
    plain = " ".join(text.replace("’", "'").split())
    offer, plan = case.offer, case.plan
    known = {offer.company, offer.role, offer.contact_name, offer.contact_name.partition(" ")[0]}
    known |= {plan.own_name, plan.own_name.partition(" ")[0]}
    for name in sorted((name for name in known if len(name) > 1), key=len, reverse=True):
        plain = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "you", plain, flags=re.I)
    return plain


def judge(
    text: str, question: str, case: Case, read: Callable[[str], Reading], patterns: Patterns
) -> Judgement:
    """What works in an answer of one's own and what could be better; `text` as `spoken` gives it."""
    text = patterns.with_apostrophes(text)
    wordings = [reason.wording for reason in case.shared_reasons]
    bare = text
    for wording in wordings:  # said word for word, it is the reason, whatever else it speaks of
        bare = re.sub(re.escape(wording.replace("’", "'")), "that", bare, flags=re.I)
    reading = read(patterns["aside"].sub(" ", bare))  # what they won't talk about is no reason
    is_firm = bool(patterns["firm"].search(text))  # "more money wouldn't change it" is no hint at more
    kinds = {finding.kind for finding in reading.findings} - ({FlagKind.BAIT} if is_firm else set())
    found = {FLAGGED[kind] for kind in kinds if kind in FLAGGED}
    found |= {remark for remark, is_there in _signs(text, question, case, patterns).items() if is_there}
    found |= _reasons_given(bare, question, case, reading.suggestions[:1], patterns)
    if Remark.GIVES_IN in found:  # it's no maybe
        found -= OVERRULED
    if question in NEEDS_A_NO and not found and not is_firm:
        found.add(Remark.NO_IS_MISSING)
    is_same = bare != text or _is_shared(case, reading.suggestions[:1])
    if question == "why" and not found and not is_same and _is_thin(text, reading, patterns):
        found.add(Remark.THIN)
    merits = _merits(text, is_same=is_same and question in ASKS_FOR_REASONS, found=found, patterns=patterns)
    return Judgement(merits, tuple(item for item in Remark if item in found))


def _is_thin(text: str, reading: Reading, patterns: Patterns) -> bool:
    """Whether it says nothing that could be an answer to why."""
    is_sure = any(item.score >= SURE for item in reading.suggestions[:1])
    says = ("firm", "polite", "gives_reason", "discreet")
    return not is_sure and not any(patterns[name].search(text) for name in says)


def _signs(text: str, question: str, case: Case, patterns: Patterns) -> Mapping[Remark, bool]:
    def says(name: str) -> bool:
        return bool(patterns[name].search(text))

    is_final = case.offer.standing is Standing.FINAL
    hedges = says("mixed") or (question not in HEDGE_FITS and says("hedge"))
    may_speak_of_money = bool(PAID & {reason.category_id for reason in case.shared_reasons})
    said = words_in(text)
    return {
        Remark.GIVES_IN: is_final and (says("yields") or (question not in AGREED and says("agrees"))),
        Remark.FIGURE: says("figure") or says("amount"),
        Remark.MONEY: says("money") and not may_speak_of_money,
        Remark.NEGOTIATES: says("bargain"),
        Remark.MIXED: is_final and hedges,
        Remark.NAMED: says("names") or (question == "who_and_how_much" and says("going")),
        Remark.HARSH: says("harsh"),
        Remark.BLAMES: says("blame"),
        Remark.DEFENDS: says("defence"),
        Remark.APOLOGIES: len(patterns["apology"].findall(text)) > 1,
        Remark.LONG: said > LONGEST_ANSWER,
        Remark.CURT: (said < SHORTEST_ANSWER and not says("polite")) or says("curt"),
    }


def _reasons_given(
    text: str, question: str, case: Case, suggestions: tuple[Suggestion, ...], patterns: Patterns
) -> set[Remark]:
    """A reason that was to stay private, or one that was not given before; a shared one is neither."""
    sure = [item for item in suggestions if item.score >= SURE]
    if question not in ASKS_FOR_REASONS or not sure or _is_shared(case, suggestions):
        return set()
    if suggestions[0].category_id in {reason.category_id for reason in case.reasons}:
        return {Remark.PRIVATE}
    return {Remark.NEW_REASON} if case.shared_reasons and patterns["gives_reason"].search(text) else set()


def _is_shared(case: Case, suggestions: tuple[Suggestion, ...]) -> bool:
    shared = {reason.category_id for reason in case.shared_reasons}
    return any(item.category_id in shared for item in suggestions)


def _merits(text: str, *, is_same: bool, found: set[Remark], patterns: Patterns) -> tuple[Merit, ...]:
    if Remark.INSULT in found:  # nothing else in it is heard
        return ()
    gave_way = {Remark.GIVES_IN, Remark.MIXED, Remark.NEGOTIATES} & found
    is_spoilt = bool(SPOILT & found)
    there = {
        Merit.FIRM: bool(patterns["firm"].search(text)) and not gave_way and not is_spoilt,
        Merit.SAME_REASON: is_same and not is_spoilt,
        Merit.THANKS: bool(patterns["polite"].search(text)) and not is_spoilt,
        Merit.BRIEF: not {Remark.LONG, Remark.CURT, *GRAVE} & found,
    }
    worked = tuple(merit for merit, holds in there.items() if holds)
    return worked or (() if GRAVE & found else (Merit.OWN_WORDS,))
