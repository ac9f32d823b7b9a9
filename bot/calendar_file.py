"""The reconnect dates of cases as an iCalendar file (RFC 5545)."""

from collections.abc import Iterator
from datetime import timedelta

from icalendar import Calendar, Event

from bot.coaching import cadence
from bot.flows.desk import Opened

YEARS = 3


def calendar_of(*cases: Opened) -> bytes:
    """One all-day event for each date; whoever opens it is the person themselves, so the company is named."""
    calendar = Calendar()
    calendar.add("prodid", "-//Ajar//Reconnect//EN")
    calendar.add("version", "2.0")
    for opened in cases:
        for event in _events(opened):
            calendar.add_component(event)
    return bytes(calendar.to_ical())


def _events(opened: Opened) -> Iterator[Event]:
    saying, visitor = opened.saying, opened.visitor
    plan = cadence.reconnect_plan(opened.case, opened.now, visitor.zone, visitor.calendar, years=YEARS)
    for number, (_, due_at) in enumerate(plan):
        day = due_at.astimezone(visitor.zone).date()
        event = Event()
        event.add("uid", f"{opened.case.id}-{number}@ajar")
        event.add("dtstamp", opened.now)
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
        event.add(
            "summary", saying.say("letters.reconnect_plan.event_for", company=opened.case.offer.company)
        )
        event.add("description", saying.say("letters.reconnect_plan.event_notes"))
        event.add("transp", "TRANSPARENT")
        yield event
