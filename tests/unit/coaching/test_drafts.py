"""Every draft of every kind of case passes the rubric; whom a draft is for, and what stays private."""

import random
import re
from dataclasses import replace
from datetime import UTC, timedelta
from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.case_file import MONTHS, Previewing, texts_of_examples
from bot.coaching.case import (
    Case,
    Channel,
    Circumstance,
    Commitment,
    Door,
    EventKind,
    Listener,
    OfferForm,
    Outcome,
    Reason,
    Rhythm,
    Source,
    Stage,
    Standing,
    Thanks,
    Tone,
)
from bot.coaching.drafts import (
    ANSWERS,
    Draft,
    DraftKind,
    answers_for,
    drafts_for,
    drafts_on_demand,
    facts_for,
)
from bot.coaching.examples import EXAMPLES
from bot.coaching.reasons import Catalogue
from bot.coaching.rubric import SENTENCE, check
from bot.wording import Words
from tests.making import NOW, PAY, a_case

LOCALES = ("en", "es")
OPTIONAL = ("contact_name", "own_name", "own_phone", "thanks_for")
FULL = {
    "contact_name": "Dana O'Neil",
    "own_name": "Robin",
    "own_phone": "+1 555 010 2244",
    "thanks_for": Thanks.TIME,
}


def _draft(words: Words, case: Case, kind: DraftKind, door_open: str = "", locale: str = "en-US") -> Draft:
    now = NOW + timedelta(days=30.44 * MONTHS.get(kind, 0))
    return words.draft(kind, facts_for(case, door_open=door_open, now=now, zone=UTC), locale, case.id)


def _kinds(case: Case) -> tuple[DraftKind, ...]:
    return (*drafts_for(case), *drafts_on_demand(case))


def _broken(words: Words, catalogue: Catalogue, case: Case, locale: str) -> list[object]:
    """Every text of a case that breaks a rule, with the rules."""
    texts = Previewing(words, catalogue, locale).texts(case)
    return [(text.name, text.issues, text.subject, text.body) for text in texts if text.issues]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("seed", range(4))
def test_every_text_of_every_routing_case_in_every_tone_passes(
    seed: int, locale: str, words: Words, catalogue: Catalogue
) -> None:
    texts = list(texts_of_examples(words, catalogue, locale, str(seed), list(Tone)))
    assert len(texts) > 1500
    assert {name for name, _, _ in texts} == set(EXAMPLES) - {"signed"}
    assert [(name, tone, text) for name, tone, text in texts if text.issues] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_every_reason_in_every_tone_with_and_without_every_optional_fact_passes(
    locale: str, words: Words, catalogue: Catalogue
) -> None:
    """Categories × 3 tones × 16 sets of facts, a wording each in turn, half with a second reason."""
    known, number = list(catalogue.of(locale)), 0
    absences = [item for size in range(len(OPTIONAL) + 1) for item in combinations(OPTIONAL, size)]
    for (place, category), tone, absent in product(enumerate(known), Tone, absences):
        number += 1
        second = known[(place + number) % len(known)] if number % 2 else None
        chosen = [item for item in (category, second) if item]
        reasons = tuple(Reason(item.id, item.wordings[number % len(item.wordings)]) for item in chosen)
        facts = {name: value for name, value in FULL.items() if name not in absent}
        case = a_case(id=f"c{number}", reasons=reasons[: 1 + (category is not second)], tone=tone, **facts)
        assert _broken(words, catalogue, case, locale) == []
    assert number == len(known) * 3 * 16


