"""What every text must hold, checked in code: each rule has a name, and its words in words/rubric.yml."""

import re
from collections.abc import Callable, Mapping

from bot.coaching.case import Case, Circumstance, Commitment, Standing
from bot.coaching.drafts import NUDGES, Draft, DraftKind, keeps_door_open

# Words of the body, from CRAFT's table of what each text is: (fewest, most).
LENGTHS: Mapping[DraftKind, tuple[int, int]] = {
    DraftKind.PHONE_SCRIPT: (90, 150),
    DraftKind.IN_PERSON_SCRIPT: (70, 150),
    DraftKind.VOICEMAIL: (35, 60),
    DraftKind.EMAIL: (70, 150),
    DraftKind.NUDGE_ONE_MONTH: (40, 70),
    DraftKind.NUDGE_THREE_MONTHS: (50, 90),
    DraftKind.NUDGE_SIX_MONTHS: (60, 100),
    DraftKind.NUDGE_TWELVE_MONTHS: (70, 120),
    DraftKind.NUDGE_YEARLY: (70, 120),
}
LONGEST_SUBJECT = 60
TELLING = {DraftKind.PHONE_SCRIPT, DraftKind.IN_PERSON_SCRIPT, DraftKind.EMAIL}
EMPTY_PHRASES = re.compile(r"just checking in|touching base|touch base|circling back|circle back", re.I)
MIXED = re.compile(
    r"\b(?:unless you|might change my mind|might reconsider|could be persuaded|for now, no)\b", re.I
)
PLACEHOLDER = re.compile(r"\{\{|\}\}|\{%|\[[A-Za-z ]{2,30}\]|<[a-z ]{2,20}>|\bNone\b|\bTODO\b")
FIGURE = re.compile(r"[$€£¥]\s?\d|\d\s?%|\b\d{2,3}\s?k\b", re.I)
APOLOGY = re.compile(r"\b(?:sorry|apologi[sz]e|apologies|regret)\b", re.I)
DECLINE = re.compile(
    r"\bdeclin(?:e|ing)\b|\bnot (?:to )?(?:accept|take|move|be (?:accepting|taking))"
    r"|won't be (?:accepting|taking)|\bwithdraw\b|rather than take",
    re.I,
)
DOUBLED = re.compile(r"\b(\w+) \1\b", re.I)
JOB_ASK = re.compile(r"are you hiring|any openings|job for me|hire me|open positions", re.I)

Rule = Callable[[Draft, DraftKind, Case], bool]


def check(draft: Draft, kind: DraftKind, case: Case) -> tuple[str, ...]:
    """The names of the rules that a text breaks, the gravest first; nothing when all is well."""
    return tuple(name for name, holds in RULES.items() if not holds(draft, kind, case))


def words_in(text: str) -> int:
    """Words as one counts them when reading aloud."""
    return len(re.findall(r"[^\W_]+(?:['’.-][^\W_]+)*", text))


def _own_text(draft: Draft, case: Case) -> str:
    """The text without what the person typed, which is theirs whatever it holds."""
    text = f"{draft.subject}\n{draft.body}"
    offer, plan = case.offer, case.plan
    typed = [
        offer.company,
        offer.role,
        offer.contact_name,
        offer.referrer_name,
        plan.own_name,
        plan.own_phone,
    ]
    for name in sorted((name for name in typed if name), key=len, reverse=True):
        text = text.replace(name, "·")
    return text


def _is_filled(draft: Draft, _: DraftKind, case: Case) -> bool:
    return not PLACEHOLDER.search(_own_text(draft, case))


def _declines_once(draft: Draft, kind: DraftKind, case: Case) -> bool:
    found = len(DECLINE.findall(_own_text(draft, case)))
    if kind is DraftKind.VOICEMAIL:
        return found == 0
    return kind not in TELLING or found == 1


def _has_no_figure(draft: Draft, _: DraftKind, case: Case) -> bool:
    return not FIGURE.search(_own_text(draft, case))


def _has_its_length(draft: Draft, kind: DraftKind, case: Case) -> bool:
    fewest, most = LENGTHS.get(kind, (10, 150))
    if not keeps_door_open(case):  # a short, neutral note is what such a case needs
        fewest = min(fewest, 45)
    return fewest <= words_in(draft.body) <= most


def _has_a_subject(draft: Draft, kind: DraftKind, _: Case) -> bool:
    if kind is not DraftKind.EMAIL:
        return len(draft.subject) <= LONGEST_SUBJECT
    return 0 < len(draft.subject) <= LONGEST_SUBJECT and not draft.subject.casefold().startswith("declin")


def _apologises_once(draft: Draft, kind: DraftKind, case: Case) -> bool:
    allowed = 1 if case.offer.commitment is Commitment.ACCEPTED or kind in NUDGES else 0
    return len(APOLOGY.findall(_own_text(draft, case))) <= max(allowed, 1)


def _is_plain(draft: Draft, _: DraftKind, case: Case) -> bool:
    return not EMPTY_PHRASES.search(_own_text(draft, case))


def _is_clear(draft: Draft, kind: DraftKind, case: Case) -> bool:
    is_final = case.offer.standing is Standing.FINAL
    return not (is_final and kind in TELLING and MIXED.search(_own_text(draft, case)))


def _is_calm(draft: Draft, _: DraftKind, case: Case) -> bool:
    return _own_text(draft, case).count("!") <= 1


def _gives_the_reason(draft: Draft, kind: DraftKind, case: Case) -> bool:
    """The same wording everywhere, for whoever shares one."""
    if kind not in TELLING or not case.shared_reasons:
        return True
    if Circumstance.BAD_EXPERIENCE in case.offer.circumstances:  # a neutral note gives none
        return True
    if Circumstance.STAYING in case.offer.circumstances and "to stay" in draft.body:
        return True
    return any(reason.wording.casefold() in draft.body.casefold() for reason in case.shared_reasons)


def _asks_one_question(draft: Draft, kind: DraftKind, case: Case) -> bool:
    return kind not in NUDGES or _own_text(draft, case).partition("\n")[2].count("?") == 1


def _asks_for_no_job(draft: Draft, kind: DraftKind, case: Case) -> bool:
    return kind not in NUDGES or not JOB_ASK.search(_own_text(draft, case))


def _has_no_doubled_word(draft: Draft, _: DraftKind, case: Case) -> bool:
    doubled = {match.group(1).casefold() for match in DOUBLED.finditer(_own_text(draft, case))}
    return not doubled - {"had", "that", "so"}


RULES: Mapping[str, Rule] = {
    "placeholder": _is_filled,
    "one_decline": _declines_once,
    "no_figure": _has_no_figure,
    "clear": _is_clear,
    "same_reason": _gives_the_reason,
    "length": _has_its_length,
    "subject": _has_a_subject,
    "one_apology": _apologises_once,
    "no_empty_phrase": _is_plain,
    "calm": _is_calm,
    "one_question": _asks_one_question,
    "no_job_ask": _asks_for_no_job,
    "doubled_word": _has_no_doubled_word,
}
