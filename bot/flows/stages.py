"""Where a case stands, by the key of its words: what they have heard so far decides, not the stage alone."""

from bot.coaching.case import Case, Stage

AGAIN = frozenset({Stage.HELD, Stage.TELLING})  # after a no, when they came back with something


def stage_words(case: Case) -> str:
    """The words for where it stands; before the email they may have heard nothing, or not all of it."""
    if case.stage is Stage.FOLLOWING_UP and (case.went_badly or not case.is_told):
        return "card.upset" if case.went_badly else "card.untold"
    if case.stage in AGAIN and case.is_told:
        return f"card.{case.stage}_again"
    return f"stages.{case.stage}"
