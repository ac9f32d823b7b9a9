"""What an operator watches, reads and starts Ajar with."""

import asyncio
import configparser
import json
import re
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import aiohttp
import pytest
from typer.testing import CliRunner

from bot import VERSION, cli
from bot.cli import USUAL_PORT, app, load_manifest
from bot.local import local
from bot.sandbox.faults import RateLimited
from bot.sandbox.person import Person
from tests.conftest import PATIENCE_SECONDS, START
from tests.scenarios.serve import ROOT, environment, free_port, served
from tests.scenarios.telling import RAW, decline, expect_said
from tests.scenarios.test_bad_input import GOOD, ajar

TOKEN = "a-token-that-nobody-guesses"
COMMANDS = {command.name or command.callback.__name__ for command in app.registered_commands}


async def fetched(url: str, **headers: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
        return answer.status, await answer.text()


def value(text: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.M)
    assert found, f"{name} in {text}"
    return float(found[1])


async def test_the_numbers_are_for_who_brings_the_token(tmp_path: Path) -> None:
    given = {"ajar_metrics_token": TOKEN, "patience_seconds": PATIENCE_SECONDS}
    async with local(tmp_path, load_manifest(), start_at=START, **given) as both:
        robin = Person(both.sandbox)
        both.sandbox.faults.next("chat.postMessage", RateLimited(1))
        await decline(robin)
        await expect_said(robin, "How did it go?")
        for _ in range(200):
            if (await both.ajar.store.counts()).get("sent", 0) >= 2:
                break
            await asyncio.sleep(0.05)
        own = str(both.sandbox.settings.request_url).removesuffix("/slack/events")
        assert (await fetched(f"{own}/metrics"))[0] == 401
        assert (await fetched(f"{own}/metrics", authorization="Bearer x"))[0] == 401
        status, text = await fetched(f"{own}/metrics", authorization=f"Bearer {TOKEN}")
    assert status == 200
    assert value(text, 'ajar_ack_seconds_count{kind="command"}') == 1
    assert value(text, 'ajar_ack_seconds_count{kind="view_submission"}') == 4
    assert value(text, 'ajar_slack_ratelimited_total{method="chat.postMessage"}') == 1
    assert value(text, 'ajar_messages{ending="sent"}') == value(text, 'ajar_outbox_rows{state="sent"}') >= 2
    for ending in ("in_doubt", "refused", "later", "cancelled"):
        assert f'ajar_messages{{ending="{ending}"}}' in text
    assert value(text, "ajar_due_lag_seconds") == 0
    assert value(text, "ajar_database_up") == 1
    for word in ("Acme", "Robin", robin.id, "T0AJAR", "joke"):
        assert word not in text


async def test_the_numbers_have_a_port_of_their_own_and_log_lines_hold_no_word(tmp_path: Path) -> None:
    patient = {"ack_seconds": PATIENCE_SECONDS, "trigger_seconds": PATIENCE_SECONDS}
    async with served(tmp_path, **patient) as running:
        port = free_port()
        running.environment |= {"AJAR_METRICS_PORT": str(port)}
        _, rest = await running.start_aloud()
        robin = Person(running.sandbox)
        await decline(robin)
        await expect_said(robin, "How did it go?")
        status, text = await fetched(f"http://127.0.0.1:{port}/metrics")
        assert status == 200
        assert value(text, 'ajar_ack_seconds_count{kind="command"}') == 1
        assert (await fetched(f"http://127.0.0.1:{running.port}/metrics"))[0] == 404
        assert await running.terminate() == 0
        lines = (await rest.read()).decode().splitlines()
    settled = [json.loads(line) for line in lines]
    assert {"row_verdict"} <= {line["event"] for line in settled}
    assert all({"event", "level", "timestamp"} <= set(line) for line in settled)
    for word in (robin.id, "Acme", "Designer", *RAW.split()[1:3]):
        assert word not in "\n".join(lines)


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"AJAR_METRICS_PORT": "many"}, "AJAR_METRICS_PORT"),
        ({"AJAR_METRICS_TOKEN": "short"}, "AJAR_METRICS_TOKEN has fewer than 16"),
        ({"AJAR_LOG_LEVEL": "LOUD"}, "AJAR_LOG_LEVEL is no level"),
    ],
)
async def test_a_wrong_setting_of_an_operator_is_named(tmp_path: Path, variables: dict, named: str) -> None:
    code, _, err = await ajar(tmp_path, "serve", **{"PORT": str(free_port()), **GOOD, **variables})
    assert code == 2
    assert err.startswith(named)


def test_the_unit_of_systemd_starts_what_there_is() -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",))
    unit.optionxform = str  # type: ignore[assignment]
    unit.read_string((ROOT / "deploy" / "ajar.service").read_text())
    program, command = unit["Service"]["ExecStart"].split()
    assert program.endswith(".venv/bin/ajar")
    assert command in COMMANDS
    final = unit["Service"]["RestartPreventExitStatus"].split()
    assert final == ["2", "126", "127"]  # and not 3: what is away may come back
    assert unit["Unit"]["StartLimitIntervalSec"] == "0"
    assert unit["Service"]["StateDirectory"] == "ajar"
    assert unit["Install"]["WantedBy"] == "multi-user.target"