def _some_case(chance: random.Random, catalogue: Catalogue) -> Case:
    chosen = chance.sample(list(catalogue), chance.choice([0, 1, 1, 2]))
    case = a_case(
        id=f"case{chance.random()}",
        reasons=tuple(Reason(item.id, chance.choice(item.wordings)) for item in chosen),
        source=chance.choice(list(Source)),
        form=chance.choice(list(OfferForm)),
        door=chance.choice(list(Door)),
        commitment=chance.choice([Commitment.NOTHING, Commitment.NOTHING, Commitment.ACCEPTED]),
        circumstances=frozenset(chance.sample(list(Circumstance), chance.choice([0, 0, 1, 2]))),
        channel=chance.choice(list(Channel)),
        tone=chance.choice(list(Tone)),
        company=chance.choice(
            ["Acme", "The Gap", "Acme Inc.", "Yahoo!", "an Odd Co", "Johnson & Sons, Ltd."]
        ),
        role=chance.choice(["nurse", "Product Designer", "Head of Data", "the Analyst role", "Sales, EMEA"]),
        contact_name=chance.choice(["", "Dana O'Neil", "李", "X", "Dr. Ana de la Cruz", "O'Neil", "李 小龙"]),
        referrer_name=chance.choice(["", "Jean-Luc", "de la Cruz"]),
        thanks_for=chance.choice(["", *Thanks, "The patience you had with my questions"]),
        own_name=chance.choice(["", "Robin", "X"]),
        own_phone=chance.choice(["", "+1 555 010 2244"]),
        listeners=frozenset(chance.sample(list(Listener), chance.choice([0, 1, 2]))),
    )
    outcome = chance.choice([None, *Outcome])
    return case.with_event(EventKind.CALL, NOW, outcome) if outcome else case


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("seed", range(6))
def test_any_combination_of_routes_and_names_passes(
    seed: int, locale: str, words: Words, catalogue: Catalogue
) -> None:
    chance = random.Random(seed)
    for _ in range(120):
        case = _some_case(chance, catalogue.of(locale))
        assert _broken(words, catalogue, case, locale) == []


LETTERS = st.characters(categories=["L"])
NAMES = st.one_of(
    st.sampled_from(
        ["O'Neil", "de la Cruz", "李", "X", "a", "I", "d'Arc", "ÅÄÖ", "أحمد", "N" * 80, "Ng Inc."]
    ),
    st.text(LETTERS, min_size=1, max_size=80),
)


@given(company=NAMES, role=NAMES, contact=NAMES, own=NAMES, seed=st.integers(), tone=st.sampled_from(Tone))
@example(company="Acme", role="Chef", contact="Bo", own="A" * 40, seed=0, tone=Tone.WARM)
def test_any_name_reads_as_entered(
    words: Words, company: str, role: str, contact: str, own: str, seed: int, tone: Tone
) -> None:
    case = a_case(id=str(seed), company=company, role=role, contact_name=contact, own_name=own, tone=tone)
    for kind in _kinds(case):
        draft = _draft(words, case, kind)
        assert "{{" not in draft.body
        assert len(draft.subject) <= 60
        assert "  " not in draft.body
        if kind is DraftKind.EMAIL:
            is_company = contact.split()[0].casefold() in company.casefold()  # nobody is called that
            assert contact.split()[0] in draft.body or is_company
            assert own in draft.body
            assert role in draft.body or len(role) > 32


def test_the_same_person_gets_the_same_draft_and_another_gets_another(words: Words) -> None:
    bodies = {_draft(words, a_case(id=f"case{n}"), DraftKind.EMAIL).body for n in range(200)}
    assert len(bodies) > 100
    assert _draft(words, a_case(), DraftKind.EMAIL) == _draft(words, a_case(), DraftKind.EMAIL)


@pytest.mark.parametrize("kind", [DraftKind.EMAIL, DraftKind.PHONE_SCRIPT, DraftKind.NUDGE_SIX_MONTHS])
def test_tones_differ_in_more_than_adjectives(kind: DraftKind, words: Words) -> None:
    bodies = [_draft(words, a_case(tone=tone), kind).body for tone in Tone]
    sentences = [set(SENTENCE.split(body)) - {"Acme."} for body in bodies]
    for one, other in combinations(sentences, 2):
        shared = {
            item
            for item in one & other
            if len(item.split()) > 5 and "year" not in item and "calling" not in item
        }
        assert not shared


def test_signed_and_negotiable_cases_have_no_drafts_that_say_no() -> None:
    for stage in (Stage.SIGNED, Stage.CLOSED):
        assert drafts_for(a_case(commitment=Commitment.SIGNED, stage=stage)) == ()
    assert drafts_for(a_case(standing=Standing.NEGOTIABLE)) == (DraftKind.CONDITIONS,)
    assert drafts_on_demand(a_case(commitment=Commitment.SIGNED, stage=Stage.SIGNED)) == ()
    assert drafts_on_demand(a_case(standing=Standing.NEGOTIABLE)) == ()


