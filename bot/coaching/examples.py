"""A built-in case for every way that a decline can go: for `ajar preview --all` and to try own words out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.coaching.case import (
    Case,
    Channel,
    Circumstance,
    Commitment,
    Door,
    EventKind,
    Listener,
    Offer,
    OfferForm,
    Outcome,
    Person,
    Plan,
    Reason,
    Source,
    Stage,
    Standing,
    Thanks,
    Tone,
)
from bot.coaching.drafts import facts_for
from bot.coaching.interview import default_channel, first_stage

DECIDED_AT = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)  # drafts speak of distances only
A_MONTH = timedelta(days=31)
OVERDUE = {"answer_due_at": DECIDED_AT - timedelta(hours=5)}
NAMED = {"company": "Acme", "role": "Product Designer", "contact_name": "Dana O'Neil"}
SUCCEEDED = {"contact_name": "Ken Ito", "former_contact": "Dana O'Neil"}
SIGNED_BY = {"own_name": "Robin Reyes", "own_phone": "+1 555 010 2244", "thanks_for": Thanks.ANSWERS}
WordingOf = Callable[[str], str]  # a category → the wording that is shared


@dataclass(frozen=True)
class Example:
    """What sets a case apart from the plain one."""

    offer: Mapping[str, Any] = field(default_factory=dict)
    plan: Mapping[str, Any] = field(default_factory=dict)
    reasons: tuple[str, ...] = ("career_growth",)
    call: Outcome | None = None
    has_answered: bool = False  # a note, before the ones that are tried
    is_new: bool = False  # somebody else is the contact since the call
    stage: Stage | None = None  # where it isn't the first one

    def case(self, name: str, tone: Tone, wording_of: WordingOf) -> Case:
        """The case in this tone; its id, which chooses among phrasings, is the name."""
        offer = Offer(**{"source": Source.EMPLOYER, **NAMED, **self.offer})
        answers = {"circumstances": tuple(offer.circumstances), "source": offer.source}
        plan = Plan(**{"channel": default_channel(answers), **SIGNED_BY, **self.plan, "tone": tone})
        reasons = tuple(Reason(item, wording_of(item)) for item in self.reasons)
        stage = self.stage or first_stage(offer)
        case = Case(name, Person("T0", "U0"), offer, reasons, plan, stage, DECIDED_AT)
        case = case.with_event(EventKind.CALL, DECIDED_AT, self.call) if self.call else case
        case = case.with_event(EventKind.REPLACED, DECIDED_AT) if self.is_new else case
        return case.with_event(EventKind.REPLIED, DECIDED_AT + A_MONTH) if self.has_answered else case


def _circumstance(*items: Circumstance) -> dict[str, Any]:
    return {"circumstances": frozenset(items)}


EXAMPLES: Mapping[str, Example] = {
    "plain": Example(),
    "two_reasons": Example(reasons=("compensation", "remote_flexibility")),
    "no_reason": Example(reasons=()),
    "nothing_optional": Example(
        {"contact_name": ""}, {"own_name": "", "own_phone": "", "thanks_for": ""}, ("location_commute",)
    ),
    "still_negotiable": Example({"standing": Standing.NEGOTIABLE}),
    "accepted": Example({"commitment": Commitment.ACCEPTED}),
    "accepted_late": Example({"commitment": Commitment.ACCEPTED, **OVERDUE}),
    "accepted_negotiable": Example({"commitment": Commitment.ACCEPTED, "standing": Standing.NEGOTIABLE}),
    "signed": Example({"commitment": Commitment.SIGNED}),
    "out_of_a_contract": Example({"commitment": Commitment.SIGNED}, stage=Stage.TELLING),
    "after_signing": Example({"commitment": Commitment.SIGNED}, call=Outcome.UPSET, stage=Stage.TELLING),
    "agency": Example({"source": Source.AGENCY}, reasons=("seniority_title",)),
    "referred": Example({"source": Source.REFERRAL, "referrer_name": "Lena Vogt"}),
    "founder": Example({"source": Source.FOUNDER}, reasons=("company_stability",)),
    "internal": Example({"source": Source.INTERNAL}, reasons=("role_fit",)),
    "internship": Example({"source": Source.INTERNSHIP, "role": "Summer Internship"}, reasons=("education",)),
    "exploding": Example(_circumstance(Circumstance.EXPLODING)),
    "verbal": Example({"form": OfferForm.VERBAL}),
    "several_offers": Example(_circumstance(Circumstance.SEVERAL_OFFERS)),
    "another_offer": Example(plan={"listeners": frozenset(Listener)}, reasons=("accepted_other_offer",)),
    "others_to_tell": Example(plan={"listeners": frozenset(Listener)}),
    "staying": Example(_circumstance(Circumstance.STAYING), reasons=("staying_current_counteroffer",)),
    "visa": Example(reasons=("visa_immigration",)),
    "health": Example(reasons=("health_wellbeing",)),
    "family": Example(reasons=("family_caregiving",)),
    "bad_experience": Example(_circumstance(Circumstance.BAD_EXPERIENCE), reasons=()),
    "door_closed": Example({"door": Door.CLOSED}),
    "door_polite": Example({"door": Door.POLITE}),
    "dream": Example({"door": Door.DREAM}, reasons=("relocation",)),
    "no_phone": Example(_circumstance(Circumstance.NO_PHONE)),
    "email_only": Example(plan={"channel": Channel.EMAIL}),
    "withdrawing": Example({"form": OfferForm.NONE_YET}),
    "after_voicemail": Example(call=Outcome.VOICEMAIL),
    "after_the_call": Example(call=Outcome.REACHED),
    "after_a_bad_call": Example(call=Outcome.UPSET),
    "after_a_counter_offer": Example(call=Outcome.COUNTERED, reasons=("compensation",)),
    "after_another_role": Example(call=Outcome.ANOTHER_ROLE, reasons=("location_commute",)),
    "late": Example(OVERDUE),
    "at_the_last_moment": Example({"answer_due_at": DECIDED_AT + timedelta(minutes=15)}),
    "years_late": Example({"answer_due_at": DECIDED_AT - timedelta(days=730)}),
    "late_after_voicemail": Example(OVERDUE, call=Outcome.VOICEMAIL),
    "late_and_closed": Example({**OVERDUE, "door": Door.CLOSED}, {"channel": Channel.IN_PERSON}),
    "after_an_answer": Example(call=Outcome.REACHED, has_answered=True),
    "new_contact": Example(SUCCEEDED, call=Outcome.REACHED, is_new=True),
    "new_contact_answered": Example(SUCCEEDED, call=Outcome.REACHED, is_new=True, has_answered=True),
}


def example_facts(
    example: Example, tone: Tone, wording_of: WordingOf = str, door_open: str = "x"
) -> Mapping[str, object]:
    """What a draft of this example may name."""
    case = example.case("example", tone, wording_of)
    return facts_for(case, door_open=door_open, now=DECIDED_AT, zone=UTC)
