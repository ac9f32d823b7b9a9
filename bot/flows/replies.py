"""What somebody means who types to Ajar: a few plain words, read and not kept."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.coaching.patterns import Patterns

LONGEST_IN_WORDS = 6  # a longer text tells a story, and is nobody's command
LONGEST_FEELING = 12  # whoever is lost says so in a sentence, and the answer does nothing
FEWEST_MARKS = 2  # words of another language that make it plain
WHOLE = "="  # before a phrase that means it only as the whole text
ANY_NUMBER = "5"  # as phrases write it


class Meaning(StrEnum):
    """What a typed message was taken for; each has an answer of its own."""

    PAUSE = "pause"
    STOP = "stop"  # ends a practice; outside of one it is a pause
    LEAVE = "leave"  # a practice, and nothing else
    RESUME = "resume"
    WEARY = "weary"  # it may be about more than an offer
    SCARED = "scared"
    WITHDRAWN = "withdrawn"  # they took the offer back
    COUNTERED = "countered"  # they offered more
    CHANGED_MIND = "changed_mind"
    ACCEPTED = "accepted"
    CALLED = "called"  # or tried to
    SENT = "sent"
    SOON = "soon"  # the call is in a few minutes, or the words for it are wanted
    MISTAKEN = "mistaken"  # something was typed wrong or clicked by mistake
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


class Trouble(StrEnum):
    """What no template mends, by the name of its expression and of its words; the gravest first."""

    HARMED = "harmed"
    THREATENED = "threatened"
    FOUND_OUT = "found_out"


# The first two are done at once, and the others' words stand in many sentences: the whole text has to be it.
EXACT = frozenset(
    {Meaning.PAUSE, Meaning.STOP, Meaning.LEAVE, Meaning.RESUME, Meaning.START, Meaning.THANKS, Meaning.HELLO}
)
# Something has happened; the answer has the buttons that say so.
NEWS = frozenset(
    {
        Meaning.WITHDRAWN,
        Meaning.COUNTERED,
        Meaning.CHANGED_MIND,
        Meaning.ACCEPTED,
        Meaning.CALLED,
        Meaning.SENT,
        Meaning.SOON,
        Meaning.MISTAKEN,
    }
)
FELT = frozenset({Meaning.WEARY, Meaning.SCARED, Meaning.NEXT}) | NEWS
# What wins over a practice; the others could be an answer to what is asked in one.
INTERRUPTING = frozenset(Meaning) - {
    Meaning.CHANGED_MIND,
    Meaning.ACCEPTED,
    Meaning.CALLED,
    Meaning.SENT,
    Meaning.MISTAKEN,
    Meaning.START,
    Meaning.THANKS,
    Meaning.HELLO,
    Meaning.OTHER,
}
LEAVING = frozenset({Meaning.STOP, Meaning.LEAVE})  # the practice is over, and everything else goes on
ENDING = LEAVING | {Meaning.PAUSE, Meaning.ERASE}  # and the practice is over with it
OUTSIDE: Mapping[Meaning, Meaning] = {Meaning.STOP: Meaning.PAUSE}  # what it means where nothing is practised


@dataclass(frozen=True)
class Heard:
    """The phrases at hand, with what may stand around them."""

    phrases: Mapping[Meaning, frozenset[str]]
    whole: frozenset[str] = frozenset()  # those that mean it only as the whole text
    fillers: frozenset[str] = frozenset()
    denials: frozenset[str] = frozenset()  # before a phrase they turn it round

    def meaning(self, text: str, stand_ins: Iterable[str] = ()) -> Meaning:
        """Which of the phrases it is, or holds; stand_ins: the text with names replaced, tried as well."""
        texts = [_plain(text), *map(_plain, stand_ins)]
        if not texts[0]:  # a question mark or a picture
            return Meaning.HELP
        for meaning, known in self.phrases.items():
            if not known.isdisjoint(texts):
                return meaning
        length = len(texts[0].split())
        for meaning, known in self.phrases.items():
            longest = LONGEST_FEELING if meaning in FELT else 0 if meaning in EXACT else LONGEST_IN_WORDS
            if length <= longest and any(self._holds(typed, meaning, known - self.whole) for typed in texts):
                return meaning
        return Meaning.OTHER

    def whole_meaning(self, text: str, stand_ins: Iterable[str] = ()) -> Meaning:
        """Which of the phrases it is, with nothing around it but fillers, such as "please" and "now"."""
        texts = {_plain(item) for item in (text, *stand_ins)}
        bare = {self._bare(item) for item in texts}
        for meaning, known in self.phrases.items():
            stripped = {self._bare(phrase) for phrase in known} - {""}
            # What fillers have left one word of says too little, unless that word is a phrase itself.
            if texts & known or bare & {item for item in stripped if " " in item or item in known}:
                return meaning
        return Meaning.OTHER

    def _holds(self, typed: str, meaning: Meaning, known: frozenset[str]) -> bool:
        for phrase in known:
            before, found, _ = f" {typed} ".partition(f" {phrase} ")
            is_denied = meaning in NEWS and bool(before.split()) and before.split()[-1] in self.denials
            if found and not is_denied:
                return True
        return False

    def _bare(self, typed: str) -> str:
        return " ".join(word for word in typed.split() if word not in self.fillers)


def heard_from(said: Iterable[Mapping[str, str]], fillers: str = "", denials: str = "") -> Heard:
    """What the words of some languages hold: meaning → phrases with commas between them."""
    phrases: dict[Meaning, set[str]] = {}
    whole: set[str] = set()
    for language in said:
        for name, held in language.items():
            items = [item.strip() for item in held.split(",")]
            phrases.setdefault(Meaning(name), set()).update({_plain(item) for item in items} - {""})
            whole |= {_plain(item) for item in items if item.startswith(WHOLE)}
    known = {meaning: frozenset(held) for meaning, held in phrases.items()}
    words = (frozenset(_plain(text).split()) for text in (fillers, denials))
    return Heard(known, frozenset(whole), *words)


def standing_in(text: str, names: Iterable[str], pronouns: Iterable[str]) -> tuple[str, ...]:
    """The text with each name replaced by a pronoun: "Acme rescinded" is heard as "they rescinded"."""
    typed, known = f" {_plain(text)} ", [_plain(name) for name in names]
    found = [name for name in known if name and f" {name} " in typed]
    if not found:
        return ()
    pattern = "|".join(f" {re.escape(name)} " for name in sorted(found, key=len, reverse=True))
    return tuple(re.sub(pattern, f" {pronoun} ", typed).strip() for pronoun in pronouns)


def names_one(text: str, name: str) -> bool:
    """Whether a text names this company or person."""
    return bool(_plain(name)) and f" {_plain(name)} " in f" {_plain(text)} "


def cries_out(text: str, distress: str) -> bool:
    """Whether somebody calls for help in the middle of a sentence; distress: the phrases, with commas."""
    typed = f" {_plain(text)} "
    return any(f" {phrase} " in typed for item in distress.split(",") if (phrase := _plain(item)))


def despairs(text: str, patterns: Patterns) -> bool:
    """Whether somebody says that they don't want to live; a figure of speech is none.

    The expressions meet one clause at a time, in small letters without accents and apostrophes.
    """
    grave = patterns["despair"]
    return any(
        grave.search(said) and grave.search(patterns["not_despair"].sub(" ", said)) for said in _clauses(text)
    )


def trouble_in(text: str, patterns: Patterns) -> Trouble | None:
    """Which trouble somebody tells of that no template mends; the gravest first."""
    said = list(_clauses(text))
    return next((item for item in Trouble if any(patterns[item].search(clause) for clause in said)), None)


def _clauses(text: str) -> Iterator[str]:
    """In small letters, without apostrophes, accents and punctuation."""
    for clause in re.split(r"[.!?;:,\n…—]+", text):
        yield _plain("".join(char for char in unicodedata.normalize("NFKD", clause) if not _is_mark(char)))


def _is_mark(char: str) -> bool:
    return unicodedata.category(char) == "Mn"


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
    text = re.sub(r"\d+", ANY_NUMBER, text)
    return " ".join(re.sub(r"[^\w\s]", " ", text.casefold().replace("’", "'").replace("'", "")).split())
