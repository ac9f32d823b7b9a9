"""What every text must hold, checked in code: each rule has a name, and its words in words/rubric.yml.

What a language says for it stands in templates/<locale>/patterns.yml.
"""

import re
from collections.abc import Callable, Mapping

from bot.coaching.case import (
    Case,
    Channel,
    Circumstance,
    EventKind,
    OfferForm,
    Outcome,
    Source,
    Standing,
    Tone,
)
from bot.coaching.drafts import (
    EVENTS,
    NUDGES,
    OWN_LINE,
    Draft,
    DraftKind,
    keeps_door_open,
    keeps_in_touch,
)
from bot.coaching.judged import Text
from bot.coaching.patterns import Patterns

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
    DraftKind.EVENT_BEFORE: (25, 80),
    DraftKind.EVENT_AFTER: (25, 80),
    DraftKind.REAPPROACH_SCRIPT: (50, 150),
    DraftKind.REAPPROACH: (50, 150),
    DraftKind.RETHOUGHT_SCRIPT: (50, 150),
    DraftKind.RETHOUGHT: (50, 150),
    DraftKind.NOTE_REFERRER: (25, 150),
    DraftKind.NOTE_REFERENCES: (25, 150),
    DraftKind.NOTE_OTHER_EMPLOYER: (20, 90),
    DraftKind.MORE_TIME: (30, 90),
    DraftKind.COUNTER_REPLY: (20, 70),
    DraftKind.CONDITIONS: (40, 150),
}
SHORTEST_NEUTRAL = 45  # a short, neutral note is what a closed door needs
LONGEST_SUBJECT = 60
LATEST_DECISION = 4  # the sentence of a script in which it has to be said
SCRIPTS = {DraftKind.PHONE_SCRIPT, DraftKind.IN_PERSON_SCRIPT}
KNOCKING = {DraftKind.REAPPROACH_SCRIPT, DraftKind.RETHOUGHT_SCRIPT}  # on the phone
TELLING = {*SCRIPTS, DraftKind.EMAIL}
PASSING_ON = {DraftKind.NOTE_REFERRER, DraftKind.NOTE_REFERENCES}
LATE_NOTES = {DraftKind.NUDGE_TWELVE_MONTHS, DraftKind.NUDGE_YEARLY}
KEEPING = {*NUDGES, *EVENTS}
WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
SENTENCE = re.compile(r"(?<=[.!?…])\s+")
DOUBLED = re.compile(r"\b(\w+) \1\b", re.I)
DOUBLE_MARKS = re.compile(r"[,;:][,;:]")
BAD_MARKS = re.compile(r" [,.;?!](?:\s|$)|,,|\.\.(?!\.)|[;:,]\s*[.?!]|  |\?\.|\(\s|\s\)")
TWO_COLONS = re.compile(r":\s[^.!?\n]*:\s")


Rule = Callable[[Text], bool]


def check(draft: Draft, kind: DraftKind, case: Case, patterns: Patterns) -> tuple[str, ...]:
    """The names of the rules that a text breaks, the gravest first; nothing when all is well."""
    text = Text(draft, kind, case, patterns)
    return tuple(name for name, holds in RULES.items() if not holds(text))


def words_in(text: str) -> int:
    """Words as one counts them when reading aloud."""
    return len(WORD.findall(text))


def sentences_in(text: str) -> list[str]:
    """Sentences, one after the other."""
    return [part for part in SENTENCE.split(text) if WORD.search(part) or "·" in part]


def _is_filled(text: Text) -> bool:
    return not text.patterns["placeholder"].search(text.own)


def _declines_once(text: Text) -> bool:
    if text.kind is DraftKind.VOICEMAIL:
        return not text.has("decline")
    return text.kind not in TELLING or text.counted("decline") == 1


def _has_no_figure(text: Text) -> bool:
    return not text.patterns["figure"].search(text.own)


def _is_private(text: Text) -> bool:
    """What is not to be shared stands in no text."""
    body = text.draft.body.casefold()
    kept = (reason for reason in text.case.reasons if reason not in text.case.shared_reasons)
    return not any(reason.wording.casefold() in body for reason in kept if reason.wording)


def _fits_the_case(text: Text) -> bool:
    """No offer where none came, no call where there can be none, no applicant among colleagues."""
    offer, said = text.case.offer, text.ours
    has_called = any(event.kind is EventKind.CALL for event in text.case.history)
    is_colleague = offer.source is Source.INTERNAL and offer.form is not OfferForm.NONE_YET
    is_written = text.kind not in {*SCRIPTS, DraftKind.VOICEMAIL, *KNOCKING}
    odd = {
        "of_an_offer": offer.form is OfferForm.NONE_YET,
        "of_a_call": Circumstance.NO_PHONE in offer.circumstances and is_written and not has_called,
        "of_an_applicant": is_colleague and text.kind is not DraftKind.NOTE_OTHER_EMPLOYER,
    }
    return text.is_own or not any(is_odd and text.patterns[name].search(said) for name, is_odd in odd.items())


