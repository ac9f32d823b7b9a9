"""What lies on the disk: no typed word, a key for its owner alone, and nothing without that key."""

import asyncio
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from bot.local import Local
from bot.sandbox.person import Person, text_of
from bot.store.sealed_rows import SEALED
from bot.store.sealing import Keyring, Place
from tests.scenarios.serve import free_port
from tests.scenarios.telling import decline, expect_said, submit
from tests.scenarios.test_bad_input import GOOD, ajar

TYPED = {
    "company": "Quixotic Zeppelins",
    "role": "Marmalade Steward",
    "contact_name": "Philippa Wren",
    "contact_email": "philippa@zeppelins.example",
    "contact_phone": "+44 20 7946 0321",
}
PLAN = {"own_name": "Robin Valeriano", "own_phone": "+44 20 7946 0654"}
BLUNT = "The pay is a joke and my would-be boss is a walrus"
OWN = "I'd rather tend beehives"


def files_in(folder: Path, name: str = "ajar.db") -> list[Path]:
    """The database with its companions."""
    return [file for file in folder.iterdir() if file.name.startswith(name)]


def unsealed(folder: Path) -> str:
    """Everything that the database holds, with each sealed value opened as only its owner's key can."""
    keyring = Keyring([(folder / "secret.key").read_text()])
    texts = []
    with closing(sqlite3.connect(folder / "ajar.db")) as connection:
        connection.row_factory = sqlite3.Row
        for table, _ in SEALED:
            for row in connection.execute(f"SELECT * FROM {table.name}"):
                row_id = row["id"] if table.name != "preferences" else ""
                place = Place(table.name, row_id, row["enterprise_id"], row["team_id"], row["user_id"])
                sealed = [value for value in tuple(row) if isinstance(value, str) and keyring.knows(value)]
                assert len(sealed) == 1
                texts.append(keyring.open(sealed[0], place))
        texts += connection.iterdump()
    return "\n".join(texts)


async def _everything_typed(robin: Person) -> None:
    await robin.command("/decline settings")
    robin.fill("time_zone", "Europe/Madrid")
    await submit(robin)
    await decline(robin, raw=BLUNT, plan=PLAN, **TYPED)
    await expect_said(robin, "How did it go?")
    await robin.click("call_reached")
    await expect_said(robin, "Your email")
    await robin.click("email_edit")
    robin.fill("body", "No thanks, dear Philippa, I shall be a lighthouse keeper.")
    await submit(robin)
    await robin.command("/decline Umbrella Cartography")
    robin.fill("role", "Fogologist")
    await submit(robin)  # and leave it there
    robin.fill("raw_words", "the office smells of herring and the pay is a joke")
    await submit(robin)
    robin.fill("own:compensation", OWN)
    await submit(robin)


async def test_no_typed_word_is_in_any_file_of_the_database(
    robin: Person, over_http: Local, tmp_path: Path
) -> None:
    await _everything_typed(robin)
    typed = [*TYPED.values(), *PLAN.values(), "walrus", "lighthouse", "Umbrella", "Fogologist", "herring",
             "Europe/Madrid", "Zeppelins", "Philippa", "Marmalade", "7946",
             "beehives"]  # fmt: skip
    files = files_in(tmp_path)
    assert {file.name for file in files} >= {"ajar.db", "ajar.db-wal"}
    held = b"".join(file.read_bytes() for file in files)
    assert robin.id.encode() in held  # so that this would find what is there
    assert "Fogologist" in unsealed(tmp_path)  # of the interview that was left
    for word in ("walrus", "herring", "joke"):
        assert word not in unsealed(tmp_path)  # blunt words are not kept under any key
    for word in typed:
        for form in (word, word.lower(), word.encode("utf-16-le").decode("latin-1")):
            assert form.encode("latin-1") not in held, word


async def test_the_key_made_for_the_embedded_database_is_for_its_owner_alone(
    over_http: Local, tmp_path: Path
) -> None:
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "ajar.db").stat().st_mode) == 0o600
    assert [file.name for file in files_in(tmp_path, "secret.key")] == ["secret.key"]


