"""What a store promises, whichever it is."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, event, text

from bot.coaching.case import EventKind, Stage
from bot.flows.delivery import HELD, Ending, Pause, Settlement
from bot.flows.ports import (
    Caller,
    Change,
    Interview,
    NotFoundError,
    PostKind,
    Preferences,
    StaleError,
    StoreUnavailableError,
)
from bot.store import open_store
from bot.store.claiming import SHARE
from tests.making import KEYS, MARTA, NOW, ROBIN, a_case, a_post

LEASE = timedelta(minutes=2)


async def test_a_case_comes_back_as_it_was_saved(store) -> None:
    case = a_case(contact_name="Dana", answer_due_at=NOW + timedelta(days=3)).with_event(
        EventKind.CALL, NOW, "reached"
    )
    await store.commit(Change(ROBIN, NOW, case=case))
    assert await store.case(ROBIN, case.id) == replace(case, revision=1)
    assert await store.cases(ROBIN) == (replace(case, revision=1),)


async def test_the_case_of_another_is_not_found(store) -> None:
    await store.commit(Change(ROBIN, NOW, case=a_case()))
    for person in (MARTA, replace(ROBIN, team_id="T2"), replace(ROBIN, enterprise_id="E1")):
        with pytest.raises(NotFoundError):
            await store.case(person, "case1")
        assert await store.cases(person) == ()


async def test_an_older_version_does_not_overwrite_a_newer_one(store) -> None:
    await store.commit(Change(ROBIN, NOW, case=a_case()))
    newer = await store.case(ROBIN, "case1")
    await store.commit(Change(ROBIN, NOW, case=replace(newer, stage=Stage.FOLLOWING_UP)))
    with pytest.raises(StaleError):
        await store.commit(Change(ROBIN, NOW, case=newer, posts=(a_post(),)))
    assert await store.upcoming(ROBIN) == ()


async def test_the_same_cause_has_one_effect(store) -> None:
    assert await store.commit(Change(ROBIN, NOW, once="click:1", posts=(a_post("a"),)))
    assert not await store.commit(Change(ROBIN, NOW, once="click:1", posts=(a_post("b"),)))
    assert [post.id for post in await store.upcoming(ROBIN)] == ["a"]


async def test_the_same_key_makes_one_row(store) -> None:
    await store.commit(Change(ROBIN, NOW, posts=(a_post("a", key="k"),)))
    await store.commit(Change(ROBIN, NOW, posts=(a_post("b", key="k"),)))
    assert [post.id for post in await store.upcoming(ROBIN)] == ["a"]


async def test_what_is_withdrawn_is_not_sent_and_what_comes_with_it_is(store) -> None:
    await store.commit(Change(ROBIN, NOW, case=a_case(), posts=(a_post("old", kind=PostKind.NUDGE),)))
    case = await store.case(ROBIN, "case1")
    new = a_post("new", kind=PostKind.NUDGE)
    await store.commit(Change(ROBIN, NOW, case=case, posts=(new,), withdraw=frozenset({PostKind.NUDGE})))
    assert [post.id for post in await store.claim(NOW, 10, LEASE)] == ["new"]


async def test_a_claimed_row_is_nobody_elses_until_its_lease_ends(store) -> None:
    await store.commit(Change(ROBIN, NOW, posts=(a_post(),)))
    (first,) = await store.claim(NOW, 10, LEASE)
    assert not first.may_be_sent
    assert await store.claim(NOW, 10, LEASE) == ()
    assert await store.next_due() == NOW + LEASE
    (again,) = await store.claim(NOW + LEASE, 10, LEASE)
    assert again.may_be_sent
    assert again.attempts == 2
    await store.settle((Settlement(first, Ending.SENT, NOW, channel="D1", ts="1.0"),))
    assert (await store.counts()) == {"claimed": 1}
    await store.settle((Settlement(again, Ending.SENT, NOW, channel="D1", ts="1.0"),))
    assert (await store.counts()) == {"sent": 1}


async def test_once_an_answer_is_out_nothing_says_what_the_persons_words_were_taken_for(store) -> None:
    notes = ("guilty", "other:es", "hurt")
    posts = tuple(a_post(note, kind=PostKind.REPLY, case_id=None, note=note) for note in notes)
    await store.commit(Change(ROBIN, NOW, posts=(*posts, a_post("later", note="six_months"))))
    claimed = await store.claim(NOW, 10, LEASE)
    assert [post.note for post in claimed] == [*notes, "six_months"]
    endings = (Ending.SENT, Ending.SENT, Ending.IN_DOUBT, Ending.SENT)
    await store.settle(tuple(map(Settlement, claimed, endings, [NOW] * 4)))
    left = {item.post.id: item.post.note for item in await store.past(ROBIN)}
    assert left == {"guilty": "answered", "other:es": "other:es", "hurt": "hurt", "later": "six_months"}


async def test_rows_of_a_case_go_out_in_their_order(store) -> None:
    await store.commit(Change(ROBIN, NOW, posts=(a_post("a"), a_post("b"), a_post("c", case_id="case2"))))
    claimed = await store.claim(NOW, 10, LEASE)
    assert [post.id for post in claimed] == ["a", "c"]
    later = NOW + timedelta(minutes=1)
    await store.settle((Settlement(claimed[0], Ending.LATER, NOW, due_at=later, reason="ratelimited"),))
    assert await store.claim(NOW, 10, LEASE) == ()
    (again,) = await store.claim(later, 10, LEASE)
    assert again.id == "a"
    await store.settle((Settlement(again, Ending.SENT, later),))
    assert [post.id for post in await store.claim(later, 10, LEASE)] == ["b"]


async def test_a_row_that_is_held_lets_the_others_of_its_case_pass(store) -> None:
    await store.commit(Change(ROBIN, NOW, posts=(a_post("a"), a_post("b"))))
    claimed = await store.claim(NOW, 10, LEASE)
    held = Settlement(claimed[0], Ending.LATER, NOW, due_at=NOW + timedelta(hours=9), reason=HELD)
    await store.settle((held,))
    assert [post.id for post in await store.claim(NOW, 10, LEASE)] == ["b"]


async def test_a_row_in_doubt_is_held_and_shown(store) -> None:
    await store.commit(Change(ROBIN, NOW, posts=(a_post(),)))
    (claimed,) = await store.claim(NOW, 10, LEASE)
    await store.settle((Settlement(claimed, Ending.IN_DOUBT, NOW, reason="missing_scope"),))
    assert [post.id for post in await store.in_doubt(ROBIN)] == ["p1"]
    assert await store.claim(NOW + timedelta(days=400), 10, LEASE) == ()


async def test_a_lease_from_before_the_clock_stepped_back_is_no_lease(store) -> None:
    await store.commit(Change(ROBIN, NOW, posts=(a_post(),)))
    await store.claim(NOW, 10, LEASE)
    assert await store.claim(NOW - timedelta(minutes=1), 10, LEASE) == ()
    (again,) = await store.claim(NOW - timedelta(hours=1), 10, LEASE)
    assert again.is_taken_over
    assert again.may_be_sent


async def test_a_large_workspace_comes_in_turns_and_a_small_one_at_once(store) -> None:
    large = tuple(a_post(f"l{n:03}", case_id=f"l{n}") for n in range(200))
    small = a_post("small", case_id="s", person=replace(MARTA, team_id="T2"))
    await store.commit(Change(ROBIN, NOW, posts=(*large, small)))
    first = await store.claim(NOW, 100, LEASE)
    assert [post.id for post in first] == [f"l{n:03}" for n in range(SHARE)]
    assert [post.id for post in await store.claim(NOW, 100, LEASE)] == ["small"]
    later = await store.claim(NOW + timedelta(seconds=2), 100, LEASE)
    assert [post.id for post in later] == [f"l{n:03}" for n in range(SHARE, SHARE + 8)]
    assert all(post.first_due_at == NOW for post in later)


async def test_a_pause_holds_back_one_workspace_alone_until_it_ends(store) -> None:
    await store.commit(Change(ROBIN, NOW, posts=(a_post("a", case_id="c1"), a_post("b", case_id="c2"))))
    until = NOW + timedelta(seconds=30)
    await store.pause(Pause(("", "T1"), "chat.postMessage", until, "ratelimited"))
    await store.pause(Pause(("", "T1"), "chat.postMessage", NOW + timedelta(seconds=9), "ratelimited"))
    elsewhere = replace(MARTA, team_id="T2")
    await store.commit(Change(ROBIN, NOW, posts=(a_post("new", case_id="c3"),)))
    await store.commit(Change(elsewhere, NOW, posts=(a_post("other", case_id="c4", person=elsewhere),)))
    assert [post.id for post in await store.claim(NOW, 10, LEASE)] == ["other"]
    assert await store.claim(until - timedelta(seconds=1), 10, LEASE) == ()
    after = await store.claim(until + timedelta(seconds=1), 10, LEASE)
    assert {post.id for post in after} == {"a", "b", "new"}


async def test_a_pause_of_the_look_up_holds_back_only_what_must_be_looked_up(store) -> None:
    await store.commit(Change(ROBIN, NOW, posts=(a_post("a", case_id="c1"), a_post("b", case_id="c2"))))
    await store.claim(NOW, 1, LEASE)
    end = NOW + LEASE
    await store.pause(Pause(("", "T1"), "conversations.history", end + timedelta(seconds=9), "ratelimited"))
    assert [post.id for post in await store.claim(end, 10, LEASE)] == ["b"]
    assert [post.id for post in await store.claim(end + timedelta(seconds=9), 10, LEASE)] == ["a"]


async def test_a_workspace_that_opens_again_goes_on_at_once(store) -> None:
    await store.commit(Change(ROBIN, NOW, posts=(a_post(),)))
    await store.pause(Pause(("", "T1"), "*", NOW + timedelta(days=1), "token_revoked"))
    assert await store.claim(NOW + timedelta(hours=1), 10, LEASE) == ()
    await store.resume(("", "T1"))
    assert [post.id for post in await store.claim(NOW, 10, LEASE)] == ["p1"]


async def test_what_stands_behind_a_row_is_read_with_it(store) -> None:
    later = a_post("later", kind=PostKind.NUDGE, due_at=NOW + timedelta(days=1))
    await store.commit(Change(ROBIN, NOW, case=a_case(), posts=(a_post("now", kind=PostKind.NUDGE), later)))
    await store.commit(Change(ROBIN, NOW, preferences=Preferences(country="ES")))
    posts = await store.upcoming(ROBIN)
    now, next_day = await asyncio.gather(
        store.background(posts[0], NOW), store.background(posts[0], NOW + timedelta(days=1))
    )
    assert now.case == replace(a_case(), revision=1)
    assert now.preferences == Preferences(country="ES")
    assert next_day.waiting[PostKind.NUDGE] == NOW + timedelta(days=1)
    stranger = await store.background(replace(posts[0], person=MARTA), NOW)
    assert stranger.case is None
    assert stranger.preferences == Preferences()


async def test_an_interview_is_kept_until_it_is_done(store) -> None:
    interview = Interview("i1", ROBIN, "reasons", {"company": "Acme"}, NOW)
    await store.commit(Change(ROBIN, NOW, interview=interview))
    assert await store.interview(ROBIN) == interview
    assert await store.interview(MARTA) is None
    assert await store.interview(MARTA, "i1") is None
    await store.commit(Change(ROBIN, NOW, interview_done="i1"))
    assert await store.interview(ROBIN) is None


async def test_preferences_are_kept(store) -> None:
    assert await store.preferences(ROBIN) == Preferences()
    chosen = Preferences(time_zone="Europe/Madrid", country="ES", is_paused=True)
    await store.commit(Change(ROBIN, NOW, preferences=chosen))
    assert await store.preferences(ROBIN) == chosen


async def test_many_claims_at_once_never_share_a_row(store) -> None:
    posts = tuple(a_post(f"p{n}", case_id=f"c{n}") for n in range(60))
    await store.commit(Change(ROBIN, NOW, posts=posts))
    claims = await asyncio.gather(*(store.claim(NOW, 10, LEASE) for _ in range(8)))
    claimed = [post.id for claim in claims for post in claim]
    assert len(claimed) == len(set(claimed))
    assert len(claimed) <= 60


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
async def test_two_that_start_at_once_migrate_once(database_url: str, clock) -> None:
    stores = [open_store(database_url, clock=clock, keys=KEYS) for _ in range(2)]
    await asyncio.gather(*(opened.migrate() for opened in stores))
    await stores[0].commit(Change(ROBIN, NOW, case=a_case()))
    assert len(await stores[1].cases(ROBIN)) == 1
    for opened in stores:
        await opened.close()


@pytest.mark.parametrize(
    "url", ["postgresql://nobody@127.0.0.1:1/none", "mysql://x/y", "nonsense", "sqlite:////proc/none/ajar.db"]
)
async def test_a_database_out_of_reach_is_said_in_one_line_without_values(url: str, clock) -> None:
    with pytest.raises(StoreUnavailableError) as caught:
        await open_store(url, clock=clock, keys=KEYS).migrate()
    assert "\n" not in str(caught.value)


async def test_who_is_at_the_door_is_told_in_one_look(store) -> None:
    assert await store.caller(ROBIN) == Caller(Preferences())
    kept = Preferences(time_zone="Asia/Tokyo", is_paused=True)
    first = Interview("i1", ROBIN, "reasons", {"company": "Acme"}, NOW)
    newest = replace(first, id="i2", updated_at=NOW + timedelta(minutes=1))
    for interview in (newest, first):
        await store.commit(Change(ROBIN, NOW, interview=interview, preferences=kept))
    assert await store.caller(ROBIN) == Caller(kept, newest)
    assert await store.caller(ROBIN, "i1") == Caller(kept, first)
    await store.commit(Change(ROBIN, NOW, case=a_case(), interview_done="i1"))
    assert await store.caller(ROBIN, "case1") == Caller(kept, is_finished=True)
    for person in (MARTA, replace(ROBIN, team_id="T2"), replace(ROBIN, enterprise_id="E1")):
        for name in ("", "i2", "case1"):
            assert await store.caller(person, name) == Caller(Preferences())


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_many_who_ask_first_at_the_same_time_share_one_connection(database_url: str, clock) -> None:
    opened = open_store(database_url, clock=clock, keys=KEYS)
    await opened.migrate()
    made: list[object] = []
    event.listen(opened._database.engine, "connect", lambda connection, _: made.append(connection))
    assert await asyncio.gather(*(opened.caller(ROBIN) for _ in range(64))) == [Caller(Preferences())] * 64
    assert len(made) <= 1  # another would go back to the pool, and wait for no lock there
    await opened.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_read_that_fails_on_the_spot_is_made_in_a_thread_and_nobody_notices(
    database_url: str, clock
) -> None:
    opened = open_store(database_url, clock=clock, keys=KEYS)
    await opened.migrate()
    kept = Preferences(is_paused=True)
    await opened.commit(Change(ROBIN, NOW, preferences=kept))
    assert await opened.caller(ROBIN) == Caller(kept)
    spot = opened._callers._kept
    assert spot is not None
    spot.connection.driver_connection.close()
    assert await opened.caller(ROBIN) == Caller(kept)
    assert opened._callers._kept is not spot
    assert await opened.caller(ROBIN) == Caller(kept)
    await opened.close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_reader_whose_connection_was_cut_takes_another_and_nobody_notices(
    database_url: str, clock
) -> None:
    opened = open_store(database_url, clock=clock, keys=KEYS)
    await opened.migrate()
    await asyncio.gather(*(opened.caller(ROBIN) for _ in range(16)))
    engine = create_engine(
        database_url.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
    )
    others = "pid <> pg_backend_pid() AND datname = current_database()"
    with engine.connect() as connection:
        connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))
    engine.dispose()
    answers = await asyncio.gather(*(opened.caller(ROBIN) for _ in range(64)))
    assert answers == [Caller(Preferences())] * 64
    await opened.close()
    assert answers == [Caller(Preferences())] * 64  # each of eight threads had one connection to lose
