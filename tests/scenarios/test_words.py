"""Words in a story: a second language, wordings of one's own, what is true, and a line of news."""

import pytest

from bot.local import Local
from bot.sandbox.person import Person, text_of
from tests.scenarios.telling import decline, expect_said, said, submit


@pytest.fixture
def lucia(over_http: Local) -> Person:
    """Somebody whose Slack is in Spanish."""
    return Person(over_http.sandbox, "U0LUCIA001")


async def test_somebody_with_spanish_in_slack_is_spoken_to_in_spanish(lucia: Person) -> None:
    await lucia.command("/decline Acme")
    assert "Rechazar una oferta" in str(lucia.modal)
    lucia.fill("role", "Diseño de producto")
    await submit(lucia)
    assert "raw_words" not in str(lucia.modal)  # only English is understood, so nobody is asked to type
    assert "Elige de la lista" in str(lucia.modal)
    lucia.fill("picked", ["compensation", "culture_team_fit"])
    await submit(lucia)
    assert "difícil de retirar" in text_of(lucia.modal or {})
    assert "Si es verdad que se trata de ahora" in str(lucia.modal)
    await submit(lucia)
    lucia.fill("listeners", ["references"])
    await submit(lucia)
    await expect_said(lucia, "¿Cómo fue?")
    await expect_said(lucia, "aceptó dar referencias tuyas")
    for english in (" the ", "Acme role", "thank you", "Ajar will"):
        assert english not in said(lucia)
    await lucia.click("call_reached")
    await expect_said(lucia, "Abrir en Gmail")
    await lucia.click("email_send")
    await expect_said(lucia, "Hecho. Muy bien llevado.")


async def test_another_language_can_be_chosen_in_the_settings_and_wordings_follow(lucia: Person) -> None:
    await lucia.command("/decline settings")
    lucia.fill("locale", "en")
    await submit(lucia)
    await lucia.command("/decline Acme")
    assert "Declining an offer" in str(lucia.modal)


async def test_a_wording_of_ones_own_is_warned_about_and_used_all_the_same(robin: Person) -> None:
    await robin.command("/decline Acme")
    robin.fill("role", "Nurse")
    await submit(robin)
    robin.fill("picked", ["compensation"])
    await submit(robin)
    robin.fill("own:compensation", "I need $90,000 to make a move")
    await submit(robin)
    shown = text_of(robin.modal or {})
    assert "About your own words" in shown
    assert "A number invites bargaining" in shown
    await submit(robin)
    await expect_said(robin, "I need $90,000 to make a move")


async def test_a_lie_is_answered_by_something_true(robin: Person) -> None:
    await robin.command("/decline Acme")
    robin.fill("role", "Nurse")
    await submit(robin)
    robin.fill("raw_words", "I'll just tell them my grandmother died, but really the pay is too low")
    await submit(robin)
    shown = str(robin.modal)
    assert "always true" in shown
    assert "it isn't the right step for me, and that's enough" in shown


async def test_a_lie_with_nothing_true_beside_it_offers_no_reason_and_says_why(robin: Person) -> None:
    await robin.command("/decline Acme")
    robin.fill("role", "Nurse")
    await submit(robin)
    robin.fill("raw_words", "tell them I got another offer. I didn't.")
    await submit(robin)
    shown = str(robin.modal)
    assert "It can be found out" in shown
    assert "No reason is fine too" in shown
    assert "is so after all, go back and pick it from the list" in shown
    assert "wording:" not in shown


async def test_what_may_be_a_lie_is_not_told_by_whoever_just_goes_on(robin: Person) -> None:
    await decline(robin, raw="Tell them I got another offer")
    await expect_said(robin, "How did it go?")
    assert "You'll give no particular reason" in said(robin)
    assert not any(part in said(robin) for part in ("opportunity", "my goals", "another position"))
    assert "isn't the right step for me" in said(robin)


async def test_what_looks_like_a_lie_and_is_true_needs_one_choice(robin: Person) -> None:
    await robin.command("/decline Acme")
    robin.fill("role", "Nurse")
    await submit(robin)
    robin.fill("raw_words", "Tell them I got another offer")
    await submit(robin)
    robin.fill("wording:accepted_other_offer", "I've accepted another opportunity")
    await submit(robin)
    await submit(robin)
    await expect_said(robin, "accepted another opportunity")


async def test_an_edited_email_is_read_again_and_kept_as_it_is(robin: Person) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    await robin.click("call_reached")
    await expect_said(robin, "Open in Gmail")
    await robin.click("email_edit")
    robin.fill("body", "I decline. Your offer was an insult, and your manager is an idiot.")
    await submit(robin)
    await expect_said(robin, "Your offer was an insult, and your manager is an idiot.")
    await expect_said(robin, "A judgement of people closes the door")
    await expect_said(robin, "could be read as a reproach")


async def test_a_line_of_news_and_an_event_go_into_the_note(over_http: Local, robin: Person) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    await robin.click("call_reached")
    await expect_said(robin, "Open in Gmail")
    await robin.click("email_send")
    await expect_said(robin, "Well handled")
    assert await over_http.sandbox.jump()
    await expect_said(robin, "Something you could send")
    await robin.click("note_personalise")
    robin.fill("line", "I've learnt to sail.")
    await submit(robin)
    await expect_said(robin, "I've learnt to sail.")
    await robin.click("note_personalise")
    robin.fill("event", "PyCon")
    robin.fill("when", "event_after")
    await submit(robin)
    await expect_said(robin, "I saw you at PyCon")
    await robin.click("contact_log")
    notes = said(robin).count("Something you could send")
    assert await over_http.sandbox.jump()
    await robin.until(lambda: said(robin).count("Something you could send") > notes, "the next note")
    assert "learnt to sail" not in text_of(robin.dm[-1])


async def test_a_guess_is_shown_as_one_and_not_told_by_whoever_just_goes_on(robin: Person) -> None:
    await robin.command("/decline Acme")
    robin.fill("role", "Nurse")
    await submit(robin)
    robin.fill("raw_words", "they asked me out of the blue to start on monday")
    await submit(robin)
    assert "This one is a guess" in str(robin.modal)
    await submit(robin)
    await submit(robin)
    await expect_said(robin, "How did it go?")
    assert "You'll give no particular reason" in said(robin)
    assert "Between you and Ajar" not in said(robin)


async def test_after_a_bad_experience_nobody_is_asked_what_to_share(robin: Person) -> None:
    await robin.command("/decline Acme")
    robin.fill("role", "Nurse")
    robin.fill("circumstances", ["bad_experience"])
    await submit(robin)
    robin.fill("raw_words", "the pay is far too low")
    await submit(robin)
    assert "Which will you share?" not in text_of(robin.modal)
    assert "Ajar's texts give them no reason" in text_of(robin.modal)
    await submit(robin)
    channel = next(block for block in robin.modal["blocks"] if block.get("block_id") == "channel")
    assert channel["element"]["initial_option"]["value"] == "email"


async def test_an_email_that_is_pasted_after_the_command_is_no_company(robin: Person) -> None:
    await robin.command("/decline Hi Robin, we are delighted to offer you the position of Designer at Acme")
    assert "delighted" not in str(robin.modal)
    await robin.close()
    await robin.command("/decline The Royal Society for the Protection of Birds")
    assert "The Royal Society for the Protection of Birds" in str(robin.modal)
