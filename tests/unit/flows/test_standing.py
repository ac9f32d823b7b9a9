"""What comes first: an offer that wants an answer before an old hello."""

from datetime import timedelta

import pytest

from bot.coaching.case import Case, EventKind, Outcome, Stage
from bot.flows.agenda import agenda
from bot.flows.home import next_step
from bot.flows.ports import Change, Past, Post, PostKind, Preferences, Profile
from bot.flows.standing import Standing
from bot.flows.visitor import Saying, Visitor
from bot.wording import Words
from tests.fakes import MemoryStore
from tests.making import NOW, ROBIN, a_case, a_post

DAY = timedelta(days=1)


class KeptStore(MemoryStore):
    """With notes that came: the fake settles rows by itself."""

    notes: tuple[Past, ...] = ()

    async def past(self, person, case_id: str = "", limit: int = 200) -> tuple[Past, ...]:
        return self.notes


def _saying(words: Words, **preferences: object) -> Saying:
    profile = Profile("Robin", "Europe/Madrid", "en")
    return Saying(words, Visitor(ROBIN, profile, Preferences(**preferences)))


async def _first(words: Words, *cases: Case) -> str:
    store = KeptStore()
    for case in cases:
        await store.commit(Change(ROBIN, NOW, once=case.id, case=case))
        if case.stage is Stage.IN_TOUCH:
            note = a_post(f"note {case.id}", kind=PostKind.NUDGE, case_id=case.id)
            store.notes += (Past(note, "sent", NOW - 90 * DAY),)
    return (await next_step(store, _saying(words), NOW)).text


def _in_touch(name: str) -> Case:
    case = a_case(id=name, company="Oldfriends", stage=Stage.IN_TOUCH, answer_due_at=NOW - 180 * DAY)
    return case.with_event(EventKind.EMAIL_SENT, NOW - 182 * DAY)


async def test_what_is_due_comes_before_an_old_hello(words: Words) -> None:
    hello = _in_touch("c1")
    due = a_case(id="c2", company="Today", answer_due_at=NOW + timedelta(hours=8))
    held = a_case(id="c3", company="Held", stage=Stage.HELD, answer_due_at=NOW + timedelta(hours=9))
    assert "Today" in await _first(words, hello, due, held)
    assert "Held" in await _first(words, hello, held)
    assert "Oldfriends" in await _first(words, hello)


async def test_what_is_due_today_comes_before_what_is_weeks_overdue_and_that_before_a_hello(
    words: Words,
) -> None:
    gone = a_case(id="c1", company="Gone", answer_due_at=NOW - 60 * DAY)
    just = a_case(id="c2", company="Just", answer_due_at=NOW - timedelta(hours=2))
    due = a_case(id="c3", company="Today", answer_due_at=NOW + timedelta(hours=8))
    assert "Just" in await _first(words, gone, just, due)
    assert "Today" in await _first(words, gone, due)
    assert "Gone" in await _first(words, gone, _in_touch("c4"))


def _names(words: Words, case: Case, *posts: Post, **preferences: object) -> list[tuple[str, str]]:
    saying = _saying(words, **preferences)
    entries = agenda((case,), posts, NOW, saying.visitor)
    return [(entry.name, saying.moment(entry.at).rpartition(" ")[2]) for entry in entries]


def test_messages_ahead_stand_at_the_time_at_which_they_come(words: Words) -> None:
    night = NOW.replace(hour=23)  # midnight in Madrid
    rows = [
        a_post(kind.value, kind=kind, due_at=night) for kind in (PostKind.REMIND_CALL, PostKind.LAST_CALL)
    ]
    late = a_case(answer_due_at=night + timedelta(hours=2))
    assert _names(words, late, *rows)[:2] == [("last_call", "00:00"), ("answer_due", "02:00")]
    with_room = a_case(answer_due_at=night + timedelta(hours=12))
    assert set(_names(words, with_room, *rows)[:2]) == {("last_call", "08:30"), ("remind_call", "08:30")}
    note = a_post(kind=PostKind.NUDGE, note="yearly", due_at=(NOW + 1 * DAY).replace(hour=9))
    told = a_case(stage=Stage.IN_TOUCH).with_event(EventKind.CALL, NOW, Outcome.REACHED)
    assert _names(words, told, note) == [("nudge", "10:00")]
    assert _names(words, told, note, quiet_until=NOW.time().replace(hour=11)) == [("nudge", "11:00")]


async def test_a_late_evening_is_no_hour_for_a_call_and_home_names_the_next_good_one(words: Words) -> None:
    case = a_case(call_at=NOW, contact_name="Bo")
    for hour, expected in (
        (14, "today is still good"),
        (19, "next good time is Wednesday 25 November at 09:30"),
    ):
        step = Standing(case, _saying(words), NOW.replace(hour=hour)).step
        assert expected in step
        assert ("today" in step) is (hour == 14)
    saturday = a_case(answer_due_at=NOW + 5 * DAY)  # they want it on Sunday
    step = Standing(saturday, _saying(words), NOW + 4 * DAY + timedelta(hours=8)).step
    assert "today" not in step


def test_a_reminder_at_the_minute_of_the_planned_call_is_no_line_of_its_own(words: Words) -> None:
    call_at = NOW + timedelta(hours=3)
    case, row = a_case(call_at=call_at), a_post(kind=PostKind.REMIND_CALL, due_at=call_at)
    assert [name for name, _ in _names(words, case, row)] == ["call"]


@pytest.mark.parametrize("locale", ["en", "es"])
def test_where_no_reminder_is_left_home_says_so_and_how_to_go_on(words: Words, locale: str) -> None:
    stopped = words.text("home.stopped", locale)
    for case, next_at, is_paused, is_said in (
        (a_case(), None, False, True),
        (a_case(stage=Stage.SIGNED, commitment="signed"), None, False, True),
        (a_case(), NOW + DAY, False, False),
        (a_case(), None, True, False),  # the pause is said at the top
        (a_case(stage=Stage.RESTING), None, False, False),
    ):
        standing = Standing(case, _saying(words, locale=locale, is_paused=is_paused), NOW, next_at=next_at)
        assert (stopped in standing.lines) is is_said, case.stage
