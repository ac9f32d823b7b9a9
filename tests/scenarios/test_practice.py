"""A practice goes on below what is typed, ends at "stop", and gives way to whatever matters more."""

import pytest

from bot.sandbox.person import Person, text_of
from tests.scenarios.telling import answered, buttons, decline, expect_said, own, said, standing, submit


async def _practising(person: Person) -> dict:
    await person.click("rehearsal_open")
    await expect_said(person, "hear what worked")
    await person.click("rehearsal_begin")
    await expect_said(person, "What do you say?")
    return own(person)[-1]


def _shown(person: Person, message: dict) -> str:
    return text_of(next(item for item in person.dm if item["ts"] == message["ts"]))


async def test_despair_wins_over_a_practice(robin: Person) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    message = await _practising(robin)
    answer = await answered(robin, "I just want to die")
    assert "Ajar is only a program" in text_of(answer)
    assert "What do you say?" in _shown(robin, message)


async def test_a_verdict_stands_below_what_was_typed_and_another_try_is_judged_as_well(robin: Person) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    first = await _practising(robin)
    verdict = await answered(robin, "uh hi, i dont want it, it sucks")
    assert "It runs the job down" in text_of(verdict)
    assert "You kept it short" not in text_of(verdict)
    assert robin.dm[-1]["ts"] == verdict["ts"]
    assert buttons(verdict)[:2] == ["rehearsal_next", "rehearsal_retry"]
    await robin.until(lambda: "It goes on below" in _shown(robin, first), "the question is closed")
    assert not buttons(next(item for item in robin.dm if item["ts"] == first["ts"]))
    again = await answered(robin, "Thank you so much, but my answer stands.")
    assert "You were clear that your answer stands" in text_of(again)
    await robin.until(lambda: "It goes on below" in _shown(robin, verdict), "the first try is closed")
    assert "Acme · Product Designer" not in text_of(again)  # no answer about where things stand
    await robin.click("rehearsal_next", message=again)
    assert "Question 2 of" in _shown(robin, again)


async def test_after_a_verdict_what_ajar_knows_is_answered_as_ever(robin: Person) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    await _practising(robin)
    verdict = await answered(robin, "Thank you so much, but my answer stands.")
    assert "Most people find this hard" in text_of(await answered(robin, "I'm scared"))
    assert "You're welcome" in text_of(await answered(robin, "thanks"))
    await robin.click("rehearsal_next", message=verdict)
    assert "Question 2 of" in _shown(robin, verdict)


@pytest.mark.parametrize(
    ("moment", "typed"),
    [
        ("invited", "stop"),
        ("asked", "STOP!"),
        ("asked", "para ya"),
        ("judged", "please stop"),
        ("judged by button", "end the practice"),
        ("judged by button", "stop"),
    ],
)
async def test_stop_ends_a_practice_at_any_moment_of_it_and_nothing_else(
    robin: Person, typed: str, moment: str
) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    if moment == "invited":
        await robin.click("rehearsal_open")
        await expect_said(robin, "hear what worked")
        message = own(robin)[-1]
    else:
        message = await _practising(robin)
    if moment == "judged":
        message = await answered(robin, "Thank you so much, but my answer stands.")
    elif moment == "judged by button":
        await robin.click("rehearsal_first", message=message)
    answer = await answered(robin, typed)
    assert "The practice is over" in text_of(answer)
    assert "Paused" not in said(robin)
    if moment != "invited":
        await robin.until(lambda: "How it went" in _shown(robin, message), "it ends")
        left = buttons(next(item for item in robin.dm if item["ts"] == message["ts"]))
        assert left in ([], ["rehearsal_keep"])
    assert "Everything is paused" not in await standing(robin)
    assert "Paused. Ajar won't write" in text_of(await answered(robin, "stop"))  # outside of one


@pytest.mark.parametrize(
    ("typed", "sentence", "is_over"),
    [
        ("stop writing to me", "Paused. Ajar won't write", True),
        ("delete everything", "You can erase everything", True),
        ("bórralo todo", "You can erase everything", True),
        ("help", "Here's what you can do", False),
        ("I'm so scared", "Most people find this hard", False),
        ("wait i feel sick and i can't breathe", "Most people find this hard", False),
        ("tengo miedo", "Most people find this hard", False),
        ("they rescinded", "There's nothing left to turn down", False),
    ],
)
async def test_what_matters_wins_over_a_practice(
    robin: Person, typed: str, sentence: str, is_over: bool
) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    message = await _practising(robin)
    assert sentence in text_of(await answered(robin, typed))
    assert "You said it in your own words" not in said(robin)
    assert ("How it went" in _shown(robin, message)) is is_over


@pytest.mark.parametrize(
    "typed", ["Never call me again.", "You were rude to me.", "they keep calling me", "no me contestan"]
)
async def test_while_a_question_is_open_what_sounds_like_news_is_an_answer_to_it(
    robin: Person, typed: str
) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    await _practising(robin)
    verdict = await answered(robin, typed)
    assert buttons(verdict)[:2] == ["rehearsal_next", "rehearsal_retry"]
    assert "Acme · Product Designer" not in text_of(verdict)
    assert "The practice is over" in text_of(await answered(robin, "stop"))


async def test_ending_a_practice_where_there_is_none_ends_nothing(robin: Person) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    assert "There's no practice going on" in text_of(await answered(robin, "end the practice"))


async def test_erasing_everything_forgets_a_practice(robin: Person) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    message = await _practising(robin)
    await robin.command("/decline erase")
    robin.fill("confirmed", ["confirmed"])
    robin.fill("messages", [])
    await submit(robin)
    await robin.click("rehearsal_first", message=message)
    assert "If you erased it, it's gone for good" in str(robin.ephemerals)
    assert "Welcome to Ajar" in text_of(await answered(robin, "my answer stands"))


async def test_despair_in_a_practice_is_no_answer_to_be_judged(robin: Person) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    message = await _practising(robin)
    await robin.click("rehearsal_type", message=message)
    robin.fill("line", "I want to kill myself")
    await submit(robin)
    await expect_said(robin, "you deserve a person now")
    assert "What do you say?" in _shown(robin, message)


async def test_the_buttons_of_a_practice_can_be_typed(robin: Person) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    await _practising(robin)
    answer = await answered(robin, "answer a")
    assert "You said:" in text_of(answer)
    assert "You said it in your own words" not in text_of(answer)
    answer = await answered(robin, "Next question")
    assert "What do you say?" in text_of(answer)
    assert "Question 2 of" in text_of(answer)
    answer = await answered(robin, "in my own words")
    assert "Question 2 of" in text_of(answer)
    assert "You said" not in text_of(answer)
