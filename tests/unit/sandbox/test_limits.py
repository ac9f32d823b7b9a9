"""The local Slack refuses what Slack refuses."""

import copy
import time

import pytest

from bot.sandbox.clock import SandboxClock
from bot.sandbox.limits import message_complaints, view_complaints
from bot.sandbox.webapi import call
from bot.sandbox.workspace import Refused, Workspace

PLAIN = {"type": "plain_text", "text": "x"}
INPUT = {
    "type": "input",
    "block_id": "a",
    "label": PLAIN,
    "element": {"type": "plain_text_input", "action_id": "b"},
}
VIEW = {"type": "modal", "title": PLAIN, "submit": PLAIN, "close": PLAIN, "blocks": [INPUT]}
BUTTON = {"type": "button", "action_id": "b", "text": PLAIN}
OPTION = {"text": PLAIN, "value": "v"}


def _with(**changes):
    view = copy.deepcopy(VIEW)
    view.update(changes)
    return view


def _choosing(**element):
    return [{**INPUT, "element": {"type": "static_select", "action_id": "b", "options": [OPTION], **element}}]


@pytest.mark.parametrize(
    "view",
    [
        _with(title={"type": "plain_text", "text": "x" * 25}),
        _with(submit=None),
        _with(private_metadata="x" * 3001),
        _with(blocks=[INPUT, INPUT]),
        _with(blocks=[{"type": "divider"}] * 101),
        _with(blocks=[{"type": "card"}]),
        _with(blocks=[{"type": "section"}]),
        _with(blocks=[{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]),
        _with(blocks=[{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]),
        _with(blocks=[{"type": "context", "elements": [PLAIN] * 11}]),
        _with(blocks=[{"type": "actions", "elements": [BUTTON, BUTTON]}]),
        _with(blocks=[{"type": "actions", "elements": [{**BUTTON, "url": "x" * 3001}]}]),
        _with(blocks=_choosing(options=[OPTION] * 101)),
        _with(blocks=_choosing(options=[{**OPTION, "value": "x" * 76}])),
        _with(blocks=_choosing(initial_option={**OPTION, "value": "other"})),
        _with(blocks=[{**INPUT, "element": {"type": "datetimepicker", "placeholder": PLAIN}}]),
    ],
)
def test_a_view_that_breaks_a_limit_is_refused(view) -> None:
    assert view_complaints(VIEW) == []
    assert view_complaints(view) != []


def test_a_message_that_breaks_a_limit_is_refused() -> None:
    assert message_complaints("x", [{"type": "divider"}]) == []
    assert message_complaints("x", [{"type": "divider"}] * 51) != []


@pytest.fixture
def workspace() -> Workspace:
    return Workspace(SandboxClock())


def _error(workspace: Workspace, method: str, **given) -> str:
    with pytest.raises(Refused) as caught:
        call(workspace, method, given)
    return caught.value.error


def test_a_trigger_works_once_and_for_three_seconds(workspace: Workspace) -> None:
    trigger = workspace.new_trigger("U0ROBIN001")
    assert call(workspace, "views.open", {"trigger_id": trigger, "view": VIEW})["view"]["id"]
    assert _error(workspace, "views.open", trigger_id=trigger, view=VIEW) == "exchanged_trigger_id"
    old = workspace.new_trigger("U0ROBIN001")
    workspace.triggers[old].until = time.monotonic() - 1
    assert _error(workspace, "views.open", trigger_id=old, view=VIEW) == "expired_trigger_id"
    assert _error(workspace, "views.open", trigger_id="x", view=VIEW) == "invalid_trigger_id"


def test_three_views_are_the_most_and_an_old_hash_conflicts(workspace: Workspace) -> None:
    for method in ("views.open", "views.push", "views.push"):
        answer = call(workspace, method, {"trigger_id": workspace.new_trigger("U0ROBIN001"), "view": VIEW})
    assert (
        _error(workspace, "views.push", trigger_id=workspace.new_trigger("U0ROBIN001"), view=VIEW)
        == "push_limit_reached"
    )
    view = answer["view"]
    call(workspace, "views.update", {"view_id": view["id"], "hash": view["hash"], "view": VIEW})
    assert (
        _error(workspace, "views.update", view_id=view["id"], hash=view["hash"], view=VIEW) == "hash_conflict"
    )


def test_messages_keep_their_metadata_to_themselves_unless_asked(workspace: Workspace) -> None:
    metadata = {"event_type": "t", "event_payload": {"id": "1"}}
    posted = call(
        workspace, "chat.postMessage", {"channel": "U0ROBIN001", "text": "hi", "metadata": metadata}
    )
    asked = {"channel": posted["channel"], "include_all_metadata": True}
    assert call(workspace, "conversations.history", asked)["messages"][0]["metadata"] == metadata
    del asked["include_all_metadata"]
    assert "metadata" not in call(workspace, "conversations.history", asked)["messages"][0]
    assert _error(workspace, "chat.postMessage", channel="U0NOBODY", text="hi") == "channel_not_found"
    assert _error(workspace, "chat.postMessage", channel="U0ROBIN001", text="") == "no_text"
