"""One contestant in a process of its own: gets ready, waits for a line, delivers, prints what it took.

python -m tests.bench.contestants KIND DATABASE_URL SINK_URL MESSAGES
"""

import asyncio
import gc
import json
import logging
import statistics
import sys
import threading
import time
from collections import Counter
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import aiohttp
import structlog
from apscheduler.events import EVENT_JOB_EXECUTED, EVENT_JOB_MISSED
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler
from slack_sdk import WebClient
from slack_sdk.web.async_client import AsyncWebClient

from bot.clocks import SystemClock
from bot.courier import Courier
from bot.flows.ports import Letter, Passage, Post
from bot.serving import fast_loop
from bot.slack import clients
from bot.slack.messenger import SlackMessenger
from bot.store import open_store

AT_ONCE = 50
KEYS = ["a-key-that-only-the-bench-knows"]
TEXT = "a note to somebody, of the length that such notes have"
BLOCKS = [{"type": "section", "text": {"type": "mrkdwn", "text": TEXT}}]


class Plain:
    """Says the same of every row: what is measured is delivery."""

    async def compose(self, post: Post, _: object) -> Letter:
        return Letter(TEXT, (Passage(TEXT),))


def go() -> float:
    """Wait for the starting line, everybody as `ajar serve` leaves itself: what stays is out of collections.

    One whole collection of garbage, which comes to some in a race this short, takes 40 ms of its 200.
    """
    gc.collect()
    gc.freeze()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    return time.perf_counter()


@asynccontextmanager
async def web_client(sink: str):
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(token="xoxb-1", base_url=f"{sink}/api/", session=session, retry_handlers=[])


async def warm(client: AsyncWebClient) -> None:
    """Open the connections, as in a program that has been running."""
    await asyncio.gather(*(post(client, "warm") for _ in range(AT_ONCE)))


async def post(client: AsyncWebClient, name: str) -> None:
    await client.chat_postMessage(**message(name))


def message(name: str) -> dict[str, object]:
    metadata = {"event_type": "ajar_post", "event_payload": {"id": name}}
    quiet = {"unfurl_links": False, "unfurl_media": False}
    return {"channel": "U1", "text": TEXT, "blocks": BLOCKS, "metadata": metadata, **quiet}


async def floor(_: str, sink: str, messages: int) -> dict[str, object]:
    """The floor: nothing but the web client in a loop."""
    async with web_client(sink) as client:
        slots = asyncio.Semaphore(AT_ONCE)

        async def send(number: int) -> None:
            async with slots:
                await post(client, f"floor{number}")

        await warm(client)
        begun = go()
        await asyncio.gather(*(send(number) for number in range(messages)))
        return {"seconds": time.perf_counter() - begun}


class Timed:
    """The outbox, with a stopwatch at its claims."""

    def __init__(self, store) -> None:
        self._store = store
        self.claims: list[float] = []

    async def claim(self, now, limit, lease):
        begun = time.perf_counter()
        posts = await self._store.claim(now, limit, lease)
        if len(posts) == limit:
            self.claims.append(time.perf_counter() - begun)
        return posts

    def __getattr__(self, name: str):
        return getattr(self._store, name)


async def courier(url: str, sink: str, _: int) -> dict[str, object]:
    """Ajar's own."""
    clock = SystemClock()
    store = open_store(url, clock=clock, keys=KEYS)
    await store.ping()
    async with aiohttp.ClientSession() as session:
        client = clients.web_client(f"{sink}/api/", session, "xoxb-1")
        timed = Timed(store)
        running = Courier(timed, SlackMessenger(clients.always(client), clock), Plain(), clock)
        await warm(client)
        await running.run_due()  # see racing.WARMING
        timed.claims.clear()
        before = _memory("VmRSS")
        begun = go()
        handled = await running.run_due()
        seconds = time.perf_counter() - begun
        await store.close()
    claim = statistics.median(timed.claims) * 1000 if timed.claims else None
    grown = _memory("VmHWM") - before
    return {"seconds": seconds, "handled": handled, "claim_ms": claim, "grown_mb": grown}


