"""Practising the call through the local Slack: by button, in own words, twice, too late, and by others."""

import asyncio
import io
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot.coaching.rehearsing import GOOD, SLIPS
from bot.local import Local
from bot.sandbox.person import Person, text_of
from bot.wording import Words
from tests.scenarios.serve import served
from tests.scenarios.telling import case_id_of, decline, expect_said, said, submit

OWN = "Thanks a lot, Zebulon, but I've decided and that walrus stays home."


async def _begun(person: Person, **offer: Any) -> dict[str, Any]:
    """A rehearsal at its first question; the message that shows it."""
    await decline(person, **offer)
    await expect_said(person, "How did it go?")
    await person.click("rehearsal_open")
    await expect_said(person, "hear what worked")
    await person.click("rehearsal_begin")
    await expect_said(person, "What do you say?")
    return person.dm[-1]


def _shown(person: Person, message: dict[str, Any]) -> str:
    return text_of(next(item for item in person.dm if item["ts"] == message["ts"]))


def _buttons(message: dict[str, Any]) -> list[dict[str, Any]]:
    blocks = (block for block in message["blocks"] if block["type"] == "actions")
    return [element for block in blocks for element in block["elements"]]


def _picks(message: dict[str, Any]) -> dict[str, str]:
    """Which button gives which answer: option → action_id."""
    values = {item["action_id"]: item["value"].rpartition(".")[2] for item in _buttons(message)}
    return {option: act for act, option in values.items() if option}


def _bytes_in(folder: Path) -> bytes:
    """Everything on the disk: the database with its log, and the local Slack's own state."""
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())


async def test_a_whole_rehearsal_by_button(robin: Person, words: Words) -> None:
    message = await _begun(robin, contact_name="Dana Okafor")
    count, rounds = len(robin.dm), 0
    assert "Dana Okafor: “" in _shown(robin, message)
    while "How it went" not in _shown(robin, message):
        rounds += 1
        picks = _picks(message)
        question = _buttons(message)[0]["value"].split(".")[2]
        assert set(picks) == {GOOD, *SLIPS[question]}
        if rounds == 1:
            slip = SLIPS[question][0]
            await robin.click(picks[slip], message=message)
            assert words.text(f"rehearsal.questions.{question}.{slip}.coach", "en") in _shown(robin, message)
            assert "A line that holds" in _shown(robin, message)
            await robin.click("rehearsal_retry", message=message)
        await robin.click(picks[GOOD], message=message)
        assert words.text(f"rehearsal.questions.{question}.good", "en") in _shown(robin, message)
        assert "A line that holds" not in _shown(robin, message)
        await robin.click("rehearsal_next", message=message)
    assert 3 <= rounds <= 5
    assert f"{rounds} questions, and every answer held" in _shown(robin, message)
    assert "into the script" not in _shown(robin, message)
    assert len(robin.dm) == count
    assert "How did it go?" in said(robin)
    assert robin.has_button("call_reached")


async def test_a_second_rehearsal_asks_other_questions(robin: Person) -> None:
    message = await _begun(robin)
    asked: list[set[str]] = [set(), set()]
    for number in range(2):
        while "How it went" not in _shown(robin, message):
            asked[number].add(_buttons(message)[0]["value"].split(".")[2])
            await robin.click("rehearsal_first", message=message)
            await robin.click("rehearsal_next", message=message)
        await robin.click("rehearsal_begin", message=message)
    assert asked[0]
    assert asked[1]
    assert not asked[0] & asked[1]


