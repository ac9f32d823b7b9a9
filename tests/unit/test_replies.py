"""What a typed message is taken for, and names of places as people write them."""

import pytest

from bot.flows.places import country_like, country_named, zone_like, zone_named
from bot.flows.replies import Heard, Meaning, heard_from, language_of, standing_in
from bot.wording import Words


def _heard(words: Words, *locales: str) -> Heard:
    said = [words.entries("replies.heard", locale) for locale in locales]
    fillers, denials = (
        " ".join(words.text(f"replies.{name}", locale) for locale in locales)
        for name in ("fillers", "denials")
    )
    return heard_from(said, fillers, denials)


@pytest.mark.parametrize(
    ("typed", "meaning"),
    [
        ("they rescinded", Meaning.WITHDRAWN),
        ("They just withdrew the offer!!", Meaning.WITHDRAWN),
        ("Acme rescinded", Meaning.WITHDRAWN),
        ("my offer has been rescinded, what now?", Meaning.WITHDRAWN),
        ("I rescinded my acceptance", Meaning.OTHER),
        ("I changed my mind", Meaning.CHANGED_MIND),
        ("honestly I'm having second thoughts", Meaning.CHANGED_MIND),
        ("I accepted their offer", Meaning.ACCEPTED),
        ("I accepted", Meaning.ACCEPTED),
        ("I said yes", Meaning.ACCEPTED),
        ("I accepted another offer", Meaning.OTHER),
        ("I'm not accepting", Meaning.OTHER),
        ("they offered more money", Meaning.COUNTERED),
        ("Acme offered me more", Meaning.COUNTERED),
        ("I called them", Meaning.CALLED),
        ("I called Acme this morning", Meaning.CALLED),
        ("I called in sick", Meaning.OTHER),
        ("I haven't told them", Meaning.OTHER),
        ("they didn't pick up", Meaning.UNREACHED),
        ("I have no answer yet", Meaning.OTHER),
        ("I sent it", Meaning.SENT),
        ("I haven't sent it", Meaning.OTHER),
        ("my call is in 5 minutes", Meaning.SOON),
        ("my call is in 15 min and I'm so nervous", Meaning.SCARED),
        ("I'm about to call Acme", Meaning.SOON),
        ("we talked about my call in 5 minutes of small talk with nobody at all", Meaning.OTHER),
        ("han retirado la oferta", Meaning.WITHDRAWN),
        ("Acme ha retirado la oferta", Meaning.WITHDRAWN),
        ("he cambiado de opinión", Meaning.CHANGED_MIND),
        ("he aceptado su oferta", Meaning.ACCEPTED),
        ("no voy a aceptarla", Meaning.OTHER),
        ("me ofrecen más dinero", Meaning.COUNTERED),
        ("les he llamado", Meaning.CALLED),
        ("no les he llamado", Meaning.OTHER),
        ("me han hecho una oferta muy rara", Meaning.START),
        ("lo he enviado", Meaning.SENT),
        ("mi llamada es en 5 minutos", Meaning.SOON),
        ("what do I say?", Meaning.SOON),
        ("I clicked the wrong button", Meaning.MISTAKEN),
        ("they extended the deadline", Meaning.MOVED),
        ("me he equivocado de botón", Meaning.MISTAKEN),
        ("I feel hopeless", Meaning.WEARY),
        ("no puedo más", Meaning.WEARY),
        ("i cant do this anymore", Meaning.WEARY),
        ("I can't go on like this", Meaning.WEARY),
        ("I can't do this", Meaning.SCARED),
    ],
)
def test_news_is_understood_and_what_only_resembles_it_is_not(
    words: Words, typed: str, meaning: Meaning
) -> None:
    instead = standing_in(typed, ["Acme"], ["they", "them"])
    assert _heard(words, "en", "es").meaning(typed, instead) is meaning


@pytest.mark.parametrize(
    ("typed", "meaning"),
    [
        ("stop", Meaning.STOP),
        ("stop it now please", Meaning.STOP),
        ("HELP me", Meaning.HELP),
        ("I need help", Meaning.HELP),
        ("ayuda por favor", Meaning.HELP),
        ("delete everything", Meaning.ERASE),
        ("bórralo todo", Meaning.ERASE),
        ("I'm so scared right now", Meaning.SCARED),
        ("tengo mucho miedo", Meaning.SCARED),
        ("they rescinded", Meaning.WITHDRAWN),
        ("I'm afraid my answer stands", Meaning.OTHER),
        ("Thanks for your help, but no", Meaning.OTHER),
        ("I can't do more than say no", Meaning.OTHER),
        ("Please stop asking, it's a no", Meaning.OTHER),
        ("I'd like to keep that private", Meaning.OTHER),
        ("Stopford", Meaning.OTHER),
        ("I quit", Meaning.OTHER),
        ("it is what it is", Meaning.OTHER),
        ("forget it", Meaning.OTHER),
        ("I need help now", Meaning.HELP),
    ],
)
def test_a_phrase_is_whole_with_nothing_but_fillers_around_it(
    words: Words, typed: str, meaning: Meaning
) -> None:
    assert _heard(words, "en", "es").whole_meaning(typed) is meaning


@pytest.mark.parametrize(
    ("typed", "meaning"),
    [
        ("Stop!", Meaning.STOP),
        ("don’t write to me", Meaning.PAUSE),
        ("please stop", Meaning.STOP),
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
        ("how do I say no", Meaning.HOW),
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
    assert _heard(words, "en").meaning(typed) is meaning


@pytest.mark.parametrize(
    ("typed", "own", "other"),
    [
        ("Tengo miedo, ¿qué hago ahora?", "en", "es"),
        ("no sé cómo decir que no a mi jefe", "en", "es"),
        ("I'm scared, what do I do now?", "es", "en"),
        ("I'm scared, what do I do now?", "en", ""),
        ("Tengo miedo", "es", ""),
        ("no entiendo nada", "en", "es"),
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
    heard = heard_from([{"pause": ", stop,", "help": "help"}])
    for typed in ("?", "🙂", "", "..."):
        assert heard.meaning(typed) is Meaning.HELP
    assert heard.meaning("hello there") is Meaning.OTHER


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
