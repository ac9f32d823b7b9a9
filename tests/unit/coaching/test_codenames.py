"""A veiled case tells the company nowhere, and nothing else changes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.coaching.case import Reason
from bot.coaching.codenames import code_name, veiled
from bot.wording import Words
from tests.making import a_case


@pytest.mark.parametrize("company", ["Acme", "Acme Inc.", "ACME, Ltd", "Łódź Möbel GmbH", "A.C.M.E. (UK)"])
def test_the_company_is_nowhere_in_a_veiled_case(company: str) -> None:
    core = company.split(",")[0].removesuffix(" Inc.").removesuffix(" GmbH")
    case = a_case(
        company=company,
        role=f"{core} Fellow",
        contact_email="dana@acme.example",
        contact_name=f"Dana ({company})",
        thanks_for=f"the day at {core.lower()}",
        reasons=(Reason("culture", f"I'd miss things at {company}"),),
        edits=(("email", json.dumps([f"{core} offer", f'Thanks, "{company}"\nteam'])),),
    )
    seen = repr(vars(veiled(case, "Amber Heron").offer)) + str(veiled(case, "Amber Heron").plan.thanks_for)
    hidden = veiled(case, "Amber Heron")
    seen += str([item.wording for item in hidden.reasons]) + str(hidden.edits)
    assert core.lower() not in seen.lower()
    assert "acme.example" not in seen
    assert hidden.offer.company == "Amber Heron"
    assert hidden.offer.role == "Amber Heron Fellow"
    assert (hidden.id, hidden.stage, hidden.history) == (case.id, case.stage, case.history)


def test_a_name_inside_another_word_stays() -> None:
    hidden = veiled(a_case(company="Aim", role="Claims Handler"), "Amber Heron")
    assert hidden.offer.role == "Claims Handler"


def test_a_short_name_is_hidden_as_it_was_written_and_common_words_stay() -> None:
    case = a_case(company="IT", role="IT Lead", thanks_for="the visit to IT, and for making it easy")
    hidden = veiled(case, "Amber Heron")
    assert hidden.offer.role == "Amber Heron Lead"
    assert hidden.plan.thanks_for == "the visit to Amber Heron, and for making it easy"


@given(st.text(min_size=1, max_size=80))
def test_any_company_can_be_veiled(company: str) -> None:
    assert veiled(a_case(company=company), "Amber Heron").offer.company == "Amber Heron"


def test_the_same_case_has_the_same_name_and_names_are_many(words: Words) -> None:
    held = words.entries("privacy.codenames", "en")
    first, second = held["first"].split(), held["second"].split()
    assert len(set(first)) == len(first) >= 40
    assert len(set(second)) == len(second) >= 40
    names = {code_name(f"case{number}", first, second) for number in range(500)}
    assert len(names) > 400
    assert code_name("a", first, second) == code_name("a", first, second)
