"""What a typed message is taken for, and names of places as people write them."""

import pytest

from bot.flows.places import country_like, country_named, zone_like, zone_named
from bot.flows.replies import Meaning, language_of, meaning_of
from bot.wording import Words


@pytest.mark.parametrize(
    ("typed", "meaning"),
    [
        ("Stop!", Meaning.PAUSE),
        ("don’t write to me", Meaning.PAUSE),
        ("please stop", Meaning.PAUSE),
        ("I can't stop crying", Meaning.OTHER),
        ("they want me to stop by and resume talks", Meaning.OTHER),
        ("resume", Meaning.RESUME),
        ("HELP", Meaning.HELP),
        ("?", Meaning.HELP),
        ("can you help me", Meaning.HELP),
        ("how do I export", Meaning.EXPORT),
        ("please delete my data", Meaning.ERASE),
        ("time zone?", Meaning.SETTINGS),
        ("what's next", Meaning.LIST),
        ("I'm scared", Meaning.SCARED),
        ("help, I'm so nervous", Meaning.SCARED),
        ("I can't do this", Meaning.SCARED),
        ("I'm really scared and I don't know what to do", Meaning.SCARED),
        ("what do I do now?", Meaning.NEXT),
        ("is this private?", Meaning.PRIVATE),
        ("can my boss see this", Meaning.PRIVATE),
        ("how do I say no", Meaning.START),
        ("I got a job offer", Meaning.START),
        ("Now what", Meaning.NEXT),
        ("ok so what should I do", Meaning.NEXT),
        ("thanks!", Meaning.THANKS),
        ("hi", Meaning.HELLO),
        ("my new boss is a walrus", Meaning.OTHER),
        ("I told them everything and they said delete the contract and start over", Meaning.OTHER),
        ("🙂", Meaning.HELP),
    ],
)
def test_plain_words_are_understood_and_stories_are_left_alone(
    words: Words, typed: str, meaning: Meaning
) -> None:
    assert meaning_of(typed, words.entries("replies.heard", "en")) is meaning


@pytest.mark.parametrize(
    ("typed", "own", "other"),
    [
        ("Tengo miedo, ¿qué hago ahora?", "en", "es"),
        ("no sé cómo decir que no a mi jefe", "en", "es"),
        ("I'm scared, what do I do now?", "es", "en"),
        ("I'm scared, what do I do now?", "en", ""),
        ("Tengo miedo", "es", ""),
        ("hola", "en", ""),
        ("no", "es", ""),
        ("los angeles", "en", ""),
        ("", "en", ""),
    ],
)
def test_a_sentence_in_another_language_is_noticed_and_a_word_is_not(
    words: Words, typed: str, own: str, other: str
) -> None:
    marks = {locale: words.text("replies.marks", locale) for locale in words.locales}
    assert language_of(typed, own, marks) == other


def test_a_stray_comma_in_the_words_means_nothing() -> None:
    heard = {"pause": ", stop,", "help": "help"}
    for typed in ("?", "🙂", "", "..."):
        assert meaning_of(typed, heard) is Meaning.HELP
    assert meaning_of("hello there", heard) is Meaning.OTHER


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("madrid", "Europe/Madrid"),
        ("New York", "America/New_York"),
        ("america/new_york", "America/New_York"),
        ("São Paulo", "America/Sao_Paulo"),
        ("Buenos Aires", "America/Argentina/Buenos_Aires"),
        ("utc", "UTC"),
        ("Mars/Olympus", ""),
        ("", ""),
    ],
)
def test_a_time_zone_is_found_by_a_city(typed: str, zone: str) -> None:
    assert zone_named(typed) == zone


def test_one_that_is_nearly_right_is_proposed(words: Words) -> None:
    countries = words.text("settings.countries", "en")
    assert zone_like("Mardid") == "Europe/Madrid"
    assert zone_like("qqqq") == ""
    assert country_like("Spian", countries) == "Spain"
    assert country_like("Atlantis", countries) == ""


def test_a_country_is_found_by_its_name_its_letters_and_what_people_call_it(words: Words) -> None:
    countries, aliases = (words.text(f"settings.{name}", "en") for name in ("countries", "country_aliases"))
    for typed, code in (("Spain", "ES"), ("es", "ES"), ("UK", "GB"), ("usa", "US"), ("curacao", "CW")):
        assert country_named(typed, countries, aliases) == code
    assert country_named("Atlantis", countries, aliases) == ""
    assert country_named("", countries, aliases) == ""
