"""The process is killed at every point of the story; no step and no message is lost or doubled."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.sandbox.person import Person, text_of
from tests.scenarios.serve import Served, served
from tests.scenarios.telling import RAW, expect_said, said, submit


async def _again(process: Served) -> None:
    """Killed and started, with the lease of a row over that it may have had in hand."""
    await process.kill()
    process.sandbox.clock.advance(timedelta(minutes=3))
    await process.start()


async def test_killing_it_before_every_request_loses_no_step_and_no_message(tmp_path: Path) -> None:
    async with served(tmp_path) as process:
        await process.start()
        robin = Person(process.sandbox)
        await robin.command("/decline Acme")
        robin.fill("role", "Nurse")
        await _again(process)
        await submit(robin)
        robin.fill("raw_words", RAW)
        await _again(process)
        await submit(robin)
        assert "Salary below" in text_of(robin.modal or {})
        await _again(process)
        await submit(robin)
        await _again(process)
        await submit(robin)
        await _again(process)
        await expect_said(robin, "How did it go?")
        await robin.click("call_reached")
        await _again(process)
        await expect_said(robin, "Ajar can't see your mailbox")
        await robin.click("email_send")
        await _again(process)
        await expect_said(robin, "Well handled")
        await process.kill()
        process.sandbox.clock.advance(timedelta(days=100))
        await process.start()
        await expect_said(robin, "Something you could send")
        texts = [message["text"] for message in robin.dm if message.get("bot_id")]
        assert len(texts) == len(set(texts)) == 5


@pytest.mark.parametrize("fault", ["drop_after", "drop_before"])
async def test_a_lost_answer_and_a_kill_lead_to_one_message(tmp_path: Path, fault: str) -> None:
    async with served(tmp_path) as process:
        await process.start()
        robin = Person(process.sandbox)
        process.sandbox.faults.script("chat.postMessage", fault)
        await robin.say("hello")
        await robin.until(lambda: _calls(process) >= 1, "the first try")
        await _again(process)
        process.sandbox.clock.advance(timedelta(minutes=5))
        await expect_said(robin, "Here's what you can do")
        process.sandbox.clock.advance(timedelta(hours=2))
        await robin.command("/decline list")
        assert said(robin).count("Here's what you can do") == 1


def _calls(process: Served) -> int:
    return sum(name == "chat.postMessage" for _, name in process.sandbox.faults.calls)


async def test_a_supervisor_stops_it_cleanly(tmp_path: Path) -> None:
    async with served(tmp_path) as process:
        await process.start()
        assert await process.terminate() == 0
