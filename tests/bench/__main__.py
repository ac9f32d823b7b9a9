"""make bench: due messages through the courier, against a bare loop of the same client.

Both post to the same local Slack in one run, alternately, five rounds each; medians and their ratio.
"""

import asyncio
import json
import logging
import platform
import statistics
import sys
import tempfile
import time
from pathlib import Path

import aiohttp
import structlog

from bot.coaching.case import Person
from bot.courier import Courier
from bot.flows.ports import Change, Letter, Passage, Post, PostKind
from bot.sandbox.server import Sandbox, SandboxSettings
from bot.settings import load_settings
from bot.slack.clients import always
from bot.slack.messenger import SlackMessenger
from bot.store import open_store
from bot.wiring import web_client
from tests.fakes import FixedClock

ROUNDS, MESSAGES, AT_ONCE = 5, 300, 8


class Plain:
    """Says the same of every row."""

    async def compose(self, post: Post, _: object) -> Letter:
        return Letter(f"note {post.key}", (Passage("a note"),))


async def main() -> None:
    clock = FixedClock()
    with tempfile.TemporaryDirectory() as folder:
        sandbox = Sandbox(SandboxSettings())
        await sandbox.start()
        settings = load_settings(slack_api_url=f"{sandbox.url}/api/", slack_bot_token="xoxb-local")
        async with aiohttp.ClientSession() as session:
            messenger = SlackMessenger(always(web_client(settings, session)), clock)
            store = open_store(
                f"sqlite:///{Path(folder) / 'bench.db'}", clock=clock, keys=["a key for the bench"]
            )
            await store.migrate()
            times: dict[str, list[float]] = {"bare loop": [], "courier": []}
            for number in range(ROUNDS):
                times["bare loop"].append(await _bare(messenger, clock, number))
                times["courier"].append(await _courier(store, messenger, clock, number))
            await store.close()
        await sandbox.stop()
    _print(times)


def _posts(clock: FixedClock, mark: str) -> tuple[Post, ...]:
    names = ("U0ROBIN001", "U0MARTA001")
    people = [Person("T1", names[n % 2], f"E{n}") for n in range(MESSAGES)]
    return tuple(
        Post(f"{mark}{n}", person, PostKind.REPLY, clock.now(), f"{mark}{n}")
        for n, person in enumerate(people)
    )


async def _bare(messenger: SlackMessenger, clock: FixedClock, number: int) -> float:
    slots = asyncio.Semaphore(AT_ONCE)

    async def send(post: Post) -> None:
        async with slots:
            await messenger.send(post, Letter("note", (Passage("a note"),)))

    begun = time.perf_counter()
    await asyncio.gather(*(send(post) for post in _posts(clock, f"b{number}-")))
    return time.perf_counter() - begun


async def _courier(store, messenger: SlackMessenger, clock: FixedClock, number: int) -> float:
    posts = _posts(clock, f"c{number}-")
    await store.commit(Change(posts[0].person, clock.now(), posts=posts))
    courier = Courier(store, messenger, Plain(), clock, concurrency=AT_ONCE)
    begun = time.perf_counter()
    handled = await courier.run_due()
    assert handled == MESSAGES
    return time.perf_counter() - begun


def _print(times: dict[str, list[float]]) -> None:
    medians = {name: statistics.median(values) for name, values in times.items()}
    report = {
        "machine": platform.machine(),
        "python": platform.python_version(),
        "messages": MESSAGES,
        "seconds": {name: [min(values), medians[name], max(values)] for name, values in times.items()},
        "courier_against_bare_loop": medians["bare loop"] / medians["courier"],
    }
    for name, (least, median, most) in report["seconds"].items():
        sys.stdout.write(f"{name:>10}: {median:.3f} s (from {least:.3f} to {most:.3f})\n")
    sys.stdout.write(f"the courier does {report['courier_against_bare_loop']:.2f} of the bare loop's rate\n")
    sys.stdout.write(json.dumps(report) + "\n")


structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
asyncio.run(main())
