"""Erasing takes what Ajar wrote out of the conversation, as the local Slack's own chat.delete has it."""

import asyncio
from itertools import pairwise
from pathlib import Path

import aiohttp
import pytest

from bot.coaching.case import Person as CasePerson
from bot.local import Local
from bot.sandbox.faults import Drop, Fail, RateLimited, Slow, Status
from bot.sandbox.person import Person, text_of
from bot.sandbox.server import Sandbox
from tests.scenarios.serve import served
from tests.scenarios.telling import answered, decline, expect_said, own, said, submit
from tests.scenarios.test_privacy import done, erased

RECEIPT = "Everything Ajar kept for you is erased."
DELETE, HISTORY = "chat.delete", "conversations.history"
WAIT = RateLimited(1)  # said again and again, until all is well


async def cleared(person: Person) -> None:
    """Wait until the receipt is all that Ajar has left there."""
    await person.until(lambda: len(own(person)) == 1, "the conversation cleared")


async def rounds_ended() -> None:
    """Wait for what is done behind the requests."""
    running = (task for task in asyncio.all_tasks() if task.get_name() == "clearing")
    await asyncio.gather(*running, return_exceptions=True)


def calls(sandbox: Sandbox, method: str = DELETE) -> list[float]:
    return [at for at, name in sandbox.faults.calls if name == method]


async def shown(sandbox: Sandbox, person: Person) -> str:
    """The conversation as the page is given it."""
    url = f"{sandbox.url}/_/state?person={person.id}"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return "\n".join(text_of(item) for item in (await answer.json())["dm"]["messages"])


async def test_erasing_takes_ajars_messages_out_of_the_conversation_all_but_the_receipt(
    robin: Person, marta: Person, over_http: Local
) -> None:
    sandbox = over_http.sandbox
    await decline(marta, company="Globex")
    await expect_said(marta, "How did it go?")
    of_marta = said(marta)
    await done(robin)
    await answered(robin, "Dana rang again")
    by_another_app = {"user": robin.id, "bot_id": "B0ANOTHER1", "text": "Posted for me by another app"}
    sandbox.workspace.add_message(robin.channel, by_another_app)
    sandbox.workspace.add_message(robin.channel, {"user": "U0OTHERBOT", "bot_id": "B0OTHER", "text": "Hm"})
    assert "Philippa" in await shown(sandbox, robin)
    await robin.command("/decline erase")
    assert "you can't delete yourself, but Ajar can" in text_of(robin.modal or {})
    robin.fill("confirmed", ["confirmed"])
    await submit(robin)
    for place in (robin.modal or {}, own(robin)[-1]):
        assert RECEIPT in text_of(place)
        assert "is now deleting what it wrote" in text_of(place)
    await rounds_ended()
    rest = ["Dana rang again", "Posted for me by another app", "Hm"]
    assert [item["text"] for item in robin.dm[:-1]] == rest
    assert RECEIPT in text_of(robin.dm[-1])
    assert "Philippa" not in await shown(sandbox, robin)
    assert said(marta) == of_marta


async def test_what_ajar_wrote_stays_where_somebody_wants_it_to(robin: Person, over_http: Local) -> None:
    await done(robin)
    before = said(robin)
    await erased(robin, keeps_messages=True)
    await rounds_ended()
    assert said(robin).startswith(before)
    assert "stays until you have it deleted" in said(robin)
    assert not calls(over_http.sandbox)


async def test_slack_is_given_the_time_it_asks_for_and_a_lost_answer_is_no_failure(
    robin: Person, over_http: Local
) -> None:
    faults = over_http.sandbox.faults
    await done(robin)
    count = len(own(robin))
    faults.next(HISTORY, RateLimited(1))
    faults.next(DELETE, Drop.AFTER, RateLimited(2), Status(503))
    await erased(robin)
    await rounds_ended()
    await cleared(robin)
    assert len(calls(over_http.sandbox)) == count + 3
    asked, again = calls(over_http.sandbox, HISTORY)
    assert again - asked >= 1
    gaps = [later - earlier for earlier, later in pairwise(calls(over_http.sandbox))]
    assert gaps[1] >= 2
    assert RECEIPT in said(robin)


