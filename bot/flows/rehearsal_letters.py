"""The one message of a rehearsal, drawn anew at every turn. It never repeats what a person typed."""

from dataclasses import dataclass
from datetime import datetime

from bot.coaching.case import Case
from bot.coaching.rehearsing import GOOD, SLIPS, options_of
from bot.flows.acts import Act
from bot.flows.drafting import Drafting
from bot.flows.ports import Choice, Letter, Passage
from bot.flows.rehearsals import Answer, Rehearsal, Turn
from bot.flows.sheet import Sheet
from bot.flows.visitor import Saying

OPTION_ACTS = (Act.REHEARSAL_FIRST, Act.REHEARSAL_SECOND, Act.REHEARSAL_THIRD)


@dataclass(frozen=True)
class Ticket:
    """What a button carries beside the case: numbers and names of ours, nothing personal."""

    number: int = 0
    round: int = 0
    question: str = ""
    option: str = ""

    @property
    def words(self) -> str:
        """As it travels."""
        return f"{self.number}.{self.round}.{self.question}.{self.option}"

    def fits(self, held: Rehearsal) -> bool:
        """Whether it belongs to the question that is being asked now."""
        is_offered = self.option in {"", GOOD, *SLIPS.get(self.question, ())}
        return is_offered and (self.number, self.round, self.question) == (
            held.number,
            held.round,
            held.question,
        )


def ticket_from(words: str) -> Ticket:
    """The ticket that travelled; the first one when it says anything else."""
    parts = [*words.split("."), "", "", "", ""]
    number, turn = (int(part) if part.isdecimal() and len(part) < 6 else 0 for part in parts[:2])
    return Ticket(number, turn, parts[2], parts[3])


