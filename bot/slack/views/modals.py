"""A screen → a modal view."""

import json
from typing import Any

from bot.flows.acts import Act
from bot.flows.screens import Notice, Screen
from bot.slack.ids import ViewId
from bot.slack.views.fields import Block, input_block, plain
from bot.slack.views.letters import part_blocks

LONGEST_TITLE = 24  # Slack's limit for title, submit and close

CALLBACKS = {
    "step": ViewId.STEP,
    "resume": ViewId.RESUME,
    "settings": ViewId.SETTINGS,
    "email": ViewId.EMAIL,
    "script": ViewId.SCRIPT,
    "rhythm": ViewId.RHYTHM,
    "details": ViewId.DETAILS,
    "reasons": ViewId.REASONS,
    "personal": ViewId.PERSONAL,
    "rehearsal": ViewId.REHEARSAL,
    "rehearsal_lines": ViewId.REHEARSAL_LINES,
    "import": ViewId.IMPORT,
    "erase": ViewId.ERASE,
    "notice": ViewId.NOTICE,
    "case": ViewId.CASE,
    "erase_case": ViewId.ERASE_CASE,
}


def modal(screen: Screen) -> dict[str, Any]:
    """The view; what it is about travels as ids in private_metadata, never words."""
    view: dict[str, Any] = {
        "type": "modal",
        "callback_id": CALLBACKS[screen.name],
        "title": plain(screen.title, LONGEST_TITLE),
        "close": plain(screen.close, LONGEST_TITLE),
        "private_metadata": metadata(screen),
        "blocks": _blocks(screen),
    }
    if screen.submit:
        view["submit"] = plain(screen.submit, LONGEST_TITLE)
    return view


def metadata(screen: Screen) -> str:
    """What the next request needs to know: ids and places."""
    held = {"about": screen.about, "step": screen.step, "place": screen.place, "locale": screen.locale}
    return json.dumps(held)


def notice(title: str, text: str, close: str) -> dict[str, Any]:
    """A modal that only says something."""
    return modal(Screen("notice", "", title=title, close=close, notices=(Notice(text),)))


def _blocks(screen: Screen) -> list[Block]:
    blocks = [_notice(item) for item in screen.notices if not item.above]
    for number, part in enumerate(screen.parts):
        blocks += part_blocks(part, f"part_{number}")
    for field in screen.fields:
        blocks += [_notice(item) for item in screen.notices if item.above == field.id]
        blocks.append(input_block(field))
    if screen.back:
        blocks.append(_buttons([_button(Act.INTERVIEW_BACK, screen.back, screen.about)]))
    if screen.go_on:
        go_on = _button(Act.INTERVIEW_GO_ON, screen.go_on, screen.about, "primary")
        anew = _button(Act.INTERVIEW_START_ANEW, screen.start_anew, screen.company)
        blocks.append(_buttons([go_on, anew]))
    return blocks


def _notice(item: Notice) -> Block:
    if item.is_heading:
        return {"type": "header", "text": plain(item.text, 150)}
    return {"type": "section", "text": plain(item.text)}


def _buttons(buttons: list[Block]) -> Block:
    return {"type": "actions", "elements": buttons}


def _button(act: Act, label: str, value: str, style: str = "") -> Block:
    button: Block = {"type": "button", "action_id": act, "text": plain(label, 75)}
    if value:
        button["value"] = value
    return {**button, "style": style} if style else button
