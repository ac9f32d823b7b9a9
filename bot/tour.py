"""A whole story through the local Slack, printed as it happens: `ajar tour`."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.local import Local, local
from bot.sandbox.person import Person, text_of

YEAR = timedelta(days=380)
RAW = "The pay is too low, the drive takes an hour each way, and honestly the manager seemed stupid"

PATIENCE_SECONDS = 20.0  # a story has time, also on a machine that is busy


@dataclass(frozen=True)
class Scene:
    """One thing that happened: who, when, and what was on the screen."""

    at: datetime
    who: str  # Robin, Ajar, or time
    text: str


async def tour(
    folder: Path, manifest: Mapping[str, Any], *, over_sockets: bool = False
) -> AsyncGenerator[Scene, None]:
    """Robin declines an offer, and a year of notes arrives."""
    start_at = next_tuesday(datetime.now(UTC))
    async with local(
        folder, manifest, over_sockets=over_sockets, patience_seconds=PATIENCE_SECONDS, start_at=start_at
    ) as running:
        guide = _Guide(running)
        async for scene in guide.interview():
            yield scene
        async for scene in guide.call_and_email():
            yield scene
        async for scene in guide.year():
            yield scene


def next_tuesday(now: datetime) -> datetime:
    """A working morning where Robin lives, so that nothing has to wait for one."""
    return (now + timedelta(days=(1 - now.weekday()) % 7)).replace(hour=15, minute=0, second=0)


class _Guide:
    def __init__(self, running: Local) -> None:
        self._sandbox = running.sandbox
        self._robin = Person(running.sandbox)
        self._seen = 0

    def _scene(self, who: str, text: str) -> Scene:
        return Scene(self._now(), who, text)

    def _now(self) -> datetime:
        """By Robin's clock, which is the one that every window and message goes by."""
        return self._sandbox.clock.now().astimezone(ZoneInfo(self._robin.human.tz))

    def _modal(self) -> Scene:
        view = self._robin.modal or {}
        title = view["title"]["text"]
        return self._scene("Ajar", f"[window: {title}]\n{text_of(view, self._robin.human.tz)}")

    async def _arrivals(self, kind: str) -> AsyncIterator[Scene]:
        """Messages since the last look, once one with this button or text is among them."""
        await self._robin.until(lambda: self._has(kind), kind)
        for message in self._robin.dm[self._seen :]:
            self._seen += 1
            yield self._scene("Ajar", text_of(message, self._robin.human.tz))

    def _has(self, kind: str) -> bool:
        fresh = self._robin.dm[self._seen :]
        return any(kind in str(message) for message in fresh)

    async def interview(self) -> AsyncIterator[Scene]:
        """From /decline to the last page."""
        robin = self._robin
        yield self._scene("Robin", "/decline Acme")
        await robin.command("/decline Acme")
        yield self._modal()
        robin.fill("role", "Product Designer")
        robin.fill("contact_name", "Dana Okafor")
        robin.fill("contact_email", "dana@acme.example")
        robin.fill("answer_due_at", self._sandbox.clock.now() + timedelta(days=5))
        yield self._scene("Robin", "(fills in the offer and submits)")
        await self._submit()
        yield self._modal()
        robin.fill("raw_words", RAW)
        yield self._scene("Robin", f"(types) {RAW}")
        await self._submit()
        yield self._modal()
        yield self._scene("Robin", "(keeps the suggested wordings)")
        await self._submit()
        yield self._modal()
        yield self._scene("Robin", "(agrees with the plan)")
        await self._submit()

    async def _submit(self) -> None:
        errors = await self._robin.submit()
        if errors:
            raise RuntimeError(f"the window was refused: {errors}")

    async def call_and_email(self) -> AsyncIterator[Scene]:
        """The script, the call, the email."""
        async for scene in self._arrivals("call_reached"):
            yield scene
        yield self._scene("Robin", "(calls, and presses “I reached them”)")
        await self._robin.click("call_reached")
        async for scene in self._arrivals("email_send"):
            yield scene
        yield self._scene("Robin", "(sends the email, and presses “I've sent it”)")
        await self._robin.click("email_send")
        async for scene in self._arrivals("rhythm_change"):
            yield scene

    async def year(self) -> AsyncIterator[Scene]:
        """Jump from note to note for a year; the first one is answered."""
        end = self._sandbox.clock.now() + YEAR
        has_reached_out = False
        while self._sandbox.next_due is not None:
            due_at = await self._sandbox.next_due()
            if due_at is None or due_at > end:
                return
            await self._sandbox.jump()
            yield self._scene("time", f"{self._now():%A %d %B %Y}")
            async for scene in self._arrivals("nudge_skip"):
                yield scene
            yield self._scene(
                "Robin",
                "(sends the note, and presses “I reached out”)"
                if not has_reached_out
                else "(skips this one)",
            )
            await self._robin.click("nudge_skip" if has_reached_out else "contact_log")
            has_reached_out = True
