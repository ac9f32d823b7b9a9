"""Something has happened, as somebody types it: which offer it may be about, and the buttons that say so."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.coaching.case import Case, Stage
from bot.coaching.correcting import REASONED, taken_back
from bot.flows.acts import Act
from bot.flows.calling import OUTCOMES, is_by_phone
from bot.flows.home import next_step, open_standings
from bot.flows.onboarding import Step
from bot.flows.ports import Choice, Store
from bot.flows.replies import Meaning
from bot.flows.standing import TO_DO, Standing
from bot.flows.visitor import Saying

MOST_OFFERS = 8
TRIED = tuple(act for act in OUTCOMES if act is not Act.CALL_NOT_YET)
YES = (Act.CASE_ACCEPT,)
AWAY = (Act.CASE_CLOSE,)
REACHED = (Act.CONTACT_LOG,)
SUITED: Mapping[Meaning, Mapping[Stage, tuple[Act, ...]]] = {
    Meaning.WITHDRAWN: dict.fromkeys(TO_DO, AWAY),
    Meaning.COUNTERED: {
        Stage.HELD: (Act.NO_CONFIRM, *YES),
        Stage.TELLING: (Act.CALL_COUNTERED,),
        Stage.FOLLOWING_UP: (Act.CALL_COUNTERED,),
    },
    Meaning.CHANGED_MIND: {
        Stage.HELD: (Act.NO_CONFIRM, *YES),
        Stage.SIGNED: AWAY,
        Stage.TELLING: (Act.CASE_HOLD, *YES),
        Stage.FOLLOWING_UP: (Act.FACTOR_CHANGE, *YES),
        Stage.IN_TOUCH: (Act.FACTOR_CHANGE, *YES),
        Stage.RESTING: (Act.FACTOR_CHANGE, *YES),
    },
    Meaning.ACCEPTED: {**dict.fromkeys(TO_DO, YES), Stage.IN_TOUCH: YES, Stage.RESTING: YES},
    Meaning.CALLED: {
        Stage.HELD: (Act.NO_CONFIRM,),
        Stage.TELLING: TRIED,
        Stage.FOLLOWING_UP: (Act.EMAIL_SEND, Act.EMAIL_WRITE),
        Stage.IN_TOUCH: REACHED,
    },
    Meaning.SENT: {
        Stage.HELD: (Act.EMAIL_SEND,),
        Stage.TELLING: (Act.EMAIL_SEND,),
        Stage.FOLLOWING_UP: (Act.EMAIL_SEND,),
        Stage.IN_TOUCH: REACHED,
    },
    Meaning.SOON: {
        Stage.HELD: (Act.NO_CONFIRM,),
        Stage.TELLING: (Act.SCRIPT_SHOW, Act.REHEARSAL_OPEN),
        Stage.FOLLOWING_UP: (Act.SCRIPT_SHOW,),
    },
    Meaning.MISTAKEN: {
        **dict.fromkeys(REASONED, (Act.STEP_UNDO, Act.CASE_EDIT, Act.REASONS_EDIT)),
        Stage.SIGNED: (Act.CASE_EDIT,),
    },
}


async def news(
    store: Store, saying: Saying, now: datetime, meaning: Meaning, named: Iterable[str] = ()
) -> Step:
    """The buttons for it; a choice of offers where it may be any of several; if none suits, the next step."""
    found = _suited(await open_standings(store, saying, now), meaning, tuple(named))
    if not found:
        return await next_step(store, saying, now)
    if len(found) == 1:
        return Step(found[0].title, _choices(found[0].case, meaning, saying))
    choices = tuple(Choice(Act.CASE_OPEN, item.title, item.case.id) for item in found[:MOST_OFFERS])
    return Step(saying.say("replies.which"), choices)


def _suited(standings: Iterable[Standing], meaning: Meaning, named: tuple[str, ...]) -> list[Standing]:
    """The offers named, by how their ids begin; else those where it is the person's turn; else any."""
    suited = [item for item in standings if item.case.stage in SUITED[meaning]]
    meant = [item for item in suited if named and item.case.id.startswith(named)]
    waiting = [item for item in suited if item.case.stage in TO_DO]
    return [item for item in meant if item.case.stage in TO_DO] or meant or waiting or suited


def _choices(case: Case, meaning: Meaning, saying: Saying) -> tuple[Choice, ...]:
    acts = SUITED[meaning][case.stage]
    idle = set() if is_by_phone(case) else {Act.CALL_VOICEMAIL}
    idle |= {Act.STEP_UNDO} if taken_back(case) is None else set()
    fitting = [act for act in acts if act not in idle]
    return tuple(
        Choice(act, saying.say(f"letters.choices.{act}"), case.id, style="" if number else "primary")
        for number, act in enumerate(fitting)
    )
