"""The letters about what they came back with: nothing is decided for anybody."""

from bot.coaching.case import EventKind, Stage, Standing
from bot.coaching.correcting import taken_back
from bot.coaching.drafts import PAY, DraftKind
from bot.flows.acts import STILL_NO, Act
from bot.flows.ports import Choice, Letter, Passage
from bot.flows.sheet import Sheet


def countered(sheet: Sheet) -> Letter:
    """They want to keep talking: nothing is answered on the spot."""
    is_final = sheet.case.offer.standing is Standing.FINAL and sheet.case.stage is not Stage.HELD
    is_pay = any(reason.category_id in PAY for reason in sheet.case.reasons)
    advice = "final_pay" if is_final and is_pay else "final" if is_final else "negotiable"
    return Letter(
        sheet.say("countered.summary"),
        (
            sheet.heading("countered.heading"),
            sheet.words(f"countered.{advice}", is_only=len(sheet.case.reasons) == 1),
            sheet.words("countered.draft"),
            *sheet.draft_passages(DraftKind.COUNTER_REPLY),
        ),
        after_talk(sheet),
    )


def after_talk(sheet: Sheet) -> tuple[Choice, ...]:
    """Still a no, time to think, or a yes; on hold only what may become of it."""
    if sheet.case.stage is Stage.HELD:
        return (sheet.choice(Act.NO_CONFIRM, style="primary"), sheet.choice(Act.CASE_ACCEPT))
    return (
        sheet.choice(Act.EMAIL_WRITE, words=STILL_NO, style="primary"),
        sheet.choice(Act.CASE_HOLD),
        sheet.choice(Act.CASE_ACCEPT),
        *undo_choices(sheet),
    )


def another_role(sheet: Sheet) -> Letter:
    """They offered something else: the condition that would reopen it, or not now."""
    passages = [sheet.heading("another_role.heading"), sheet.words("another_role.text")]
    if sheet.condition:
        passages.append(sheet.words("another_role.condition", condition=sheet.condition))
    return Letter(sheet.say("another_role.summary"), tuple(passages), after_talk(sheet))


def asked(sheet: Sheet, words: str, *due: Passage) -> Letter:
    """What they say to it, while nothing was chosen: a question, in place of an email that says no."""
    passages = (sheet.heading("card.heading"), *due, sheet.words(f"asked.{words}"))
    return Letter(sheet.say("asked.summary"), passages, after_talk(sheet))


def undo_choices(sheet: Sheet) -> tuple[Choice, ...]:
    """For a wrong click on how the call went or on what follows, as long as that was the last thing."""
    last = sheet.case.history[-1].kind if sheet.case.history else None
    is_wrong = last in {EventKind.CALL, EventKind.AFFIRMED} and taken_back(sheet.case) is not None
    return (sheet.choice(Act.STEP_UNDO),) if is_wrong else ()
