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
    Offer,
    OfferForm,
    Plan,
    Reason,
    Rhythm,
    Source,
    Stage,
    Standing,
    Tone,
)
from bot.coaching.drafts import keeps_in_touch
from bot.coaching.interview import (
    QUESTIONS,
    Answers,
    Question,
    Step,
    first_stage,
    many_in,
    moment_in,
)

CONTACT = ("contact_name", "contact_email", "contact_phone")
OFFER = ("company", "role", "source", "form", *CONTACT)
SETTLING = ("standing", "commitment")  # what decides at which stage it begins
OPEN = (*OFFER, "answer_due_at", *SETTLING, "door", "circumstances")  # as the interview begins
TELLING = ("channel", "call_at")
PLAN = ("thanks_for", "tone", "own_name", "own_phone")
BEFORE = (*OPEN, *TELLING, *PLAN, "rhythm", "referrer_name", "listeners")
AFTER = ("company", "role", "source", *CONTACT, *PLAN)
UNTOLD = frozenset({Stage.HELD, Stage.SIGNED, Stage.TELLING})
CORRECTED: Mapping[Stage, tuple[str, ...]] = {
    Stage.HELD: BEFORE,
    Stage.SIGNED: OPEN,
    Stage.TELLING: BEFORE,
    Stage.FOLLOWING_UP: tuple(name for name in BEFORE if name not in (*TELLING, "standing")),
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
    return tuple(_asked(name, case) for name in names if not idle.get(name))


def _asked(name: str, case: Case) -> tuple[Step, Question]:
    step, question = WHOLE[name]
    if name == "commitment" and case.stage not in UNTOLD:  # whoever signs now would have asked first
        asked = {Commitment.NOTHING, Commitment.ACCEPTED, case.offer.commitment}
        question = replace(question, options=tuple(item for item in Commitment if item in asked))
    return step, question


def answers_of(case: Case) -> dict[str, object]:
    """What would have to be answered for the case to be as it is; without the reasons."""
    offer, plan = case.offer, case.plan
    moments = {"answer_due_at": offer.answer_due_at, "call_at": plan.call_at}
    kept = {name: getattr(offer, name) for name in (*OFFER, *SETTLING, "referrer_name", "door")}
    if case.stage is Stage.HELD:  # whoever wants to think about it has no final answer
        kept["standing"] = Standing.NEGOTIABLE
    kept |= {name: getattr(plan, name) for name in (*PLAN, "channel", "rhythm")}
    kept |= {name: moment.isoformat() if moment else "" for name, moment in moments.items()}
    return {**kept, "listeners": sorted(plan.listeners), "circumstances": sorted(offer.circumstances)}


def corrected(case: Case, given: Answers) -> Case:
    """The case with these answers in place of its own; what is not among them stays.

    Where the answers lead to another stage, that is its stage: whoever has not signed after all goes on.
    """
    before = answers_of(case)
    now = {**before, **given}
    changed = replace(case, offer=_offer(case, now), plan=_plan(case, now))
    if case.stage in UNTOLD and any(now[name] != before[name] for name in SETTLING):
        standing = Standing(str(now["standing"]))
        offer = replace(changed.offer, standing=standing)
        changed = replace(changed, offer=offer, stage=first_stage(offer))
    if keeps_in_touch(changed) and not keeps_in_touch(case) and changed.plan.rhythm is Rhythm.NEVER:
        return replace(changed, plan=replace(changed.plan, rhythm=Rhythm.STEADY))  # the door was opened again
    if keeps_in_touch(case) and not keeps_in_touch(changed):
        stage = Stage.RESTING if case.stage is Stage.IN_TOUCH else changed.stage
        return replace(changed, stage=stage, plan=replace(changed.plan, rhythm=Rhythm.NEVER))
    return changed


def _offer(case: Case, now: Answers) -> Offer:
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
        source=Source(text["source"]),
        form=OfferForm(text["form"]),
        commitment=Commitment(text["commitment"]),
        door=Door(text["door"]),
        circumstances=frozenset(Circumstance(item) for item in many_in(now, "circumstances")),
    )
    if (
        text["channel"] == Channel.PHONE and case.plan.channel is Channel.EMAIL
    ):  # they'd rather call after all
        return replace(offer, circumstances=offer.circumstances - {Circumstance.NO_PHONE})
    return offer


def _plan(case: Case, now: Answers) -> Plan:
    text = {name: str(now[name] or "") for name in now}
    channel = Channel(text["channel"])
    cannot_call = Circumstance.NO_PHONE in many_in(now, "circumstances")
    if channel is case.plan.channel is Channel.PHONE and cannot_call:
        channel = Channel.EMAIL  # that they can't is news
    return replace(
        case.plan,
        channel=channel,
        call_at=None if channel is Channel.EMAIL else moment_in(now, "call_at"),
        thanks_for=text["thanks_for"] or _own_thanks(case),
        tone=Tone(text["tone"]),
        rhythm=Rhythm(text["rhythm"]),
        own_name=text["own_name"],
        own_phone=text["own_phone"],
        listeners=frozenset(Listener(item) for item in many_in(now, "listeners")),
    )


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


def taken_back(case: Case) -> Case | None:
    """The case as it was before the last thing that the person said had happened; None when there is none."""
    if case.stage not in {Stage.TELLING, Stage.FOLLOWING_UP, Stage.IN_TOUCH, Stage.RESTING}:
        return None
    last = case.history[-1] if case.history else None
    if last is not None and last.kind in TALKED:
        left = replace(case, history=tuple(event for event in case.history if event is not last))
        return left if last.kind in SINCE else replace(left, stage=_stage_of(left))
    if last is not None and last.kind is EventKind.AFFIRMED:  # what they came back with is open again
        return replace(case, history=case.history[:-1])
    is_written = case.stage is Stage.FOLLOWING_UP and not case.is_told
    return replace(case, stage=Stage.TELLING) if is_written else None


def _stage_of(case: Case) -> Stage:
    return Stage.FOLLOWING_UP if case.is_told else Stage.TELLING


def is_another_path(before: Case, after: Case) -> bool:
    """Whether what comes next is something else, rather than the same in other words."""
    return _path(before) != _path(after)


def _path(case: Case) -> tuple[object, ...]:
    offer = case.offer
    return case.stage, offer.source, offer.form, offer.commitment, offer.circumstances


def is_planned_anew(before: Case, after: Case) -> bool:
    """Whether reminders would come at other times."""
    return _planned(before) != _planned(after)


def _planned(case: Case) -> tuple[datetime | None, Channel, datetime | None]:
    return case.offer.answer_due_at, case.plan.channel, case.plan.call_at
