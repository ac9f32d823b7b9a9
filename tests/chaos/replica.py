"""One replica as a process: the real courier, store and messenger, with letters that say who they are.

Its log goes to stderr, a line at a time, so that a kill loses none of what it said.
"""

import asyncio
import json
import signal
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import aiohttp
import structlog

from bot.clocks import ShiftedClock
from bot.courier import Courier, Pace
from bot.flows.ports import Letter, Passage, Post, StoreUnavailableError
from bot.slack.clients import always, web_client
from bot.slack.messenger import SlackMessenger
from bot.store import open_store

CALL_SECONDS = 0.8
IN_HAND = 60  # rows
KEYS = ["a key for the chaos"]


@dataclass(frozen=True)
class Orders:
    """What a replica is told; the last two cripple it."""

    database_url: str
    slack_url: str
    clock_file: str
    lease_seconds: float = 8.0
    flight_seconds: float = 2.5
    looks_up: bool = True

    def words(self) -> str:
        """As an argument."""
        return json.dumps(vars(self))


class Naming:
    """Says the row's own name."""

    async def compose(self, post: Post, _: object) -> Letter:
        return Letter(post.key, (Passage(post.key),))


class Blind(SlackMessenger):
    """A messenger that does not look before it sends again."""

    async def find(self, post: Post) -> None:
        return None


async def main(orders: Orders) -> None:
    clock = ShiftedClock(Path(orders.clock_file))
    pace = Pace(
        batch=20,
        in_hand=IN_HAND,
        at_once=20,
        lease=timedelta(seconds=orders.lease_seconds),
        flight=timedelta(seconds=orders.flight_seconds),
        heartbeat=timedelta(seconds=0.5),
        apart=timedelta(0),
    )
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    timeout = aiohttp.ClientTimeout(total=CALL_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        client = web_client(f"{orders.slack_url}/api/", session, "xoxb-local")
        messenger = (SlackMessenger if orders.looks_up else Blind)(always(client), clock)
        store = open_store(orders.database_url, clock=clock, keys=KEYS)
        courier = Courier(store, messenger, Naming(), clock, pace)
        await _migrated(store)
        await courier.start()
        await stopped.wait()
        await courier.stop()
        await store.close()


async def _migrated(store) -> None:
    """A supervisor would start it again; here it tries again."""
    while True:
        try:
            await store.migrate()
        except StoreUnavailableError:
            await asyncio.sleep(0.2)
        else:
            return


if __name__ == "__main__":
    structlog.configure(
        processors=[structlog.processors.JSONRenderer()],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    asyncio.run(main(Orders(**json.loads(sys.argv[1]))))