def _names_no_rival(text: Text) -> bool:
    return not text.has("rival")


def _is_kind(text: Text) -> bool:
    return not (text.patterns["negative"].search(text.bare) or text.patterns["blame"].search(text.bare))


def _is_long_enough(text: Text) -> bool:
    fewest, _ = LENGTHS[text.kind]
    if not keeps_door_open(text.case):
        fewest = min(fewest, SHORTEST_NEUTRAL)
    return words_in(text.draft.body) >= fewest


def _is_short_enough(text: Text) -> bool:
    return words_in(text.draft.body) <= LENGTHS[text.kind][1]


def _has_a_subject(text: Text) -> bool:
    subject = text.draft.subject
    if text.kind is not DraftKind.EMAIL:
        return len(subject) <= LONGEST_SUBJECT
    offer, plan = text.case.offer, text.case.plan
    named = {offer.role, offer.company, plan.own_name, *offer.contact_name.split()}
    says_who = any(name and _without_article(name) in subject for name in named)
    is_long = all(len(name) > LONGEST_SUBJECT // 2 for name in named if name)
    first = subject.split()[0] if subject.split() else ""
    return (
        0 < len(subject) <= LONGEST_SUBJECT
        and (says_who or is_long)
        and not text.patterns["decline"].search(first)
    )


def _without_article(name: str) -> str:
    first, _, rest = name.partition(" ")
    return rest if rest and first.casefold() in {"the", "a", "an"} else name


def _apologises_once(text: Text) -> bool:
    return text.counted("apology") <= 1


def _is_plain(text: Text) -> bool:
    return not text.has("empty_phrase")


def _is_clear(text: Text) -> bool:
    is_final = text.case.offer.standing is Standing.FINAL
    return not (
        is_final and text.kind in {*TELLING, *PASSING_ON} and text.patterns["mixed"].search(text.bare)
    )


def _is_calm(text: Text) -> bool:
    return text.own.count("!") <= 1


def _gives_the_reason(text: Text) -> bool:
    """The same wording everywhere, for whoever shares one."""
    circumstances = text.case.offer.circumstances
    if text.kind not in {*TELLING, DraftKind.CONDITIONS} or not text.case.shared_reasons:
        return True
    if Circumstance.BAD_EXPERIENCE in circumstances or Circumstance.STAYING in circumstances:
        return True  # a neutral note gives none; staying is said by the decision itself
    return any(reason.wording.casefold() in text.draft.body.casefold() for reason in text.case.shared_reasons)


def _gives_few_reasons(text: Text) -> bool:
    return text.kind not in TELLING or not text.patterns["further_reason"].search(text.bare)


def _is_in_order(text: Text) -> bool:
    """Thanks, the decision, the reason, the step forward; a script ends with thanks."""
    if text.kind not in TELLING:
        return True
    thanks, decision = text.place("thanks"), text.place("decline")
    if thanks < 0 or decision < 0:
        return False
    ends = [match.start() for match in text.patterns["forward"].finditer(text.bare)]
    goes_on = not keeps_door_open(text.case) or any(place > decision for place in ends)
    if text.kind in SCRIPTS:
        return _decides_early(text) and goes_on and text.place("thanks", last=True) > decision
    return thanks < decision and goes_on and _reason_follows(text)


def _decides_early(text: Text) -> bool:
    early = " ".join(sentences_in(text.bare)[:LATEST_DECISION])
    return bool(text.patterns["decline"].search(early) and text.patterns["thanks"].search(early))


def _reason_follows(text: Text) -> bool:
    body = text.body.casefold()
    places = [body.find(reason.wording.casefold()) for reason in text.case.shared_reasons]
    found = text.patterns["decline"].search(text.bare)
    return not found or all(place < 0 or place > found.start() for place in places)


def _says_who(text: Text) -> bool:
    """Calls and late notes say who it is, where the name is known."""
    name = text.case.plan.own_name
    calls = {DraftKind.PHONE_SCRIPT, DraftKind.VOICEMAIL, *KNOCKING}
    if not name or text.kind not in {*calls, *LATE_NOTES}:
        return True
    opening = " ".join(sentences_in(text.body)[:3])
    return "·" in opening and name in text.draft.body


def _says_the_number(text: Text) -> bool:
    """Twice in a voicemail, with a time to call back; under an email once."""
    phone = text.case.plan.own_phone
    if text.kind is DraftKind.VOICEMAIL:
        return text.has("call_window") and (not phone or text.draft.body.count(phone) == 2)
    return text.kind is not DraftKind.EMAIL or not phone or phone in text.draft.body


def _is_sober(text: Text) -> bool:
    """A voicemail that sounds like good news misleads."""
    return text.kind is not DraftKind.VOICEMAIL or not ("!" in text.own or text.has("cheerful"))


def _refers_to_the_call(text: Text) -> bool:
    calls = [event for event in text.case.with_contact if event.kind is EventKind.CALL]
    talked = calls and calls[-1].note != Outcome.NOT_YET
    if text.case.came_back and text.case.plan.channel is Channel.EMAIL:
        return True  # they answered the email
    return text.kind is not DraftKind.EMAIL or not talked or text.has("call_reference")


def _says_what_would_change_it(text: Text) -> bool:
    """The step forward of an email holds what would change it, while the door is open."""
    if text.kind is not DraftKind.EMAIL or not keeps_in_touch(text.case):
        return True
    decision = text.place("decline")
    return any(match.start() > decision for match in text.patterns["condition"].finditer(text.bare))


def _asks_one_question(text: Text) -> bool:
    return text.kind not in KEEPING or text.body.count("?") == 1


def _asks_for_no_job(text: Text) -> bool:
    return text.kind not in KEEPING or not text.has("job_ask")


def _recalls(text: Text) -> bool:
    """A stored fact: the role or the company as entered."""
    offer = text.case.offer
    names = (_without_article(offer.role), offer.company)
    return text.kind not in KEEPING or any(name in text.draft.body for name in names)


def _is_fresh(text: Text) -> bool:
    own_line = text.case.text_of(OWN_LINE)
    return text.kind not in KEEPING or text.has("fresh") or bool(own_line) or text.kind in EVENTS


def _fits_the_occasion(text: Text) -> bool:
    """Three months on it gives something, half a year on it asks how business is, later it admits the gap."""
    wanted = {
        DraftKind.NUDGE_ONE_MONTH: "thanks" if not text.has("forward") else "forward",
        DraftKind.NUDGE_THREE_MONTHS: "gives",
        DraftKind.NUDGE_SIX_MONTHS: "business",
        DraftKind.NUDGE_TWELVE_MONTHS: "gap",
        DraftKind.NUDGE_YEARLY: "gap",
    }.get(text.kind)
    return wanted is None or text.has(wanted)


def _reads_well(text: Text) -> bool:
    doubled = DOUBLED.finditer(text.own)
    is_doubled = any(not text.patterns["doubled_fine"].fullmatch(match.group()) for match in doubled)
    flat = re.sub(r"\n+", " ", text.own).strip()
    if not text.is_own and TWO_COLONS.search(text.ours):
        return False
    if DOUBLE_MARKS.search(text.draft.body):  # names too: "Dear Smith,,"
        return False
    return not (is_doubled or BAD_MARKS.search(flat) or text.patterns["wrong_article"].search(text.bare))


def _invents_nothing(text: Text) -> bool:
    """Ours say nothing for the person that they did not say: when they are free, what they felt."""
    return text.is_own or not text.patterns["invented"].search(text.ours)


def _has_no_guilt(text: Text) -> bool:
    """A while has passed; nobody owes an apology for that."""
    return text.kind not in KEEPING or not text.patterns["guilt"].search(text.ours)


def _keeps_its_tone(text: Text) -> bool:
    """Formal without short forms, the others without the stiff ones."""
    is_formal = text.case.plan.tone is Tone.FORMAL or text.is_to_a_title
    return text.is_own or not text.patterns["familiar" if is_formal else "stiff"].search(text.ours)


RULES: Mapping[str, Rule] = {
    "placeholder": _is_filled,
    "one_decline": _declines_once,
    "private": _is_private,
    "fits_case": _fits_the_case,
    "no_figure": _has_no_figure,
    "no_rival": _names_no_rival,
    "kind": _is_kind,
    "clear": _is_clear,
    "same_reason": _gives_the_reason,
    "few_reasons": _gives_few_reasons,
    "in_order": _is_in_order,
    "says_who": _says_who,
    "number": _says_the_number,
    "sober": _is_sober,
    "refers_to_call": _refers_to_the_call,
    "what_would_change": _says_what_would_change_it,
    "too_short": _is_long_enough,
    "too_long": _is_short_enough,
    "subject": _has_a_subject,
    "one_apology": _apologises_once,
    "no_empty_phrase": _is_plain,
    "calm": _is_calm,
    "one_question": _asks_one_question,
    "no_job_ask": _asks_for_no_job,
    "stored_fact": _recalls,
    "fresh_fact": _is_fresh,
    "occasion": _fits_the_occasion,
    "nothing_invented": _invents_nothing,
    "no_guilt": _has_no_guilt,
    "tone": _keeps_its_tone,
    "reads_well": _reads_well,
}
