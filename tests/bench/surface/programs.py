"""The programs under load, each in a process of its own, all of them up at once and idle when not asked."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from tests.bench.surface.load import SECRET
from tests.scenarios.serve import ROOT, free_port

KEY = "a-key-that-only-the-bench-knows"


@dataclass(frozen=True)
class Program:
    """A server that is up."""

    name: str
    port: int
    pid: int

    @property
    def memory_mb(self) -> float:
        """Resident memory now."""
        for line in Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        return 0.0

    @property
    def cpu_seconds(self) -> float:
        """Used so far, by all threads."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def variables(api: str, **given: str) -> dict[str, str]:
    """A bare environment that points at the sink."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "SLACK_API_URL": api, "SLACK_SIGNING_SECRET": SECRET, **given}


@asynccontextmanager
async def rival(name: str, api: str, database: str = "") -> AsyncIterator[Program]:
    """One of rivals.py."""
    port = free_port()
    command = ["-m", "tests.bench.surface.rivals", name, str(port)]
    async with _running(
        command, variables(api, BENCH_DATABASE_URL=database), f"http://127.0.0.1:{port}/"
    ) as pid:
        yield Program(name, port, pid)


@asynccontextmanager
async def ajar(api: str, folder: Path, database: str = "", **given: str) -> AsyncIterator[Program]:
    """`ajar serve` over HTTP."""
    port = free_port()
    environment = variables(
        api,
        PORT=str(port),
        AJAR_DATA=str(folder),
        AJAR_SECRET_KEY=KEY,
        SLACK_BOT_TOKEN="xoxb-bench",
        **({"DATABASE_URL": database} if database else {}),
        **given,
    )
    async with _running(["-m", "bot", "serve"], environment, f"http://127.0.0.1:{port}/readyz") as pid:
        yield Program("ajar", port, pid)


@asynccontextmanager
async def _running(command: list[str], environment: Mapping[str, str], url: str) -> AsyncIterator[int]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, cwd=ROOT, env=dict(environment), stdout=asyncio.subprocess.DEVNULL
    )
    try:
        await _answers(process, url)
        yield process.pid
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


async def _answers(process: asyncio.subprocess.Process, url: str) -> None:
    async with aiohttp.ClientSession() as session:
        for _ in range(600):
            if process.returncode is not None:
                raise RuntimeError(f"a program ended before it answered at {url}")
            try:
                async with session.get(url):
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.05)
    raise TimeoutError(url)
