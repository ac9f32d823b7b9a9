"""The years after: the promised dates hold, and each note follows on from what happened."""

import re
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.local import Local
from bot.sandbox.person import Person, text_of
from tests.scenarios.telling import decline, expect_said, own, said, submit

CHICAGO = ZoneInfo("America/Chicago")  # where Robin lives


async def _done(person: Person) -> None:
    await decline(person, contact_name="Dana Okafor")
    await expect_said(person, "How did it go?")
    await person.click("call_reached")
    await expect_said(person, "Your email")
    await person.click("email_send")
    await expect_said(person, "Well handled")


async def _next_note(person: Person, both: Local) -> str:
    count = said(person).count("Something you could send")
    await both.sandbox.jump()
    await person.until(lambda: said(person).count("Something you could send") > count, "a note")
    return text_of(own(person)[-1])


async def test_whoever_is_answered_every_time_gets_the_notes_that_were_announced(
    robin: Person, over_http: Local
) -> None:
    await _done(robin)
    begun = over_http.sandbox.clock.now()
    notes, days = [], []
    for _ in range(5):
        notes.append(await _next_note(robin, over_http))
        days.append((over_http.sandbox.clock.now() - begun).days)
        await robin.click("contact_log")
        await robin.open_home()
        await robin.click_home("case_open")
        await robin.click("answer_log")
        await robin.close(is_all=True)
    for months, found in zip((3, 6, 12, 24, 36), days, strict=True):
        assert timedelta(0) <= timedelta(days=found - 30.44 * months) + timedelta(days=3) < timedelta(days=9)
    assert "hear from you" in notes[1] or "your answer" in notes[1]
    assert "They answered you on" in notes[1]
    for one, other in pairwise(notes):
        drafts = [note.partition("Something you could send")[2] for note in (one, other)]
        assert drafts[0] != drafts[1]


async def test_news_stands_in_the_note_it_was_put_into_and_in_no_later_one(
    robin: Person, over_http: Local
) -> None:
    await _done(robin)
    await _next_note(robin, over_http)
    await robin.click("note_personalise")
    robin.fill("line", "left them, your CEO is an idiot")
    await submit(robin)
    await expect_said(robin, "Left them, your CEO is an idiot. ")
    await expect_said(robin, "Worth another look")
    assert "idiot" not in await _next_note(robin, over_http)


async def test_quiet_hours_in_the_day_change_the_hour_of_a_note_and_never_its_day(
    robin: Person, over_http: Local
) -> None:
    await robin.command("/decline settings")
    robin.fill("quiet_from", "09:00")
    robin.fill("quiet_until", "12:00")
    await submit(robin)
    await _done(robin)
    days = re.findall(r"• (\w+ \d+ \w+ \d{4}) \(", said(robin))
    for day in days[:2]:
        await robin.open_home()
        assert f"Ajar writes next: {day.rpartition(' ')[0]}" in text_of(robin.home or {})
        await _next_note(robin, over_http)
        sent_at = datetime.fromtimestamp(float(own(robin)[-1]["ts"]), CHICAGO)
        assert f"{sent_at:%A} {sent_at.day} {sent_at:%B %Y at %H:%M}" == f"{day} at 12:00"
        await robin.click("contact_log")


async def _with_news(person: Person) -> None:
    await person.click("note_personalise")
    person.fill("line", "i started a book club")
    person.fill("event", "PyCon")
    person.fill("when", "event_after")
    await submit(person)
    await expect_said(person, "Good to see you at PyCon")


async def test_news_that_is_put_off_comes_along_until_it_was_sent(robin: Person, over_http: Local) -> None:
    await _done(robin)
    await _next_note(robin, over_http)
    await _with_news(robin)
    for _ in range(2):
        await robin.click("nudge_snooze")
        note = await _next_note(robin, over_http)
        assert "book club" in note
        assert "I saw you at PyCon" in note
    await robin.click("contact_log")
    assert "PyCon" not in await _next_note(robin, over_http)
    await robin.click("nudge_snooze")
    assert "book club" not in await _next_note(robin, over_http)


async def test_news_that_was_left_unsent_does_not_come_along_with_a_later_note(
    robin: Person, over_http: Local
) -> None:
    await _done(robin)
    await _next_note(robin, over_http)
    await _with_news(robin)
    assert "PyCon" not in await _next_note(robin, over_http)
    await robin.click("nudge_snooze")
    assert "PyCon" not in await _next_note(robin, over_http)


async def test_a_note_can_be_had_without_news(robin: Person, over_http: Local) -> None:
    await _done(robin)
    await _next_note(robin, over_http)
    await robin.click("note_personalise")
    count = len(own(robin))
    await submit(robin)
    await robin.until(lambda: len(own(robin)) > count, "the note")
    assert "Something you could send" in text_of(own(robin)[-1])
    assert "It's in" not in said(robin)
