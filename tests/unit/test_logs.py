"""Lines of our own and of libraries: JSON, with the kind of an exception and never its text."""

import io
import json
import logging

import pytest
import structlog

from bot import logs


@pytest.fixture
def stream():
    root, old, level = logging.getLogger(), structlog.get_config(), logging.getLogger().level
    handlers = list(root.handlers)
    made = io.StringIO()
    logs.configure("INFO", made)
    yield made
    root.handlers, root.level = handlers, level
    structlog.configure(**old)


def test_a_line_of_ours_carries_the_request(stream: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(request="r1"):
        structlog.get_logger("x").info("row_settled", post="p1")
    structlog.get_logger("x").debug("not_this")
    (line,) = [json.loads(text) for text in stream.getvalue().splitlines()]
    assert line["event"] == "row_settled"
    assert (line["request"], line["post"], line["level"]) == ("r1", "p1", "info")


def test_a_library_says_what_and_where_but_quotes_nothing(stream: io.StringIO) -> None:
    try:
        raise ValueError("my boss is a walrus")
    except ValueError:
        logging.getLogger("asyncio").exception("walrus %s", "walrus")
    logging.getLogger("slack_bolt.App").error("Unhandled request ({'text': 'walrus'})")
    logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.")
    first, second, third = [json.loads(text) for text in stream.getvalue().splitlines()]
    assert "walrus" not in stream.getvalue()
    assert first["kind"] == "ValueError"
    assert first["place"].startswith("test_logs.py:")
    assert second["logger"] == "slack_bolt.App"
    assert third["event"] == "Invalid HTTP request received."
