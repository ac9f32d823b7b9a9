"""Whoever does not want to live is heard in plain words, and figures of speech are left alone."""

import json
from pathlib import Path

import pytest

from bot.flows.replies import despairs
from bot.wording import Words

DESPAIR = {
    "en": [
        "I want to kill myself",
        "i wanna die",
        "I just want to die.",
        "Honestly? I want to die",
        "kill myself",
        "I’m going to kill myself tonight",
        "I'll kill myself",
        "I've been thinking about killing myself",
        "I feel suicidal",
        "I'm suicidal",
        "suicidal thoughts again",
        "thinking of suicide",
        "suicide",
        "I don't want to live anymore",
        "I dont want to live",
        "I don't want to be alive",
        "I wish I was dead",
        "I wish I'd never been born",
        "I'd be better off dead",
        "I want to end my life",
        "I want to end it all",
        "there's no reason to live",
        "what's the point of living",
        "I have nothing left to live for",
        "life isn't worth living",
        "everyone would be better off without me",
        "I want to hurt myself",
        "they rescinded and now I want to die",
        "i can't go on living like this",
        "I want to take my own life",
        "I no longer want to live",
        "I self-harm",
        "I took all my pills",
        "I tried to kill myself last year",
        "I want to kill myself over this offer",
        "I WANT TO DIE",
        "no will to live",
    ],
    "es": [
        "quiero morirme",
        "Quiero morir",
        "me quiero morir",
        "me quiero matar",
        "quiero matarme",
        "voy a matarme",
        "me voy a suicidar",
        "estoy pensando en suicidarme",
        "pienso en el suicidio",
        "no quiero vivir",
        "ya no quiero vivir más",
        "no quiero seguir viviendo",
        "quiero acabar con mi vida",
        "quiero quitarme la vida",
        "no tengo ganas de vivir",
        "ojalá estuviera muerta",
        "quiero hacerme daño",
        "mi vida no tiene sentido",
        "todos estarían mejor sin mí",
        "tengo pensamientos suicidas",
        "no merece la pena vivir",
        "Tengo miedo. Quiero morirme.",
    ],
}
FIGURES_OF_SPEECH = [
    "this job is killing me",
    "my boss would kill me",
    "the commute would kill me",
    "they'd kill me if I left",
    "I'd kill for a raise",
    "my feet are killing me",
    "it would be career suicide",
    "I want to die of shame",
    "I wanted to die laughing",
    "I'm dying to work there",
    "I'm not going to kill myself for a salary",
    "I don't want to kill myself working",
    "I don't want to die at my desk",
    "Suicide Squad",
    "the deadline is dead",
    "I don't want to live in Ohio",
    "I don't want to live there",
    "it's a dead end",
    "it's a city where I don't want to live",
    "I want to end my life in sales",
    "the offer is dead to me",
    "I killed it in the interview",
    "I hurt myself running",
    "suicide prevention charity",
    "I'd rather die",
    "I'm killing myself for this company",
    "that's not a hill I want to die on",
    "I want to live abroad",
    "is it worth living there",
    "the team would be better off without me",
    "deadline",
    "I can't go on like this",
    "there's no point to negotiate",
    "I want to leave",
    "I could kill for a coffee",
    "my phone died",
    "este trabajo me mata",
    "mi jefe me mataría",
    "me muero de risa",
    "quiero morirme de risa",
    "me muero de ganas",
    "me quiero morir de vergüenza",
    "me voy a matar a trabajar",
    "no quiero vivir lejos",
    "no quiero vivir en Madrid",
    "un suicidio profesional",
    "el viaje me mata",
    "no quiero morirme trabajando",
    "no quiero seguir viviendo en Bilbao",
    "no merece la pena vivir tan lejos",
    "mis compañeros me matan",
    "es una ciudad donde no quiero vivir",
    "quiero vivir aquí",
    "muerto de sueño",
    "quiero dejarlo",
]


@pytest.mark.parametrize(("locale", "typed"), [(name, text) for name in DESPAIR for text in DESPAIR[name]])
def test_whoever_does_not_want_to_live_is_heard(words: Words, locale: str, typed: str) -> None:
    assert despairs(typed, words.patterns(locale))


@pytest.mark.parametrize("typed", FIGURES_OF_SPEECH)
def test_a_figure_of_speech_is_no_despair_in_any_language(words: Words, typed: str) -> None:
    assert not any(despairs(typed, words.patterns(locale)) for locale in words.locales)


def test_none_of_the_blunt_reasons_held_out_is_taken_for_despair(words: Words) -> None:
    folder = Path(__file__).parent.parent / "data"
    lines = [line for file in folder.glob("reasons*.jsonl") for line in file.read_text().splitlines()]
    texts = [json.loads(line)["text"] for line in lines]
    assert len(texts) > 500
    patterns = [words.patterns(locale) for locale in words.locales]
    assert [text for text in texts if any(despairs(text, item) for item in patterns)] == []
