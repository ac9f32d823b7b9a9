"""The questions, in order, and what the answers make of a case.

A question is an entry here and its words in templates/<locale>/words/interview.yml; nothing else knows it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.coaching.case import (
    Case,
    Channel,
    Circumstance,
    Commitment,
    Door,
    EventKind,
    Listener,
    Offer,
    OfferForm,
    Person,
    Plan,
    Reason,
    Rhythm,
    Source,
    Stage,
    Standing,
    Thanks,
    Tone,
)

Answers = Mapping[str, object]

MOST_REASONS = 5  # wordings for more would not fit a modal that one reads in two minutes
MOST_SHARED = 2  # one or two reasons are heard; a third sounds like a complaint
FARTHEST_DUE = timedelta(days=366)
HALF_AN_HOUR = timedelta(minutes=30)


class Step(StrEnum):
    """The pages of the interview."""

    OFFER = "offer"
    REASONS = "reasons"
    WORDING = "wording"
    PLAN = "plan"


class Kind(StrEnum):
    """What an answer looks like."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    EMAIL = "email"
    CHOICE = "choice"  # one of a list that folds away
    RADIO = "radio"  # one of a few that are all seen
    CHECKS = "checks"  # any of a few
    REASONS = "reasons"  # any of the catalogue
    TIME = "time"  # a wall clock time, HH:MM
    MOMENT = "moment"  # a date and a time, kept as ISO 8601 with its offset


def _always(_: Answers) -> bool:
    return True


@dataclass(frozen=True)
class Question:
    """One question: its id names its words."""

    id: str
    kind: Kind
    options: tuple[str, ...] = ()
    is_required: bool = False
    longest: int = 150
    default: str = ""
    is_asked: Callable[[Answers], bool] = _always


def _is_referred(answers: Answers) -> bool:
    return answers.get("source") == Source.REFERRAL


def _is_told_live(answers: Answers) -> bool:
    return answers.get("commitment") != Commitment.SIGNED and Circumstance.NO_PHONE not in many_in(
        answers, "circumstances"
    )


def _keeps_in_touch(answers: Answers) -> bool:
    is_open = answers.get("door") != Door.CLOSED and answers.get("source") != Source.INTERNAL
    return is_open and Circumstance.BAD_EXPERIENCE not in many_in(answers, "circumstances")


QUESTIONS: Mapping[Step, tuple[Question, ...]] = {
    Step.OFFER: (
        Question("company", Kind.TEXT, is_required=True, longest=80),
        Question("role", Kind.TEXT, is_required=True, longest=80),
        Question("source", Kind.CHOICE, tuple(Source), is_required=True, default=Source.EMPLOYER),
        Question("form", Kind.CHOICE, tuple(OfferForm), is_required=True, default=OfferForm.WRITTEN),
        Question("contact_name", Kind.TEXT, longest=80),
        Question("contact_email", Kind.EMAIL, longest=254),
        Question("contact_phone", Kind.TEXT, longest=40),
        Question("answer_due_at", Kind.MOMENT),
        Question("standing", Kind.RADIO, tuple(Standing), is_required=True, default=Standing.FINAL),
        Question("commitment", Kind.RADIO, tuple(Commitment), is_required=True, default=Commitment.NOTHING),
        Question("door", Kind.RADIO, tuple(Door), is_required=True, default=Door.WARM),
        Question("circumstances", Kind.CHECKS, tuple(Circumstance)),
    ),
    Step.REASONS: (
        Question("raw_words", Kind.LONG_TEXT, longest=3000),
        Question("picked", Kind.REASONS),
    ),
    Step.WORDING: (),  # made for the reasons at hand: see wording_questions
    Step.PLAN: (
        Question("channel", Kind.RADIO, tuple(Channel), is_required=True, is_asked=_is_told_live),
        Question("call_at", Kind.MOMENT, is_asked=_is_told_live),
        Question("thanks_for", Kind.CHOICE, tuple(Thanks)),
        Question("tone", Kind.RADIO, tuple(Tone), is_required=True, default=Tone.WARM),
        Question(
            "rhythm",
            Kind.CHOICE,
            tuple(Rhythm),
            is_required=True,
            default=Rhythm.STEADY,
            is_asked=_keeps_in_touch,
        ),
        Question("own_name", Kind.TEXT, longest=80),
        Question("own_phone", Kind.TEXT, longest=40),
        Question("referrer_name", Kind.TEXT, longest=80, is_asked=_is_referred),
        Question("listeners", Kind.CHECKS, tuple(Listener)),
    ),
}

ORDER = tuple(Step)
# After a bad experience a short note is all that they are owed.
WRITTEN = frozenset({Circumstance.NO_PHONE, Circumstance.BAD_EXPERIENCE})
SHARED = "shared"  # which of the reasons are said
LEFT_OUT = "left_out"  # a wording that means: not this reason after all
UNDERSTOOD = "understood"  # the categories that were read out of raw words
GUESSED = "guessed"  # those of them that are not sure


