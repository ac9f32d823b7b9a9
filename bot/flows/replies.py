"""What somebody means who types to Ajar: a few plain words, read and not kept."""

import re
from collections.abc import Mapping
from enum import StrEnum

LONGEST_IN_WORDS = 6  # a longer text tells a story, and is nobody's command
LONGEST_FEELING = 12  # whoever is lost says so in a sentence, and the answer does nothing
FEWEST_MARKS = 2  # words of another language that make it plain


class Meaning(StrEnum):
    """What a typed message was taken for; each has an answer of its own."""

    PAUSE = "pause"
    RESUME = "resume"
    SCARED = "scared"
    NEXT = "next"
    PRIVATE = "private"
    HELP = "help"
    LIST = "list"
    SETTINGS = "settings"
    EXPORT = "export"
    IMPORT = "import"
    ERASE = "erase"
    START = "start"
    THANKS = "thanks"
    HELLO = "hello"
    OTHER = "other"


# The first two are done at once, and the others' words stand in many sentences: the whole text has to be it.
EXACT = frozenset({Meaning.PAUSE, Meaning.RESUME, Meaning.START, Meaning.THANKS, Meaning.HELLO})
FELT = frozenset({Meaning.SCARED, Meaning.NEXT})


def meaning_of(text: str, heard: Mapping[str, str]) -> Meaning:
    """Which of the phrases it is, or holds; heard: meaning → phrases with commas between them."""
    typed = _plain(text)
    if not typed:  # a question mark or a picture
        return Meaning.HELP
    phrases = {Meaning(name): [_plain(item) for item in held.split(",")] for name, held in heard.items()}
    for meaning, known in phrases.items():
        if typed in known:
            return meaning
    length = len(typed.split())
    for meaning, known in phrases.items():
        longest = LONGEST_FEELING if meaning in FELT else 0 if meaning in EXACT else LONGEST_IN_WORDS
        if length <= longest and any(f" {phrase} " in f" {typed} " for phrase in known):
            return meaning
    return Meaning.OTHER


def language_of(text: str, own: str, marks: Mapping[str, str]) -> str:
    """Another language than their own that a text is plainly in; empty when none is.

    marks: locale → words by which it is known, with blanks between.
    """
    words = _plain(text).split()
    counts = {locale: sum(word in known for word in words) for locale, known in _sets(marks).items()}
    others = [locale for locale in counts if locale != own]
    best = max(others, key=counts.__getitem__, default="")
    is_plain = best and counts[best] >= FEWEST_MARKS and counts[best] > counts.get(own, 0)
    return best if is_plain else ""


def _sets(marks: Mapping[str, str]) -> dict[str, frozenset[str]]:
    return {locale: frozenset(words.split()) for locale, words in marks.items()}


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s]", " ", text.casefold().replace("’", "'").replace("'", "")).split())