def test_time_is_asked_for_while_something_is_open_and_not_by_whoever_has_decided() -> None:
    exploding = {"circumstances": frozenset({Circumstance.EXPLODING})}
    assert DraftKind.MORE_TIME not in drafts_for(a_case(**exploding))
    for hurried in (
        {**exploding, "standing": Standing.NEGOTIABLE},
        {"circumstances": frozenset({Circumstance.SEVERAL_OFFERS})},
    ):
        assert drafts_for(a_case(**hurried))[0] is DraftKind.MORE_TIME
        assert DraftKind.MORE_TIME not in drafts_for(a_case(**hurried, form=OfferForm.NONE_YET))
        assert DraftKind.MORE_TIME not in drafts_for(a_case(**hurried, commitment=Commitment.ACCEPTED))


def test_whoever_else_should_hear_has_a_note_of_their_own() -> None:
    kinds = drafts_for(a_case(listeners=frozenset(Listener)))
    assert {DraftKind.NOTE_REFERENCES, DraftKind.NOTE_OTHER_EMPLOYER} <= set(kinds)
    assert DraftKind.NOTE_REFERENCES not in drafts_for(a_case())


def test_another_employer_hears_interest_or_a_withdrawal_but_never_the_name(words: Words) -> None:
    listening = {"listeners": frozenset(Listener)}
    waiting = _draft(words, a_case(**listening), DraftKind.NOTE_OTHER_EMPLOYER)
    gone = _draft(
        words,
        a_case(**listening, reasons=(Reason("accepted_other_offer", "I've accepted another opportunity"),)),
        DraftKind.NOTE_OTHER_EMPLOYER,
    )
    assert "interested" in waiting.body
    assert "interested" not in gone.body
    assert "Acme" not in waiting.body + gone.body


def test_nothing_that_the_person_keeps_private_is_in_a_draft(words: Words) -> None:
    secret = Reason("health_wellbeing", "I need to look after my health", is_shared=False)
    case = a_case(reasons=(PAY, secret))
    for kind in _kinds(case):
        draft = _draft(words, case, kind)
        assert "health" not in draft.body
        assert "private" not in check(draft, kind, case, words.patterns("en"))


def test_a_line_of_ones_own_and_an_event_stand_in_the_notes(words: Words) -> None:
    line, event = "We've just moved to Leeds.", "PyCon"
    case = a_case(edits=(("own_line", f'["{line}"]'), ("event_name", f'["{event}"]')))
    assert line in _draft(words, case, DraftKind.NUDGE_SIX_MONTHS).body
    for kind in (DraftKind.EVENT_BEFORE, DraftKind.EVENT_AFTER):
        assert event in _draft(words, case, kind).body


@pytest.mark.parametrize(("locale", "said"), [("en", "two months"), ("es", "dos meses")])
def test_a_note_says_how_long_ago_it_was_whichever_its_turn_is(words: Words, locale: str, said: str) -> None:
    told = (
        a_case().with_event(EventKind.EMAIL_SENT, NOW).with_event(EventKind.CONTACT, NOW + timedelta(days=31))
    )
    for tone in Tone:
        case = replace(told, plan=replace(told.plan, tone=tone))
        facts = facts_for(case, door_open="", now=NOW + timedelta(days=62), zone=UTC)
        for seed in "abcd":
            assert said in words.draft(DraftKind.NUDGE_ONE_MONTH, facts, locale, seed).body.casefold()


def test_an_email_on_another_day_does_not_say_today(words: Words) -> None:
    told = a_case(tone=Tone.WARM).with_event(EventKind.CALL, NOW, Outcome.REACHED)
    later = facts_for(told, door_open="", now=NOW + timedelta(days=1), zone=UTC)
    assert "today" not in words.draft(DraftKind.EMAIL, later, "en", "x").body
    assert "today" in _draft(words, told, DraftKind.EMAIL).body


