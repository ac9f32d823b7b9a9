"""Which drafts a case needs, and the facts that each may name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum

from bot.coaching.case import (
    TALKED,
    Case,
    Channel,
    Circumstance,
    Commitment,
    Door,
    EventKind,
    Listener,
    OfferForm,
    Outcome,
    Rhythm,
    Source,
    Stage,
    Standing,
    Thanks,
)


class DraftKind(StrEnum):
    """Everything that a person may say or send."""

    PHONE_SCRIPT = "phone_script"
    IN_PERSON_SCRIPT = "in_person_script"
    VOICEMAIL = "voicemail"
    EMAIL = "email"
    NOTE_REFERRER = "note_referrer"
    NOTE_REFERENCES = "note_references"
    NOTE_OTHER_EMPLOYER = "note_other_employer"
    MORE_TIME = "more_time"
    COUNTER_REPLY = "counter_reply"
    CONDITIONS = "conditions"
    REAPPROACH_SCRIPT = "reapproach_script"
    REAPPROACH = "reapproach"
    RETHOUGHT_SCRIPT = "rethought_script"  # nothing changed but their mind
    RETHOUGHT = "rethought"
    EVENT_BEFORE = "event_before"
    EVENT_AFTER = "event_after"
    NUDGE_ONE_MONTH = "nudge_one_month"
    NUDGE_THREE_MONTHS = "nudge_three_months"
    NUDGE_SIX_MONTHS = "nudge_six_months"
    NUDGE_TWELVE_MONTHS = "nudge_twelve_months"
    NUDGE_YEARLY = "nudge_yearly"


@dataclass(frozen=True)
class Draft:
    """A text to say or to send; scripts have no subject."""

    subject: str = field(repr=False)
    body: str = field(repr=False)


NUDGES = (
    DraftKind.NUDGE_ONE_MONTH,
    DraftKind.NUDGE_THREE_MONTHS,
    DraftKind.NUDGE_SIX_MONTHS,
    DraftKind.NUDGE_TWELVE_MONTHS,
    DraftKind.NUDGE_YEARLY,
)

EVENTS = (DraftKind.EVENT_BEFORE, DraftKind.EVENT_AFTER)
KNOCKS_IN_WRITING = (DraftKind.REAPPROACH, DraftKind.RETHOUGHT)
KNOCKS = (DraftKind.REAPPROACH_SCRIPT, DraftKind.REAPPROACH, DraftKind.RETHOUGHT_SCRIPT, DraftKind.RETHOUGHT)
OVER_YEARS = frozenset({*NUDGES, *EVENTS})  # of which none repeats the one before

ANSWERS = (
    "more_money",
    "why",
    "who_and_how_much",
    "was_it_us",
    "take_the_weekend",
    "anger",
    "insult",
    "other_terms",
    "anyone_else",
    "call_later",
    "in_writing",
)


# What may be asked while nothing is decided yet; the rest answers a no.
ANSWERS_WHILE_OPEN = ("more_money", "who_and_how_much", "other_terms")
PAY = frozenset({"compensation", "equity_bonus"})
OTHER_OFFER = "accepted_other_offer"  # which may be taken or not; the wording says so
STAYS = "staying_current_counteroffer"
PARTS_OF_YEAR = ((1, "new_year"), (4, "early"), (7, "middle"), (10, "late"), (12, "year_end"))
EVENT_NAME = "event_name"  # keys of what the person adds to their notes
EVENT_DRAFT = "event_draft"
OWN_LINE = "own_line"
LONGEST_THREAD = 18  # months after which somebody has to be reminded who is writing


def awaits_advice(case: Case) -> bool:
    """Whether they have signed, and it isn't settled yet that they want to get out of it."""
    is_open = case.stage is Stage.SIGNED or (case.stage is Stage.CLOSED and not case.is_told)
    return case.offer.commitment is Commitment.SIGNED and is_open


def drafts_for(case: Case) -> tuple[DraftKind, ...]:
    """The drafts of this case, in the order in which they are needed; none while advice comes first."""
    offer = case.offer
    if awaits_advice(case):
        return ()
    found = [DraftKind.MORE_TIME] if asks_for_time(case) else []
    if offer.standing is Standing.NEGOTIABLE:
        reply = reply_while_open(case)
        is_said = reply is DraftKind.COUNTER_REPLY or bool(case.shared_reasons)
        return (
            (*found, reply) if is_said or not found else tuple(found)
        )  # two requests at once are one too many
    if case.plan.channel is Channel.PHONE:
        found += [DraftKind.PHONE_SCRIPT, DraftKind.VOICEMAIL]
    elif case.plan.channel is Channel.IN_PERSON:
        found.append(DraftKind.IN_PERSON_SCRIPT)
    found.append(DraftKind.EMAIL)
    if offer.source is Source.REFERRAL:
        found.append(DraftKind.NOTE_REFERRER)
    if Listener.REFERENCES in case.plan.listeners:
        found.append(DraftKind.NOTE_REFERENCES)
    if Listener.OTHER_EMPLOYER in case.plan.listeners:
        found.append(DraftKind.NOTE_OTHER_EMPLOYER)
    if keeps_in_touch(case):
        found += NUDGES
    return tuple(found)


