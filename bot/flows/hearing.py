"""What a typed message is taken for: in any of the languages that Ajar speaks, with the offers at hand."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.coaching.case import Case, Person, Stage
from bot.coaching.patterns import Patterns
from bot.flows.desk import Desk
from bot.flows.labels import labels_of
from bot.flows.pasted import Pasted
from bot.flows.ports import Letter, Passage, UnreadableError
from bot.flows.replies import (
    FEELINGS,
    INTERRUPTING,
    LONGEST_IN_WORDS,
    NEWS,
    OUTSIDE,
    Heard,
    Meaning,
    heard_from,
    language_of,
    names_one,
    reads_like_an_offer,
    standing_in,
)
from bot.flows.standing import Phase, phase_of
from bot.flows.troubles import cries_out, despairs, trouble_in
from bot.flows.veil import shown
from bot.flows.visitor import Saying

ABOUT_IT = frozenset({Meaning.HOW, Meaning.WRITE, Meaning.DECIDED, Meaning.UNSURE, Meaning.SOON})
HELPLINES = "https://findahelpline.com"  # crisis lines of every country


@dataclass(frozen=True)
class Typed:
    """What a typed message was taken for."""

    meaning: Meaning
    other: str = ""  # the language it is in, where that isn't theirs and Ajar speaks it
    named: tuple[str, ...] = ()  # the offers that it may name
    is_story: bool = False  # more than a word of command
    said: Meaning | None = None  # beside a feeling, what has happened

    @property
    def is_greeting(self) -> bool:
        """Whether somebody of whom nothing is kept is welcomed first."""
        begins = self.is_story and self.meaning in {Meaning.START, Meaning.HOW, Meaning.OFFERED}
        return begins or self.meaning in {Meaning.OTHER, Meaning.HELLO}


@dataclass(frozen=True)
class Hearing:
    """The story of listening; it reads and keeps nothing."""

    desk: Desk
    patterns: Callable[[str], Patterns]
    locales: tuple[str, ...] = ("en",)  # those with words of their own
    pasted: Pasted = field(default_factory=Pasted)

    def solace(self, *texts: object) -> Letter | None:
        """What to say at once to somebody who doesn't want to live, or is in trouble that no template
        mends, in the language they say it in; nothing of it is kept.

        None for everybody else. It asks nobody. texts: what they typed; anything else is passed over.
        """
        text = "\n".join(item for item in texts if isinstance(item, str))
        said = (locale for locale in self.locales if despairs(text, self.patterns(locale)))
        locale = next(said, "")
        return self._consolation(locale) if locale else self._counsel(text)

    def _counsel(self, text: str) -> Letter | None:
        """To whoever was harassed, is threatened or was found out: what helps, and who can."""
        for locale in self.locales:
            if trouble := trouble_in(text, self.patterns(locale)):
                said = self.desk.wording.text(f"replies.trouble.{trouble}", locale)
                return Letter(said, (Passage(said),))
        return None

    def _consolation(self, locale: str) -> Letter:
        words = {name: self.desk.wording.text(f"replies.despair.{name}", locale) for name in ("text", "link")}
        link = Passage(words["link"], "link", HELPLINES)
        return Letter(words["text"], (Passage(words["text"]), link))

    async def typed(self, person: Person, text: str) -> Typed:
        """What a message means that is typed while nothing is asked."""
        saying = await self.desk.saying(person)
        now = self.desk.clock.now()
        if any(reads_like_an_offer(text, self.patterns(locale)) for locale in self.locales):
            self.pasted.keep(person, now)
            return Typed(Meaning.OFFERED, self._language(saying, text), is_story=True)
        typed = await self._taken(saying, text)
        if typed.meaning in ABOUT_IT and not typed.named and await self._is_about_pasted(person, now):
            return replace(typed, meaning=Meaning.OFFERED)
        if typed.meaning is Meaning.OTHER:  # a word or two don't show which language they are in
            typed = replace(await self._taken(saying, text, is_whole=True), other=typed.other)
        if typed.meaning is Meaning.OTHER and self._is_distressed(text):
            typed = replace(typed, meaning=Meaning.SCARED)
        if typed.meaning in {Meaning.DECIDED, Meaning.UNSURE}:
            has_open = await self._has_open(person, now)
            is_new = typed.said is Meaning.START if has_open else typed.meaning is Meaning.DECIDED
            typed = replace(typed, meaning=Meaning.START if is_new else typed.meaning, said=None)
        return replace(typed, meaning=OUTSIDE.get(typed.meaning, typed.meaning))

    async def _has_open(self, person: Person, now: datetime) -> bool:
        """Whether a no can be meant that is still to be said, or was said today."""
        try:
            cases = await self.desk.store.cases(person)
        except UnreadableError:
            return False
        open_ones = (case for case in cases if case.stage is not Stage.CLOSED)
        return any(phase_of(case, now) is not Phase.LATER for case in open_ones)

    async def _is_about_pasted(self, person: Person, now: datetime) -> bool:
        """Whether an offer was pasted of late, and none has been begun since."""
        pasted_at = self.pasted.at(person, now)
        if pasted_at is None:
            return False
        try:
            cases = await self.desk.store.cases(person)
        except UnreadableError:
            return True
        return all(case.created_at <= pasted_at for case in cases)

    async def word(self, person: Person, text: str) -> Meaning:
        """What a text means that is a phrase in any language and nothing else."""
        meaning = (await self._taken(await self.desk.saying(person), text, is_whole=True)).meaning
        return OUTSIDE.get(meaning, meaning)

    async def interruption(self, person: Person, text: str, *, is_asked: bool) -> Meaning | None:
        """What wins over a practice; None for what may be an answer in it.

        While nothing is asked in it, whatever Ajar knows is none.
        """
        saying = await self.desk.saying(person)
        meaning = (await self._taken(saying, text, is_whole=True)).meaning
        if meaning in INTERRUPTING:
            return meaning
        if self._is_distressed(text):
            return Meaning.SCARED
        typed = Meaning.OTHER if is_asked else (await self.typed(person, text)).meaning
        return None if typed is Meaning.OTHER else typed

    def _is_distressed(self, text: str) -> bool:
        """Whether it calls for help in any language, wherever in a sentence."""
        said = (self.desk.wording.text("replies.distress", name) for name in self.locales)
        return any(cries_out(text, phrases) for phrases in said)

    async def _taken(self, saying: Saying, text: str, *, is_whole: bool = False) -> Typed:
        other = self._language(saying, text)
        also = self.locales if is_whole else ("en", other)  # "stop" is typed everywhere
        heard, offers = self._heard(saying, also), await self._offers(saying)
        names = (name for known in offers.values() for name in known)
        instead = standing_in(text, names, self._words("stand_ins", saying, also).split())
        meaning = heard.whole_meaning(text, instead) if is_whole else heard.meaning(text, instead)
        named = [case_id for case_id, known in offers.items() if any(names_one(text, name) for name in known)]
        if meaning is Meaning.START and len(named) == 1:  # that one is begun
            meaning = Meaning.HOW
        is_about = meaning in NEWS | FEELINGS
        is_story = len(text.split()) > LONGEST_IN_WORDS
        said = heard.said_as_well(text, instead) if meaning in FEELINGS else None
        if meaning in {Meaning.DECIDED, Meaning.UNSURE}:  # an offer may be new as well
            said = heard.said_as_well(text, instead, (Meaning.START,))
        return Typed(meaning, other, tuple(named) if is_about else (), is_story, said)

    async def _offers(self, saying: Saying) -> dict[str, tuple[str, ...]]:
        """By what each offer can be called."""
        try:
            cases = await self.desk.store.cases(saying.visitor.person)
        except UnreadableError:  # then no name is known; the message is answered none the less
            return {}
        return {case.id: _names(case, saying) for case in cases}

    def _heard(self, saying: Saying, also: tuple[str, ...]) -> Heard:
        """The phrases of their locale and of these."""
        said = [self.desk.wording.entries("replies.heard", locale) for locale in also if locale]
        spoken = dict.fromkeys((saying.visitor.locale, *also))
        said += [dict(labels_of(self.desk.wording, locale)) for locale in spoken if locale]
        words = (self._words(name, saying, also) for name in ("fillers", "denials"))
        return heard_from((saying.entries("replies.heard"), *said), *words)

    def _words(self, name: str, saying: Saying, also: tuple[str, ...]) -> str:
        others = (self.desk.wording.text(f"replies.{name}", locale) for locale in also if locale)
        return " ".join((saying.say(f"replies.{name}"), *others))

    def _language(self, saying: Saying, text: str) -> str:
        """The language of a text where it isn't theirs and Ajar speaks it."""
        own = saying.visitor.locale.replace("_", "-").partition("-")[0]
        marks = {locale: self.desk.wording.text("replies.marks", locale) for locale in self.locales}
        return language_of(text, own if own in marks else "en", marks)


def _names(case: Case, saying: Saying) -> tuple[str, ...]:
    """Its company, its code name, who made it."""
    offer = case.offer
    first = offer.contact_name.partition(" ")[0]
    names = (offer.company, shown(case, saying).offer.company, offer.contact_name, first)
    return tuple(dict.fromkeys(name for name in names if name))
