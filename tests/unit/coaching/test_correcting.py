"""What may be corrected, and what was clicked by mistake, as rules."""

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from bot.coaching.case import (
    Case,
    Channel,
    Circumstance,
    Commitment,
    Door,
    EventKind,
    OfferForm,
    Outcome,
    Rhythm,
    Source,
    Stage,
    Standing,
    Tone,
)
from bot.coaching.correcting import answers_of, corrected, corrections_of, taken_back, with_reasons
from bot.coaching.drafts import answers_for, drafts_for, facts_for
from bot.coaching.examples import EXAMPLES
from bot.coaching.interview import first_stage, settled
from tests.making import NOW, a_case

BUILT_IN = [example.case(name, Tone.WARM, str) for name, example in EXAMPLES.items()]
EVERY_STAGE = [replace(case, stage=stage) for case in BUILT_IN for stage in Stage]


@pytest.mark.parametrize("case", EVERY_STAGE, ids=lambda case: f"{case.id}-{case.stage}")
def test_whoever_changes_nothing_keeps_everything(case: Case) -> None:
    answers = answers_of(case)
    asked = {question.id: answers[question.id] for _, question in corrections_of(case)}
    assert corrected(case, asked) == case
    worded = {item.category_id: item.wording for item in case.reasons}
    shared = frozenset(item.category_id for item in case.reasons if item.is_shared)
    assert with_reasons(case, worded, shared).reasons == case.reasons


def test_what_is_not_asked_for_stays() -> None:
    case = a_case(thanks_for="your patience with my questions", own_name="Robin", call_at=NOW)
    changed = corrected(case, {"company": "Globex", "thanks_for": ""})
    assert changed == replace(case, offer=replace(case.offer, company="Globex"))


def test_whoever_would_rather_call_after_all_is_no_longer_somebody_who_cannot() -> None:
    case = a_case(channel=Channel.EMAIL, circumstances=frozenset({Circumstance.NO_PHONE}))
    changed = corrected(case, {"channel": "phone"})
    assert not changed.offer.circumstances
    assert corrected(changed, {"channel": "email"}).plan.call_at is None


def test_a_door_that_is_opened_again_has_notes_again() -> None:
    case = a_case(door=Door.CLOSED, rhythm=Rhythm.NEVER)
    assert corrected(case, {"door": "warm"}).plan.rhythm is Rhythm.STEADY
    never = a_case(rhythm=Rhythm.NEVER)
    assert corrected(never, {"door": "dream"}).plan.rhythm is Rhythm.NEVER


STEP_ONE = {
    "source": list(Source),
    "form": list(OfferForm),
    "standing": list(Standing),
    "commitment": list(Commitment),
    "door": list(Door),
    "circumstances": [[item] for item in Circumstance] + [[], list(Circumstance)],
}


@pytest.mark.parametrize("name", STEP_ONE)
def test_every_answer_of_the_first_page_can_be_corrected_until_they_are_told(name: str) -> None:
    for stage in (Stage.HELD, Stage.SIGNED, Stage.TELLING):
        for value in STEP_ONE[name]:
            case = a_case(stage=stage, channel=Channel.IN_PERSON)
            assert name in {question.id for _, question in corrections_of(case)}
            assert answers_of(corrected(case, {name: value}))[name] == (
                sorted(value) if isinstance(value, list) else value
            )


@pytest.mark.parametrize("standing", list(Standing))
@pytest.mark.parametrize("commitment", list(Commitment))
@pytest.mark.parametrize("stage", [Stage.HELD, Stage.SIGNED, Stage.TELLING])
def test_it_then_stands_where_it_would_have_begun_with_these_answers(stage, commitment, standing) -> None:
    case = a_case(stage=stage, commitment=Commitment.SIGNED if stage is Stage.SIGNED else Commitment.NOTHING)
    changed = corrected(case, {"commitment": commitment, "standing": standing})
    is_same = answers_of(case)["commitment"] == commitment and answers_of(case)["standing"] == standing
    assert changed.stage is (stage if is_same else first_stage(changed.offer))
    assert (changed.stage is Stage.SIGNED) is (commitment is Commitment.SIGNED)


