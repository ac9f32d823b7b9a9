"""A copy made while somebody writes can be put back; nothing half-written is left behind."""

import asyncio
import shlex
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.flows.ports import Change, StoreUnavailableError
from bot.store import backup, open_store
from tests.making import KEYS, NOW, ROBIN, a_case, a_post


async def _store(file: Path, clock):
    opened = open_store(f"sqlite:///{file}", clock=clock, keys=KEYS)
    await opened.migrate()
    return opened


async def test_a_copy_made_while_others_write_is_whole_and_can_be_put_back(tmp_path: Path, clock) -> None:
    store = await _store(tmp_path / "ajar.db", clock)
    await store.commit(Change(ROBIN, NOW, case=a_case(company="Acme")))

    async def write() -> None:
        for number in range(100):
            posts = (a_post(f"a{number}", case_id=f"c{number}"), a_post(f"b{number}", case_id=f"c{number}"))
            await store.commit(Change(ROBIN, NOW, posts=posts))

    writing = asyncio.create_task(write())
    await asyncio.sleep(0.05)
    await asyncio.to_thread(backup, f"sqlite:///{tmp_path / 'ajar.db'}", tmp_path / "copy.db")
    await writing
    await store.close()
    _put_back(tmp_path)
    again = await _store(tmp_path / "ajar.db", clock)
    assert (await again.case(ROBIN, "case1")).offer.company == "Acme"
    counts = await again.counts()
    assert counts.get("pending", 0) % 2 == 0  # both rows of a change or none
    assert all(post.may_be_sent for post in await again.upcoming(ROBIN, limit=500))
    await again.close()


def _copies(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if "copy" in path.name]


def _put_back(folder: Path) -> None:
    """As the README says."""
    copy = folder / "copy.db"
    assert copy.stat().st_mode & 0o777 == 0o600
    assert _copies(folder) == ["copy.db"]
    for name in ("ajar.db", "ajar.db-wal", "ajar.db-shm"):
        (folder / name).unlink(missing_ok=True)
    copy.rename(folder / "ajar.db")


def _refusals(folder: Path) -> list[tuple[str, Path, str]]:
    own = folder / "own.db"
    with closing(sqlite3.connect(own)):
        own.touch()
    return [
        ("postgresql://x/y", folder / "copy.db", "pg_dump"),
        (f"sqlite:///{folder / 'none.db'}", folder / "copy.db", "no database at .* Set AJAR_DATA"),
        (f"sqlite:///{folder}", folder / "copy.db", f"{folder} can't be read"),
        (f"sqlite:///{own}", folder / "none" / "copy.db", "can't be written"),
        (f"sqlite:///{own}", own, "must not be"),
        ("nonsense", folder / "copy.db", "can't be read"),
    ]


def test_what_can_not_be_copied_is_said_in_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    for url, target, words in _refusals(tmp_path):
        with pytest.raises(StoreUnavailableError, match=words):
            backup(url, target)
    assert [path.name for path in tmp_path.iterdir()] == ["own.db"]


def test_a_damaged_database_gives_no_copy(tmp_path: Path) -> None:
    (tmp_path / "own.db").write_bytes(b"this is no database, and long enough to be looked at" * 99)
    with pytest.raises(StoreUnavailableError):
        backup(f"sqlite:///{tmp_path / 'own.db'}", tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def _copied(source: Path, target: Path, limit: str = "") -> str:
    """What is said of a copy that a program of its own makes, with no room for a larger file than this."""
    script = "import sys, pathlib, bot.store; bot.store.backup(sys.argv[1], pathlib.Path(sys.argv[2]))"
    words = shlex.join([sys.executable, "-c", script, f"sqlite:///{source}", str(target)])
    done = subprocess.run(["sh", "-c", f"{limit} exec {words}"], capture_output=True, text=True, check=False)
    return done.stderr.strip().rpartition("\n")[2]


async def test_a_copy_that_finds_no_room_blames_the_place_for_it_and_not_the_database(
    tmp_path: Path, clock
) -> None:
    store = await _store(tmp_path / "ajar.db", clock)
    posts = tuple(a_post(f"p{number}", case_id=f"c{number}") for number in range(2000))
    await store.commit(Change(ROBIN, NOW, posts=posts))
    await store.close()
    said = _copied(tmp_path / "ajar.db", tmp_path / "copy.db", "ulimit -f 128;")
    assert f"{tmp_path / 'copy.db'} can't be written" in said
    assert str(tmp_path / "ajar.db") not in said
    assert not _copies(tmp_path)
    assert _copied(tmp_path / "ajar.db", tmp_path / "copy.db") == ""
