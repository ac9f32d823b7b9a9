"""Texts follow from who was told what: a no that was answered, somebody who came later, a regret."""

from datetime import timedelta

from bot.local import Local
from bot.sandbox.person import Person
from tests.scenarios.telling import decline, expect_said, newest, open_offer, said, submit, window_of


async def test_somebody_else_as_contact_is_told_with_whom_it_was(robin: Person, over_http: Local) -> None:
    await decline(robin, contact_name="Dana Whitfield")
    await expect_said(robin, "How did it go?")
    await robin.click("call_reached")
    await expect_said(robin, "Your email")
    await robin.click("email_send")
    await expect_said(robin, "That's done. Well handled.")
    await open_offer(robin)
    await robin.click("case_edit")
    robin.fill("contact_name", "Dana Whitfeld")  # spelt anew, and still the same
    await submit(robin)
    assert "Somebody else" not in window_of(robin)
    await robin.click("case_edit")
    robin.fill("contact_name", "Ken Ito")
    await submit(robin)
    assert "Somebody else became your contact." in window_of(robin)
    await over_http.sandbox.jump()
    await expect_said(robin, "Something you could send")
    note = newest(robin, "Something you could send")
    assert "Ken Ito hasn't heard from you yet" in note
    assert "I spoke with Dana Whitfeld" in note
    assert "we talked" not in note
    await robin.click("factor_change")
    await expect_said(robin, "Knocking again")
    assert "I spoke with Dana Whitfeld" in newest(robin, "Knocking again")


async def test_after_a_counter_offer_the_next_no_answers_it(robin: Person) -> None:
    await decline(robin, contact_name="Dana Whitfield")
    await expect_said(robin, "How did it go?")
    await robin.click("call_countered")
    await expect_said(robin, "They'd like to keep talking")
    await robin.click("case_hold")
    await open_offer(robin)
    assert "They've heard your no, and made a better offer." in window_of(robin)
    assert "You haven't told them no" not in window_of(robin)
    await robin.click("no_confirm")
    await robin.until(lambda: said(robin).count("How did it go?") == 2, "what to say to the better offer")
    assert "Thank you for improving the offer." in newest(robin, "How did it go?")
    assert "it's still no" in newest(robin, "How did it go?")


async def test_while_nothing_is_chosen_after_a_counter_offer_it_is_asked(
    robin: Person, over_http: Local
) -> None:
    await decline(robin, contact_name="Dana Whitfield")
    await expect_said(robin, "How did it go?")
    await robin.click("call_countered")
    await expect_said(robin, "They'd like to keep talking")
    await over_http.sandbox.move_clock(timedelta(days=4))
    await expect_said(robin, "Is it clear by now what you say to that?")
    assert "the email that confirms it is still to go" not in said(robin)
    await open_offer(robin)
    assert "What you say to that is still open." in window_of(robin)
    await robin.close(is_all=True)
    await robin.click("email_write")
    await expect_said(robin, "Your email")
    assert "Thank you for improving the offer" in newest(robin, "Your email")
    await open_offer(robin)
    assert "still open" not in window_of(robin)
    assert "You decided that it stays a no." in window_of(robin)


async def test_a_regret_typed_years_later_says_nothing_changed(robin: Person, over_http: Local) -> None:
    await decline(robin, contact_name="Dana Whitfield")
    await expect_said(robin, "How did it go?")
    await robin.click("call_reached")
    await expect_said(robin, "Your email")
    await robin.click("email_send")
    await expect_said(robin, "That's done. Well handled.")
    await over_http.sandbox.move_clock(timedelta(days=60))
    await robin.say("I regret turning them down")
    await expect_said(robin, "Words for asking again")
    await robin.click("knock_again")
    await expect_said(robin, "Knocking again")
    assert "I've thought about it again" in newest(robin, "Knocking again")
    assert "changed" not in newest(robin, "Knocking again")
    assert "different" not in newest(robin, "Knocking again")


async def test_a_day_after_the_call_the_same_day_is_over(robin: Person, over_http: Local) -> None:
    await decline(robin, contact_name="Dana Whitfield")
    await expect_said(robin, "How did it go?")
    await robin.click("call_reached")
    await expect_said(robin, "Your email")
    await open_offer(robin)
    assert "The same day is best." in window_of(robin)
    await over_http.sandbox.move_clock(timedelta(days=1))
    await open_offer(robin)
    assert "The same day is best." not in window_of(robin)
    await expect_said(robin, "the sooner the better")
    assert "The same day is best." not in said(robin)
