"""Claims: what several at once take, what one takes first, and whom a settlement makes wait."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, text

from bot.flows.delivery import Ending, Settlement
from bot.flows.ports import Change
from bot.store import open_store, outbox
from tests.fakes import FixedClock
from tests.making import KEYS, NOW, ROBIN, a_post

LEASE = timedelta(minutes=2)


def posts_of_many(number: int) -> tuple:
    """One row due in each of so many workspaces, the earliest first."""
    return tuple(
        a_post(
            f"p{n:03}",
            case_id=f"c{n}",
            person=replace(ROBIN, team_id=f"T{n}"),
            due_at=NOW - timedelta(seconds=number - n),
        )
        for n in range(number)
    )


async def test_no_row_is_claimed_by_two_who_ask_at_once(store) -> None:
    await store.commit(Change(ROBIN, NOW, posts=posts_of_many(100)))
    taken = await asyncio.gather(*(store.claim(NOW, 15, LEASE) for _ in range(8)))
    ids = [post.id for posts in taken for post in posts]
    assert len(ids) == len(set(ids))
    while posts := await store.claim(NOW, 15, LEASE):
        ids += [post.id for post in posts]
    assert sorted(ids) == [f"p{n:03}" for n in range(100)]


async def test_what_others_left_comes_before_what_is_due_and_both_in_their_order(store) -> None:
    await store.commit(Change(ROBIN, NOW, posts=posts_of_many(8)))
    left = await store.claim(NOW, 3, LEASE)
    later = NOW + LEASE + timedelta(seconds=1)
    again = await store.claim(later, 5, LEASE)
    assert [post.id for post in again] == ["p000", "p001", "p002", "p003", "p004"]
    assert [post.is_taken_over for post in again] == [True, True, True, False, False]
    assert [post.may_be_sent for post in again] == [True, True, True, False, False]
    assert [post.attempts for post in again] == [2, 2, 2, 1, 1]
    assert all(post.lease_until == later + LEASE and post.lease != left[0].lease for post in again)
    assert [post.id for post in await store.claim(later, 5, LEASE)] == ["p005", "p006", "p007"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_settlement_waits_for_no_disk_of_the_servers_and_nobody_else_is_hurried(database_url) -> None:
    store = open_store(database_url, clock=FixedClock(NOW), keys=KEYS)
    await store.migrate()
    await store.commit(Change(ROBIN, NOW, posts=(a_post(),)))
    (post,) = await store.claim(NOW, 1, LEASE)
    await store.close()
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    waits = text("SHOW synchronous_commit")
    with engine.connect() as connection:
        with connection.begin():
            outbox.settle(connection, (Settlement(post, Ending.SENT, NOW, channel="D1", ts="1.0"),))
            assert connection.execute(waits).scalar_one() == "off"
        assert connection.execute(waits).scalar_one() == "on"
        assert connection.execute(text("SELECT status FROM outbox")).scalar_one() == "sent"
    engine.dispose()
