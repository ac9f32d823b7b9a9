"""A workspace joins an organisation, on every store: what its people had goes along, whole and theirs."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.coaching.case import Person
from bot.flows.delivery import Ending, Settlement
from bot.flows.installs import Tenant
from bot.flows.ports import Change, Holdings, Interview, Preferences
from bot.store import open_store
from tests.making import KEYS, MARTA, NOW, ROBIN, a_case, a_post
from tests.stores.test_installs import an_install

MOVED = replace(ROBIN, enterprise_id="E1")
ELSEWHERE = replace(ROBIN, enterprise_id="E2")
NAMESAKE = replace(ROBIN, team_id="T2")
LEASE = timedelta(minutes=2)


async def filled(store, *people: Person) -> None:
    for person in people:
        name = f"{person.team_id}{person.user_id}{person.enterprise_id or ''}"
        posts = (
            a_post(f"{name}-sent", person=person, case_id=f"{name}-case"),
            a_post(f"{name}-later", person=person, case_id=f"{name}-case", due_at=NOW + timedelta(days=9)),
        )
        interview = Interview(f"{name}-talk", person, "offer", {"company": "Globex"}, NOW)
        await store.commit(
            Change(
                person,
                NOW,
                case=a_case(id=f"{name}-case", person=person, company=name),
                posts=posts,
                interview=interview,
                preferences=Preferences(country="ES"),
            )
        )
        await store.put_link(person, f"{name}-hash", "calendar", NOW + timedelta(days=300))
    claimed = await store.claim(NOW, 50, LEASE)
    await store.settle(tuple(Settlement(post, Ending.SENT, NOW, channel="D1", ts="1.0") for post in claimed))


async def test_all_of_it_goes_along_and_opens_under_the_new_place(store) -> None:
    await filled(store, ROBIN, MARTA, NAMESAKE)
    others = [await store.holdings(person) for person in (MARTA, NAMESAKE)]
    before = await store.holdings(ROBIN)
    assert await store.move_along(ROBIN, MOVED) == 6
    assert await store.holdings(ROBIN) == Holdings()
    assert await store.holdings(MOVED) == before
    (case,) = await store.cases(MOVED)
    assert case.offer.company == f"{ROBIN.team_id}{ROBIN.user_id}"
    assert await store.case(MOVED, case.id) == case
    assert (await store.interview(MOVED)).answers == {"company": "Globex"}
    assert (await store.preferences(MOVED)).country == "ES"
    assert (await store.caller(MOVED)).preferences.country == "ES"
    assert [item.state for item in await store.past(MOVED)] == ["sent"]
    assert await store.link(f"{ROBIN.team_id}{ROBIN.user_id}-hash", "calendar", is_used=False) == MOVED
    (note,) = await store.claim(NOW + timedelta(days=10), 1, LEASE)
    assert (note.person, (await store.background(note, NOW)).case.id) == (MOVED, case.id)
    assert [await store.holdings(person) for person in (MARTA, NAMESAKE)] == others
    assert await store.move_along(ROBIN, MOVED) == 0


async def test_nothing_is_taken_from_another_organisation_or_person(store) -> None:
    await filled(store, ELSEWHERE, MARTA)
    before = [await store.holdings(person) for person in (ELSEWHERE, MARTA)]
    assert await store.move_along(ROBIN, MOVED) == 0
    assert (await store.holdings(MOVED)).is_empty
    assert [await store.holdings(person) for person in (ELSEWHERE, MARTA)] == before


async def test_what_is_there_already_stays_beside_what_comes_along(store) -> None:
    await filled(store, ROBIN)
    await store.commit(Change(MOVED, NOW, case=a_case(id="new", person=MOVED)))
    assert await store.move_along(ROBIN, MOVED) == 6
    assert {case.id for case in await store.cases(MOVED)} == {"new", f"{ROBIN.team_id}{ROBIN.user_id}-case"}


async def test_a_message_that_is_going_out_is_waited_for(store) -> None:
    await filled(store, ROBIN)
    at = NOW + timedelta(days=10)
    (note,) = await store.claim(at, 5, LEASE)
    assert await store.move_along(ROBIN, MOVED) is None
    assert (await store.holdings(MOVED)).is_empty
    assert (await store.background(note, at)).case is not None
    await store.settle((Settlement(note, Ending.SENT, at, channel="D1", ts="2.0"),))
    assert await store.move_along(ROBIN, MOVED) == 6


async def test_two_that_look_at_once_move_it_once(store) -> None:
    await filled(store, ROBIN)
    assert sorted(await asyncio.gather(store.move_along(ROBIN, MOVED), store.move_along(ROBIN, MOVED))) == [
        0,
        6,
    ]
    assert len(await store.cases(MOVED)) == 1


async def test_when_only_the_organisations_token_is_left_everybody_is_moved_to_it(store) -> None:
    await filled(store, ROBIN, MARTA, NAMESAKE)
    await store.put_install(an_install(Tenant(ROBIN.team_id)))
    await store.put_install(an_install(Tenant("", "E1")))
    gone_at = NOW + timedelta(seconds=1)
    assert await store.erase_tenant(Tenant(ROBIN.team_id, "E1"), gone_at) == frozenset()
    for person in (ROBIN, MARTA):
        assert len(await store.cases(replace(person, enterprise_id="E1"))) == 1
    assert len(await store.cases(NAMESAKE)) == 1
    due = await store.claim(NOW + timedelta(days=10), 50, LEASE)
    assert {post.person.enterprise_id for post in due} == {"E1", None}
    assert {post.person for post in due if post.person.enterprise_id is None} == {NAMESAKE}


async def test_somebody_whose_id_is_another_now_gets_what_stands_under_the_former_one(store) -> None:
    now = Person(ROBIN.team_id, "W0ROBIN001", "E1")
    await filled(store, ROBIN, MARTA)
    assert await store.is_left_behind(ROBIN.team_id)
    assert not await store.is_left_behind(NAMESAKE.team_id)
    assert await store.move_along(ROBIN, now) == 6
    (case,) = await store.cases(now)
    assert case.person == now
    assert (await store.preferences(now)).country == "ES"
    assert (await store.holdings(ROBIN)).is_empty
    assert await store.is_left_behind(ROBIN.team_id)  # Marta is
    await store.move_along(MARTA, replace(MARTA, enterprise_id="E1"))
    assert not await store.is_left_behind(ROBIN.team_id)


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
async def test_what_does_not_open_stays_with_its_messages(database_url: str, clock) -> None:
    store = open_store(database_url, clock=clock, keys=KEYS)
    await store.migrate()
    await filled(store, ROBIN)
    await store.commit(Change(ROBIN, NOW, case=a_case(id="bad"), posts=(a_post("p", case_id="bad"),)))
    spoil = text("UPDATE cases SET body = substr(body, 1, 30) || 'AAAA' WHERE id = 'bad'")
    await store._database.write(lambda connection: connection.execute(spoil))
    assert await store.move_along(ROBIN, MOVED) == 6
    assert (await store.holdings(ROBIN)) == Holdings(cases=1, planned=1)
    assert {case.id for case in await store.cases(MOVED)} == {f"{ROBIN.team_id}{ROBIN.user_id}-case"}
    await store.close()
