"""Around the day on which the answer is due: before it, after it, and a call that isn't made yet."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.local import Local
from bot.sandbox.person import Person, text_of
from tests.scenarios.telling import decline, expect_said, own, said, submit

CHICAGO = ZoneInfo("America/Chicago")  # where Robin lives


async def _at(both: Local, weekday: int, hour: int, minute: int = 0) -> datetime:
    """Move the clock to the next such moment where Robin lives."""
    now = both.sandbox.clock.now().astimezone(CHICAGO)
    wanted = (now + timedelta(days=(weekday - now.weekday()) % 7)).replace(
        hour=hour, minute=minute, second=0, microsecond=0
    )
    wanted += timedelta(days=7) if wanted <= now else timedelta(0)
    await both.sandbox.move_clock(wanted.astimezone(UTC) - both.sandbox.clock.now())
    return wanted.astimezone(UTC)


async def test_after_the_deadline_one_message_says_what_can_still_be_said(
    robin: Person, over_http: Local
) -> None:
    now = await _at(over_http, 1, 9)
    await decline(robin, contact_name="Bo Lind", answer_due_at=now + timedelta(hours=3))
    await expect_said(robin, "How did it go?")
    await over_http.sandbox.move_clock(timedelta(hours=4, minutes=1))
    await expect_said(robin, "a late answer is better than none")
    letter = text_of(own(robin)[-1])
    for untrue in ("in good time", "keep you waiting for", "promptly", "as early as"):
        assert untrue not in letter
    assert "later than you asked for" in letter or "been waiting for my answer" in letter
    count = len(own(robin))
    await over_http.sandbox.move_clock(timedelta(days=90))
    await robin.open_home()
    home = text_of(robin.home or {})
    assert "let Bo Lind know all the same. A late answer is better than none" in home
    assert "today" not in home.partition("Acme")[2].partition("The next 90 days")[0]
    assert len(own(robin)) == count
    await robin.click("email_send")
    await expect_said(robin, "Well handled")


async def test_whoever_told_them_in_time_hears_nothing_about_the_deadline_but_of_the_email(
    robin: Person, over_http: Local
) -> None:
    now = await _at(over_http, 1, 8, 30)
    await decline(robin, answer_due_at=now + timedelta(minutes=90))
    await expect_said(robin, "How did it go?")
    await robin.click("call_reached")
    await expect_said(robin, "Your email")
    await over_http.sandbox.move_clock(timedelta(hours=3, minutes=5))
    await expect_said(robin, "the email that confirms it is still to go")
    assert "late answer" not in said(robin)


async def test_an_email_that_was_only_written_has_told_nobody(robin: Person, over_http: Local) -> None:
    await _at(over_http, 1, 9)
    await decline(robin, circumstances=["no_phone"])
    await expect_said(robin, "Your email")
    await robin.open_home()
    await robin.click_home("email_write")
    await robin.open_home()
    assert "They don't know yet. The email is written" in text_of(robin.home or {})
    await over_http.sandbox.move_clock(timedelta(hours=3, minutes=5))
    await expect_said(robin, "Until it's sent, they don't know")


async def test_not_yet_leaves_a_planned_call_and_the_buttons_where_they_are(
    robin: Person, over_http: Local
) -> None:
    now = await _at(over_http, 1, 9)
    await decline(robin, plan={"call_at": now + timedelta(days=2, hours=2)})
    await expect_said(robin, "How did it go?")
    await robin.click("call_not_yet")
    await expect_said(robin, "it stays planned for Thursday")
    assert robin.has_button("call_reached")
    assert robin.has_button("rehearsal_open")
    await robin.open_home()
    assert "planned for Thursday" in text_of(robin.home or {})
    await robin.click("call_not_yet")
    assert said(robin).count("it stays planned for Thursday") == 1  # said once, however often it is chosen
    await robin.click("call_reached")
    await expect_said(robin, "Your email")


async def test_the_second_reminder_says_something_else(robin: Person, over_http: Local) -> None:
    now = await _at(over_http, 1, 9)
    await decline(robin, plan={"call_at": now + timedelta(hours=1)})
    await expect_said(robin, "How did it go?")
    await over_http.sandbox.jump()
    await expect_said(robin, "rarely as bad as it feels")
    await robin.click("call_not_yet")
    await expect_said(robin, "Ajar will remind you on")
    await robin.open_home()
    ahead = text_of(robin.home or {}).partition("The next 90 days")[2]
    assert "the time set for the call" in ahead
    assert "a reminder to tell them" not in ahead  # at that very minute
    await over_http.sandbox.jump()
    await expect_said(robin, "Still to do: telling")
    assert said(robin).count("rarely as bad as it feels") == 1


async def test_a_weekend_offer_has_no_call_time_that_would_be_refused(
    robin: Person, over_http: Local
) -> None:
    now = await _at(over_http, 6, 3)
    await robin.command("/decline Acme")
    robin.fill("role", "Nurse")
    robin.fill("answer_due_at", now + timedelta(hours=27))
    for _ in range(3):
        await submit(robin)
    assert "No working hour is left before the answer is due" in text_of(robin.modal or {})
    await submit(robin)
    await expect_said(robin, "How did it go?")


async def test_home_names_the_hour_at_which_a_message_comes(robin: Person, over_http: Local) -> None:
    now = await _at(over_http, 2, 22)
    await decline(robin, standing="negotiable", answer_due_at=now + timedelta(hours=28))
    await expect_said(robin, "Before you say no")
    await robin.open_home()
    assert "Ajar writes next: Thursday" in text_of(robin.home or {})
    assert "at 08:30" in text_of(robin.home or {})


async def test_whoever_is_still_undecided_after_the_deadline_is_asked_once_more(
    robin: Person, over_http: Local
) -> None:
    now = await _at(over_http, 1, 9)
    await decline(robin, standing="negotiable", answer_due_at=now + timedelta(hours=2))
    await expect_said(robin, "Before you say no")
    await over_http.sandbox.move_clock(timedelta(hours=3, minutes=1))
    await expect_said(robin, "If it's a no by now, you can still tell them")
    await robin.open_home()
    assert "say here whether it's a no or a yes" in text_of(robin.home or {})
    await robin.click("no_confirm")
    await expect_said(robin, "When they ask")
    assert "in good time" not in said(robin)


async def test_whoever_has_signed_hears_after_the_deadline_that_it_can_still_be_said(
    robin: Person, over_http: Local
) -> None:
    now = await _at(over_http, 1, 9)
    await decline(robin, commitment="signed", answer_due_at=now + timedelta(hours=2))
    await expect_said(robin, "You've signed, so ask first")
    await over_http.sandbox.move_clock(timedelta(hours=3, minutes=1))
    await expect_said(robin, "don't let it drift: read what you signed")
    assert "late answer" not in said(robin)
    await robin.click("no_confirm")
    await submit(robin)
    await expect_said(robin, "How did it go?")
    assert "Before that, read what you signed" in said(robin)
    assert "as soon as I did" not in said(robin)


async def test_whoever_has_signed_and_has_no_deadline_is_asked_once_whether_there_was_advice(
    robin: Person, over_http: Local
) -> None:
    await _at(over_http, 1, 11)
    await decline(robin, commitment="signed")
    await expect_said(robin, "You've signed, so ask first")
    assert "The sooner you know, the more room there is" in said(robin)
    await robin.open_home()
    assert "Thursday" in text_of(robin.home or {}).partition("The next 90 days")[2]
    await over_http.sandbox.move_clock(timedelta(days=2))
    await expect_said(robin, "You've signed with Acme, and as far as Ajar knows it isn't settled")
    assert "counting on" not in said(robin)
    count = len(own(robin))
    await over_http.sandbox.move_clock(timedelta(days=60))
    await robin.open_home()
    assert len(own(robin)) == count


@pytest.mark.parametrize(
    ("offer", "expected"),
    [
        ({"commitment": "signed"}, "tell them before then that you need a day or two"),
        ({"standing": "negotiable"}, "ask them for a little more time before then"),
        ({}, "It's better to be read in time"),
        ({"commitment": "accepted"}, "It's better to be read in time"),
    ],
)
async def test_an_answer_due_within_the_hour_is_reminded_of_before_it_even_in_the_evening(
    robin: Person, over_http: Local, offer: dict[str, str], expected: str
) -> None:
    now = await _at(over_http, 1, 20, 25)
    await decline(robin, answer_due_at=now + timedelta(hours=1), **offer)
    await robin.open_home()
    ahead = text_of(robin.home or {}).partition("The next 90 days")[2]
    assert "Tuesday" in ahead.partition("the answer is due")[0]  # something comes before it
    assert await over_http.sandbox.jump()
    await expect_said(robin, expected)
    assert over_http.sandbox.clock.now() < now + timedelta(hours=1)


async def test_every_jump_lands_on_a_message_whatever_the_quiet_hours(
    robin: Person, over_http: Local
) -> None:
    now = await _at(over_http, 1, 18, 45)
    await decline(robin, answer_due_at=now + timedelta(hours=15))  # on Wednesday at a quarter to ten
    await expect_said(robin, "How did it go?")
    for name in ("last_call", "overdue"):
        before, due_at = len(own(robin)), await over_http.sandbox.due()
        assert due_at is not None, name
        assert await over_http.sandbox.jump()
        await robin.until(lambda: len(own(robin)) > before, name)  # noqa: B023
        sent_at = datetime.fromtimestamp(float(own(robin)[-1]["ts"]), UTC)
        assert timedelta(0) <= sent_at - due_at < timedelta(minutes=1)
    assert await over_http.sandbox.due() is None


async def test_a_warning_before_a_planned_call_names_the_call(robin: Person, over_http: Local) -> None:
    now = await _at(over_http, 1, 20, 25)
    await decline(robin, answer_due_at=now + timedelta(hours=12))  # a call fits in at eight, and hardly
    await expect_said(robin, "How did it go?")
    await over_http.sandbox.jump()
    await expect_said(robin, "The call is set for Wednesday 2 December at 08:00")
    assert "don't wait any longer" not in said(robin)


async def test_while_paused_only_ones_own_dates_are_listed_and_nothing_is_to_jump_to(
    robin: Person, over_http: Local
) -> None:
    now = await _at(over_http, 1, 9)
    await decline(robin, answer_due_at=now + timedelta(days=2), plan={"call_at": now + timedelta(days=1)})
    await expect_said(robin, "How did it go?")
    await robin.open_home()
    assert "the last good moment for the email" in text_of(robin.home or {})
    await robin.click_home("pause_begin")
    home = text_of(robin.home or {})
    assert "the last good moment for the email" not in home
    assert "a reminder to tell them" not in home
    assert "the time set for the call" in home
    assert "the answer is due" in home
    assert "here are only your own dates" in home
    assert "The answer is due on Thursday 10 December at 09:00. Until you take the pause off" in home
    assert await over_http.sandbox.due() is None
    assert not await over_http.sandbox.jump()
    await robin.say("pause")
    await expect_said(
        robin, "The answer is due on Thursday 10 December at 09:00. Until you take the pause off"
    )
    await robin.click_home("case_open")
    assert "the last good moment for the email" not in text_of(robin.modal or {})


async def test_whoever_said_yes_is_not_told_to_call_an_office_in_the_evening(
    robin: Person, over_http: Local
) -> None:
    await _at(over_http, 1, 20, 25)
    await decline(robin, commitment="accepted")
    await expect_said(robin, "so call as soon as you can. Own it")
    await _at(over_http, 2, 16, 40)
    await decline(robin, commitment="accepted", company="Globex")
    await expect_said(robin, "today if possible")
    await expect_said(robin, "When: Wednesday")


async def test_another_day_that_was_agreed_on_moves_the_word_after_it(
    robin: Person, over_http: Local
) -> None:
    now = await _at(over_http, 1, 9)
    await decline(robin, answer_due_at=now + timedelta(hours=6))
    await expect_said(robin, "How did it go?")
    await robin.open_home()
    await robin.click_home("case_open")
    await robin.click("case_edit")
    robin.fill("answer_due_at", now + timedelta(days=2))
    await submit(robin)
    await robin.close(is_all=True)
    await over_http.sandbox.move_clock(timedelta(hours=8))
    await robin.open_home()
    assert "late answer" not in said(robin)
    assert "what can still be said" in text_of(robin.home or {})
    await over_http.sandbox.move_clock(timedelta(days=2))
    await expect_said(robin, "a late answer is better than none")


async def test_no_two_offers_are_set_for_the_same_minute(robin: Person, over_http: Local) -> None:
    await _at(over_http, 1, 9)
    for number, company in enumerate(("Acme", "Globex"), 1):
        await decline(robin, company=company)
        await robin.until(lambda: said(robin).count("How did it go?") == number, company)  # noqa: B023
    hours = re.findall(r"When: ([^.]+)\.", said(robin))
    assert len(set(hours)) == len(hours) == 2


async def test_an_interview_that_is_resumed_after_the_deadline_takes_any_later_hour(
    robin: Person, over_http: Local
) -> None:
    await robin.command("/decline Acme")
    robin.fill("role", "Nurse")
    robin.fill("answer_due_at", over_http.sandbox.clock.now() + timedelta(days=2))
    await submit(robin)
    await submit(robin)
    await robin.close()
    await over_http.sandbox.move_clock(timedelta(days=4))
    await robin.command("/decline")
    await robin.click("interview_go_on")
    await submit(robin)
    assert "a late one still counts" in text_of(robin.modal)
    robin.fill("call_at", over_http.sandbox.clock.now() + timedelta(hours=2))
    assert await robin.submit() is None
    await expect_said(robin, "The answer was due on")
