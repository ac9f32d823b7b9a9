"""The last step of the interview, against the bare transaction that writes the same rows.

Both in one process and in turns, on the same kind of database: Ajar's story with its checks, its sealing and
six drafts; and plain statements with the rows that the story wrote.
"""

import asyncio
import itertools
import secrets
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, create_engine, text

from bot.clocks import SystemClock
from bot.coaching.case import Person
from bot.coaching.drafts import DraftKind
from bot.coaching.reasons import load_catalogue, load_reader
from bot.flows.decline import Decline, Done
from bot.flows.drafting import Drafting
from bot.flows.ports import Change, Interview, Preferences
from bot.flows.visitor import Saying, Visitor
from bot.store import SqlStore, open_store
from bot.store.engine import POSTGRESQL_THREADS
from bot.wiring import template_folder
from bot.wording import Words
from tests.fakes import FakeMessenger

REASONS = template_folder() / "en" / "reasons"
DRAFTS = (
    DraftKind.PHONE_SCRIPT,
    DraftKind.VOICEMAIL,
    DraftKind.EMAIL,
    DraftKind.NUDGE_THREE_MONTHS,
    DraftKind.NUDGE_SIX_MONTHS,
    DraftKind.NUDGE_TWELVE_MONTHS,
)
STEPS = 300  # in each round
AT_ONCE = 16
KEY = "a-key-that-only-the-bench-knows"
TABLES = ("cases", "outbox", "causes")


def answers_at(clock: SystemClock) -> Mapping[str, object]:
    """All pages of an ordinary decline."""
    due_at = clock.now() + timedelta(days=4)
    return {
        "company": "Acme",
        "role": "Product Designer",
        "source": "employer",
        "form": "written",
        "contact_name": "Dana Okafor",
        "answer_due_at": due_at.isoformat(),
        "standing": "final",
        "commitment": "nothing",
        "picked": ["compensation", "location_commute"],
        "understood": [],
        "wording:compensation": "I'm looking for a salary closer to my experience and the current market",
        "shared": ["compensation"],
        "door": "warm",
        "channel": "phone",
        "tone": "warm",
        "rhythm": "steady",
        "own_name": "Robin Vale",
    }


class Finishing:
    """The story on a store of its own."""

    def __init__(self, url: str) -> None:
        self._clock = SystemClock()
        self._messenger = FakeMessenger()
        self._words, self._catalogue = Words(template_folder()), load_catalogue(REASONS)
        self.store: SqlStore = open_store(url, clock=self._clock, keys=[KEY])
        self._story = Decline(
            self.store, self._messenger, self._words, self._clock, load_reader(REASONS), self._catalogue
        )
        self._drafting = Drafting(self._words, self._catalogue)
        self._answers = answers_at(self._clock)

    async def prepare(self) -> list[Interview]:
        """Interviews with one page left."""
        now = self._clock.now()
        made = [
            Interview(
                secrets.token_hex(12), Person("T1", f"U{secrets.token_hex(5)}"), "plan", self._answers, now
            )
            for _ in range(STEPS)
        ]
        for interview in made:
            await self.store.commit(Change(interview.person, now, interview=interview))
        return made

    async def finish(self, waiting: list[Interview]) -> float:
        """Steps a second."""
        return await _rate(self._step, waiting)

    async def _step(self, interview: Interview) -> None:
        done = await self._story.answer(interview.person, interview.id, "plan", {}, "en-US")
        assert isinstance(done, Done)
        visitor = Visitor(interview.person, self._messenger.known, Preferences())
        self._drafting.drafts(done.case, DRAFTS, Saying(self._words, visitor), self._clock.now())