@pytest.mark.parametrize("locale", LOCALES)
def test_what_would_make_it_a_yes_follows_from_the_reason_and_the_reply_to_a_counter_offer_comes_after_it(
    locale: str, words: Words, catalogue: Catalogue
) -> None:
    said = set()
    for category in catalogue.of(locale):
        reason = Reason(category.id, category.phrasings[0])
        case = a_case(reasons=(reason,), standing=Standing.NEGOTIABLE)
        body = _draft(words, case, DraftKind.CONDITIONS, locale=locale).body
        assert reason.wording.casefold() in body.casefold()
        assert check(Draft("", body), DraftKind.CONDITIONS, case, words.patterns(locale)) == ()
        said.add(body)
    assert len(said) == len(list(catalogue.of(locale)))
    countered = a_case(standing=Standing.NEGOTIABLE).with_event(EventKind.CALL, NOW, Outcome.COUNTERED)
    assert drafts_for(countered) == (DraftKind.COUNTER_REPLY,)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    ("facts", "untrue"),
    [
        ({"form": OfferForm.NONE_YET}, "another offer|otra oferta|turned it down|dije que no|declin|rechac"),
        ({"circumstances": frozenset({Circumstance.NO_PHONE})}, "short call|I'll call|te llamo|una llamada"),
        ({"source": Source.INTERNAL, "door": Door.CLOSED}, "my application|mi candidatura|again when"),
        ({"source": Source.AGENCY}, "To your recruiter"),
        ({"commitment": Commitment.ACCEPTED}, "should have been|go back on|Debería haber|echarme atrás"),
        (
            {"rhythm": Rhythm.NEVER},
            "(?:I'll|I will) (?:let you know|be in touch)|te lo diré|te aviso|haré saber",
        ),
    ],
)
def test_nothing_is_said_that_is_not_so_or_that_nobody_chose(
    facts: dict[str, Any], untrue: str, locale: str, words: Words, catalogue: Catalogue
) -> None:
    for tone, number in product(Tone, range(6)):
        case = a_case(id=f"c{number}", tone=tone, listeners=frozenset({Listener.REFERENCES}), **facts)
        case = replace(case, plan=replace(case.plan, channel=Channel.EMAIL))
        for text in Previewing(words, catalogue, locale).texts(case):
            assert not re.search(untrue, text.body), text.body


def test_an_email_after_a_call_that_went_badly_stays_calm(words: Words) -> None:
    case = a_case().with_event(EventKind.CALL, NOW, Outcome.UPSET)
    for tone in Tone:
        body = _draft(words, replace(case, plan=replace(case.plan, tone=tone)), DraftKind.EMAIL).body
        assert "hearing me out" not in body  # they may have hung up
        assert "As I said" not in body
        assert "after our conversation" in body.lower() or "further to our conversation" in body.lower()
        assert "keep me in mind" not in body
        assert "work together" not in body


def test_an_answer_about_money_fits_a_reason_about_money(words: Words) -> None:
    def said(case: Case) -> str:
        facts = facts_for(case, door_open="", now=NOW, zone=UTC)
        return words.answers(facts, "en", ("more_money",))[0][1]

    assert "part of it" in said(a_case())
    quiet = said(a_case(reasons=(replace(PAY, is_shared=False),)))
    assert "part of it" not in quiet
    assert "wouldn't change" not in quiet
    assert "wouldn't change" in said(a_case(reasons=()))


def test_answers_fit_the_case(words: Words) -> None:
    assert set(answers_for(a_case())) == set(ANSWERS)
    open_still = answers_for(a_case(standing=Standing.NEGOTIABLE, commitment=Commitment.ACCEPTED))
    assert not {"take_the_weekend", "why", "anger", "accepted_before"} & set(open_still)
    closed = answers_for(a_case(door=Door.CLOSED, commitment=Commitment.ACCEPTED))
    assert "call_later" not in closed
    assert closed[-1] == "accepted_before"
    facts = facts_for(a_case(), door_open="", now=NOW, zone=UTC)
    assert all(they and you for they, you in words.answers(facts, "en", answers_for(a_case())))


def test_wordings_of_ours_follow_the_language_and_own_ones_stay(catalogue: Catalogue) -> None:
    category = next(iter(catalogue))
    assert catalogue.reworded(category.id, "my very own words", "en") == "my very own words"
    assert catalogue.reworded(category.id, category.phrasings[0], "en") == category.phrasings[0]
    assert replace(category).wordings[: len(category.phrasings)] == category.phrasings
