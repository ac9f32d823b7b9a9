"""The Web API through Slack's own client: shapes, refusals, metadata, history, files, response_urls."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from tests.unit.sandbox.conftest import Wire, Wired, a_button, a_modal, a_section, an_input

METADATA = {"event_type": "post", "event_payload": {"id": "p1"}}


async def refusal(work: Any) -> dict[str, Any]:
    with pytest.raises(SlackApiError) as caught:
        await work
    return caught.value.response.data


async def error(work: Any) -> str:
    return (await refusal(work))["error"]


async def test_a_person_as_channel_opens_the_dm_and_the_answer_names_it(wired: Wired) -> None:
    posted = await wired.client.chat_postMessage(channel=wired.robin.id, text="Hello", metadata=METADATA)
    assert posted["channel"] == wired.robin.channel
    assert posted["message"]["bot_id"] == wired.sandbox.workspace.bot_id
    opened = await wired.client.conversations_open(users=wired.robin.id, return_im=True)
    assert opened["channel"]["id"] == wired.robin.channel
    assert opened["channel"]["user"] == wired.robin.id
    link = await wired.client.chat_getPermalink(channel=posted["channel"], message_ts=posted["ts"])
    assert link["permalink"].endswith(posted["ts"].replace(".", ""))


async def test_metadata_is_shown_only_to_who_asks_for_it(wired: Wired) -> None:
    posted = await wired.client.chat_postMessage(channel=wired.robin.id, text="Hello", metadata=METADATA)
    assert "metadata" not in posted["message"]
    for asks, expected in ((False, None), (True, METADATA)):
        history = await wired.client.conversations_history(
            channel=posted["channel"], include_all_metadata=asks
        )
        assert history["messages"][0].get("metadata") == expected
    wrong = wired.client.chat_postMessage(channel=wired.robin.id, text="x", metadata={"event_type": 1})
    assert await error(wrong) == "invalid_metadata_format"


async def test_history_goes_backwards_in_pages_between_two_moments(wired: Wired) -> None:
    client, robin = wired.client, wired.robin
    for number in range(5):
        await client.chat_postMessage(channel=robin.id, text=str(number))
    stamps = [message["ts"] for message in robin.dm]
    assert stamps == sorted(set(stamps))
    first = await client.conversations_history(channel=robin.channel, limit=2)
    assert [item["text"] for item in first["messages"]] == ["4", "3"]
    cursor = first["response_metadata"]["next_cursor"]
    second = await client.conversations_history(channel=robin.channel, limit=2, cursor=cursor)
    assert [item["text"] for item in second["messages"]] == ["2", "1"]
    between = {"channel": robin.channel, "oldest": stamps[1], "latest": stamps[3]}
    assert [item["text"] for item in (await client.conversations_history(**between))["messages"]] == ["2"]
    whole = await client.conversations_history(**between, inclusive=True)
    assert [item["text"] for item in whole["messages"]] == ["3", "2", "1"]
    assert whole["has_more"] is False
    assert await error(client.conversations_history(channel=robin.channel, cursor="x")) == "invalid_cursor"
    assert await error(client.conversations_history(channel=robin.channel, limit=5000)) == "invalid_limit"
    assert await error(client.conversations_history(channel=robin.channel, oldest="y")) == "invalid_ts_oldest"


async def test_an_update_without_blocks_takes_them_away_and_keeps_the_metadata(wired: Wired) -> None:
    client, robin = wired.client, wired.robin
    posted = await client.chat_postMessage(
        channel=robin.id, text="Hello", blocks=[a_button()], metadata=METADATA
    )
    place = {"channel": posted["channel"], "ts": posted["ts"]}
    await client.chat_update(**place, text="Done")
    assert robin.dm[0]["blocks"] == []
    assert robin.dm[0]["metadata"] == METADATA
    assert robin.dm[0]["edited"]["user"] == wired.sandbox.workspace.bot_user
    assert await error(client.chat_update(channel=robin.id, ts=posted["ts"], text="x")) == "channel_not_found"
    await robin.say("mine")
    mine = robin.dm[-1]["ts"]
    assert await error(client.chat_update(channel=robin.channel, ts=mine, text="x")) == "cant_update_message"
    assert await error(client.chat_delete(channel=robin.channel, ts=mine)) == "cant_delete_message"
    await client.chat_delete(**place)
    assert [message["text"] for message in robin.dm] == ["mine"]
    assert await error(client.chat_update(**place, text="x")) == "message_not_found"


async def test_users_info_knows_zone_offset_and_language(wired: Wired) -> None:
    user = (await wired.client.users_info(user=wired.marta.id, include_locale=True))["user"]
    assert (user["tz"], user["locale"]) == ("Europe/Madrid", "en-GB")
    assert user["tz_offset"] in {3600, 7200}
    assert "locale" not in (await wired.client.users_info(user=wired.marta.id))["user"]
    assert await error(wired.client.users_info(user="U0NOBODY")) == "user_not_found"


async def test_tokens_and_scopes_are_checked(wire: Wire) -> None:
    wired = await wire(scopes=frozenset({"commands"}))
    answer = await refusal(wired.client.chat_postMessage(channel=wired.robin.id, text="x"))
    assert (answer["error"], answer["needed"]) == ("missing_scope", "chat:write")
    assert (await wired.client.auth_test())["user_id"] == wired.sandbox.workspace.bot_user
    url = f"{wired.sandbox.url}/api/auth.test"
    for headers, expected in (
        ({}, "not_authed"),
        ({"authorization": "Bearer xoxb-other"}, "invalid_auth"),
        ({"authorization": "Bearer xapp-local"}, "not_allowed_token_type"),
    ):
        async with wired.http.post(url, headers=headers) as answer:
            assert (await answer.json())["error"] == expected
    assert await error(wired.client.api_call("emoji.list")) == "unknown_method"


async def test_what_breaks_a_limit_is_refused_and_told_where(wired: Wired) -> None:
    client, robin = wired.client, wired.robin
    answer = await refusal(client.chat_postMessage(channel=robin.id, text="x", blocks=[a_section("")]))
    assert answer["error"] == "invalid_blocks"
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be more than 0 characters [json-pointer:/blocks/0/text/text]"
    ]
    assert await error(client.chat_postMessage(channel=robin.id, text="x" * 4001)) == "msg_too_long"
    silent = client.api_call("chat.postMessage", json={"channel": robin.id, "text": " "})
    assert await error(silent) == "no_text"
    assert await error(client.chat_postMessage(channel="C0GENERAL1", text="x")) == "not_in_channel"
    trigger = wired.sandbox.workspace.triggers.new(robin.id)
    view = a_modal(an_input(), an_input())
    answer = await refusal(client.views_open(trigger_id=trigger, view=view))
    assert answer["error"] == "invalid_arguments"
    assert "unique" in answer["response_metadata"]["messages"][0]


async def test_a_trigger_works_once_and_not_for_long(wire: Wire) -> None:
    wired = await wire(trigger_seconds=0.05)
    triggers = wired.sandbox.workspace.triggers
    first = triggers.new(wired.robin.id)
    await wired.client.views_open(trigger_id=first, view=a_modal())
    assert await error(wired.client.views_open(trigger_id=first, view=a_modal())) == "exchanged_trigger_id"
    late = triggers.new(wired.robin.id)
    await asyncio.sleep(0.06)
    assert await error(wired.client.views_open(trigger_id=late, view=a_modal())) == "expired_trigger_id"
    assert await error(wired.client.views_open(trigger_id="1.2.3", view=a_modal())) == "invalid_trigger_id"


async def test_three_modals_are_the_most_and_an_old_hash_conflicts(wired: Wired) -> None:
    client, triggers, robin = wired.client, wired.sandbox.workspace.triggers, wired.robin
    view = (await client.views_open(trigger_id=triggers.new(robin.id), view=a_modal(external_id="one")))[
        "view"
    ]
    for _ in range(2):
        await client.views_push(trigger_id=triggers.new(robin.id, view["id"]), view=a_modal())
    trigger = triggers.new(robin.id, view["id"])
    assert await error(client.views_push(trigger_id=trigger, view=a_modal())) == "push_limit_reached"
    other = triggers.new(wired.marta.id)
    twice = client.views_open(trigger_id=other, view=a_modal(external_id="one"))
    assert await error(twice) == "duplicate_external_id"
    await client.views_update(external_id="one", hash=view["hash"], view=a_modal(external_id="one"))
    stale = client.views_update(view_id=view["id"], hash=view["hash"], view=a_modal())
    assert await error(stale) == "hash_conflict"
    assert await error(client.views_update(view_id="V0", view=a_modal())) == "not_found"


async def test_somebody_who_left_gets_nothing(wired: Wired) -> None:
    wired.sandbox.workspace.change_person(wired.marta.id, is_deactivated=True)
    post = wired.client.chat_postMessage(channel=wired.marta.id, text="x")
    assert await error(post) == "user_disabled"
    assert (await wired.client.users_info(user=wired.marta.id))["user"]["deleted"] is True


async def test_a_calendar_file_can_be_shared(wired: Wired) -> None:
    await wired.client.files_upload_v2(
        channel=wired.robin.channel, content="BEGIN:VCALENDAR", filename="dates.ics", title="Dates"
    )
    shared = wired.robin.dm[0]["files"][0]
    assert (shared["title"], shared["size"]) == ("Dates", 15)
    async with wired.http.get(shared["url_private"]) as answer:
        assert await answer.text() == "BEGIN:VCALENDAR"


async def test_a_response_url_works_five_times_and_may_replace_the_original(wired: Wired) -> None:
    urls = []

    @wired.app.action("go")
    async def _(ack, body):
        await ack()
        urls.append(body["response_url"])

    robin = wired.robin
    await wired.client.chat_postMessage(channel=robin.id, text="Hello", blocks=[a_button()])
    await robin.click("go")
    async with wired.http.post(urls[0], json={"text": "Done", "replace_original": True}) as answer:
        assert await answer.text() == "ok"
    assert (robin.dm[0]["text"], robin.dm[0]["blocks"]) == ("Done", [])
    for _ in range(4):
        async with wired.http.post(urls[0], json={"text": "Again"}) as answer:
            assert answer.status == 200
    assert len(robin.ephemerals) == 4
    async with wired.http.post(urls[0], json={"text": "Again"}) as answer:
        assert (answer.status, (await answer.json())["error"]) == (404, "used_url")


async def test_ids_stay_unique_and_growing_when_the_clock_steps_back(wired: Wired) -> None:
    for step in (timedelta(days=1), timedelta(days=-3)):
        await wired.client.chat_postMessage(channel=wired.robin.id, text="x")
        wired.sandbox.clock.advance(step)
    await wired.client.chat_postMessage(channel=wired.robin.id, text="x")
    stamps = [float(message["ts"]) for message in wired.robin.dm]
    assert stamps == sorted(set(stamps))
    assert stamps[1] - stamps[0] > 86_000


async def test_ten_thousand_messages_take_no_longer_each_than_a_hundred(wired: Wired) -> None:
    workspace = wired.sandbox.workspace
    loop = asyncio.get_running_loop()

    def seconds_for(count: int) -> float:
        began = loop.time()
        for number in range(count):
            stored = workspace.add_message(wired.robin.channel, {"text": str(number), "blocks": []})
            assert workspace.message(wired.robin.channel, stored["ts"]) is stored
        return loop.time() - began

    early = seconds_for(2_000)
    seconds_for(8_000)
    assert seconds_for(2_000) < early * 4 + 0.05
    history = await wired.client.conversations_history(channel=wired.robin.channel, limit=3)
    assert [item["text"] for item in history["messages"]] == ["1999", "1998", "1997"]
