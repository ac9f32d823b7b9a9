"""What somebody means who types to Ajar: a few plain words, read and not kept."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache

from bot.coaching.patterns import Patterns

LONGEST_IN_WORDS = 6  # a longer text tells a story, and is nobody's command
LONGEST_FEELING = 12  # whoever is lost says so in a sentence, and the answer does nothing
LONGEST_STORY = 120  # of which each sentence is heard by itself
SENTENCE = re.compile(r"[.!?;\n…]+")
FEWEST_MARKS = 2  # words of another language that make it plain
SHORTEST_LETTER = 25  # words of an offer that somebody pastes
WHOLE = "="  # before a phrase that means it only as the whole text
AND = "+"  # between a feeling and what has happened, as a row remembers them
ANY_NUMBER = "5"  # as phrases write it
LEAST_MENDED = 6  # letters of a word in which a typing error is seen for one
CHOICE = re.compile(r"\(([^()]*)\)")  # alternatives within a phrase


class Meaning(StrEnum):
    """What a typed message was taken for; each has an answer of its own."""

    PAUSE = "pause"
    STOP = "stop"  # ends a practice; outside of one it is a pause
    LEAVE = "leave"  # a practice, and nothing else
    RESUME = "resume"
    WEARY = "weary"  # it may be about more than an offer
    SCARED = "scared"
    GUILTY = "guilty"
    RELIEVED = "relieved"
    WHAT_IF = "what_if"  # they may say something, and nothing of it has happened
    BEREAVED = "bereaved"  # somebody close has died
    DIED = "died"  # whoever made the offer
    DISMISSED = "dismissed"  # from the work they have
    GONE = "gone"  # the company has closed
    BOUND = "bound"  # they want to hold the person to what was signed
    RELEASED = "released"  # or don't any more
    FELL_THROUGH = "fell_through"  # another offer
    WITHDRAWN = "withdrawn"  # they took the offer back
    REFUSED = "refused"  # they can't or won't offer more
    COUNTERED = "countered"  # they offered more
    INVITED = "invited"  # they would have them for something else, or again
    DECIDED = "decided"  # it's a no
    UNWRITTEN = "unwritten"  # the other offer, still
    ASSURED = "assured"  # the other offer is in writing
    UNSURE = "unsure"  # whether to take it
    CHANGED_MIND = "changed_mind"
    ACCEPTED = "accepted"
    CALLED = "called"  # and told them
    HURT = "hurt"  # told them, and it went badly
    UNREACHED = "unreached"  # tried to, or waits for an answer
    ANSWERED = "answered"  # an email or a note
    RECALLED = "recalled"  # they called, wrote or insisted again
    SENT = "sent"
    SOON = "soon"  # the call is in a few minutes, or the words for it are wanted
    MOVED = "moved"  # another day for the call, the answer or a note
    MET = "met"  # seen by chance, or for a coffee
    LEFT = "left"  # whoever made the offer works there no more
    GLAD = "glad"  # good news of their own
    FRESH = "fresh"  # news of either side, to put into a note
    PARTED = "parted"  # keeping in touch is no longer what they want
    KEEPING = "keeping"  # or is again
    MISTAKEN = "mistaken"  # something was typed wrong or clicked by mistake
    WRITE = "write"  # the email is wanted
    HOW = "how"  # to say it
    NEXT = "next"
    PRIVATE = "private"
    HELP = "help"
    LIST = "list"
    SETTINGS = "settings"
    EXPORT = "export"
    IMPORT = "import"
    ERASE = "erase"
    START = "start"
    OFFERED = "offered"  # a whole offer was pasted
    CALENDAR = "calendar"
    THANKS = "thanks"
    HELLO = "hello"
    OTHER = "other"


# The first two are done at once, and the others' words stand in many sentences: the whole text has to be it.
EXACT = frozenset({Meaning.PAUSE, Meaning.STOP, Meaning.LEAVE, Meaning.RESUME, Meaning.THANKS, Meaning.HELLO})
# Something has happened, or is about to; the answer has the buttons that fit.
NEWS = frozenset(
    {
        Meaning.WHAT_IF,
        Meaning.DIED,
        Meaning.DISMISSED,
        Meaning.GONE,
        Meaning.BOUND,
        Meaning.RELEASED,
        Meaning.FELL_THROUGH,
        Meaning.UNWRITTEN,
        Meaning.WITHDRAWN,
        Meaning.REFUSED,
        Meaning.COUNTERED,
        Meaning.INVITED,
        Meaning.DECIDED,
        Meaning.ASSURED,
        Meaning.UNSURE,
        Meaning.CHANGED_MIND,
        Meaning.ACCEPTED,
        Meaning.CALLED,
        Meaning.HURT,
        Meaning.UNREACHED,
        Meaning.ANSWERED,
        Meaning.RECALLED,
        Meaning.SENT,
        Meaning.SOON,
        Meaning.MOVED,
        Meaning.MET,
        Meaning.LEFT,
        Meaning.GLAD,
        Meaning.FRESH,
        Meaning.PARTED,
        Meaning.KEEPING,
        Meaning.MISTAKEN,
        Meaning.WRITE,
        Meaning.HOW,
    }
)
FEELINGS = frozenset({Meaning.WEARY, Meaning.SCARED, Meaning.GUILTY, Meaning.RELIEVED})
SAID = (Meaning.HURT, Meaning.SENT, Meaning.CALLED)  # beside a feeling: that they know by now
FELT = FEELINGS | {Meaning.NEXT, Meaning.START, Meaning.BEREAVED} | NEWS
# Told in a longer sentence, and a shrug in answer to it would hurt, or lose somebody new.
LONGEST: Mapping[Meaning, int] = {
    Meaning.HURT: 20,
    Meaning.UNREACHED: 16,
    Meaning.UNSURE: 16,
    Meaning.START: 16,
}
MOST_WORDS = max(LONGEST.values())
# What wins over a practice; the others could be an answer to what is asked in one.
INTERRUPTING = frozenset(Meaning) - {
    Meaning.DIED,
    Meaning.DISMISSED,
    Meaning.GONE,
    Meaning.BOUND,
    Meaning.RELEASED,
    Meaning.FELL_THROUGH,
    Meaning.UNWRITTEN,
    Meaning.REFUSED,
    Meaning.COUNTERED,
    Meaning.HURT,
    Meaning.UNREACHED,
    Meaning.RECALLED,
    Meaning.DECIDED,
    Meaning.ASSURED,
    Meaning.UNSURE,
    Meaning.GLAD,
    Meaning.KEEPING,
    Meaning.WRITE,
    Meaning.OFFERED,
    Meaning.CALENDAR,
    Meaning.CHANGED_MIND,
    Meaning.ACCEPTED,
    Meaning.CALLED,
    Meaning.SENT,
    Meaning.MISTAKEN,
    Meaning.RELIEVED,
    Meaning.WHAT_IF,
    Meaning.MOVED,
    Meaning.INVITED,
    Meaning.ANSWERED,
    Meaning.MET,
    Meaning.LEFT,
    Meaning.FRESH,
    Meaning.PARTED,
    Meaning.HOW,
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
        """Which of the phrases it is, or holds; stand_ins: the text with names replaced, tried as well.

        Where it is none, words that are a letter off are read as what they seem to be.
        """
        said = [text, *stand_ins]
        texts = [plain(item) for item in said]
        if not texts[0]:  # a question mark or a picture
            return Meaning.HELP
        found = self._meaning(texts)
        if found is Meaning.OTHER:
            mended = [_mended(typed, self._vocabulary) for typed in texts]
            found = self._meaning(mended) if mended != texts else found
        return self._in_sentences(said) if found is Meaning.OTHER else found

    def _in_sentences(self, texts: list[str]) -> Meaning:
        """What the sentences of a story tell, each by itself: what has happened or is felt, no command."""
        parts = [part for part in map(plain, SENTENCE.split(texts[0])) if part]
        if len(parts) < 2 or len(plain(texts[0]).split()) > LONGEST_STORY:
            return Meaning.OTHER
        told = {plain(part) for text in texts for part in SENTENCE.split(text)}
        found = {self._meaning([part]) for part in told if part} & FELT
        return next((meaning for meaning in self.phrases if meaning in found), Meaning.OTHER)

    def said_as_well(
        self, text: str, stand_ins: Iterable[str] = (), among: Iterable[Meaning] = SAID
    ) -> Meaning | None:
        """Whether a text that tells one thing also says another, such as that they were told."""
        told = [text, *stand_ins]
        if len(plain(text).split()) > MOST_WORDS:  # a story
            told = [part for item in told for part in SENTENCE.split(item)]
        parts = [stretch for typed in map(plain, told) for stretch in _stretches(typed)]
        held = (name for name in among for part in parts if self._is_said(*part, name))
        return next(held, None)

    def _is_said(self, before: str, words: str, meaning: Meaning) -> bool:
        """Beside a feeling, "did it" tells as much as it does alone."""
        is_whole = " " in words and before not in self.denials and words in self.whole & self.phrases[meaning]
        return (is_whole and meaning in SAID) or self._holds(before, words, meaning, self.phrases[meaning])

    def whole_meaning(self, text: str, stand_ins: Iterable[str] = ()) -> Meaning:
        """Which of the phrases it is, with nothing around it but fillers, such as "please" and "now"."""
        texts = {plain(item) for item in (text, *stand_ins)}
        bare = {self._bare(item) for item in texts}
        return next(
            (name for name, known in self.phrases.items() if texts & known or bare & self._stripped[name]),
            Meaning.OTHER,
        )

    @cached_property
    def _stripped(self) -> Mapping[Meaning, frozenset[str]]:
        """The phrases without fillers. One of which a single word is left says too little, unless that word
        is a phrase itself.
        """
        bare = {name: {self._bare(phrase) for phrase in known} for name, known in self.phrases.items()}
        return {
            name: frozenset(item for item in items if " " in item or (item and item in self.phrases[name]))
            for name, items in bare.items()
        }

    def _meaning(self, texts: list[str]) -> Meaning:
        for meaning, known in self.phrases.items():
            if not known.isdisjoint(texts):
                return meaning
        length = len(texts[0].split())
        parts = [stretch for typed in texts for stretch in _stretches(typed)]
        for meaning, known in self.phrases.items():
            usual = LONGEST_FEELING if meaning in FELT else 0 if meaning in EXACT else LONGEST_IN_WORDS
            longest = LONGEST.get(meaning, usual)
            if length <= longest and any(self._holds(*part, meaning, known) for part in parts):
                return meaning
        return Meaning.OTHER

    def _holds(self, before: str, words: str, meaning: Meaning, known: frozenset[str]) -> bool:
        is_denied = before in self.denials and meaning in FELT
        return words in known and words not in self.whole and not is_denied

    def _bare(self, typed: str) -> str:
        return " ".join(word for word in typed.split() if word not in self.fillers)

    @cached_property
    def _vocabulary(self) -> frozenset[str]:
        """Long words of the phrases: those in which a typing error shows."""
        words = {word for known in self.phrases.values() for phrase in known for word in phrase.split()}
        return frozenset(word for word in words if len(word) >= LEAST_MENDED)


def _stretches(typed: str) -> list[tuple[str, str]]:
    """Every run of words of a short text, each with the word before it."""
    words = typed.split()
    if len(words) > MOST_WORDS + 2:  # a name may be longer than what stands in for it
        return []
    runs = ((start, end) for start in range(len(words)) for end in range(start + 1, len(words) + 1))
    return [(words[start - 1] if start else "", " ".join(words[start:end])) for start, end in runs]


def _mended(typed: str, vocabulary: frozenset[str]) -> str:
    return " ".join(word if word in vocabulary else _nearest(word, vocabulary) for word in typed.split())


def _nearest(word: str, vocabulary: frozenset[str]) -> str:
    """The one long word that begins alike and is a letter away; the word itself when there is none."""
    if len(word) < LEAST_MENDED:
        return word
    near = [item for item in vocabulary if item[0] == word[0] and _is_one_off(item, word)]
    return near[0] if len(near) == 1 else word


def _is_one_off(one: str, other: str) -> bool:
    """Whether they differ by one letter: another, one more, one less, or two that changed places."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if start is None:
        return True
    left, right = one[start:], other[start:]
    is_swapped = left[:2] == right[1::-1] and left[2:] == right[2:]
    return is_swapped or left[1:] == right[1:] or left[1:] == right or left == right[1:]