async def test_an_own_answer_is_coached_and_goes_into_the_script_only_by_choice(robin: Person) -> None:
    message = await _begun(robin)
    await robin.click("rehearsal_type", message=message)
    robin.fill("line", "Maybe. I'm sorry, so sorry, could you do 95k?")
    await submit(robin)
    assert "A figure opens a negotiation" in _shown(robin, message)
    assert "A line that holds" in _shown(robin, message)
    assert "95k" not in str(robin.dm)
    await robin.click("rehearsal_retry", message=message)
    await robin.click("rehearsal_type", message=message)
    robin.fill("line", OWN)
    await submit(robin)
    assert "You said it in your own words" in _shown(robin, message)
    await robin.click("rehearsal_end", message=message)
    await robin.click("rehearsal_keep", message=message)
    assert OWN in str(robin.modal)
    question = (robin.modal or {})["blocks"][0]["block_id"]
    robin.fill(question, None)
    await submit(robin)
    assert "How it went" in _shown(robin, message)
    assert "are in the script now" not in _shown(robin, message)
    await robin.click("rehearsal_keep", message=message)
    await submit(robin)
    assert "Your own lines are in the script" in _shown(robin, message)
    assert OWN not in said(robin)
    await robin.click("script_show", message=message)
    await expect_said(robin, OWN)


async def test_a_line_typed_into_the_dm_is_an_answer_while_a_rehearsal_goes_on(robin: Person) -> None:
    await _begun(robin)
    await robin.say("Thank you. I've decided, and my answer stands.")
    await expect_said(robin, "You were clear that your answer stands")
    await robin.click("rehearsal_end", message=robin.dm[-1])
    await robin.say("hello")
    await expect_said(robin, "Hello! Ajar is here")


async def test_where_its_message_is_gone_the_verdict_comes_all_the_same(
    robin: Person, over_http: Local
) -> None:
    message = await _begun(robin)
    over_http.sandbox.workspace.remove_message(robin.channel, message["ts"])
    await robin.say("Thanks, but I've decided.")
    await expect_said(robin, "You were clear that your answer stands")

    def refused() -> bool:
        events = [call for call in over_http.sandbox.calls if call.method == "chat.update"]
        return any(call.answer.get("error") == "message_not_found" for call in events)

    await robin.until(refused, "the message above is gone")


async def test_on_hold_the_words_say_so_and_can_be_practised(robin: Person) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    await robin.say("my call is in 5 minutes")
    await expect_said(robin, "Breathe out once")
    earlier = robin.dm[-1]
    await _hold(robin)
    await robin.click("script_show", message=earlier)
    await expect_said(robin, "as far as Ajar knows they haven't heard a no")
    script = robin.dm[-1]
    assert [item["action_id"] for item in _buttons(script)] == ["no_confirm", "rehearsal_open"]
    await robin.click("rehearsal_open", message=script)
    await expect_said(robin, "hear what worked")
    assert not robin.ephemerals
    await robin.click("no_confirm", message=script)
    await robin.until(lambda: said(robin).count("How did it go?") == 2, "the words again")


async def _hold(person: Person) -> None:
    await person.say("I changed my mind")
    await expect_said(person, "You're allowed to")
    await person.click("case_hold")
    await expect_said(person, "On hold until you decide")


@pytest.mark.parametrize(
    ("act", "told", "then", "stands"),
    [
        ("call_reached", "You reached them", "Your email", "They've heard it from you"),
        ("call_upset", "It went badly", "That sounds hard", "gives them your answer in writing"),
        ("call_countered", "It stays on hold", "They'd like to keep talking", "You haven't told them no"),
        ("call_another_role", "It stays on hold", "Another role came up", "You haven't told them no"),
        ("call_not_yet", "nothing was changed", "How did it go?", "You haven't told them no"),
    ],
)
async def test_what_happens_while_it_is_on_hold_is_taken_for_what_it_is(
    robin: Person, act: str, told: str, then: str, stands: str
) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    script = robin.dm[-1]
    await _hold(robin)
    await robin.click(act, message=script)
    await expect_said(robin, told)
    await expect_said(robin, then)
    assert "already noted" not in said(robin)
    await robin.open_home()
    assert stands in text_of(robin.home or {})


async def test_two_clicks_answer_one_question(robin: Person) -> None:
    message = await _begun(robin)
    before = list(message["blocks"])
    await robin.click("rehearsal_first", message=message)
    coached = _shown(robin, message)
    after = list(message["blocks"])
    message["blocks"] = before  # as in a window that has not caught up
    await robin.click("rehearsal_second", message=message)
    assert _shown(robin, message) == coached
    await robin.click("rehearsal_next", message=message)
    second = _shown(robin, message)
    assert "Question 2 of" in second
    message["blocks"] = after
    await robin.click("rehearsal_next", message=message)
    assert _shown(robin, message) == second


