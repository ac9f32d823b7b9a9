"""The rehearsal of the call: which questions come up, in which order the answers stand, and what an own
answer holds. Nothing here keeps a word; templates/<locale>/words/rehearsal.yml says everything."""

import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.coaching.case import Case, Standing
from bot.coaching.drafts import ANSWERS, answers_for
from bot.coaching.reasons import FlagKind, Reading, Suggestion
from bot.coaching.rubric import APOLOGY, FIGURE, MIXED, words_in

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
    GIVES_IN = "gives_in"
    FIGURE = "figure"
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
    CURT = "curt"


class Merit(StrEnum):
    """What worked."""

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
SURE = 0.6  # how likely a reason must be to be pointed out in an answer
NEEDS_A_NO = frozenset({"more_money", "take_the_weekend"})
ASKS_FOR_REASONS = frozenset({"more_money", "why", "was_it_us", ACCEPTED_BEFORE})

# Spoken hedges; where a question invites one honestly ("I'll think about it"), it is no hedge.
HEDGE = re.compile(
    r"\b(?:maybe|perhaps|possibly|not (?:100 ?% |totally |completely |entirely |quite |really )?sure"
    r"|i might|we'll see|i could (?:still )?(?:reconsider|change)|on the fence|tempt(?:ed|ing)"
    r"|i'll (?:think about|sleep on|consider) it|let me (?:think|sleep on)|never say never|who knows"
    r"|for now,? (?:it's )?(?:a )?no)\b",
    re.I,
)
HEDGE_FITS = frozenset({"anyone_else", "other_terms", "in_writing", "who_and_how_much"})
YIELDS = re.compile(
    r"\b(?:i(?:'ll| will| can) (?:take|accept) (?:it|the (?:job|offer|role))|you(?:'ve| have) convinced me"
    r"|i(?:'ll| will) reconsider|let me reconsider|ok(?:ay)?,? (?:then )?(?:i'm in|deal)"
    r"|i(?:'ve| have) changed my mind|i change my mind)\b",
    re.I,
)
BARGAIN = re.compile(
    r"\b(?:(?:could|can|would) you (?:do|go|match|raise|offer|increase|add|pay)"
    r"|if you (?:could |can )?(?:match(?:ed)?|raised?|increased?|offer(?:ed)?|added?|go up|went up|paid|pay)"
    r"|what (?:can|could|would) you (?:offer|do|pay|go)|what's your (?:best|limit|budget|range)"
    r"|how (?:much|high) (?:can|could|would|more)|make me an offer"
    r"|depends on the (?:number|money|salary|offer)"
    r"|for (?:that|more) (?:kind of )?money)\b",
    re.I,
)
BLAME = re.compile(
    r"\byou(?:r (?:people|team|company|manager|recruiter|interviewer|boss))?"
    r" (?:(?:all|people|guys|lot) )?(?:should have|shouldn't have|never|didn't"
    r"|don't (?:even|pay|listen|care|know)|always|wasted|lied|kept|made me|took forever|weren't|aren't"
    r"|(?:was|were|is) rude)\b"
    r"|\b(?:your (?:own )?fault|because of you\b|thanks to your|blame yourself)",
    re.I,
)
DEFENCE = re.compile(
    r"\b(?:(?:that|this|it)(?:'s| is) (?:not|hardly|un)\s?(?:fair|true|my fault)|that isn't (?:fair|true)"
    r"|i (?:did|have done) nothing wrong|i didn't do anything wrong|how dare|you can't (?:talk|speak|say)"
    r"|don't (?:blame|talk|speak|threaten)|it wasn't my fault|not my problem|i have (?:every|a) right"
    r"|in my defen[cs]e)\b",
    re.I,
)
CURT = re.compile(r"\b(?:none of your business|mind your own|not your (?:business|concern)|so what)\b", re.I)
NAMES = re.compile(
    r"\b(?:[Tt]ry|[Aa]sk|[Cc]all|[Cc]ontact|[Ss]peak (?:to|with)|[Tt]alk to|[Jj]oin(?:ing)?|[Ss]igned with"
    r"|(?:offer|job) (?:from|at)|[Ss]tart(?:ing)? at) (?:my \w+ )?"
    r"(?!I\b|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"
    r"[A-Z]\w+"
)
GOING = re.compile(r"\b[Gg]oing (?:to|with) (?!I\b)[A-Z]\w+")
# A feature of the offer becomes a reason where it is said to be one.
REASON = re.compile(
    r"\b(?:because|since|reason|want(?:ed)?|need|prefer|looking for|too|enough|just that"
    r"|it's (?:just )?(?:about|the|my)|isn't|wasn't|don't like|didn't like)\b",
    re.I,
)
FIRM = re.compile(
    r"\b(?:(?:wouldn't|won't|doesn't|would not|will not|no \w+ would|nothing would) change"
    r"|(?<!haven't )(?<!not )decided|decision (?:stands|is (?:made|final|firm))|answer stands"
    r"|my (?:answer|mind) (?:is|stands|stays)|still (?:a )?no|thought (?:it|this) (?:over|through)"
    r"|considered (?:it|this)|i(?:'m| am) (?:sure|certain|settled)|not (?:going to|changing|now)"
    r"|i won't|declin(?:e|ing)|(?:i'll|going to|have to) (?:pass|say no)"
    r"|don't need (?:more time|the weekend|to think)|made up my mind|the answer is no|it's a no|no\W*$)",
    re.I,
)
THANKS = re.compile(r"\b(?:thank|thanks|appreciate|grateful|kind of you|that's kind|generous|enjoyed)", re.I)


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


