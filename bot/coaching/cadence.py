"""When to call, to remind and to reconnect: wall clocks, working days, holidays, the silence policy.

Every moment that comes out is aware; wall-clock times are those of the zone that is handed in.
"""

import warnings
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.coaching.case import Case, Channel, Occasion, Rhythm, Stage

RECONNECT_TIME = time(10, 0)
CALL_FROM, CALL_UNTIL = time(9, 30), time(16, 30)
SENSIBLE_FROM, SENSIBLE_UNTIL = time(8, 0), time(18, 0)
LEAD = timedelta(minutes=30)  # to read the script before a call
AFTER_CALL = timedelta(hours=2)
AFTER_TELLING = timedelta(hours=3)  # the email goes the same day
LAST_CALL_BEFORE_DUE = timedelta(hours=4)
AFTER_DUE = timedelta(hours=1)
ROOM = timedelta(hours=1)  # to write an answer and to send it
BEFORE_QUIET = timedelta(minutes=30)  # the last moment of an evening at which one still acts on something
LEAST_AHEAD = timedelta(minutes=15)  # a warning nearer than that helps nobody
UNTOLD = frozenset({Stage.TELLING, Stage.FOLLOWING_UP})  # or perhaps told, with the email still to go
SATURDAY = 5
NOTES_BEFORE_YEARLY = 2
SOON_AFTER = 3  # a note within a third of its distance from the one before, after a contact, is left out
NUMBERED_UNTIL = (2, 5, 9, 18)  # months after which the notes of the first year are over, one by one

DISTANCES: dict[Rhythm, tuple[tuple[Occasion, int], ...]] = {
    Rhythm.CLOSE: (
        (Occasion.ONE_MONTH, 1),
        (Occasion.THREE_MONTHS, 3),
        (Occasion.SIX_MONTHS, 6),
        (Occasion.TWELVE_MONTHS, 12),
    ),
    Rhythm.STEADY: (
        (Occasion.THREE_MONTHS, 3),
        (Occasion.SIX_MONTHS, 6),
        (Occasion.TWELVE_MONTHS, 12),
    ),
    Rhythm.LIGHT: ((Occasion.SIX_MONTHS, 6), (Occasion.TWELVE_MONTHS, 12)),
    Rhythm.YEARLY: ((Occasion.TWELVE_MONTHS, 12),),
    Rhythm.NEVER: (),
}


@lru_cache(maxsize=512)
def _holidays_of(country: str, year: int) -> frozenset[date]:
    import holidays  # a large library, wanted only by those who set a country

    try:
        with warnings.catch_warnings():  # it warns of years for which it knows only a part
            warnings.simplefilter("ignore", UserWarning)
            return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:  # a country that the library does not know has no holidays here
        return frozenset()


@dataclass(frozen=True)
class Calendar:
    """Working days: Monday to Friday, without the public holidays of a country (ISO 3166-1 alpha-2)."""

    country: str = ""

    def is_working_day(self, day: date) -> bool:
        """Whether people are at work."""
        if day.weekday() >= SATURDAY:
            return False
        return not self.country or day not in _holidays_of(self.country, day.year)

    def working_day_from(self, day: date) -> date:
        """That day or the next on which people work."""
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day


