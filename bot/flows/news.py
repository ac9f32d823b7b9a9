"""What an answer to a typed message is about: the offer that may be meant, and the buttons that fit."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.coaching.case import Case, Stage
from bot.coaching.correcting import REASONED, taken_back
from bot.flows.acts import Act
from bot.flows.calling import OUTCOMES, is_by_phone
from bot.flows.home import next_step, open_standings
from bot.flows.onboarding import Step
from bot.flows.ports import Choice, Store
from bot.flows.replies import FEELINGS, NEWS, Meaning
from bot.flows.standing import TO_DO, Phase, Standing, phase_of
from bot.flows.visitor import Saying

MOST_OFFERS = 8
MOST_STEPS = 3  # whoever is lost needs one thing; after words that Ajar doesn't know it may be any
TRIED = tuple(act for act in OUTCOMES if act is not Act.CALL_NOT_YET)
TALKED = tuple(act for act in TRIED if act is not Act.CALL_VOICEMAIL)
YES = (Act.CASE_ACCEPT,)
AWAY = (Act.CASE_CLOSE,)
REACHED = (Act.CONTACT_LOG,)
CONFIRM = (Act.NO_CONFIRM,)
EMAIL = (Act.EMAIL_SEND, Act.EMAIL_WRITE)
AGAIN = (Act.KNOCK_AGAIN,)
DETAILS = (Act.CASE_EDIT,)
RARER = (Act.RHYTHM_CHANGE,)
NEW_LINE = (Act.NOTE_PERSONALISE,)
OVER = frozenset({Meaning.RELIEVED, Meaning.WITHDRAWN, Meaning.HURT})  # without an offer nothing is next
NOTHING: tuple[Act, ...] = ()  # there is nothing to do about it, and the answer says so
DONE: Mapping[Stage, tuple[Act, ...]] = {Stage.IN_TOUCH: NOTHING, Stage.RESTING: NOTHING}
CAME: Mapping[Stage, tuple[Act, ...]] = {  # word from them
    Stage.HELD: (Act.CALL_COUNTERED,),
    Stage.SIGNED: NOTHING,
    Stage.TELLING: (*TALKED, Act.SCRIPT_SHOW),
    Stage.FOLLOWING_UP: (Act.EMAIL_SEND, Act.CALL_COUNTERED, Act.CALL_UPSET),
    Stage.IN_TOUCH: (Act.ANSWER_LOG,),
    Stage.RESTING: (Act.ANSWER_LOG,),
}
SUITED: Mapping[Meaning, Mapping[Stage, tuple[Act, ...]]] = {
    Meaning.WHAT_IF: {
        Stage.HELD: NOTHING,
        Stage.SIGNED: NOTHING,
        Stage.TELLING: (Act.SCRIPT_SHOW, Act.REHEARSAL_OPEN),
        Stage.FOLLOWING_UP: EMAIL,
        **DONE,
    },
    Meaning.WITHDRAWN: {**dict.fromkeys(TO_DO, AWAY), Stage.IN_TOUCH: AWAY, Stage.RESTING: AWAY},
    Meaning.COUNTERED: {
        Stage.HELD: (Act.CALL_COUNTERED, Act.NO_CONFIRM, *YES),
        Stage.SIGNED: AWAY,
        Stage.TELLING: (Act.CALL_COUNTERED,),
        Stage.FOLLOWING_UP: (Act.CALL_COUNTERED,),
        Stage.IN_TOUCH: (Act.ANSWER_LOG, *AGAIN),
        Stage.RESTING: AGAIN,
    },
    Meaning.INVITED: {
        Stage.HELD: (Act.CALL_ANOTHER_ROLE, *CONFIRM),
        Stage.SIGNED: NOTHING,
        Stage.TELLING: (Act.CALL_ANOTHER_ROLE, Act.CALL_REACHED),
        Stage.FOLLOWING_UP: (Act.CALL_ANOTHER_ROLE, *EMAIL),
        Stage.IN_TOUCH: (Act.ANSWER_LOG, *AGAIN),
        Stage.RESTING: (Act.ANSWER_LOG, *AGAIN),
    },
    Meaning.CHANGED_MIND: {
        Stage.HELD: (Act.NO_CONFIRM, *YES),
        Stage.SIGNED: AWAY,
        Stage.TELLING: (Act.CASE_HOLD, *YES),
        Stage.FOLLOWING_UP: AGAIN,
        Stage.IN_TOUCH: AGAIN,
        Stage.RESTING: AGAIN,
    },
    Meaning.ACCEPTED: {**dict.fromkeys(TO_DO, YES), Stage.IN_TOUCH: YES, Stage.RESTING: YES},
    Meaning.CALLED: {
        Stage.HELD: TALKED,
        Stage.SIGNED: (*CONFIRM, *AWAY),
        Stage.TELLING: TRIED,
        Stage.FOLLOWING_UP: EMAIL,
        Stage.IN_TOUCH: REACHED,
        Stage.RESTING: REACHED,
    },
    Meaning.HURT: {
        Stage.HELD: (Act.CALL_UPSET,),
        Stage.SIGNED: (*CONFIRM, *AWAY),
        Stage.TELLING: (Act.CALL_UPSET, Act.CALL_REACHED),
        Stage.FOLLOWING_UP: (Act.CALL_UPSET, *EMAIL),
        Stage.IN_TOUCH: (Act.RHYTHM_CHANGE, Act.NUDGE_STOP),
        Stage.RESTING: NOTHING,
    },
    Meaning.UNREACHED: {
        Stage.HELD: NOTHING,
        Stage.SIGNED: NOTHING,
        Stage.TELLING: (Act.CALL_VOICEMAIL, Act.CALL_NOT_YET, Act.EMAIL_WRITE),
        Stage.FOLLOWING_UP: EMAIL,
        **DONE,
    },
    Meaning.ANSWERED: CAME,
    Meaning.RECALLED: CAME,
    Meaning.SENT: {
        Stage.HELD: (Act.EMAIL_SEND,),
        Stage.SIGNED: (*CONFIRM, *AWAY),
        Stage.TELLING: (Act.EMAIL_SEND,),
        Stage.FOLLOWING_UP: (Act.EMAIL_SEND,),
        Stage.IN_TOUCH: REACHED,
        Stage.RESTING: REACHED,
    },
    Meaning.SOON: {
        Stage.HELD: CONFIRM,
        Stage.SIGNED: CONFIRM,
        Stage.TELLING: (Act.SCRIPT_SHOW, Act.REHEARSAL_OPEN),
        Stage.FOLLOWING_UP: (Act.SCRIPT_SHOW,),
    },
    Meaning.MOVED: {
        Stage.HELD: DETAILS,
        Stage.SIGNED: DETAILS,
        Stage.TELLING: (*DETAILS, Act.CALL_NOT_YET),
        Stage.FOLLOWING_UP: DETAILS,
        **DONE,
    },
    Meaning.MET: {
        Stage.HELD: TALKED,
        Stage.SIGNED: NOTHING,
        Stage.TELLING: TRIED,
        Stage.FOLLOWING_UP: EMAIL,
        Stage.IN_TOUCH: REACHED,
        Stage.RESTING: REACHED,
    },
    Meaning.LEFT: dict.fromkeys((*TO_DO, Stage.IN_TOUCH, Stage.RESTING), DETAILS),
    Meaning.FRESH: DONE,
    Meaning.PARTED: {Stage.IN_TOUCH: (*RARER, *AWAY), Stage.RESTING: AWAY},
    Meaning.MISTAKEN: {
        **dict.fromkeys(REASONED, (Act.STEP_UNDO, Act.CASE_EDIT, Act.REASONS_EDIT)),
        Stage.SIGNED: DETAILS,
    },
    Meaning.HOW: {
        Stage.HELD: CONFIRM,
        Stage.SIGNED: CONFIRM,
        Stage.TELLING: (Act.SCRIPT_SHOW, Act.REHEARSAL_OPEN, Act.EMAIL_WRITE),
        Stage.FOLLOWING_UP: EMAIL,
    },
}


# Instead of these, once their no was given more than a day ago.
IN_YEARS: Mapping[Meaning, tuple[Act, ...]] = {
    Meaning.WITHDRAWN: (*NEW_LINE, *AWAY),
    Meaning.UNREACHED: RARER,
    Meaning.ANSWERED: (Act.ANSWER_LOG, *NEW_LINE),
    Meaning.RECALLED: (Act.ANSWER_LOG, *AGAIN),
    Meaning.SOON: NEW_LINE,
    Meaning.MOVED: (Act.NUDGE_SNOOZE, Act.NUDGE_SKIP, *RARER),
    Meaning.MET: (*REACHED, *NEW_LINE),
    Meaning.LEFT: (*DETAILS, *NEW_LINE),
    Meaning.FRESH: (*NEW_LINE, *RARER),
    Meaning.PARTED: (*RARER, *AWAY, *NEW_LINE),
    Meaning.OTHER: (*REACHED, *NEW_LINE, Act.ANSWER_LOG),
}


async def step_for(
    store: Store,
    saying: Saying,
    now: datetime,
    meaning: Meaning,
    named: Iterable[str] = (),
    said: Meaning | None = None,
) -> Step:
    """The offer that a typed message is about, how far its no has come, and what can be chosen.

    said: what has happened, where the message tells a feeling beside it.
    """
    standings, marks = await open_standings(store, saying, now), tuple(named)
    is_in_years = {phase_of(item.case, now) for item in standings} == {Phase.LATER}
    is_lost = meaning is Meaning.OTHER and await store.interview(saying.visitor.person) is None
    if meaning in NEWS or (is_lost and is_in_years):
        found = _suited(standings, meaning, marks, now)
        if len(found) == 1:
            title = found[0].title
            phase = phase_of(found[0].case, now)
            return Step(title, _choices(found[0], meaning, saying, phase), phase)
        if found:
            choices = tuple(Choice(Act.CASE_OPEN, item.title, item.case.id) for item in found[:MOST_OFFERS])
            phases = {phase_of(item.case, now) for item in found}
            return Step(saying.say("replies.which"), choices, phases.pop() if len(phases) == 1 else "")
    step = await next_step(store, saying, now, MOST_STEPS if meaning is Meaning.OTHER else 1)
    if not standings and meaning in OVER and await store.interview(saying.visitor.person) is None:
        step = replace(step, text=saying.say("replies.ahead.quiet"))
    if meaning not in FEELINGS or not standings:
        return replace(step, phase=Phase.LATER if is_in_years else "" if standings else "none")
    meant = [item.case for item in standings if marks and item.case.id.startswith(marks)]
    about = max(
        meant or [item.case for item in standings], key=lambda case: case.touched_at
    )  # what was just done
    if said is not None and phase_of(about, now) in {Phase.UNTOLD, Phase.HELD}:  # they know by now
        return replace(await step_for(store, saying, now, said, (about.id,)), phase=Phase.TOLD)
    if not any(item.is_to_do for item in standings):
        step = Step(saying.say("replies.ahead.rest"))
    return replace(step, phase=phase_of(about, now))


def _suited(
    standings: Iterable[Standing], meaning: Meaning, named: tuple[str, ...], now: datetime
) -> list[Standing]:
    """The offers named, by how their ids begin; else those where it is the person's turn; else any."""
    suited = [item for item in standings if _acts(item.case, meaning, phase_of(item.case, now)) is not None]
    meant = [item for item in suited if named and item.case.id.startswith(named)]
    waiting = [item for item in suited if item.case.stage in TO_DO]
    return [item for item in meant if item.case.stage in TO_DO] or meant or waiting or suited


