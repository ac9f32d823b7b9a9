"""What is ahead as an iCalendar file (RFC 5545), to be opened once or subscribed to."""

from collections.abc import Iterable
from datetime import timedelta

from icalendar import Calendar, Event

from bot.flows.agenda import CALL, DATED, TALK, Entry
from bot.flows.ports import PostKind
from bot.flows.typed import in_one_line
from bot.flows.visitor import Saying

REFRESHED_EVERY = timedelta(hours=12)
MEETINGS = frozenset({CALL, TALK})
CALL_TAKES = timedelta(minutes=30)


def calendar_of(entries: Iterable[Entry], saying: Saying) -> bytes:
    """Reconnect notes as whole days, planned calls and due answers at their time.

    The same entries make the same bytes: DTSTAMP is when the case last changed.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Ajar//Reconnect//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", saying.say("calendar.name"))
    calendar.add("refresh-interval", REFRESHED_EVERY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT12H")
    for entry in entries:
        if entry.name in DATED:
            calendar.add_component(_event(entry, saying))
    return bytes(calendar.to_ical())


def _event(entry: Entry, saying: Saying) -> Event:
    event = Event()
    event.add("uid", f"{entry.id}@ajar")
    event.add("dtstamp", entry.changed_at)
    if entry.name == PostKind.NUDGE:
        day = entry.at.astimezone(saying.visitor.zone).date()
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
    else:
        event.add("dtstart", entry.at)
        event.add("dtend", entry.at + (CALL_TAKES if entry.name in MEETINGS else timedelta(0)))
    event.add("summary", saying.say(f"calendar.events.{entry.name}", company=in_one_line(entry.company)))
    event.add("description", saying.say(f"calendar.notes.{entry.name}"))
    event.add("transp", "OPAQUE" if entry.name in MEETINGS else "TRANSPARENT")
    return event
