"""What was typed wrong is corrected, a wrong click is taken back, and Ajar's own words return."""

from datetime import timedelta
from typing import Any

import pytest

from bot.local import Local
from bot.sandbox.person import Person
from tests.conftest import START
from tests.scenarios.telling import (
    case_id_of,
    decline,
    expect_said,
    newest,
    open_offer,
    own,
    said,
    submit,
    window_of,
)

DUE = START + timedelta(days=3)


async def test_names_and_dates_are_corrected_and_the_words_follow(robin: Person) -> None:
    await decline(robin, company="Acmee", contact_name="Dama Okafor", answer_due_at=DUE)
    await expect_said(robin, "How did it go?")
    await open_offer(robin)
    await robin.click("case_edit")
    for name, value in {
        "company": "Acme",
        "role": "Nurse",
        "contact_name": "Dana Okafor",
        "answer_due_at": DUE + timedelta(days=2),
        "call_at": START + timedelta(days=1, hours=2),
        "own_name": "Robin Vale",
        "tone": "formal",
    }.items():
        robin.fill(name, value)
    await submit(robin)
    assert "✓ Changed." in window_of(robin)
    assert "Acme · Nurse" in window_of(robin)
    assert "planned for Wednesday 2 December at 11:00" in window_of(robin)
    assert "The answer is due on Sunday 6 December" in window_of(robin)
    await robin.until(lambda: said(robin).count("How did it go?") == 2, "what to say anew")
    script = newest(robin, "How did it go?")
    assert "Okafor" in script
    assert "Dama" not in script
    assert "Acmee" not in script
    assert "Robin Vale" in script


async def test_a_contract_signed_by_mistake_is_taken_back(robin: Person, over_http: Local) -> None:
    await decline(robin, commitment="signed", answer_due_at=DUE)
    await expect_said(robin, "You've signed, so ask first")
    await open_offer(robin)
    await robin.click("case_edit")
    robin.fill("commitment", "nothing")
    await submit(robin)
    assert "You've decided. They don't know yet." in window_of(robin)
    assert "There's more to fill in now" in window_of(robin)
    assert "“Change the reasons”" in window_of(robin)
    await expect_said(robin, "How did it go?")
    assert "Robin" in newest(robin, "How did it go?")
    assert "Ajar asks whether you've had advice" not in window_of(robin)
    await robin.click("case_edit")
    robin.fill("channel", "email")
    await submit(robin)
    assert "Next: send them the email." in window_of(robin)
    await robin.click("case_edit")
    robin.fill("commitment", "signed")
    await submit(robin)
    assert "You've signed, so this needs advice before words." in window_of(robin)
    await robin.until(lambda: said(robin).count("You've signed, so ask first") == 2, "the questions")
    await over_http.sandbox.move_clock(timedelta(days=2, hours=21))
    await expect_said(robin, "They expect to hear from you by")
    assert "It's better to be read in time" not in said(robin)  # no reminder to send an email


async def test_whether_the_no_is_final_and_what_applies_is_corrected_both_ways(robin: Person) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    await open_offer(robin)
    await robin.click("case_edit")
    robin.fill("standing", "negotiable")
    await submit(robin)
    assert "On hold while you think or talk" in window_of(robin)
    await expect_said(robin, "Before you say no")
    await robin.click("case_edit")
    block = next(item for item in (robin.modal or {})["blocks"] if item.get("block_id") == "standing")
    assert block["element"]["initial_option"]["value"] == "negotiable"
    robin.fill("standing", "final")
    robin.fill("form", "verbal")
    robin.fill("source", "referral")
    await submit(robin)
    assert "You've decided. They don't know yet." in window_of(robin)
    assert "There's more to fill in now" in window_of(robin)
    assert "“Change the reasons”" not in window_of(robin)
    await expect_said(robin, "The offer was only spoken, so you can answer it the same way")
    await robin.click("case_edit")
    robin.fill("referrer_name", "Sam Reed")
    robin.fill("circumstances", ["no_phone"])
    await submit(robin)
    await expect_said(robin, "Email alone is fine")
    await expect_said(robin, "To Sam Reed, at the same time")
    assert "Next: send them the email." in window_of(robin)


async def test_the_way_of_telling_is_changed_and_so_is_what_comes(robin: Person, over_http: Local) -> None:
    await decline(robin, answer_due_at=DUE)
    await expect_said(robin, "How did it go?")
    await open_offer(robin)
    await robin.click("case_edit")
    robin.fill("channel", "email")
    await submit(robin)
    await expect_said(robin, "Ajar can't see your mailbox")
    assert "Next: send them the email." in window_of(robin)
    await open_offer(robin)
    await robin.click("case_edit")
    robin.fill("channel", "in_person")
    robin.fill("answer_due_at", DUE + timedelta(days=4))
    await submit(robin)
    assert "Next: talk to them" in window_of(robin)
    await over_http.sandbox.move_clock(DUE - START)
    assert "don't wait any longer" not in said(robin)  # the warning went along with the date


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("company", "A" * 81, ""),
        ("contact_email", "nonsense", ""),
        ("answer_due_at", START - timedelta(days=1), "This moment has passed"),
        ("call_at", START - timedelta(days=1), "This moment has passed"),
        ("call_at", DUE + timedelta(days=1), "after the answer is due"),
        ("call_at", START + timedelta(hours=14), "They may not be at work then"),
    ],
)
async def test_what_is_wrong_is_said_under_its_field(
    robin: Person, field: str, value: Any, error: str
) -> None:
    await decline(robin, answer_due_at=DUE)
    await expect_said(robin, "How did it go?")
    await open_offer(robin)
    await robin.click("case_edit")
    robin.fill(field, value)
    errors = await robin.submit()
    assert errors is not None
    assert error in errors[field]


