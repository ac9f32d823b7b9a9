"""Harassment, threats and being found out are heard; what only sounds like it is left alone."""

import json
from pathlib import Path

import pytest

from bot.flows.troubles import Trouble, trouble_in
from bot.wording import Words

DATA = Path(__file__).parent.parent / "data"


def _sentences() -> list[tuple[str, str, str]]:
    """Language, what it is ("-" is none) and the sentence."""
    lines = [
        (file.stem, line)
        for file in sorted((DATA / "trouble").glob("*.txt"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    return [(locale, *line.split(" ", 1)) for locale, line in lines]  # type: ignore[misc]


@pytest.mark.parametrize(("locale", "kind", "typed"), [item for item in _sentences() if item[1] != "-"])
def test_trouble_is_heard(words: Words, locale: str, kind: str, typed: str) -> None:
    assert trouble_in(typed, words.patterns(locale)) == kind


@pytest.mark.parametrize("typed", [text for _, kind, text in _sentences() if kind == "-"])
def test_what_only_sounds_like_trouble_is_none_in_any_language(words: Words, typed: str) -> None:
    assert not any(trouble_in(typed, words.patterns(locale)) for locale in words.locales)


def test_hardly_any_blunt_reason_is_taken_for_trouble(words: Words) -> None:
    lines = [line for name in ("dev", "seen") for line in
             (DATA / f"reasons.{name}.jsonl").read_text(encoding="utf-8").splitlines()]  # fmt: skip
    texts = [json.loads(line)["text"] for line in lines]
    assert len(texts) > 900
    patterns = [words.patterns(locale) for locale in words.locales]
    heard = [text for text in texts if any(trouble_in(text, item) for item in patterns)]
    assert len(heard) <= 2, heard


@pytest.mark.parametrize("trouble", list(Trouble))
@pytest.mark.parametrize("locale", ["en", "es"])
def test_whoever_is_in_trouble_is_told_who_can_help_and_gets_no_verdict(
    words: Words, locale: str, trouble: Trouble
) -> None:
    said = words.text(f"replies.trouble.{trouble}", locale)
    helpers = {"en": ("lawyer", "union"), "es": ("abogado", "sindicato")}[locale]
    assert all(helper in said for helper in helpers)
    assert not any(verdict in said for verdict in ("illegal", "unlawful", "you can sue", "ilegal"))
