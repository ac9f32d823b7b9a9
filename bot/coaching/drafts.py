"""Which drafts a case needs, and the facts that each may name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum

from bot.coaching.case import (
    Case,
    Channel,
    Circumstance,
    Commitment,
    Door,
    EventKind,
    OfferForm,
    Outcome,
    Source,
    Stage,
    Standing,
)


class DraftKind(StrEnum):
    """Everything that a person may say or send."""

    PHONE_SCRIPT = "phone_script"
    IN_PERSON_SCRIPT = "in_person_script"
    VOICEMAIL = "voicemail"
    EMAIL = "email"
    NOTE_RECRUITER = "note_recruiter"
    NOTE_REFERRER = "note_referrer"
    MORE_TIME = "more_time"
    COUNTER_REPLY = "counter_reply"
    REAPPROACH = "reapproach"
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


def drafts_for(case: Case) -> tuple[DraftKind, ...]:
    """The drafts of this case, in the order in which they are needed; none once it is signed."""
    offer = case.offer
    if offer.commitment is Commitment.SIGNED:
        return ()
    found: list[DraftKind] = []
    if Circumstance.EXPLODING in offer.circumstances and offer.commitment is Commitment.NOTHING:
        found.append(DraftKind.MORE_TIME)
    if offer.standing is Standing.NEGOTIABLE:
        return (*found, DraftKind.COUNTER_REPLY)
    if offer.source is Source.AGENCY:
        found.append(DraftKind.NOTE_RECRUITER)
    if case.plan.channel is Channel.PHONE:
        found += [DraftKind.PHONE_SCRIPT, DraftKind.VOICEMAIL]
    elif case.plan.channel is Channel.IN_PERSON:
        found.append(DraftKind.IN_PERSON_SCRIPT)
    found.append(DraftKind.EMAIL)
    if offer.source is Source.REFERRAL:
        found.append(DraftKind.NOTE_REFERRER)
    if keeps_door_open(case) and offer.source is not Source.INTERNAL:
        found += NUDGES
    return tuple(found)


def script_of(case: Case) -> DraftKind:
    """Which script tells them: on the phone, or face to face."""
    return DraftKind.PHONE_SCRIPT if case.plan.channel is Channel.PHONE else DraftKind.IN_PERSON_SCRIPT


def answers_for(case: Case) -> tuple[str, ...]:
    """What they may say on this call; only questions that fit it."""
    skipped = set()
    if not keeps_door_open(case):
        skipped |= {"other_terms", "anyone_else", "call_later"}
    if case.offer.source is Source.INTERNAL:
        skipped |= {"anyone_else", "in_writing", "who_and_how_much"}
    if case.offer.form is OfferForm.NONE_YET:
        skipped |= {"more_money", "take_the_weekend"}
    names = [name for name in ANSWERS if name not in skipped]
    return (*names, "accepted_before") if case.offer.commitment is Commitment.ACCEPTED else tuple(names)


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
        "reasons": reasons,
        "reason": _joined(reasons),
        "door_open": door_open if keeps_door_open(case) else "",
        "keeps_open": keeps_door_open(case),
        "is_dream": offer.door is Door.DREAM,
        "source": offer.source.value,
        "is_internal": offer.source is Source.INTERNAL,
        "is_student": offer.source is Source.INTERNSHIP,
        "is_agency": offer.source is Source.AGENCY,
        "is_referral": offer.source is Source.REFERRAL,
        "no_offer_yet": offer.form is OfferForm.NONE_YET,
        "had_accepted": offer.commitment is Commitment.ACCEPTED,
        "is_negotiable": offer.standing is Standing.NEGOTIABLE,
        "is_neutral": Circumstance.BAD_EXPERIENCE in offer.circumstances,
        "is_staying": Circumstance.STAYING in offer.circumstances,
        "no_phone": Circumstance.NO_PHONE in offer.circumstances,
        "was_reached": _last_call(case)
        in {Outcome.REACHED, Outcome.UPSET, Outcome.COUNTERED, Outcome.ANOTHER_ROLE},
        "left_voicemail": _last_call(case) == Outcome.VOICEMAIL,
        "told_in_person": plan.channel is Channel.IN_PERSON,
        "months": _months_between(case.last_contact_at.astimezone(zone).date(), now.astimezone(zone).date()),
        "month": case.last_contact_at.astimezone(zone).month,
        "has_replied": any(event.kind is EventKind.REPLIED for event in case.history),
        "is_telling": case.stage is Stage.TELLING,
        "no_reason_repeat": _is_said_by_decision(case),
    }


def _is_said_by_decision(case: Case) -> bool:
    """'I've decided to stay' needs no reason that says so again."""
    named = {reason.category_id for reason in case.shared_reasons}
    offer = case.offer
    says_so = offer.commitment is Commitment.NOTHING and offer.form is not OfferForm.NONE_YET
    is_staying = says_so and Circumstance.STAYING in offer.circumstances
    return is_staying and named <= {"staying_current_counteroffer"}


def _last_call(case: Case) -> str:
    return next((event.note for event in reversed(case.history) if event.kind is EventKind.CALL), "")


def _joined(reasons: list[str]) -> str:
    """Both reasons in one clause: 'I need … , and I'm looking for …'."""
    return ", and ".join(reasons[:2])


def _months_between(start: date, end: date) -> int:
    return max(0, round((end - start) / timedelta(days=30.44)))