async def test_the_address_of_the_contact_before_is_asked_about(robin: Person) -> None:
    await decline(robin, contact_name="Dana Whitfield", contact_email="dana@acme.example")
    await expect_said(robin, "How did it go?")
    await open_offer(robin)
    await robin.click("case_edit")
    robin.fill("contact_name", "Tom Brandt")
    errors = await robin.submit()
    assert errors is not None
    assert "the contact before" in errors["contact_email"]
    robin.fill("contact_email", "")
    assert await robin.submit() is None


async def test_a_date_that_has_passed_meanwhile_is_in_nobodys_way(robin: Person, over_http: Local) -> None:
    await decline(robin, answer_due_at=DUE)
    await expect_said(robin, "How did it go?")
    await over_http.sandbox.move_clock(timedelta(days=5))
    await open_offer(robin)
    await robin.click("case_edit")
    robin.fill("contact_name", "Dana Okafor")
    await submit(robin)
    assert "Next: let Dana Okafor know all the same" in window_of(robin)


async def test_an_own_edit_stays_when_the_details_change_until_our_words_are_put_back(robin: Person) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    await robin.click("script_edit")
    assert "Put Ajar's own words back" not in str(robin.modal)
    robin.fill("body", "Hello, walrus. It is a no. Thank you.")
    await submit(robin)
    await expect_said(robin, "Hello, walrus")
    await open_offer(robin)
    await robin.click("case_edit")
    robin.fill("company", "Globex")
    await submit(robin)
    assert "stays as you wrote it" in window_of(robin)
    await robin.until(lambda: said(robin).count("How did it go?") == 2, "what to say anew")
    assert "Hello, walrus" in newest(robin, "How did it go?")
    await robin.close(is_all=True)
    await robin.click("script_edit")
    robin.fill("ours", ["ours"])
    await submit(robin)
    assert "Hello, walrus" not in newest(robin, "How did it go?")
    assert "Globex" in newest(robin, "How did it go?")
    await robin.click("email_write")
    await expect_said(robin, "Your email")
    await robin.click("email_edit")
    robin.fill("body", "Dear walrus, I decline. Thank you for everything so far.")
    await submit(robin)
    await robin.click("email_edit")
    robin.fill("ours", ["ours"])
    await submit(robin)
    assert "walrus" not in newest(robin, "Ajar can't see your mailbox")


async def test_reasons_are_reworded_left_out_picked_and_shared(robin: Person) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    await open_offer(robin)
    await robin.click("reasons_edit")
    fields = [block["block_id"] for block in (robin.modal or {})["blocks"] if block["type"] == "input"]
    assert fields[0].startswith("own:")
    robin.fill(fields[0], "I'm looking for something closer to the sea.")
    for other in [name for name in fields[1:] if name.startswith("own:")]:
        robin.fill(other, None)
    robin.fill("shared", [fields[0].partition(":")[2]])
    robin.fill("picked", ["travel"])
    await submit(robin)
    assert "You'll say: I'm looking for something closer to the sea." in window_of(robin)
    assert "Between you and Ajar: I" in window_of(robin)
    await robin.until(lambda: said(robin).count("How did it go?") == 2, "what to say anew")
    assert "closer to the sea" in newest(robin, "How did it go?")
    await robin.click("reasons_edit")
    await submit(robin)
    assert "Nothing was changed" in window_of(robin)


@pytest.mark.parametrize("button", ["call_reached", "call_upset", "call_voicemail", "email_write"])
async def test_a_wrong_click_is_taken_back(robin: Person, over_http: Local, button: str) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    await open_offer(robin)
    await robin.click(button)
    await over_http.sandbox.settled()
    await open_offer(robin)
    await robin.click("step_undo")
    assert "✓ Taken back" in window_of(robin)
    assert "You've decided. They don't know yet." in window_of(robin)
    assert "it went badly" not in window_of(robin)
    await robin.until(lambda: said(robin).count("How did it go?") >= 2, "what to say anew")
    assert "step_undo" not in str(robin.modal)
    await robin.click("call_reached")
    assert "The email is still to go" in window_of(robin)


