"""What is personal is sealed: to its row, to its person, under keys that rotate."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import String, create_engine, text

from bot.coaching.case import EventKind, Person, Stage
from bot.flows.ports import Change, Interview, Preferences, UnreadableError
from bot.store import WrongKeyError, open_store
from bot.store.migrating import MIGRATIONS
from bot.store.sealed_rows import SEALED
from bot.store.tables import metadata
from tests.making import KEYS, MARTA, NOW, ROBIN, a_case

BOTH = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
NEW = "another key that is longer than the first"


def an_engine(url: str):
    return create_engine(url.replace("postgresql://", "postgresql+psycopg://"))


def sql(url: str, statement: str, **values) -> list:
    engine = an_engine(url)
    with engine.begin() as connection:
        found = connection.execute(text(statement), values)
        rows = found.all() if found.returns_rows else []
    engine.dispose()
    return rows


async def opened(url: str, clock, *keys: str):
    store = open_store(url, clock=clock, keys=keys or KEYS)
    try:
        await store.migrate()
    except WrongKeyError:
        await store.close()
        raise
    return store


async def with_two_people(url: str, clock):
    store = await opened(url, clock)
    for person, name in ((ROBIN, "Acme"), (MARTA, "Globex")):
        case = a_case(id=f"case-{name}", person=person, company=name)
        interview = Interview(f"i-{name}", person, "offer", {"company": name}, NOW)
        chosen = Preferences(country="ES" if person is ROBIN else "DE")
        await store.commit(Change(person, NOW, case=case, interview=interview, preferences=chosen))
    return store


@BOTH
@pytest.mark.parametrize(
    ("table", "column"), [("cases", "body"), ("interviews", "answers"), ("preferences", "body")]
)
async def test_a_value_moved_to_another_person_does_not_open(
    database_url: str, clock, table: str, column: str
) -> None:
    store = await with_two_people(database_url, clock)
    held = {row.user_id: row[1] for row in sql(database_url, f"SELECT user_id, {column} FROM {table}")}
    sql(
        database_url,
        f"UPDATE {table} SET {column} = :value WHERE user_id = :owner",
        value=held[ROBIN.user_id],
        owner=MARTA.user_id,
    )
    reads = {"cases": store.cases, "interviews": store.interview, "preferences": store.preferences}
    assert await reads[table](ROBIN)
    with pytest.raises(UnreadableError):
        await reads[table](MARTA)
    await store.close()


@BOTH
@pytest.mark.parametrize("change", ["user_id = 'U2'", "team_id = 'T2'", "enterprise_id = 'E2'", "id = 'x'"])
async def test_a_row_given_to_somebody_else_does_not_open(database_url: str, clock, change: str) -> None:
    store = await opened(database_url, clock)
    await store.commit(Change(ROBIN, NOW, case=a_case()))
    sql(database_url, f"UPDATE cases SET {change}")
    (row,) = sql(database_url, "SELECT id, enterprise_id, team_id, user_id FROM cases")
    now_of = Person(row.team_id, row.user_id, row.enterprise_id or None)
    with pytest.raises(UnreadableError):
        await store.case(now_of, row.id)
    await store.close()


@BOTH
async def test_a_value_that_was_touched_or_written_in_plain_does_not_open(database_url: str, clock) -> None:
    store = await opened(database_url, clock)
    await store.commit(Change(ROBIN, NOW, case=a_case()))
    (row,) = sql(database_url, "SELECT body FROM cases")
    for body in (row.body[:-4] + "AAAA", row.body[:30], "{}", "", f"{row.body[:12]}nonsense!"):
        sql(database_url, "UPDATE cases SET body = :body", body=body)
        with pytest.raises(UnreadableError):
            await store.case(ROBIN, "case1")
    await store.close()


@BOTH
async def test_keys_rotate_and_the_old_one_can_go_after_the_next_start(database_url: str, clock) -> None:
    await (await with_two_people(database_url, clock)).close()
    await (await opened(database_url, clock, NEW, *KEYS)).close()
    store = await opened(database_url, clock, NEW)
    assert [case.offer.company for case in await store.cases(ROBIN)] == ["Acme"]
    assert (await store.preferences(MARTA)).country == "DE"
    assert (await store.interview(MARTA)).answers == {"company": "Globex"}
    await store.close()
    with pytest.raises(WrongKeyError):
        await opened(database_url, clock, *KEYS)


@BOTH
async def test_another_key_does_not_open_a_database_even_an_empty_one(database_url: str, clock) -> None:
    await (await opened(database_url, clock)).close()
    with pytest.raises(WrongKeyError):
        await opened(database_url, clock, NEW)
    await (await opened(database_url, clock)).close()


@BOTH
async def test_a_key_that_one_row_still_needs_is_missed_at_the_start(database_url: str, clock) -> None:
    store = await opened(database_url, clock)
    newer = await opened(database_url, clock, NEW, *KEYS)
    await store.commit(Change(ROBIN, NOW, case=a_case()))  # a process that was started before the change
    await store.close()
    await newer.close()
    with pytest.raises(WrongKeyError):
        await opened(database_url, clock, NEW)
    await (await opened(database_url, clock, NEW, *KEYS)).close()
    store = await opened(database_url, clock, NEW)
    assert len(await store.cases(ROBIN)) == 1
    await store.close()


# Columns of text that hold ids, codes and names of states; a new one has to be sealed or to be listed here.
OPEN = {
    "cases": {"id", "enterprise_id", "team_id", "user_id", "stage"},
    "outbox": {"id", "key", "enterprise_id", "team_id", "user_id", "case_id", "kind", "note", "status",
               "lease", "channel", "ts", "reason"},
    "interviews": {"id", "enterprise_id", "team_id", "user_id", "step"},
    "preferences": {"enterprise_id", "team_id", "user_id"},
    "installs": {"id", "enterprise_id", "team_id", "user_id"},
    "seals": {"name", "value"},
    "links": {"hash", "enterprise_id", "team_id", "user_id", "purpose"},
    "causes": {"name"},
    "pauses": {"enterprise_id", "team_id", "method", "reason"},
}  # fmt: skip


def test_every_column_of_text_is_sealed_or_known_to_hold_no_words() -> None:
    sealed = {(table.name, column.name) for table, column in SEALED}
    texts = {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, String)
    }
    assert texts - sealed == {(table, column) for table, columns in OPEN.items() for column in columns}


@BOTH
async def test_erasing_ends_with_the_files_written_anew(database_url: str, clock) -> None:
    store = await with_two_people(database_url, clock)
    await store.erase(ROBIN)
    await store.close()
    assert [row.name for row in sql(database_url, "SELECT name FROM seals")] == ["check"]


def as_released(url: str) -> None:
    """The tables and rows that 0.1 left behind, in plain."""
    engine = an_engine(url)
    body = {
        "version": 1,
        "offer": {"source": "employer", "company": "Acme Plaintext", "role": "Nurse", "form": "written",
                  "contact_name": "", "contact_email": "", "contact_phone": "", "referrer_name": "",
                  "answer_due_at": None, "standing": "final", "commitment": "nothing", "door": "warm",
                  "circumstances": ["no_phone"]},
        "reasons": [{"category_id": "compensation", "wording": "I'm looking further", "is_shared": True}],
        "plan": {"channel": "phone", "call_at": None, "tone": "warm", "rhythm": "steady", "thanks_for": "",
                 "own_name": "", "own_phone": ""},
        "history": [["created", NOW.isoformat(), ""], ["stopped", (NOW + timedelta(days=1)).isoformat(), ""]],
        "edits": [["email", '["Subject", "Body"]']],
        "reconnect_at": None,
    }  # fmt: skip
    settings = {"locale": "", "time_zone": "Europe/Plaintext", "country": "ES", "quiet_from": "20:00:00",
                "quiet_until": "08:30:00", "is_paused": False}  # fmt: skip
    script = ScriptDirectory(str(MIGRATIONS))
    with engine.begin() as connection:
        context = MigrationContext.configure(
            connection, opts={"fn": lambda revision, _: script._upgrade_revs("0001", revision)}
        )
        with Operations.context(context):
            context.run_migrations()
        person = {"e": "", "t": ROBIN.team_id, "u": ROBIN.user_id}
        for name, stage in (("a", "closed"), ("b", "in_touch")):
            connection.execute(
                text("INSERT INTO cases"
                     " (enterprise_id, team_id, user_id, id, stage, revision, body, created_at)"
                     " VALUES (:e, :t, :u, :id, :stage, 3, :body, 1)"),
                {**person, "id": name, "stage": stage, "body": json.dumps(body)},
            )  # fmt: skip
        connection.execute(
            text("INSERT INTO interviews (enterprise_id, team_id, user_id, id, step, answers, updated_at)"
                 " VALUES (:e, :t, :u, 'i', 'reasons', :answers, 1)"),
            {**person, "answers": '{"company": "Globex Plaintext"}'},
        )  # fmt: skip
        connection.execute(
            text(
                "INSERT INTO preferences (enterprise_id, team_id, user_id, body) VALUES (:e, :t, :u, :body)"
            ),
            {**person, "body": json.dumps(settings)},
        )
    engine.dispose()


@BOTH
async def test_rows_of_the_released_schema_are_sealed_and_stay_readable(database_url: str, clock) -> None:
    as_released(database_url)
    store = await opened(database_url, clock)
    closed, open_one = await store.case(ROBIN, "a"), await store.case(ROBIN, "b")
    assert (closed.offer.company, closed.stage, closed.revision) == ("Acme Plaintext", Stage.CLOSED, 3)
    assert closed.history[-1].kind is EventKind.STOPPED
    assert (await store.interview(ROBIN)).answers == {"company": "Globex Plaintext"}
    assert (await store.preferences(ROBIN)).time_zone == "Europe/Plaintext"
    await store.commit(Change(ROBIN, NOW, case=replace(open_one, stage=Stage.RESTING)))
    await store.close()
    kept = [row for table in ("cases", "interviews", "preferences")
            for row in sql(database_url, f"SELECT * FROM {table}")]  # fmt: skip
    assert "Plaintext" not in str(kept)
    closed_at = {row.id: row.closed_at for row in sql(database_url, "SELECT id, closed_at FROM cases")}
    assert closed_at == {"a": (NOW + timedelta(days=1)).timestamp() * 1_000_000, "b": None}
    if database_url.startswith("sqlite"):
        file = Path(urlsplit(database_url).path[1:])
        for part in file.parent.iterdir():
            assert b"Plaintext" not in part.read_bytes(), part
