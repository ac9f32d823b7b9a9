"""What may be corrected of a case at which stage, and what it is then; a step that was taken by mistake."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.coaching.case import (
    Case,
    Channel,
    Circumstance,
    Commitment,
    Door,
    EventKind,
    Listener,
    Reason,
    Rhythm,
    Source,
    Stage,
    Tone,
)
from bot.coaching.drafts import keeps_in_touch
from bot.coaching.interview import QUESTIONS, Answers, Question, Step, moment_in, settled

OFFER = ("company", "role", "contact_name", "contact_email", "contact_phone")
TELLING = ("channel", "call_at")
PLAN = ("thanks_for", "tone", "own_name", "own_phone")
BEFORE = (*OFFER, "answer_due_at", "door", *TELLING, *PLAN, "rhythm", "referrer_name", "listeners")
AFTER = (*OFFER, *PLAN)
CORRECTED: Mapping[Stage, tuple[str, ...]] = {
    Stage.HELD: BEFORE,
    Stage.SIGNED: (*OFFER, "answer_due_at"),
    Stage.TELLING: BEFORE,
    Stage.FOLLOWING_UP: tuple(name for name in BEFORE if name not in TELLING),
    Stage.IN_TOUCH: AFTER,
    Stage.RESTING: AFTER,
    Stage.CLOSED: (),
}
# Whoever has signed was asked about the offer alone; before there are words for them, the rest is.
TO_CONFIRM = ("contact_name", "contact_phone", *TELLING, *PLAN)
REASONED = frozenset(Stage) - {Stage.SIGNED, Stage.CLOSED}  # where the reasons may be corrected
WHOLE = {question.id: (step, question) for step in QUESTIONS for question in QUESTIONS[step]}
TALKED = frozenset({EventKind.CALL, EventKind.EMAIL_SENT, EventKind.CONTACT, EventKind.REPLIED})
SINCE = frozenset({EventKind.CONTACT, EventKind.REPLIED})  # what comes once they keep in touch


def corrections_of(case: Case, *, is_confirming: bool = False) -> tuple[tuple[Step, Question], ...]:
    """What is asked in the window, each with the page that its words stand under."""
    names = TO_CONFIRM if is_confirming else CORRECTED[case.stage]
    idle = {
        "referrer_name": case.offer.source is not Source.REFERRAL,
        "rhythm": not keeps_in_touch(case),
    }
    return tuple(WHOLE[name] for name in names if not idle.get(name))


def answers_of(case: Case) -> dict[str, object]:
    """What would have to be answered for the case to be as it is; without the reasons."""
    offer, plan = case.offer, case.plan
    moments = {"answer_due_at": offer.answer_due_at, "call_at": plan.call_at}
    kept = {name: getattr(offer, name) for name in (*OFFER, "referrer_name", "source", "door", "commitment")}
    kept |= {name: getattr(plan, name) for name in (*PLAN, "channel", "rhythm")}
    kept |= {name: moment.isoformat() if moment else "" for name, moment in moments.items()}
    return {**kept, "listeners": sorted(plan.listeners)}


def corrected(case: Case, given: Answers) -> Case:
    """The case with these answers in place of its own; what is not among them stays."""
    now = {**answers_of(case), **given}
    text = {name: str(now[name] or "") for name in now}
    offer = replace(
        case.offer,
        company=text["company"],
        role=text["role"],
        contact_name=text["contact_name"],
        contact_email=text["contact_email"],
        contact_phone=text["contact_phone"],
        referrer_name=text["referrer_name"],
        answer_due_at=moment_in(now, "answer_due_at"),
        door=Door(text["door"]),
    )
    channel = Channel(text["channel"])
    if channel is Channel.PHONE and case.plan.channel is Channel.EMAIL:  # they would rather call after all
        offer = replace(offer, circumstances=offer.circumstances - {Circumstance.NO_PHONE})
    named = now["listeners"]
    plan = replace(
        case.plan,
        channel=channel,
        call_at=None if channel is Channel.EMAIL else moment_in(now, "call_at"),
        thanks_for=text["thanks_for"] or _own_thanks(case),
        tone=Tone(text["tone"]),
        rhythm=Rhythm(text["rhythm"]),
        own_name=text["own_name"],
        own_phone=text["own_phone"],
        listeners=frozenset(Listener(item) for item in named) if isinstance(named, list) else frozenset(),
    )
    changed = replace(case, offer=offer, plan=plan)
    if keeps_in_touch(changed) and not keeps_in_touch(case) and plan.rhythm is Rhythm.NEVER:
        changed = replace(changed, plan=replace(plan, rhythm=Rhythm.STEADY))  # the door was opened again
    return changed


def _own_thanks(case: Case) -> str:
    """Words of their own that no list offers, so that nothing could be chosen."""
    _, question = WHOLE["thanks_for"]
    return "" if case.plan.thanks_for in question.options else case.plan.thanks_for


def with_reasons(case: Case, worded: Mapping[str, str], shared: frozenset[str]) -> Case:
    """The case with these wordings by category, in this order; an empty one is left out."""
    clauses = {name: text.strip().rstrip(".") for name, text in worded.items()}
    return replace(
        case,
        reasons=tuple(Reason(name, text, name in shared) for name, text in clauses.items() if text),
    )


def confirmed(case: Case) -> Case:
    """A signed case whose no is final: from here on it is a withdrawal."""
    case = settled(case)
    return replace(case, offer=replace(case.offer, commitment=Commitment.ACCEPTED))


def taken_back(case: Case) -> Case | None:
    """The case as it was before the last thing that the person said had happened; None when there is none."""
    if case.stage not in {Stage.TELLING, Stage.FOLLOWING_UP, Stage.IN_TOUCH, Stage.RESTING}:
        return None
    last = next((event for event in reversed(case.history) if event.kind is not EventKind.NUDGED), None)
    if last is not None and last.kind in TALKED:
        left = replace(case, history=tuple(event for event in case.history if event is not last))
        return left if last.kind in SINCE else replace(left, stage=_stage_of(left))
    is_written = case.stage is Stage.FOLLOWING_UP and not case.is_told
    return replace(case, stage=Stage.TELLING) if is_written else None


def _stage_of(case: Case) -> Stage:
    return Stage.FOLLOWING_UP if case.is_told else Stage.TELLING


def is_planned_anew(before: Case, after: Case) -> bool:
    """Whether reminders would come at other times."""
    return _planned(before) != _planned(after)


def _planned(case: Case) -> tuple[datetime | None, Channel, datetime | None]:
    return case.offer.answer_due_at, case.plan.channel, case.plan.call_at
