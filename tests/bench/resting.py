"""How much of a processor `ajar serve` takes while nothing is due."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.contestants import KEYS
from tests.scenarios.serve import ROOT, free_port

SETTLING_SECONDS, WATCHED_SECONDS = 20, 60  # two heartbeats


def idle_cpu(url: str, sink: str) -> float:
    """The share of one processor over a minute, of the whole process with its web server."""
    with tempfile.TemporaryDirectory(prefix="ajar-idle-") as folder:
        variables = {
            "AJAR_DATA": folder,
            "DATABASE_URL": url,
            "AJAR_SECRET_KEY": KEYS[0],
            "PORT": str(free_port()),
            "SLACK_API_URL": f"{sink}/api/",
            "SLACK_BOT_TOKEN": "xoxb-1",
            "SLACK_SIGNING_SECRET": "a-secret-for-the-bench",
        }
        command = [sys.executable, "-m", "bot", "serve"]
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **variables}, stderr=subprocess.DEVNULL
        )
        try:
            time.sleep(SETTLING_SECONDS)
            before = _used_seconds(process.pid)
            time.sleep(WATCHED_SECONDS)
            assert process.poll() is None, "ajar serve ended"
            return (_used_seconds(process.pid) - before) / WATCHED_SECONDS
        finally:
            process.terminate()
            process.wait()


def _used_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
