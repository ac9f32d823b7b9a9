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
from bot.flows.standing import FRESH, TO_DO, Phase, Standing, phase_of
from bot.flows.visitor import Saying

MOST_OFFERS = 8
SEVERAL = "several"  # offers, whose noes have come differently far
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
ENDED = (Act.NUDGE_STOP, *RARER, *AWAY)
SAD = frozenset({Meaning.DIED, Meaning.DISMISSED})  # nobody is asked which one, or sent on to the next
OVER = frozenset({Meaning.RELIEVED, Meaning.WITHDRAWN, Meaning.HURT})  # without an offer nothing is next
QUIET = frozenset({Meaning.GLAD, Meaning.PARTED, Meaning.GONE, Meaning.BOUND, Meaning.RELEASED})  # nor begun
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
SETTLED: Mapping[Stage, tuple[Act, ...]] = {  # it's a no, or nothing stands in its way any more
    Stage.HELD: (Act.NO_CONFIRM, *YES),
    Stage.SIGNED: CONFIRM,
    Stage.TELLING: (Act.SCRIPT_SHOW, Act.REHEARSAL_OPEN, Act.EMAIL_WRITE),
    Stage.FOLLOWING_UP: EMAIL,
    **DONE,
}
UNDECIDED: Mapping[Stage, tuple[Act, ...]] = {
    Stage.HELD: (Act.NO_CONFIRM, *YES),
    Stage.SIGNED: AWAY,
    Stage.TELLING: (Act.CASE_HOLD, *YES),
    Stage.FOLLOWING_UP: AGAIN,
    Stage.IN_TOUCH: AGAIN,
    Stage.RESTING: AGAIN,
}
NO_MATTER: Mapping[Stage, tuple[Act, ...]] = {**dict.fromkeys(TO_DO, NOTHING), **DONE}
SUITED: Mapping[Meaning, Mapping[Stage, tuple[Act, ...]]] = {
    Meaning.DIED: dict.fromkeys((*TO_DO, Stage.IN_TOUCH, Stage.RESTING), DETAILS),
    Meaning.DISMISSED: {**UNDECIDED, Stage.HELD: YES, Stage.SIGNED: NOTHING},
    Meaning.GONE: dict.fromkeys((*TO_DO, Stage.IN_TOUCH, Stage.RESTING), (*AWAY, *DETAILS)),
    Meaning.BOUND: NO_MATTER,
    Meaning.RELEASED: SETTLED,
    Meaning.FELL_THROUGH: {**UNDECIDED, Stage.HELD: YES, Stage.SIGNED: NOTHING},
    Meaning.UNWRITTEN: {**NO_MATTER, Stage.TELLING: (Act.CASE_HOLD,)},
    Meaning.WHAT_IF: {
        Stage.HELD: NOTHING,
        Stage.SIGNED: NOTHING,
        Stage.TELLING: (Act.SCRIPT_SHOW, Act.REHEARSAL_OPEN),
        Stage.FOLLOWING_UP: EMAIL,
        **DONE,
    },
    Meaning.WITHDRAWN: {**dict.fromkeys(TO_DO, AWAY), Stage.IN_TOUCH: AWAY, Stage.RESTING: AWAY},
    Meaning.REFUSED: SETTLED,
    Meaning.DECIDED: {**SETTLED, Stage.HELD: CONFIRM},
    Meaning.ASSURED: SETTLED,
    Meaning.UNSURE: UNDECIDED,
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
    Meaning.CHANGED_MIND: UNDECIDED,
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
    Meaning.GLAD: DONE,
    Meaning.FRESH: DONE,
    Meaning.PARTED: {
        **dict.fromkeys((Stage.HELD, Stage.SIGNED), AWAY),
        Stage.TELLING: (*AWAY, Act.EMAIL_WRITE),
        Stage.FOLLOWING_UP: (*AWAY, *EMAIL),
        Stage.IN_TOUCH: ENDED,
        Stage.RESTING: AWAY,
    },
    Meaning.KEEPING: {Stage.IN_TOUCH: RARER, Stage.RESTING: (Act.CASE_REOPEN,)},
    Meaning.MISTAKEN: {
        **dict.fromkeys(REASONED, (Act.STEP_UNDO, Act.CASE_EDIT, Act.REASONS_EDIT)),
        Stage.SIGNED: DETAILS,
    },
    Meaning.WRITE: {
        Stage.HELD: CONFIRM,
        Stage.SIGNED: CONFIRM,
        Stage.TELLING: (Act.EMAIL_WRITE, Act.SCRIPT_SHOW),
        Stage.FOLLOWING_UP: (Act.EMAIL_WRITE, Act.EMAIL_SEND),
        **DONE,
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
    Meaning.DIED: (*DETAILS, Act.NUDGE_STOP),
    Meaning.GONE: (*DETAILS, *AWAY),
    Meaning.WITHDRAWN: (*NEW_LINE, *AWAY),
    Meaning.UNREACHED: RARER,
    Meaning.ANSWERED: (Act.ANSWER_LOG, *NEW_LINE),
    Meaning.RECALLED: (Act.ANSWER_LOG, *AGAIN),
    Meaning.SOON: NEW_LINE,
    Meaning.MOVED: (Act.NUDGE_SNOOZE, Act.NUDGE_SKIP, *RARER),
    Meaning.MET: (*REACHED, *NEW_LINE),
    Meaning.LEFT: (*DETAILS, *NEW_LINE),
    Meaning.GLAD: (*NEW_LINE, *RARER),
    Meaning.FRESH: (*NEW_LINE, *RARER),
    Meaning.PARTED: (*ENDED, *NEW_LINE),
    Meaning.WRITE: NEW_LINE,
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
            return _about(found[0], meaning, saying, now)
        if meaning in SAD:
            return Step(saying.say("replies.ahead.rest"), (), "" if standings else "none")
        if found:
            choices = tuple(Choice(Act.CASE_OPEN, item.title, item.case.id) for item in found[:MOST_OFFERS])
            phases = {phase_of(item.case, now) for item in found}
            return Step(saying.say("replies.which"), choices, phases.pop() if len(phases) == 1 else SEVERAL)
    if meaning in FEELINGS and standings:
        return await _felt(store, saying, now, meaning, marks, said)
    step = await next_step(store, saying, now, MOST_STEPS if meaning is Meaning.OTHER else 1)
    if not standings and meaning in OVER | QUIET and await store.interview(saying.visitor.person) is None:
        step = replace(step, text=saying.say("replies.ahead.quiet"))
        step = replace(step, choices=()) if meaning in QUIET else step
    if meaning is Meaning.OTHER and standings:  # what it names by way of example fits what is next
        first = next((item for item in standings if item.is_to_do), None) or _touched(standings)
        return replace(step, phase=phase_of(first.case, now))
    return replace(step, phase=Phase.LATER if is_in_years else "" if standings else "none")


def _about(standing: Standing, meaning: Meaning, saying: Saying, now: datetime) -> Step:
    """The one offer that it can only be about."""
    phase = phase_of(standing.case, now)
    return Step(standing.title, _choices(standing, meaning, saying, phase), phase)


async def _felt(
    store: Store,
    saying: Saying,
    now: datetime,
    meaning: Meaning,
    marks: tuple[str, ...],
    said: Meaning | None,
) -> Step:
    """A feeling is about what is named, else about what was just done; and then comes what is next."""
    standings = await open_standings(store, saying, now)
    meant = [item for item in standings if marks and item.case.id.startswith(marks)]
    about = _touched(meant or standings)
    phase = phase_of(about.case, now)
    if said is not None and phase in {Phase.UNTOLD, Phase.HELD}:  # they know by now
        return replace(await step_for(store, saying, now, said, (about.case.id,)), phase=Phase.TOLD)
    if phase is Phase.LATER and meant and meaning is Meaning.SCARED:  # of writing to them again
        return Step(about.title, _choices(about, Meaning.WRITE, saying, phase), phase)
    first = next((item for item in standings if item.is_to_do), None)
    if first is None or (meant and not about.is_to_do):
        return Step(saying.say("replies.ahead.rest"), (), phase)
    if meant and first is not about:
        line = saying.say("replies.ahead.case", what=about.title, step=about.step, due=about.due)
        return Step(line, about.next_choices()[:1], phase)
    step = await next_step(store, saying, now)
    is_another = first is not about and phase in {Phase.SENT, Phase.LATER}
    text = saying.say("replies.ahead.another", step=step.text) if is_another else step.text
    return Step(text, step.choices, phase)


def _touched(standings: Iterable[Standing]) -> Standing:
    return max(standings, key=lambda item: item.case.touched_at)


def _suited(
    standings: Iterable[Standing], meaning: Meaning, named: tuple[str, ...], now: datetime
) -> list[Standing]:
    """The offers named, by how their ids begin; else those where it is the person's turn or something was
    just done, the latter first; else any.
    """
    suited = [item for item in standings if _acts(item.case, meaning, phase_of(item.case, now)) is not None]
    meant = [item for item in suited if named and item.case.id.startswith(named)]
    if meant:
        return [item for item in meant if item.case.stage in TO_DO] or meant
    waiting = [item for item in suited if item.case.stage in TO_DO or _is_at_hand(item, now)]
    just_done = [item for item in waiting if item.case.stage not in TO_DO and _is_at_hand(item, now)]
    return sorted(waiting, key=lambda item: item not in just_done) or suited


def _is_at_hand(standing: Standing, now: datetime) -> bool:
    """Whether something was done about it of late, or a note about it has come: news may well be its own."""
    return standing.noted_at is not None or now - standing.case.touched_at <= FRESH


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
    idle |= {Act.RHYTHM_CHANGE, Act.NUDGE_STOP} if case.stage is Stage.RESTING else set()
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
