"""Nothing is said twice in a breath, announced as a reason that is none, or claimed of a try to call."""

import re
from dataclasses import replace
from datetime import UTC
from itertools import product

import pytest

from bot.coaching.case import (
    Case,
    Channel,
    Circumstance,
    Door,
    EventKind,
    OfferForm,
    Outcome,
    Reason,
    Stage,
    Tone,
)
from bot.coaching.drafts import DraftKind, facts_for
from bot.coaching.reasons import Catalogue
from bot.wording import Words
from tests.making import NOW, a_case

LOCALES = ("en", "es")
SCRIPTS = {Channel.PHONE: DraftKind.PHONE_SCRIPT, Channel.IN_PERSON: DraftKind.IN_PERSON_SCRIPT}


def _bodies(words: Words, case: Case, kind: DraftKind, locale: str) -> list[str]:
    """The draft in every tone, several times."""
    found = []
    for tone, seed in product(Tone, "abcdef"):
        said = replace(case, plan=replace(case.plan, tone=tone))
        facts = facts_for(said, door_open="", now=NOW, zone=UTC)
        found.append(words.draft(kind, facts, locale, seed).body)
    return found


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("circumstances", [frozenset(), frozenset({Circumstance.BAD_EXPERIENCE})])
def test_after_a_try_that_may_have_left_no_message_none_is_claimed(
    circumstances: frozenset[Circumstance], locale: str, words: Words
) -> None:
    case = a_case(stage=Stage.FOLLOWING_UP, circumstances=circumstances)
    for body in _bodies(
        words, case.with_event(EventKind.CALL, NOW, Outcome.VOICEMAIL), DraftKind.EMAIL, locale
    ):
        assert not re.search("a message|mensaje", body), body
        assert len(re.findall("keep you waiting|hacerte esperar|hacerle esperar", body)) <= 1, body


@pytest.mark.parametrize("locale", LOCALES)
def test_whoever_was_treated_badly_thinks_it_over_once_and_invents_nobody(locale: str, words: Words) -> None:
    case = a_case(circumstances=frozenset({Circumstance.BAD_EXPERIENCE}), door=Door.CLOSED)
    for channel, kind in SCRIPTS.items():
        said = replace(case, plan=replace(case.plan, channel=channel))
        for body in _bodies(words, said, kind, locale):
            thought = re.findall("thought|considered|pensado|pensarlo|considerado", body)
            assert len(thought) <= 1, body
            assert not re.search("you have met|personas del proceso", body), body


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("form", [OfferForm.NONE_YET, OfferForm.WRITTEN])
@pytest.mark.parametrize("place", [0, 1])
def test_a_wording_that_gives_no_reason_is_not_announced_as_one(
    place: int, form: OfferForm, locale: str, words: Words, catalogue: Catalogue
) -> None:
    category = catalogue.of(locale)["process_experience"]
    wording = category.phrasings[place]
    case = a_case(form=form, reasons=(Reason(category.id, wording),))
    announced = re.compile(
        "open with you|tell you why|know why|[Tt]he reason|My reason|In short"
        "|[Mm]otivo|por qué|[Ll]a razón|En resumen|con sinceridad|[Ss]er sincer"
    )
    for kind in (DraftKind.PHONE_SCRIPT, DraftKind.EMAIL):
        for body in _bodies(words, case, kind, locale):
            assert wording in body
            assert not announced.search(body), body
            assert len(re.findall("decided|decidido", body)) <= 1, body
    facts = facts_for(case, door_open="", now=NOW, zone=UTC)
    ((_, you),) = words.answers(facts, locale, ("why",))
    assert wording not in you


@pytest.mark.parametrize("locale", LOCALES)
def test_what_is_asked_later_about_the_process_can_be_answered_with_yes_it_changed(
    locale: str, catalogue: Catalogue
) -> None:
    assert re.match("Has .* changed|¿Ha cambiado", catalogue.of(locale)["process_experience"].ask_later)
