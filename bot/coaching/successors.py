"""Somebody else is the contact: whether a corrected name is another person, what of the past is theirs."""

import re
from dataclasses import replace
from datetime import datetime
from difflib import SequenceMatcher

from bot.coaching.case import Case, Event, EventKind, Offer
from bot.coaching.patterns import Naming

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
ALIKE = 0.75  # "Withfield" is Whitfield, "Jon" is John; "Ken" isn't Kim
SHORT_FORM = 3  # letters that "Kate" and "Katherine" begin with
MET = frozenset({EventKind.CALL, EventKind.EMAIL_SENT, EventKind.CONTACT, EventKind.REPLIED})


def with_successor(before: Case, after: Case, now: datetime, naming: Naming) -> Case:
    """The corrected case; where the contact is another person, it knows since when, and who it was before.

    A name that is only spelt anew stays the same person, and so does one that is filled in or taken out.
    """
    old, new, former = before.offer.contact_name, after.offer.contact_name, before.offer.former_contact
    if not is_somebody_else(old, new, naming):
        return after
    if former and not is_somebody_else(former, new, naming):  # it was the same person all along
        history = _without_last_change(after)
        return replace(after, offer=replace(after.offer, former_contact=""), history=history)
    if not any(event.kind in MET for event in before.with_contact):
        return after  # nothing was said to whoever it was; an earlier one is still the last they talked to
    offer = replace(after.offer, former_contact=old)
    return replace(after, offer=offer).with_event(EventKind.REPLACED, now)


def is_somebody_else(one: str, other: str, naming: Naming) -> bool:
    """Whether these are the names of two people: some word of the shorter is in no way in the longer."""
    shorter, longer = sorted((_words(one, naming), _words(other, naming)), key=len)
    return bool(shorter) and not all(any(_is_alike(a, b) for b in longer) for a in shorter)


def is_left_from(before: Offer, after: Offer, naming: Naming) -> bool:
    """Whether the address is still that of a contact whose place another has taken."""
    if not after.contact_email or after.contact_email != before.contact_email:
        return False
    local = after.contact_email.partition("@")[0].casefold()
    is_theirs = any(len(word) >= SHORT_FORM and word in local for word in _words(before.contact_name, naming))
    return is_theirs and is_somebody_else(before.contact_name, after.contact_name, naming)


def _words(name: str, naming: Naming) -> list[str]:
    words = [word.casefold() for word in WORD.findall(name)]
    if any(word in naming.teams for word in words):
        return []  # "talent team" is nobody
    return [word for word in words if word not in naming.titles | naming.particles]


def _is_alike(one: str, other: str) -> bool:
    if len(one) == 1 or len(other) == 1:
        return one[0] == other[0]
    is_short_form = one[:SHORT_FORM] == other[:SHORT_FORM] and min(len(one), len(other)) >= SHORT_FORM
    return is_short_form or SequenceMatcher(None, one, other).ratio() >= ALIKE


def _without_last_change(case: Case) -> tuple[Event, ...]:
    last = next((event for event in reversed(case.history) if event.kind is EventKind.REPLACED), None)
    return tuple(event for event in case.history if event is not last)
