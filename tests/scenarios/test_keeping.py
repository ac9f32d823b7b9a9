"""How one is shown, and how long one is kept: code names and retention."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.cli import load_manifest
from bot.coaching.case import Person as Owner
from bot.local import Local, local
from bot.sandbox.person import Person, text_of
from tests.conftest import START
from tests.scenarios.telling import calendar_address, decline, expect_said, said, submit
from tests.scenarios.test_at_rest import files_in
from tests.scenarios.test_privacy import done, exported

TERM = 60
WHY_REAL = "Code names are on. In this window the real names stand all the same"


async def test_with_code_names_the_company_is_in_no_message_home_or_calendar(
    robin: Person, over_http: Local
) -> None:
    await robin.command("/decline settings")
    robin.fill("code_names", ["code_names"])
    await submit(robin)
    await done(robin)
    await over_http.sandbox.jump()
    await expect_said(robin, "Something you could send")
    await robin.open_home()
    await robin.command("/decline list")
    seen = f"{robin.dm} {robin.home} {robin.ephemerals[-1]}".lower()
    assert "lighthouse" in seen
    for word in ("quixotic", "zeppelins"):
        assert word not in seen
    assert "is a code name. Put the real name back" in said(robin)
    address = await calendar_address(robin)
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        assert answer.status == 200
        assert "Zeppelins" not in await answer.text()
    await robin.command("/decline settings")
    key = re.search(r"(\w+ \w+): Quixotic Zeppelins", text_of(robin.modal or {}))
    assert key
    assert key.group(1) in text_of(robin.home or {})
    await robin.close()
    assert b"Quixotic Zeppelins" in (await exported(robin)).read("cases/01.json")


async def test_a_draft_is_edited_under_the_real_name(robin: Person) -> None:
    await robin.command("/decline settings")
    robin.fill("code_names", ["code_names"])
    await submit(robin)
    await decline(robin, company="Acme Inc.")
    await expect_said(robin, "How did it go?")
    await robin.click("call_reached")
    await expect_said(robin, "Your email")
    await robin.click("email_edit")
    assert "Acme" in str(robin.modal)
    assert WHY_REAL in text_of(robin.modal or {})
    robin.fill("body", "Dear Acme, no thank you.")
    await submit(robin)
    assert "no thank you" in said(robin)
    assert "Acme" not in str(robin.dm)


async def test_with_code_names_the_window_that_corrects_says_why_it_shows_the_real_one(robin: Person) -> None:
    await decline(robin, company="Acme Inc.")
    await expect_said(robin, "How did it go?")
    await robin.open_home()
    await robin.click_home("case_open")
    await robin.click("case_edit")
    assert WHY_REAL not in text_of(robin.modal or {})
    await robin.close(is_all=True)
    await robin.command("/decline settings")
    robin.fill("code_names", ["code_names"])
    await submit(robin)
    await robin.open_home()
    await robin.click_home("case_open")
    assert "Acme" not in str(robin.modal)
    for act in ("case_edit", "reasons_edit"):
        await robin.click(act)
        assert WHY_REAL in text_of(robin.modal or {}), act
        await robin.close()
    await robin.click("case_edit")
    assert "Acme Inc." in str(robin.modal)
    await submit(robin)
    assert "Acme" not in str(robin.modal)


async def test_with_code_names_a_rehearsal_names_no_company(robin: Person) -> None:
    await robin.command("/decline settings")
    robin.fill("code_names", ["code_names"])
    await submit(robin)
    await decline(robin, raw="", company="Quixotic Zeppelins")
    await expect_said(robin, "How did it go?")
    await robin.click("rehearsal_open")
    await robin.until(lambda: robin.has_button("rehearsal_begin"), "the invitation")
    await robin.click("rehearsal_begin")
    seen = [str(robin.dm)]
    for _ in range(9):
        if robin.has_button("rehearsal_first"):
            await robin.click("rehearsal_first")
        elif robin.has_button("rehearsal_next"):
            await robin.click("rehearsal_next")
        seen.append(str(robin.dm))
    assert len(set(seen)) > 3
    assert "quixotic" not in "".join(seen).lower()


async def test_the_metadata_of_a_message_says_nothing(robin: Person) -> None:
    await robin.open_home()
    await expect_said(robin, "Welcome to Ajar")
    await done(robin, raw="")
    sent = [message["metadata"] for message in robin.dm if message.get("metadata")]
    assert len(sent) > 3
    for metadata in sent:
        assert set(metadata) == {"event_type", "event_payload"}
        assert set(metadata["event_payload"]) == {"id"}
        assert re.fullmatch(r"[0-9a-f]{24}", metadata["event_payload"]["id"])


@pytest.fixture
async def kept_for_a_term(tmp_path: Path) -> AsyncIterator[Local]:
    async with local(tmp_path, load_manifest(), start_at=START, ajar_retention_days=TERM) as both:
        yield both


async def days_pass(both: Local, number: int) -> None:
    """As the daily housekeeping sees them."""
    for _ in range(number):
        await both.sandbox.move_clock(timedelta(days=1))
        await both.ajar.store.sweep()
        both.ajar.courier.wake()
    await asyncio.sleep(0)


async def _settled(both: Local) -> None:
    """What has arrived is recorded a moment later."""
    for _ in range(200):
        if not (await both.ajar.store.counts()).get("claimed"):
            return
        await asyncio.sleep(0.05)


async def put_away(person: Person) -> None:
    await decline(person)
    await expect_said(person, "How did it go?")
    await person.open_home()
    await person.click_home("case_open")
    await person.click("case_close")
    await person.close(is_all=True)


async def test_what_was_put_away_is_erased_after_a_warning(kept_for_a_term: Local, tmp_path: Path) -> None:
    robin = Person(kept_for_a_term.sandbox)
    await put_away(robin)
    (case,) = await kept_for_a_term.ajar.store.cases(_who(robin))
    await days_pass(kept_for_a_term, TERM - 16)
    assert "will erase this one" not in said(robin)
    await days_pass(kept_for_a_term, 3)
    await expect_said(robin, "will erase this one")
    await _settled(kept_for_a_term)
    await days_pass(kept_for_a_term, 12)
    assert await kept_for_a_term.ajar.store.cases(_who(robin)) == (case,)
    await days_pass(kept_for_a_term, 4)
    assert await kept_for_a_term.ajar.store.cases(_who(robin)) == ()
    assert said(robin).count("will erase this one") == 1
    held = b"".join(file.read_bytes() for file in files_in(tmp_path))
    assert case.id.encode() not in held


async def test_what_one_keeps_or_has_open_is_not_erased(kept_for_a_term: Local) -> None:
    robin, marta = Person(kept_for_a_term.sandbox), Person(kept_for_a_term.sandbox, "U0MARTA001")
    await done(marta)
    await put_away(robin)
    await days_pass(kept_for_a_term, TERM - 13)
    await expect_said(robin, "will erase this one")
    await robin.click("case_keep")
    await expect_said(robin, "Kept, and still put away.")
    await days_pass(kept_for_a_term, 30)
    assert len(await kept_for_a_term.ajar.store.cases(_who(robin))) == 1
    await days_pass(kept_for_a_term, 20)
    await robin.until(lambda: said(robin).count("will erase this one") == 2, "another warning")
    assert len(await kept_for_a_term.ajar.store.cases(_who(marta))) == 1


async def test_nothing_is_erased_while_the_warning_can_not_be_sent(kept_for_a_term: Local) -> None:
    robin = Person(kept_for_a_term.sandbox)
    await put_away(robin)
    kept_for_a_term.sandbox.faults.script("chat.postMessage", "status", 503, times=1000)
    await days_pass(kept_for_a_term, 2 * TERM)
    assert len(await kept_for_a_term.ajar.store.cases(_who(robin))) == 1


async def test_without_a_term_nothing_is_erased(robin: Person, over_http: Local) -> None:
    await put_away(robin)
    await days_pass(over_http, 3)
    await over_http.sandbox.move_clock(timedelta(days=3000))
    await days_pass(over_http, 2)
    assert len(await over_http.ajar.store.cases(_who(robin))) == 1


def _who(person: Person) -> Owner:
    return Owner("T0AJARLOCAL", person.id)
