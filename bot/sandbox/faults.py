"""What goes wrong between the app and the Web API: scripted by tests, or a realistic rate limit."""

import math
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Given = Mapping[str, Any]
MOST_CALLS = 20_000


class Drop(StrEnum):
    """The connection breaks: nothing was done, or all was done and the answer is lost."""

    BEFORE = "drop_before"
    AFTER = "drop_after"


@dataclass(frozen=True)
class Fail:
    """One of Slack's own errors: account_inactive, channel_not_found, token_revoked …"""

    error: str


@dataclass(frozen=True)
class RateLimited:
    """429 with Retry-After."""

    retry_after_seconds: int = 1


@dataclass(frozen=True)
class Status:
    """Another HTTP status, such as 503, and no JSON."""

    status: int = 503
    body: str = "<html>Service unavailable</html>"


@dataclass(frozen=True)
class Slow:
    """An answer that takes its time: before the work is done, or after it."""

    seconds: float
    is_after: bool = False


Fault = Drop | Fail | RateLimited | Status | Slow
When = Callable[[Given], bool]


@dataclass
class _Script:
    method: str
    fault: Fault
    left: float
    when: When | None


class Faults:
    """Scripts by method ("*" is any); the first that fits is used."""

    def __init__(self) -> None:
        self._scripts: list[_Script] = []
        self.calls: deque[tuple[float, str]] = deque(maxlen=MOST_CALLS)  # when (monotonic seconds), and what

    def next(self, method: str, *faults: Fault, times: int = 1, when: When | None = None) -> None:
        """The next calls fail like this, in this order; `when` looks at the arguments."""
        self._scripts += [_Script(method, fault, times, when) for fault in faults]

    def script(self, method: str, kind: str, value: Any = None, times: int = 1) -> None:
        """The same by name: error, status, ratelimited, slow, drop_before, drop_after; and its value."""
        made: Mapping[str, Callable[[], Fault]] = {
            "error": lambda: Fail(str(value)),
            "status": lambda: Status(int(value)),
            "ratelimited": lambda: RateLimited(int(value)),
            "slow": lambda: Slow(float(value)),
        }
        self.next(method, made[kind]() if kind in made else Drop(kind), times=times)

    def always(self, method: str, fault: Fault, *, when: When | None = None) -> None:
        """Every call fails like this until clear()."""
        self._scripts.append(_Script(method, fault, math.inf, when))

    def clear(self) -> None:
        """All is well again."""
        self._scripts.clear()

    @property
    def is_waiting(self) -> bool:
        """Whether a scripted fault has not happened yet."""
        return any(script.left != math.inf for script in self._scripts)

    def take(self, method: str, given: Given) -> Fault | None:
        """The fault for this call."""
        self.calls.append((time.monotonic(), method))
        for script in self._scripts:
            if script.method in {method, "*"} and (script.when is None or script.when(given)):
                script.left -= 1
                if script.left <= 0:
                    self._scripts.remove(script)
                return script.fault
        return None


@dataclass(frozen=True)
class Rate:
    """So many calls a minute, of which so many may come at once."""

    a_minute: float
    burst: int


TIER_2, TIER_3, TIER_4 = Rate(20, 5), Rate(50, 10), Rate(100, 20)
POSTS_A_CHANNEL = Rate(60, 1)
RATES: Mapping[str, Rate] = {
    "auth.test": Rate(600, 100),
    "chat.postMessage": Rate(300, 100),
    "chat.postEphemeral": TIER_4,
    "chat.update": TIER_3,
    "chat.delete": TIER_3,
    "conversations.history": TIER_3,
    "conversations.info": TIER_3,
    "conversations.open": TIER_3,
    "files.completeUploadExternal": TIER_4,
    "files.getUploadURLExternal": TIER_4,
    "users.info": TIER_4,
    "views.open": TIER_4,
    "views.publish": TIER_4,
    "views.push": TIER_4,
    "views.update": TIER_4,
}


class RateLimiter:
    """Slack's published rates: per method in this workspace, and one message a second in one channel."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._free_at: dict[str, float] = {}

    def wait_seconds(self, method: str, given: Given) -> int:
        """0 when the call may pass; else what Retry-After says."""
        rates = {method: RATES.get(method, TIER_2)}
        if method == "chat.postMessage":
            rates[f"{method} {given.get('channel')}"] = POSTS_A_CHANNEL
        now = self._monotonic()
        wait = max(self._wait(key, rate, now) for key, rate in rates.items())
        if wait > 0:
            return math.ceil(wait)
        for key, rate in rates.items():
            self._free_at[key] = max(self._free_at.get(key, 0.0), now) + 60 / rate.a_minute
        return 0

    def _wait(self, key: str, rate: Rate, now: float) -> float:
        return self._free_at.get(key, 0.0) - now - (rate.burst - 1) * 60 / rate.a_minute