async def test_many_processes_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    codes = await asyncio.gather(*(ajar(tmp_path, "migrate") for _ in range(4)))
    assert [code for code, _, _ in codes] == [0] * 4
    assert [file.name for file in files_in(tmp_path, "secret.key")] == ["secret.key"]


async def test_a_lost_or_another_key_stops_the_start_with_the_remedy(tmp_path: Path) -> None:
    assert (await ajar(tmp_path, "migrate"))[0] == 0
    kept = (tmp_path / "secret.key").read_text()
    (tmp_path / "secret.key").unlink()
    for given in ({}, {"AJAR_SECRET_KEY": "x" * 40}):
        code, _, err = await ajar(tmp_path, "serve", PORT=str(free_port()), **GOOD, **given)
        assert code == 2
        assert err.startswith("AJAR_SECRET_KEY does not open this database. Put back")
        assert len(err.strip().splitlines()) == 1
    code, _, err = await ajar(tmp_path, "migrate", AJAR_SECRET_KEY=f"{'x' * 40}, {kept}")
    assert (code, err.strip()) == (0, "The database is up to date.")
    assert (await ajar(tmp_path, "migrate", AJAR_SECRET_KEY=f"{'x' * 40}"))[0] == 0


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"AJAR_RETENTION_DAYS": "7"}, "AJAR_RETENTION_DAYS is not a number of days from 30 to 36500"),
        ({"AJAR_SECRET_KEY": "short"}, "AJAR_SECRET_KEY: key 1 of 1 has fewer than 16 characters"),
        ({"AJAR_SECRET_KEY": f"{'x' * 40} short"}, "AJAR_SECRET_KEY: key 2 of 2"),
        (
            {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"},
            "AJAR_SECRET_KEY is not set, and DATABASE",
        ),
    ],
)
async def test_a_key_or_a_term_that_will_not_do_is_named(tmp_path: Path, variables: dict, named: str) -> None:
    code, _, err = await ajar(tmp_path, "serve", PORT=str(free_port()), **GOOD, **variables)
    assert code == 2
    assert err.startswith(named)
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize("table", ["cases", "preferences", "interviews"])
async def test_what_does_not_open_is_said_everywhere_and_erasing_still_works(
    robin: Person, over_http: Local, tmp_path: Path, table: str
) -> None:
    await _everything_typed(robin)
    await robin.close(is_all=True)
    column = next(column.name for known, column in SEALED if known.name == table)
    with closing(sqlite3.connect(tmp_path / "ajar.db")) as vandal, vandal:
        vandal.execute(f"UPDATE {table} SET {column} = substr({column}, 1, 30) || 'AAAA'")
    await robin.open_home()
    if table != "interviews":
        await robin.command("/decline list")
        assert "can't open what it keeps for you" in robin.ephemerals[-1]["text"]
    assert "can't open what it keeps for you" in text_of(robin.home or {})
    assert "Zeppelins" not in str(robin.home)
    await robin.command("/decline erase")
    robin.fill("confirmed", ["confirmed"])
    await submit(robin)
    assert "Everything Ajar kept for you is erased" in text_of(robin.modal or {})
    assert "Ajar keeps nothing about you so far" in text_of(robin.home or {})


async def test_a_value_moved_between_people_is_shown_to_nobody(
    robin: Person, marta: Person, tmp_path: Path
) -> None:
    for person, company in ((robin, "Acme"), (marta, "Globex")):
        await decline(person, company=company)
        await expect_said(person, "How did it go?")
    with closing(sqlite3.connect(tmp_path / "ajar.db")) as vandal, vandal:
        (body,) = vandal.execute("SELECT body FROM cases WHERE user_id = ?", (marta.id,)).fetchone()
        vandal.execute("UPDATE cases SET body = ? WHERE user_id = ?", (body, robin.id))
    await robin.command("/decline list")
    assert "can't open what it keeps for you" in robin.ephemerals[-1]["text"]
    await robin.click("call_reached")
    assert "Globex" not in f"{robin.dm} {robin.ephemerals} {robin.home} {robin.modals}"
    await marta.command("/decline list")
    assert "Globex" in marta.ephemerals[-1]["text"]
