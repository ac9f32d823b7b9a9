"""Slack says no, or says nothing: what a person sees and what the outbox records."""

from datetime import timedelta

import pytest

from bot.local import Local
from bot.sandbox.person import Person
from tests.scenarios.telling import decline, expect_said, said


async def test_a_rate_limit_is_waited_out(robin: Person, over_http: Local) -> None:
    over_http.sandbox.faults.script("chat.postMessage", "ratelimited", 20)
    await decline(robin)
    calls = over_http.sandbox.faults.calls
    await robin.until(lambda: any(name == "chat.postMessage" for _, name in calls), "a try")
    assert "What to say" not in said(robin)
    await over_http.sandbox.move_clock(timedelta(seconds=25))
    await expect_said(robin, "How did it go?")
    assert said(robin).count("You've decided. They don't know yet.") == 1


async def test_trouble_at_slack_is_tried_again(robin: Person, over_http: Local) -> None:
    over_http.sandbox.faults.script("chat.postMessage", "status", 503)
    await robin.say("hello")
    await over_http.sandbox.gestures.settled()
    for _ in range(20):
        await over_http.sandbox.move_clock(timedelta(seconds=10))
        if "Here's what you can do" in said(robin):
            break
        await robin.until(lambda: True)
        await over_http.sandbox.workspace.changed(0.2)
    await expect_said(robin, "Here's what you can do")
    assert said(robin).count("Here's what you can do") == 1


@pytest.mark.parametrize("error", ["user_disabled", "channel_not_found"])
async def test_somebody_who_has_left_is_an_end_and_not_a_loop(
    robin: Person, over_http: Local, error: str
) -> None:
    over_http.sandbox.faults.script("chat.postMessage", "error", error, times=50)
    await robin.say("hello")
    await _ended(over_http, "refused")
    assert await over_http.ajar.store.counts() == {"refused": 1}


@pytest.mark.parametrize("error", ["account_inactive", "token_revoked", "org_login_required"])
async def test_a_workspace_that_is_closed_is_asked_once_and_costs_no_message(
    robin: Person, marta: Person, over_http: Local, error: str
) -> None:
    over_http.sandbox.faults.script("chat.postMessage", "error", error, times=1)
    await robin.say("hello")
    await over_http.sandbox.gestures.settled()
    await robin.until(lambda: over_http.ajar.courier.stats.pauses == 1, "the workspace rests")
    await marta.say("hello")
    await over_http.sandbox.move_clock(timedelta(minutes=30))
    assert _posted(over_http) == 1
    await over_http.sandbox.move_clock(timedelta(hours=1))
    for person in (robin, marta):
        await expect_said(person, "Here's what you can do")
    await _ended(over_http, "sent")
    assert set(await over_http.ajar.store.counts()) <= {"sent", "claimed"}


def _posted(both: Local) -> int:
    return sum(name == "chat.postMessage" for _, name in both.sandbox.faults.calls)


async def _ended(both: Local, status: str) -> None:
    await both.sandbox.gestures.settled()
    for _ in range(100):
        if (await both.ajar.store.counts()).get(status):
            break
        await both.sandbox.workspace.changed(0.05)


async def test_an_expired_trigger_is_explained(robin: Person, over_http: Local) -> None:
    over_http.sandbox.faults.script("views.open", "error", "expired_trigger_id")
    await robin.command("/decline")
    assert "didn't let Ajar open the window" in robin.ephemerals[-1]["text"]
    await robin.command("/decline")
    assert robin.modal is not None


async def test_without_users_info_the_defaults_serve(robin: Person, over_http: Local) -> None:
    over_http.sandbox.faults.script("users.info", "error", "user_not_found", times=100)
    await decline(robin)
    await expect_said(robin, "How did it go?")


async def test_sockets_that_slack_refreshes_are_opened_again(running: Local) -> None:
    robin = Person(running.sandbox)
    if running.sandbox.sockets.sockets:
        before = len(running.sandbox.sockets.sockets)
        await running.sandbox.sockets.refresh()
        for _ in range(100):
            await running.sandbox.workspace.changed(0.05)
            if len(running.sandbox.sockets.sockets) >= before:
                break
    await robin.command("/decline help")
    assert "leave the door open" in robin.ephemerals[-1]["text"]
