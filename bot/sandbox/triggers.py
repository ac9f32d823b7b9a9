"""trigger_ids: each opens one modal, once, within three seconds."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.refusals import Refused

TRIGGER_SECONDS = 3.0  # Slack's own
MOST_KEPT = 1000  # old ones beyond that are forgotten, and answer invalid_trigger_id


@dataclass
class _Trigger:
    person: str
    made_at_seconds: float
    view_id: str
    is_used: bool = False


class Triggers:
    """Hands them out and takes them back."""

    def __init__(
        self, seconds: float = TRIGGER_SECONDS, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds = seconds
        self._monotonic = monotonic
        self._known: dict[str, _Trigger] = {}

    def new(self, person: str, view_id: str = "") -> str:
        """A fresh one; `view_id` names the modal that it came from."""
        while len(self._known) >= MOST_KEPT:
            self._known.pop(next(iter(self._known)))
        name = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._known[name] = _Trigger(person, self._monotonic(), view_id)
        return name

    def knows(self, name: str) -> bool:
        """Whether it was made here."""
        return name in self._known

    def use(self, name: str) -> tuple[str, str]:
        """Whose it is, and the modal it came from. Raises Refused for an old, used or invented one."""
        trigger = self._known.get(name)
        if trigger is None:
            raise Refused("invalid_trigger_id")
        if trigger.is_used:
            raise Refused("exchanged_trigger_id")
        if self._monotonic() - trigger.made_at_seconds > self._seconds:
            raise Refused("expired_trigger_id")
        trigger.is_used = True
        return trigger.person, trigger.view_id
