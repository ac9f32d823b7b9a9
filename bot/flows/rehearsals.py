"""Rehearsals that are going on: held in memory for half an hour after the last touch, and nowhere else."""

from asyncio import Lock
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from weakref import WeakValueDictionary

from bot.coaching.case import Person
from bot.coaching.rehearsing import GOOD, Judgement
from bot.flows.ports import Clock

KEPT_FOR = timedelta(minutes=29)  # and a moment until `tidy`: people are told of half an hour at most
MOST_KEPT = 2_000  # five answers of 600 characters each: some 10 MB at the very worst
SOON = timedelta(seconds=20)  # a second press on the script within this time is a double click


class Turn(StrEnum):
    """Whose turn it is."""

    ASKED = "asked"
    COACHED = "coached"
    ENDED = "ended"
    STOPPED = "stopped"  # by a word typed into the DM: nothing more is offered
    KEPT = "kept"  # the person's own lines went into the script


GOING_ON = frozenset({Turn.ASKED, Turn.COACHED})


@dataclass(frozen=True)
class Answer:
    """One try at a question: an option that was offered, or the judgement of own words."""

    option: str = ""
    judgement: Judgement = field(default_factory=Judgement)
    tries: int = 1

    @property
    def holds(self) -> bool:
        """Whether there is nothing to mend."""
        return self.option == GOOD if self.option else self.judgement.holds


@dataclass(frozen=True)
class Rehearsal:
    """One rehearsal as it stands; the message that shows it is its name."""

    person: Person
    case_id: str
    place: str  # channel:ts
    number: int  # which of this case's rehearsals, from 0
    questions: tuple[str, ...]
    round: int = 0
    turn: Turn = Turn.ASKED
    answers: Mapping[str, Answer] = field(default_factory=dict)  # question → the last try
    own_lines: Mapping[str, str] = field(default_factory=dict, repr=False)  # question → the best try
    heard: tuple[str, ...] = ()  # ids of typed messages that had their effect

    @property
    def question(self) -> str:
        """What they are asking now."""
        return self.questions[self.round]

    @property
    def is_last(self) -> bool:
        """Whether this is the last question."""
        return self.round == len(self.questions) - 1

    def answered(self, answer: Answer, line: str = "") -> "Rehearsal":
        """The coach's turn; an own line is remembered unless an earlier one held and this one does not."""
        earlier = self.answers.get(self.question)
        lines = dict(self.own_lines)
        if line and (answer.holds or self.question not in lines or not (earlier and earlier.holds)):
            lines[self.question] = line
        tries = earlier.tries + 1 if earlier else 1
        answers = {**self.answers, self.question: replace(answer, tries=tries)}
        return replace(self, answers=answers, own_lines=lines, turn=Turn.COACHED)


@dataclass(frozen=True)
class _Kept:
    rehearsal: Rehearsal
    until: datetime


class Rehearsals:
    """By person and message; the oldest go first when there are too many."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: dict[tuple[Person, str], _Kept] = {}
        self._opened: dict[tuple[Person, str], tuple[int, datetime]] = {}
        self._turns: WeakValueDictionary[Person, Lock] = WeakValueDictionary()
        self._invited: dict[Person, datetime] = {}  # who has an invitation that was not taken up yet

    def turn(self, person: Person) -> Lock:
        """Held while one thing of theirs has its effect: a verdict is in place before it can be answered."""
        return self._turns.setdefault(person, Lock())

    def keep(self, rehearsal: Rehearsal) -> Rehearsal:
        """Remember it for that long from now."""
        key = rehearsal.person, rehearsal.place
        self._kept.pop(key, None)
        self._invited.pop(rehearsal.person, None)
        self.tidy()
        while len(self._kept) >= MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[key] = _Kept(rehearsal, self._clock.now() + KEPT_FOR)
        return rehearsal

    def tidy(self) -> None:
        """Drop every one whose time is over."""
        now = self._clock.now()
        for old in [name for name, kept in self._kept.items() if kept.until <= now]:
            del self._kept[old]

    def __len__(self) -> int:
        return len(self._kept)

    def recall(self, person: Person, place: str) -> Rehearsal | None:
        """The one that this message shows, unless its time is over."""
        kept = self._kept.get((person, place))
        return kept.rehearsal if kept and kept.until > self._clock.now() else None

    def listening(self, person: Person, channel: str, event_id: str = "") -> Rehearsal | None:
        """The newest one in this conversation that goes on, or that has heard this event before."""
        now = self._clock.now()
        for kept in reversed(self._kept.values()):
            held = kept.rehearsal
            is_here = held.person == person and held.place.partition(":")[0] == channel
            is_on = held.turn in GOING_ON or event_id in held.heard
            if is_here and kept.until > now and is_on:
                return held
        return None

    def move(self, held: Rehearsal, now: Rehearsal) -> None:
        """It goes on in another message."""
        self._kept.pop((held.person, held.place), None)
        self.keep(now)

    def is_invited(self, person: Person) -> bool:
        """Whether an invitation stands in the conversation that was neither taken up nor turned down."""
        invited_at = self._invited.get(person)
        return invited_at is not None and invited_at + KEPT_FOR > self._clock.now()

    def turn_down(self, person: Person) -> None:
        """They would rather not practise."""
        self._invited.pop(person, None)

    def forget_all(self, person: Person) -> None:
        """Drop every one of this person now."""
        self._invited.pop(person, None)
        for key in [key for key in self._kept if key[0] == person]:
            del self._kept[key]

    def next_number(self, person: Person, case_id: str) -> int | None:
        """The number of a new rehearsal of a case; None when one was asked for a moment ago."""
        now = self._clock.now()
        number, opened_at = self._opened.pop((person, case_id), (-1, now - SOON))
        is_double = now - opened_at < SOON
        while len(self._opened) >= MOST_KEPT:
            del self._opened[next(iter(self._opened))]
        self._opened[person, case_id] = (number, opened_at) if is_double else (number + 1, now)
        while len(self._invited) >= MOST_KEPT:
            del self._invited[next(iter(self._invited))]
        self._invited[person] = now
        return None if is_double else number + 1
