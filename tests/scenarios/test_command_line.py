"""The command line where things are not as usual: Ctrl-C at once, no room, nobody who reads, no home."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scenarios.serve import ROOT, environment

PRINTING = (("preview", "--schema"), ("manifest",), ("--help",), ("doctor", "--json"))


def said(folder: Path, redirected: str, *words: str) -> tuple[int, str]:
    """Its code, and what it says on the other output."""
    command = ["sh", "-c", f'exec "$@" {redirected}', "sh", sys.executable, "-m", "bot", *words]
    given = {"cwd": ROOT, "env": environment(folder), "timeout": 60}
    done = subprocess.run(command, capture_output=True, text=True, check=False, **given)
    return done.returncode, done.stderr.strip()


@pytest.mark.parametrize("words", PRINTING, ids=" ".join)
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_what_finds_no_room_is_said_in_one_line(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert said(tmp_path, ">/dev/full", *words) == (
        1, "Not everything could be written (No space left on device).",
    )  # fmt: skip


def test_a_closed_output_is_said_and_hinders_nobody_who_prints_nothing(tmp_path: Path) -> None:
    code, text = said(tmp_path, ">&-", "manifest")
    assert (code, text) == (1, "Not everything could be written (Bad file descriptor).")
    assert said(tmp_path, ">&-", "migrate") == (0, "The database is up to date.")


@pytest.mark.parametrize("after", [0.1, 0.3, 0.6, 1.2])
async def test_ctrl_c_ends_a_command_quietly_however_early_it_comes(tmp_path: Path, after: float) -> None:
    words = ("preview", "--all")  # which takes its time
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-X", "importtime", "-m", "bot", *words, cwd=ROOT, env=environment(tmp_path),
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr is not None
    async with asyncio.timeout(30):
        while b"| bot\n" not in await process.stderr.readline():  # from there on it is ours
            pass
        await asyncio.sleep(after)
        process.send_signal(signal.SIGINT)
        rest = (await process.stderr.read()).decode()
        code = await process.wait()
    assert "Traceback" not in rest
    assert code == 130


def test_whoever_has_no_home_needs_none_where_the_folder_is_named(tmp_path: Path) -> None:
    script = "import sys; sys.modules['pwd'] = None; sys.argv[0] = 'ajar'; " + (
        "import runpy; runpy.run_module('bot', run_name='__main__')"
    )
    given = {name: value for name, value in environment(tmp_path).items() if name != "HOME"}
    command = [sys.executable, "-c", script, "migrate"]
    done = subprocess.run(
        command, cwd=ROOT, env=given, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr.strip()) == (0, "The database is up to date.")
    assert (tmp_path / "ajar.db").exists()
