"""Slack's way of saying no: {"ok": false, "error": …}."""

from collections.abc import Sequence
from typing import Any


class Refused(Exception):  # noqa: N818  Slack's own word for it is no error of ours
    """The answer {"ok": false, "error": …}."""

    def __init__(self, error: str, messages: Sequence[str] = (), **more: Any) -> None:
        super().__init__(f"{error}: {'; '.join(messages)}" if messages else error)
        self.error = error
        self.messages = list(messages)
        self.more = more

    @property
    def answer(self) -> dict[str, Any]:
        """The body, with `response_metadata.messages` telling where."""
        where = {"response_metadata": {"messages": self.messages}} if self.messages else {}
        return {"ok": False, "error": self.error, **self.more, **where}
