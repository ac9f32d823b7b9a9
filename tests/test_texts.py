"""What holds for every text that a person reads, in every language."""

import re
from collections.abc import Iterator

import pytest
import yaml

from bot.coaching.reasons import Catalogue, Reading
from bot.slack.views.modals import LONGEST_TITLE
from bot.wiring import template_folder
from bot.wording import Words

LOCALES = sorted(item.name for item in template_folder().iterdir() if item.is_dir())
RULES = {"patterns", "warnings", "language", "concepts", "cues", "names"}  # no text for people
BAR = re.compile(r"[._](?:title|submit|close|back)$")  # of a window
OTHERS = re.compile(
    r"^(?:pages|installing)\.|\.(?:options|end|choices|buttons|told)\."
)  # a page, a list, a message
QUOTES = {"en": "“”", "es": "«»"}


def _texts(locale: str) -> Iterator[tuple[str, str]]:
    """Every text of a language with its name."""
    for file in sorted((template_folder() / locale).rglob("*.yml")):
        if file.stem not in RULES:
            yield from _leaves(yaml.safe_load(file.read_text(encoding="utf-8")), file.stem)


def _leaves(held: object, key: str) -> Iterator[tuple[str, str]]:
    if isinstance(held, dict):
        for name, item in held.items():
            yield from _leaves(item, f"{key}.{name}")
    elif isinstance(held, list):
        for number, item in enumerate(held):
            yield from _leaves(item, f"{key}.{number}")
    else:
        yield key, str(held)


@pytest.mark.parametrize("locale", LOCALES)
def test_what_stands_in_the_bars_of_a_window_fits(locale: str) -> None:
    bars = [(key, text) for key, text in _texts(locale) if BAR.search(key) and not OTHERS.search(key)]
    assert len(bars) >= 30
    for key, text in bars:
        assert "{" not in text, f"templates/{locale}: {key}: how long it gets nobody knows"
        assert len(text) <= LONGEST_TITLE, f"templates/{locale}: {key}: {text}"


@pytest.mark.parametrize("locale", LOCALES)
def test_a_language_has_one_kind_of_quotation_mark(locale: str) -> None:
    others = "".join(marks for name, marks in QUOTES.items() if name != locale)
    for key, text in _texts(locale):
        assert not set(others) & set(text), f"templates/{locale}: {key}: {text}"
        opening, closing = QUOTES[locale]
        assert text.count(opening) == text.count(closing), f"templates/{locale}: {key}: {text}"
        if locale != "en":  # in English names carry an apostrophe
            assert not re.search(r"[‘’„]", text), f"templates/{locale}: {key}: {text}"


def test_no_quotation_mark_of_a_language_stands_in_code() -> None:
    flows = template_folder().parent / "bot" / "flows"
    for path in flows.rglob("*.py"):
        code = "\n".join(line.partition("#")[0] for line in path.read_text().splitlines())
        assert not re.search(r"[“”«»]", code), path


def test_a_language_without_examples_is_read_by_sound_expressions(words: Words, catalogue: Catalogue) -> None:
    read_by_expressions = [name for name in LOCALES if words.patterns(name).warnings]
    assert set(catalogue.translations) <= set(read_by_expressions), "nobody hears an insult in it"
    for locale in read_by_expressions:
        patterns = words.patterns(locale)
        assert set(patterns.reasons) == set(catalogue.categories), f"templates/{locale}/patterns.yml: reasons"
        assert patterns.read("…") == Reading()  # every expression is compiled for it


# What a wording claims beside the reason itself: something done, agreed, or decided elsewhere.
CLAIMS = {
    "en": r"\bI(?:'ve| have) (?:accepted|agreed|committed|chosen|signed|been given|set)\b"
    r"|\bI'm (?:committed|committing)\b"
    r"|\bmy (?:studies|household|immigration|current (?:responsibilities|team))\b|further training",
    "es": r"\b(?:he aceptado|he acordado|me he comprometido|he elegido|me han dado|me he fijado)\b"
    r"|voy a dedicarme|mis estudios|mi hogar|mi proceso",
}


@pytest.mark.parametrize("locale", list(CLAIMS))
def test_only_wordings_that_are_marked_so_claim_more_than_the_reason(
    locale: str, catalogue: Catalogue
) -> None:
    claims = re.compile(CLAIMS[locale], re.IGNORECASE)
    known = list(catalogue.of(locale))
    plain = [text for item in known for text in (*item.phrasings, item.door_open) if claims.search(text)]
    assert plain == []
    assert sum(bool(claims.search(text)) for item in known for text in item.if_so) >= 8  # or it bites nothing
