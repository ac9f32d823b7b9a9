"""Wrong settings stop the start with one line; wrong requests are refused."""

import asyncio
import hashlib
import hmac
import json
import re
import socket
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.local import Local, alone_in, begin_anew
from bot.sandbox.faults import Drop, Fail, Status
from bot.sandbox.person import Person
from bot.sandbox.server import Sandbox, SandboxSettings
from tests.scenarios.serve import ROOT, environment, free_port

GOOD = {"SLACK_BOT_TOKEN": "xoxb-local", "SLACK_SIGNING_SECRET": "0" * 32}

PAINT = re.compile(r"\x1b\[[\d;]*m")
KEY = {"AJAR_SECRET_KEY": "a-key-of-more-than-sixteen"}

OAUTH = {
    "SLACK_CLIENT_ID": "1",
    "SLACK_CLIENT_SECRET": "s",
    "SLACK_SIGNING_SECRET": "0" * 32,
    "AJAR_PUBLIC_URL": "https://ajar.example.org",
}


async def ajar(folder: Path, *words: str, given: str = "", **variables: str) -> tuple[int, str, str]:
    """Run the command; exit code, output, errors."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words, cwd=ROOT, env=environment(folder, **variables),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(30):
        out, err = await process.communicate(given.encode())
    return process.returncode or 0, out.decode(), err.decode()


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({}, "SLACK_BOT_TOKEN is not set"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_SIGNING_SECRET is not set"),
        ({**GOOD, "AJAR_HOST": "192.0.2.1"}, "AJAR_HOST: 192.0.2.1 is no address of this machine"),
        ({**GOOD, "DATABASE_URL": "mysql://x/y"}, "Write it as postgresql://"),
        ({**GOOD, "AJAR_DATA": "/proc/none"}, "AJAR_DATA"),
    ],
)
async def test_a_wrong_setting_is_named_with_its_remedy_in_one_line(
    tmp_path: Path, variables: dict[str, str], named: str
) -> None:
    code, _, err = await ajar(tmp_path, "serve", **{"PORT": str(free_port()), **variables})
    assert code == 2
    assert named in err
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"DATABASE_URL": "mysql://x/y"}, "Write it as postgresql://"),
        ({"DATABASE_URL": "sqlite://ajar.db"}, "DATABASE_URL names no file"),
        ({"DATABASE_URL": "sqlite:///:memory:"}, "DATABASE_URL names no file"),
        ({"DATABASE_URL": "/var/lib/ajar.db"}, "DATABASE_URL can't be read. Write it as"),
        (
            {"DATABASE_URL": "postgresql://x@h:port/z", **KEY},
            "in a password write @ : /",
        ),
        ({"DATABASE_URL": "sqlite:////proc/ajar.db"}, "Set DATABASE_URL, or AJAR_DATA"),
        ({"DATABASE_URL": "sqlite:////proc/none/ajar.db"}, "there is no folder /proc/none"),
        ({"DATABASE_URL": "postgresql://x@127.0.0.1/z?a=b", **KEY}, "an option behind the ?"),
        ({"AJAR_DATA": __file__}, "AJAR_DATA: "),
    ],
)
def test_a_wrong_database_is_named_with_its_remedy(tmp_path: Path, variables: dict, named: str) -> None:
    code, _, err = typed(tmp_path, "migrate", **variables)
    assert code == 2
    assert named in err
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("postgres://x@127.0.0.1:1/z", "nothing answers there"),
        ("postgresql://x@no.invalid/z", "no server of this name"),
        ("postgresql://x@/z?host=/proc/none", "nothing answers there"),
    ],
)
def test_a_server_that_does_not_answer_yet_ends_with_three_for_a_supervisor(
    tmp_path: Path, url: str, named: str
) -> None:
    code, _, err = typed(tmp_path, "migrate", DATABASE_URL=url, **KEY)
    assert (code, named in err) == (3, True)
    assert err.startswith("DATABASE_URL: ")
    assert len(err.strip().splitlines()) == 1


def typed(folder: Path, *words: str, **variables: str) -> tuple[int, str, str]:
    """As `ajar` does, in this process: for commands that leave the log alone."""
    given = {"AJAR_DATA": str(folder), "COLUMNS": "200", **variables}
    ended = CliRunner().invoke(app, words, env=given)
    return ended.exit_code, ended.stdout, PAINT.sub("", ended.stderr)


async def test_a_damaged_database_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "ajar.db").write_bytes(b"this was a database once" * 200)
    for code, _, err in (
        await ajar(tmp_path, "sandbox", "--no-open", "--port", "0", "--data", str(tmp_path)),
        await asyncio.to_thread(typed, tmp_path, "migrate"),
        await asyncio.to_thread(typed, tmp_path, "backup", str(tmp_path / "copy")),
    ):
        assert code == 2
        assert f"{tmp_path / 'ajar.db'} is damaged, or no database of Ajar's. Stop Ajar and put" in err
        assert "ajar backup" in err
        assert "DATABASE_URL" not in err
        assert len(err.strip().splitlines()) == 1
    code, out, _ = await ajar(tmp_path, "doctor", "--json", **GOOD)
    finding = next(item for item in json.loads(out) if item["about"] == "database")
    assert finding["says"] == f"{tmp_path / 'ajar.db'} is damaged, or no database of Ajar's."
    assert finding["remedy"].startswith("Stop Ajar and put the last copy")


def test_an_empty_key_file_is_no_key(tmp_path: Path) -> None:
    (tmp_path / "secret.key").touch()
    code, _, err = typed(tmp_path, "migrate")
    assert code == 2
    assert err.startswith(f"{tmp_path / 'secret.key'} is too short to be a key. Put back your copy")


def test_an_earlier_copy_is_not_written_over_unasked(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.write_text("an earlier one")
    assert typed(tmp_path, "migrate")[0] == 0
    code, _, err = typed(tmp_path, "backup", str(copy))
    assert (code, copy.read_text()) == (2, "an earlier one")
    assert err.strip() == f"Nothing was copied: {copy} is there already. Name another file, or add --replace."
    assert typed(tmp_path, "backup", "--replace", str(copy))[0] == 0
    assert copy.read_bytes().startswith(b"SQLite format 3")
    code, _, err = typed(tmp_path, "backup", str(tmp_path))
    assert (code, "is a folder" in err) == (2, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--data", __file__], "--data: "),
        (["--data", "/proc/none/here"], "--data: /proc/none/here can't be used"),
        (["--port", "99999"], "should be less than or equal to 65535"),
        (["--port", "many"], "Invalid value for '--port'"),
    ],
)
async def test_a_place_or_a_port_that_can_not_be_is_said(tmp_path: Path, words: list[str], said: str) -> None:
    code, _, err = await ajar(tmp_path, "sandbox", "--no-open", *words, COLUMNS="200")
    assert code == 2
    assert said in err
    assert "Traceback" not in err


async def test_two_sandboxes_never_share_a_folder(tmp_path: Path) -> None:
    with alone_in(tmp_path):
        (tmp_path / "slack.json").write_text("{}")
        code, _, err = await ajar(tmp_path, "sandbox", "--fresh", "--no-open", "--data", str(tmp_path))
        assert (code, (tmp_path / "slack.json").exists()) == (2, True)
        assert err.strip() == (
            f"--data: another sandbox runs on {tmp_path}. Stop it, or give this one a folder of its own."
        )
    with alone_in(tmp_path):  # it was let go
        begin_anew(tmp_path)
    assert not (tmp_path / "slack.json").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["manifest", "--url", "https://"], "--url is not an address. Give it the bare address"),
        (["manifest", "--url", "https://ajar.example.org/?a=b"], "--url has a ? or #"),
        (["manifest", "--url", "https://ajar.example.org/#a"], "--url has a ? or #"),
        (["manifest", "--url", "https://me:@ajar.example.org"], "--url has a user or password"),
        (["manifest", "--url", "https://ajar.example.org/behind"], "--url has a path in it"),
        (["manifest", "--url", "http://ajar.example.org"], "begin with https://"),
        (["manifest", "--oauth"], "--oauth: installing by OAuth needs an address"),
        (["manifest", "--rotate"], "--rotate: only installs by OAuth"),
        (["preview"], "Name a file"),
        (["preview", "--all", "--locale", "klingon"], "--locale: there is nothing in klingon"),
        (["preview", "--sideways"], "No such option"),
        (["reframe"], "Write a reason in quotes"),
        (["reframe", "el sueldo es muy bajo para lo que quiero"], "reads English only"),
    ],
)
def test_a_wrong_option_is_said_and_ends_with_two(tmp_path: Path, words: list[str], said: str) -> None:
    code, out, err = typed(tmp_path, *words)
    assert (code, out) == (2, "")
    assert said in err


def test_a_wrong_setting_is_no_traceback_in_any_command(tmp_path: Path) -> None:
    for words in (["preview", "--all"], ["migrate"], ["backup", str(tmp_path / "copy")], ["serve"]):
        code, _, err = typed(tmp_path, *words, PORT="abc")
        assert code == 2
        assert "PORT is not a number from 1 to 65535" in err
        assert "Traceback" not in err


async def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        code, _, err = await ajar(tmp_path, "serve", PORT=port, **GOOD)
    assert code == 2
    assert f"PORT: 127.0.0.1:{port}" in err


async def test_a_taken_port_of_the_page_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        code, _, err = await ajar(tmp_path, "sandbox", "--no-open", "--port", port, "--data", str(tmp_path))
    assert code == 2
    assert err.strip() == f"--port {port} is taken. Choose another one, or leave it out."


async def test_a_token_that_slack_refuses_is_named_and_trouble_at_slack_is_not_taken_for_it(
    tmp_path: Path,
) -> None:
    sandbox = Sandbox(SandboxSettings())
    await sandbox.start()
    given = {**GOOD, "SLACK_API_URL": f"{sandbox.url}/api/", "PORT": str(free_port())}
    code, _, err = await ajar(tmp_path, "serve", **{**given, "SLACK_BOT_TOKEN": "xoxb-wrong"})
    assert (code, "invalid_auth" in err) == (2, True)
    for method, fault, more in (
        ("auth.test", Status(503), {}),
        ("auth.test", Fail("internal_error"), {}),
        ("apps.connections.open", Fail("internal_error"), {"SLACK_APP_TOKEN": "xapp-local"}),
        ("apps.connections.open", Drop.BEFORE, {"SLACK_APP_TOKEN": "xapp-local"}),
    ):
        sandbox.faults.next(method, fault)
        code, _, err = await ajar(tmp_path, "serve", **given, **more)
        assert code == 3, err
        assert "Traceback" not in err
        assert err.startswith(("SLACK_BOT_TOKEN: Slack has trouble", "SLACK_APP_TOKEN: Slack"))
    await sandbox.stop()
    code, _, err = await ajar(tmp_path, "serve", **given)
    assert code == 3
    assert err.startswith(f"SLACK_API_URL: nothing that speaks Slack's API answers at {sandbox.url}")


async def _post(local: Local, stamp: int, secret: str) -> int:
    body = "command=%2Fdecline&text=help&user_id=U0ROBIN001&team_id=T0AJARLOCAL"
    signed = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": str(stamp),
        "x-slack-signature": f"v0={signed}",
    }
    url = local.sandbox.settings.request_url
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
        return answer.status


async def test_a_wrong_or_stale_signature_is_refused(over_http: Local) -> None:
    secret, now = over_http.sandbox.settings.signing_secret, int(time.time())
    assert await _post(over_http, now, secret) == 200
    assert await _post(over_http, now, "another") == 401
    assert await _post(over_http, now - 3600, secret) == 401


async def test_a_database_that_goes_away_is_said_and_nothing_typed_is_lost(
    robin: Person, over_http: Local, tmp_path: Path
) -> None:
    await robin.command("/decline Acme")
    robin.fill("role", "Nurse")
    with closing(sqlite3.connect(tmp_path / "ajar.db")) as vandal:
        vandal.execute("ALTER TABLE interviews RENAME TO gone")
    await robin.submit()
    stack = over_http.sandbox.workspace.modals[robin.id]
    assert len(stack) == 2
    assert "can't reach its memory" in str(stack[-1])
    assert "Declining an offer" in str(stack[0])


async def test_preview_prints_every_draft_and_says_what_is_wrong_with_a_case(tmp_path: Path) -> None:
    case = {"offer": {"source": "agency", "company": "Acme", "role": "Nurse"}, "plan": {"own_name": "Robin"}}
    code, out, _ = await ajar(tmp_path, "preview", "-", "--json", given=json.dumps(case))
    assert code == 0
    names = [text["name"] for text in json.loads(out)]
    assert {"phone_script", "voicemail", "email", "nudge_yearly"} <= set(names)
    assert all(not text["issues"] for text in json.loads(out))
    code, _, err = await ajar(tmp_path, "preview", "-", given='{"offer": {"source": "aunt"}}')
    assert code == 1
    assert "offer.source" in err
    code, out, _ = await ajar(tmp_path, "preview", "--schema")
    assert json.loads(out)["properties"]["offer"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"created_at": "2026-01-01"}, "created_at"),
        ({"plan": {"call_at": "2026-01-01T10:00:00"}}, "plan: call_at has no offset"),
        ({"offer": {"answer_due_at": "2026-01-01T10:00:00"}}, "offer: answer_due_at has no offset"),
        ({"offer": {"company": " "}}, "offer: company is empty"),
        ({"offer": {"role": ""}}, "offer: role is empty"),
    ],
)
def test_a_case_that_cannot_be_read_is_one_line(tmp_path: Path, more: dict[str, Any], said: str) -> None:
    offer = {"source": "employer", "company": "Acme", "role": "Nurse"} | more.get("offer", {})
    file = tmp_path / "case.json"
    file.write_text(json.dumps({**more, "offer": offer}))
    code, out, err = typed(tmp_path, "preview", str(file))
    assert (code, out) == (1, "")
    assert said in err
    assert "Traceback" not in err


def test_preview_leaves_nothing_unsaid(tmp_path: Path) -> None:
    file = tmp_path / "case.json"
    offer = {"source": "employer", "company": "Acme", "role": "Nurse"}
    file.write_text(json.dumps({"offer": {**offer, "commitment": "signed"}}))
    code, out, _ = typed(tmp_path, "preview", str(file))
    assert code == 0
    assert "What notice does the contract ask for" in out
    wordings = ["I'm looking for more stability at this stage.", f"I want {'so very ' * 40}much more pay."]
    reasons = [{"category_id": "compensation", "wording": wording} for wording in wordings]
    file.write_text(json.dumps({"offer": offer, "reasons": reasons}))
    _, out, _ = typed(tmp_path, "preview", str(file))
    assert "stage., and" not in out
    assert "it's rather long for its kind. (too_long)" in " ".join(out.split())
    _, out, _ = typed(tmp_path, "preview", str(file), "--locale", "es")
    assert "Asunto: " in out
    assert "Subject: " not in out


def test_a_database_in_a_folder_that_is_not_there_is_no_new_database(tmp_path: Path) -> None:
    code, _, err = typed(tmp_path, "migrate", DATABASE_URL=f"sqlite:///{tmp_path}/slip/ajar.db")
    assert code == 2
    assert f"DATABASE_URL: there is no folder {tmp_path}/slip" in " ".join(err.split())
    assert not (tmp_path / "slip").exists()


async def test_reframe_reads_and_prints_lines(tmp_path: Path) -> None:
    line = json.dumps({"id": "a", "text": "the pay is shit"})
    code, out, _ = await ajar(tmp_path, "reframe", "--jsonl", given=f"{line}\n")
    answer = json.loads(out)
    assert code == 0
    assert answer["id"] == "a"
    assert answer["suggestions"][0] == "compensation"
    assert answer["flags"] == ["profanity"]
    assert "shit" not in json.dumps([answer["wordings"], answer["drafts"]])
    code, _, err = await ajar(tmp_path, "reframe", "--jsonl", given="nonsense\n")
    assert (code, "Line 1" in err) == (1, True)


async def test_the_tour_tells_a_whole_story_with_dates(tmp_path: Path) -> None:
    code, out, _ = await ajar(tmp_path, "tour", "--json")
    scenes = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert scenes[0]["text"] == "/decline Acme"
    assert sum(scene["who"] == "time" for scene in scenes) >= 3
    assert not re.search(r": \d{9,}", out)  # a moment is said as a date
    assert re.search(r"When\? \(optional\): Tuesday \d\d \w+ \d{4} 1[01]:00 C[DS]T", out)
    assert re.search(r"T\d\d:\d\d:\d\d(?:\.\d+)?-0[56]:00$", scenes[0]["at"])


def test_the_manifest_for_http_has_every_address(tmp_path: Path) -> None:
    code, out, _ = typed(tmp_path, "manifest", "--url", "https://ajar.example.org")
    assert code == 0
    assert out.count("https://ajar.example.org/slack/events") == 3
    assert typed(tmp_path, "manifest", "--url", "http://127.0.0.1:3000")[0] == 0
    code, out, _ = typed(tmp_path, "manifest", "--url", "https://ajar.example.org", "--oauth", "--rotate")
    assert "https://ajar.example.org/slack/oauth_redirect" in out
    assert "org_deploy_enabled: true" in out
    assert "token_rotation_enabled: true" in out


async def test_migrate_makes_the_database(tmp_path: Path) -> None:
    assert (await ajar(tmp_path, "migrate"))[0] == 0
    assert (tmp_path / "ajar.db").exists()
