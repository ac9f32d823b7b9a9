"""How one case stands: its next step, what may be chosen about it, whether an answer is waited for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.coaching import cadence
from bot.coaching.case import Case, Channel, Stage
from bot.coaching.correcting import taken_back
from bot.coaching.drafts import waits_for_paper
from bot.flows.acts import STILL_NO, Act
from bot.flows.ports import Choice, Past, PostKind
from bot.flows.stages import is_told_today, stage_words
from bot.flows.titles import title_of
from bot.flows.visitor import Saying

NEXT: dict[Stage, tuple[Act, ...]] = {  # on the Home tab; the first is the next step
    Stage.HELD: (Act.NO_CONFIRM,),
    Stage.SIGNED: (Act.NO_CONFIRM,),
    Stage.TELLING: (Act.SCRIPT_SHOW, Act.CALL_REACHED, Act.EMAIL_WRITE),
    Stage.FOLLOWING_UP: (Act.EMAIL_SEND, Act.EMAIL_WRITE),
    Stage.IN_TOUCH: (Act.CONTACT_LOG,),
    Stage.RESTING: (),
    Stage.CLOSED: (),
}
OUTCOMES = (  # of a call or a talk, beside the best one
    Act.CALL_VOICEMAIL,
    Act.CALL_COUNTERED,
    Act.CALL_UPSET,
    Act.CALL_ANOTHER_ROLE,
    Act.CALL_NOT_YET,
)
EDITS = (Act.CASE_EDIT, Act.REASONS_EDIT)
MORE: dict[Stage, tuple[Act, ...]] = {  # in the window of the case
    Stage.HELD: (*EDITS, Act.CASE_ACCEPT, Act.CASE_CLOSE),
    Stage.SIGNED: (Act.CASE_EDIT, Act.CASE_CLOSE),
    Stage.TELLING: (*OUTCOMES, *EDITS, Act.STEP_UNDO, Act.CASE_HOLD, Act.CASE_CLOSE),
    Stage.FOLLOWING_UP: (Act.CALL_COUNTERED, *EDITS, Act.STEP_UNDO, Act.CASE_CLOSE),
    Stage.IN_TOUCH: (
        Act.NOTE_PERSONALISE,
        Act.ANSWER_LOG,
        Act.RHYTHM_CHANGE,
        Act.FACTOR_CHANGE,
        Act.NUDGE_STOP,
        *EDITS,
        Act.STEP_UNDO,
        Act.CASE_CLOSE,
    ),
    Stage.RESTING: (Act.CASE_REOPEN, Act.FACTOR_CHANGE, *EDITS, Act.STEP_UNDO, Act.CASE_CLOSE),
    Stage.CLOSED: (Act.CASE_REOPEN,),
}
NOTED = (Act.CONTACT_LOG, Act.NUDGE_SNOOZE, Act.NUDGE_SKIP)
ASKED = (Act.EMAIL_WRITE, Act.CASE_HOLD, Act.CASE_ACCEPT)  # what they say to what those came back with
BY_EMAIL = (Act.EMAIL_WRITE, Act.EMAIL_SEND)
NOTES = frozenset({PostKind.NUDGE, PostKind.SILENCE})
UNDECIDED = frozenset({Stage.HELD, Stage.SIGNED})
LATE = frozenset({Stage.HELD, Stage.TELLING, Stage.FOLLOWING_UP})
FRESH = timedelta(days=1)  # within which a no can sometimes still be taken back
SOON, LONG = timedelta(days=3), timedelta(days=7)
TO_DO = frozenset({Stage.HELD, Stage.SIGNED, Stage.TELLING, Stage.FOLLOWING_UP})


class Phase(StrEnum):
    """How far a no has come, for what is said about it."""

    HELD = "held"
    SIGNED = "signed"
    UNTOLD = "untold"
    TOLD = "told"  # and the email is still to go
    SENT = "sent"
    LATER = "later"  # their no was given more than a day ago


def phase_of(case: Case, now: datetime) -> Phase:
    """Where a case is."""
    if case.stage in UNDECIDED:
        return Phase(case.stage.value)
    if case.stage in TO_DO:
        return Phase.TOLD if case.is_told else Phase.UNTOLD
    return Phase.SENT if now - case.told_at <= FRESH else Phase.LATER


@dataclass(frozen=True)
class Standing:
    """One case with what is known around it; the names are those that are to be shown."""

    case: Case
    saying: Saying
    now: datetime
    noted_at: datetime | None = None  # of a reconnect note that nothing was done about yet
    next_at: datetime | None = None  # when Ajar writes about it again
    name: str = ""  # what tells it from others of its company and role; see titles

    @property
    def is_to_do(self) -> bool:
        """Whether it is the person's turn."""
        return self.case.stage in TO_DO or self.noted_at is not None

    @property
    def urgency(self) -> datetime:
        """By which those to do are put in order."""
        offer, plan = self.case.offer, self.case.plan
        if self.case.stage not in TO_DO:  # the answer was given: the day by which it was due says nothing
            return self.noted_at or self.case.created_at
        moments = (offer.answer_due_at, plan.call_at, self.case.created_at)
        return next(moment for moment in moments if moment is not None)

    @property
    def is_due_soon(self) -> bool:
        """Whether they want an answer by a day that is near, or was."""
        due_at = self.case.offer.answer_due_at
        return due_at is not None and due_at <= self.now + SOON and not self.is_long_overdue

    @property
    def is_long_overdue(self) -> bool:
        """Whether the day is so long past that whatever is still to come goes first."""
        due_at = self.case.offer.answer_due_at
        return due_at is not None and due_at < self.now - LONG

    @property
    def step(self) -> str:
        """The one next step, in a sentence; empty when there is none."""
        case, say = self.case, self._say
        if case.is_overdue(self.now) and case.stage in LATE:
            is_open = case.stage is Stage.HELD or case.awaits_choice
            return say(f"home.steps.{'late_held' if is_open else 'late'}")
        if case.awaits_choice:
            return say("home.steps.asked")
        if case.stage is Stage.FOLLOWING_UP and not case.is_told:
            return say("home.steps.email")
        if case.stage is Stage.TELLING:
            return say(f"home.steps.{self._telling}", when=self._moment(case.plan.call_at), **self._hour)
        if case.stage in TO_DO:
            return say(
                f"home.steps.{case.stage}", is_today=is_told_today(case, self.now, self.saying.visitor.zone)
            )
        return say("home.steps.hello", when=self._day(self.noted_at)) if self.noted_at else ""

    @property
    def _telling(self) -> str:
        plan = self.case.plan
        if waits_for_paper(self.case):
            return "unwritten"
        if plan.channel is Channel.EMAIL:
            return "email"
        way = "talk" if plan.channel is Channel.IN_PERSON else "call"
        if plan.call_at is None:
            return way
        return f"{way}_planned" if plan.call_at > self.now else f"{way}_late"

    @property
    def _hour(self) -> dict[str, object]:
        """Whether they can still be reached today, else when."""
        visitor = self.saying.visitor
        due_at = self.case.offer.answer_due_at
        next_at = cadence.suggest_call_at(self.now, visitor.zone, due_at, visitor.calendar)
        is_today = cadence.can_call_today(self.now, visitor.zone, visitor.calendar)
        return {"is_today": is_today, "next": self._moment(next_at)}

    @property
    def due(self) -> str:
        """By when they want an answer; empty when nobody said so, or they have it."""
        due_at = self.case.offer.answer_due_at
        if due_at is None or self.case.stage not in TO_DO or self.case.answered_at is not None:
            return ""
        return self.saying.due(due_at, self.now)

    @property
    def lines(self) -> tuple[str, ...]:
        """Where it stands, the step, what is due and when Ajar writes."""
        found = (
            self._say(f"letters.{stage_words(self.case)}"),
            self.step,
            self.due,
            self._next,
        )
        return tuple(line for line in found if line)

    @property
    def _next(self) -> str:
        """When Ajar writes again; that it won't, where it is still the person's turn."""
        if self.next_at is not None:
            return self._say("home.next", when=self.when(self.next_at))
        is_over = self.case.stage in TO_DO and not self.saying.visitor.preferences.is_paused
        return self._say("home.stopped") if is_over else ""

    def when(self, at: datetime) -> str:
        """A moment that is near with its time, one that is far with its year."""
        return self.saying.when(at, self.now)

    @property
    def title(self) -> str:
        """Company and role, and what tells it from others of that name."""
        return self.name or title_of(self.case)

    def next_choices(self) -> tuple[Choice, ...]:
        """The next step first."""
        case = self.case
        acts = NEXT[case.stage]
        if case.stage is Stage.TELLING and case.plan.channel is Channel.EMAIL:
            acts = BY_EMAIL
        if self.noted_at is not None:
            acts = NOTED
        if case.awaits_choice:
            acts = ASKED
        is_first = self.is_to_do and case.stage not in UNDECIDED and not case.awaits_choice
        return tuple(
            self.choice(act, "primary" if is_first and number == 0 else "") for number, act in enumerate(acts)
        )

    def more_choices(self) -> tuple[Choice, ...]:
        """What else may be done about it."""
        sent = (Act.EMAIL_SEND,) if self.case.awaits_choice else ()  # else it is the next step
        return tuple(self.choice(act) for act in (*sent, *MORE[self.case.stage]) if self._fits(act))

    def _fits(self, act: Act) -> bool:
        """Whether a choice of this stage makes sense in this case."""
        if act is Act.STEP_UNDO:
            return taken_back(self.case) is not None
        channel, is_told = self.case.plan.channel, self.case.stage is Stage.FOLLOWING_UP
        if act is Act.CALL_VOICEMAIL:
            return channel is Channel.PHONE
        return act not in OUTCOMES or is_told or channel is not Channel.EMAIL

    def choice(self, act: Act, style: str = "") -> Choice:
        """A button; the revision makes a second click on the same page one effect."""
        value = f"{self.case.id}:{self.case.revision}"
        is_asked_first = act is Act.NO_CONFIRM and self.case.stage is Stage.SIGNED
        is_still_no = act is Act.EMAIL_WRITE and self.case.awaits_choice
        words = Act.SCRIPT_SHOW if is_asked_first else STILL_NO if is_still_no else act
        return Choice(act, self.saying.say(f"home.choices.{words}"), value, style=style)

    def _say(self, key: str, **facts: object) -> str:
        offer = self.case.offer
        known = {
            "company": offer.company,
            "contact": offer.contact_name,
            "came_back": self.case.came_back or "",
        }
        return self.saying.say(key, **(known | facts))

    def _moment(self, at: datetime | None) -> str:
        return self.saying.moment(at) if at is not None else ""

    def _day(self, at: datetime | None) -> str:
        return self.saying.day(at) if at is not None else ""


def noted_at(case: Case, past: Iterable[Past]) -> datetime | None:
    """When the last reconnect note came, unless something was done about it since."""
    if case.stage is not Stage.IN_TOUCH:
        return None
    last = max((event.at for event in case.history), default=case.created_at)
    sent = [item.at for item in past if item.post.kind in NOTES and item.state == "sent"]
    return max((at for at in sent if at > last), default=None)
