"""How a row of the outbox goes out: what the courier asks for, and how it settles what it claimed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.flows.ports import Letter, Post, PostKind

HELD = "held"  # the reason of a row that waits because the composer said so; it gives up its place
PAUSED = "paused"  # the reason of a row that waits because its workspace rests


class Ending(StrEnum):
    """How a claimed row is settled."""

    SENT = "sent"
    LATER = "later"
    CANCELLED = "cancelled"
    IN_DOUBT = "in_doubt"
    REFUSED = "refused"


GONE = frozenset({Ending.SENT, Ending.CANCELLED, Ending.REFUSED})
UNHEARD = "other"  # how the note of an answer begins that had nothing to answer
ANSWERED = "answered"  # the note of an answer that went out


@dataclass(frozen=True)
class Settlement:
    """The end of one claim."""

    post: Post
    ending: Ending
    at: datetime
    due_at: datetime | None = None  # LATER: when to try again
    channel: str = ""
    ts: str = ""
    reason: str = ""  # a code, never personal words

    @property
    def note(self) -> str:
        """What the row remembers: once an answer is out, no longer what somebody's words were taken for.

        But for those that said nothing to Ajar: it tells once who keeps what is typed.
        """
        is_over = self.post.kind is PostKind.REPLY and self.ending in GONE
        return ANSWERED if is_over and not self.post.note.startswith(UNHEARD) else self.post.note


@dataclass(frozen=True)
class Pause:
    """A method of Slack's that rests in one workspace, for every replica."""

    workspace: tuple[str, str]  # see Post.workspace
    method: str  # as Slack names it; "*" is every method
    until: datetime
    reason: str


class Outbox(Protocol):
    """The rows as the courier sees them."""

    async def claim(self, now: datetime, limit: int, lease: timedelta) -> tuple[Post, ...]:
        """Take rows that are due, or whose lease ran out, for the length of the lease."""
        ...

    async def settle(self, settlements: tuple[Settlement, ...]) -> None:
        """Record how claims ended; a claim whose lease was taken over is left alone."""
        ...

    async def pause(self, pause: Pause) -> None:
        """Let nothing be claimed there until then; what is due in between is spread out after it."""
        ...

    async def resume(self, workspace: tuple[str, str] | None) -> None:
        """End every pause of a workspace (None: of all), and let what waited for it be due again."""
        ...

    async def next_due(self) -> datetime | None:
        """When the earliest row is due or its lease ends."""
        ...


@dataclass(frozen=True)
class Hold:
    """The row should wait until then."""

    until: datetime


@dataclass(frozen=True)
class Drop:
    """The row is no longer wanted; why, as a code."""

    reason: str


class Composer(Protocol):
    """Decides at the last moment what a row says, and whether it still should."""

    async def compose(self, post: Post, now: datetime) -> Letter | Hold | Drop:
        """The letter; or later; or never."""
        ...
