"""Time as it really goes: machines that sleep, people who move, clocks that step."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.local import Local
from bot.sandbox.person import Person
from tests.scenarios.telling import decline, expect_said, own, said

TOKYO = ZoneInfo("Asia/Tokyo")


async def _quiet(both: Local, seconds: float = 1.0) -> None:
    """Nothing is on its way, and nothing comes."""
    for _ in range(200):
        due_at = await both.ajar.store.next_due()
        if due_at is None or due_at > both.sandbox.clock.now() + timedelta(seconds=seconds):
            return
        await both.sandbox.workspace.changed(0.05)


async def test_a_month_asleep_ends_with_one_message_for_the_case(robin: Person, over_http: Local) -> None:
    due_at = over_http.sandbox.clock.now() + timedelta(days=35)
    await decline(robin, raw="", answer_due_at=str(int(due_at.timestamp())))
    await expect_said(robin, "How did it go?")
    await _quiet(over_http)
    before = len(own(robin))
    await over_http.sandbox.move_clock(timedelta(days=34, hours=23))
    await robin.until(lambda: len(own(robin)) > before, "a message")
    await _quiet(over_http)
    assert len(own(robin)) == before + 1, said(robin)


async def test_somebody_who_moved_gets_their_note_at_ten_where_they_are(
    robin: Person, over_http: Local
) -> None:
    await decline(robin, raw="")
    await expect_said(robin, "How did it go?")
    await robin.click("call_reached")
    await expect_said(robin, "Your email")
    await robin.click("email_send")
    await expect_said(robin, "Well handled")
    over_http.sandbox.workspace.change_person(robin.id, tz="Asia/Tokyo")
    for _ in range(6):
        if "Something you could send" in said(robin):
            break
        assert await over_http.sandbox.jump()
        await _quiet(over_http)
    await expect_said(robin, "Something you could send")
    sent_at = datetime.fromtimestamp(float(own(robin)[-1]["ts"]), UTC).astimezone(TOKYO)
    assert (sent_at.hour, sent_at.minute) == (10, 0)
    assert sent_at.weekday() < 5


async def test_a_clock_that_steps_back_repeats_nothing(robin: Person, over_http: Local) -> None:
    await robin.say("hello")
    await robin.until(lambda: len(own(robin)) == 1, "an answer")
    await over_http.sandbox.move_clock(timedelta(days=-3))
    await over_http.sandbox.move_clock(timedelta(days=3))
    await _quiet(over_http)
    assert len(own(robin)) == 1