def _memory(name: str) -> float:
    """VmRSS: what it is now, VmHWM: what it was at most; in megabytes."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(name)) / 1024


class Held:
    """What a job of APScheduler finds again in its process."""

    client: AsyncWebClient
    slots: asyncio.Semaphore
    blocking: WebClient


async def job(name: str) -> None:
    async with Held.slots:
        await post(Held.client, name)


def job_in_thread(name: str) -> None:
    Held.blocking.chat_postMessage(**message(name))


async def apscheduler(url: str, sink: str, messages: int, grace: int | None = None) -> dict[str, object]:
    """One job of APScheduler for each message, in its SQLAlchemy store, all of them in one event loop."""
    async with web_client(sink) as client:
        Held.client, Held.slots = client, asyncio.Semaphore(AT_ONCE)
        await warm(client)
        over = asyncio.Event()
        return await _run(_scheduled(AsyncIOScheduler, url), job, messages, grace, over, over.wait)


async def apscheduler_threads(url: str, sink: str, messages: int) -> dict[str, object]:
    """The same as its guide starts it: in the background, ten threads, with Slack's blocking client."""
    Held.blocking = WebClient(token="xoxb-1", base_url=f"{sink}/api/", retry_handlers=[])
    Held.blocking.chat_postMessage(**message("warm"))
    over = threading.Event()
    waiting = partial(asyncio.to_thread, over.wait)
    return await _run(_scheduled(BackgroundScheduler, url), job_in_thread, messages, None, over, waiting)


def _scheduled(kind: type[BaseScheduler], url: str) -> BaseScheduler:
    address = url.replace("postgresql://", "postgresql+psycopg://")
    return kind(jobstores={"default": SQLAlchemyJobStore(address)}, timezone=UTC)


async def _run(scheduler, of_each, messages, grace, over, waiting) -> dict[str, object]:
    scheduler.start(paused=True)
    at = datetime.now(UTC) - timedelta(seconds=0 if grace else 5)
    for number in range(messages):
        given = {"misfire_grace_time": grace, "id": f"due{number}", "args": [f"due{number}"]}
        scheduler.add_job(of_each, "date", run_date=at, **given)
    ended: Counter[int] = Counter()

    def count(event) -> None:
        ended[event.code] += 1
        if ended.total() == messages:
            over.set()

    scheduler.add_listener(count, EVENT_JOB_EXECUTED | EVENT_JOB_MISSED)
    begun = go()
    scheduler.resume()
    await waiting()
    seconds = time.perf_counter() - begun
    scheduler.shutdown()
    return {"seconds": seconds, "handled": ended[EVENT_JOB_EXECUTED], "skipped": ended[EVENT_JOB_MISSED]}


async def apscheduler_default(url: str, sink: str, messages: int) -> dict[str, object]:
    """The same with its default grace of a second; jobs due in this moment."""
    return await apscheduler(url, sink, messages, grace=1)


async def apscheduler_wal(url: str, sink: str, messages: int) -> dict[str, object]:
    """The same on a SQLite that is set as Ajar sets it, see waiting.py."""
    return await apscheduler(url, sink, messages)


async def procrastinate(url: str, sink: str, messages: int, concurrency: int = AT_ONCE) -> dict[str, object]:
    """A task queue on PostgreSQL."""
    from procrastinate import App, PsycopgConnector

    app = App(connector=PsycopgConnector(conninfo=url))
    async with web_client(sink) as client, app.open_async():

        @app.task(name="note")
        async def note(name: str) -> None:
            await post(client, name)

        await warm(client)
        await note.batch_defer_async(*({"name": f"due{number}"} for number in range(messages)))
        begun = go()
        await app.run_worker_async(concurrency=concurrency, wait=False, install_signal_handlers=False)
        return {"seconds": time.perf_counter() - begun}


async def procrastinate_default(url: str, sink: str, messages: int) -> dict[str, object]:
    """The same as its documentation starts it: one task at a time."""
    return await procrastinate(url, sink, messages, concurrency=1)


KINDS = {
    "floor": floor,
    "courier": courier,
    "apscheduler": apscheduler,
    "apscheduler_threads": apscheduler_threads,
    "apscheduler_default": apscheduler_default,
    "apscheduler_wal": apscheduler_wal,
    "procrastinate": procrastinate,
    "procrastinate_default": procrastinate_default,
}

if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    kind, database, where, number = sys.argv[1:5]
    # Ajar as `ajar serve` runs, and so the floor below it; the others as they come.
    loop = fast_loop() if kind in {"floor", "courier"} else None
    with asyncio.Runner(loop_factory=loop) as runner:
        sys.stdout.write(json.dumps(runner.run(KINDS[kind](database, where, int(number)))) + "\n")
