"""Drafts claim nothing that has not happened, and say it to whom it concerns."""

import re
from dataclasses import replace
from datetime import UTC, timedelta
from itertools import product

import pytest

from bot.coaching.case import (
    Case,
    Channel,
    Circumstance,
    Commitment,
    EventKind,
    OfferForm,
    Outcome,
    Reason,
    Source,
    Stage,
    Standing,
    Tone,
)
from bot.coaching.drafts import DraftKind, answers_for, drafts_for, facts_for
from bot.coaching.reasons import Catalogue
from bot.flows.cautions import cautions
from bot.wording import Words
from tests.making import NOW, PAY, a_case

LOCALES = ("en", "es")
OTHER_OFFER = "accepted_other_offer"


def _bodies(words: Words, case: Case, kind: DraftKind, locale: str, days: int = 0) -> list[str]:
    """The draft in every tone, several times."""
    found = []
    for tone, seed in product(Tone, "abcd"):
        said = replace(case, plan=replace(case.plan, tone=tone))
        facts = facts_for(said, door_open="", now=NOW + timedelta(days=days), zone=UTC)
        draft = words.draft(kind, facts, locale, seed)
        found.append(f"{draft.subject}\n{draft.body}")
    return found


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", [DraftKind.NOTE_REFERENCES, DraftKind.NOTE_REFERRER])
def test_who_spoke_for_somebody_gets_no_apology_for_a_yes_to_somebody_else(
    kind: DraftKind, locale: str, words: Words
) -> None:
    case = a_case(commitment=Commitment.ACCEPTED, source=Source.REFERRAL, company="Initech")
    for body in _bodies(words, case, kind, locale):
        assert not re.search("sorry|apolog|told you that I|told you I|siento|disculp|lamento", body), body
        assert "Initech" in body


@pytest.mark.parametrize("locale", LOCALES)
def test_another_employer_hears_of_a_decision_and_of_no_call_that_may_be_still_to_come(
    locale: str, words: Words
) -> None:
    for body in _bodies(words, a_case(), DraftKind.NOTE_OTHER_EMPLOYER, locale):
        assert not re.search("turned down|withdrawn|stepped out|he rechazado|he dejado", body), body
    label = words.text("letters.notes.note_other_employer", locale, company="Acme")
    assert "Acme" in label


@pytest.mark.parametrize("locale", LOCALES)
def test_another_employer_is_left_only_where_another_offer_is_taken(
    locale: str, words: Words, catalogue: Catalogue
) -> None:
    category = catalogue.of(locale)[OTHER_OFFER]
    leaves = "stepping out|withdraw|take me out|dejo el proceso|retirar|no sigo"
    keen = "interested|interesa"
    for wording in category.phrasings:
        case = a_case(reasons=(Reason(OTHER_OFFER, wording),))
        for body in _bodies(words, case, DraftKind.NOTE_OTHER_EMPLOYER, locale):
            assert not re.search(leaves, body), body
            assert not re.search(keen, body), body  # it may be the very offer, or another one
    for wording in category.if_so:
        case = a_case(reasons=(Reason(OTHER_OFFER, wording),))
        for body in _bodies(words, case, DraftKind.NOTE_OTHER_EMPLOYER, locale):
            assert re.search(leaves, body), body


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("form", [OfferForm.WRITTEN, OfferForm.NONE_YET])
def test_an_agency_reads_which_client_it_is_about(form: OfferForm, locale: str, words: Words) -> None:
    case = a_case(source=Source.AGENCY, company="St. Mary's", role="Nurse", form=form)
    for text in _bodies(words, case, DraftKind.EMAIL, locale):
        subject = text.partition("\n")[0]
        assert "St. Mary's" in subject
        assert "Nurse" in subject
        assert len(subject) <= 60


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", [DraftKind.NUDGE_TWELVE_MONTHS, DraftKind.NUDGE_YEARLY])
def test_who_was_in_touch_is_not_introduced_again(kind: DraftKind, locale: str, words: Words) -> None:
    told = a_case(own_name="Robin Reyes").with_event(EventKind.EMAIL_SENT, NOW)
    introduces = "remember me|[Mm]y name is|acuerd|[Mm]e llamo"
    strange = _bodies(words, told, kind, locale, 365)
    assert any(re.search(introduces, body) for body in strange)
    since = told.with_event(EventKind.CONTACT, NOW + timedelta(days=270))
    for body in _bodies(words, since, kind, locale, 365):
        assert not re.search(introduces, body), body
        assert "Robin Reyes" in body
        assert re.search("three months ago|hace tres meses", body), body


