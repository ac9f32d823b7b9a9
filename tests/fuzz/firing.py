"""Sends a volley, and says what must never happen."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.fuzz.ground import MARK, Answer, Ground
from tests.fuzz.shots import Shot

SEEDS = Path(__file__).parent / "seeds.jsonl"
PARSED = re.compile(r"<(?:!|@|#|https?:|mailto:)")  # what Slack would make a mention or a link of


def seeds() -> list[Shot]:
    """Requests that once did harm."""
    return [Shot(**json.loads(line)) for line in SEEDS.read_text(encoding="utf-8").splitlines() if line]


async def fire(ground: Ground, volley: Sequence[Shot]) -> None:
    """Everything in order; then nothing may be broken, and nobody else may have felt it."""
    ground.troubles.clear()
    ground.logs.clear()
    ground.shown()
    for shot in volley:
        answer = await send(ground, shot)
        where = f"{shot.as_json()} → {answer.status} {answer.body[:300]!r}"
        assert answer.status < 500, where
        assert not ground.troubles, f"{ground.troubles} after {where}"
        assert b"Traceback" not in answer.body, where
        assert "other-host.example" not in f"{answer.headers} {answer.body!r}", where
        assert answer.headers["x-content-type-options"] == "nosniff", where
        if not shot.is_signed:
            assert MARK.encode() not in answer.body, where
        _look_at(answer, where)
        ground.troubles.clear()
    await ground.rest()
    assert not ground.troubles, "\n".join(ground.troubles)
    for seen in ground.shown():
        _no_mentions(seen)
    leaked = [line for line in ground.logs if MARK in line]
    assert not leaked, leaked
    ground.logs.clear()


async def send(ground: Ground, shot: Shot) -> Answer:
    """One request."""
    body, content_type = shot.encoded(await ground.ids())
    if shot.path:
        path, _, query = shot.path.partition("?")
        content = body if shot.kind != "GET" else b""
        return await ground.request(shot.kind, path, content, {"host": "other-host.example"}, query)
    if not shot.is_signed:
        return await ground.request("POST", "/slack/events", body, {"content-type": content_type})
    return await ground.slack(body, content_type)


def _look_at(answer: Answer, where: str) -> None:
    """An answer to Slack is shown to the person too."""
    if answer.headers.get("content-type", "").startswith("application/json") and answer.body:
        try:
            _no_mentions(json.loads(answer.body))
        except AssertionError as wrong:
            raise AssertionError(f"{wrong} in {where}") from None


def _no_mentions(shown: Any) -> None:
    for text in _parsed_texts(shown):
        assert not PARSED.search(text), text


def _parsed_texts(shown: Any) -> Iterator[str]:
    """Texts that Slack parses: of mrkdwn objects, and the plain text of messages."""
    if isinstance(shown, list):
        for item in shown:
            yield from _parsed_texts(item)
    elif isinstance(shown, dict):
        is_parsed = shown.get("type") in {"mrkdwn", "message", None} and isinstance(shown.get("text"), str)
        if is_parsed:
            yield shown["text"]
        for name, item in shown.items():
            if name != "state":
                yield from _parsed_texts(item)
