"""The local Slack refuses what Slack refuses, and takes what it takes."""

import pytest

from bot.sandbox.limits import is_too_large, message_complaints, view_complaints
from tests.unit.sandbox.conftest import a_button, a_modal, a_section, an_input, an_option, plain


def a_select(*options, kind: str = "static_select", **element):
    return an_input("choice", kind, options=list(options) or [an_option("a")], **element)


def a_confirm(**given):
    texts = {"title": plain("Sure?"), "text": plain("Really"), "confirm": plain("Yes"), "deny": plain("No")}
    return {**texts, **given}


def some_buttons(count):
    return [a_button(f"b{number}")["elements"][0] for number in range(count)]


MUCH = "x" * 3001
GOOD = [
    a_modal(),
    a_modal(a_section("x" * 3000), an_input(max_length=3000, min_length=3, focus_on_load=True)),
    a_modal(a_select(an_option("a"), an_option("b"), initial_option=an_option("b"))),
    a_modal(a_select(kind="checkboxes", initial_options=[an_option("a")])),
    a_modal(
        an_input("when", "datetimepicker", initial_date_time=1_789_000_000), an_input("day", "datepicker")
    ),
    a_modal(a_button(confirm=a_confirm(), style="danger", url="https://example.com")),
    a_modal({"type": "context", "elements": [plain("x")] * 10}, {"type": "divider"}),
    {"type": "home", "blocks": [a_section("Hello"), an_input()]},
]
BAD = {
    "title too long": a_modal(title=plain("x" * 25)),
    "title missing": {"type": "modal", "blocks": []},
    "submit too long": a_modal(submit=plain("x" * 25)),
    "close too long": a_modal(close=plain("x" * 25)),
    "no submit with an input": a_modal(submit=None),
    "metadata too long": a_modal(private_metadata=MUCH),
    "callback_id too long": a_modal(callback_id="x" * 256),
    "an unknown key": a_modal(hash="1"),
    "a title at home": {"type": "home", "title": plain("x"), "blocks": []},
    "no blocks": {"type": "home"},
    "no such view": {"type": "window", "blocks": []},
    "a block_id twice": a_modal(an_input(), an_input()),
    "too many blocks": a_modal(*[{"type": "divider"}] * 101),
    "an unknown block": a_modal({"type": "card"}),
    "markdown in a modal": a_modal({"type": "markdown", "text": "x"}),
    "an empty section": a_modal({"type": "section"}),
    "an empty text": a_modal(a_section("")),
    "a long section": a_modal(a_section(MUCH)),
    "eleven fields": a_modal({"type": "section", "fields": [plain("x")] * 11}),
    "a long field": a_modal({"type": "section", "fields": [plain("x" * 2001)]}),
    "a long header": a_modal({"type": "header", "text": plain("x" * 151)}),
    "a mrkdwn header": a_modal({"type": "header", "text": {"type": "mrkdwn", "text": "x"}}),
    "emoji in mrkdwn": a_modal(
        {"type": "section", "text": {"type": "mrkdwn", "text": "x", "emoji": True}}
    ),
    "eleven in a context": a_modal({"type": "context", "elements": [plain("x")] * 11}),
    "none in a context": a_modal({"type": "context", "elements": []}),
    "26 actions": a_modal({"type": "actions", "elements": some_buttons(26)}),
    "an action_id twice": a_modal({"type": "actions", "elements": a_button()["elements"] * 2}),
    "an input among actions": a_modal({"type": "actions", "elements": [an_input()["element"]]}),
    "long button words": a_modal(a_button(text="x" * 76)),
    "a long button value": a_modal(a_button(value="x" * 2001)),
    "a long link": a_modal(a_button(url="https://" + MUCH)),
    "an unknown style": a_modal(a_button(style="blue")),
    "a long confirm": a_modal(a_button(confirm=a_confirm(confirm=plain("x" * 31)))),
    "no confirm words": a_modal(a_button(confirm={"title": plain("x")})),
    "a long label": a_modal({**an_input(), "label": plain("x" * 2001)}),
    "a long hint": a_modal({**an_input(), "hint": plain("x" * 2001)}),
    "no label": a_modal({"type": "input", "element": an_input()["element"]}),
    "a long placeholder": a_modal(an_input(placeholder=plain("x" * 151))),
    "a placeholder in a datetimepicker": a_modal(an_input(kind="datetimepicker", placeholder=plain("x"))),
    "max_length too high": a_modal(an_input(max_length=3001)),
    "a first value too long": a_modal(an_input(initial_value="xxx", max_length=2)),
    "no is_decimal_allowed": a_modal(an_input(kind="number_input")),
    "a button as input": a_modal({**an_input(), "element": a_button()["elements"][0]}),
    "101 options": a_modal(a_select(*[an_option(str(n)) for n in range(101)])),
    "11 radio buttons": a_modal(a_select(*[an_option(str(n)) for n in range(11)], kind="radio_buttons")),
    "no options": a_modal(an_input(kind="static_select", options=[])),
    "a long option": a_modal(a_select(an_option("a", "x" * 76))),
    "a long option value": a_modal(a_select(an_option("x" * 76))),
    "an option without value": a_modal(a_select({"text": plain("x")})),
    "a foreign first option": a_modal(a_select(initial_option=an_option("other"))),
    "foreign first options": a_modal(a_select(kind="checkboxes", initial_options=[an_option("other")])),
    "no first options": a_modal(a_select(kind="checkboxes", initial_options=[])),
    "a date in words": a_modal(an_input(kind="datepicker", initial_date="tomorrow")),
    "two in focus": a_modal(an_input("a", focus_on_load=True), an_input("b", focus_on_load=True)),
    "a file at home": {"type": "home", "blocks": [an_input(kind="file_input")]},
    "a list without style": a_modal(
        {"type": "rich_text", "elements": [{"type": "rich_text_list", "elements": []}]}
    ),
    "an empty rich text": a_modal(
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": ""}]}],
        }
    ),
    "an image without words": a_modal({"type": "image", "image_url": "https://example.com/x.png"}),
    "blocks that are no list": a_modal() | {"blocks": "none"},
    "too large": a_modal(*[a_section("x" * 2900)] * 90),
}  # fmt: skip


@pytest.mark.parametrize("view", GOOD)
def test_what_slack_takes_is_taken(view) -> None:
    assert view_complaints(view) == []


@pytest.mark.parametrize("view", BAD.values(), ids=BAD)
def test_what_breaks_a_limit_is_told_with_its_place(view) -> None:
    complaints = view_complaints(view)
    assert complaints
    assert all("[json-pointer:/view" in complaint for complaint in complaints)


def test_a_view_of_more_than_250_kilobytes_is_too_large() -> None:
    assert is_too_large(BAD["too large"])
    assert not is_too_large(a_modal())


def test_messages_have_limits_of_their_own() -> None:
    markdown = {"type": "markdown", "text": "x" * 12_000}
    assert message_complaints("x" * 4000, [markdown, a_button(), an_input()]) == []
    assert message_complaints("x" * 4001, None)
    assert message_complaints("x", [{"type": "divider"}] * 51)
    assert message_complaints("x", [{**markdown, "text": "x" * 12_001}])
    assert message_complaints("x", [{"type": "table"}])