@pytest.mark.parametrize("role", ["role of Cook", "part-time job as a waiter", "Position of Clerk"])
def test_a_role_that_has_the_word_in_it_gets_no_second_one(role: str, words: Words) -> None:
    for body in _bodies(words, a_case(role=role), DraftKind.PHONE_SCRIPT, "en"):
        assert role in body
        assert f"{role} role" not in body
    assert "the Job Coach role" in _bodies(words, a_case(role="Job Coach"), DraftKind.PHONE_SCRIPT, "en")[0]


def test_advice_never_says_wait_and_go_ahead_at_once() -> None:
    several = frozenset({Circumstance.SEVERAL_OFFERS})
    waiting = cautions(a_case(circumstances=several, form=OfferForm.VERBAL))
    assert "several_offers" in waiting
    assert "verbal" not in waiting
    assert "verbal" in cautions(a_case(form=OfferForm.VERBAL))
    held = replace(a_case(form=OfferForm.NONE_YET, standing=Standing.NEGOTIABLE), stage=Stage.HELD)
    assert "none_yet" not in cautions(held)
    assert "none_yet" in cautions(a_case(form=OfferForm.NONE_YET))


@pytest.mark.parametrize("locale", LOCALES)
def test_an_open_case_without_a_reason_asks_for_one_thing_and_names_no_terms(
    locale: str, words: Words
) -> None:
    several = frozenset({Circumstance.SEVERAL_OFFERS})
    silent = a_case(circumstances=several, standing=Standing.NEGOTIABLE, reasons=())
    assert drafts_for(silent) == (DraftKind.MORE_TIME,)
    named = a_case(circumstances=several, standing=Standing.NEGOTIABLE, reasons=(PAY,))
    assert drafts_for(named) == (DraftKind.MORE_TIME, DraftKind.CONDITIONS)
    for body in _bodies(
        words, a_case(standing=Standing.NEGOTIABLE, reasons=()), DraftKind.CONDITIONS, locale
    ):
        assert not re.search("terms|condiciones", body), body


@pytest.mark.parametrize("locale", LOCALES)
def test_a_colleague_hears_no_stranger_s_words(locale: str, words: Words) -> None:
    case = a_case(source=Source.INTERNAL, channel=Channel.IN_PERSON)
    assert "call_later" not in answers_for(case)
    facts = facts_for(case, door_open="", now=NOW, zone=UTC)
    said = " ".join(" ".join(pair) for pair in words.answers(facts, locale, answers_for(case)))
    assert not re.search("apply here|Goodbye|weeks on you|presentarte|Adiós|perdido semanas", said)
    upset = case.with_event(EventKind.CALL, NOW, Outcome.UPSET)
    for body in _bodies(words, upset, DraftKind.EMAIL, locale):
        assert not re.search("paths crossed|met again|cruzar|coincidir", body), body
    hard = words.text("letters.upset.text", locale, is_internal=True)
    assert not re.search("to call|llamar", hard)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_reason_that_was_said_on_the_call_is_no_news_in_the_email(locale: str, words: Words) -> None:
    news = (
        "know why|tell you why|sepas por qué|Mereces|Te cuento|Quisiera explicarle|My reason is the following"
    )
    for body in _bodies(words, a_case(channel=Channel.EMAIL), DraftKind.EMAIL, locale):
        assert PAY.wording in body
    reached = a_case().with_event(EventKind.CALL, NOW, Outcome.REACHED)
    for body in _bodies(words, reached, DraftKind.EMAIL, locale):
        assert PAY.wording.casefold() in body.casefold()
        assert not re.search(news, body), body


@pytest.mark.parametrize("locale", LOCALES)
def test_nobody_decides_twice_in_a_row(locale: str, words: Words, catalogue: Catalogue) -> None:
    held = catalogue.of(locale)
    deciding = [
        Reason(item.id, wording)
        for item in held
        for wording in item.wordings
        if re.search("I've decided|he decidido", wording, re.I)
    ]
    assert len(deciding) > 5
    paths = (
        {},
        {"source": Source.INTERNAL},
        {"form": OfferForm.NONE_YET},
        {"commitment": Commitment.ACCEPTED},
    )
    for path, reason in product(paths, deciding[::2]):
        for kind in (DraftKind.PHONE_SCRIPT, DraftKind.EMAIL):
            for body in _bodies(words, a_case(reasons=(reason,), **path), kind, locale):
                assert len(re.findall("decided|decidido", body)) == 1, body
