"""Blunt words are in none of the places where they could last: files, log lines, metrics, texts of errors."""

import io
import logging
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
import structlog

from bot.cli import load_manifest
from bot.local import local
from bot.sandbox.person import Person, text_of
from tests.conftest import PATIENCE_SECONDS, START
from tests.scenarios.telling import expect_said, submit
from tests.scenarios.test_at_rest import unsealed
from tests.scenarios.test_operating import TOKEN, fetched

BOT = str(Path(sys.modules["bot"].__file__ or "").parent)
BLUNT = "The pay is a joke, my walrus of a boss smokes herring and the commute is a zeppelin ride"
TELLING = ("walrus", "herring", "zeppelin", "joke")


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[io.StringIO]:
    """Every line that is logged: all of ours, and what an operator gets of the libraries'."""
    caplog.set_level(logging.INFO)
    caplog.set_level(logging.DEBUG, "bot")
    held, before = io.StringIO(), structlog.get_config()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(0),
        logger_factory=structlog.PrintLoggerFactory(held),
        cache_logger_on_first_use=False,
    )
    yield held
    structlog.configure(**before)


@pytest.fixture
def errors() -> Iterator[list[str]]:
    """The text of every exception that passes through a function of Ajar, caught or not, in any thread."""
    found: list[str] = []

    def watch(frame: FrameType, event: str, given: Any) -> Any:
        name = frame.f_code.co_filename
        if not name.startswith(BOT) or name.startswith(f"{BOT}/sandbox"):
            return None  # the local Slack is Slack's side
        if event == "exception" and not issubclass(
            given[0], StopIteration
        ):  # that is how a coroutine answers
            found.append(f"{given[0].__name__}: {given[1]!r} {given[1]}")
        return watch

    before = sys.gettrace()
    threading.settrace(watch)
    sys.settrace(watch)
    yield found
    sys.settrace(before)
    threading.settrace(None)  # type: ignore[arg-type]


def bytes_in(folder: Path) -> bytes:
    """All that lies on the disk."""
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


async def test_no_blunt_word_is_in_a_file_a_log_line_a_metric_or_the_text_of_an_error(
    tmp_path: Path, log: io.StringIO, errors: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    given: dict[str, Any] = {"ajar_metrics_token": TOKEN, "patience_seconds": PATIENCE_SECONDS}
    async with local(tmp_path, load_manifest(), start_at=START, **given) as both:
        robin, reader = Person(both.sandbox), both.ajar.reader
        sound = reader.warm()
        reader._model = replace(sound, weights=sound.weights[:3])  # whatever it reads goes wrong
        await robin.command("/decline Broken Reader")
        await robin.until(lambda: robin.modal is not None, "a window")
        robin.fill("role", "Nurse")
        await submit(robin)
        robin.fill("raw_words", BLUNT)
        await robin.submit()
        assert "listener_failed" in log.getvalue()
        reader._model = sound
        await robin.close(is_all=True)

        both.sandbox.faults.script("chat.postMessage", "error", "invalid_blocks")
        both.sandbox.faults.script("chat.update", "error", "internal_error", times=2)
        await robin.command("/decline")
        await robin.until(lambda: robin.modal is not None, "a window")
        await robin.click("interview_go_on")
        robin.fill("raw_words", BLUNT)
        for _ in range(3):
            await submit(robin)
        await expect_said(robin, "How did it go?")
        own = str(both.sandbox.settings.request_url).removesuffix("/slack/events")
        status, metrics = await fetched(f"{own}/metrics", authorization=f"Bearer {TOKEN}")
        assert status == 200
        assert "compensation" in unsealed(tmp_path)  # the words were understood, and only that is kept
        files = bytes_in(tmp_path) + unsealed(tmp_path).encode()
    assert any(text.startswith(("IndexError", "ValueError")) for text in errors), errors
    assert "row_verdict" in log.getvalue()
    shown = "\n".join(text_of(message) for message in robin.dm)
    places = {
        "files": files.decode(errors="replace"),
        "log": log.getvalue() + caplog.text,
        "metrics": metrics,
        "errors": "\n".join(errors),
        "messages": shown,
    }
    for place, text in places.items():
        for word in TELLING:
            assert word not in text, (place, word)
