"""`ajar serve` as a process of its own, beside a local Slack in the test."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from bot.cli import load_manifest
from bot.sandbox.server import Sandbox, SandboxSettings
from tests.conftest import PATIENCE_SECONDS, START

ROOT = Path(__file__).parent.parent.parent


def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@dataclass
class Served:
    """The process, which can be killed and started again."""

    sandbox: Sandbox
    environment: dict[str, str]
    port: int
    process: asyncio.subprocess.Process | None = field(default=None)

    async def start(self) -> None:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            "serve",
            cwd=ROOT,
            env=self.environment,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        async with aiohttp.ClientSession() as session:
            for _ in range(400):
                try:
                    async with session.get(f"http://127.0.0.1:{self.port}/readyz") as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientError:
                    await asyncio.sleep(0.05)
        raise TimeoutError("ajar serve did not become ready")

    async def start_aloud(self) -> tuple[list[str], asyncio.StreamReader]:
        """Start it with its words on a pipe: what it said until it was ready, and what will come."""
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "serve", cwd=ROOT, env=self.environment,
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert self.process.stderr is not None
        lines = [(await self.process.stderr.readline()).decode()]
        while "ready" not in lines[-1]:
            lines.append((await self.process.stderr.readline()).decode())
        return lines, self.process.stderr

    async def kill(self) -> None:
        """As a power cut would."""
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(signal.SIGKILL)
            await self.process.wait()

    async def terminate(self) -> int:
        """As a supervisor would."""
        assert self.process is not None
        self.process.terminate()
        async with asyncio.timeout(15):
            return await self.process.wait()


def environment(folder: Path, **given: str) -> dict[str, str]:
    """A bare environment with these settings."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "PYTHONPATH") if name in os.environ}
    return {**kept, "AJAR_DATA": str(folder), **given}


@asynccontextmanager
async def served(folder: Path, **given: Any) -> AsyncIterator[Served]:
    """A local Slack and a process that serves it."""
    port = free_port()
    agreed = SandboxSettings(
        request_url=f"http://127.0.0.1:{port}/slack/events",
        manifest=load_manifest(),
        clock_file=folder / "clock.txt",
        retries_after_seconds=(0.5, 0.5, 1.0),
        **{"ack_seconds": PATIENCE_SECONDS, "trigger_seconds": PATIENCE_SECONDS, **given},
    )
    sandbox = Sandbox(agreed)
    sandbox.clock.set_offset(START - sandbox.clock.now())
    await sandbox.start()
    variables = environment(
        folder,
        PORT=str(port),
        SLACK_BOT_TOKEN=agreed.bot_token,
        SLACK_SIGNING_SECRET=agreed.signing_secret,
        SLACK_API_URL=f"{sandbox.url}/api/",
        AJAR_CLOCK_FILE=str(folder / "clock.txt"),
    )
    running = Served(sandbox, variables, port)
    try:
        yield running
    finally:
        await running.kill()
        await sandbox.stop()