def wording_questions(category_ids: Sequence[str], *, is_told: bool = True) -> tuple[Question, ...]:
    """For each reason a wording to choose and one's own; at the end which to share, if any is told."""
    questions: list[Question] = []
    for category_id in category_ids:
        questions.append(Question(f"wording:{category_id}", Kind.CHOICE, is_required=True))
        questions.append(Question(f"own:{category_id}", Kind.TEXT, longest=150))
    if category_ids and is_told:
        questions.append(Question(SHARED, Kind.CHECKS, tuple(category_ids)))
    return tuple(questions)


def tells_reasons(answers: Answers) -> bool:
    """Whether they hear any: after a bad experience nobody owes them one."""
    return Circumstance.BAD_EXPERIENCE not in many_in(answers, "circumstances")


def questions_of(step: Step, answers: Answers) -> tuple[Question, ...]:
    """The questions of a page, given what was answered before."""
    if step is Step.WORDING:
        return wording_questions(reasons_in(answers), is_told=tells_reasons(answers))
    return tuple(question for question in QUESTIONS[step] if question.is_asked(answers))


def of_page(step: Step, given: Answers) -> dict[str, object]:
    """What this page asks for and nothing else; a moment that is none counts as not given."""
    kinds = {question.id: question.kind for question in QUESTIONS[step]}
    kept = {name: value for name, value in given.items() if name in kinds or _is_worded(step, name)}
    return {
        name: "" if kinds.get(name) is Kind.MOMENT and not _is_moment(value) else value
        for name, value in kept.items()
    }


def _is_worded(step: Step, name: str) -> bool:
    return step is Step.WORDING and (name == SHARED or name.startswith(("wording:", "own:")))


def _is_moment(value: object) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def steps_for(answers: Answers) -> tuple[Step, ...]:
    """The pages this person sees: somebody who has signed needs a lawyer, not wordings."""
    if answers.get("commitment") == Commitment.SIGNED:
        return (Step.OFFER,)
    return ORDER


def step_after(step: Step, answers: Answers) -> Step | None:
    """The page that follows, or None after the last."""
    steps = steps_for(answers)
    place = steps.index(step) + 1
    return steps[place] if place < len(steps) else None


def step_before(step: Step) -> Step | None:
    """The page before, or None at the first."""
    place = ORDER.index(step)
    return ORDER[place - 1] if place else None


def reasons_in(answers: Answers) -> tuple[str, ...]:
    """The categories at hand: those picked first, then those understood from raw words."""
    found = dict.fromkeys([*many_in(answers, "picked"), *many_in(answers, UNDERSTOOD)])
    return tuple(found)[:MOST_REASONS]


def guesses_in(answers: Answers) -> frozenset[str]:
    """Those at hand that were neither picked nor surely understood: left out until they are chosen."""
    return frozenset(many_in(answers, GUESSED)) - frozenset(many_in(answers, "picked"))


def problems(
    step: Step, answers: Answers, now: datetime, is_working_time: Callable[[datetime], bool]
) -> dict[str, str]:
    """What is wrong with the answers of a page: question id → key of the message."""
    found: dict[str, str] = {}
    for question in questions_of(step, answers):
        value = answers.get(question.id)
        if question.is_required and not value and not _is_said_otherwise(question, answers):
            found[question.id] = "required"
        elif isinstance(value, str) and question.kind in {Kind.TEXT, Kind.LONG_TEXT}:
            if len(value) > question.longest:
                found[question.id] = "too_long"
            elif question.kind is Kind.TEXT and ("\n" in value or "\r" in value):
                found[question.id] = "one_line"
    if step is Step.OFFER:
        found |= _due_problem(answers, now)
    if step is Step.WORDING:
        found |= _sharing_problem(answers)
    if step is Step.PLAN:
        found |= _call_problem(answers, now, is_working_time)
    return found


def _is_said_otherwise(question: Question, answers: Answers) -> bool:
    """Whether words of one's own stand in place of one that is offered."""
    name, _, category_id = question.id.partition(":")
    return name == "wording" and bool(_one(answers, f"own:{category_id}").strip())


def _sharing_problem(answers: Answers) -> dict[str, str]:
    """More than are heard; or a guess that is to be said, with no words chosen for it."""
    shared = many_in(answers, SHARED)
    if len(shared) > MOST_SHARED:
        return {SHARED: "share_fewer"}
    unsaid = (
        item for item in shared if item in guesses_in(answers) and not _one(answers, f"own:{item}").strip()
    )
    return {
        f"wording:{item}": "choose_words" for item in unsaid if _one(answers, f"wording:{item}") == LEFT_OUT
    }


def _due_problem(answers: Answers, now: datetime) -> dict[str, str]:
    due_at = moment_in(answers, "answer_due_at")
    if due_at is None:
        return {}
    if due_at <= now:
        return {"answer_due_at": "due_is_past"}
    return {"answer_due_at": "due_is_far"} if due_at > now + FARTHEST_DUE else {}


