"""The one door out: claims due rows, asks what they say, sends them, checks and settles.

A row:  pending ─claim→ claimed ─→ sent | cancelled | in_doubt | refused, or pending again (later).
A claim whose lease ran out is claimed anew as "may be sent": its id is looked for in the DM before it is
sent. APScheduler is only the clock: a wake at the earliest due row, a heartbeat, the housekeeping.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.coaching.case import Person
from bot.flows.delivery import HELD, PAUSED, Composer, Drop, Ending, Hold, Outbox, Pause, Settlement
from bot.flows.ports import Clock, Messenger, Post, SendFailedError, StoreUnavailableError
from bot.verdicts import Verdict, after_failure, after_poison, backoff, handed_back, sent, unknown

log = structlog.get_logger(__name__)

STOP_WITHIN_SECONDS = 10.0
LONGEST_WAIT = 10.0  # seconds that a claimed row waits for its turn in a conversation
REST = 0.02  # seconds between two claims when the last one found nothing
SETTLE_AGAIN = 0.5
SET_BACK = timedelta(minutes=1)  # what a clock that keeps itself right never goes back by
SOON, LATER_ON = timedelta(seconds=0.2), timedelta(seconds=5)  # to look again at what could not be claimed

Sleep = Callable[[float], Awaitable[None]]


class Ledger(Outbox, Protocol):
    """The outbox, and its housekeeping."""

    async def sweep(self) -> None:
        """Forget what nobody needs."""
        ...


@dataclass
class Stats:
    """Counts since the start: how rows ended, and what it took."""

    claimed: int = 0
    sent: int = 0
    later: int = 0
    cancelled: int = 0
    in_doubt: int = 0
    refused: int = 0
    looked_up: int = 0  # rows that an earlier try may have sent
    found: int = 0  # of them, those that had arrived
    pauses: int = 0  # times that a workspace had to rest
    store_failures: int = 0


@dataclass(frozen=True)
class Pace:
    """How fast, how long, how many."""

    batch: int = 150  # rows in one claim
    in_hand: int = 400  # rows claimed and not settled: also by the slowest calls they go within the lease
    at_once: int = 50  # calls to Slack under way
    lease: timedelta = timedelta(minutes=2)
    flight: timedelta = timedelta(seconds=12)  # no call to Slack takes longer
    heartbeat: timedelta = timedelta(seconds=30)
    apart: timedelta = timedelta(seconds=1)  # two messages in one conversation


class Courier:
    """Delivers every due row once; where that can't be known, it says so instead of guessing."""

    def __init__(
        self,
        outbox: Ledger,
        messenger: Messenger,
        composer: Composer,
        clock: Clock,
        pace: Pace = Pace(),
        *,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._outbox = outbox
        self._messenger = messenger
        self._composer = composer
        self._clock = clock
        self._pace = pace
        self._sleep = sleep
        self._slots = asyncio.Semaphore(pace.at_once)
        self._bell = asyncio.Event()
        self._hand: set[asyncio.Task[None]] = set()
        self._free_at: dict[Person, float] = {}  # when a conversation takes its next message
        self._most_kept = 10 * pace.in_hand
        self._resting: dict[tuple[str, str], Pause] = {}
        self._seen_at = clock.now()
        self._stopped = asyncio.Event()
        self._stop_by = 0.0
        self._rounds: asyncio.Task[None] | None = None
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self.stats = Stats()

    async def start(self) -> None:
        """Begin to deliver; what is due goes out at once."""
        seconds = self._pace.heartbeat.total_seconds()
        self._scheduler.add_job(self.wake, "interval", seconds=seconds, id="heartbeat", **_never_skipped())
        self._scheduler.add_job(self._sweep, "interval", days=1, id="sweep", **_never_skipped())
        self._scheduler.start()
        self._rounds = asyncio.create_task(self._go_on(), name="courier")
        self.wake()

    def halt(self) -> None:
        """Begin nothing more; what is under way has ten seconds from here."""
        if not self._stopped.is_set():
            self._stopped.set()
            self._stop_by = asyncio.get_running_loop().time() + STOP_WITHIN_SECONDS
            self.wake()
            if self._scheduler.running:
                self._scheduler.shutdown(wait=False)

    async def stop(self) -> None:
        """Finish what is under way; what has not begun is handed back."""
        self.halt()
        running = self._hand | ({self._rounds} if self._rounds is not None else set())
        if running:
            left = max(self._stop_by - asyncio.get_running_loop().time(), 0.0)
            _, late = await asyncio.wait(running, timeout=left)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def endings(self) -> dict[str, int]:
        """How many claims ended in which way since the start."""
        return {ending.value: getattr(self.stats, ending.value) for ending in Ending}

    @property
    def _is_stopping(self) -> bool:
        return self._stopped.is_set()

    def wake(self) -> None:
        """There may be something due."""
        self._bell.set()

    async def run_due(self) -> int:
        """Deliver everything that is due now; how many rows were claimed for it."""
        before = self.stats.claimed
        while await self._refill() or self._hand:
            if self._hand:
                await self._bell.wait()
                self._bell.clear()
        return self.stats.claimed - before

    async def _go_on(self) -> None:
        failures = 0
        while not self._is_stopping:
            await self._bell.wait()
            self._bell.clear()
            try:
                if not await self._refill():
                    await self._set_alarm()
                    await asyncio.sleep(REST)
                failures = 0
            except StoreUnavailableError as failure:
                failures += 1
                self.stats.store_failures += 1
                log.warning("store_unavailable", failures=failures, reason=str(failure))
                await self._sleep(min(backoff(failures).total_seconds(), LONGEST_WAIT))
                self.wake()

    async def _refill(self) -> bool:
        """Claim while there is room; whether more may be due than there was room for."""
        await self._mind_the_clock()
        while not self._is_stopping and self._pace.in_hand - len(self._hand) >= self._pace.batch:
            posts = await self._outbox.claim(self._clock.now(), self._pace.batch, self._pace.lease)
            if not posts:
                return False
            self.stats.claimed += len(posts)
            for post in posts:
                task = asyncio.create_task(self._deliver(post))
                self._hand.add(task)
                task.add_done_callback(self._let_go)
        return not self._is_stopping

    async def _mind_the_clock(self) -> None:
        """What waits by a clock that was set back since would wait that much longer."""
        now = self._clock.now()
        if now < self._seen_at - SET_BACK:
            log.warning("clock_set_back", seconds=round((self._seen_at - now).total_seconds()))
            self._resting.clear()
            await self._outbox.resume(None)
        self._seen_at = now

    def _let_go(self, task: asyncio.Task[None]) -> None:
        """A row is settled: there is room, and perhaps the next of its case may go."""
        self._hand.discard(task)
        self._bell.set()
        if not task.cancelled() and (failure := task.exception()) is not None:
            log.error("row_abandoned", error=type(failure).__name__)

    async def _set_alarm(self) -> None:
        """Wake when the next row is due, if that is before the heartbeat."""
        due_at = await self._outbox.next_due()
        if due_at is None or self._is_stopping:
            return
        wait = due_at - self._clock.now()
        if wait <= timedelta(
            0
        ):  # due and yet not claimed: it waits for a row in hand, or its workspace rests
            wait = SOON if wait > timedelta(minutes=-1) else LATER_ON
        if wait < self._pace.heartbeat:
            run_at = datetime.now(UTC) + wait
            self._scheduler.add_job(
                self.wake, "date", run_date=run_at, id="alarm", replace_existing=True, **_never_skipped()
            )

    async def _sweep(self) -> None:
        try:
            await self._outbox.sweep()
        except StoreUnavailableError as failure:
            log.warning("sweep_failed", reason=str(failure))

    async def _deliver(self, post: Post) -> None:
        """One row from its claim to its settlement."""
        if post.is_taken_over:
            log.warning("row_taken_over", post=post.id, kind=post.kind, attempts=post.attempts)
        verdict = await self._verdict(post)
        _say(verdict.settlement)  # before it is recorded: every delay has its line, whatever comes next
        if verdict.pause is not None:
            await self._rest(verdict.pause)
        await self._settle(verdict.settlement)

    async def _verdict(self, post: Post) -> Verdict:
        wait = self._wait(post)
        if wait > LONGEST_WAIT:
            return handed_back(post, self._clock.now(), timedelta(seconds=wait), "conversation_busy")
        await self._patience(wait)
        # Whoever tried it may still be sending: then it is there after this. However long ago that was by
        # a clock that may have been set.
        if post.may_be_sent:
            await self._patience(self._pace.flight.total_seconds())
        async with self._slots:
            if self._is_stopping:
                wait_more = self._pace.flight if post.may_be_sent else timedelta(0)
                return handed_back(post, self._clock.now(), wait_more, "stopping")
            try:
                return await self._attempt(post)
            except SendFailedError as failure:
                return after_failure(post, failure, self._clock.now(), self._pace.flight)
            except StoreUnavailableError:
                return handed_back(post, self._clock.now(), backoff(1), "store_unavailable")
            except Exception as failure:  # noqa: BLE001  one poisoned row must never hold up the others
                return self._poisoned(post, failure)

    def _poisoned(self, post: Post, failure: Exception) -> Verdict:
        log.error("row_failed", post=post.id, kind=post.kind, error=type(failure).__name__)
        return after_poison(post, type(failure).__name__, self._clock.now())

    async def _patience(self, seconds: float) -> None:
        """Wait, but not beyond the stop."""
        if seconds <= 0:
            return
        waits = {
            asyncio.ensure_future(self._sleep(seconds)),
            asyncio.ensure_future(self._stopped.wait()),
        }
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for task in waits:
            task.cancel()

    def _wait(self, post: Post) -> float:
        """Seconds until this conversation takes another message; the place is taken with the question."""
        if not self._pace.apart:
            return 0.0
        now = asyncio.get_running_loop().time()
        free_at = max(self._free_at.get(post.person, now), now)
        if free_at - now <= LONGEST_WAIT:
            self._free_at[post.person] = free_at + self._pace.apart.total_seconds()
        if len(self._free_at) > self._most_kept:
            self._free_at = {person: at for person, at in self._free_at.items() if at > now}
            self._most_kept = 2 * len(self._free_at) + self._pace.in_hand
        return free_at - now

    async def _attempt(self, post: Post) -> Verdict:
        now = self._clock.now()
        resting = self._resting.get(post.workspace)
        if resting is not None and resting.until > now:
            return handed_back(post, now, resting.until - now, PAUSED)
        if post.may_be_sent and (looked := await self._looked_up(post, now)):
            return looked
        said = await self._composer.compose(post, now)
        if isinstance(said, Hold):
            held = replace(post, attempts=0)
            return Verdict(Settlement(held, Ending.LATER, now, due_at=said.until, reason=HELD))
        if isinstance(said, Drop):
            return Verdict(Settlement(post, Ending.CANCELLED, now, reason=said.reason))
        if not self._is_ours(post):
            return handed_back(post, self._clock.now(), timedelta(0), "lease_ended")
        try:
            return sent(post, await self._messenger.send(post, said), now)
        except SendFailedError:
            raise
        except Exception as failure:  # noqa: BLE001  whatever it was, the message may be there
            return self._poisoned(replace(post, may_be_sent=True), failure)

    async def _looked_up(self, post: Post, now: datetime) -> Verdict | None:
        """The verdict, if the DM's history gives one; None: it is not there."""
        self.stats.looked_up += 1
        try:
            found = await self._messenger.find(post)
        except SendFailedError as failure:
            return unknown(post, failure, now)
        if found is None:
            return None
        self.stats.found += 1
        return sent(post, found, now)

    def _is_ours(self, post: Post) -> bool:
        """Whether the lease outlasts the call that is to be made, also when the clock was stepped."""
        now, until = self._clock.now(), post.lease_until
        return until is None or now + self._pace.flight <= until <= now + 2 * self._pace.lease

    async def _rest(self, pause: Pause) -> None:
        self.stats.pauses += 1
        log.warning(
            "workspace_rests", method=pause.method, until=pause.until.isoformat(), reason=pause.reason
        )
        if pause.method in {"*", "chat.postMessage"}:
            self._resting[pause.workspace] = pause
        try:
            await self._outbox.pause(pause)
        except StoreUnavailableError as failure:  # the row itself waits all the same
            log.warning("store_unavailable", reason=str(failure))

    async def _settle(self, settlement: Settlement) -> None:
        """Record it, however long the database is away: while we are here, nobody needs to look it up."""
        while True:
            try:
                await self._outbox.settle((settlement,))
            except StoreUnavailableError as failure:
                self.stats.store_failures += 1
                log.warning("settle_failed", post=settlement.post.id, reason=str(failure))
                if self._is_stopping or not self._is_ours(settlement.post):
                    return
                await self._sleep(SETTLE_AGAIN)
            else:
                self._count(settlement)
                return

    def _count(self, settlement: Settlement) -> None:
        name = settlement.ending.value
        setattr(self.stats, name, getattr(self.stats, name) + 1)


def _say(settlement: Settlement) -> None:
    due_at = settlement.due_at
    log.info(
        "row_verdict",
        post=settlement.post.id,
        kind=settlement.post.kind,
        ending=settlement.ending.value,
        reason=settlement.reason,
        attempts=settlement.post.attempts,
        due_at=due_at.isoformat() if due_at else None,
    )


def _never_skipped() -> dict[str, object]:
    """APScheduler drops a run that is late by a second unless told otherwise."""
    return {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
