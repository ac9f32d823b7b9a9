"""Slack's signature: the address that Slack tries first, and a secret that was copied wrong."""

import hashlib
import hmac
import json
import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import structlog
from structlog.testing import capture_logs

from bot.local import Local
from tests.scenarios.test_installing import many, own


async def posted(both: Local, body: Any, secret: str) -> tuple[int, str]:
    """As Slack posts an event."""
    raw, stamp = json.dumps(body).encode(), str(int(time.time()))
    mac = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + raw, hashlib.sha256).hexdigest()
    headers = {
        "content-type": "application/json",
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": f"v0={mac}",
    }
    url = f"{own(both)}/slack/events"
    async with aiohttp.ClientSession() as session, session.post(url, data=raw, headers=headers) as answer:
        return answer.status, await answer.text()


CHALLENGE = {"token": "x", "challenge": "say-this-again", "type": "url_verification"}


async def _is_verified(both: Local) -> bool:
    status, answer = await posted(both, CHALLENGE, both.sandbox.settings.signing_secret)
    assert (await posted(both, CHALLENGE, "another"))[0] == 401
    return status == 200 and CHALLENGE["challenge"] in answer


async def test_slack_verifies_the_address_in_one_workspace_and_before_there_is_any(
    over_http: Local, tmp_path: Path
) -> None:
    assert await _is_verified(over_http)
    async with many(tmp_path / "many") as both:
        assert await _is_verified(both)


@pytest.fixture
def warnings() -> Iterator[None]:
    """As an operator has them; other tests are quiet."""
    old = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    yield
    structlog.configure(**old)


@pytest.mark.usefixtures("warnings")
async def test_a_secret_that_was_copied_wrong_is_in_the_log_once_a_minute(over_http: Local) -> None:
    with capture_logs() as lines:
        for _ in range(3):
            assert (await posted(over_http, CHALLENGE, "another"))[0] == 401
        async with aiohttp.ClientSession() as session:  # a scanner signs nothing
            await session.post(f"{own(over_http)}/slack/events", data=b"x")
    refused = [line for line in lines if line["event"] == "signature_refused"]
    assert [line["look_at"] for line in refused] == ["SLACK_SIGNING_SECRET, and the clock of this machine"]
