"""Somebody at the keyboard: filling in every kind of field, finding buttons, reading the screen."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from bot.sandbox.answers import state_of
from bot.sandbox.checks import submission_errors
from bot.sandbox.person import Person, text_of
from bot.sandbox.server import Sandbox
from tests.unit.sandbox.conftest import (
    QUICK,
    Wired,
    a_button,
    a_modal,
    a_section,
    an_input,
    an_option,
    plain,
)

NINE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
OPTIONS = {"options": [an_option("a", "Apple"), an_option("b", "Pear")]}


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("plain_text_input", "Acme", {"value": "Acme"}),
        ("plain_text_input", None, {"value": None}),
        ("email_text_input", "a@b.example", {"value": "a@b.example"}),
        ("number_input", 3, {"value": "3"}),
        ("datepicker", date(2026, 11, 24), {"selected_date": "2026-11-24"}),
        ("datepicker", datetime(2026, 11, 24, 3, tzinfo=UTC), {"selected_date": "2026-11-23"}),
        ("timepicker", time(9, 30), {"selected_time": "09:30"}),
        ("timepicker", NINE, {"selected_time": "03:00"}),
        ("datetimepicker", NINE, {"selected_date_time": int(NINE.timestamp())}),
        ("static_select", "b", {"selected_option": an_option("b", "Pear")}),
        ("static_select", None, {"selected_option": None}),
        ("radio_buttons", "Apple", {"selected_option": an_option("a", "Apple")}),
        ("checkboxes", ["a", "Pear"], {"selected_options": OPTIONS["options"]}),
        ("multi_static_select", "a", {"selected_options": [an_option("a", "Apple")]}),
        ("checkboxes", [], {"selected_options": []}),
        ("users_select", "U1", {"selected_user": "U1"}),
        ("multi_users_select", ["U1"], {"selected_users": ["U1"]}),
        ("overflow", "b", {"selected_option": an_option("b", "Pear")}),
    ],
)
def test_a_value_takes_the_form_of_its_element(kind: str, value: Any, expected: dict) -> None:
    element = {"type": kind, "action_id": "x", **OPTIONS}
    assert state_of(element, value, "America/Chicago") == {"type": kind, **expected}


def test_what_cannot_be_chosen_is_told_with_what_can() -> None:
    with pytest.raises(LookupError, match=r"there are \['a', 'b'\]"):
        state_of({"type": "static_select", **OPTIONS}, "c")
    with pytest.raises(ValueError, match="time zone"):
        state_of({"type": "datetimepicker"}, datetime(2026, 1, 1))  # noqa: DTZ001  the point of it


@pytest.mark.parametrize(
    ("kind", "value", "error"),
    [
        ("plain_text_input", "abc", "at most 2"),
        ("email_text_input", "nobody", "valid email address"),
        ("url_text_input", "here", "valid URL"),
        ("number_input", "many", "valid number"),
        ("number_input", "1.5", "whole number"),
        ("number_input", "0", "at least 1"),
        ("number_input", "9", "at most 5"),
    ],
)
def test_slack_checks_a_field_before_the_app_sees_it(kind: str, value: str, error: str) -> None:
    limits = {"number_input": {"is_decimal_allowed": False, "min_value": "1", "max_value": "5"}}
    more = limits.get(kind, {"max_length": 2} if kind == "plain_text_input" else {})
    view = a_modal(an_input("field", kind, **more))
    held = {"field": {"typed": {"type": kind, "value": value}}}
    assert error in submission_errors(view, held)["field"]


def test_an_optional_field_may_stay_empty() -> None:
    view = a_modal({**an_input(), "optional": True})
    assert submission_errors(view, {}) == {}


@pytest.fixture
def robin() -> Person:
    return Person(Sandbox(QUICK))


def _show(person: Person, *blocks: dict) -> None:
    person._workspace.show(person.id, a_modal(*blocks), is_push=False)


async def test_names_that_are_not_there_are_told_with_those_that_are(robin: Person) -> None:
    with pytest.raises(LookupError, match="no modal open"):
        robin.fill("company", "Acme")
    with pytest.raises(LookupError, match="no modal open"):
        await robin.submit()
    _show(robin, an_input(), a_button(text="Back"))
    with pytest.raises(LookupError, match="company"):
        robin.fill("role", "Nurse")
    with pytest.raises(LookupError, match=r"\[Back\]"):
        await robin.click("Forward")
    with pytest.raises(LookupError, match="typed"):
        await robin.choose("colour", "red")


async def test_fields_begin_with_their_first_values_and_can_be_emptied(robin: Person) -> None:
    chosen = an_input("fruit", "checkboxes", **OPTIONS, initial_options=[an_option("a", "Apple")])
    _show(robin, an_input(initial_value="Acme"), chosen)
    values = robin.state(robin.modal)
    assert values["company"]["typed"]["value"] == "Acme"
    assert values["fruit"]["typed"]["selected_options"] == [an_option("a", "Apple")]
    robin.fill("typed", "")
    robin.fill("Fruit", [])
    assert await robin.submit() == {
        "company": "Please complete this required field.",
        "fruit": "Please complete this required field.",
    }


async def test_the_newest_message_with_a_button_is_the_one_that_is_pressed(wired: Wired) -> None:
    pressed = []

    @wired.app.action("go")
    async def _(ack, body):
        await ack()
        pressed.append((body["message"]["text"], body["actions"][0]["value"]))

    for text in ("old", "new"):
        row = a_button(value="1")
        row["elements"].append({**a_button(value="2")["elements"][0], "action_id": "go_other"})
        await wired.client.chat_postMessage(channel=wired.robin.id, text=text, blocks=[row])
    await wired.robin.click("go")
    await wired.robin.click("Go", message=wired.robin.dm[0], value="1")
    assert pressed == [("new", "1"), ("old", "1")]


async def test_choosing_in_a_message_tells_the_app_what_was_chosen(wired: Wired) -> None:
    seen = []

    @wired.app.action("pick")
    async def _(ack, body):
        await ack()
        seen.append(body)

    select = {"type": "static_select", "action_id": "pick", **OPTIONS}
    block = {**a_section("Fruit?"), "block_id": "fruit", "accessory": select}
    await wired.client.chat_postMessage(channel=wired.robin.id, text="Fruit?", blocks=[block])
    await wired.robin.choose("pick", "Pear")
    chosen = seen[0]["actions"][0]["selected_option"]
    assert chosen == an_option("b", "Pear")
    assert seen[0]["state"]["values"]["fruit"]["pick"]["selected_option"] == chosen


async def test_a_button_of_an_ephemeral_message_has_no_message_to_hand_back(wired: Wired) -> None:
    seen = []

    @wired.app.command("/x")
    async def _(ack):
        await ack(text="Only you", blocks=[a_button()])

    @wired.app.action("go")
    async def _(ack, body, respond):
        await ack()
        seen.append(body)
        await respond(delete_original=True)

    await wired.robin.command("/x")
    await wired.robin.click("go")
    await wired.robin.until(lambda: not wired.robin.ephemerals)
    assert seen[0]["container"]["is_ephemeral"] is True
    assert "message" not in seen[0]


async def test_waiting_ends_with_what_is_on_the_screen(robin: Person) -> None:
    robin._workspace.add_message(robin.channel, {"text": "Hello", "blocks": []})
    with pytest.raises(TimeoutError, match=r"the answer did not happen; the DM ends with \['Hello'\]"):
        await robin.until(lambda: False, "the answer", 0.05)


def test_every_block_can_be_read() -> None:
    flow = {"type": "rich_text_section", "elements": [{"type": "text", "text": "One"}]}
    quote = {"type": "rich_text_quote", "elements": [{"type": "text", "text": "Said"}]}
    blocks = [
        {"type": "header", "text": plain("Head")},
        {**a_section("Body"), "fields": [plain("Field")], "accessory": a_button(text="Edit")["elements"][0]},
        {"type": "divider"},
        {"type": "context", "elements": [plain("Small")]},
        {"type": "rich_text", "elements": [{"type": "rich_text_list", "elements": [flow]}, quote]},
        {"type": "markdown", "text": "**Bold**"},
        {**an_input("fruit", "static_select", **OPTIONS), "optional": True, "hint": plain("Any")},
        {"type": "actions", "elements": [a_button()["elements"][0], {"type": "overflow", **OPTIONS}]},
    ]
    assert text_of({"blocks": blocks}).split("\n") == [
        "Head",
        "Body",
        "Field",
        "[Edit]",
        "Small",
        "• One",
        "    Said",
        "**Bold**",
        "Fruit (optional): [Apple | Pear]",
        "  (Any)",
        "[Go] [Apple | Pear]",
    ]
    assert text_of({"text": "Plain", "blocks": []}) == "Plain"
