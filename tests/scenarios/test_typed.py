"""What people really type: in despair, in the middle of a practice, and when something has happened."""

import logging
from datetime import timedelta
from pathlib import Path

import pytest

from bot.local import Local
from bot.sandbox.person import Person, text_of
from tests.conftest import START
from tests.scenarios.telling import answered, buttons, decline, expect_said, own, said, standing, submit


def _kept_in(folder: Path) -> bytes:
    """Ajar's database with its log."""
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.name.startswith("ajar.db"))


@pytest.mark.parametrize(
    ("typed", "sentence", "number"),
    [
        ("I want to kill myself", "you deserve a person now", "988"),
        ("quiero morirme", "ahora mereces a una persona", "024"),
    ],
)
async def test_despair_is_answered_at_once_with_where_a_person_is_and_nothing_of_it_is_kept(
    robin: Person,
    over_http: Local,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    typed: str,
    sentence: str,
    number: str,
) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    caplog.set_level(logging.DEBUG)
    answer = await answered(robin, typed)
    assert sentence in text_of(answer)
    assert number in text_of(answer)
    assert "https://findahelpline.com" in str(answer["blocks"])
    assert "Acme" not in text_of(answer)
    assert not buttons(answer)
    await over_http.sandbox.settled()
    assert len([item for item in own(robin) if sentence in text_of(item)]) == 1
    kept = _kept_in(tmp_path)
    assert b"Acme" not in kept  # sealed
    assert b"script" in kept
    assert b"despair" not in kept
    assert typed.encode() not in kept
    assert typed not in caplog.text
    assert "despair" not in caplog.text
    await robin.command(f"/decline {typed}")
    assert sentence in robin.ephemerals[-1]["text"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("the manager hit on me", "it isn't yours to smooth over"),
        ("they say i owe them money", "it needs no answer today"),
        ("my boss found out", "nothing to be ashamed of"),
    ],
)
async def test_trouble_is_answered_at_once_with_who_can_help_and_nothing_of_it_is_kept(
    robin: Person, tmp_path: Path, typed: str, sentence: str
) -> None:
    answer = await answered(robin, typed)
    assert sentence in text_of(answer)
    assert "union" in text_of(answer)
    kept = _kept_in(tmp_path)
    assert not any(word in kept for word in (b"harmed", b"threatened", b"found_out", typed.encode()))


async def test_trouble_among_the_reasons_is_answered_on_the_next_page(robin: Person) -> None:
    await robin.command("/decline Acme")
    robin.fill("role", "Nurse")
    await submit(robin)
    robin.fill("raw_words", "The manager hit on me")
    await submit(robin)
    assert "it isn't yours to smooth over" in str(robin.modal)


@pytest.mark.parametrize(
    ("typed", "button", "then"),
    [
        ("they rescinded", "case_close", "Put away."),
        ("I changed my mind", "case_hold", "On hold until you decide"),
        ("I accepted their offer", "case_accept", "So it's a yes"),
        ("they offered more money", "call_countered", "They'd like to keep talking"),
        ("I called them", "call_reached", "Your email"),
        ("I called Acme", "call_upset", "That sounds hard"),
        ("she hung up on me", "call_upset", "That sounds hard"),
        ("left a voicemail", "call_voicemail", "Thanks for trying"),
        ("no me cogen el teléfono", "call_voicemail", "Thanks for trying"),
        ("call moved to friday 3pm", "case_edit", ""),
        ("i got an offer from Acme how do i say no", "script_show", "Here it is again"),
        ("I sent it", "email_send", "That's done. Well handled."),
        ("my call is in 5 minutes", "script_show", "Here it is again"),
        ("han retirado la oferta", "case_close", "Put away."),
        ("he cambiado de opinión", "case_hold", "On hold until you decide"),
        ("me ofrecen más dinero", "call_countered", "They'd like to keep talking"),
        ("ya les he llamado", "call_reached", "Your email"),
        ("lo he enviado", "email_send", "That's done. Well handled."),
        ("mi llamada es en 5 minutos", "script_show", "Here it is again"),
    ],
)
async def test_what_has_happened_leads_to_the_button_that_says_so(
    robin: Person, typed: str, button: str, then: str
) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    answer = await answered(robin, typed)
    assert "Acme · Product Designer" in text_of(answer)
    assert buttons(answer)[:6].count(button) == 1
    assert then not in said(robin) or not then
    await robin.click(button, message=answer)
    await expect_said(robin, then)
    assert bool(robin.modal) is (button == "case_edit")


async def test_after_all_is_sent_feelings_get_words_for_that_stage_and_what_can_still_be_done(
    robin: Person,
) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    await robin.click("call_reached")
    await expect_said(robin, "Your email")
    await robin.click("email_send")
    await expect_said(robin, "Well handled")
    guilt = await answered(robin, "i feel so guilty")
    assert "You owe them nothing more" in text_of(guilt)
    assert "There's nothing you have to do now" in text_of(guilt)
    assert not buttons(guilt)
    regret = await answered(robin, "I regret it")
    assert "If the offer still stands, I'd like to accept it" in text_of(regret)
    assert "though nobody can promise it" in text_of(regret)
    assert "haven't heard" not in text_of(regret)
    assert buttons(regret) == ["case_accept"]
    hurt = await answered(robin, "she just hung up on me")
    assert "They have your answer in writing" in text_of(hurt)


