"""From nothing to a working install, word for word as the README says, against the local Slack."""

import asyncio
import os
import re
import shlex
import sys
import time
from pathlib import Path

import pytest
import yaml

from bot.sandbox.person import Person
from bot.sandbox.server import Sandbox, SandboxSettings
from tests.conftest import PATIENCE_SECONDS
from tests.scenarios.browsing import Browser
from tests.scenarios.serve import ROOT, Served, environment, free_port
from tests.scenarios.telling import decline, expect_said

README = (ROOT / "README.md").read_text(encoding="utf-8")
ADDRESS = "https://your.address"
WALK_SECONDS = 120  # the README promises ten minutes to a person
SERVE = re.compile(r"^ {4,}((?:[A-Z_]+=\S+ )+ajar serve)$", re.M)


def command_of(text: str) -> list[str]:
    """As one types it after `make setup`: README says that ajar is .venv/bin/ajar."""
    assert "`ajar` is `.venv/bin/ajar`" in README
    return [str(Path(sys.prefix) / "bin" / "ajar") if word == "ajar" else word for word in shlex.split(text)]


async def output_of(words: list[str], **variables: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *words, cwd=ROOT, env={**os.environ, **variables}, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert process.returncode == 0, words
    return out.decode()


def manifest_command(way: str) -> str:
    if way == "Socket Mode":
        assert "`ajar manifest` prints" in README
        return "ajar manifest"
    flags = ["--oauth"] if way == "many workspaces" else []
    found = re.findall(rf"`(ajar manifest --url {re.escape(ADDRESS)}[^`]*)`", README)
    return next(text for text in found if text.split()[4:] == flags)


WANTED = {
    "Socket Mode": "SLACK_APP_TOKEN",
    "one workspace": "SLACK_SIGNING_SECRET",
    "many workspaces": "SLACK_CLIENT_ID",
}


@pytest.mark.parametrize("way", list(WANTED))
async def test_the_readme_leads_to_a_working_install(tmp_path: Path, way: str) -> None:
    began = time.monotonic()
    assert "`make setup`" in README
    # Everything is there already where tests run; a newer date of the list must not fetch it again.
    await output_of(["make", "setup", f"VENV={sys.prefix}", "-o", "requirements/run.txt"])
    is_many = way == "many workspaces"
    printed = await output_of(command_of(manifest_command(way)))
    port = free_port()
    own = f"http://127.0.0.1:{port}"
    agreed = SandboxSettings(
        request_url=None if way == "Socket Mode" else f"{own}/slack/events",
        manifest=yaml.safe_load(printed.replace(ADDRESS, own)),
        ack_seconds=PATIENCE_SECONDS,
        trigger_seconds=PATIENCE_SECONDS,
        is_installed=not is_many,
    )
    sandbox = Sandbox(agreed)
    await sandbox.start()
    copied = {  # from Slack's pages
        "SLACK_BOT_TOKEN": agreed.bot_token,
        "SLACK_APP_TOKEN": agreed.app_token,
        "SLACK_SIGNING_SECRET": agreed.signing_secret,
        "SLACK_CLIENT_ID": agreed.client_id,
        "SLACK_CLIENT_SECRET": agreed.client_secret,
        "AJAR_PUBLIC_URL": own,
    }
    line = next(text for text in SERVE.findall(README) if WANTED[way] in text)
    names = [word.partition("=")[0] for word in line.split() if "=" in word]
    here = {"PORT": str(port), "SLACK_API_URL": f"{sandbox.url}/api/"}  # instead of Slack's own
    serving = Served(sandbox, environment(tmp_path, **here, **{name: copied[name] for name in names}), port)
    try:
        await serving.start()
        if is_many:
            async with Browser() as browser:
                _, page = await browser.open(f"{own}/slack/install")
                status, page = await browser.consent(page, agreed.team_id)
                assert status == 200
                assert "Ajar is now in Local" in page
        robin = Person(sandbox)
        await decline(robin)
        await expect_said(robin, "How did it go?")
    finally:
        await serving.kill()
        await sandbox.stop()
    assert time.monotonic() - began < WALK_SECONDS


async def test_the_command_works_through_a_link_and_wherever_the_checkout_is_moved(tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    await output_of([sys.executable, "-m", "venv", "--without-pip", str(venv)])
    planned = await output_of(["make", "-n", "-B", "setup", f"VENV={venv}"])
    steps = [line for line in planned.splitlines() if "ajar.pth" in line or "printf" in line]
    assert len(steps) == 2
    await output_of(["sh", "-c", "; ".join(steps)])
    (path,) = venv.rglob("ajar.pth")
    assert not Path(path.read_text().strip()).is_absolute()
    assert (path.parent / path.read_text().strip()).resolve() == ROOT
    (tmp_path / "ajar").symlink_to(venv / "bin" / "ajar")
    libraries = next(entry for entry in sys.path if entry.endswith("site-packages"))
    printed = await output_of([str(tmp_path / "ajar"), "manifest"], PYTHONPATH=libraries)
    assert yaml.safe_load(printed)["display_information"]["name"] == "Ajar"
