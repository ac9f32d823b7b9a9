"""What Slack sends is read as it was typed; what only looks like it is not."""

from urllib.parse import urlencode

import pytest

from bot.slack.door import parsed

FORM = "application/x-www-form-urlencoded"
COMMAND = {"command": "/decline", "user_id": "U1", "text": "São Paulo & co = 100 % + \ufffd"}


def test_a_form_is_read_as_it_was_typed() -> None:
    assert parsed(urlencode(COMMAND).encode(), FORM) == COMMAND


@pytest.mark.parametrize("broken", [b"%ff", b"%c3", b"%ed%a0%80", b"a%00b"])
def test_what_is_no_text_is_nothing_that_slack_sends(broken: bytes) -> None:
    assert parsed(b"command=%2Fdecline&user_id=U1&text=" + broken, FORM) is None
