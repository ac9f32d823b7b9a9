"""What can go wrong between an app and Slack, in both directions."""

import asyncio
import hashlib
import hmac
import time

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError

from bot.sandbox.faults import Drop, Fail, RateLimited, RateLimiter, Slow, Status
from bot.sandbox.person import Person
from bot.sandbox.server import Sandbox, SandboxSettings
from bot.sandbox.sockets import MOST_SOCKETS
from tests.unit.sandbox.conftest import QUICK, Wire, Wired


async def post(wired: Wired, text: str = "x"):
    return await wired.client.chat_postMessage(channel=wired.robin.id, text=text)


@pytest.mark.parametrize(("drop", "arrived"), [(Drop.BEFORE, 0), (Drop.AFTER, 1)])
async def test_a_connection_breaks_before_or_after_the_message_is_taken(wired: Wired, drop, arrived) -> None:
    wired.sandbox.faults.next("chat.postMessage", drop)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await post(wired)
    assert len(wired.robin.dm) == arrived
    await post(wired)
    assert len(wired.robin.dm) == arrived + 1
    assert [call.method for call in wired.sandbox.calls].count("chat.postMessage") == 2


async def test_scripted_errors_come_in_order_and_then_all_is_well(wired: Wired) -> None:
    faults = wired.sandbox.faults
    faults.next("chat.postMessage", Fail("account_inactive"), Status(503), RateLimited(7))
    with pytest.raises(SlackApiError, match="account_inactive"):
        await post(wired)
    with pytest.raises(SlackApiError) as caught:
        await post(wired)
    assert caught.value.response.status_code == 503
    with pytest.raises(SlackApiError, match="ratelimited") as caught:
        await post(wired)
    assert caught.value.response.headers["Retry-After"] == "7"
    assert not faults.is_waiting
    assert (await post(wired))["ok"]


async def test_a_fault_may_hit_one_person_only_and_last(wired: Wired) -> None:
    wired.sandbox.faults.always("*", Fail("token_revoked"), when=lambda given: given.get("text") == "bad")
    for _ in range(2):
        with pytest.raises(SlackApiError, match="token_revoked"):
            await post(wired, "bad")
    assert (await post(wired, "good"))["ok"]
    wired.sandbox.faults.clear()
    assert (await post(wired, "bad"))["ok"]


async def test_a_slow_answer_may_come_after_the_work_is_done(wired: Wired) -> None:
    wired.sandbox.faults.next("chat.postMessage", Slow(0.2, is_after=True))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(post(wired), 0.05)
    assert len(wired.robin.dm) == 1


async def test_one_message_a_second_in_one_channel_when_rates_are_kept(wire: Wire) -> None:
    wired = await wire(has_rate_limits=True)
    await post(wired)
    with pytest.raises(SlackApiError, match="ratelimited") as caught:
        await post(wired)
    assert caught.value.response.headers["Retry-After"] == "1"
    await wired.client.chat_postMessage(channel=wired.marta.id, text="another channel may go on")


def test_a_rate_is_per_method_and_recovers_with_time() -> None:
    now = [0.0]
    limiter = RateLimiter(lambda: now[0])
    passed = sum(limiter.wait_seconds("chat.update", {}) == 0 for _ in range(60))
    assert passed == 10
    assert limiter.wait_seconds("users.info", {}) == 0
    now[0] = 60
    assert limiter.wait_seconds("chat.update", {}) == 0