async def test_a_python_that_the_unit_can_not_use_is_said_at_the_setup(tmp_path: Path) -> None:
    text = (ROOT / "deploy" / "ajar.service").read_text()
    assert "ProtectHome=yes" in text
    assert "make setup PYTHON=/usr/bin/python3" in text
    for place, is_said in (("root/x/python3", True), ("home/me/x/python3", True), ("usr/bin/env", False)):
        (tmp_path / "bin").mkdir(exist_ok=True)
        (tmp_path / "bin" / "python").unlink(missing_ok=True)
        (tmp_path / "bin" / "python").symlink_to(f"/{place}")
        (tmp_path / "run.done").touch()
        words = ("make", "setup", f"VENV={tmp_path}", "-o", "requirements/run.txt")
        made = await asyncio.create_subprocess_exec(*words, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
        out = (await made.communicate())[0].decode()
        assert made.returncode == 0
        assert ("make clean setup PYTHON=/usr/bin/python3" in out) == is_said, place


def test_the_container_file_copies_and_runs_what_there_is() -> None:
    lines = (ROOT / "deploy" / "Containerfile").read_text().splitlines()
    copied = [line.split()[1:] for line in lines if line.startswith("COPY ") and "--from" not in line]
    assert {source for source, _ in copied} == {"requirements/run.txt", "manifest.yml", "templates", "bot"}
    for source, target in copied:
        assert (ROOT / source).exists()
        assert source == target
    run = json.loads(next(line for line in lines if line.startswith("CMD")).removeprefix("CMD "))
    assert run[0] in COMMANDS
    start = json.loads(
        next(line for line in lines if line.startswith("ENTRYPOINT")).removeprefix("ENTRYPOINT ")
    )
    assert start[1:] == ["-m", "bot"]
    assert "USER 10001" in lines


def test_in_the_image_ajar_is_on_the_path_and_works_from_any_folder(tmp_path: Path) -> None:
    text = (ROOT / "deploy" / "Containerfile").read_text().replace("\\\n", "")
    (made,) = re.findall(r"^RUN (printf .*)$", text, re.M)
    command = tmp_path / "ajar"
    assert "/usr/local/bin/ajar" in made
    for theirs, ours in (
        ("/usr/local/bin/ajar", command), ("/opt/ajar/.venv/bin/python", sys.executable), ("/opt/ajar", ROOT),
    ):  # fmt: skip
        made = made.replace(theirs, str(ours))
    subprocess.run(["sh", "-c", made], check=True)
    said = subprocess.run([command, "--version"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == f"ajar {VERSION}"


def test_the_version_is_that_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == VERSION
    assert CliRunner().invoke(app, ["--version"]).stdout.strip() == f"ajar {VERSION}"


def test_the_readme_runs_other_commands_with_the_settings_of_the_unit() -> None:
    unit = (ROOT / "deploy" / "ajar.service").read_text()
    readme = (ROOT / "README.md").read_text()
    assert "EnvironmentFile=/etc/ajar.env\nEnvironment=AJAR_DATA=/var/lib/ajar\n" in unit
    for text in (unit, readme):
        assert (
            "systemd-run --quiet --pipe --wait -p EnvironmentFile=/etc/ajar.env -E AJAR_DATA=/var/lib/ajar"
            in text
        )


async def test_a_variable_that_is_none_of_ours_is_named_even_when_the_start_fails(tmp_path: Path) -> None:
    code, _, err = await ajar(tmp_path, "serve", AJAR_DATE="/x")
    assert code == 2
    assert (
        err.splitlines()[0] == "AJAR_DATE is no setting of Ajar's and does nothing. Did you mean AJAR_DATA?"
    )
    assert "SLACK_BOT_TOKEN is not set" in err


async def test_a_public_address_without_tls_is_told_from_one_that_does_not_answer(tmp_path: Path) -> None:
    variables = {**GOOD, "AJAR_PUBLIC_URL": "http://no.invalid/", "SLACK_API_URL": "http://127.0.0.1:9/api/"}
    _, out, _ = await ajar(tmp_path, "doctor", **variables)
    assert "Slack takes https:// alone" in out
    assert "DNSError" not in out


async def test_a_port_that_was_asked_for_is_taken_or_refused_and_never_changed(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        words = ("sandbox", "--no-open", "--port", str(port), "--data", str(tmp_path))
        code, _, err = await ajar(tmp_path, *words)
        assert (code, f"--port {port} is taken" in err) == (2, True)
    assert cli.port_for(USUAL_PORT) == USUAL_PORT  # also where something runs there already


async def test_a_tour_whose_reader_goes_away_ends_without_a_word(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "tour", "--json", cwd=ROOT, env=environment(tmp_path),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    async with asyncio.timeout(60):
        await process.stdout.readline()
        process.stdout._transport.close()  # as `head` does
        assert (await process.stderr.read()).decode() == ""
        await process.wait()


def test_the_help_of_serve_names_what_it_cannot_do_without() -> None:
    text = CliRunner().invoke(app, ["serve", "--help"]).stdout
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "AJAR_DATA", "DATABASE_URL"):
        assert name in text
