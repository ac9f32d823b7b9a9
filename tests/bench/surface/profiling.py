"""Where the time of `/decline` goes: `python -m tests.bench.surface.profiling` prints the dearest functions.

Ajar without its web server, and a process that answers for Slack; the profiler makes everything about twice
as slow, calls of small functions more than others.
"""

import asyncio
import cProfile
import io
import os
import pstats
import re
import sys
import tempfile
from typing import Any

from bot.serving import fast_loop
from tests.bench.racing import Sink
from tests.bench.surface import asking
from tests.bench.surface.load import FORM, SECRET, request

REQUESTS, WARMS_SECONDS, TOP = 3000, 5, 10
LINE = re.compile(r"^ *(?P<calls>[\d/]+) +(?P<own>[\d.]+) +[\d.]+ +(?P<all>[\d.]+) +[\d.]+ (?P<place>.+)$")


async def asked(app: Any, number: int) -> None:
    """So many commands, one after the other, as the web server hands them in."""
    raw = request(asking.decline(0), 80, FORM)
    head, _, body = raw.partition(b"\r\n\r\n")
    lines = [line.split(b": ", 1) for line in head.split(b"\r\n")[1:]]
    headers = [(name.lower(), value) for name, value in lines]

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        assert message.get("status", 200) == 200

    for _ in range(number):
        scope = {"type": "http", "method": "POST", "path": "/slack/events", "headers": headers}
        await app(scope, receive, send)


async def profiled() -> pstats.Stats:
    """What the requests cost."""
    with tempfile.TemporaryDirectory(prefix="ajar-profile-") as folder, Sink() as sink:
        os.environ.update(
            SLACK_API_URL=f"{sink.url}/api/",
            SLACK_SIGNING_SECRET=SECRET,
            SLACK_BOT_TOKEN="xoxb-bench",
            AJAR_DATA=folder,
            AJAR_SECRET_KEY="a-key-that-only-the-bench-knows",
        )
        from bot.settings import load_settings
        from bot.wiring import running

        async with running(load_settings()) as ajar:
            await asyncio.sleep(WARMS_SECONDS)
            await asked(ajar.web, 50)
            with cProfile.Profile() as profile:
                await asked(ajar.web, REQUESTS)
    return pstats.Stats(profile)


def table(stats: pstats.Stats) -> list[str]:
    """The dearest functions by their own time, in microseconds a request."""
    written = io.StringIO()
    stats.stream = written  # type: ignore[attr-defined]
    stats.strip_dirs().sort_stats("tottime").print_stats(TOP)
    found = (LINE.match(line) for line in written.getvalue().splitlines())
    rows = [
        (
            match["place"],
            float(match["own"]) / REQUESTS * 1e6,
            float(match["all"]) / REQUESTS * 1e6,
        )
        for match in found
        if match
    ]
    head = ["| function | own µs | with what it calls |", "|---|---|---|"]
    return head + [f"| `{place}` | {own:.0f} | {whole:.0f} |" for place, own, whole in rows]


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=fast_loop()) as runner:
        sys.stdout.write("\n".join(table(runner.run(profiled()))) + "\n")