@lru_cache(maxsize=64)
def _read(said: tuple[tuple[tuple[str, str], ...], ...], fillers: str, denials: str) -> Heard:
    free: dict[Meaning, set[str]] = {}
    whole: dict[Meaning, set[str]] = {}
    for language in said:
        for name, held in language:
            for phrase in (spelled for item in held.split(",") for spelled in _spelled(item.strip())):
                kind = whole if phrase.startswith(WHOLE) else free
                kind.setdefault(Meaning(name), set()).add(plain(phrase))
    names = dict.fromkeys(Meaning(name) for language in said for name, _ in language)
    phrases = {name: (free.get(name, set()) | whole.get(name, set())) - {""} for name in names}
    # The label of a button means it as a whole, unless it is a phrase of that meaning as well.
    alone = {phrase for name, held in whole.items() for phrase in held - free.get(name, set())}
    known = {meaning: frozenset(held) for meaning, held in phrases.items()}
    words = (frozenset(plain(text).split()) for text in (fillers, denials))
    return Heard(known, frozenset(alone), *words)


def heard_from(said: Iterable[Mapping[str, str]], fillers: str = "", denials: str = "") -> Heard:
    """What the words of some languages hold: meaning → phrases with commas between them.

    "(they|she|) hung up" stands for three of them.
    """
    return _read(tuple(tuple(language.items()) for language in said), fillers, denials)