async def an_app(*answers: int) -> tuple[web.AppRunner, str, list]:
    """An app that answers with these statuses, in turn; the last one stays. 0: too late."""
    seen, left = [], list(answers)

    async def take(request: web.Request) -> web.Response:
        status = left.pop(0) if len(left) > 1 else left[0]
        seen.append((request.headers.copy(), await request.text()))
        if status == 0:
            await asyncio.sleep(0.4)
        return web.Response(status=status or 200)

    app = web.Application()
    app.router.add_post("/", take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    return runner, f"http://{host}:{port}/", seen


async def _say(*answers: int) -> list:
    runner, url, seen = await an_app(*answers)
    settings = SandboxSettings(request_url=url, ack_seconds=0.1, retries_after_seconds=(0.01, 0.01, 0.01))
    sandbox = Sandbox(settings)
    await Person(sandbox).say("hello")
    await sandbox.settled()
    await sandbox.stop()
    await runner.cleanup()
    return seen


async def test_an_event_comes_again_until_it_is_taken_and_no_more_than_three_times() -> None:
    seen = await _say(500, 0, 200)
    retries = [(headers.get("x-slack-retry-num"), headers.get("x-slack-retry-reason")) for headers, _ in seen]
    assert retries == [(None, None), ("1", "http_error"), ("2", "http_timeout")]
    assert len({body for _, body in seen}) == 1
    assert len(await _say(500)) == 4


async def test_every_request_is_signed_with_the_real_time() -> None:
    headers, body = (await _say(200))[0]
    stamp = headers["x-slack-request-timestamp"]
    assert abs(time.time() - int(stamp)) < 5
    text = f"v0:{stamp}:{body}".encode()
    expected = hmac.new(SandboxSettings().signing_secret.encode(), text, hashlib.sha256).hexdigest()
    assert headers["x-slack-signature"] == f"v0={expected}"


async def test_people_are_told_what_slack_tells_when_an_app_fails() -> None:
    runner, url, _ = await an_app(500, 404, 0)
    sandbox = Sandbox(SandboxSettings(request_url=url, ack_seconds=0.1))
    robin = Person(sandbox)
    errors = [(await robin.command("/x"))["error"] for _ in range(3)]
    await runner.cleanup()
    errors.append((await robin.command("/x"))["error"])
    await sandbox.stop()
    assert errors == ["http_service_error", "http_client_error", "operation_timeout", "dispatch_failed"]


async def test_an_event_may_come_twice_with_the_same_id(wired: Wired) -> None:
    seen = []

    @wired.app.event("message")
    async def _(body):
        seen.append(body["event_id"])

    await wired.robin.say("hello")
    await wired.sandbox.settled()
    wired.sandbox.events.repeat()
    await wired.sandbox.settled()
    assert len(seen) == 2
    assert len(set(seen)) == 1


async def test_without_a_connection_a_socket_app_is_not_there() -> None:
    sandbox = Sandbox(QUICK)
    assert (await Person(sandbox).command("/x"))["error"] == "dispatch_failed"
    await sandbox.stop()


async def test_an_app_comes_back_after_a_refresh_and_after_a_break(wire: Wire) -> None:
    wired = await wire("socket")

    @wired.app.command("/x")
    async def _(ack):
        await ack("here")

    for number, interrupt in enumerate((wired.sandbox.sockets.refresh, wired.sandbox.sockets.drop), 1):
        before = list(wired.sandbox.sockets.sockets)
        await interrupt()
        async with asyncio.timeout(5):
            while not set(wired.sandbox.sockets.sockets) - set(before):  # noqa: ASYNC110  a short while
                await asyncio.sleep(0.01)
        assert (await wired.robin.command("/x"))["ok"]
        assert len(wired.robin.ephemerals) == number


async def test_ten_connections_are_the_most_and_a_payload_goes_to_any_one() -> None:
    sandbox = Sandbox(QUICK)
    await sandbox.start()
    sockets = sandbox.sockets
    async with aiohttp.ClientSession() as http:
        address = sandbox.url.replace("http", "ws")
        opened = []
        for _ in range(MOST_SOCKETS):
            opened.append(await http.ws_connect(f"{address}/socket?ticket={sockets.ticket()}"))
            assert (await opened[-1].receive_json())["type"] == "hello"
        eleventh = await http.ws_connect(f"{address}/socket?ticket={sockets.ticket()}")
        assert (await eleventh.receive_json())["reason"] == "too_many_websockets"
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await http.ws_connect(f"{address}/socket?ticket=invented")
        asked = asyncio.create_task(Person(sandbox).command("/x"))
        listening = [asyncio.create_task(socket.receive_json()) for socket in opened]
        (told,), others = await asyncio.wait(listening, return_when=asyncio.FIRST_COMPLETED)
        envelope = told.result()
        assert envelope["accepts_response_payload"] is True
        assert envelope["payload"]["command"] == "/x"
        answer = {"envelope_id": envelope["envelope_id"], "payload": {"text": "yes"}}
        await opened[listening.index(told)].send_json(answer)
        assert await asked == {"ok": True}
        for task in others:
            task.cancel()
        for socket in [*opened, eleventh]:
            await socket.close()
    await sandbox.stop()
    assert Person(sandbox).ephemerals[0]["text"] == "yes"
