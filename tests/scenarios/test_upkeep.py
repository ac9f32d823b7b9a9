"""An update taken back, a copy put back, a full disk, a held database, odd folders: one line, and a code."""

import ctypes
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from aiohttp import web

from bot.sandbox.server import Sandbox, SandboxSettings
from tests.scenarios.serve import ROOT, environment, free_port
from tests.scenarios.test_bad_input import GOOD, ajar, typed

STRANGER = 54321
RIGHTS = (1, 2)  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH: without them root is refused like anybody
DROP_RIGHT = 24  # PR_CAPBSET_DROP
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to somebody else")


def _without_rights() -> None:
    libc = ctypes.CDLL(None)
    for right in RIGHTS:
        libc.prctl(DROP_RIGHT, right, 0, 0, 0)


def like_anybody(folder: Path, *words: str, limit: str = "", **variables: str) -> tuple[int, str]:
    """The command as one whom the system refuses things, and who may write no larger files than this."""
    given = environment(folder, **variables)
    command = ["sh", "-c", f'{limit} exec "$@"', "sh", sys.executable, "-m", "bot", *words]
    done = subprocess.run(
        command, cwd=ROOT, env=given, capture_output=True, text=True, check=False,
        preexec_fn=_without_rights, timeout=60,
    )  # fmt: skip
    return done.returncode, done.stderr + done.stdout


def _newer(file: Path) -> None:
    with closing(sqlite3.connect(file)) as kept:
        kept.execute("UPDATE alembic_version SET version_num = '0099'")
        kept.commit()


async def test_a_database_of_a_newer_ajar_is_said_in_one_line_and_left_alone(tmp_path: Path) -> None:
    assert (await ajar(tmp_path, "migrate"))[0] == 0
    _newer(tmp_path / "ajar.db")
    for words in (("migrate",), ("serve",)):
        code, _, err = await ajar(tmp_path, *words, PORT=str(free_port()), **GOOD)
        assert code == 2
        assert err.startswith(f"{tmp_path / 'ajar.db'}: this database is of a newer Ajar. Go back to that")
        assert len(err.strip().splitlines()) == 1
    code, out, _ = await ajar(tmp_path, "doctor", "--json", SLACK_API_URL="http://127.0.0.1:1/api/", **GOOD)
    (found,) = [item for item in json.loads(out) if item["about"] == "database"]
    assert (code, found["state"], "a newer Ajar" in found["says"]) == (2, "wrong", True)


async def test_a_database_of_an_earlier_ajar_is_no_fault_and_is_left_for_the_next_start(
    tmp_path: Path,
) -> None:
    (tmp_path / "ajar.db").touch()
    _, out, _ = await ajar(tmp_path, "doctor", "--json", SLACK_API_URL="http://127.0.0.1:1/api/", **GOOD)
    (found,) = [item for item in json.loads(out) if item["about"] == "database"]
    assert (found["state"], "The next start brings it forward" in found["says"]) == ("note", True)


HELD = """
CREATE TRIGGER held BEFORE INSERT ON seals WHEN NEW.name = 'begun'
BEGIN SELECT RAISE(ABORT, 'as if somebody held it'); END
"""


async def test_a_database_that_is_held_during_the_start_ends_with_three_and_what_to_look_at(
    tmp_path: Path,
) -> None:
    sandbox = Sandbox(SandboxSettings())
    await sandbox.start()
    given = {**GOOD, "SLACK_API_URL": f"{sandbox.url}/api/", "PORT": str(free_port())}
    assert (await ajar(tmp_path, "migrate"))[0] == 0
    for statement in (HELD, "ALTER TABLE pauses RENAME TO away", "ALTER TABLE links RENAME TO away_too"):
        with closing(sqlite3.connect(tmp_path / "ajar.db")) as vandal:
            vandal.execute(statement)
        code, _, err = await ajar(tmp_path, "serve", **given)
        assert code == 3, err
        assert f"{tmp_path / 'ajar.db'}: the database answered with " in err
        assert "See whether its disk is full and whether another program holds the file." in err
        assert len(err.strip().splitlines()) == 1
    await sandbox.stop()


@pytest.mark.parametrize("name", ["a?b", "a#b", "a%20b", "a%b", "a b&c=d", "ä'\"é"])
def test_any_folder_will_do_and_everything_is_in_it(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    assert typed(folder, "migrate")[0] == 0
    assert {path.name for path in folder.iterdir()} == {"ajar.db", "secret.key"}
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert typed(folder, "backup", str(tmp_path / "copy"))[0] == 0
    assert (tmp_path / "copy").stat().st_size > 0


def _app(status: int) -> web.Application:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, text="<html>something else</html>")

    made = web.Application()
    made.router.add_route("*", "/{path:.*}", answer)
    return made