def _call_problem(
    answers: Answers, now: datetime, is_working_time: Callable[[datetime], bool]
) -> dict[str, str]:
    call_at, due_at = moment_in(answers, "call_at"), moment_in(answers, "answer_due_at")
    if call_at is None or answers.get("channel") == Channel.EMAIL:
        return {}
    if call_at <= now - timedelta(minutes=10):  # somebody may plan "now" and take a while to submit
        return {"call_at": "call_is_past"}
    if due_at is not None and now < due_at <= call_at:  # once it is overdue, any hour is late
        return {"call_at": "call_after_due"}
    # With an answer due within a day, or no working hour left before it, any hour is better than none.
    is_near = due_at is not None and (
        due_at - now <= timedelta(days=1) or not _has_hour(now, due_at, is_working_time)
    )
    return {} if is_near or is_working_time(call_at) else {"call_at": "call_out_of_hours"}


def _has_hour(now: datetime, due_at: datetime, is_working_time: Callable[[datetime], bool]) -> bool:
    """Whether somebody works before the answer is due; after a fortnight somebody does."""
    halves = min((due_at - now) // HALF_AN_HOUR, 14 * 48)
    return any(is_working_time(now + number * HALF_AN_HOUR) for number in range(halves + 1))


def moment_in(answers: Answers, question_id: str) -> datetime | None:
    """An answer of kind MOMENT as an aware datetime."""
    value = answers.get(question_id)
    return datetime.fromisoformat(value) if isinstance(value, str) and value else None


def case_from(case_id: str, person: Person, answers: Answers, now: datetime) -> Case:
    """The case that the answers describe, at its first stage."""
    offer = _offer(answers)
    case = Case(
        id=case_id,
        person=person,
        offer=offer,
        reasons=_reasons(answers),
        plan=_plan(answers),
        stage=first_stage(offer),
        created_at=now,
    )
    return case.with_event(EventKind.CREATED, now)


def first_stage(offer: Offer) -> Stage:
    """Signed wins over negotiable, and both over telling them."""
    if offer.commitment is Commitment.SIGNED:
        return Stage.SIGNED
    return Stage.HELD if offer.standing is Standing.NEGOTIABLE else Stage.TELLING


def settled(case: Case) -> Case:
    """A held case whose no has become final."""
    return replace(case, offer=replace(case.offer, standing=Standing.FINAL), stage=Stage.TELLING)


def _offer(answers: Answers) -> Offer:
    return Offer(
        source=Source(_one(answers, "source") or Source.EMPLOYER),
        company=_one(answers, "company"),
        role=_one(answers, "role"),
        form=OfferForm(_one(answers, "form") or OfferForm.WRITTEN),
        contact_name=_one(answers, "contact_name"),
        contact_email=_one(answers, "contact_email"),
        contact_phone=_one(answers, "contact_phone"),
        referrer_name=_one(answers, "referrer_name"),
        answer_due_at=moment_in(answers, "answer_due_at"),
        standing=Standing(_one(answers, "standing") or Standing.FINAL),
        commitment=Commitment(_one(answers, "commitment") or Commitment.NOTHING),
        door=Door(_one(answers, "door") or Door.WARM),
        circumstances=frozenset(Circumstance(item) for item in many_in(answers, "circumstances")),
    )


def _plan(answers: Answers) -> Plan:
    channel = Channel(_one(answers, "channel") or default_channel(answers))
    no_nudges = not _keeps_in_touch(answers)
    return Plan(
        channel=channel,
        call_at=None if channel is Channel.EMAIL else moment_in(answers, "call_at"),
        tone=Tone(_one(answers, "tone") or Tone.WARM),
        rhythm=Rhythm.NEVER if no_nudges else Rhythm(_one(answers, "rhythm") or Rhythm.STEADY),
        thanks_for=_one(answers, "thanks_for"),
        own_name=_one(answers, "own_name"),
        own_phone=_one(answers, "own_phone"),
        listeners=frozenset(Listener(item) for item in many_in(answers, "listeners")),
    )


def default_channel(answers: Answers) -> Channel:
    """By phone unless that can't or needn't be; one's own employer is told in person."""
    if WRITTEN & set(many_in(answers, "circumstances")):
        return Channel.EMAIL
    return Channel.IN_PERSON if answers.get("source") == Source.INTERNAL else Channel.PHONE


def _reasons(answers: Answers) -> tuple[Reason, ...]:
    kept: list[Reason] = []
    for category_id in reasons_in(answers):
        own = _one(answers, f"own:{category_id}").strip().rstrip(".")
        chosen = _one(answers, f"wording:{category_id}")
        if own or (chosen and chosen != LEFT_OUT):
            kept.append(Reason(category_id, own or chosen, is_shared=False))
    wanted = many_in(answers, SHARED)
    return tuple(replace(reason, is_shared=reason.category_id in wanted) for reason in kept)


def _one(answers: Answers, question_id: str) -> str:
    value = answers.get(question_id)
    return value if isinstance(value, str) else ""


def many_in(answers: Answers, question_id: str) -> tuple[str, ...]:
    """What was chosen of a question that takes several."""
    value = answers.get(question_id)
    return tuple(str(item) for item in value) if isinstance(value, list | tuple) else ()
