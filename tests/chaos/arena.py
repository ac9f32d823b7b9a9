"""Replicas, a local Slack and a database, with somebody who breaks them; and what must hold in the end."""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.coaching.case import Person
from bot.flows.ports import Change, Post, PostKind, StoreUnavailableError
from bot.sandbox.people import Human
from bot.sandbox.server import Sandbox, SandboxSettings
from bot.store import SqlStore, open_store
from tests.chaos.replica import IN_HAND, KEYS, Orders
from tests.scenarios.serve import ROOT

PEOPLE = tuple(Human(f"U0CHAOS{n:03}", f"p{n}", f"Person {n}", "UTC", "en-US") for n in range(40))
ROWS_OF_A_CASE = 4
TEAMS = 8
LONGEST_STANDSTILL = 15  # seconds: a lease, and the time to look whether a message is there


@dataclass
class Replica:
    """A process that can be killed and started again."""

    orders: Orders
    log: Path
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        with self.log.open("ab") as file:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.chaos.replica", self.orders.words(), cwd=ROOT, stderr=file
            )

    async def kill(self) -> None:
        """As a power cut would."""
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()


@dataclass
class Arena:
    """Everything that can be broken."""

    sandbox: Sandbox
    store: SqlStore
    replicas: list[Replica]
    posts: tuple[Post, ...]
    break_database: Callable[[], Any]
    acts: list[str] = field(default_factory=list)  # what was done, when

    def note(self, act: str) -> None:
        """For whoever replays this seed."""
        self.acts.append(f"{time.monotonic():.2f} {act}")

    @property
    def arrived(self) -> list[str]:
        """The ids of all messages in all DMs, in the order of each DM."""
        return [
            str(message["metadata"]["event_payload"]["id"])
            for messages in self.sandbox.workspace.messages.values()
            for message in messages
        ]

    async def calm(self, seconds: float) -> None:
        """Until nothing is left to be done. Raises TimeoutError."""
        clock = self.sandbox.clock
        clock.set_offset(max(clock.offset, timedelta(0)))
        last, same = dict[str, int](), 0
        async with asyncio.timeout(seconds):
            while {"pending", "claimed"} & set(counts := await self._counts()):
                same, last = (same + 1 if counts == last else 0), counts
                await asyncio.sleep(1)
                # Nobody wants to wait for every backoff, nor for a pause from before the clock was set back.
                if "claimed" not in counts or same > LONGEST_STANDSTILL:
                    clock.advance(timedelta(minutes=10))

    async def _counts(self) -> dict[str, int]:
        try:
            return await self.store.counts()
        except StoreUnavailableError:
            return {"claimed": 0}

    async def complaints(self) -> list[str]:
        """What does not hold: every message exactly once, in the order of its case, delays explained."""
        arrived = self.arrived
        times = Counter(arrived)
        found = [f"{post.id} came {times[post.id]} times" for post in self.posts if times[post.id] != 1]
        place = {name: number for number, name in enumerate(arrived)}
        for one, other in zip(self.posts, self.posts[1:], strict=False):
            if one.case_id == other.case_id and place.get(one.id, 0) > place.get(other.id, 0):
                found.append(f"{other.id} came before {one.id}")
        counts = await self.store.counts()
        if counts != {"sent": len(self.posts)}:
            found.append(f"the outbox says {counts}")
        return found + self._ended() + self._unexplained()

    def _ended(self) -> list[str]:
        """Replicas that are gone though nobody killed them, with their last word."""
        found = []
        for replica in self.replicas:
            if replica.process is not None and replica.process.returncode is not None:
                said = replica.log.read_text(errors="replace").splitlines()[-1:]
                found.append(f"{replica.log.stem} ended with {replica.process.returncode}: {said}")
        return found

    def _unexplained(self) -> list[str]:
        """Rows that took more tries than the logs have reasons for.

        A process that is killed between a claim and its first word about it leaves tries without a line:
        one for each row that it had in hand, and no more.
        """
        tries: Counter[str] = Counter()
        reasons: Counter[str] = Counter()
        for replica in self.replicas:
            for line in replica.log.read_text(errors="replace").splitlines():
                held = _line(line)
                post = str(held.get("post", ""))
                if held.get("event") == "row_verdict" and held.get("ending") == "sent":
                    tries[post] = max(tries[post], int(held["attempts"]))
                elif held.get("event") == "row_verdict" or held.get("event") == "row_taken_over":
                    reasons[post] += 1
        silent = {post: number - 1 - reasons[post] for post, number in tries.items()}
        silent = {post: number for post, number in silent.items() if number > 0}
        kills = sum(" kill " in act for act in self.acts)
        found = [
            f"{post}: {number} tries without a reason" for post, number in silent.items() if number > kills
        ]
        if sum(silent.values()) > kills * IN_HAND:
            found.append(f"{sum(silent.values())} tries without a reason, and {kills} kills")
        return found


def _line(text: str) -> dict[str, Any]:
    try:
        held = json.loads(text)
    except ValueError:
        return {}
    return held if isinstance(held, dict) else {}


def rows(number: int, now: Any) -> tuple[Post, ...]:
    """So many rows due now, of cases that have several; each workspace has its share of people."""
    made = []
    for n in range(number):
        case = n // ROWS_OF_A_CASE
        human = PEOPLE[case % len(PEOPLE)]
        person = Person(f"T{case % len(PEOPLE) % TEAMS}", human.id)
        made.append(Post(f"r{n:05}", person, PostKind.NUDGE, now, f"r{n:05}", f"case{case}"))
    return tuple(made)


@asynccontextmanager
async def arena(
    folder: Path, url: str, *, replicas: int, messages: int, break_database: Callable[[], Any], **orders: Any
) -> AsyncIterator[Arena]:
    """Set up, with everything due; replicas run when this is entered."""
    clock_file = folder / "clock.txt"
    sandbox = Sandbox(SandboxSettings(people=PEOPLE, clock_file=clock_file))
    await sandbox.start()
    store = open_store(url, clock=sandbox.clock, keys=KEYS)
    await store.migrate()
    posts = rows(messages, sandbox.clock.now())
    for start in range(0, len(posts), 200):
        await store.commit(Change(posts[0].person, sandbox.clock.now(), posts=posts[start : start + 200]))
    given = Orders(url, sandbox.url, str(clock_file), **orders)
    made = [Replica(given, folder / f"replica{n}.log") for n in range(replicas)]
    try:
        for replica in made:
            await replica.start()
        yield Arena(sandbox, store, made, posts, break_database)
    finally:
        for replica in made:
            await replica.kill()
        await sandbox.stop()
        await store.close()