@pytest.mark.parametrize("status", [404, 405])
async def test_an_address_where_nothing_of_slack_is_is_not_blamed_on_the_token(
    tmp_path: Path, status: int
) -> None:
    runner = web.AppRunner(_app(status))
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    here = f"http://127.0.0.1:{port}/"
    said = f"what answers at {here} is not Slack's Web API (http_{status})."
    given = {**GOOD, "SLACK_API_URL": here, "PORT": str(free_port())}
    code, _, err = await ajar(tmp_path, "serve", **given)
    assert (code, err.startswith(f"SLACK_API_URL: {said}")) == (2, True), err
    code, out, _ = await ajar(tmp_path, "doctor", "--json", SLACK_APP_TOKEN="xapp-1", **given)
    found = [item for item in json.loads(out) if item["state"] == "wrong"]
    assert [item["says"] for item in found] == [f"SLACK_API_URL: {said}"]
    await runner.cleanup()


async def test_a_doctor_asked_while_slack_has_trouble_does_not_blame_the_token(tmp_path: Path) -> None:
    runner = web.AppRunner(_app(503))
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    given = {**GOOD, "SLACK_API_URL": f"http://127.0.0.1:{port}/api/", "SLACK_APP_TOKEN": "xapp-1"}
    code, out, _ = await ajar(tmp_path, "doctor", "--json", **given)
    found = [item["says"] for item in json.loads(out) if item["state"] == "wrong"]
    assert (code, found) == (2, ["Slack has trouble of its own (http_503)."])
    await runner.cleanup()


@AS_ROOT
@pytest.mark.parametrize("name", ["ajar.db", "secret.key"])
def test_a_file_of_somebody_else_is_named_with_whose_it_is_and_the_remedy(tmp_path: Path, name: str) -> None:
    assert typed(tmp_path, "migrate")[0] == 0
    file = tmp_path / name
    os.chown(file, STRANGER, STRANGER)
    code, said = like_anybody(tmp_path, "migrate")
    assert code == 2
    assert said.startswith(f"{file} can't be ")
    assert f"It belongs to the user {STRANGER}, and Ajar runs as root." in said
    assert said.strip().endswith(f"chown --reference={tmp_path} {file}")
    assert len(said.strip().splitlines()) == 1
    about = {"ajar.db": "database", "secret.key": "key"}[name]
    code, said = like_anybody(tmp_path, "doctor", "--json", SLACK_API_URL="http://127.0.0.1:1/api/", **GOOD)
    (found,) = [item for item in json.loads(said) if item["about"] == about]
    assert (found["state"], "chown --reference=" in found["remedy"]) == ("wrong", True)


@AS_ROOT
def test_a_folder_that_one_may_not_look_into_is_no_traceback(tmp_path: Path) -> None:
    folder = tmp_path / "theirs"
    folder.mkdir(mode=0o700)
    os.chown(folder, STRANGER, STRANGER)
    code, said = like_anybody(folder, "migrate")
    assert (code, said.strip()) == (
        2, f"AJAR_DATA: Permission denied ({folder}). Set it to a folder Ajar may write to.",
    )  # fmt: skip
    code, said = like_anybody(folder, "doctor", "--json", SLACK_API_URL="http://127.0.0.1:1/api/", **GOOD)
    states = {item["about"]: item["state"] for item in json.loads(said)}
    assert (states["key"], states["database"]) == ("wrong", "wrong")


def test_a_key_that_finds_no_room_leaves_nothing_half_made(tmp_path: Path) -> None:
    code, said = like_anybody(tmp_path, "migrate", limit="ulimit -f 0;")
    assert (code, "AJAR_DATA: " in said) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == []


@AS_ROOT
def test_a_full_disk_ends_with_three_at_the_first_start_as_later(tmp_path: Path) -> None:
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "ajar", str(tmp_path)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        (tmp_path / "others").write_bytes(b"x" * 65536)
        code, said = like_anybody(tmp_path, "migrate")
        assert (code, said.strip()) == (
            3,
            f"AJAR_DATA: No space left on device ({tmp_path}). Make room there.",
        )
        assert [path.name for path in tmp_path.iterdir()] == ["others"]
        (tmp_path / "others").write_bytes(b"x" * 49152)
        code, said = like_anybody(tmp_path, "migrate")
        assert (code, "See whether its disk is full" in said) == (3, True)
    finally:
        subprocess.run(["umount", tmp_path], check=True)
