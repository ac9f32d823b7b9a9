"""The one door out: claims due rows, asks what they say, sends them, checks and settles.

APScheduler is only its clock: a wake at the earliest due row, a heartbeat, and the daily housekeeping.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.flows.ports import (
    HELD,
    Clock,
    Composer,
    Drop,
    Ending,
    Hold,
    Letter,
    Messenger,
    Outbox,
    Post,
    SendFailedError,
    Sent,
    Settlement,
    StoreUnavailableError,
)

log = structlog.get_logger(__name__)

FIRST_BACKOFF = timedelta(seconds=5)
LONGEST_BACKOFF = timedelta(hours=1)
MOST_POISONED = 8  # tries of a row that fails before anything is sent
STOP_WITHIN_SECONDS = 10.0

Sleep = Callable[[float], Awaitable[None]]


class Ledger(Outbox, Protocol):
    """The outbox, and its housekeeping."""

    async def sweep(self) -> None:
        """Forget what nobody needs."""
        ...


@dataclass
class Stats:
    """Counts since the start."""

    sent: int = 0
    later: int = 0
    cancelled: int = 0
    in_doubt: int = 0
    refused: int = 0


class Courier:
    """Delivers every due row once; where that can't be known, it says so instead of guessing."""

    def __init__(
        self,
        outbox: Ledger,
        messenger: Messenger,
        composer: Composer,
        clock: Clock,
        *,
        batch: int = 50,
        lease: timedelta = timedelta(minutes=2),
        concurrency: int = 8,
        heartbeat: timedelta = timedelta(seconds=30),
        pace: timedelta = timedelta(seconds=1),
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._outbox = outbox
        self._messenger = messenger
        self._composer = composer
        self._clock = clock
        self._batch = batch
        self._lease = lease
        self._slots = asyncio.Semaphore(concurrency)
        self._heartbeat = heartbeat
        self._pace = pace
        self._sleep = sleep
        self._bell = asyncio.Event()
        self._is_stopping = False
        self._round: asyncio.Task[None] | None = None
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self.stats = Stats()

    async def start(self) -> None:
        """Begin to deliver; the first round runs at once."""
        seconds = self._heartbeat.total_seconds()
        self._scheduler.add_job(self.wake, "interval", seconds=seconds, id="heartbeat", **_never_skipped())
        self._scheduler.add_job(self._sweep, "interval", days=1, id="sweep", **_never_skipped())
        self._scheduler.start()
        self._round = asyncio.create_task(self._rounds(), name="courier")
        self.wake()

    async def stop(self) -> None:
        """Finish the claim in hand, ten seconds at most; what is left keeps its lease and comes back."""
        self._is_stopping = True
        self.wake()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        if self._round is not None:
            done, _ = await asyncio.wait({self._round}, timeout=STOP_WITHIN_SECONDS)
            if not done:
                self._round.cancel()
                await asyncio.gather(self._round, return_exceptions=True)

    def wake(self) -> None:
        """There may be something due."""
        self._bell.set()

    async def run_due(self) -> int:
        """Deliver everything that is due now; how many rows were handled."""
        handled = 0
        while not self._is_stopping:
            posts = await self._outbox.claim(self._clock.now(), self._batch, self._lease)
            if not posts:
                break
            await asyncio.gather(*(self._deliver_in_order(group) for group in _by_person(posts)))
            handled += len(posts)
        return handled

    async def _rounds(self) -> None:
        failures = 0
        while not self._is_stopping:
            await self._bell.wait()
            self._bell.clear()
            try:
                await self.run_due()
                await self._set_alarm()
                failures = 0
            except StoreUnavailableError as failure:
                failures += 1
                log.warning("store_unavailable", failures=failures, reason=str(failure))
                await self._sleep(_backoff(failures).total_seconds())
                self.wake()

    async def _set_alarm(self) -> None:
        """Wake when the next row is due, if that is before the heartbeat."""
        due_at = await self._outbox.next_due()
        if due_at is None or self._is_stopping:
            return
        wait = due_at - self._clock.now()
        if wait < self._heartbeat:
            run_at = datetime.now(UTC) + max(wait, timedelta(0))
            self._scheduler.add_job(
                self.wake, "date", run_date=run_at, id="alarm", replace_existing=True, **_never_skipped()
            )

    async def _sweep(self) -> None:
        try:
            await self._outbox.sweep()
        except StoreUnavailableError as failure:
            log.warning("sweep_failed", reason=str(failure))

    async def _deliver_in_order(self, posts: tuple[Post, ...]) -> None:
        """One person's rows one after the other, at Slack's pace for one conversation."""
        for number, post in enumerate(posts):
            if number and self._pace:
                await self._sleep(self._pace.total_seconds())
            async with self._slots:
                settlement = await self._deliver(post)
            await self._outbox.settle((settlement,))
            self._count(settlement)

    async def _deliver(self, post: Post) -> Settlement:
        now = self._clock.now()
        try:
            return await self._attempt(post, now)
        except SendFailedError as failure:
            return _after_failure(post, failure, now)
        except StoreUnavailableError:
            raise
        except Exception as failure:  # noqa: BLE001  one poisoned row must never hold up the others
            log.error("row_failed", post=post.id, kind=post.kind, error=type(failure).__name__)
            return _after_poison(post, type(failure).__name__, now)

    async def _attempt(self, post: Post, now: datetime) -> Settlement:
        if post.may_be_sent:
            try:
                found = await self._messenger.find(post)
            except SendFailedError as failure:
                return _unknown(post, failure, now)
            if found is not None:
                return _sent(post, found, now)
        said = await self._composer.compose(post, now)
        if isinstance(said, Hold):
            return Settlement(post, Ending.LATER, now, due_at=said.until, reason=HELD)
        if isinstance(said, Drop):
            return Settlement(post, Ending.CANCELLED, now, reason=said.reason)
        return await self._send(post, said, now)

    async def _send(self, post: Post, letter: Letter, now: datetime) -> Settlement:
        return _sent(post, await self._messenger.send(post, letter), now)

    def _count(self, settlement: Settlement) -> None:
        name = settlement.ending.value
        setattr(self.stats, name, getattr(self.stats, name) + 1)
        log.info(
            "row_settled",
            post=settlement.post.id,
            kind=settlement.post.kind,
            ending=name,
            reason=settlement.reason,
            attempts=settlement.post.attempts,
        )


def _never_skipped() -> dict[str, object]:
    """APScheduler drops a run that is late by a second unless told otherwise."""
    return {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}


def _by_person(posts: tuple[Post, ...]) -> tuple[tuple[Post, ...], ...]:
    groups: dict[object, list[Post]] = {}
    for post in posts:
        groups.setdefault(post.person, []).append(post)
    return tuple(tuple(group) for group in groups.values())


def _backoff(attempts: int) -> timedelta:
    """5 s, doubled with each try up to an hour, with jitter so that many rows do not come back at once."""
    doubled = FIRST_BACKOFF * 2 ** min(max(attempts, 1) - 1, 16)
    wait: timedelta = min(doubled, LONGEST_BACKOFF)
    return wait * random.uniform(0.75, 1.25)  # noqa: S311  no secret


def _sent(post: Post, where: Sent, now: datetime) -> Settlement:
    return Settlement(post, Ending.SENT, now, channel=where.channel, ts=where.ts)


def _after_failure(post: Post, failure: SendFailedError, now: datetime) -> Settlement:
    if failure.is_final:
        return Settlement(post, Ending.REFUSED, now, reason=failure.code)
    wait = max(
        failure.retry_after or timedelta(0), timedelta(0) if failure.retry_after else _backoff(post.attempts)
    )
    tried = Post(**{**vars(post), "may_be_sent": post.may_be_sent or failure.may_be_sent})
    return Settlement(tried, Ending.LATER, now, due_at=now + wait, reason=failure.code)


def _after_poison(post: Post, name: str, now: datetime) -> Settlement:
    if post.attempts >= MOST_POISONED:
        return Settlement(post, Ending.REFUSED, now, reason=name)
    return Settlement(post, Ending.LATER, now, due_at=now + _backoff(post.attempts), reason=name)


def _unknown(post: Post, failure: SendFailedError, now: datetime) -> Settlement:
    """The history can't be read: a passing fault is tried again, a refusal is held and shown."""
    if failure.retry_after or failure.may_be_sent or failure.code == "unreachable":
        wait = failure.retry_after or _backoff(post.attempts)
        return Settlement(post, Ending.LATER, now, due_at=now + wait, reason=failure.code)
    return Settlement(post, Ending.IN_DOUBT, now, reason=failure.code)
