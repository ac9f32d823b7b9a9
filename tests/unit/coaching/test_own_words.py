"""Wordings of one's own join the sentence that they stand in, and what could close the door is named."""

import pytest

from bot.coaching.own_words import joined, listed, slips_in
from bot.wording import Words


@pytest.mark.parametrize(
    ("locale", "typed", "stands"),
    [
        ("en", "I'm looking for a higher salary", "I'm looking for a higher salary"),
        ("en", "because the pay sucks 💩", "the pay sucks 💩"),
        ("en", "Because I want to grow.", "I want to grow"),
        ("en", "because of the pay", "because of the pay"),
        ("en", "The pay is too low for me.", "the pay is too low for me"),
        ("en", "Berlin  is too far\n", "Berlin is too far"),
        ("es", "Porque el sueldo es bajo", "el sueldo es bajo"),
        ("es", "Busco un sueldo más alto.", "busco un sueldo más alto"),
    ],
)
def test_a_wording_reads_well_after_why(locale: str, typed: str, stands: str, words: Words) -> None:
    assert joined(typed, words.patterns(locale)) == stands


@pytest.mark.parametrize(
    ("locale", "wording", "slips"),
    [
        ("en", "I'm looking for a higher salary", ()),
        ("en", "my family comes first", ()),
        ("en", "the pay is not enough", ("own_opening",)),
        ("en", "the pay sucks 💩", ("kind", "own_opening")),
        ("en", "I won't work for peanuts", ("kind",)),
        ("en", "I was offered $90,000 elsewhere", ("no_figure",)),
        ("en", "I'm joining Globex", ("no_rival",)),
        ("es", "busco un sueldo más alto", ()),
        ("es", "el sueldo es una miseria", ("kind", "own_opening")),
    ],
)
def test_what_could_close_the_door_is_named(
    locale: str, wording: str, slips: tuple[str, ...], words: Words
) -> None:
    assert slips_in(wording, words.patterns(locale)) == slips


def test_wordings_in_a_list_go_on_in_small_letters_where_a_language_has_them() -> None:
    assert listed(["Busco otra cosa", "Me gustaría crecer"]) == "busco otra cosa; me gustaría crecer"
    assert listed(["I'm moving", "IBM is far", "My time"]) == "I'm moving; IBM is far; my time"
