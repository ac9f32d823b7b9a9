"""What Ajar itself gives one to type is understood: the label of every button, and every example."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from bot.coaching.case import Case, EventKind
from bot.flows.acts import Act
from bot.flows.labels import AROUND, MEANT, PLACES
from bot.flows.replies import NEWS, Meaning
from bot.flows.troubles import despairs, trouble_in
from bot.wiring import template_folder
from bot.wording import Words
from tests.making import NOW, a_case
from tests.unit.test_talk import PHASES, answered, said_in, sent

LOCALES = ("en", "es")
ALONE = "lorem ipsum dolor sit amet"
QUOTED = re.compile(r"[“«]([^”»]+)[”»]")
INVITING = "such as|type|typing|como|escribe|escribes|escríbelo también, por ejemplo"
TO_TYPE = re.compile(rf"(?:{INVITING}) ((?:(?:, | or | o )?[“«][^”»]+[”»])+)", re.I)
OFFER = {
    "en": (
        "Dear Robin, we are delighted to offer you the position of Operations Lead at Helios. Your starting"
        " salary will be 61,000 a year with 25 days of leave, and your start date is 1 March. Please sign"
        " and return this letter by Friday. We look forward to welcoming you."
    ),
    "es": (
        "Hola, Robin: nos complace ofrecerte el puesto de responsable de operaciones en Helios. Tu salario"
        " bruto será de 41.000 euros, con 25 días de vacaciones y un periodo de prueba de tres meses. Firma"
        " la carta y devuélvela antes del 5. Quedamos a la espera."
    ),
}


def _labels(words: Words, locale: str) -> Iterator[tuple[str, str]]:
    for place in PLACES:
        for name, label in words.entries(place, locale).items():
            yield name, label
    for name in AROUND:
        yield name, words.text(f"home.buttons.{name}", locale)
    for key in ("replies.again", "replies.after_all"):
        yield key, words.text(key, locale)


@pytest.mark.parametrize("locale", LOCALES)
async def test_the_label_of_every_button_is_understood_when_it_is_typed(locale: str, words: Words) -> None:
    for name, label in _labels(words, locale):
        assert name in {*MEANT, *AROUND, "replies.again", "replies.after_all"}, f"{name} means nothing yet"
        for phase in ("none", "untold", "later"):
            found, _ = await answered(words, PHASES[phase], label, locale)
            assert found is not Meaning.OTHER, (phase, name, label)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("phase", PHASES)
async def test_what_a_button_below_a_message_does_is_offered_when_its_label_is_typed(
    phase: str, locale: str, words: Words
) -> None:
    _, shown = await answered(words, PHASES[phase], ALONE, locale)
    assert shown.choices
    for choice in shown.choices:
        found, letter = await answered(words, PHASES[phase], choice.label, locale)
        if choice.action == Act.HELP_OPEN:
            assert found is Meaning.HELP
        else:
            assert choice.action in [item.action for item in letter.choices], (choice.label, said_in(letter))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("phase", PHASES)
async def test_each_example_that_is_given_fits_the_moment_and_is_no_cry_for_help(
    phase: str, locale: str, words: Words
) -> None:
    hints = words.entries(f"replies.{'answers' if phase == 'none' else f'at.{phase}'}.other", locale)
    _, shown = await answered(words, PHASES[phase], ALONE, locale)
    assert shown.passages[0].text in hints.values()
    for example in [item for hint in hints.values() for item in QUOTED.findall(hint)]:
        found, letter = await answered(words, PHASES[phase], example, locale)
        assert found not in {Meaning.OTHER, Meaning.WEARY, Meaning.SCARED}, example
        assert not any(despairs(example, words.patterns(item)) for item in LOCALES), example
        assert not any(trouble_in(example, words.patterns(item)) for item in LOCALES), example
        assert not any(word in said_in(letter) for word in ("findahelpline", "988")), example
        if phase != "none" and found in NEWS:
            assert "Acme · Product Designer" in said_in(letter), f"{example} is about nothing at this moment"


@pytest.mark.parametrize("locale", LOCALES)
async def test_whatever_a_text_invites_to_type_is_understood_and_never_answered_with_a_crisis_line(
    locale: str, words: Words
) -> None:
    invited = {
        example
        for file in sorted((template_folder() / locale / "words").glob("*.yml"))
        if file.stem != "rubric"  # what one had better not write to others
        for text in _texts(file)
        for match in TO_TYPE.findall(text)
        for example in QUOTED.findall(match)
    }
    assert len(invited) > 30
    for example in invited:
        found, letter = await answered(words, PHASES["untold"], example, locale)
        assert found not in {Meaning.OTHER, Meaning.WEARY}, example
        assert not any(despairs(example, words.patterns(item)) for item in LOCALES), example
        assert "findahelpline" not in said_in(letter), example


def _texts(file: Path) -> Iterator[str]:
    waiting = [yaml.safe_load(file.read_text(encoding="utf-8"))]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            waiting += [held for name, held in item.items() if name != "heard"]
        elif isinstance(item, str):
            yield item


@pytest.mark.parametrize("locale", LOCALES)
async def test_a_whole_offer_that_is_pasted_begins_a_new_one(locale: str, words: Words) -> None:
    for cases in (PHASES["none"], PHASES["untold"], (a_case(company="Helios"),)):
        found, letter = await answered(words, cases, OFFER[locale], locale)
        assert found is Meaning.OFFERED
        assert [item.action for item in letter.choices] == [Act.DECLINE_START]
    found, _ = await answered(words, PHASES["none"], " ".join([ALONE] * 20), locale)
    assert found is Meaning.OTHER


@pytest.mark.parametrize(
    ("locale", "typed"), [("en", "how do I say no to this?"), ("es", "¿cómo digo que no?")]
)
async def test_after_an_offer_was_pasted_a_question_is_about_that_one(
    locale: str, typed: str, words: Words
) -> None:
    orbit = a_case(company="Orbit")
    found, letter = await answered(words, (orbit,), typed, locale, before=OFFER[locale])
    assert found is Meaning.OFFERED
    assert letter.choices[0].action == Act.DECLINE_START
    found, letter = await answered(words, (orbit,), f"{typed} Orbit", locale, before=OFFER[locale])
    assert found is Meaning.HOW, "one that is named is meant"
    found, letter = await answered(words, (orbit,), typed, locale)
    assert found is Meaning.HOW


def _several() -> tuple[Case, ...]:
    return (
        a_case(id="helios", company="Helios"),
        a_case(id="orbit", company="Orbit"),
    )


@pytest.mark.parametrize(
    ("locale", "typed"), [("en", "she replied: no openings"), ("es", "me ha contestado")]
)
async def test_news_may_be_of_the_one_that_something_was_just_done_about(
    locale: str, typed: str, words: Words
) -> None:
    kept = _kept(timedelta(days=200))
    found, letter = await answered(words, (*_several(), kept), typed, locale)
    assert found is Meaning.ANSWERED
    assert [item.label.partition(" ")[0] for item in letter.choices] == ["Northwind", "Helios", "Orbit"]
    assert not any(said in said_in(letter) for said in ("your no", "tu no"))


def _kept(ago: timedelta) -> Case:
    """In touch for long, and written to a moment ago."""
    held = sent(ago)
    told = Case(**{**vars(held), "id": "northwind"})
    offer = {**vars(told.offer), "company": "Northwind", "contact_name": "Ken Ito"}
    named = Case(**{**vars(told), "offer": type(told.offer)(**offer)})
    return named.with_event(EventKind.CONTACT, NOW - timedelta(minutes=1))


@pytest.mark.parametrize(
    ("locale", "typed", "calm"),
    [
        ("en", "I'm nervous about writing to Ken", "gladder"),
        ("es", "estoy nerviosa por escribir a Ken", "se alegra más"),
    ],
)
async def test_fear_of_writing_to_somebody_is_answered_for_them_and_contradicts_nothing(
    locale: str, typed: str, calm: str, words: Words
) -> None:
    _, letter = await answered(words, (a_case(company="Orbit"), _kept(timedelta(days=200))), typed, locale)
    assert calm in said_in(letter)
    assert "Orbit" not in said_in(letter)
    assert letter.choices[0].action == Act.NOTE_PERSONALISE


@pytest.mark.parametrize(("locale", "typed"), [("en", "im so nervous"), ("es", "estoy muy nerviosa")])
async def test_what_is_done_is_called_done_for_that_one_and_another_is_named_as_another(
    locale: str, typed: str, words: Words
) -> None:
    other = a_case(id="case2", company="Globex", created_at=NOW - timedelta(hours=3))
    _, letter = await answered(words, (sent(timedelta(hours=1)), other), typed, locale)
    lead = words.text("replies.ahead.another", locale, step="Globex")
    assert lead in said_in(letter)
