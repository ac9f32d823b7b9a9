"""What the page asks of the local Slack, the clock, and what outlives a restart."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.sandbox.clock import SandboxClock
from bot.sandbox.people import Human
from bot.sandbox.person import Person
from bot.sandbox.server import Sandbox, SandboxSettings
from tests.unit.sandbox.conftest import QUICK, Wire, Wired, a_button, a_modal

MANIFEST = {
    "display_information": {"name": "Ajar"},
    "features": {
        "slash_commands": [{"command": "/decline", "description": "Turn down an offer"}],
        "shortcuts": [
            {"name": "Decline", "type": "global", "callback_id": "begin"},
            {"name": "Decline this", "type": "message", "callback_id": "begin_here"},
        ],
    },
    "oauth_config": {"scopes": {"bot": ["chat:write"]}},
    "settings": {"event_subscriptions": {"bot_events": ["app_home_opened"]}},
}


async def ask(wired: Wired, path: str, given: dict | None = None) -> dict:
    url = f"{wired.sandbox.url}/_/{path}"
    if given is None:
        async with wired.http.get(url) as answer:
            return await answer.json()
    async with wired.http.post(url, json=given) as answer:
        return await answer.json()


async def test_the_state_holds_all_that_one_person_sees(wire: Wire) -> None:
    wired = await wire(manifest=MANIFEST)
    robin = wired.robin
    await wired.client.chat_postMessage(
        channel=robin.id, text="Hello", metadata={"event_type": "x", "event_payload": {}}
    )
    await wired.client.chat_postMessage(channel=wired.marta.id, text="Hola")
    state = await ask(wired, f"state?person={robin.id}")
    assert [person["name"] for person in state["people"]] == ["robin", "marta", "lucia"]
    assert state["app"]["name"] == "Ajar"
    assert state["app"]["commands"][0]["command"] == "/decline"
    assert state["app"]["global_shortcuts"][0]["callback_id"] == "begin"
    assert state["app"]["message_shortcuts"][0]["callback_id"] == "begin_here"
    (message,) = state["dm"]["messages"]
    assert (message["text"], message["edited"], message["ephemeral"]) == ("Hello", False, False)
    assert "metadata" not in message
    assert state["channels"][0]["name"] == "general"
    assert (state["home"], state["modals"], state["next_due"]) == (None, [], None)
    assert state["now"].endswith("Z")
    assert (await ask(wired, "state?person=U0NOBODY"))["error"] == "user_not_found"


async def test_a_person_hears_of_what_they_see_and_of_nothing_else(wired: Wired) -> None:
    url = f"{wired.sandbox.url}/_/events?person={wired.robin.id}"
    async with wired.http.get(url) as stream:
        assert stream.content_type == "text/event-stream"
        first = json.loads((await stream.content.readuntil(b"\n\n"))[6:])["version"]
        await wired.client.chat_postMessage(channel=wired.marta.id, text="Hola")
        await wired.client.chat_postMessage(channel=wired.robin.id, text="Hello")
        second = json.loads((await stream.content.readuntil(b"\n\n"))[6:])["version"]
        assert second == first + 2


async def test_the_pages_gestures_reach_the_app(wired: Wired) -> None:
    @wired.app.command("/decline")
    async def _(ack, body, client):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=a_modal())

    @wired.app.view("offer")
    async def _(ack):
        await ack(response_action="errors", errors={"company": "Which one?"})

    who = {"person": wired.robin.id}
    assert (await ask(wired, "command", {**who, "channel": wired.robin.channel, "text": "/decline"}))["ok"]
    await wired.robin.until(lambda: wired.robin.modal is not None)
    view_id = wired.robin.modal["id"]
    typed = {"company": {"typed": {"type": "plain_text_input", "value": "Acme"}}}
    empty = await ask(wired, "submit", {**who, "view_id": view_id, "state": {}})
    assert empty["errors"] == {"company": "Please complete this required field."}
    answer = await ask(wired, "submit", {**who, "view_id": view_id, "state": typed})
    assert answer == {"ok": False, "errors": {"company": "Which one?"}}
    assert (await ask(wired, "state?person=U0ROBIN001"))["modals"][0]["state"]["values"] == typed
    foreign = await ask(wired, "close", {"person": wired.marta.id, "view_id": view_id})
    assert foreign["error"] == "not_found"
    assert (await ask(wired, "close", {**who, "view_id": view_id, "all": True}))["ok"]
    assert (await ask(wired, "message", {**who, "channel": "C0GENERAL1", "text": "hi"}))["ok"]
    assert (await ask(wired, "message", {**who}))["error"] == "invalid_arguments"
    assert (await ask(wired, "dance", who))["error"] == "unknown_method"


async def test_only_what_the_manifest_names_is_there(wire: Wire) -> None:
    wired = await wire(manifest=MANIFEST)
    who = {"person": wired.robin.id}
    channel = wired.robin.channel
    unknown = await ask(wired, "command", {**who, "channel": channel, "text": "/other"})
    assert unknown["error"] == "unknown_command"
    known = await ask(wired, "command", {**who, "channel": channel, "text": "/Decline"})
    assert known.get("error") != "unknown_command"
    assert (await ask(wired, "shortcut", {**who, "callback_id": "x"}))["error"] == "unknown_shortcut"
    await wired.robin.say("no message.im was asked for")
    assert len(wired.sandbox.events.sent) == 0
    await wired.robin.open_home()
    assert len(wired.sandbox.events.sent) == 1


async def test_pages_of_other_sites_are_kept_out(wired: Wired) -> None:
    url = f"{wired.sandbox.url}/_/state?person={wired.robin.id}"
    async with wired.http.get(url, headers={"host": "evil.example"}) as answer:
        assert answer.status == 403
    api = wired.http.get(
        f"{wired.sandbox.url}/api/chat.postMessage?token=xoxb-local&text=x&channel={wired.robin.id}",
        headers={"sec-fetch-site": "cross-site"},
    )
    async with api as answer:
        assert answer.status == 403
    body = '{"person": "U0ROBIN001", "channel": "C0GENERAL1", "text": "hi"}'
    post = wired.http.post(
        f"{wired.sandbox.url}/_/message", data=body, headers={"content-type": "text/plain"}
    )
    async with post as answer:
        assert answer.status == 415
    foreign = wired.http.post(
        f"{wired.sandbox.url}/_/message", json=json.loads(body), headers={"origin": "https://evil.example"}
    )
    async with foreign as answer:
        assert answer.status == 403
    assert wired.robin.general == wired.robin.dm == []


async def test_the_page_is_served(wired: Wired) -> None:
    async with wired.http.get(wired.sandbox.url) as answer:
        assert "<!doctype html>" in (await answer.text()).lower()


async def test_the_clock_jumps_to_what_is_due_and_never_back(wired: Wired) -> None:
    sandbox, woken = wired.sandbox, []
    due = [sandbox.clock.now() + timedelta(days=30), sandbox.clock.now() - timedelta(days=30)]

    async def next_due() -> datetime | None:
        return due.pop(0) if due else None

    async def on_clock() -> None:
        woken.append(sandbox.clock.now())

    sandbox.next_due, sandbox.on_clock = next_due, on_clock
    target = due[0]
    assert (await ask(wired, "clock", {"to": "next"}))["ok"]
    assert timedelta(0) <= woken[0] - target < timedelta(seconds=5)
    assert (await ask(wired, "clock", {"to": "next"}))["ok"]
    assert woken[1] > woken[0]
    assert (await ask(wired, "clock", {"to": "next"}))["error"] == "nothing_due"
    moved = await ask(wired, "clock", {"advance_seconds": 86_400})
    assert datetime.fromisoformat(moved["now"]) - woken[1] >= timedelta(days=1)


def test_another_process_reads_the_clocks_offset_from_a_file(tmp_path: Path) -> None:
    real = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    clock = SandboxClock(tmp_path / "clock.txt", lambda: real)
    clock.advance(timedelta(days=2))
    clock.advance(timedelta(hours=-1))
    assert clock.now() == real + timedelta(hours=47)
    assert timedelta(seconds=float((tmp_path / "clock.txt").read_text())) == timedelta(hours=47)
    assert [path.name for path in tmp_path.iterdir()] == ["clock.txt"]


async def test_the_workspace_survives_a_restart_but_open_modals_do_not(wire: Wire, tmp_path: Path) -> None:
    file = tmp_path / "slack.json"
    wired = await wire(state_file=file)
    robin, metadata = wired.robin, {"event_type": "x", "event_payload": {"id": "1"}}
    await wired.client.chat_postMessage(
        channel=robin.id, text="Hello", blocks=[a_button()], metadata=metadata
    )
    await wired.client.views_publish(user_id=robin.id, view={"type": "home", "blocks": [a_button()]})
    wired.sandbox.workspace.show(robin.id, a_modal(), is_push=False)
    wired.sandbox.workspace.change_person(wired.marta.id, tz="Asia/Tokyo")
    await wired.sandbox.move_clock(timedelta(days=400))
    async with asyncio.timeout(3):
        while not file.exists() or '"offset": 3456' not in file.read_text():  # noqa: ASYNC110  a file tells nobody
            await asyncio.sleep(0.02)
    again = Sandbox(SandboxSettings(state_file=file))
    person = Person(again)
    assert person.dm[0]["metadata"] == metadata
    assert person.dm == robin.dm
    assert person.home == robin.home
    assert person.modal is None
    assert again.clock.offset == timedelta(days=400)
    assert again.workspace.human(wired.marta.id).tz == "Asia/Tokyo"
    assert again.workspace.ts() > robin.dm[0]["ts"]


@pytest.mark.parametrize(
    "text",
    [
        "{broken",
        "[]",
        "{}",
        '{"messages": 5, "homes": {}, "offset": 0}',
        '{"messages": {"D1": [5]}, "homes": {}, "offset": 0}',
        '{"messages": {}, "homes": {}, "offset": "x"}',
        '{"messages": {}, "homes": {}, "offset": 1e300}',
        '{"people": [{"id": "U1"}], "messages": {}, "homes": {}, "offset": 0}',
    ],
)
def test_a_file_that_cannot_be_read_is_set_aside(tmp_path: Path, text: str) -> None:
    file = tmp_path / "slack.json"
    file.write_text(text)
    assert Person(Sandbox(SandboxSettings(state_file=file))).dm == []
    assert (tmp_path / "slack.json.unreadable").read_text() == text


def test_a_folder_in_the_place_of_the_file_is_set_aside_too(tmp_path: Path) -> None:
    (tmp_path / "slack.json").mkdir()
    assert Person(Sandbox(SandboxSettings(state_file=tmp_path / "slack.json"))).dm == []
    assert (tmp_path / "slack.json.unreadable").is_dir()


async def test_people_can_be_others(wire: Wire) -> None:
    people = (Human("U0AIKO0001", "aiko", "Aiko", "Asia/Tokyo", "ja-JP"),)
    wired = await wire(people=people)
    aiko = Person(wired.sandbox, "Aiko")
    posted = await wired.client.chat_postMessage(channel=aiko.id, text="x")
    assert posted["channel"] == aiko.channel


async def test_a_taken_port_is_told_at_once(wired: Wired) -> None:
    other = Sandbox(QUICK)
    taken = int(wired.sandbox.url.rpartition(":")[2])
    with pytest.raises(OSError, match=str(taken)):
        await other.start(taken)
    await other.stop()
