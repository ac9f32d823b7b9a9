"""Whoever does not want to live is heard in plain words, and figures of speech are left alone."""

import json
from pathlib import Path

import pytest

from bot.flows.troubles import despairs
from bot.wording import Words

SENTENCES = Path(__file__).parent.parent / "data" / "despair"


def _sentences(mark: str) -> list[tuple[str, str]]:
    """The language of each sentence with it: + is despair, - is a figure of speech."""
    return [
        (file.stem, line[2:])
        for file in sorted(SENTENCES.glob("*.txt"))
        for line in file.read_text(encoding="utf-8").splitlines()
        if line[:2] == f"{mark} "
    ]


@pytest.mark.parametrize(("locale", "typed"), _sentences("+"))
def test_whoever_does_not_want_to_live_is_heard(words: Words, locale: str, typed: str) -> None:
    assert despairs(typed, words.patterns(locale))


@pytest.mark.parametrize("typed", [text for _, text in _sentences("-")])
def test_a_figure_of_speech_is_no_despair_in_any_language(words: Words, typed: str) -> None:
    assert not any(despairs(typed, words.patterns(locale)) for locale in words.locales)


def test_none_of_the_blunt_reasons_held_out_is_taken_for_despair(words: Words) -> None:
    folder = Path(__file__).parent.parent / "data"
    lines = [line for file in folder.glob("reasons*.jsonl") for line in file.read_text().splitlines()]
    texts = [json.loads(line)["text"] for line in lines]
    assert len(texts) > 500
    patterns = [words.patterns(locale) for locale in words.locales]
    assert [text for text in texts if any(despairs(text, item) for item in patterns)] == []
