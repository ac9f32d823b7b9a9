"""From exec to ready, against importing the libraries alone."""

import asyncio
import sys
import time
from pathlib import Path

import aiohttp

from tests.bench.surface.programs import KEY, variables
from tests.scenarios.serve import ROOT, free_port

# What an HTTP `ajar serve` on SQLite can't do without, each by its own name.
LIBRARIES = (
    "aiohttp",
    "alembic.runtime.migration",
    "alembic.script",
    "apscheduler.schedulers.asyncio",
    "cryptography.hazmat.primitives.ciphers.aead",
    "holidays",
    "icalendar",
    "jinja2.sandbox",
    "numpy",
    "pydantic",
    "pydantic_settings",
    "slack_bolt.async_app",
    "slack_bolt.adapter.asgi.async_handler",
    "slack_sdk.web.async_client",
    "sqlalchemy",
    "sqlite3",
    "starlette.applications",
    "structlog",
    "typer",
    "uvicorn",
    "uvloop",
    "yaml",
)


async def libraries() -> float:
    """Seconds that the imports take, the interpreter's own start included."""
    begun = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", f"import {', '.join(LIBRARIES)}", cwd=ROOT
    )
    assert await process.wait() == 0
    return time.perf_counter() - begun


async def ready(api: str, folder: Path) -> float:
    """Seconds until `ajar serve` answers /readyz with 200; its database is there already."""
    port = free_port()
    environment = variables(
        api, PORT=str(port), AJAR_DATA=str(folder), AJAR_SECRET_KEY=KEY, SLACK_BOT_TOKEN="xoxb-bench"
    )
    begun = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "serve", cwd=ROOT, env=environment, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with aiohttp.ClientSession() as session:
            while True:
                try:
                    async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                        if answer.status == 200:
                            return time.perf_counter() - begun
                except aiohttp.ClientError:
                    await asyncio.sleep(0.002)
    finally:
        process.terminate()
        await process.wait()
