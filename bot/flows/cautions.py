"""Which advice a case needs beside its words."""

from bot.coaching.case import Case, Channel, Circumstance, OfferForm, Source, Stage, Standing
from bot.coaching.drafts import asks_for_time, keeps_door_open


def cautions(case: Case) -> tuple[str, ...]:
    """Which advice of letters.yml `cautions` this case needs."""
    offer = case.offer
    unsaid = set() if asks_for_time(case) else {Circumstance.EXPLODING}
    if offer.form is OfferForm.NONE_YET:
        unsaid.add(Circumstance.SEVERAL_OFFERS)
    if offer.is_accepted or offer.form is OfferForm.NONE_YET:
        unsaid.add(Circumstance.STAYING)  # the decision is then said in other words
    names = [item.value for item in Circumstance if item in offer.circumstances - unsaid]
    if Circumstance.EXPLODING in offer.circumstances and offer.standing is Standing.FINAL:
        names = [name for name in names if name != Circumstance.EXPLODING] + ["exploding_decided"]
    by_email = case.plan.channel is Channel.EMAIL
    if offer.is_accepted and case.stage is not Stage.HELD:
        names += [_of_a_yes(case), "agreed"]
    is_waiting = case.stage is Stage.HELD or Circumstance.SEVERAL_OFFERS in names  # then it isn't a no yet
    if offer.form is not OfferForm.WRITTEN and not is_waiting:
        names.append("verbal_by_email" if by_email and offer.form is OfferForm.VERBAL else offer.form)
    if offer.source is Source.INTERNAL:
        spoken = "internal_by_email" if by_email else "internal"
        names.append(spoken if keeps_door_open(case) else "internal_closed")
    elif offer.source in {Source.INTERNSHIP, Source.AGENCY}:
        names.append(offer.source)
    return () if case.stage is Stage.SIGNED else tuple(names)


def _of_a_yes(case: Case) -> str:
    """What to do about a yes that was given."""
    if Circumstance.SEVERAL_OFFERS in case.offer.circumstances:
        return "accepted_unwritten"
    if Circumstance.BAD_EXPERIENCE in case.offer.circumstances:
        return "accepted_harmed"
    return "accepted" if case.plan.channel is Channel.PHONE else f"accepted_{case.plan.channel}"
