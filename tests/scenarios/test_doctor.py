"""`ajar doctor` says what is wrong and what to do, and changes nothing; the first start explains itself."""

import json
import os
import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from tests.scenarios.serve import free_port, served
from tests.scenarios.test_bad_input import GOOD, OAUTH, ajar


def named(out: str) -> dict[str, str]:
    return {item["about"]: item["state"] for item in json.loads(out)}


async def test_where_all_is_well_it_says_so(tmp_path: Path) -> None:
    async with served(tmp_path) as running:
        await running.start()
        own = f"http://127.0.0.1:{running.port}"
        given = {
            name: value
            for name, value in running.environment.items()
            if name.startswith(("SLACK", "AJAR", "PORT")) and name not in {"AJAR_DATA", "AJAR_CLOCK_FILE"}
        }
        code, out, _ = await ajar(tmp_path, "doctor", "--json", AJAR_PUBLIC_URL=own, **given)
        assert code == 0
        assert named(out) == {
            "settings": "well", "port": "note", "key": "well", "database": "well", "templates": "well",
            "token": "well", "manifest": "well", "clock": "well", "address": "note",  # not https
        }  # fmt: skip
        code, out, _ = await ajar(tmp_path, "doctor", AJAR_PUBLIC_URL=running.sandbox.url, **given)
        assert code == 2
        assert "answers 404, not 200" in out
        assert "Let the proxy pass every path" in out
        given["SLACK_BOT_TOKEN"] = "xoxb-wrong"
        code, out, _ = await ajar(tmp_path, "doctor", **given)
        assert code == 2
        assert "Slack refuses SLACK_BOT_TOKEN (invalid_auth)." in out
        assert "OAuth & Permissions" in out
        code, out, _ = await ajar(tmp_path, "doctor", AJAR_SECRET_KEY="x" * 40, **given)
        assert "AJAR_SECRET_KEY does not open this database." in out
        (tmp_path / "secret.key").chmod(0o644)
        code, out, _ = await ajar(tmp_path, "doctor", **given)
        assert f"chmod 600 {tmp_path}/secret.key" in out.replace("\n", "")


async def test_a_port_is_free_taken_or_out_of_reach(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        variables = {"SLACK_API_URL": "http://127.0.0.1:1/", "PORT": str(free_port()), **GOOD}
        variables["AJAR_METRICS_PORT"] = str(holder.getsockname()[1])
        _, out, _ = await ajar(tmp_path, "doctor", "--json", **variables)
    found = {item["says"]: item["state"] for item in json.loads(out) if item["about"] == "port"}
    assert found == {
        f"PORT: 127.0.0.1:{variables['PORT']} is free.": "well",
        f"AJAR_METRICS_PORT: {variables['AJAR_METRICS_PORT']} is taken.": "note",
    }
    _, out, _ = await ajar(tmp_path, "doctor", "--json", **{**variables, "AJAR_HOST": "192.0.2.1"})
    found = {item["says"]: item["state"] for item in json.loads(out) if item["about"] == "port"}
    assert found == {"AJAR_HOST: 192.0.2.1 is no address of this machine.": "wrong"}


async def test_own_words_that_nobody_reads_and_a_slip_of_the_pen_are_said(tmp_path: Path) -> None:
    own = tmp_path / "own"
    (own / "words").mkdir(parents=True)
    (own / "words" / "letters.yml").write_text("{}")
    variables = {"AJAR_TEMPLATES": str(own), "AJAR_DATE": "x", "SLACK_API_URL": "http://127.0.0.1:1/"}
    code, out, _ = await ajar(tmp_path / "data", "doctor", "--json", **GOOD, **variables)
    said = {item["says"]: item["state"] for item in json.loads(out)}
    assert code == 2
    assert said["AJAR_DATE is no setting of Ajar's and does nothing."] == "note"
    (problem,) = [says for says in said if says.startswith(f"{own / 'words' / 'letters.yml'}: nobody reads")]
    assert said[problem] == "wrong"
    ended = CliRunner().invoke(app, ["preview"], env=variables)
    assert (ended.exit_code, ended.stderr.strip()) == (1, problem)


@pytest.mark.parametrize(
    ("variables", "text"),
    [
        ({}, "SLACK_BOT_TOKEN is not set"),
        ({**GOOD, "SLACK_API_URL": "http://127.0.0.1:1/api/"}, "Nothing answers at"),
        ({**OAUTH, "SLACK_API_URL": "http://127.0.0.1:1/api/"}, "many workspaces by OAuth"),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_is_made(
    tmp_path: Path, variables: dict[str, str], text: str
) -> None:
    code, out, _ = await ajar(tmp_path, "doctor", **variables)
    assert code == 2
    assert text in out.replace("\n", " ")
    assert not os.listdir(tmp_path)  # noqa: PTH208  a look, in a test


async def test_the_first_start_on_a_file_of_ones_own_says_where_it_is_and_where_the_key_is(
    tmp_path: Path,
) -> None:
    own = tmp_path / "own.db"
    async with served(tmp_path) as running:
        running.environment |= {"DATABASE_URL": f"sqlite:///{own}"}
        lines, rest = await running.start_aloud()
        await running.terminate()
        await rest.read()
    said = "".join(lines)
    assert f"Everything is kept in {own}, and {tmp_path / 'secret.key'} that opens it." in said
    assert own.exists()
    assert (tmp_path / "secret.key").exists()


async def test_the_first_start_says_what_was_made_and_what_to_do_also_after_starts_that_failed(
    tmp_path: Path,
) -> None:
    async with served(tmp_path) as running:
        given = {**running.environment, "SLACK_BOT_TOKEN": "xoxb-wrong"}
        code, _, _ = await ajar(tmp_path, "serve", **given)
        assert (code, (tmp_path / "ajar.db").exists()) == (2, True)
        said = []
        for _ in range(2):
            lines, rest = await running.start_aloud()
            said.append("".join(lines))
            await running.terminate()
            await rest.read()
    assert f"Everything is kept in {tmp_path}: ajar.db, and secret.key that opens it." in said[0]
    assert "type /decline" in said[0]
    assert all("AJAR_CLOCK_FILE is for tests" in text for text in said)
    assert "first start" not in said[1]
    assert not [line for line in "".join(said).splitlines() if line.startswith("{")]  # no library has a word
