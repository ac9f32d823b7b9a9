"""Wrong settings stop the start with one line; wrong requests are refused."""

import asyncio
import hashlib
import hmac
import json
import socket
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest

from bot.local import Local
from bot.sandbox.person import Person
from bot.sandbox.server import Sandbox, SandboxSettings
from tests.scenarios.serve import ROOT, environment, free_port

GOOD = {"SLACK_BOT_TOKEN": "xoxb-local", "SLACK_SIGNING_SECRET": "s"}

OAUTH = {
    "SLACK_CLIENT_ID": "1",
    "SLACK_CLIENT_SECRET": "s",
    "SLACK_SIGNING_SECRET": "s",
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
        ({"SLACK_BOT_TOKEN": "xoxp-1"}, "SLACK_BOT_TOKEN is not a bot token"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_SIGNING_SECRET is not set"),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "x"}, "SLACK_APP_TOKEN is not an app-level token"),
        (
            {**GOOD, "SLACK_CLIENT_ID": "1"},
            "SLACK_BOT_TOKEN is for one workspace, and SLACK_CLIENT_ID for many",
        ),
        ({"SLACK_CLIENT_ID": "1", "SLACK_SIGNING_SECRET": "s"}, "SLACK_CLIENT_SECRET is not set"),
        ({**OAUTH, "AJAR_PUBLIC_URL": ""}, "AJAR_PUBLIC_URL is not set"),
        ({**OAUTH, "SLACK_SIGNING_SECRET": ""}, "SLACK_SIGNING_SECRET is not set"),
        ({**GOOD, "SLACK_API_URL": "nonsense"}, "SLACK_API_URL is not an address"),
        ({**GOOD, "SLACK_API_URL": "http://127.0.0.1:1/api/"}, "SLACK_API_URL: nothing that speaks"),
        ({**GOOD, "PORT": "many"}, "PORT"),
        ({**GOOD, "DATABASE_URL": "mysql://x/y"}, "DATABASE_URL"),
        ({**GOOD, "DATABASE_URL": "sqlite:////proc/none/ajar.db"}, "DATABASE_URL"),
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


async def test_a_damaged_database_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "ajar.db").write_bytes(b"this was a database once" * 200)
    code, _, err = await ajar(tmp_path, "serve", PORT=str(free_port()), **GOOD)
    assert code == 2
    assert err.startswith("DATABASE_URL")
    assert "backup" in err


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


async def test_a_token_that_slack_refuses_is_named(tmp_path: Path) -> None:
    sandbox = Sandbox(SandboxSettings())
    await sandbox.start()
    given = {**GOOD, "SLACK_BOT_TOKEN": "xoxb-wrong", "SLACK_API_URL": f"{sandbox.url}/api/", "PORT": "0"}
    code, _, err = await ajar(tmp_path, "serve", **given)
    await sandbox.stop()
    assert code == 2
    assert "invalid_auth" in err


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
    assert {"note_recruiter", "phone_script", "voicemail", "email", "nudge_yearly"} <= set(names)
    assert all(not text["issues"] for text in json.loads(out))
    code, _, err = await ajar(tmp_path, "preview", "-", given='{"offer": {"source": "aunt"}}')
    assert code == 1
    assert "offer.source" in err
    code, out, _ = await ajar(tmp_path, "preview", "--schema")
    assert json.loads(out)["properties"]["offer"]


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


async def test_the_manifest_for_http_has_every_address(tmp_path: Path) -> None:
    code, out, _ = await ajar(tmp_path, "manifest", "--url", "https://ajar.example.org")
    assert code == 0
    assert out.count("https://ajar.example.org/slack/events") == 3
    assert (await ajar(tmp_path, "manifest", "--url", "http://ajar.example.org"))[0] == 1
    code, out, _ = await ajar(
        tmp_path, "manifest", "--url", "https://ajar.example.org", "--oauth", "--rotate"
    )
    assert "https://ajar.example.org/slack/oauth_redirect" in out
    assert "org_deploy_enabled: true" in out
    assert "token_rotation_enabled: true" in out
    assert (await ajar(tmp_path, "manifest", "--oauth"))[0] == 1


async def test_migrate_makes_the_database(tmp_path: Path) -> None:
    assert (await ajar(tmp_path, "migrate"))[0] == 0
    assert (tmp_path / "ajar.db").exists()
