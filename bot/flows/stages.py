"""Where a case stands, by the key of its words: what they have heard so far decides, not the stage alone."""

from datetime import datetime, tzinfo

from bot.coaching.case import Case, Stage

AGAIN = frozenset({Stage.HELD, Stage.TELLING})  # after a no, when they came back with something


def stage_words(case: Case) -> str:
    """The words for where it stands; before the email they may have heard nothing, or not all of it."""
    if case.awaits_choice:
        return "card.asked"
    if case.stage is Stage.FOLLOWING_UP and (case.went_badly or not case.is_told):
        return "card.upset" if case.went_badly else "card.untold"
    if case.stage in AGAIN and case.is_told:
        return f"card.{case.stage}_again"
    return f"stages.{case.stage}"


def email_intro(case: Case, now: datetime) -> str:
    """The words over the email: first thing, after the call, or so late that it may not be wanted."""
    if case.is_long_overdue(now):
        return "email.intro_long_late"
    return "email.intro_first" if case.stage is Stage.TELLING else "email.intro"


def is_told_today(case: Case, now: datetime, zone: tzinfo) -> bool:
    """Whether they heard it on the day that it is there; the day after, "the same day" has passed."""
    return case.last_contact_at.astimezone(zone).date() == now.astimezone(zone).date()
