"""The advice on the card fits how the person tells them and what they have decided."""

from datetime import UTC, timedelta
from itertools import product

import pytest

from bot.coaching.case import (
    Case,
    Channel,
    Circumstance,
    Commitment,
    Door,
    OfferForm,
    Source,
    Stage,
    Standing,
    Tone,
)
from bot.coaching.drafts import DraftKind, facts_for
from bot.coaching.reasons import Catalogue
from bot.flows.calling import last_call, remind_call
from bot.flows.cautions import cautions
from bot.flows.drafting import Drafting
from bot.flows.home import standing_of
from bot.flows.ports import Preferences, Profile
from bot.flows.sheet import Sheet
from bot.flows.visitor import Saying, Visitor
from bot.wording import Words
from tests.making import NOW, ROBIN, a_case


@pytest.mark.parametrize(
    ("locale", "to_call"), [("en", ("so call", "talk to", "talk in")), ("es", ("llama ", "habla "))]
)
def test_who_writes_is_not_asked_to_call_or_to_talk(
    locale: str, to_call: tuple[str, ...], words: Words
) -> None:
    for source, commitment, form, circumstance, door in product(
        Source, (Commitment.NOTHING, Commitment.ACCEPTED), OfferForm, Circumstance, (Door.WARM, Door.CLOSED)
    ):
        offer = {"source": source, "commitment": commitment, "form": form, "door": door}
        case = a_case(**offer, circumstances=frozenset({circumstance}), channel=Channel.EMAIL)
        for name in cautions(case):
            said = words.text(f"letters.cautions.{name}", locale, has_signed=False, can_today=True)
            assert not any(part in said for part in to_call), said


def test_who_has_decided_is_told_to_go_ahead_and_who_has_not_to_ask_for_time() -> None:
    exploding = {"circumstances": frozenset({Circumstance.EXPLODING})}
    assert cautions(a_case(**exploding)) == ("exploding_decided",)
    open_still = a_case(**exploding, standing=Standing.NEGOTIABLE, stage=Stage.HELD)
    assert cautions(open_still) == ("exploding",)


def test_staying_is_named_only_where_the_texts_say_it() -> None:
    staying = {"circumstances": frozenset({Circumstance.STAYING})}
    assert cautions(a_case(**staying)) == ("staying",)
    assert "staying" not in cautions(a_case(**staying, commitment=Commitment.ACCEPTED))
    assert "staying" not in cautions(a_case(**staying, form=OfferForm.NONE_YET))


@pytest.mark.parametrize("locale", ["en", "es"])
def test_who_said_yes_reads_what_was_agreed_before_taking_it_back(locale: str, words: Words) -> None:
    for channel in Channel:
        said = cautions(a_case(commitment=Commitment.ACCEPTED, channel=channel))
        assert said[-1] == "agreed"
    hint = words.text("letters.cautions.agreed", locale, has_signed=False)
    for part in {
        "en": ("notice", "bonus", "visa", "the law"),
        "es": ("preaviso", "prima", "visado", "leyes"),
    }[locale]:
        assert part in hint
    assert "agreed" not in cautions(a_case())
    assert "agreed" not in cautions(a_case(commitment=Commitment.ACCEPTED, stage=Stage.HELD))


@pytest.mark.parametrize("locale", ["en", "es"])
def test_who_said_yes_and_wavers_is_not_told_that_no_answer_was_given(locale: str, words: Words) -> None:
    for key in ("letters.held.text", "letters.overdue.held"):
        wavering, undecided = (words.text(key, locale, had_accepted=said) for said in (True, False))
        assert wavering != undecided
    facts = facts_for(_wavering(), door_open="", now=NOW, zone=UTC)
    for tone in Tone:
        draft = words.draft(DraftKind.CONDITIONS, {**facts, "tone": tone.value}, locale, "1")
        for untrue in ("haven't given you a no", "my answer", "before I answer", "mi respuesta", "responder"):
            assert untrue not in f"{draft.subject} {draft.body}", draft


def _wavering() -> Case:
    return a_case(commitment=Commitment.ACCEPTED, standing=Standing.NEGOTIABLE, stage=Stage.HELD)


def test_a_colleague_who_closes_the_door_is_not_asked_to_praise_the_team() -> None:
    assert cautions(a_case(source=Source.INTERNAL, channel=Channel.IN_PERSON)) == ("internal",)
    assert cautions(a_case(source=Source.INTERNAL, door=Door.CLOSED)) == ("internal_closed",)


def test_whoever_said_yes_and_waits_for_another_offer_in_writing_is_not_hurried_into_a_no() -> None:
    waiting = {"circumstances": frozenset({Circumstance.SEVERAL_OFFERS})}
    said = cautions(a_case(**waiting, commitment=Commitment.ACCEPTED))
    assert said == ("several_offers", "accepted_unwritten", "agreed")
    assert "several_offers" not in cautions(a_case(**waiting, form=OfferForm.NONE_YET))


def test_whoever_was_treated_badly_after_a_yes_is_not_told_to_apologise() -> None:
    harmed = {"circumstances": frozenset({Circumstance.BAD_EXPERIENCE})}
    assert "accepted_harmed" in cautions(a_case(**harmed, commitment=Commitment.ACCEPTED))


@pytest.mark.parametrize("locale", ["en", "es"])
def test_reminders_ask_for_time_while_the_other_offer_is_not_in_writing(
    locale: str, words: Words, catalogue: Catalogue
) -> None:
    saying = Saying(words, Visitor(ROBIN, Profile("Robin", "UTC", locale), Preferences()))
    waiting, promised = frozenset({Circumstance.SEVERAL_OFFERS}), Commitment.ACCEPTED
    for given, is_early, asks in (
        ({"circumstances": waiting}, True, True),
        ({"circumstances": waiting, "commitment": promised}, True, False),
        ({}, False, False),
    ):
        case = a_case(**given, answer_due_at=NOW + timedelta(hours=5))
        sheet = Sheet(case, saying, NOW, Drafting(words, catalogue), catalogue.of(locale))
        time = sheet.draft(DraftKind.MORE_TIME).body
        for letter, name in ((remind_call(sheet), "remind_call"), (last_call(sheet), "last_call")):
            said = [passage.text for passage in letter.passages]
            assert (time in said) is asks
            assert (sheet.say(f"{name}.unwritten", can_ask=asks) in said) is is_early
        step = standing_of(case, saying, NOW, (), ()).step
        assert (step == saying.say("home.steps.unwritten", contact=case.offer.contact_name)) is is_early