def drafts_on_demand(case: Case) -> tuple[DraftKind, ...]:
    """What a case brings only when something happens: an event, or what decided it has changed."""
    if not keeps_in_touch(case) or not drafts_for(case) or case.offer.standing is Standing.NEGOTIABLE:
        return ()
    if Circumstance.NO_PHONE in case.offer.circumstances:
        return (*EVENTS, *KNOCKS_IN_WRITING)
    return (*EVENTS, *KNOCKS)


def reply_while_open(case: Case) -> DraftKind:
    """While it could still be a yes: say what it takes; after a counter-offer, have that in writing."""
    is_countered = any(event.note == Outcome.COUNTERED for event in case.history)
    return DraftKind.COUNTER_REPLY if is_countered else DraftKind.CONDITIONS


def keeps_in_touch(case: Case) -> bool:
    """Whether there will be notes over the years."""
    return keeps_door_open(case) and case.offer.source is not Source.INTERNAL


def asks_for_time(case: Case) -> bool:
    """Another offer that isn't in writing yet, or an answer wanted by tomorrow while it is still open.

    Whoever has decided isn't helped by more time, and asking for it would only string them along.
    """
    offer = case.offer
    is_open = offer.standing is Standing.NEGOTIABLE and Circumstance.EXPLODING in offer.circumstances
    return (is_open or _waits(case)) and offer.form is not OfferForm.NONE_YET and not offer.is_accepted


def _waits(case: Case) -> bool:
    return Circumstance.SEVERAL_OFFERS in case.offer.circumstances


def waits_for_paper(case: Case) -> bool:
    """Whether a no comes too early, since the other offer isn't in writing."""
    return _waits(case) and case.offer.form is not OfferForm.NONE_YET


def addressee(kind: DraftKind, contact: str, referrer: str) -> str:
    """Whose name stands over a text; nobody's where it isn't known."""
    if kind is DraftKind.NOTE_REFERRER:
        return referrer
    return "" if kind in {DraftKind.NOTE_REFERENCES, DraftKind.NOTE_OTHER_EMPLOYER} else contact


def script_of(case: Case) -> DraftKind:
    """Which script tells them: on the phone, or face to face."""
    return DraftKind.PHONE_SCRIPT if case.plan.channel is Channel.PHONE else DraftKind.IN_PERSON_SCRIPT


def answers_for(case: Case) -> tuple[str, ...]:
    """What they may say on this call; only questions that fit it."""
    skipped = set()
    if case.offer.standing is Standing.NEGOTIABLE:
        skipped = set(ANSWERS) - set(ANSWERS_WHILE_OPEN)
    if not keeps_door_open(case):
        skipped |= {"other_terms", "anyone_else", "call_later"}
    if case.offer.source is Source.INTERNAL:
        skipped |= {"anyone_else", "call_later", "in_writing", "who_and_how_much"}
    if case.offer.form is OfferForm.NONE_YET:
        skipped |= {"more_money", "take_the_weekend"}
    names = [name for name in ANSWERS if name not in skipped]
    is_broken = case.offer.is_accepted and case.offer.standing is Standing.FINAL
    return (*names, "accepted_before") if is_broken else tuple(names)


def keeps_door_open(case: Case) -> bool:
    """Whether any text may speak of the future."""
    return case.offer.door is not Door.CLOSED and Circumstance.BAD_EXPERIENCE not in case.offer.circumstances


def facts_for(case: Case, *, door_open: str, now: datetime, zone: tzinfo) -> Mapping[str, object]:
    """Everything that a draft may name; missing facts are empty strings, never placeholders."""
    offer, plan = case.offer, case.plan
    reasons = [reason.wording for reason in case.shared_reasons]
    return {
        "tone": plan.tone.value,
        "own_name": plan.own_name,
        "own_phone": plan.own_phone,
        "contact": offer.contact_name,
        "company": offer.company,
        "role": offer.role,
        "referrer": offer.referrer_name,
        "thanks_for": plan.thanks_for,
        "thanks_name": plan.thanks_for if plan.thanks_for in set(Thanks) else "",
        "reasons": reasons,
        "door_open": door_open if keeps_door_open(case) else "",
        **_lengths(case),
        **_routing(case),
        **_history(case, now, zone),
    }