def judge(text: str, question: str, case: Case, read: Callable[[str], Reading]) -> Judgement:
    """What works in an answer of one's own and what could be better; `text` as `spoken` gives it."""
    wordings = [reason.wording for reason in case.shared_reasons]
    bare = text
    for wording in wordings:  # said word for word, it is the reason, whatever else it speaks of
        bare = re.sub(re.escape(wording.replace("’", "'")), "that", bare, flags=re.I)
    reading = read(bare)
    found = {FLAGGED[finding.kind] for finding in reading.findings if finding.kind in FLAGGED}
    found |= {remark for remark, is_there in _signs(text, question, case).items() if is_there}
    found |= _reasons_given(bare, question, case, reading.suggestions[:1])
    if question in NEEDS_A_NO and not found and not FIRM.search(text):
        found.add(Remark.NO_IS_MISSING)
    is_same = bare != text or _is_shared(case, reading.suggestions[:1])
    merits = _merits(text, is_same=is_same and question in ASKS_FOR_REASONS, found=found)
    return Judgement(merits, tuple(item for item in Remark if item in found))


def _signs(text: str, question: str, case: Case) -> Mapping[Remark, bool]:
    is_final = case.offer.standing is Standing.FINAL
    hedges = MIXED.search(text) or (question not in HEDGE_FITS and HEDGE.search(text))
    said = words_in(text)
    return {
        Remark.GIVES_IN: is_final and bool(YIELDS.search(text)),
        Remark.FIGURE: bool(FIGURE.search(text)),
        Remark.NEGOTIATES: bool(BARGAIN.search(text)),
        Remark.MIXED: is_final and bool(hedges),
        Remark.NAMED: bool(NAMES.search(text))
        or (question == "who_and_how_much" and bool(GOING.search(text))),
        Remark.BLAMES: bool(BLAME.search(text)),
        Remark.DEFENDS: bool(DEFENCE.search(text)),
        Remark.APOLOGIES: len(APOLOGY.findall(text)) > 1,
        Remark.LONG: said > LONGEST_ANSWER,
        Remark.CURT: (said < SHORTEST_ANSWER and not THANKS.search(text)) or bool(CURT.search(text)),
    }


def _reasons_given(text: str, question: str, case: Case, suggestions: tuple[Suggestion, ...]) -> set[Remark]:
    """A reason that was to stay private, or one that was not given before; a shared one is neither."""
    sure = [item for item in suggestions if item.score >= SURE]
    if question not in ASKS_FOR_REASONS or not sure or _is_shared(case, suggestions):
        return set()
    if suggestions[0].category_id in {reason.category_id for reason in case.reasons}:
        return {Remark.PRIVATE}
    return {Remark.NEW_REASON} if case.shared_reasons and REASON.search(text) else set()


def _is_shared(case: Case, suggestions: tuple[Suggestion, ...]) -> bool:
    shared = {reason.category_id for reason in case.shared_reasons}
    return any(item.category_id in shared for item in suggestions)


def _merits(text: str, *, is_same: bool, found: set[Remark]) -> tuple[Merit, ...]:
    gave_way = {Remark.GIVES_IN, Remark.MIXED, Remark.NEGOTIATES} & found
    there = {
        Merit.FIRM: bool(FIRM.search(text)) and not gave_way,
        Merit.SAME_REASON: is_same,
        Merit.THANKS: bool(THANKS.search(text)),
        Merit.BRIEF: not {Remark.LONG, Remark.CURT} & found,
    }
    return tuple(merit for merit, holds in there.items() if holds) or (Merit.OWN_WORDS,)
