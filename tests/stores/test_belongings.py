"""Counting, erasing and lending out what belongs to one person, on every store."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.coaching.case import EventKind, Stage
from bot.flows.delivery import Ending, Settlement
from bot.flows.ports import Change, Holdings, Interview, NotFoundError, PostKind, Preferences
from bot.store import open_store
from tests.making import KEYS, MARTA, NOW, ROBIN, a_case, a_post

NAMESAKE = replace(ROBIN, team_id="T2")
IN_THE_GRID = replace(ROBIN, team_id="T3", enterprise_id="E1")


async def filled(store) -> None:
    for number, person in enumerate((ROBIN, MARTA, NAMESAKE, IN_THE_GRID)):
        posts = tuple(
            a_post(f"p{number}{name}", person=person, case_id=f"c{number}", due_at=NOW + timedelta(days=days))
            for name, days in (("a", 0), ("b", 5))
        )
        await store.commit(
            Change(
                person,
                NOW,
                once=f"call:c{number}:1.0",
                case=a_case(id=f"c{number}", person=person),
                posts=posts,
                interview=Interview(f"i{number}", person, "offer", {}, NOW),
                preferences=Preferences(country="ES"),
            )
        )
        await store.put_link(person, f"hash{number}", "export", NOW + timedelta(minutes=10))
    claimed = await store.claim(NOW, 10, timedelta(minutes=2))
    await store.settle(tuple(Settlement(post, Ending.SENT, NOW, channel="D1", ts="1.0") for post in claimed))


async def test_what_is_kept_is_counted_and_erased_for_one_person_alone(store) -> None:
    await filled(store)
    everything = Holdings(cases=1, planned=1, past=1, unfinished=1, settings=1, addresses=1)
    assert await store.holdings(ROBIN) == everything
    assert await store.erase(ROBIN) == everything
    assert (await store.holdings(ROBIN)).is_empty
    assert await store.link("hash0", "export", is_used=False) is None
    for person in (MARTA, NAMESAKE, IN_THE_GRID):
        assert await store.holdings(person) == everything
    assert await store.erase(ROBIN) == Holdings()


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
async def test_a_case_put_away_is_warned_about_and_then_erased(database_url: str, clock) -> None:
    store = open_store(database_url, clock=clock, keys=KEYS, retention=timedelta(days=60))
    await store.migrate()
    for name, stage in (("away", Stage.CLOSED), ("here", Stage.RESTING)):
        case = replace(a_case(id=name), stage=stage).with_event(EventKind.STOPPED, clock.now())
        await store.commit(Change(ROBIN, NOW, once=f"case_close:{name}:1.0", case=case))
    clock.advance(days=45)
    await store.sweep()
    assert await store.upcoming(ROBIN) == ()
    clock.advance(days=2)
    await asyncio.gather(store.sweep(), store.sweep())
    (warning,) = await store.claim(clock.now(), 10, timedelta(minutes=2))
    assert (warning.kind, warning.case_id) == (PostKind.RETENTION, "away")
    clock.advance(days=30)
    await store.sweep()
    assert len(await store.cases(ROBIN)) == 2  # nobody has been warned yet
    (again,) = await store.claim(clock.now(), 10, timedelta(minutes=2))
    ts = f"{clock.now().timestamp():.6f}"
    await store.settle((Settlement(again, Ending.SENT, clock.now(), channel="D1", ts=ts),))
    clock.advance(days=13)
    await store.sweep()
    assert len(await store.cases(ROBIN)) == 2
    clock.advance(days=1)
    await store.sweep()
    assert [case.id for case in await store.cases(ROBIN)] == ["here"]
    assert await store.holdings(ROBIN) == Holdings(cases=1)
    await store.close()


async def test_a_link_is_somebodys_until_it_is_used_or_its_time_is_over(store, clock) -> None:
    await store.put_link(ROBIN, "one", "export", clock.now() + timedelta(minutes=10))
    await store.put_link(IN_THE_GRID, "two", "export", clock.now() + timedelta(minutes=10))
    assert await store.link("one", "import", is_used=True) is None
    assert await store.link("one", "export", is_used=False) == ROBIN
    assert await store.link("one", "export", is_used=True) == ROBIN
    assert await store.link("one", "export", is_used=True) is None
    clock.advance(minutes=9)
    assert await store.link("two", "export", is_used=False) == IN_THE_GRID
    clock.advance(minutes=1)
    assert await store.link("two", "export", is_used=True) is None


async def test_one_case_is_erased_and_the_others_stay(store) -> None:
    await filled(store)
    await store.commit(Change(ROBIN, NOW, case=a_case(id="other"), posts=(a_post("o", case_id="other"),)))
    for person in (MARTA, NAMESAKE, IN_THE_GRID):
        with pytest.raises(NotFoundError):
            await store.erase_case(person, "c0")
    await store.erase_case(ROBIN, "c0")
    assert [case.id for case in await store.cases(ROBIN)] == ["other"]
    assert {post.case_id for post in await store.upcoming(ROBIN)} == {"other"}
    assert await store.past(ROBIN) == ()
    with pytest.raises(NotFoundError):
        await store.erase_case(ROBIN, "c0")
    assert (await store.holdings(MARTA)).cases == 1


async def test_an_address_that_is_ended_works_for_nobody_and_others_go_on(store, clock) -> None:
    later = clock.now() + timedelta(days=9)
    for person, name in ((ROBIN, "r"), (NAMESAKE, "n")):
        await store.put_link(person, name, "calendar", later)
    await store.put_link(ROBIN, "e", "export", later)
    assert await store.has_link(ROBIN, "calendar")
    await store.end_links(ROBIN, "calendar")
    assert not await store.has_link(ROBIN, "calendar")
    assert await store.link("r", "calendar", is_used=False) is None
    assert await store.link("e", "export", is_used=False) == ROBIN
    assert await store.link("n", "calendar", is_used=False) == NAMESAKE
    clock.advance(days=10)
    assert not await store.has_link(NAMESAKE, "calendar")


async def test_a_doubt_is_ended_by_its_person_alone(store) -> None:
    for name in ("seen", "again", "other"):
        await store.commit(Change(ROBIN, NOW, posts=(a_post(name, case_id=name),)))
    claimed = await store.claim(NOW, 10, timedelta(minutes=2))
    assert {item.state for item in await store.past(ROBIN)} == {"claimed"}
    await store.settle(tuple(Settlement(post, Ending.IN_DOUBT, NOW, reason="history") for post in claimed))
    await store.commit(Change(MARTA, NOW, arrived="seen", again="again"))
    assert {post.id for post in await store.in_doubt(ROBIN)} == {"seen", "again", "other"}
    await store.commit(Change(ROBIN, NOW, arrived="seen"))
    await store.commit(Change(ROBIN, NOW + timedelta(hours=1), again="again"))
    assert {item.post.id: item.state for item in await store.past(ROBIN)} == {
        "seen": "sent",
        "other": "in_doubt",
    }
    (waiting,) = await store.claim(NOW + timedelta(hours=1), 10, timedelta(minutes=2))
    assert (waiting.id, waiting.attempts, waiting.may_be_sent) == ("again", 1, False)
    assert waiting.is_asked_for  # at any hour
