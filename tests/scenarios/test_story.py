"""Whole stories through the local Slack."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp

from bot.local import Local
from bot.sandbox.person import Person, text_of
from tests.scenarios.telling import RAW, calendar_address, case_id_of, decline, expect_said, said, submit
from tests.scenarios.test_at_rest import unsealed


async def test_a_person_declines_and_a_year_of_notes_arrives(running: Local) -> None:
    robin = Person(running.sandbox)
    await decline(robin, contact_name="Dana Okafor", contact_email="dana@acme.example")
    await expect_said(robin, "When they ask")
    assert "joke" not in said(robin)
    await robin.click("call_reached")
    await expect_said(robin, "Open in Gmail")
    assert "mailto:dana@acme.example" in str(robin.dm[-1]["blocks"])
    await robin.click("email_send")
    await expect_said(robin, "Well handled")
    for number in range(1, 4):
        assert await running.sandbox.jump()
        await robin.until(
            lambda n=number: said(robin).count("Something you could send") == n, f"note {number}"
        )
        await robin.click("nudge_skip")
    assert running.sandbox.clock.now().year >= 2027


async def test_raw_words_are_in_no_file_of_ajar(robin: Person, tmp_path: Path) -> None:
    raw = "my boss is a walrus and the pay is low 😀 " * 70
    await decline(robin, raw=raw, company="{{7*7}} <!channel> 😀")
    await expect_said(robin, "How did it go?")
    assert "{{7*7}} <!channel> 😀" in said(robin)
    assert "compensation" in unsealed(tmp_path)
    assert "walrus" not in unsealed(tmp_path)


async def test_closing_the_window_loses_nothing_that_was_submitted(robin: Person) -> None:
    await robin.command("/decline Acme")
    robin.fill("role", "Nurse")
    await submit(robin)
    robin.fill("raw_words", RAW)
    await submit(robin)
    await robin.close()
    await robin.command("/decline")
    assert robin.modal is not None
    assert "Everything you sent is still here" in text_of(robin.modal)
    await robin.click("interview_go_on")
    assert "How to put it" in robin.modal["title"]["text"]
    assert "Better left unsaid\n“a joke”: A judgement" in text_of(robin.modal)
    assert "How you'd put it (optional)" not in text_of(robin.modal)  # one of them is always chosen
    await robin.click("interview_back")
    assert RAW in str(robin.modal)
    await robin.click("interview_back")
    assert "Nurse" in str(robin.modal)


async def test_going_back_keeps_what_stands_in_the_page_that_is_left(robin: Person) -> None:
    await robin.command("/decline Acme")
    robin.fill("role", "Nurse")
    await submit(robin)
    robin.fill("raw_words", RAW)
    await robin.click("interview_back")
    await submit(robin)
    assert RAW in str(robin.modal)
    await submit(robin)
    robin.fill("own:compensation", "the figures don't work for me")
    await robin.click("interview_back")
    await submit(robin)
    assert "the figures don't work for me" in str(robin.modal)
    await submit(robin)
    robin.fill("own_name", "Robin of Locksley")
    await robin.click("interview_back")
    await submit(robin)
    assert "Robin of Locksley" in str(robin.modal)


async def test_raw_words_are_forgotten_after_an_hour_and_the_interview_goes_on(
    robin: Person, over_http: Local
) -> None:
    await robin.command("/decline Acme")
    robin.fill("role", "Nurse")
    await submit(robin)
    robin.fill("raw_words", RAW)
    await submit(robin)
    await robin.close()
    held = over_http.ajar.stories.decline._raw
    assert len(held) == 1
    await over_http.sandbox.move_clock(timedelta(hours=1))
    await robin.until(lambda: not len(held), "nothing is held, though nobody came by")
    await robin.command("/decline")
    await robin.click("interview_go_on")
    assert "joke" not in str(robin.modal)
    assert "Salary below" in text_of(robin.modal)


async def test_a_new_interview_can_be_started_beside_an_old_one(robin: Person) -> None:
    await robin.command("/decline Acme")
    robin.fill("role", "Nurse")
    await submit(robin)
    await robin.close()
    await robin.command("/decline Globex")
    await robin.click("interview_start_anew")
    assert "Globex" in str(robin.modal)


async def test_mistakes_stand_under_their_field_and_nothing_typed_is_lost(
    robin: Person, over_http: Local
) -> None:
    await robin.command("/decline Acme")
    robin.fill("role", "Nurse")
    robin.fill("answer_due_at", over_http.sandbox.clock.now() - timedelta(hours=1))
    errors = await robin.submit()
    assert "This moment has passed" in errors["answer_due_at"]
    robin.fill("answer_due_at", over_http.sandbox.clock.now() + timedelta(days=3))
    robin.fill("contact_email", "not an address")
    assert "email address" in (await robin.submit())["contact_email"]
    robin.fill("contact_email", "dana@acme.example")
    await submit(robin)


async def test_a_call_is_planned_before_the_answer_is_due_and_in_working_hours(
    robin: Person, over_http: Local
) -> None:
    now = over_http.sandbox.clock.now()
    await robin.command("/decline Acme")
    robin.fill("role", "Nurse")
    robin.fill("answer_due_at", now + timedelta(days=6))
    for _ in range(3):
        await submit(robin)
    robin.fill("call_at", now + timedelta(days=7))
    assert "after the answer is due" in (await robin.submit())["call_at"]
    sunday = (now + timedelta(days=6 - now.weekday())).replace(hour=15)
    if now < sunday < now + timedelta(days=6):
        robin.fill("call_at", sunday)
        assert "may not be at work" in (await robin.submit())["call_at"]
    robin.fill("channel", "email")
    await submit(robin)
    await expect_said(robin, "Your email")


async def test_two_clicks_have_one_effect(robin: Person) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    script = next(item for item in robin.dm if "How did it go" in str(item))
    await robin.click("call_reached", message=script)
    await expect_said(robin, "Your email")
    again = {
        **script,
        "blocks": [
            {
                "type": "actions",
                "block_id": "choices",
                "elements": [
                    {
                        "type": "button",
                        "action_id": "call_reached",
                        "text": {"type": "plain_text", "text": "x"},
                    }
                ],
            }
        ],
    }
    script["blocks"] = again["blocks"]
    case_id = case_id_of(robin)
    script["blocks"][0]["elements"][0]["value"] = case_id
    await robin.click("call_reached", message=script)
    await robin.command("/decline list")
    assert said(robin).count("Send it today") == 1


async def test_signed_gets_questions_and_no_drafts(robin: Person) -> None:
    await decline(robin, commitment="signed")
    await expect_said(robin, "You've signed, so ask first")
    assert "What to say" not in said(robin)
    assert "Dear" not in said(robin)


async def test_negotiable_is_held_until_the_person_confirms_the_no(robin: Person) -> None:
    await decline(robin, standing="negotiable")
    await expect_said(robin, "Before you say no")
    assert "I've decided not" not in said(robin)
    await robin.click("no_confirm")
    await expect_said(robin, "When they ask")


async def test_an_exploding_offer_that_is_still_open_asks_for_time_and_a_decided_one_does_not(
    robin: Person,
) -> None:
    await decline(robin, circumstances=["exploding"], standing="negotiable")
    await expect_said(robin, "Before you say no")
    assert "have more time" in said(robin)
    await decline(robin, company="Globex", circumstances=["exploding"])
    await expect_said(robin, "When they ask")
    assert said(robin).count("have more time") == 1
    assert "it can go today, short and friendly" in said(robin)


async def test_a_recruiter_is_told_once_and_asked_who_tells_the_client(robin: Person) -> None:
    await decline(robin, source="agency")
    await expect_said(robin, "When they ask")
    assert "Will you tell the client, or shall I?" in said(robin)
    assert "Notes to others" not in said(robin)


async def test_who_cannot_call_is_asked_for_no_call_and_promises_none(robin: Person) -> None:
    await decline(robin, commitment="accepted", circumstances=["no_phone"])
    await expect_said(robin, "Your email")
    assert "so write as soon as you can" in said(robin)
    for line in ("call as soon", "a time for a call", "I'll call"):
        assert line not in said(robin)


async def test_a_counter_offer_to_somebody_who_wants_more_pay_is_not_waved_away(robin: Person) -> None:
    await decline(robin)
    await expect_said(robin, "When they ask")
    await robin.click("call_countered")
    await expect_said(robin, "Pay was one of your reasons")
    assert "It would not change my mind" not in said(robin)


async def test_a_referrer_gets_a_note_of_their_own(robin: Person) -> None:
    await decline(robin, source="referral", plan={"referrer_name": "Sam Low"})
    await expect_said(robin, "To Sam Low, at the same time")


async def test_a_closed_door_has_no_reconnect_notes(robin: Person, over_http: Local) -> None:
    await decline(robin, door="closed", circumstances=["no_phone"])
    await expect_said(robin, "Your email")
    await robin.click("email_send")
    await expect_said(robin, "Ajar won't remind you about this one")
    assert await over_http.ajar.store.next_pending() is None


async def test_a_voicemail_leads_to_another_try_and_then_to_the_email(robin: Person) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    await robin.click("call_voicemail")
    await expect_said(robin, "Thanks for trying")
    await robin.click("call_voicemail")
    await expect_said(robin, "two are enough")
    await expect_said(robin, "Your email")
    assert "tried to reach you" in said(robin) or "left you a message" in said(robin)


async def test_a_counter_offer_leads_to_the_email_or_to_a_pause(robin: Person) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    await robin.click("call_countered")
    await expect_said(robin, "They'd like to keep talking")
    await robin.click("email_write")
    await expect_said(robin, "Your email")


async def test_a_call_that_went_badly_is_met_with_kindness_and_an_email(robin: Person) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    await robin.click("call_upset")
    await expect_said(robin, "That sounds hard")
    await expect_said(robin, "Your email")


async def test_after_not_yet_the_reminder_comes_all_the_same(robin: Person, over_http: Local) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    await robin.click("call_not_yet")
    await expect_said(robin, "it stays planned for")
    await over_http.sandbox.jump()
    await expect_said(robin, "doesn't know yet")


async def test_four_hours_before_the_answer_is_due_the_email_goes_anyway(
    robin: Person, over_http: Local
) -> None:
    await decline(robin, answer_due_at=over_http.sandbox.clock.now() + timedelta(hours=30))
    await expect_said(robin, "How did it go?")
    for _ in range(6):
        if "don't wait any longer" in said(robin):
            break
        count = len(robin.dm)
        await over_http.sandbox.jump()
        await robin.until(lambda n=count: len(robin.dm) > n, "the next reminder")
    assert "don't wait any longer" in said(robin)


async def test_an_edited_email_is_kept_and_the_rubric_only_warns(robin: Person) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    await robin.click("call_reached")
    await expect_said(robin, "Your email")
    await robin.click("email_edit")
    robin.fill("body", "No thanks! Bye!!")
    await submit(robin)
    assert "No thanks! Bye!!" in said(robin)
    assert "say the decision once, plainly" in said(robin)
    assert said(robin).count("Worth another look") == 3  # the gravest; more would only discourage


async def test_an_edited_script_is_kept_and_the_rubric_only_warns(robin: Person) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    await robin.click("script_edit")
    robin.fill("body", "No thanks, I might change my mind at 95k.")
    await submit(robin)
    assert "No thanks, I might change my mind" in said(robin)
    assert "a figure is better left out" in said(robin)
    assert "sounds as if the answer could still change" in said(robin)
    await robin.click("call_not_yet")
    await robin.click_home("script_show")
    await robin.until(lambda: said(robin).count("No thanks, I might") == 2, "the script once more")


async def _done(person: Person, **plan: Any) -> None:
    await decline(person, plan=plan)
    await expect_said(person, "How did it go?")
    await person.click("call_reached")
    await expect_said(person, "Your email")
    await person.click("email_send")
    await expect_said(person, "Well handled")


async def test_two_notes_without_an_answer_lead_to_a_quieter_rhythm(robin: Person, over_http: Local) -> None:
    await _done(robin, rhythm="close")
    for number in (1, 2):
        await over_http.sandbox.jump()
        await robin.until(lambda n=number: said(robin).count("Something you could send") == n, "a note")
        await robin.click("contact_log")
    await over_http.sandbox.jump()
    await expect_said(robin, "A quieter rhythm?")
    await robin.click("silence_yearly")
    await expect_said(robin, "Once a year it is.")


async def test_a_contact_keeps_the_promised_dates_and_a_snooze_moves_one_note(
    robin: Person, over_http: Local
) -> None:
    await _done(robin)
    await over_http.sandbox.jump()
    await expect_said(robin, "Something you could send")
    before = await over_http.ajar.store.next_pending()
    await robin.click("nudge_snooze")
    await expect_said(robin, "Ajar will come back to this")
    snoozed = await over_http.ajar.store.next_pending()
    assert snoozed is not None
    assert timedelta(days=13) < snoozed - over_http.sandbox.clock.now() < timedelta(days=15)
    await over_http.sandbox.jump()
    await robin.until(lambda: said(robin).count("Something you could send") == 2, "the snoozed note")
    await robin.click("contact_log")
    after = await over_http.ajar.store.next_pending()
    assert before is not None
    assert after == before


async def test_what_changed_leads_to_a_draft_for_knocking_again(robin: Person, over_http: Local) -> None:
    await _done(robin)
    await over_http.sandbox.jump()
    await expect_said(robin, "Something you could send")
    await robin.click("factor_change")
    await expect_said(robin, "Knocking again")
    await robin.click("nudge_skip")  # the note can still be answered
    await expect_said(robin, "Skipped.")


async def test_stop_ends_the_notes(robin: Person, over_http: Local) -> None:
    await _done(robin)
    await robin.click("nudge_stop")
    await expect_said(robin, "Stopped.")
    assert await over_http.ajar.store.next_pending() is None


async def test_another_rhythm_moves_the_dates(robin: Person, over_http: Local) -> None:
    await _done(robin)
    await robin.click("rhythm_change")
    robin.fill("rhythm", "yearly")
    await submit(robin)
    due_at = await over_http.ajar.store.next_pending()
    assert due_at is not None
    assert due_at - over_http.sandbox.clock.now() > timedelta(days=360)


async def test_the_calendar_file_holds_the_dates_and_an_invented_link_holds_nothing(robin: Person) -> None:
    await _done(robin)
    address = await calendar_address(robin)
    async with aiohttp.ClientSession() as session:
        async with session.get(address) as answer:
            text = await answer.text()
            assert answer.status == 200
            assert text.count("BEGIN:VEVENT") == 5
        async with session.get(address.replace(".ics", "0.ics")) as answer:
            assert answer.status == 404