def reads_like_an_offer(text: str, patterns: Patterns) -> bool:
    """Whether somebody pasted a letter that offers a job: long, with several things that such letters say."""
    said = plain(text)
    if len(said.split()) < SHORTEST_LETTER:
        return False
    return len({match[0] for match in patterns["offer_letter"].finditer(said)}) >= FEWEST_MARKS


def _spelled(phrase: str) -> list[str]:
    """Every phrase that one with alternatives stands for."""
    found = CHOICE.search(phrase)
    if found is None:
        return [phrase]
    before, after = phrase[: found.start()], phrase[found.end() :]
    return [item for word in found[1].split("|") for item in _spelled(f"{before}{word}{after}")]


def standing_in(text: str, names: Iterable[str], pronouns: Iterable[str]) -> tuple[str, ...]:
    """The text with each name replaced by a pronoun: "Acme rescinded" is heard as "they rescinded"."""
    typed, known = f" {plain(text)} ", [plain(name) for name in names]
    found = [name for name in known if name and f" {name} " in typed]
    if not found:
        return ()
    pattern = "|".join(f" {re.escape(name)} " for name in sorted(found, key=len, reverse=True))
    return tuple(re.sub(pattern, f" {pronoun} ", typed).strip() for pronoun in pronouns)


def names_one(text: str, name: str) -> bool:
    """Whether a text names this company or person."""
    return bool(plain(name)) and f" {plain(name)} " in f" {plain(text)} "


def language_of(text: str, own: str, marks: Mapping[str, str]) -> str:
    """Another language than their own that a text is plainly in; empty when none is.

    marks: locale → words by which it is known, with blanks between.
    """
    words = plain(text).split()
    counts = {locale: sum(word in known for word in words) for locale, known in _sets(marks).items()}
    others = [locale for locale in counts if locale != own]
    best = max(others, key=counts.__getitem__, default="")
    is_plain = best and counts[best] >= FEWEST_MARKS and counts[best] > counts.get(own, 0)
    return best if is_plain else ""


def _sets(marks: Mapping[str, str]) -> dict[str, frozenset[str]]:
    return {locale: frozenset(plain(words).split()) for locale, words in marks.items()}


def plain(text: str) -> str:
    """In small letters, without accents, apostrophes and punctuation, any number the same."""
    parted = unicodedata.normalize("NFKD", text.casefold().replace("’", "'").replace("'", ""))
    bare = "".join(char for char in parted if unicodedata.category(char) != "Mn")
    return " ".join(re.sub(r"[^\w\s]", " ", re.sub(r"\d+", ANY_NUMBER, bare)).split())
