"""Calendars: properties over many days and zones, and the days that are special."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.coaching.cadence import (
    ROOM,
    Calendar,
    Quiet,
    at,
    can_call_today,
    is_sensible_call_time,
    months_after,
    note_moment,
    passed_over,
    reconnect_plan,
    reminders,
    silence,
    suggest_call_at,
    warned_from,
    warning_at,
)
from bot.coaching.case import Channel, EventKind, Occasion, Outcome, Rhythm, Stage
from tests.making import NOW, a_case

ZONES = st.sampled_from(
    ["UTC", "America/Chicago", "Europe/Madrid", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia"]
).map(ZoneInfo)
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
CALENDARS = st.sampled_from(["", "US", "ES", "IN", "XX"]).map(Calendar)
MADRID = ZoneInfo("Europe/Madrid")
QUARTER = timedelta(minutes=15)


@given(MOMENTS, ZONES, CALENDARS, st.sampled_from(list(Rhythm)))
def test_reconnect_notes_come_at_ten_on_working_days_in_order_and_four_a_year_at_most(
    now, zone, calendar, rhythm
) -> None:
    plan = reconnect_plan(a_case(created_at=now, rhythm=rhythm), now, zone, calendar, years=5)
    moments = [moment for _, moment in plan]
    assert moments == sorted(set(moments))
    for moment in moments:
        local = moment.astimezone(zone)
        assert moment > now
        assert calendar.is_working_day(local.date())
        assert local.time() == time(10, 0)
        assert sum(moment <= other < moment + timedelta(days=364) for other in moments) <= 4
    assert bool(plan) is (rhythm is not Rhythm.NEVER)


@given(
    MOMENTS, ZONES, CALENDARS, st.one_of(st.none(), st.timedeltas(timedelta(minutes=1), timedelta(days=30)))
)
def test_a_call_is_suggested_ahead_of_now_and_before_the_answer_is_due(now, zone, calendar, ahead) -> None:
    due_at = now + ahead if ahead is not None else None
    suggested = suggest_call_at(now, zone, due_at, calendar)
    if suggested is None:
        assert due_at is not None
        quarters = range(1, (due_at - now) // QUARTER)
        tries = [now + number * QUARTER for number in quarters if number * QUARTER >= timedelta(hours=1)]
        assert not any(is_sensible_call_time(moment, zone, calendar) for moment in tries)
        return
    assert suggested > now
    assert is_sensible_call_time(suggested, zone, calendar)
    assert due_at is None or suggested < due_at


def test_before_a_monday_morning_no_call_is_suggested_on_a_sunday() -> None:
    sunday = datetime(2026, 11, 29, 3, 0, tzinfo=MADRID)
    assert suggest_call_at(sunday, MADRID, sunday + timedelta(hours=27), Calendar()) is None
    late = suggest_call_at(sunday, MADRID, sunday + timedelta(hours=30, minutes=15), Calendar())
    assert late == datetime(2026, 11, 30, 8, 0, tzinfo=MADRID)


def test_no_call_is_suggested_once_the_answer_is_overdue() -> None:
    assert suggest_call_at(NOW, MADRID, NOW, Calendar()) is None


@given(MOMENTS, ZONES, st.times(), st.times())
def test_what_falls_into_quiet_hours_comes_when_they_end(now, zone, begin, end) -> None:
    begin, end = begin.replace(second=0, microsecond=0), end.replace(second=0, microsecond=0)
    quiet = Quiet(begin, end)
    moved = quiet.end(now, zone)
    assert now <= moved <= now + timedelta(hours=26)
    assert quiet.end(moved, zone) - moved <= timedelta(hours=1)
    if moved > now:
        assert quiet.begin(now, zone) <= now + timedelta(hours=1)


def test_the_31st_and_the_29th_of_february_become_the_last_day_of_a_shorter_month() -> None:
    assert months_after(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_after(date(2028, 1, 31), 1) == date(2028, 2, 29)
    assert months_after(date(2028, 2, 29), 12) == date(2029, 2, 28)
    assert months_after(date(2026, 12, 15), 1) == date(2027, 1, 15)


def test_a_wall_clock_time_that_a_clock_change_skips_comes_an_hour_later() -> None:
    assert at(date(2027, 3, 28), time(2, 30), MADRID).time() == time(3, 30)
    assert at(date(2027, 10, 31), time(2, 30), MADRID).utcoffset() == timedelta(hours=2)


WALLS = st.times(time(0), time(23, 59)).map(lambda wall: wall.replace(second=0, microsecond=0))


@given(MOMENTS, ZONES, ZONES, CALENDARS, WALLS, WALLS, st.timedeltas(timedelta(0), timedelta(days=40)))
def test_a_note_comes_at_its_local_hour_wherever_they_are_by_then(
    begun, planned_in, zone, calendar, since, until, late
) -> None:
    plan = reconnect_plan(a_case(created_at=begun), begun, planned_in, Calendar(), years=2)
    planned = now = plan[0][1].astimezone(UTC)
    now, quiet = now + late, Quiet(since, until)
    for _ in range(4):
        allowed = note_moment(planned, now, zone, calendar, quiet)
        if allowed <= now:
            break
        planned = now = allowed  # as the outbox does: held until then, and looked at again
    else:
        raise AssertionError("it is put off again and again")
    local = now.astimezone(zone)
    assert quiet.end(now, zone) == now
    assert calendar.is_working_day(local.date())


@given(MOMENTS, ZONES, ZONES, CALENDARS, WALLS, WALLS, st.timedeltas(timedelta(0), timedelta(seconds=59)))
def test_a_note_comes_within_the_minute_that_was_promised(
    begun, planned_in, zone, calendar, since, until, lag
) -> None:
    quiet = Quiet(since, until)
    for _, planned in reconnect_plan(a_case(created_at=begun), begun, planned_in, Calendar(), years=2):
        promised = note_moment(planned, planned, zone, calendar, quiet)
        assert not quiet.holds(promised, zone)
        assert calendar.is_working_day(promised.astimezone(zone).date())
        held = note_moment(planned, min(planned + lag, promised), zone, calendar, quiet)
        assert held == promised
        for place in (planned, held):  # the machine slept until then, or it was held and is looked at again
            assert note_moment(place, promised + lag, zone, calendar, quiet) == promised + lag


@given(MOMENTS, ZONES, WALLS, WALLS)
def test_quiet_hours_in_the_day_put_a_note_off_to_their_end_on_the_same_day(
    begun, zone, since, until
) -> None:
    quiet = Quiet(since, until)
    for _, planned in reconnect_plan(a_case(created_at=begun), begun, zone, Calendar(), years=2):
        has_an_hour = quiet.end(planned, zone).astimezone(zone).date() == planned.date()
        moment = note_moment(planned, planned, zone, Calendar(), quiet)
        if has_an_hour:
            assert moment == quiet.end(planned, zone)
        else:
            assert moment.date() > planned.date()


@given(MOMENTS, ZONES, ZONES, st.timedeltas(timedelta(0), timedelta(days=1)))
def test_after_a_move_a_note_comes_at_ten_of_the_new_place(begun, planned_in, zone, late) -> None:
    planned = reconnect_plan(a_case(created_at=begun), begun, planned_in, Calendar(), years=2)[0][1]
    quiet, now = Quiet(time(20), time(8, 30)), planned + late
    promised = note_moment(planned, planned, zone, Calendar(), quiet)
    assert promised.astimezone(zone).time() == time(10, 0)
    assert timedelta(0) <= promised - planned <= timedelta(days=4)
    moment = note_moment(planned, now, zone, Calendar(), quiet)
    if moment > now:  # whoever is too late for that is in time for the next
        assert moment.astimezone(zone).time() == time(10, 0)
        assert moment - now <= timedelta(days=4)
    else:
        assert now >= promised


def test_a_note_that_is_late_goes_out_at_once_on_a_working_day() -> None:
    planned = at(date(2027, 3, 3), time(10), MADRID)  # a Wednesday
    for late, wall in ((timedelta(hours=5), time(15)), (timedelta(days=2, hours=1), time(11))):
        moment = note_moment(planned, planned + late, MADRID, Calendar(), Quiet(time(20), time(8, 30)))
        assert moment.astimezone(MADRID).time() == wall
    saturday = note_moment(
        planned, planned + timedelta(days=3, hours=4), MADRID, Calendar(), Quiet(time(20), time(8, 30))
    )
    assert saturday.astimezone(MADRID) == at(date(2027, 3, 8), time(10), MADRID)


def test_clock_changes_both_ways_keep_ten_in_the_morning() -> None:
    for contact, months in ((date(2027, 1, 15), 3), (date(2027, 8, 16), 3)):
        case = a_case(created_at=at(contact, time(12), MADRID))
        moment = reconnect_plan(case, case.created_at, MADRID, Calendar(), years=1)[0][1]
        assert moment.astimezone(MADRID).time() == time(10)
        assert moment.astimezone(MADRID).utcoffset() != case.created_at.astimezone(MADRID).utcoffset()
        assert moment.astimezone(MADRID).month == contact.month + months


def test_a_year_ends_and_a_leap_day_comes() -> None:
    case = a_case(created_at=at(date(2027, 11, 29), time(12), MADRID))
    dates = [
        moment.astimezone(MADRID).date()
        for _, moment in reconnect_plan(case, case.created_at, MADRID, Calendar(), years=2)
    ]
    assert dates[0] == date(2028, 2, 29)
    assert dates[-1].year == 2029


def test_a_holiday_moves_the_note_to_the_next_working_day() -> None:
    case = a_case(created_at=datetime(2026, 10, 6, 12, tzinfo=UTC), rhythm=Rhythm.STEADY)
    plan = reconnect_plan(case, case.created_at, MADRID, Calendar("ES"))
    assert plan[0] == (Occasion.THREE_MONTHS, datetime(2027, 1, 7, 10, 0, tzinfo=MADRID))


def test_the_dates_hold_after_a_contact_and_a_note_soon_after_one_is_left_out() -> None:
    for days, months in ((60, 6), (118, 6), (122, 12), (200, 12)):  # the half year is on day 181
        contact = NOW + timedelta(days=days)
        case = a_case(rhythm=Rhythm.LIGHT).with_event(EventKind.CONTACT, contact)
        (_, first), *_ = reconnect_plan(case, contact, MADRID, Calendar())
        assert first.date() == Calendar().working_day_from(months_after(NOW.date(), months)), days


@given(
    MOMENTS,
    ZONES,
    CALENDARS,
    st.sampled_from([item for item in Rhythm if item is not Rhythm.NEVER]),
    st.lists(st.tuples(st.sampled_from(["contact", "replied"]), st.integers(0, 2000)), max_size=8),
)
def test_whenever_they_are_in_contact_notes_come_on_the_promised_days_and_never_soon_after(
    told, zone, calendar, rhythm, contacts
) -> None:
    case = a_case(created_at=told - timedelta(days=3), rhythm=rhythm).with_event(EventKind.EMAIL_SENT, told)
    promised = reconnect_plan(case, told, zone, calendar, years=20)
    for kind, days in sorted(contacts, key=lambda item: item[1]):
        now = told + timedelta(days=days)
        case = case.with_event(EventKind(kind), now)
        plan = reconnect_plan(case, now, zone, calendar)
        assert set(plan) <= set(promised)
        assert len(plan) >= 2  # it goes on, however late it is
        assert plan[0][1] - now >= timedelta(days=9)
        later = [item for item in promised if item[1] > now]
        assert plan[0] in later[:2]
        assert plan[1:] == tuple(later[later.index(plan[0]) + 1 :][: len(plan) - 1])


def test_with_a_contact_at_every_note_the_distances_grow_to_a_year() -> None:
    case = a_case().with_event(EventKind.EMAIL_SENT, NOW)
    now, seen = NOW, []
    for _ in range(6):
        (occasion, now), *_ = reconnect_plan(case, now, MADRID, Calendar())
        seen.append((occasion, now.year, now.month))
        case = case.with_event(EventKind.CONTACT, now + timedelta(hours=1))
        case = case.with_event(EventKind.REPLIED, now + timedelta(days=2))
    assert seen == [
        (Occasion.THREE_MONTHS, 2027, 2),
        (Occasion.SIX_MONTHS, 2027, 5),
        (Occasion.TWELVE_MONTHS, 2027, 11),
        (Occasion.YEARLY, 2028, 11),
        (Occasion.YEARLY, 2029, 11),
        (Occasion.YEARLY, 2030, 11),
    ]


def test_they_were_told_when_they_were_spoken_to_and_not_when_a_voicemail_was_left() -> None:
    case = a_case().with_event(EventKind.CALL, NOW + timedelta(days=1), Outcome.VOICEMAIL)
    assert (case.is_told, case.told_at) == (False, NOW)
    case = case.with_event(EventKind.CALL, NOW + timedelta(days=2), Outcome.COUNTERED)
    assert (case.is_told, case.told_at) == (True, NOW + timedelta(days=2))
    case = case.with_event(EventKind.CALL, NOW + timedelta(days=5), Outcome.REACHED)
    case = case.with_event(EventKind.EMAIL_SENT, NOW + timedelta(days=6))
    assert case.told_at == NOW + timedelta(days=5)


def test_an_answer_is_the_last_word_until_another_note_is_written() -> None:
    case = a_case().with_event(EventKind.CONTACT, NOW)
    assert case.heard_at is None
    answered = case.with_event(EventKind.REPLIED, NOW + timedelta(days=3))
    thanked = answered.with_event(EventKind.CONTACT, NOW + timedelta(days=4))
    assert answered.heard_at == thanked.heard_at == NOW + timedelta(days=3)
    assert answered.with_event(EventKind.CONTACT, NOW + timedelta(days=90)).heard_at is None


def test_reminders_keep_off_the_night_and_end_with_the_last_call_and_a_word_after_it() -> None:
    due_at = datetime(2026, 11, 27, 17, 0, tzinfo=UTC)
    case = a_case(answer_due_at=due_at, call_at=datetime(2026, 11, 24, 18, 30, tzinfo=MADRID))
    found = reminders(case, NOW, MADRID, Calendar())
    assert [name for name, _ in found] == ["remind_call", "last_call", "overdue"]
    assert found[0][1].astimezone(MADRID) == datetime(2026, 11, 25, 9, 30, tzinfo=MADRID)
    assert found[1][1] == due_at - timedelta(hours=4)
    assert found[2][1] == due_at + timedelta(hours=1)
    assert reminders(a_case(stage=Stage.IN_TOUCH), NOW, MADRID, Calendar()) == ()


def test_whoever_told_them_close_to_the_day_is_reminded_of_the_email_all_the_same() -> None:
    case = a_case(answer_due_at=NOW + timedelta(minutes=90), stage=Stage.FOLLOWING_UP)
    told = case.with_event(EventKind.CALL, NOW, Outcome.REACHED)
    assert [name for name, _ in reminders(told, NOW, MADRID, Calendar())] == ["remind_email", "remind_email"]
    waiting = case.with_event(EventKind.CALL, NOW, Outcome.COUNTERED)
    assert [name for name, _ in reminders(waiting, NOW, MADRID, Calendar())] == ["last_call", "overdue"]


DEADLINES = st.timedeltas(timedelta(minutes=15), timedelta(days=40))


@given(MOMENTS, ZONES, WALLS, WALLS, DEADLINES, st.timedeltas(timedelta(hours=1), timedelta(days=3)))
def test_every_deadline_is_warned_of_before_it_and_outside_of_quiet_hours_unless_they_are_up(
    now, zone, since, until, left, ahead
) -> None:
    quiet, due_at = Quiet(since, until), now + left
    moment = warning_at(due_at, ahead, now, zone, quiet)
    assert moment is not None
    assert now < moment < due_at
    assert not quiet.holds(moment, zone) or moment - now <= timedelta(hours=1)
    assert warned_from(moment, due_at, zone, quiet) == moment  # what the plan says is what comes


@given(MOMENTS, ZONES, CALENDARS, DEADLINES, st.timedeltas(timedelta(0), timedelta(days=2)))
def test_whoever_has_not_told_them_is_reminded_before_any_deadline(now, zone, calendar, left, ahead) -> None:
    for channel in Channel:
        call_at = now + ahead if ahead < left else None
        case = a_case(created_at=now, answer_due_at=now + left, call_at=call_at, channel=channel)
        moments = dict(reminders(case, now, zone, calendar))
        assert now < moments["last_call"] < now + left
        if call_at and channel is not Channel.EMAIL and call_at > now + left / 2 and left > 2 * ROOM:
            quiet_free = not Quiet().holds(call_at + (now + left - call_at) / 2, zone)
            if quiet_free and call_at <= now + left - ROOM:
                assert moments["last_call"] > call_at  # nobody is told to write before they tried


def _in_madrid(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=MADRID)


@pytest.mark.parametrize(
    ("now", "due_at", "comes_at"),
    [
        (_in_madrid(25, 14), _in_madrid(25, 15), _in_madrid(25, 14, 30)),  # in an hour
        (_in_madrid(25, 18, 25), _in_madrid(25, 19, 25), _in_madrid(25, 18, 55)),
        (_in_madrid(25, 12), _in_madrid(25, 23), _in_madrid(25, 19)),  # tonight
        (_in_madrid(25, 20, 25), _in_madrid(25, 23), _in_madrid(25, 21, 25)),  # they are up
        (_in_madrid(25, 12), _in_madrid(26, 1), _in_madrid(25, 19, 30)),  # before the evening is over
        (_in_madrid(25, 12), _in_madrid(26, 8), _in_madrid(25, 19, 30)),
        (_in_madrid(25, 12), _in_madrid(26, 10), _in_madrid(26, 8, 30)),  # there's room in the morning
        (_in_madrid(25, 12), _in_madrid(26, 17), _in_madrid(26, 13)),
    ],
)
def test_a_warning_comes_when_it_still_helps(now, due_at, comes_at) -> None:
    assert warning_at(due_at, timedelta(hours=4), now, MADRID) == comes_at


def test_a_deadline_within_minutes_is_not_warned_of() -> None:
    assert warning_at(NOW + timedelta(minutes=14), timedelta(hours=4), NOW, MADRID) is None


def test_whoever_said_yes_is_to_call_today_as_long_as_somebody_is_at_work() -> None:
    late = _in_madrid(25, 16, 40)
    assert suggest_call_at(late, MADRID, None, Calendar()) == _in_madrid(26, 9, 30)
    assert suggest_call_at(late, MADRID, None, Calendar(), is_pressing=True) == _in_madrid(25, 17, 30)
    assert can_call_today(late, MADRID, Calendar())
    evening = _in_madrid(25, 20, 25)
    assert suggest_call_at(evening, MADRID, None, Calendar(), is_pressing=True) == _in_madrid(26, 9, 30)
    assert not can_call_today(evening, MADRID, Calendar())
    assert not can_call_today(_in_madrid(28, 11), MADRID, Calendar())  # a Saturday


def test_two_notes_without_an_answer_propose_a_year_and_three_a_rest() -> None:
    case = a_case()
    seen = []
    for number in range(3):
        case = case.with_event(EventKind.CONTACT, NOW + timedelta(days=number))
        seen.append(silence(case))
    assert seen == ["keep", "propose_yearly", "rest"]
    assert silence(case.with_event(EventKind.REPLIED, NOW)) == "keep"


def test_dates_for_notes_are_passed_over_until_the_person_does_something() -> None:
    zone, calendar = ZoneInfo("Europe/Madrid"), Calendar()
    case = a_case(rhythm=Rhythm.STEADY).with_event(EventKind.EMAIL_SENT, NOW)
    dates = [moment for _, moment in reconnect_plan(case, NOW, zone, calendar)][:4]
    assert [passed_over(case, date, zone, calendar) for date in dates] == [0, 1, 2, 3]
    skipped = case.with_event(EventKind.SKIPPED, dates[1] + timedelta(days=2))
    assert [passed_over(skipped, date, zone, calendar) for date in dates[2:]] == [0, 1]
