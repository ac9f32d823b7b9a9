"""Every draft of every kind of case passes the rubric, and every rule of the rubric bites."""

import random
from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.coaching.case import (
    Case,
    Channel,
    Circumstance,
    Commitment,
    Door,
    EventKind,
    OfferForm,
    Outcome,
    Reason,
    Source,
    Standing,
    Tone,
)
from bot.coaching.drafts import ANSWERS, Draft, DraftKind, answers_for, drafts_for, facts_for
from bot.coaching.reasons import Catalogue
from bot.coaching.rubric import check
from bot.wording import Words
from tests.making import NOW, PAY, a_case

MONTHS = {"one": 1, "three": 3, "six": 6, "twelve": 12, "yearly": 24}
THANKS = ["", "the time you and the team gave me", "how openly you answered my questions"]


def _draft(words: Words, case: Case, kind: DraftKind, door_open: str = "") -> Draft:
    months = next((n for name, n in MONTHS.items() if kind.endswith(name) or f"_{name}_" in kind), 0)
    now = NOW + timedelta(days=30.44 * months)
    return words.draft(kind, facts_for(case, door_open=door_open, now=now, zone=UTC), "en-US", case.id)


def _some_case(chance: random.Random, catalogue: Catalogue) -> tuple[Case, str]:
    chosen = chance.sample(list(catalogue), chance.choice([0, 1, 1, 2]))
    case = a_case(
        id=f"case{chance.random()}",
        reasons=tuple(Reason(item.id, chance.choice(item.phrasings)) for item in chosen),
        source=chance.choice(list(Source)),
        form=chance.choice(list(OfferForm)),
        door=chance.choice(list(Door)),
        commitment=chance.choice([Commitment.NOTHING, Commitment.NOTHING, Commitment.ACCEPTED]),
        circumstances=frozenset(chance.sample(list(Circumstance), chance.choice([0, 0, 1]))),
        channel=chance.choice(list(Channel)),
        tone=chance.choice(list(Tone)),
        company=chance.choice(["Acme", "The Gap", "Acme Inc.", "Yahoo!"]),
        role=chance.choice(["nurse", "Product Designer", "Head of Data"]),
        contact_name=chance.choice(["", "Dana O'Neil", "李", "X"]),
        thanks_for=chance.choice(THANKS),
        own_name=chance.choice(["", "Robin"]),
        own_phone=chance.choice(["", "+1 555 010 2244"]),
    )
    outcome = chance.choice([None, Outcome.REACHED, Outcome.VOICEMAIL])
    told = case.with_event(EventKind.CALL, NOW, outcome) if outcome else case
    return told, chosen[0].door_open if chosen else ""


@pytest.mark.parametrize("seed", range(12))
def test_every_draft_of_many_cases_passes_the_rubric(seed: int, words: Words, catalogue: Catalogue) -> None:
    chance = random.Random(seed)
    for _ in range(60):
        case, door_open = _some_case(chance, catalogue)
        for kind in drafts_for(case):
            draft = _draft(words, case, kind, door_open)
            assert check(draft, kind, case) == (), (kind, draft.subject, draft.body)


NAMES = st.text(st.characters(categories=["L", "Nd"]), min_size=1, max_size=40)


@given(company=NAMES, role=NAMES, contact=NAMES, seed=st.integers())
def test_any_name_reads_as_entered(words: Words, company: str, role: str, contact: str, seed: int) -> None:
    case = a_case(id=str(seed), company=company, role=role, contact_name=contact)
    draft = _draft(words, case, DraftKind.EMAIL)
    assert contact.split()[0] in draft.body
    assert "{{" not in draft.body
    assert len(draft.subject) <= 60


def test_the_same_person_gets_the_same_draft_and_another_gets_another(words: Words) -> None:
    bodies = {_draft(words, a_case(id=f"case{n}"), DraftKind.EMAIL).body for n in range(20)}
    assert len(bodies) > 10
    assert _draft(words, a_case(), DraftKind.EMAIL) == _draft(words, a_case(), DraftKind.EMAIL)


def test_tones_differ_in_more_than_adjectives(words: Words) -> None:
    bodies = [_draft(words, a_case(tone=tone), DraftKind.EMAIL).body for tone in Tone]
    sentences = [set(body.replace("\n", " ").split(". ")) for body in bodies]
    assert not set.intersection(*sentences)


def test_signed_and_negotiable_cases_have_no_drafts_that_say_no() -> None:
    assert drafts_for(a_case(commitment=Commitment.SIGNED)) == ()
    assert drafts_for(a_case(standing=Standing.NEGOTIABLE)) == (DraftKind.COUNTER_REPLY,)


def test_nothing_that_the_person_keeps_private_is_in_a_draft(words: Words) -> None:
    secret = Reason("health_wellbeing", "I need to look after my health", is_shared=False)
    case = a_case(reasons=(PAY, secret))
    for kind in drafts_for(case):
        assert "health" not in _draft(words, case, kind).body


def test_answers_fit_the_case(words: Words) -> None:
    assert set(answers_for(a_case())) == set(ANSWERS)
    closed = answers_for(a_case(door=Door.CLOSED, commitment=Commitment.ACCEPTED))
    assert "call_later" not in closed
    assert closed[-1] == "accepted_before"
    facts = facts_for(a_case(), door_open="", now=NOW, zone=UTC)
    assert all(they and you for they, you in words.answers(facts, "en", answers_for(a_case())))


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("placeholder", lambda body: body + " Dear [name]."),
        ("one_decline", lambda body: body + " So I decline."),
        ("no_figure", lambda body: body + " You offered $90,000."),
        ("clear", lambda body: body + " Unless you change it."),
        ("length", lambda _: "I've decided to decline the offer."),
        ("one_apology", lambda body: body + " Sorry. I'm so sorry."),
        ("no_empty_phrase", lambda body: body + " Just checking in."),
        ("calm", lambda body: body + " Thanks! Bye!"),
        ("doubled_word", lambda body: body + " Thank you you."),
        ("same_reason", lambda body: body.replace(PAY.wording, "I have other plans")),
    ],
)
def test_each_rule_bites(rule: str, change, words: Words) -> None:
    case = a_case()
    draft = _draft(words, case, DraftKind.EMAIL)
    assert check(draft, DraftKind.EMAIL, case) == ()
    assert rule in check(replace(draft, body=change(draft.body)), DraftKind.EMAIL, case)


def test_rules_of_subjects_and_notes_bite(words: Words) -> None:
    case = a_case()
    draft = _draft(words, case, DraftKind.EMAIL)
    assert "subject" in check(replace(draft, subject="Declining your offer"), DraftKind.EMAIL, case)
    note = _draft(words, case, DraftKind.NUDGE_SIX_MONTHS)
    assert check(note, DraftKind.NUDGE_SIX_MONTHS, case) == ()
    asked = replace(note, body=note.body + " Are you hiring?")
    assert {"one_question", "no_job_ask"} <= set(check(asked, DraftKind.NUDGE_SIX_MONTHS, case))
