"""What somebody hears who types that they are scared or lost: the one next step, in their language."""

from datetime import timedelta

from bot.coaching.case import Person as Somebody
from bot.local import Local
from bot.sandbox.person import Person, text_of
from tests.conftest import START
from tests.scenarios.telling import decline, expect_said, own, said, submit

ROBIN = Somebody("T0AJARLOCAL", "U0ROBIN001")


def _buttons(message: dict) -> set[str]:
    return {item["action_id"] for block in message["blocks"] for item in block.get("elements") or ()
            if item.get("type") == "button"}  # fmt: skip


async def test_without_an_offer_the_next_step_is_to_begin(robin: Person) -> None:
    await robin.say("I'm scared")
    await expect_said(robin, "Next: type /decline")
    assert "Most people find this hard" in said(robin)
    assert {"decline_start", "help_open"} <= _buttons(own(robin)[-1])


async def test_with_an_offer_it_is_the_next_step_of_that_one_and_by_when(robin: Person) -> None:
    await decline(robin, contact_name="Dana Okafor", answer_due_at=START + timedelta(days=3))
    await expect_said(robin, "How did it go?")
    await robin.say("what do I do now?")
    await expect_said(robin, "Acme · Product Designer. Next: call Dana Okafor")
    answer = own(robin)[-1]
    assert "The answer is due on Friday 4 December" in text_of(answer)
    assert "script_show" in _buttons(answer)
    await robin.click("script_show", message=answer)
    await expect_said(robin, "Here it is again")


async def test_an_interview_that_was_begun_goes_on(robin: Person) -> None:
    await robin.command("/decline")
    robin.fill("company", "Globex")
    robin.fill("role", "Nurse")
    await submit(robin)
    await robin.close(is_all=True)
    await robin.say("now what?")
    await expect_said(robin, "It goes on where you left off with Globex.")


async def test_what_ajar_does_not_understand_names_the_next_step_and_once_who_keeps_what(
    robin: Person,
) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    await robin.say("my new boss is a walrus and I have no idea how any of this is supposed to work")
    await expect_said(robin, "Next: call them")
    assert "Slack" in text_of(own(robin)[-1])
    assert {"script_show", "call_reached", "email_write"} <= _buttons(own(robin)[-1])
    assert "isn't kept" not in said(robin)
    await robin.say("my other boss is a walrus too")
    await robin.until(lambda: said(robin).count("Next: call them") == 2, "another answer")
    assert said(robin).count("Slack keeps what you type here") == 1


async def test_a_spanish_sentence_is_answered_with_an_offer_of_spanish(robin: Person) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    await robin.say("tengo miedo, ¿qué hago ahora?")
    await expect_said(robin, "¿Prefieres español?")
    answer = own(robin)[-1]
    assert "Most people find this hard" in text_of(answer) or "One step at a time" in text_of(answer)
    assert "settings_open" in _buttons(answer)
    await robin.click("settings_open", message=answer)
    robin.fill("locale", "es")
    await submit(robin)
    await robin.say("tengo miedo")
    await expect_said(robin, "Lo siguiente:")


async def test_somebody_new_who_writes_spanish_is_offered_it_with_the_welcome(robin: Person) -> None:
    await robin.say("hola, me han hecho una oferta de trabajo y creo que no la quiero")
    await expect_said(robin, "Welcome to Ajar")
    assert "¿Prefieres español?" in said(robin)


async def test_whoever_has_signed_is_reminded_before_the_answer_is_due(
    robin: Person, over_http: Local
) -> None:
    due_at = START + timedelta(days=6)
    await decline(robin, commitment="signed", answer_due_at=due_at)
    await expect_said(robin, "You've signed, so ask first")
    await robin.open_home()
    assert "Ajar asks whether you've had advice" in text_of(robin.home or {})
    await over_http.sandbox.move_clock(timedelta(days=3, hours=1))
    await expect_said(robin, "They expect to hear from you by Monday 7 December")
    await robin.click("no_confirm")
    await submit(robin)
    await expect_said(robin, "How did it go?")


async def test_a_date_that_has_passed_is_said_to_have_passed_with_its_year_when_it_is_long_ago(
    robin: Person, over_http: Local
) -> None:
    due_at = START + timedelta(days=2)
    await decline(robin, commitment="signed", answer_due_at=due_at)
    await expect_said(robin, "The answer is due on Thursday 3 December at 09:00")
    await over_http.sandbox.move_clock(timedelta(days=3))
    await robin.open_home()
    assert "The answer was due on Thursday 3 December at 09:00" in text_of(robin.home or {})
    await over_http.sandbox.move_clock(timedelta(days=300))
    await robin.open_home()
    assert "The answer was due on Thursday 3 December 2026" in text_of(robin.home or {})


async def test_whoever_was_treated_badly_gives_no_reason_and_gets_no_notes(robin: Person) -> None:
    await decline(robin, circumstances=["bad_experience"])
    await expect_said(robin, "Your email")  # proposed in place of a call
    assert "You'll give no particular reason" in said(robin)
    assert "Between you and Ajar: I" in said(robin)
    await robin.click("email_send")
    await expect_said(robin, "Ajar won't remind you about this one")


async def test_time_is_spoken_of_only_where_there_is_a_line_to_ask_for_it(robin: Person) -> None:
    await decline(robin, circumstances=["exploding"], commitment="accepted")
    await expect_said(robin, "How did it go?")
    assert "there's a line for that first" not in said(robin)
    assert "You've already said yes" in said(robin)


async def test_the_warning_before_the_answer_is_due_comes_once_whatever_happened_before(
    robin: Person, over_http: Local
) -> None:
    await decline(robin, answer_due_at=START + timedelta(hours=30))
    await expect_said(robin, "How did it go?")
    for _ in range(2):
        await robin.click("call_voicemail")
        await expect_said(robin, "The email follows now" if _ else "Thanks for trying")
    await over_http.sandbox.move_clock(timedelta(hours=26, minutes=1))
    await expect_said(robin, "don't wait any longer")
    await over_http.sandbox.move_clock(timedelta(minutes=30))
    await robin.say("thanks")
    await expect_said(robin, "You're welcome")
    assert said(robin).count("don't wait any longer") == 1