@dataclass(frozen=True)
class Scene:
    """A case on stage."""

    case: Case
    saying: Saying
    now: datetime
    drafting: Drafting

    def letter(self, held: Rehearsal | None) -> Letter:
        """The message as it stands; without a rehearsal it says so and offers one."""
        if held is None:
            again = self._choice(Act.REHEARSAL_BEGIN, Ticket(), words="rehearsal_again", style="primary")
            return self._letter([self._words("over")], (again,))
        if held.turn is Turn.ASKED:
            return self._asked(held)
        if held.turn is Turn.COACHED:
            return self._coached(held)
        return self.kept(held) if held.turn is Turn.KEPT else self._ended(held)

    def invitation(self, ticket: Ticket) -> Letter:
        """What a rehearsal is, before the first question."""
        begin = self._choice(Act.REHEARSAL_BEGIN, ticket, style="primary")
        private = Passage(self._say("private"), "aside")
        return self._letter([self._words("invite"), private], (begin,))

    def lines(self, question: str) -> tuple[str, str]:
        """What they say, and our answer to it."""
        return self.drafting.answer(self.case, question, self.saying, self.now)

    def answered(self, held: Rehearsal) -> Letter:
        """What the message above says once it went on below: the same, with nothing to choose."""
        passages = self._verdict(held) if held.turn is Turn.COACHED else self._question(held)
        return self._letter([*passages, Passage(self._say("answered"), "aside")], ())

    def _asked(self, held: Rehearsal) -> Letter:
        names = options_of(self.case, held.question, held.number)
        passages = [*self._question(held), self._words("ask")]
        for act, name in zip(OPTION_ACTS, names, strict=False):
            passages += [self._words(f"letters.{act}"), Passage(self._said(held.question, name), "draft")]
        picks = tuple(
            self._choice(act, self._ticket(held, name)) for act, name in zip(OPTION_ACTS, names, strict=False)
        )
        own = self._choice(Act.REHEARSAL_TYPE, self._ticket(held))
        return self._letter(passages, (*picks, own, self._choice(Act.REHEARSAL_END, self._ticket(held))))

    def _coached(self, held: Rehearsal) -> Letter:
        words = "rehearsal_last" if held.is_last else "rehearsal_next"
        onward = self._choice(Act.REHEARSAL_NEXT, self._ticket(held), words=words, style="primary")
        retry = self._choice(Act.REHEARSAL_RETRY, self._ticket(held))
        end = () if held.is_last else (self._choice(Act.REHEARSAL_END, self._ticket(held)),)
        return self._letter(self._verdict(held), (onward, retry, *end))

    def _verdict(self, held: Rehearsal) -> list[Passage]:
        answer = held.answers[held.question]
        passages = self._question(held)
        if answer.option:
            passages += [self._words("you"), Passage(self._said(held.question, answer.option), "draft")]
        else:
            passages.append(self._words("you_own"))
        passages += [Passage(advice) for advice in self._advice(held.question, answer)]
        if not answer.holds:
            passages += [self._words("better"), Passage(self.lines(held.question)[1], "draft")]
        return passages

    def _advice(self, question: str, answer: Answer) -> list[str]:
        """What worked, then the gravest of each sort that could be better; the rest waits for another try."""
        if answer.option:
            name = "good" if answer.option == GOOD else f"{answer.option}.coach"
            return [self._say(f"questions.{question}.{name}")]
        merits = [self._say(f"merits.{merit}") for merit in answer.judgement.merits]
        remarks = [self._say(f"remarks.{remark}") for remark in answer.judgement.foremost]
        return [" ".join([*merits[: 1 if remarks else 2], *remarks])]

    def _ended(self, held: Rehearsal) -> Letter:
        rounds, right = len(held.answers), sum(answer.holds for answer in held.answers.values())
        name = "none" if not rounds else "all" if right == rounds else "some"
        passages = [self._words(f"end.{name}", rounds=rounds, held=right)]
        for question, answer in held.answers.items():
            line = "end.held" if answer.holds else "end.again"
            passages.append(self._words(line, they=self.lines(question)[0]))
        if rounds:
            passages.append(self._words("end.close"))
        keep: tuple[Choice, ...] = ()
        if held.own_lines:
            passages.append(self._words("end.own"))
            keep = (self._choice(Act.REHEARSAL_KEEP, self._ticket(held), style="primary"),)
        others = () if held.turn is Turn.STOPPED else (self._others(held),)
        return self._letter(passages, (*keep, *others), heading="end.heading")

    def kept(self, held: Rehearsal | None) -> Letter:
        """Own lines are in the script."""
        script = Choice(Act.SCRIPT_SHOW, self.saying.say("letters.choices.script_show"), self.case.id)
        return self._letter([self._words("end.kept")], (script, self._others(held)), heading="end.heading")

    def _others(self, held: Rehearsal | None) -> Choice:
        number = held.number + 1 if held else 0
        return self._choice(Act.REHEARSAL_BEGIN, Ticket(number), words="rehearsal_others")

    def _question(self, held: Rehearsal) -> list[Passage]:
        where = self._say("place", number=held.round + 1, of=len(held.questions))
        return [Passage(where, "aside"), self._words("they", they=self.lines(held.question)[0])]

    def _said(self, question: str, option: str) -> str:
        if option == GOOD:
            return self.lines(question)[1]
        return self._say(f"questions.{question}.{option}.say")

    def _ticket(self, held: Rehearsal, option: str = "") -> Ticket:
        return Ticket(held.number, held.round, held.question, option)

    def _choice(self, act: Act, ticket: Ticket, *, words: str = "", style: str = "") -> Choice:
        label = self._say(f"choices.{words or act}")
        return Choice(act, label, f"{self.case.id}:{ticket.words}", style=style)

    def _letter(
        self, passages: list[Passage], choices: tuple[Choice, ...], heading: str = "heading"
    ) -> Letter:
        return Letter(self._say("summary"), (Passage(self._say(heading), "heading"), *passages), choices)

    def _words(self, key: str, **facts: object) -> Passage:
        return Passage(self._say(key, **facts))

    def _say(self, key: str, **facts: object) -> str:
        offer = self.case.offer
        named = {"company": offer.company, "contact": offer.contact_name}
        return self.saying.say(f"rehearsal.{key}", **(named | facts))


def invitation(sheet: Sheet) -> Letter:
    """What a rehearsal is, and the button that begins it."""
    scene = Scene(sheet.case, sheet.saying, sheet.now, sheet.drafting)
    return scene.invitation(ticket_from(sheet.note))