class Bare:
    """The same rows by hand: one transaction for each step, in a thread as the store's are."""

    def __init__(self, url: str, rows: Mapping[str, list[dict[str, Any]]]) -> None:
        self._is_sqlite = url.startswith("sqlite")
        driver = url.replace("postgresql://", "postgresql+psycopg://")
        self._engine = create_engine(driver, isolation_level="AUTOCOMMIT", pool_size=POSTGRESQL_THREADS)
        self._threads = ThreadPoolExecutor(1 if self._is_sqlite else POSTGRESQL_THREADS)
        self._kept = threading.local()
        self._statements = [(_insert(table, rows[table][0]), rows[table]) for table in TABLES]
        self._numbers = itertools.count()
        self._mark = secrets.token_hex(3)  # a server may have been measured before

    async def prepared(self, waiting: list[Interview]) -> None:
        """Interviews to delete."""
        await asyncio.wrap_future(self._threads.submit(self._prepare, waiting))

    def _prepare(self, waiting: list[Interview]) -> None:
        for item in waiting:
            self._run(
                "INSERT INTO interviews (id, team_id, enterprise_id, user_id, step, answers, updated_at) "
                "VALUES (:id, 'T1', '', 'U1', 'plan', :answers, 0)",
                {"id": f"b{item.id}", "answers": "x" * 900},
            )

    async def finish(self, waiting: list[Interview]) -> float:
        """Transactions a second."""

        async def step(item: Interview) -> None:
            await asyncio.wrap_future(self._threads.submit(self._step, f"b{item.id}"))

        return await _rate(step, waiting)

    def _step(self, interview_id: str) -> None:
        self._run("BEGIN IMMEDIATE" if self._is_sqlite else "BEGIN")
        for statement, rows in self._statements:
            for row in rows:
                self._run(statement, row | _own(row, f"{self._mark}{next(self._numbers)}"))
        self._run("DELETE FROM interviews WHERE id = :id", {"id": interview_id})
        self._run("COMMIT")

    def _run(self, statement: str, given: Mapping[str, Any] | None = None) -> None:
        self._connection.execute(text(statement), given or {})

    @property
    def _connection(self) -> Connection:
        """One for each thread, as the store has them."""
        if not hasattr(self._kept, "connection"):
            self._kept.connection = self._engine.connect()
            for pragma in (
                ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON") if self._is_sqlite else ()
            ):
                self._kept.connection.exec_driver_sql(f"PRAGMA {pragma}")
        return self._kept.connection


async def _rate(step: Callable[[Interview], Awaitable[None]], waiting: list[Interview]) -> float:
    """How many a second, so many at once."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(item: Interview) -> None:
        async with slots:
            await step(item)

    begun = time.perf_counter()
    await asyncio.gather(*(one(item) for item in waiting))
    return len(waiting) / (time.perf_counter() - begun)


def _own(row: Mapping[str, Any], name_of_it: str) -> dict[str, Any]:
    """What has to be unique."""
    return {name: name_of_it for name in ("id", "key", "name") if name in row}


def _insert(table: str, row: Mapping[str, Any]) -> str:
    names = ", ".join(row)
    return f"INSERT INTO {table} ({names}) VALUES ({', '.join(f':{name}' for name in row)})"


def rows_of(url: str, case_id: str) -> dict[str, list[dict[str, Any]]]:
    """What one step wrote, without the numbers that the database gives."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        found = {
            "cases": "SELECT * FROM cases WHERE id = :id",
            "outbox": "SELECT * FROM outbox WHERE case_id = :id ORDER BY seq",
            "causes": "SELECT * FROM causes WHERE name LIKE '%' || :id",
        }
        rows = {
            name: [dict(row) for row in connection.execute(text(query), {"id": case_id}).mappings()]
            for name, query in found.items()
        }
    engine.dispose()
    return {
        name: [{k: v for k, v in row.items() if k != "seq"} for row in held] for name, held in rows.items()
    }


async def finishing(url: str, rounds: int, tell: Callable[[str], None]) -> dict[str, list[float]]:
    """Rates of both, in turns."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    story = Finishing(url)
    await story.store.migrate()
    first = await story.prepare()
    await story.finish(first[:1])
    rows = rows_of(url, first[0].id)
    bare = Bare(url, rows)
    tell(f"  rows of one step: {', '.join(f'{name} {len(held)}' for name, held in rows.items())}")
    rates: dict[str, list[float]] = {"bare transaction": [], "last step": []}
    for _ in range(rounds):
        waiting = await story.prepare()
        await bare.prepared(waiting)
        rates["bare transaction"].append(await bare.finish(waiting))
        rates["last step"].append(await story.finish(waiting))
    await story.store.close()
    return rates
