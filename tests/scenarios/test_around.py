"""What is around the story: words of the command, settings, the Home tab, other people, old buttons."""

from bot.local import Local
from bot.sandbox.person import Person, text_of
from tests.scenarios.telling import case_id_of, decline, expect_said, said, submit


async def test_the_words_of_the_command_are_answered_only_to_the_person(robin: Person) -> None:
    for typed, expected in (
        ("/decline help", "leave the door open"),
        ("/decline list", "Nothing here yet"),
        ("/decline setings", "Did you mean /decline settings"),
    ):
        await robin.command(typed)
        assert expected in robin.ephemerals[-1]["text"]
    await robin.click("decline_start")
    assert "setings" in str(robin.modal)


async def test_settings_are_checked_kept_and_shown_again(robin: Person) -> None:
    await robin.command("/decline settings")
    robin.fill("time_zone", "Mars/Olympus")
    robin.fill("country", "Atlantis")
    errors = await robin.submit()
    assert set(errors) == {"time_zone", "country"}
    robin.fill("time_zone", "madrid")
    robin.fill("country", "spain")
    await submit(robin)
    await robin.command("/decline settings")
    assert "Europe/Madrid" in str(robin.modal)
    assert "'Spain'" in str(robin.modal)


async def test_a_typed_message_is_answered_once_without_being_repeated(robin: Person) -> None:
    await robin.say("my boss is a walrus, help")
    await expect_said(robin, "Here's what you can do")
    assert "walrus" not in "".join(text_of(item) for item in robin.dm if item.get("bot_id"))


async def test_the_home_tab_is_useful_with_and_without_a_case(robin: Person) -> None:
    await robin.open_home()
    assert robin.home is not None
    assert "Nothing here yet" in text_of(robin.home)
    await decline(robin)
    await expect_said(robin, "How did it go?")
    await robin.open_home()
    assert "Acme · Product Designer" in text_of(robin.home)
    await robin.click_home("call_reached")
    await expect_said(robin, "Your email")
    assert "The email is still to go" in text_of(robin.home)


async def test_nobody_can_touch_the_case_of_another(robin: Person, marta: Person, over_http: Local) -> None:
    await decline(robin)
    await expect_said(robin, "How did it go?")
    case_id = case_id_of(robin)
    await decline(marta)
    await expect_said(marta, "How did it go?")
    script = next(item for item in marta.dm if "How did it go" in str(item))
    for block in script["blocks"]:
        for element in block.get("elements") or ():
            if "value" in element:
                element["value"] = case_id
    await marta.click("call_reached", message=script)
    assert "can't find this one" in marta.ephemerals[-1]["text"]
    assert "Your email" not in said(robin)


async def test_an_unknown_button_and_an_unknown_window_say_how_to_go_on(
    robin: Person, over_http: Local
) -> None:
    old = {"type": "button", "action_id": "gone", "text": {"type": "plain_text", "text": "x"}, "value": "1"}
    message = over_http.sandbox.workspace.add_message(
        robin.channel,
        {
            "bot_id": "B0AJARBOT1",
            "text": "x",
            "blocks": [{"type": "actions", "block_id": "b", "elements": [old]}],
        },
    )
    await robin.click("gone", message=message)
    assert "doesn't know this button" in robin.ephemerals[-1]["text"]
    view = {
        "type": "modal",
        "callback_id": "gone",
        "title": {"type": "plain_text", "text": "x"},
        "blocks": [],
    }
    over_http.sandbox.workspace.show(robin.id, view, is_push=False)
    await robin.submit()
    assert "can't match it any more" in text_of(robin.modal or {})


async def test_both_shortcuts_open_the_interview(robin: Person) -> None:
    await robin.shortcut("decline_begin")
    assert robin.modal is not None
    await robin.close()
    await robin.say_in_general("they made me an offer")
    general = robin._workspace.messages["C0GENERAL1"]
    await robin.shortcut("decline_begin_from_message", "C0GENERAL1", general[-1]["ts"])
    assert robin.modal is not None


async def test_the_list_shows_a_role_as_it_was_typed(robin: Person) -> None:
    await decline(robin, role="*Senior* _Designer_ ~x~")
    await expect_said(robin, "How did it go?")
    await robin.command("/decline list")
    shown = robin.ephemerals[-1]
    assert {block["type"] for block in shown["blocks"]} == {"rich_text"}  # nothing in it is markup
    assert "*Senior* _Designer_ ~x~" in text_of(shown)
