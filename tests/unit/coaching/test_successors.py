"""Another name is another person, or the same one spelt right; and what of the past is with whom."""

from datetime import timedelta

import pytest

from bot.coaching.case import Case, EventKind, Outcome, Stage
from bot.coaching.correcting import corrected
from bot.coaching.successors import is_left_from, is_somebody_else, with_successor
from bot.wording import Words
from tests.making import NOW, a_case

DAY = timedelta(days=1)
DANA, KEN = "Dana Whitfield", "Ken Ito"


def _told(**given: object) -> Case:
    case = a_case(contact_name=DANA, stage=Stage.IN_TOUCH, **given)
    return case.with_event(EventKind.CALL, NOW, Outcome.REACHED).with_event(EventKind.EMAIL_SENT, NOW)


def _renamed(words: Words, case: Case, name: str) -> Case:
    naming = words.patterns("en").naming
    return with_successor(case, corrected(case, {"contact_name": name}), NOW + DAY, naming)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dana Whitfield", "Ken Ito"),
        ("Dana Whitfield", "Tom Whitfield"),
        ("Dana Miller", "Dana Smith"),
        ("Ms. Whitfield", "Mr. Ito"),
        ("Ken", "Kim"),
        ("María de la Cruz", "Inés de la Cruz"),
    ],
)
def test_two_people_are_two(one: str, other: str, words: Words) -> None:
    naming = words.patterns("en").naming
    assert is_somebody_else(one, other, naming)
    assert is_somebody_else(other, one, naming)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dana Withfield", "Dana Whitfield"),
        ("Dana", "Dana Whitfield"),
        ("dana whitfield", "Dana Whitfield"),
        ("D. Whitfield", "Dana Whitfield"),
        ("Ms Whitfield", "Dana Whitfield"),
        ("Whitfield, Dana", "Dana Whitfield"),
        ("Kate Moss", "Katherine Moss"),
        ("Jon Reed", "John Reed"),
        ("", "Dana Whitfield"),
        ("Dana Whitfield", ""),
        ("Talent team", "Dana Whitfield"),
    ],
)
def test_a_name_that_is_spelt_anew_filled_in_or_taken_out_is_no_other_person(
    one: str, other: str, words: Words
) -> None:
    naming = words.patterns("en").naming
    assert not is_somebody_else(one, other, naming)
    assert not is_somebody_else(other, one, naming)


def test_whoever_comes_after_has_heard_nothing_and_answered_nothing(words: Words) -> None:
    told = _told().with_event(EventKind.CONTACT, NOW).with_event(EventKind.CONTACT, NOW)
    case = _renamed(words, told, KEN)
    assert (case.talked_with, case.is_stranger, case.unanswered, case.heard_at) == (DANA, True, 0, None)
    assert case.is_told  # the company knows
    since = case.with_event(EventKind.CONTACT, NOW + 2 * DAY)
    assert (since.talked_with, since.is_stranger, since.unanswered) == (DANA, False, 1)
    spoken = case.with_event(EventKind.CALL, NOW + 2 * DAY, Outcome.REACHED)
    assert (spoken.talked_with, spoken.is_stranger) == ("", False)


def test_a_name_put_back_is_the_same_person_all_along(words: Words) -> None:
    told = _told()
    again = _renamed(words, _renamed(words, told, KEN), DANA)
    assert again.history == told.history
    assert not again.talked_with


def test_of_two_successors_whoever_was_talked_to_is_remembered(words: Words) -> None:
    third = _renamed(words, _renamed(words, _told(), KEN), "Lena Vogt")
    assert third.talked_with == DANA
    known = _renamed(words, _told(), KEN).with_event(EventKind.CONTACT, NOW + DAY)
    assert _renamed(words, known, "Lena Vogt").talked_with == KEN


def test_before_anything_was_said_there_is_nobody_to_remember(words: Words) -> None:
    case = _renamed(words, a_case(contact_name=DANA), KEN)
    assert not case.talked_with
    assert case.history == ()


@pytest.mark.parametrize(
    ("email", "name", "is_left"),
    [
        ("dana@acme.example", KEN, True),
        ("d.whitfield@acme.example", KEN, True),
        ("jobs@acme.example", KEN, False),
        ("dana@acme.example", "Dana Witfield", False),
        ("", KEN, False),
    ],
)
def test_an_address_with_the_name_of_the_contact_before_is_left_over(
    email: str, name: str, is_left: bool, words: Words
) -> None:
    case = _told(contact_email=email)
    after = corrected(case, {"contact_name": name}).offer
    naming = words.patterns("en").naming
    assert is_left_from(case.offer, after, naming) is is_left
    moved = corrected(case, {"contact_name": name, "contact_email": "ken@acme.example"}).offer
    assert not is_left_from(case.offer, moved, naming)
