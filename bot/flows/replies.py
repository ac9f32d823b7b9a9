"""What somebody means who types to Ajar: a few plain words, read and not kept."""

import re
from collections.abc import Mapping
from enum import StrEnum

LONGEST_IN_WORDS = 6  # a longer text tells a story, and is nobody's command


class Meaning(StrEnum):
    """What a typed message was taken for; each has an answer of its own."""

    PAUSE = "pause"
    RESUME = "resume"
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


def meaning_of(text: str, heard: Mapping[str, str]) -> Meaning:
    """Which of the phrases it is, or holds; heard: meaning → phrases with commas between them."""
    typed = _plain(text)
    if not typed:  # a question mark or a picture
        return Meaning.HELP
    phrases = {Meaning(name): [_plain(item) for item in held.split(",")] for name, held in heard.items()}
    for meaning, known in phrases.items():
        if typed in known:
            return meaning
    if len(typed.split()) > LONGEST_IN_WORDS:
        return Meaning.OTHER
    for meaning, known in phrases.items():
        if meaning not in EXACT and any(f" {phrase} " in f" {typed} " for phrase in known):
            return meaning
    return Meaning.OTHER


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s]", " ", text.casefold().replace("’", "'").replace("'", "")).split())