def _routing(case: Case) -> dict[str, object]:
    """Which of the special paths this case takes."""
    offer, named = case.offer, {reason.category_id for reason in case.shared_reasons}
    return {
        "door": offer.door.value,
        "keeps_open": keeps_door_open(case),
        "is_polite": offer.door is Door.POLITE,
        "is_internal": offer.source is Source.INTERNAL,
        "is_student": offer.source is Source.INTERNSHIP,
        "is_agency": offer.source is Source.AGENCY,
        "is_founder": offer.source is Source.FOUNDER,
        "no_offer_yet": offer.form is OfferForm.NONE_YET,
        "had_accepted": offer.is_accepted,
        "has_signed": offer.commitment is Commitment.SIGNED,
        "is_negotiable": offer.standing is Standing.NEGOTIABLE,
        "is_neutral": Circumstance.BAD_EXPERIENCE in offer.circumstances,
        "is_staying": Circumstance.STAYING in offer.circumstances,
        "is_about_pay": bool(named & PAY),
        "is_quietly_about_pay": any(reason.category_id in PAY for reason in case.reasons),
        "reason_ids": [reason.category_id for reason in case.shared_reasons],
        "keeps_writing": case.plan.rhythm is not Rhythm.NEVER,
        "is_settled_elsewhere": Circumstance.STAYING in offer.circumstances or STAYS in named,
        "has_other_offer": any(reason.category_id == OTHER_OFFER for reason in case.reasons),
        "no_phone": Circumstance.NO_PHONE in offer.circumstances,
        "told_in_person": case.plan.channel is Channel.IN_PERSON,
        "told_by_email": case.plan.channel is Channel.EMAIL,
        "told_by_phone": case.plan.channel is Channel.PHONE,
        "no_reason_repeat": _is_said_by_decision(case),
    }


def _history(case: Case, now: datetime, zone: tzinfo) -> dict[str, object]:
    """What has happened, and how long ago that is."""
    local = now.astimezone(zone)
    call = next((event for event in reversed(case.with_contact) if event.kind is EventKind.CALL), None)
    return {
        "was_reached": call is not None and call.note in TALKED,
        "was_upset": call is not None and call.note == Outcome.UPSET,
        "left_voicemail": call is not None and call.note == Outcome.VOICEMAIL,
        "came_back": case.came_back or "",
        "answered": case.answered or "",
        "is_same_day": call is not None and call.at.astimezone(zone).date() == local.date(),
        **_heard(case, local),
        **_wrote(case, local),
        "months": _months_between(case.told_at.astimezone(zone).date(), local.date()),
        "part_of_year": next(name for last, name in PARTS_OF_YEAR if local.month <= last),
        "is_late": case.is_overdue(now),
        "is_close": case.is_close(now),
        "is_long_late": case.is_long_overdue(now),
        "is_telling": case.stage is Stage.TELLING,
        "is_told": case.is_told,
        "never_spoke": case.is_only_written,
        "former": case.talked_with,
        "is_stranger": case.is_stranger,
        "event": case.text_of(EVENT_NAME),
        "own_line": case.text_of(OWN_LINE),
    }


def _heard(case: Case, local: datetime) -> dict[str, object]:
    """Whether a note follows on from an answer of theirs, and how long ago that came."""
    if case.heard_at is None:
        return {"heard_back": False, "heard_months": 0, "heard_long_ago": False}
    months = _months_between(case.heard_at.astimezone(local.tzinfo).date(), local.date())
    return {"heard_back": True, "heard_months": months, "heard_long_ago": months >= LONGEST_THREAD}


def _wrote(case: Case, local: datetime) -> dict[str, object]:
    """Whether they were in touch since, so that a note needs no introduction, and how long ago that was."""
    at = max((event.at for event in case.with_contact if event.kind is EventKind.CONTACT), default=None)
    months = _months_between(at.astimezone(local.tzinfo).date(), local.date()) if at else 0
    return {"was_in_touch": at is not None and months < LONGEST_THREAD, "touch_months": months}


def _lengths(case: Case) -> dict[str, object]:
    """How many words the reasons have, and by how many the names exceed the usual."""
    reasons = sum(len(reason.wording.split()) for reason in case.shared_reasons)
    role, company = len(case.offer.role.split()), len(case.offer.company.split())
    thanks = 0 if case.plan.thanks_for in set(Thanks) else len(case.plan.thanks_for.split())
    names = max(0, role - 3) + 2 * max(0, company - 2) + max(0, thanks - 5)
    names += 8 if case.offer.is_accepted else 0  # going back on a yes takes a sentence
    names += 16 if case.offer.commitment is Commitment.SIGNED else 0  # and out of a contract two more
    return {"load": reasons + names, "role_words": role, "company_words": company}


def _is_said_by_decision(case: Case) -> bool:
    """'I've decided to stay' needs no reason that says so again."""
    named = {reason.category_id for reason in case.shared_reasons}
    offer = case.offer
    says_so = not offer.is_accepted and offer.form is not OfferForm.NONE_YET
    is_staying = says_so and Circumstance.STAYING in offer.circumstances
    return is_staying and named <= {STAYS}


def _months_between(start: date, end: date) -> int:
    return max(0, round((end - start) / timedelta(days=30.44)))