async def test_nothing_newer_than_the_erasing_is_deleted(robin: Person, over_http: Local) -> None:
    await done(robin)
    over_http.sandbox.faults.always(HISTORY, WAIT)
    await erased(robin)
    await robin.close()
    await robin.say("hello")
    await expect_said(robin, "Welcome to Ajar")
    over_http.sandbox.faults.clear()
    await rounds_ended()
    assert "Philippa" not in said(robin)
    assert RECEIPT in text_of(own(robin)[0])
    assert "Welcome to Ajar" in text_of(own(robin)[1])


async def test_without_a_receipt_the_moment_of_erasing_counts(robin: Person, over_http: Local) -> None:
    await done(robin)
    over_http.sandbox.faults.next("chat.postMessage", Fail("restricted_action"))
    over_http.sandbox.faults.always(HISTORY, WAIT)
    await erased(robin)
    await robin.close()
    await robin.say("hello")
    await expect_said(robin, "Welcome to Ajar")
    over_http.sandbox.faults.clear()
    await rounds_ended()
    assert ["Welcome to Ajar" in text_of(item) for item in own(robin)] == [True]


async def test_a_new_offer_meanwhile_keeps_all_its_messages(robin: Person, over_http: Local) -> None:
    await done(robin)
    over_http.sandbox.faults.always(DELETE, WAIT)
    await erased(robin)
    await robin.close()
    await decline(robin, company="Globex")
    over_http.sandbox.faults.clear()
    await robin.until(lambda: "Globex" in text_of(own(robin)[-1]), "the new offer's messages")
    await rounds_ended()
    assert "Philippa" not in said(robin)
    assert "Globex: where things stand" in {item["text"] for item in own(robin)}
    assert robin.has_button("call_reached")


async def test_who_erases_again_and_wants_the_rest_to_stay_keeps_it(robin: Person, over_http: Local) -> None:
    await done(robin)
    over_http.sandbox.faults.always(DELETE, WAIT)
    await erased(robin)
    await robin.close()
    await robin.command("/decline settings")
    await submit(robin)
    await erased(robin, keeps_messages=True)
    over_http.sandbox.faults.clear()
    await rounds_ended()
    assert "Philippa" in said(robin)
    assert "stays until you have it deleted" in text_of(own(robin)[-1])


@pytest.mark.parametrize("refusal", ["token_revoked", "compliance_exports_prevent_deletion", "missing_scope"])
async def test_where_slack_refuses_for_good_it_ends(robin: Person, over_http: Local, refusal: str) -> None:
    await done(robin)
    count = len(own(robin))
    over_http.sandbox.faults.always(DELETE, Fail(refusal))
    await erased(robin)
    await rounds_ended()
    assert len(own(robin)) == count + 1
    assert len(calls(over_http.sandbox)) == 1


async def test_every_page_of_a_long_conversation_is_read(robin: Person, over_http: Local) -> None:
    workspace = over_http.sandbox.workspace
    author = {"user": workspace.bot_user, "bot_id": workspace.bot_id}
    for number in range(230):
        workspace.add_message(robin.channel, {**author, "text": str(number)})
        workspace.add_message(robin.channel, {"user": robin.id, "text": "mine"})
    person = CasePerson(workspace.team_id, robin.id)
    found: list[str] = []
    before = f"{over_http.sandbox.clock.now().timestamp() + 1:.6f}"
    while before:
        leaf = await over_http.ajar.stories.desk.messenger.written(person, before)
        found += [sent.ts for sent in leaf.sent]
        before = leaf.older
    assert found == [item["ts"] for item in reversed(own(robin))]
    assert len(found) == 230


async def test_killed_half_way_it_goes_on_when_it_is_typed_again(tmp_path: Path) -> None:
    async with served(tmp_path) as process:
        await process.start()
        robin, sandbox = Person(process.sandbox), process.sandbox
        await done(robin)
        count = len(own(robin))
        sandbox.faults.next(DELETE, Slow(0), times=2)
        sandbox.faults.always(DELETE, WAIT)
        await erased(robin)
        await robin.close()
        await robin.until(lambda: len(own(robin)) == count + 1 - 2, "two of them gone")
        await process.kill()
        sandbox.faults.clear()
        await process.start()
        assert "Philippa" in said(robin)
        await robin.command("/decline erase")
        assert "nothing to erase" in text_of(robin.modal or {})
        robin.fill("messages", [])
        assert set(await robin.submit() or {}) == {"messages"}
        robin.fill("messages", ["messages"])
        await submit(robin)
        assert "is now deleting what it wrote" in text_of(robin.modal or {})
        await cleared(robin)
        assert RECEIPT not in said(robin)
        assert "all but this receipt" in said(robin)
