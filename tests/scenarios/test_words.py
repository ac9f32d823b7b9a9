"""Words in a story: a second language, wordings of one's own, what is true, and a line of news."""

from bot.sandbox.person import Person, text_of
from bot.serving import Local
from tests.scenarios.telling import decline, expect_said, said, submit


async def test_somebody_with_spanish_in_slack_is_spoken_to_in_spanish(marta: Person) -> None:
    await marta.command("/decline Acme")
    assert "Rechazar una oferta" in text_of(marta.modal or {})
    marta.fill("role", "Diseño de producto")
    await submit(marta)
    assert "raw_words" not in str(marta.modal)  # only English is understood, so nobody is asked to type
    assert "Elige de la lista" in str(marta.modal)
    marta.fill("picked", ["compensation", "culture_team_fit"])
    await submit(marta)
    assert "difícil de desdecir" in text_of(marta.modal or {})
    assert "Si es verdad que se trata de ahora" in str(marta.modal)
    await submit(marta)
    marta.fill("listeners", ["references"])
    await submit(marta)
    await expect_said(marta, "¿Cómo fue?")
    await expect_said(marta, "dio referencias tuyas")
    for english in (" the ", "Acme role", "thank you", "Ajar will"):
        assert english not in said(marta)
    await marta.click("call_reached")
    await expect_said(marta, "Abrir en Gmail")
    await marta.click("email_send")
    await expect_said(marta, "Hecho. Muy bien llevado.")


async def test_another_language_can_be_chosen_in_the_settings_and_wordings_follow(marta: Person) -> None:
    await marta.command("/decline settings")
    marta.fill("locale", "en")
    await submit(marta)
    await marta.command("/decline Acme")
    assert "Declining an offer" in text_of(marta.modal or {})


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
    assert "I've decided that it isn't the right step for me" in shown


async def test_an_edited_email_is_read_again_and_kept_as_it_is(robin: Person) -> None:
    await decline(robin)
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
    await robin.click("call_reached")
    await expect_said(robin, "Open in Gmail")
    await robin.click("email_send")
    await expect_said(robin, "Well handled")
    assert await over_http.sandbox.jump()
    await expect_said(robin, "Something you could send")
    await robin.click("note_personalise")
    assert await robin.submit()  # nothing typed: the window says so
    robin.fill("line", "I've learnt to sail.")
    await submit(robin)
    await expect_said(robin, "I've learnt to sail.")
    await robin.click("note_personalise")
    robin.fill("event", "PyCon")
    robin.fill("when", "event_after")
    await submit(robin)
    await expect_said(robin, "I saw you at PyCon")
    await robin.click("contact_log")
    assert await over_http.sandbox.jump()
    await robin.until(lambda: "note" in said(robin), "the next note")
    assert "learnt to sail" not in text_of(robin.dm[-1])