def _acts(case: Case, meaning: Meaning, phase: Phase) -> tuple[Act, ...] | None:
    """What may be done about it; None where it says nothing about this one."""
    if phase is Phase.LATER and meaning in IN_YEARS:
        return IN_YEARS[meaning]
    return SUITED.get(meaning, {}).get(case.stage)


def _choices(standing: Standing, meaning: Meaning, saying: Saying, phase: Phase) -> tuple[Choice, ...]:
    case = standing.case
    acts = _acts(case, meaning, phase) or NOTHING
    if phase is not Phase.LATER:  # they are asked by a call today, and need no note that recalls who it is
        acts = tuple(Act.CASE_ACCEPT if act in AGAIN else act for act in acts)
    idle = set() if is_by_phone(case) else {Act.CALL_VOICEMAIL}
    idle |= {Act.NUDGE_SNOOZE, Act.NUDGE_SKIP} if standing.noted_at is None else set()
    idle |= {Act.RHYTHM_CHANGE} if case.stage is Stage.RESTING else set()
    idle |= {Act.CALL_UPSET} if case.went_badly else set()
    idle |= {Act.STEP_UNDO} if taken_back(case) is None else set()
    fitting = [act for act in acts if act not in idle]
    return tuple(
        Choice(act, _label(act, case, saying, meaning), case.id, style="" if number else "primary")
        for number, act in enumerate(fitting)
    )


def _label(act: Act, case: Case, saying: Saying, meaning: Meaning) -> str:
    """What a button is called where nothing was asked before."""
    if act is Act.KNOCK_AGAIN:
        return saying.say("replies.again")
    if act is Act.CASE_ACCEPT and case.is_told and meaning is not Meaning.ACCEPTED:
        return saying.say("replies.after_all")
    is_asked_first = act is Act.NO_CONFIRM and case.stage is Stage.SIGNED
    return saying.say(f"letters.choices.{Act.SCRIPT_SHOW if is_asked_first else act}")