async def test_a_mistake_leads_to_what_mends_it(robin: Person) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    answer = await answered(robin, "the company name is wrong")
    assert buttons(answer) == ["case_edit", "reasons_edit"]
    await robin.click("case_edit", message=answer)
    robin.fill("company", "Globex")
    await submit(robin)
    await robin.until(lambda: said(robin).count("How did it go?") == 2, "what to say anew")
    await robin.click("call_reached", message=own(robin)[-1])
    await expect_said(robin, "Your email")
    answer = await answered(robin, "wrong button!")
    assert buttons(answer)[0] == "step_undo"
    await robin.click("step_undo", message=answer)
    await robin.until(lambda: said(robin).count("How did it go?") == 3, "what to say again")
    assert "You've decided. They don't know yet." in await standing(robin)


async def test_with_several_offers_the_one_that_is_named_is_meant_and_else_there_is_a_choice(
    robin: Person,
) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    await decline(robin, company="Globex", role="Nurse", answer_due_at=START + timedelta(days=3))
    await robin.until(lambda: said(robin).count("How did it go?") == 2, "the second script")
    named = await answered(robin, "Acme rescinded the offer")
    assert "Acme · Product Designer" in text_of(named)
    assert buttons(named) == ["case_close"]
    open_one = await answered(robin, "they rescinded the offer")
    assert "Which one is it about?" in text_of(open_one)
    assert buttons(open_one) == ["case_open", "case_open"]
    await robin.click("Globex · Nurse", message=open_one)
    assert "Globex" in str(robin.modal)
    await robin.click("case_close")
    assert "Put away" in str(robin.modal)


async def test_offers_that_look_alike_are_told_apart_and_only_those_that_are_named_are_asked_about(
    robin: Person,
) -> None:
    for number, (company, contact) in enumerate(
        (("Acme", "Dana Okafor"), ("Food bank", ""), ("acme", "Bo Lind")), start=1
    ):
        answer = await robin.command("/decline")
        assert answer["ok"]
        given = {"company": company, "role": "Nurse", "contact_name": contact}
        for name, value in given.items():
            robin.fill(name, value)
        await submit(robin)
        assert ("You have one like this already: Acme · Nurse" in str(robin.modal)) is (number == 3)
        for _ in range(3):
            await submit(robin)
        await robin.until(lambda: said(robin).count("How did it go?") == number, "a script")  # noqa: B023
    answer = await answered(robin, "I told Acme")
    assert "Which one is it about?" in text_of(answer)
    assert buttons(answer) == ["case_open", "case_open"]
    assert "Acme · Nurse (Dana Okafor)" in str(answer)
    assert "acme · Nurse (Bo Lind)" in str(answer)
    await robin.click("acme · Nurse (Bo Lind)", message=answer)
    assert "acme · Nurse (Bo Lind)" in text_of(robin.modal or {})
    home = await standing(robin)
    for title in ("Acme · Nurse (Dana Okafor)", "acme · Nurse (Bo Lind)", "Food bank · Nurse"):
        assert title in home
    assert "acme · Nurse (Bo Lind): the time set for the call" in home
    assert "Food bank: the time set for the call" in home
    await robin.command("/decline list")
    assert "Acme · Nurse (Dana Okafor):" in text_of(robin.ephemerals[-1])


async def test_without_an_offer_news_leads_to_the_beginning(robin: Person) -> None:
    answer = await answered(robin, "they offered more money")
    assert "Next: type /decline" in text_of(answer)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("HELP me", "/decline list shows where everything stands"),
        ("ayuda", "/decline list shows where everything stands"),
        ("stop", "Paused. Ajar won't write"),
        ("I'm scared", "Most people find this hard"),
        ("they rescinded", "There's nothing left to turn down"),
    ],
)
async def test_a_plain_word_after_the_command_is_answered_and_is_no_company(
    robin: Person, typed: str, expected: str
) -> None:
    await robin.command(f"/decline {typed}")
    assert expected in robin.ephemerals[-1]["text"]
    assert robin.modal is None


async def test_delete_after_the_command_asks_before_it_erases(robin: Person) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    await robin.command("/decline delete everything")
    assert (robin.modal or {})["callback_id"] == "erase_submit"


async def test_a_company_called_stop_is_one_button_away(robin: Person) -> None:
    await robin.command("/decline Stop")
    await robin.click("Stop is the company")
    assert "Stop" in str(robin.modal)


async def test_an_unknown_spanish_sentence_is_offered_spanish(robin: Person) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    assert "¿Prefieres español?" in text_of(await answered(robin, "no entiendo nada"))


async def test_despair_among_the_reasons_is_answered_on_the_next_page(robin: Person) -> None:
    await robin.command("/decline Acme")
    robin.fill("role", "Nurse")
    await submit(robin)
    robin.fill("raw_words", "The pay is low. I just want to die")
    await submit(robin)
    assert "you deserve a person now" in text_of(robin.modal or {})
    assert "https://findahelpline.com" in str(robin.modal)
    await submit(robin)
    assert "you deserve a person now" not in text_of(robin.modal or {})
