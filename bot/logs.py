"""Log lines: one JSON object each, with a request's id and counts, and never a word that a person wrote."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any, TextIO

import structlog

QUOTING = ("slack_bolt", "slack_sdk")  # their messages quote requests
LONGEST = 200


def configure(level: str = "INFO", stream: TextIO | None = None) -> None:
    """Our own lines, and those of the libraries, to one stream."""
    out = stream or sys.stderr
    number = getattr(logging, level)
    handler = logging.StreamHandler(out)
    handler.setFormatter(Foreign())
    logging.basicConfig(level=max(number, logging.WARNING), handlers=[handler], force=True)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(out),
    )


def quiet() -> None:
    """Errors alone, where a person looks at the terminal."""
    logging.basicConfig(level=logging.ERROR)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


class Foreign(logging.Formatter):
    """A library's line. An exception is named by its kind and place: its text may quote what was typed."""

    def format(self, record: logging.LogRecord) -> str:
        """As one JSON object."""
        held: dict[str, Any] = {"logger": record.name, "level": record.levelname.lower()}
        if not record.name.startswith(QUOTING) and not record.exc_info:
            held["event"] = record.getMessage()[:LONGEST]
        else:
            held["event"] = "library_line"
        if record.exc_info and record.exc_info[0] is not None:
            held |= {"kind": record.exc_info[0].__name__, "place": _place(record.exc_info[2])}
        held["timestamp"] = datetime.fromtimestamp(record.created, UTC).isoformat()
        return json.dumps(held)


def _place(trace: Any) -> str:
    """The innermost file and line."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return ""
    return f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}"
