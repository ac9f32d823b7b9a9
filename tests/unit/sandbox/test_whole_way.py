"""An unmodified Bolt app and a person, over both ways that Slack has."""

import asyncio

import pytest

from bot.sandbox.person import text_of
from bot.sandbox.refusals import Refused
from tests.unit.sandbox.conftest import Wired, a_button, a_modal, a_section, an_input, plain


async def test_a_command_opens_a_modal_whose_answers_lead_to_a_message_with_a_button(both: Wired) -> None:
    seen = []

    @both.app.command("/decline")
    async def _(ack, body, client):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=a_modal(private_metadata="m"))

    @both.app.view("offer")
    async def _(ack, view, body, client):
        company = view["state"]["values"]["company"]["typed"]["value"]
        if company == "?":
            await ack(response_action="errors", errors={"company": "Which one?"})
            return
        assert view["private_metadata"] == "m"
        await ack()
        await client.chat_postMessage(
            channel=body["user"]["id"], text="Saved", blocks=[a_section(company), a_button(value="7")]
        )

    @both.app.action("go")
    async def _(ack, body, respond):
        await ack()
        seen.append(body)
        await respond(text="Pressed", replace_original=False)

    robin = both.robin
    assert await robin.command("/decline") == {"ok": True}
    await robin.until(lambda: robin.modal is not None)
    assert await robin.submit() == {"company": "Please complete this required field."}
    robin.fill("Company", "?")
    assert await robin.submit() == {"company": "Which one?"}
    robin.fill("company", "Acme")
    assert await robin.submit() is None
    assert robin.modal is None
    await robin.until(lambda: len(robin.dm) == 1)
    assert text_of(robin.dm[0]) == "Acme\n[Go]"
    await robin.click("Go")
    await robin.until(lambda: bool(robin.ephemerals))
    assert robin.ephemerals[0]["text"] == "Pressed"
    assert seen[0]["actions"][0]["value"] == "7"
    assert seen[0]["container"] == {
        "type": "message",
        "message_ts": robin.dm[0]["ts"],
        "channel_id": robin.channel,
        "is_ephemeral": False,
    }
    assert seen[0]["message"]["text"] == "Saved"


async def test_response_actions_update_push_and_clear(both: Wired) -> None:
    answers = iter(
        [
            {"response_action": "update", "view": a_modal(an_input(), an_input("role", optional_hint="x"))},
            {"response_action": "update", "view": a_modal(an_input(), an_input("role"))},
            {"response_action": "push", "view": a_modal(a_section("Sure?"), title=plain("Sure"))},
            {"response_action": "clear"},
        ]
    )

    @both.app.shortcut("begin")
    async def _(ack, body, client):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=a_modal())

    @both.app.view("offer")
    async def _(ack):
        await ack(**next(answers))

    robin = both.robin
    await robin.shortcut("begin")
    await robin.until(lambda: robin.modal is not None)
    robin.fill("company", "Acme")
    with pytest.raises(Refused, match="invalid additional property: optional_hint"):
        await robin.submit()
    assert await robin.submit() is None
    assert robin.state(robin.modal)["company"]["typed"]["value"] == "Acme"
    robin.fill("role", "Nurse")
    assert await robin.submit() is None
    assert [view["title"]["text"] for view in robin.modals] == ["Offer", "Sure"]
    assert robin.modal["previous_view_id"] == robin.modals[0]["id"] == robin.modal["root_view_id"]
    assert await robin.submit() is None
    assert robin.modals == []


async def test_what_is_typed_and_the_home_tab_reach_the_app_as_events(both: Wired) -> None:
    seen = []

    @both.app.event("message")
    async def _(event, say):
        seen.append(event)
        await say(f"You said {event['text']}")

    @both.app.event("app_home_opened")
    async def _(event, client):
        home = {"type": "home", "blocks": [a_section("Welcome"), a_button("start")]}
        await client.views_publish(user_id=event["user"], view=home)

    @both.app.action("start")
    async def _(ack, body, client):
        await ack()
        home = {"type": "home", "blocks": [a_section(f"Pressed in {body['container']['type']}")]}
        await client.views_publish(user_id=body["user"]["id"], view=home, hash=body["view"]["hash"])

    robin = both.robin
    await robin.say("hello")
    await robin.until(lambda: len(robin.dm) == 2)
    await both.sandbox.settled()
    assert robin.dm[1]["text"] == "You said hello"
    assert [event["channel_type"] for event in seen] == ["im"]  # its own message does not come back to it
    await robin.open_home()
    await robin.until(lambda: robin.home is not None)
    await robin.click("start")
    await robin.until(lambda: text_of(robin.home) == "Pressed in view")


async def test_a_command_may_answer_at_once_and_a_slow_app_is_told_of(both: Wired) -> None:
    @both.app.command("/help")
    async def _(ack):
        await ack(text="Type a company")

    @both.app.command("/sleep")
    async def _(ack):
        await asyncio.sleep(0.6)
        await ack()

    assert (await both.robin.command("/help"))["ok"]
    assert both.robin.ephemerals[0]["text"] == "Type a company"
    assert both.marta.ephemerals == []
    assert await both.robin.command("/sleep") == {"ok": False, "error": "operation_timeout"}


async def test_closing_tells_the_app_only_when_it_asked(both: Wired) -> None:
    closed = []

    @both.app.command("/open")
    async def _(ack, body, client):
        await ack()
        view = a_modal(notify_on_close=body["text"] == "notify")
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @both.app.view_closed("offer")
    async def _(ack, body):
        await ack()
        closed.append(body["is_cleared"])

    robin = both.robin
    for text in ("", "notify"):
        await robin.command(f"/open {text}")
        await robin.until(lambda: robin.modal is not None)
        await robin.close()
    assert closed == [False]


async def test_fields_that_dispatch_and_message_shortcuts_carry_their_whole_context(both: Wired) -> None:
    seen = {}

    @both.app.command("/open")
    async def _(ack, body, client):
        await ack()
        field = {**an_input(), "dispatch_action": True}
        await client.views_open(trigger_id=body["trigger_id"], view=a_modal(field, an_input("role")))

    @both.app.action("typed")
    async def _(ack, body, client):
        await ack()
        seen["typed"] = body
        view = a_modal({**an_input(), "dispatch_action": True}, an_input("role"), a_section("Known"))
        await client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=view)

    @both.app.shortcut("about_message")
    async def _(ack, body):
        await ack()
        seen["shortcut"] = body

    robin = both.robin
    await robin.command("/open")
    await robin.until(lambda: robin.modal is not None)
    robin.fill("role", "Nurse")
    await robin.choose("company", "Acme")
    await robin.until(lambda: "Known" in text_of(robin.modal))
    assert seen["typed"]["actions"][0]["value"] == "Acme"
    assert seen["typed"]["view"]["state"]["values"]["role"]["typed"]["value"] == "Nurse"
    assert text_of(robin.modal).startswith("Company: Acme\nRole: Nurse")
    await robin.say_in_general("an offer!")
    await robin.shortcut("about_message", "C0GENERAL1", robin.general[0]["ts"])
    assert seen["shortcut"]["message"]["text"] == "an offer!"
    assert seen["shortcut"]["channel"] == {"id": "C0GENERAL1", "name": "general"}
