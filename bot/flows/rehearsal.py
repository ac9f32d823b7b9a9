"""Practising the call: they ask, the person answers, the coach says what worked, in one message that changes;
after an answer typed into the DM it goes on below that.

What is typed lives in `Rehearsals` (memory, half an hour) and goes nowhere else unless the person puts
their own line into the script.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.coaching.case import Case, Person, Stage
from bot.coaching.interview import Kind
from bot.coaching.reasons import Reader
from bot.coaching.rehearsing import judge, questions_of, spoken
from bot.flows.acts import Act
from bot.flows.desk import Cause, Desk, Opened, Told
from bot.flows.drafting import Drafting, in_the_words_of, kept_answer
from bot.flows.openings import post_for
from bot.flows.ports import Change, Letter, NotFoundError, Post, PostKind
from bot.flows.rehearsal_letters import OPTION_ACTS, Scene, Ticket, ticket_from
from bot.flows.rehearsals import Answer, Rehearsals, Turn
from bot.flows.rehearsals import Rehearsal as Running
from bot.flows.replies import plain
from bot.flows.screens import Field, Screen, form
from bot.flows.veil import shown

LONGEST_LINE = 600
PRACTISED_IN = frozenset({Stage.HELD, Stage.TELLING, Stage.FOLLOWING_UP})
PICKED = frozenset(OPTION_ACTS)


@dataclass(frozen=True)
class Rehearsal:
    """The story of the rehearsal."""

    desk: Desk
    drafting: Drafting
    reader: Reader
    running: Rehearsals

    async def open(self, cause: Cause) -> Told | None:
        """Send the invitation; nothing on a double click. Raises NotFoundError for another's case."""
        opened = await self.desk.open(cause.person, cause.case_id)
        if opened.case.stage not in PRACTISED_IN:
            why = "told_already" if opened.case.is_told else "not_now"
            return Told(opened.saying.say(f"rehearsal.{why}"))
        number = self.running.next_number(cause.person, cause.case_id)
        if number is None:
            return None
        mark = f"{cause.mark}:{opened.now.timestamp()}"  # the same button may ask for another one later
        post = post_for(opened.case, PostKind.REHEARSAL, opened.now, mark, note=str(number))
        await self.desk.store.commit(Change(cause.person, opened.now, once=post.key, posts=(post,)))
        self.desk.wake()
        return None

    async def step(self, cause: Cause, place: str, ticket: Ticket) -> Letter:
        """What the message says after a button; one pressed twice, or too late, changes nothing."""
        opened = await self.desk.open(cause.person, cause.case_id)
        held = self.running.recall(cause.person, place)
        if cause.act == Act.REHEARSAL_BEGIN:
            held = self._begun(opened.case, place, ticket.number, held)
        elif held is not None and ticket.fits(held):
            held = self.running.keep(_after(held, Act(cause.act), ticket))
        return self._scene(opened).letter(held)

    async def window(self, cause: Cause, place: str, ticket: Ticket) -> Screen | Letter:
        """The window for own words; what the message says by now when its question has passed."""
        opened = await self.desk.open(cause.person, cause.case_id)
        held = self.running.recall(cause.person, place)
        scene = self._scene(opened)
        if held is None or not ticket.fits(held):
            return scene.letter(held)
        words = opened.saying.entries("rehearsal.window")
        line = Field(
            "line",
            Kind.LONG_TEXT,
            opened.saying.say("rehearsal.asked", they=scene.lines(held.question)[0]),
            words["hint"],
            is_required=True,
            longest=LONGEST_LINE,
        )
        return form(
            "rehearsal", opened.case.id, opened.saying, words, (line,), place=place, step=ticket.words
        )

    async def typed(self, cause: Cause, place: str, ticket: Ticket, text: str) -> Letter:
        """Judge what was typed into the window."""
        opened = await self.desk.open(cause.person, cause.case_id)
        held = self.running.recall(cause.person, place)
        if held is not None and ticket.fits(held):
            held = self.running.keep(self._judged(held, opened, text))
        return self._scene(opened).letter(held)

    def listening(self, person: Person, channel: str, event_id: str) -> Running | None:
        """The one that goes on in this conversation, or that has heard this event already."""
        return self.running.listening(person, channel, event_id)

    async def left(self, person: Person, channel: str) -> tuple[str, Letter] | None:
        """It is over, since the person said so: where the message is and what it says."""
        self.running.turn_down(person)
        held = self.running.listening(person, channel)
        if held is None:
            return None
        try:
            opened = await self.desk.open(person, held.case_id)
        except NotFoundError:
            return None
        ended = self.running.keep(replace(held, turn=Turn.STOPPED))
        return held.place, self._scene(opened).letter(ended)

    async def heard(
        self, person: Person, channel: str, event_id: str, text: str
    ) -> tuple[str, Letter] | None:
        """Judge what was typed into the DM, and say below it what it was worth, past the outbox, which
        would remember it. Where the message above is and what it says by now; None when none goes on.

        After a verdict it is another try at the same question. Raises SendFailedError.
        """
        held = self.running.listening(person, channel)
        if held is None or not text:
            return None
        try:
            opened = await self.desk.open(person, held.case_id)
        except NotFoundError:  # the case is gone, and the rehearsal with it
            return None
        judged = self._pressed(held, opened, text) or self._judged(held, opened, text)
        scene, post = self._scene(opened), Post(event_id, person, PostKind.REPLY, opened.now, "")
        sent = await self.desk.messenger.send(post, scene.letter(judged))
        place, known = f"{sent.channel}:{sent.ts}", (*held.heard, event_id)[-5:]
        self.running.move(held, replace(judged, place=place, heard=known))
        return held.place, scene.answered(held)

    async def is_label(self, person: Person, channel: str, text: str) -> bool:
        """Whether a button of the practice that goes on is called so: typed, it does the same."""
        held = self.running.listening(person, channel)
        if held is None:
            return False
        try:
            opened = await self.desk.open(person, held.case_id)
        except NotFoundError:
            return False
        return self._pressed(held, opened, text) is not None

    def _pressed(self, held: Running, opened: Opened, text: str) -> Running | None:
        """What the button of this name does; where it opens a window, the question stands there again."""
        choices = self._scene(opened).letter(held).choices
        found = next((item for item in choices if plain(item.label) == plain(text)), None)
        if found is None or found.action == Act.REHEARSAL_END:  # that is "stop", in other words
            return None
        return _after(held, Act(found.action), ticket_from(found.value.partition(":")[2]))

    async def lines(self, cause: Cause, place: str) -> Screen | Letter:
        """The window in which own lines go into the script."""
        opened = await self.desk.open(cause.person, cause.case_id)
        held = self.running.recall(cause.person, place)
        scene = self._scene(opened)
        if held is None or not held.own_lines or held.turn is Turn.KEPT:
            return scene.letter(held)
        words = opened.saying.entries("rehearsal.keeping")
        fields = tuple(
            Field(
                question,
                Kind.LONG_TEXT,
                opened.saying.say("rehearsal.asked", they=scene.lines(question)[0]),
                words["hint"],
                initial=line,
                longest=LONGEST_LINE,
            )
            for question, line in held.own_lines.items()
        )
        return form("rehearsal_lines", opened.case.id, opened.saying, words, fields, place=place)

    async def keep(self, cause: Cause, place: str, lines: Mapping[str, str]) -> Letter:
        """Put own lines into the script, once they were seen and sent; an empty one changes nothing."""
        opened = await self.desk.open(cause.person, cause.case_id)
        case = opened.case
        for question, line in lines.items():
            case = kept_answer(case, question, line) if line else case
        held = self.running.recall(cause.person, place)
        if case is opened.case:
            return self._scene(opened).letter(held)
        await self.desk.write(cause, case)
        if held is not None:
            self.running.keep(replace(held, turn=Turn.KEPT, own_lines={}))
        return self._scene(opened).kept(held)

    def _begun(self, case: Case, place: str, number: int, held: Running | None) -> Running:
        """A new rehearsal in this message, unless it is the one that is going on."""
        if held is not None and (held.number, held.case_id) == (number, case.id):
            return held
        return self.running.keep(Running(case.person, case.id, place, number, questions_of(case, number)))

    def _judged(self, held: Running, opened: Opened, text: str) -> Running:
        line, locale = text[:LONGEST_LINE], opened.saying.visitor.locale
        case = in_the_words_of(locale, opened.case, self.drafting.catalogue)
        patterns = self.drafting.wording.patterns(locale)
        read = self.reader.read if self.drafting.catalogue.of(locale).is_read else patterns.read
        judgement = judge(spoken(text, case), held.question, case, read, patterns)
        return held.answered(Answer(judgement=judgement), line)

    def _scene(self, opened: Opened) -> Scene:
        return Scene(shown(opened.case, opened.saying), opened.saying, opened.now, self.drafting)


def _after(held: Running, act: Act, ticket: Ticket) -> Running:
    """What a button does to the rehearsal whose turn it fits."""
    if act is Act.REHEARSAL_END and held.turn in {Turn.ASKED, Turn.COACHED}:
        return replace(held, turn=Turn.ENDED)
    if act in PICKED and held.turn is Turn.ASKED:
        return held.answered(Answer(option=ticket.option))
    if act is Act.REHEARSAL_RETRY and held.turn is Turn.COACHED:
        return replace(held, turn=Turn.ASKED)
    if act is Act.REHEARSAL_NEXT and held.turn is Turn.COACHED:
        if held.is_last:
            return replace(held, turn=Turn.ENDED)
        return replace(held, turn=Turn.ASKED, round=held.round + 1)
    return held
