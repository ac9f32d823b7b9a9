"""The advice on the card fits how the person tells them and what they have decided."""

from datetime import UTC
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
from bot.flows.cautions import cautions
from bot.wording import Words
from tests.making import NOW, a_case


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
            said = words.text(f"letters.cautions.{name}", locale, has_signed=False)
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
