"""The others with as many rows waiting as Ajar has, each in a database of its own, as it comes."""

import asyncio
import sqlite3
from datetime import UTC, datetime, timedelta

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import create_engine, text

from tests.bench.databases import POSTGRESQL, SQLITE

JOB, TASK = "tests.bench.contestants:job", "note"
TOMORROW = timedelta(days=1)
JOBS = """
INSERT INTO apscheduler_jobs (id, next_run_time, job_state)
{numbers} SELECT 'waits' || n, next_run_time + CAST(n AS BIGINT) * 7919 % 3650 * 86400.0, job_state
FROM apscheduler_jobs, numbers WHERE id = 'waits'"""
TASKS = f"""
INSERT INTO procrastinate_jobs (queue_name, task_name, args, scheduled_at)
{{numbers}} SELECT 'default', '{TASK}', '{{{{"name": "waits"}}}}',
    now() + interval '1 day' + CAST(n AS BIGINT) * 7919 % 3650 * interval '1 day' FROM numbers"""
LOG = "PRAGMA journal_mode=WAL"


def fill(kind: str, url: str, rows: int) -> None:
    """Their tables, and so many rows that are due between tomorrow and ten years on."""
    if kind == "apscheduler_wal":  # SQLite as Ajar sets it; the file remembers
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            connection.execute(LOG)
    numbers = (SQLITE if url.startswith("sqlite") else POSTGRESQL).format(most=rows)
    if kind == "procrastinate":
        asyncio.run(_procrastinate(url))
        _execute(url, TASKS.format(numbers=numbers), "procrastinate_jobs")
    else:
        _apscheduler(url)
        _execute(url, JOBS.format(numbers=numbers), "apscheduler_jobs")


def _apscheduler(url: str) -> None:
    """The table, and one job that the others are copies of."""
    scheduler = BackgroundScheduler(jobstores={"default": SQLAlchemyJobStore(_address(url))}, timezone=UTC)
    scheduler.start(paused=True)
    scheduler.add_job(JOB, "date", run_date=datetime.now(UTC) + TOMORROW, id="waits", args=["waits"])
    scheduler.shutdown()


async def _procrastinate(url: str) -> None:
    from procrastinate import App, PsycopgConnector

    app = App(connector=PsycopgConnector(conninfo=url))
    async with app.open_async():
        await app.schema_manager.apply_schema_async()


def _execute(url: str, statement: str, table: str) -> None:
    engine = create_engine(_address(url))
    with engine.begin() as connection:
        connection.execute(text(statement))
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as alone:
            alone.execute(text(f"VACUUM (ANALYZE) {table}"))
    engine.dispose()


def _address(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://")
