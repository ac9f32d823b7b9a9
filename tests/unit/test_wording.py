"""The wording engine: locales, a workspace's own words, and what is made of names."""

from pathlib import Path

import pytest
from jinja2.exceptions import SecurityError
from jinja2.sandbox import SandboxedEnvironment

from bot.wiring import template_folder
from bot.wording import MissingWordsError, Words
from bot.wording.shapes import first_name, in_words, lower_first, sentence

TITLES = {"dr", "ms"}


def _overlay(folder: Path, text: str) -> Words:
    place = folder / "en" / "words"
    place.mkdir(parents=True)
    (place / "home.yml").write_text(text)
    return Words(template_folder(), folder)


def test_a_locale_falls_back_to_its_language_and_to_english(words: Words) -> None:
    assert words.text("home.heading", "en-GB") == words.text("home.heading", "xx-YY") == "Your offers"


def test_a_missing_key_is_named(words: Words) -> None:
    with pytest.raises(MissingWordsError, match=r"home\.nothing"):
        words.text("home.nothing", "en")


def test_a_workspace_changes_one_word_and_keeps_the_rest(tmp_path: Path) -> None:
    own = _overlay(tmp_path, "heading: Begin here\n")
    assert own.text("home.heading", "en") == "Begin here"
    assert own.text("home.list", "en") == "Your offers:"
    assert own.problems == ()


def test_a_mistake_in_a_workspaces_words_is_named_and_ours_is_used(tmp_path: Path) -> None:
    own = _overlay(tmp_path, 'heading: "{{ begin"\n')
    assert own.text("home.heading", "en") == "Your offers"
    assert len(own.problems) == 1
    assert "home.yml" in own.problems[0]


def test_what_a_person_types_is_never_a_template(words: Words) -> None:
    assert words.text("home.is_company", "en", typed="{{ 7 * 7 }}") == "{{ 7 * 7 }} is the company"


def test_a_workspaces_template_reaches_nothing_but_its_facts() -> None:
    with pytest.raises(SecurityError):
        SandboxedEnvironment().from_string("{{ ''.__class__.__mro__ }}").render()


def test_names_read_as_one_says_them() -> None:
    assert first_name("Dana O'Neil", TITLES) == "Dana"
    assert first_name("李 小龙", TITLES) == "李 小龙"
    assert first_name("Dr. Ken Ito", TITLES) == "Dr. Ken Ito"
    assert first_name("X", TITLES) == "X"
    assert first_name("", TITLES) == ""
    assert sentence("i'd be glad") == "I'd be glad."
    assert sentence("at Acme Inc.") == "At Acme Inc."
    assert lower_first("After a while") == "after a while"
    assert lower_first("I've decided") == "I've decided"
    assert (in_words(3, ["zero", "one", "two", "three"]), in_words(40, ["zero"])) == ("three", "40")
