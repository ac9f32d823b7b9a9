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
    assert not reader.read(text).suggestions


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


PLAIN = "It's 1h40 each way on two trains."
AROUND = (
    "They gave me lunch and showed me round the whole building.",
    "I spoke to my sister about it on Sunday evening.",
    "There is a dog that sleeps under the reception desk.",
    "I have been writing lists for a week now.",
    "The lady who met me had read everything I sent.",
    "It rained all day and I wore the wrong shoes.",
)


@pytest.mark.parametrize("often", [2, 3, 6])
def test_what_one_sentence_says_plainly_stays_sure_however_much_stands_around_it(
    often: int, reader: Reader
) -> None:
    ramble = " ".join(f"{' '.join(AROUND[:often])} {PLAIN}" for _ in range(30))[:3000]
    reading = reader.read(ramble)
    assert "location_commute" in [item.category_id for item in reading.likely]
    assert "location_commute" not in reading.guesses


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        (
            "The interviewer called me stupid to my face and asked if I plan to have kids. He's a sexist pig."
            " Also the pay is an insult, 20% below market, and honestly the product is boring as hell",
            "compensation",
        ),
        ("The boss is a sexist pig and the pay is bad", "compensation"),
        ("They asked whether I want kids. The commute is far too long.", "location_commute"),
    ],
)
def test_what_is_said_beside_a_mistreatment_stays_sure_and_the_rest_is_left_out(
    text: str, sure: str, reader: Reader
) -> None:
    reading = reader.read(text)
    assert FlagKind.DISCRIMINATION in warned(reader, text)
    assert {item.category_id for item in reading.likely} - set(reading.guesses) == {sure}


@pytest.mark.parametrize("text", ["my husband is travelling every week", "my wife travels a lot for work"])
def test_the_travels_of_somebody_else_are_not_surely_ones_own(text: str, reader: Reader) -> None:
    reading = reader.read(text)
    assert "travel" not in {item.category_id for item in reading.likely} - set(reading.guesses)
    assert reading.suggestions[0].category_id == "partner_career"
    assert "travel" not in reader.read("too much travelling every week").guesses


@pytest.mark.parametrize(
    "text",
    [
        "The interviewer called me stupid to my face",
        "they said I was an idiot",
        "she told me I'd be useless there",
        "He called my husband a clown",
    ],
)
def test_whoever_was_insulted_is_not_told_that_they_insult(text: str, reader: Reader) -> None:
    assert FlagKind.INSULT not in warned(reader, text)


@pytest.mark.parametrize("text", ["He's a sexist pig", "the founder is a racist old dinosaur"])
def test_an_insult_is_one_also_beside_an_accusation(text: str, reader: Reader) -> None:
    assert {FlagKind.INSULT, FlagKind.DISCRIMINATION} <= warned(reader, text)


@pytest.mark.parametrize(
    ("text", "is_a_secret"),
    [
        ("please don't tell them about my divorce", False),
        ("I'm pregnant, please don't tell them about the baby", False),
        ("just don't tell him that I'm moving in with somebody", False),
        ("don't tell them about the layoffs, I heard it from a friend inside", True),
        ("don't tell anyone who told me", True),
    ],
)
def test_a_plea_about_oneself_tells_nobodys_secret(text: str, is_a_secret: bool, reader: Reader) -> None:
    assert (FlagKind.CONFIDENTIAL in warned(reader, text)) is is_a_secret
    assert FlagKind.LIE not in warned(reader, text)


def test_a_name_that_both_sides_know_draws_nobody_in(reader: Reader) -> None:
    text = "Priya was wonderful, and my boss Gareth made me a better offer"
    named = [text[item.span.start : item.span.end] for item in reader.read(text).findings]
    assert named == ["Priya", "Gareth"]
    left = reader.read(text).about(text, ("Acme", "Priya Raman")).findings
    assert [text[item.span.start : item.span.end] for item in left] == ["Gareth"]
