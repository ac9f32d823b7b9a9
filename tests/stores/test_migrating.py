"""Forward from every released schema, with rows in it, on both databases."""

from datetime import timedelta

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text, update

from bot.flows.delivery import Ending, Settlement
from bot.flows.ports import PostKind
from bot.store import NewerError, open_store
from bot.store.migrating import MIGRATIONS
from bot.store.sealing import Keyring
from bot.store.tables import metadata, micros, outbox
from tests.making import KEYS, NOW, ROBIN

BOTH = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
RELEASED = [item.revision for item in ScriptDirectory(str(MIGRATIONS)).walk_revisions()][::-1]
LEASE = timedelta(minutes=2)
DAY = 86_400_000_000
OLD_ROW = text("""
    INSERT INTO outbox (id, key, enterprise_id, team_id, user_id, case_id, kind, note, due_at, status, lease,
        lease_until, attempts, may_be_sent, channel, ts, reason)
    VALUES (:id, :id, '', :team, :user, :case, 'nudge', '', :due_at, :status, :lease, :lease_until, :attempts,
        :may_be_sent, '', '', :reason)""")


def _row(name: str, case: str, due_at: int, **given: object) -> dict[str, object]:
    usual = {"status": "pending", "lease": "", "lease_until": 0, "attempts": 0, "may_be_sent": False}
    where = {"team": ROBIN.team_id, "user": ROBIN.user_id, "case": case, "due_at": due_at, "reason": ""}
    return {"id": name, **usual, **where, **given}


def _engine(url: str):
    return create_engine(url.replace("postgresql://", "postgresql+psycopg://"))


def _as_released(url: str, revision: str) -> None:
    """The tables of that revision, and rows in every state that they had."""
    script, now = ScriptDirectory(str(MIGRATIONS)), micros(NOW)
    engine = _engine(url)
    with engine.begin() as connection:
        given = {"fn": lambda at, _: script._upgrade_revs(revision, at), "keyring": Keyring(KEYS)}
        context = MigrationContext.configure(connection, opts=given)
        with Operations.context(context):
            context.run_migrations()
        for row in (
            _row("retried", "c1", now + 60_000_000, attempts=3, reason="http_503", may_be_sent=True),
            _row("behind", "c1", now - 5),
            _row("held", "c2", now + 3600_000_000, attempts=1, reason="held"),
            _row("passes", "c2", now - 5),
            _row("left", "c3", now - 9, status="claimed", lease="x", lease_until=now - 1, attempts=1),
            _row("done", "c4", now - DAY, status="sent", attempts=1),
            _row("years", "c5", now + 900 * DAY),
        ):
            connection.execute(OLD_ROW, row)
    engine.dispose()


@BOTH
@pytest.mark.parametrize("revision", [name for name in RELEASED if name < "0004"])
async def test_rows_of_every_released_schema_keep_their_time_order_and_doubt(
    database_url: str, clock, revision: str
) -> None:
    _as_released(database_url, revision)
    store = open_store(database_url, clock=clock, keys=KEYS)
    await store.migrate()
    first = await store.claim(NOW, 10, LEASE)
    assert {post.id: post.may_be_sent for post in first} == {"left": True, "passes": False}
    await store.settle(tuple(Settlement(post, Ending.SENT, NOW) for post in first))
    (retried,) = await store.claim(NOW + timedelta(minutes=1), 10, LEASE)
    assert (retried.id, retried.may_be_sent, retried.attempts) == ("retried", True, 4)
    await store.settle((Settlement(retried, Ending.SENT, NOW),))
    assert [post.id for post in await store.claim(NOW + timedelta(minutes=1), 10, LEASE)] == ["behind"]
    assert [post.id for post in await store.claim(NOW + timedelta(hours=1), 10, LEASE)] == ["behind", "held"]
    assert (await store.next_pending()) == NOW + timedelta(days=900)
    await store.close()


@BOTH
async def test_what_answered_words_were_taken_for_goes_and_what_waits_for_its_answer_stays(
    database_url: str, clock
) -> None:
    _as_released(database_url, "0006")
    engine = _engine(database_url)
    with engine.begin() as connection:
        for name, status in (("guilty", "sent"), ("other", "sent"), ("scared", "pending")):
            connection.execute(OLD_ROW, _row(name, "", 0, status=status))
            words = {"kind": "reply", "note": name, "case_id": None}
            connection.execute(update(outbox).where(outbox.c.id == name).values(words))
    engine.dispose()
    store = open_store(database_url, clock=clock, keys=KEYS)
    await store.migrate()
    replies = [item.post for item in await store.past(ROBIN) if item.post.kind is PostKind.REPLY]
    assert {post.id: post.note for post in replies} == {"guilty": "answered", "other": "other"}
    assert "scared" in {post.note for post in await store.upcoming(ROBIN)}
    await store.close()


@BOTH
async def test_tables_of_a_newer_version_are_known_and_left_alone(database_url: str, clock) -> None:
    store = open_store(database_url, clock=clock, keys=KEYS)
    assert await store.is_behind()
    await store.migrate()
    assert not await store.is_behind()
    engine = _engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0099'"))
    for look in (store.migrate, store.is_behind):
        with pytest.raises(NewerError):
            await look()
    with engine.begin() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == ["0099"]
    engine.dispose()
    await store.close()


@BOTH
async def test_the_migrations_lead_to_the_tables_that_the_code_knows(database_url: str, clock) -> None:
    store = open_store(database_url, clock=clock, keys=KEYS)
    await store.migrate()
    await store.close()
    engine = _engine(database_url)
    found = inspect(engine)
    for table in metadata.tables.values():
        columns = {column["name"]: column["nullable"] for column in found.get_columns(table.name)}
        assert set(columns) == {column.name for column in table.columns}, table.name
        indexes = {index["name"] for index in found.get_indexes(table.name)}
        assert {index.name for index in table.indexes} <= indexes, table.name
    engine.dispose()