async def test_an_email_marked_as_sent_by_mistake_stops_no_reminder(robin: Person, over_http: Local) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    await robin.click("call_reached")
    await expect_said(robin, "Your email")
    await robin.click("email_send")
    await expect_said(robin, "That's done. Well handled.")
    await open_offer(robin)
    await robin.click("step_undo")
    assert "The email is still to go" in window_of(robin)
    await over_http.sandbox.move_clock(timedelta(days=2))
    await expect_said(robin, "the email that confirms it is still to go")
    await over_http.sandbox.move_clock(timedelta(days=100))
    assert "Something you could send" not in said(robin)


async def test_a_contact_noted_by_mistake_leaves_the_dates_as_they_were(
    robin: Person, over_http: Local
) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    await open_offer(robin)
    await robin.click("email_write")
    await robin.click("email_send")
    before = next(line for line in window_of(robin).splitlines() if "Ajar writes next" in line)
    await over_http.sandbox.move_clock(timedelta(days=20))
    await open_offer(robin)
    await robin.click("contact_log")
    assert ": You reached out." in window_of(robin)
    await robin.click("step_undo")
    assert before in window_of(robin)
    assert ": You reached out." not in window_of(robin)
    assert "step_undo" in str(robin.modal)  # of the email


async def test_whoever_has_signed_is_asked_for_what_is_missing_first(robin: Person) -> None:
    await decline(robin, commitment="signed", contact_name="Gavin Belson")
    await expect_said(robin, "You've signed, so ask first")
    await robin.click("no_confirm")
    assert "advice comes first" in window_of(robin)
    robin.fill("own_name", None)
    errors = await robin.submit()
    assert errors is not None
    assert set(errors) == {"own_name"}
    robin.fill("own_name", "Robin Vale")
    robin.fill("own_phone", "555 0100")
    robin.fill("picked", ["relocation"])
    await submit(robin)
    await expect_said(robin, "How did it go?")
    script = newest(robin, "How did it go?")
    assert "Robin Vale" in script
    assert "555 0100" in script
    assert "When:" not in said(robin)
    assert "Your answer is no" not in said(robin)
    await open_offer(robin)
    assert "Next: call Gavin Belson, today if you can." in window_of(robin)
    await expect_said(robin, "You've signed, so call as soon as you can")
    await robin.click("case_edit")
    block = next(item for item in (robin.modal or {})["blocks"] if item.get("block_id") == "commitment")
    assert block["element"]["initial_option"]["value"] == "signed"
    robin.fill("role", "Nurse")
    await submit(robin)
    assert "You've decided. They don't know yet." in window_of(robin)


async def test_a_no_that_has_become_final_keeps_the_time_that_was_planned(robin: Person) -> None:
    planned = START + timedelta(days=2, hours=1)
    await decline(robin, standing="negotiable", plan={"call_at": planned})
    await expect_said(robin, "Before you say no")
    await robin.click("no_confirm")
    await expect_said(robin, "When: Thursday 3 December at 10:00.")


async def test_nobody_corrects_the_offer_of_another(robin: Person, marta: Person) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    case_id = case_id_of(robin).partition(":")[0]
    await decline(marta)
    await expect_said(marta, "How did it go?")
    await open_offer(marta)
    for act in ("case_edit", "reasons_edit", "step_undo", "no_confirm"):
        block = next(item for item in (marta.modal or {})["blocks"] if "case_hold" in str(item))
        block["elements"][0].update(action_id=act, value=f"{case_id}:1")
        await marta.click(act, value=f"{case_id}:1")
        assert "can't find this one" in window_of(marta), act
        await marta.close()


async def test_a_reworded_reason_is_read_by_the_coach_and_kept_all_the_same(robin: Person) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    await open_offer(robin)
    await robin.click("reasons_edit")
    field = next(block["block_id"] for block in (robin.modal or {})["blocks"] if block["type"] == "input")
    robin.fill(field, "Your pay is an insult")
    await submit(robin)
    assert "About your own words" in window_of(robin)
    assert "our pay is an insult" in window_of(robin).partition("About your own words")[2]
    assert "you'll say: your pay is an insult" in window_of(robin).lower()


async def test_a_wrong_click_is_taken_back_where_it_was_noticed(robin: Person) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    await robin.click("call_reached")
    await expect_said(robin, "Your email")
    await robin.click("step_undo", message=own(robin)[-1])
    await expect_said(robin, "✓ Taken back")
    await robin.until(lambda: said(robin).count("How did it go?") == 2, "what to say anew")


async def test_the_window_says_of_the_reasons_what_the_message_says(robin: Person) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    assert "takes the place of" not in said(robin)
    await open_offer(robin)
    assert "You'll say:" in window_of(robin)
    await robin.click("case_edit")
    robin.fill("source", "agency")
    robin.fill("door", "closed")
    robin.fill("circumstances", ["bad_experience"])
    await submit(robin)
    await expect_said(robin, "You'll give no particular reason")
    assert "You'll say:" not in window_of(robin)
    assert "No particular reason" in window_of(robin)
    assert "Between you and Ajar:" in window_of(robin)
    await expect_said(robin, "This takes the place of the words further up")