def at(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """The moment of a wall-clock time; one that a clock change skips comes an hour later, one that it
    repeats is the first of the two.
    """
    local = datetime.combine(day, wall, zone)
    # Through UTC and back: a wall-clock time that does not exist turns into the one that does.
    return datetime.fromtimestamp(local.timestamp(), zone)


@dataclass(frozen=True)
class Quiet:
    """The hours in which nobody is written to, by their wall clock; over midnight when `since` is later."""

    since: time = time(20, 0)
    until: time = time(8, 30)

    def holds(self, moment: datetime, zone: ZoneInfo) -> bool:
        """Whether it is quiet then."""
        wall = moment.astimezone(zone).time().replace(tzinfo=None)
        if self.since > self.until:
            return wall >= self.since or wall < self.until
        return self.since <= wall < self.until

    def begin(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """Since when it has been quiet at this moment, which is within these hours."""
        local = moment.astimezone(zone)
        is_next_day = self.since > self.until and local.time().replace(tzinfo=None) < self.until
        return at(local.date() - timedelta(days=is_next_day), self.since, zone)

    def end(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The same moment, or the end of the quiet hours that it falls into."""
        if not self.holds(moment, zone):
            return moment
        local = moment.astimezone(zone)
        is_day_before = self.since > self.until and local.time().replace(tzinfo=None) >= self.since
        return at(local.date() + timedelta(days=is_day_before), self.until, zone)


USUAL_QUIET = Quiet()


def is_sensible_call_time(moment: datetime, zone: ZoneInfo, calendar: Calendar) -> bool:
    """A working day between 8:00 and 18:00."""
    local = moment.astimezone(zone)
    in_hours = SENSIBLE_FROM <= local.time().replace(tzinfo=None) <= SENSIBLE_UNTIL
    return in_hours and calendar.is_working_day(local.date())


def can_call_today(now: datetime, zone: ZoneInfo, calendar: Calendar) -> bool:
    """Whether somebody is at work for a while yet, today."""
    local = now.astimezone(zone)
    return calendar.is_working_day(local.date()) and now <= at(local.date(), SENSIBLE_UNTIL, zone) - LEAD


def suggest_call_at(
    now: datetime,
    zone: ZoneInfo,
    answer_due_at: datetime | None,
    calendar: Calendar,
    *,
    is_pressing: bool = False,
) -> datetime | None:
    """The next good hour, full or half; nearer to the answer any at which they work; None: there is none.

    is_pressing: they count on a yes, so any hour of today at which they work is better than tomorrow.
    """
    earliest = _rounded_up(now + LEAD, zone)
    good = _first_between(CALL_FROM, CALL_UNTIL, earliest, zone, calendar)
    at_work = _first_between(SENSIBLE_FROM, SENSIBLE_UNTIL, earliest, zone, calendar)
    if is_pressing and at_work.date() == now.astimezone(zone).date():
        good = at_work
    if answer_due_at is None or good < answer_due_at - ROOM:
        return good
    tries = (at_work, now + (answer_due_at - now) / 2)
    return next(
        (m for m in tries if now < m < answer_due_at and is_sensible_call_time(m, zone, calendar)), None
    )


def _rounded_up(moment: datetime, zone: ZoneInfo) -> datetime:
    local = moment.astimezone(zone)
    past = timedelta(minutes=local.minute % 30, seconds=local.second, microseconds=local.microsecond)
    return local if not past else local - past + timedelta(minutes=30)


def _first_between(
    since: time, until: time, earliest: datetime, zone: ZoneInfo, calendar: Calendar
) -> datetime:
    day = earliest.date()
    while True:
        day = calendar.working_day_from(day)
        if earliest <= at(day, until, zone):
            return max(at(day, since, zone), earliest)
        day += timedelta(days=1)


def warning_at(
    due_at: datetime,
    ahead: timedelta,
    now: datetime,
    zone: ZoneInfo,
    quiet: Quiet = USUAL_QUIET,
    call_at: datetime | None = None,
) -> datetime | None:
    """When to warn that an answer is due: so long ahead, or half-way there where that is nearer.

    In quiet hours it comes when they end, if there is room to answer then; else on the evening before.
    Who enters it later than that is awake, and is warned within the hour. With a call planned by then, it
    waits for the call. None: it is due in a moment.
    """
    if due_at - now < LEAST_AHEAD:
        return None
    begin = call_at if call_at is not None and now < call_at <= due_at - 2 * LEAST_AHEAD else now
    wanted = due_at - ahead if due_at - ahead > begin else begin + (due_at - begin) / 2
    if not quiet.holds(wanted, zone):
        return wanted
    morning, evening = quiet.end(wanted, zone), quiet.begin(wanted, zone) - BEFORE_QUIET
    if morning <= due_at - ROOM:
        return morning
    if evening > now and not quiet.holds(evening, zone):
        return evening
    return warned_from(now + min((due_at - now) / 2, ROOM), due_at, zone, quiet)


def warned_from(moment: datetime, due_at: datetime, zone: ZoneInfo, quiet: Quiet) -> datetime:
    """When a warning whose time has come goes out: after the quiet hours, unless that is too late."""
    morning = quiet.end(moment, zone)
    return morning if morning <= due_at - ROOM else moment


def reminders(
    case: Case, now: datetime, zone: ZoneInfo, calendar: Calendar, quiet: Quiet = USUAL_QUIET
) -> tuple[tuple[str, datetime], ...]:
    """What to remind of until the email is sent: the names of PostKind, with when.

    The call after its planned time and the next working morning; the email the same day and the next
    working morning. While they wait for the answer: four hours before it is due, or half-way there, the
    email goes anyway, and once after that, what can still be said.
    """
    found: list[tuple[str, datetime]] = []
    if case.stage is Stage.TELLING:
        planned = case.plan.call_at or now
        if case.plan.channel is Channel.EMAIL:
            planned = now
        found.append(("remind_call", max(planned, now) + AFTER_CALL))
        found.append(("remind_call", next_morning(max(planned, now), zone, calendar)))
    if case.stage is Stage.FOLLOWING_UP:
        found.append(("remind_email", now + AFTER_TELLING))
        found.append(("remind_email", next_morning(now, zone, calendar)))
    found = [(name, moment) for name, moment in found if not quiet.holds(moment, zone)]
    due_at = case.offer.answer_due_at
    if due_at is None or case.answered_at is not None or case.stage not in UNTOLD:
        return tuple(found)
    is_call_ahead = case.stage is Stage.TELLING and case.plan.channel is not Channel.EMAIL
    call_at = case.plan.call_at if is_call_ahead else None
    last = warning_at(due_at, LAST_CALL_BEFORE_DUE, now, zone, quiet, call_at) if due_at > now else None
    found = [(name, moment) for name, moment in found if last is not None and moment < last]
    around = (("last_call", last), ("overdue", due_at + AFTER_DUE))
    return (*found, *((name, moment) for name, moment in around if moment is not None and moment > now))


def next_morning(moment: datetime, zone: ZoneInfo, calendar: Calendar) -> datetime:
    """When people begin to work again, on a later day."""
    tomorrow = moment.astimezone(zone).date() + timedelta(days=1)
    return at(calendar.working_day_from(tomorrow), CALL_FROM, zone)


def reconnect_plan(
    case: Case, now: datetime, zone: ZoneInfo, calendar: Calendar, years: int = 3
) -> tuple[tuple[Occasion, datetime], ...]:
    """The reconnect notes to come, counted in calendar months from the day they were told, at 10:00 there.

    Working days only; at most four in a year. The dates hold whatever happens: those that have passed, or
    that would come soon after a contact, are left out. `years` counts from the last anniversary.
    """
    start, contact = (at.astimezone(zone).date() for at in (case.told_at, case.last_contact_at))
    passed = years_between(start, now.astimezone(zone).date())
    planned, before = [], start
    for occasion, months in _distances(case.plan.rhythm, passed + years):
        day = months_after(start, months)
        moment = _reconnect_moment(day, zone, calendar)
        if moment > now and day - contact >= (day - before) / SOON_AFTER:
            planned.append((occasion, moment))
        before = day
    return tuple(planned)


def _distances(rhythm: Rhythm, years: int) -> Iterator[tuple[Occasion, int]]:
    yield from DISTANCES[rhythm]
    if rhythm is not Rhythm.NEVER:
        yield from ((Occasion.YEARLY, 12 * year) for year in range(2, years + 1))


def occasions_of(rhythm: Rhythm) -> frozenset[Occasion]:
    """Which notes this rhythm has."""
    return frozenset(occasion for occasion, _ in _distances(rhythm, years=2))


def years_between(start: date, end: date) -> int:
    """How many anniversaries of a day have come."""
    years = max(0, end.year - start.year)
    return years - 1 if years and months_after(start, 12 * years) > end else years


def _reconnect_moment(day: date, zone: ZoneInfo, calendar: Calendar) -> datetime:
    return at(calendar.working_day_from(day), RECONNECT_TIME, zone)


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last day: a month after 31 January is 28 or 29 February."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def note_number(told_at: datetime, now: datetime) -> int:
    """Which of the notes belongs to this moment: 0 to 3 for the first year, then one more each year.

    A year or a season lies between two of them, so neither a holiday nor another zone changes it.
    """
    months = (now - told_at) / timedelta(days=30.44)
    early = next((number for number, most in enumerate(NUMBERED_UNTIL) if months < most), None)
    return len(NUMBERED_UNTIL) - 2 + round(months / 12) if early is None else early


def silence(case: Case) -> str:
    """ "keep"; "propose_yearly" after two notes without an answer; "rest" after one more."""
    if case.unanswered < NOTES_BEFORE_YEARLY:
        return "keep"
    return "propose_yearly" if case.unanswered == NOTES_BEFORE_YEARLY else "rest"


def passed_over(case: Case, now: datetime, zone: ZoneInfo, calendar: Calendar) -> int:
    """How many dates for notes, before the one that is due now, went by without a word from the person."""
    dates = reconnect_plan(case, case.touched_at, zone, calendar)
    return max(0, sum(moment <= now for _, moment in dates) - 1)


def note_moment(
    planned: datetime, now: datetime, zone: ZoneInfo, calendar: Calendar, quiet: Quiet
) -> datetime:
    """When a reconnect note goes out, by the zone, holidays and quiet hours of today.

    It comes at the first hour for notes since it was planned, wherever they are by then. One that is late
    goes out at once; where it is quiet or nobody works, at the next such hour.
    """
    promised = _note_hour_from(planned, zone, calendar, quiet)
    is_awake = calendar.is_working_day(now.astimezone(zone).date()) and not quiet.holds(now, zone)
    if now <= promised or is_awake:
        return max(promised, now)
    return _note_hour_from(now, zone, calendar, quiet)


def _note_hour_from(moment: datetime, zone: ZoneInfo, calendar: Calendar, quiet: Quiet) -> datetime:
    """The first from then on: 10:00 of a working day, or where that is quiet, the end of the quiet hours."""
    day = moment.astimezone(zone).date()
    while True:
        day = calendar.working_day_from(day)
        hour = at(day, RECONNECT_TIME, zone)
        if quiet.holds(hour, zone):
            hour = at(day, quiet.until, zone)
        if hour >= moment and not quiet.holds(hour, zone):  # a clock change may lead back into them
            return hour
        day += timedelta(days=1)