async def test_two_clicks_on_the_script_open_one_rehearsal_and_a_later_one_another(
    robin: Person, over_http: Local
) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    await robin.click("rehearsal_open")
    await robin.click("rehearsal_open")
    await expect_said(robin, "hear what worked")
    await over_http.sandbox.move_clock(timedelta(minutes=2))
    await robin.click("rehearsal_open")
    await robin.until(lambda: said(robin).count("hear what worked") == 2, "another invitation")


async def test_after_half_an_hour_or_a_restart_it_is_kindly_over(robin: Person, over_http: Local) -> None:
    message = await _begun(robin)
    held = over_http.ajar.stories.rehearsal.running
    assert len(held) == 1
    await over_http.sandbox.move_clock(timedelta(minutes=31))
    await robin.until(lambda: not len(held), "nothing is held, though nobody came by")
    await robin.click("rehearsal_first", message=message)
    assert "This rehearsal is over" in _shown(robin, message)
    await robin.click("rehearsal_begin", message=message)
    assert "What do you say?" in _shown(robin, message)


async def test_a_killed_process_forgets_the_rehearsal_and_offers_a_new_one(tmp_path: Path) -> None:
    async with served(tmp_path) as process:
        await process.start()
        robin = Person(process.sandbox)
        message = await _begun(robin)
        await robin.click("rehearsal_type", message=message)
        await process.kill()
        await process.start()
        robin.fill("line", OWN)
        await submit(robin)
        assert "This rehearsal is over" in _shown(robin, message)
        await robin.click("rehearsal_begin", message=message)
        assert "What do you say?" in _shown(robin, message)
        assert b"walrus" not in _bytes_in(tmp_path)


async def test_nobody_rehearses_the_case_of_another(robin: Person, marta: Person) -> None:
    await _begun(robin)
    case_id = case_id_of(robin).partition(":")[0]
    message = await _begun(marta)
    for button in _buttons(message):
        button["value"] = f"{case_id}:{button['value'].partition(':')[2]}"
    before = _shown(robin, robin.dm[-1])
    await marta.click("rehearsal_first", message=message)
    assert "can't find this one" in marta.ephemerals[-1]["text"]
    await marta.click("rehearsal_type", message=message)
    assert marta.modal is None
    assert _shown(robin, robin.dm[-1]) == before


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What Ajar logs, down to the last detail."""
    text = io.StringIO()
    held = structlog.get_config()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
        logger_factory=structlog.PrintLoggerFactory(text),
    )
    yield text
    structlog.configure(**held)


async def test_what_is_typed_is_in_no_file_and_no_log(
    written: io.StringIO,
    robin: Person,
    over_http: Local,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    message = await _begun(robin, contact_name="Dana Okafor")
    await robin.click("rehearsal_type", message=message)
    robin.fill("line", OWN)
    over_http.sandbox.faults.script("chat.update", "error", "internal_error")
    await robin.submit()
    assert "listener_failed" in written.getvalue()
    await robin.close(is_all=True)
    await robin.click("rehearsal_end", message=message)
    assert "own words" in _shown(robin, message)
    for _ in range(500):  # the local Slack keeps its state a moment later
        if b"Dana Okafor" in (kept := _bytes_in(tmp_path)):
            break
        await asyncio.sleep(0.02)
    assert b"Dana Okafor" in kept
    assert b"walrus" not in kept
    assert "walrus" not in written.getvalue() + caplog.text
    assert "walrus" not in str(robin.dm)


async def test_once_they_know_there_is_nothing_to_practise(robin: Person) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    script = next(item for item in robin.dm if "How did it go" in str(item))
    held = dict(script)
    await robin.click("call_reached", message=script)
    await expect_said(robin, "Your email")
    await robin.click("email_send")
    await expect_said(robin, "Well handled")
    script["blocks"] = held["blocks"]
    await robin.click("rehearsal_open", message=script)
    assert "nothing left to practise" in robin.ephemerals[-1]["text"]