def test_whoever_wants_to_think_about_it_goes_on_doing_so_whatever_else_is_corrected() -> None:
    held = a_case(stage=Stage.HELD)  # its no was final once
    assert corrected(held, {"company": "Globex"}).stage is Stage.HELD
    accepted = corrected(held, {"commitment": "accepted", "standing": "negotiable"})
    assert (accepted.stage, accepted.offer.commitment) == (Stage.HELD, "accepted")
    assert corrected(held, {"standing": "final"}).stage is Stage.TELLING


def test_once_they_are_told_nobody_asks_whether_the_no_is_final_or_a_contract_is_signed() -> None:
    for stage in (Stage.FOLLOWING_UP, Stage.IN_TOUCH, Stage.RESTING):
        asked = {question.id: question for _, question in corrections_of(a_case(stage=stage))}
        assert "standing" not in asked
        assert "commitment" not in asked or Commitment.SIGNED not in asked["commitment"].options


def test_whoever_cannot_call_after_all_writes_and_whoever_would_call_can() -> None:
    calling = a_case(channel=Channel.PHONE, call_at=NOW)
    changed = corrected(calling, {"circumstances": ["no_phone"]})
    assert (changed.plan.channel, changed.plan.call_at) == (Channel.EMAIL, None)
    back = corrected(changed, {"circumstances": ["no_phone"], "channel": "phone"})
    assert (back.plan.channel, back.offer.circumstances) == (Channel.PHONE, frozenset())


def test_notes_end_where_it_turns_out_to_be_their_own_employer() -> None:
    changed = corrected(a_case(stage=Stage.IN_TOUCH), {"source": "internal"})
    assert (changed.stage, changed.plan.rhythm) == (Stage.RESTING, Rhythm.NEVER)


def test_what_was_said_to_have_happened_is_taken_back_one_at_a_time() -> None:
    begun = a_case().with_event(EventKind.CREATED, NOW)
    called = replace(begun.with_event(EventKind.CALL, NOW, Outcome.REACHED), stage=Stage.FOLLOWING_UP)
    sent = replace(called.with_event(EventKind.EMAIL_SENT, NOW), stage=Stage.IN_TOUCH)
    wrote = sent.with_event(EventKind.CONTACT, NOW + timedelta(days=90))
    assert taken_back(wrote) == sent
    assert taken_back(sent) == called
    assert taken_back(called) == begun
    assert taken_back(begun) is None
    assert taken_back(replace(begun, stage=Stage.FOLLOWING_UP)) == begun  # the email was asked for too soon


def test_an_email_that_went_without_a_call_leads_back_to_telling_them() -> None:
    tried = a_case().with_event(EventKind.CALL, NOW, Outcome.VOICEMAIL)
    sent = replace(tried.with_event(EventKind.EMAIL_SENT, NOW), stage=Stage.IN_TOUCH)
    assert taken_back(sent) == tried


@pytest.mark.parametrize("stage", [Stage.HELD, Stage.SIGNED, Stage.CLOSED])
def test_at_rest_there_is_nothing_to_take_back(stage: Stage) -> None:
    assert taken_back(a_case(stage=stage).with_event(EventKind.CALL, NOW, Outcome.REACHED)) is None


def test_a_contract_stays_signed_whatever_else_is_corrected_later() -> None:
    signed = a_case(stage=Stage.SIGNED, commitment=Commitment.SIGNED)
    for stage in (Stage.TELLING, Stage.FOLLOWING_UP, Stage.IN_TOUCH):
        case = replace(settled(signed), stage=stage)
        answers = answers_of(case)
        asked = {question.id: question for _, question in corrections_of(case)}
        given = {name: answers[name] for name in asked} | {"role": "Nurse"}
        changed = corrected(case, given)
        assert (changed.stage, changed.offer.commitment) == (stage, Commitment.SIGNED)
        if "commitment" in asked:
            assert answers["commitment"] in asked["commitment"].options


def test_a_signed_case_that_is_confirmed_is_told_as_a_yes_that_is_taken_back_and_as_a_contract() -> None:
    case = settled(a_case(stage=Stage.SIGNED, commitment=Commitment.SIGNED))
    yes = replace(case, offer=replace(case.offer, commitment=Commitment.ACCEPTED))
    assert drafts_for(case) == drafts_for(yes) != ()
    assert answers_for(case) == answers_for(yes)
    signed, said = (facts_for(item, door_open="", now=NOW, zone=UTC) for item in (case, yes))
    assert {name for name in signed if signed[name] != said[name]} == {"has_signed", "load"}
