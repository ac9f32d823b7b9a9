"""The reader finds no reason that somebody did not give, and is sure of none that is only a guess."""

import pytest

from bot.coaching.reasons import FlagKind, Reader, load_reader
from tests.measure import REASONS


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load_reader(REASONS)


def warned(reader: Reader, text: str) -> set[FlagKind]:
    return {finding.kind for finding in reader.read(text).findings}


@pytest.mark.parametrize("text", ["I'm lying about my degree", "I lied about my degree.", "I faked my CV"])
def test_what_somebody_lied_about_is_no_reason_of_theirs(reader: Reader, text: str) -> None:
    assert FlagKind.LIE in warned(reader, text)
    assert FlagKind.INSULT not in warned(reader, text)
    assert not reader.read(text).is_reason


@pytest.mark.parametrize(
    ("text", "praised", "true"),
    [
        ("I like the team. The commute is too long.", "culture_team_fit", "location_commute"),
        ("I love the product, the commute kills me", "industry_mission_fit", "location_commute"),
        ("the pay is great. the hours are not", "compensation", "workload_hours"),
        ("I like my team. The drive is endless.", "culture_team_fit", "location_commute"),
    ],
)
def test_what_is_liked_is_set_aside_without_a_but(reader: Reader, text: str, praised: str, true: str) -> None:
    found = [item.category_id for item in reader.read(text).likely]
    assert praised not in found
    assert true in found


@pytest.mark.parametrize(
    "text", ["I like the job", "everything is fine and i love it but i just can't", "they threaten to sue me"]
)
def test_where_no_reason_is_given_none_is_likely(reader: Reader, text: str) -> None:
    assert reader.read(text).likely == ()


@pytest.mark.parametrize(
    "text", ["the manager hit on me", "he touched me", "he asked me out after the interview"]
)
def test_whoever_was_harassed_has_nothing_chosen_in_advance(reader: Reader, text: str) -> None:
    reading = reader.read(text)
    assert FlagKind.DISCRIMINATION in warned(reader, text)
    assert reading.guesses == tuple(item.category_id for item in reading.likely)


def test_what_is_not_sure_is_a_guess_and_what_is_sure_is_none(reader: Reader) -> None:
    assert "staying_current_counteroffer" in reader.read("he took the counter offer back").guesses
    assert reader.read("the pay is too low").guesses == ()
