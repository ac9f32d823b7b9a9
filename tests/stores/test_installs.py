"""Installs on every store: found for a team of an organisation, sealed, renewed by one, erased whole."""

from dataclasses import replace
from datetime import timedelta

from bot.coaching.case import Person
from bot.flows.installs import Install, Tenant
from bot.flows.ports import Change, Interview, Preferences
from tests.making import NOW, a_case, a_post

TEAM, OTHER = Tenant("T1"), Tenant("T2", "E1")
ORGANISATION = Tenant("", "E1")


def an_install(tenant: Tenant, token: str = "", **given: object) -> Install:
    made = Install(tenant, token or "xoxb-1", "U0BOT", "B0BOT", ("commands", "chat:write"), NOW)
    return replace(made, **given)


async def test_the_newest_install_that_covers_a_workspace_is_found(store) -> None:
    assert await store.install(OTHER) is None
    await store.put_install(an_install(OTHER, "xoxb-team"))
    await store.put_install(an_install(TEAM, "xoxb-1"))
    later = NOW + timedelta(hours=1)
    await store.put_install(an_install(ORGANISATION, "xoxb-org", installed_at=later))
    for tenant, token in ((TEAM, "xoxb-1"), (OTHER, "xoxb-org"), (Tenant("T3", "E1"), "xoxb-org")):
        assert (await store.install(tenant)).token == token
    assert await store.install(Tenant("T3")) is None
    assert await store.install(Tenant("")) is None
    again = an_install(TEAM, "xoxe.xoxb-" + "x" * 600, refresh_token="xoxe-" + "y" * 600, expires_at=later)
    await store.put_install(again)
    assert await store.install(TEAM) == replace(again, scopes=["commands", "chat:write"])


async def test_one_renews_at_a_time_and_what_is_gone_is_not_brought_back(store) -> None:
    await store.put_install(an_install(TEAM))
    lease = timedelta(seconds=30)
    assert await store.claim_renewal(TEAM, NOW, lease)
    assert not await store.claim_renewal(TEAM, NOW + timedelta(seconds=29), lease)
    assert await store.claim_renewal(TEAM, NOW + timedelta(seconds=31), lease)
    await store.renew(an_install(TEAM, "xoxb-2"))
    assert (await store.install(TEAM)).token == "xoxb-2"
    assert await store.claim_renewal(TEAM, NOW + timedelta(seconds=32), lease)
    await store.erase_tenant(TEAM, NOW + timedelta(seconds=1))
    await store.renew(an_install(TEAM, "xoxb-3"))
    assert await store.install(TEAM) is None


async def _fill(store, *people: Person) -> None:
    for number, person in enumerate(people):
        await store.commit(
            Change(
                person,
                NOW,
                once=f"call:c{number}:1.0",
                case=a_case(id=f"c{number}", person=person),
                posts=(a_post(f"p{number}", person=person, case_id=f"c{number}"),),
                interview=Interview(f"i{number}", person, "offer", {}, NOW),
                preferences=Preferences(country="ES"),
            )
        )
        await store.put_link(person, f"hash{number}", "export", NOW + timedelta(minutes=10))


async def test_a_workspace_is_erased_with_all_its_people_and_no_others(store) -> None:
    people = [Person("T1", "U1"), Person("T1", "U2"), Person("T9", "U1"), Person("T2", "U3", "E1")]
    await _fill(store, *people)
    await store.put_install(an_install(TEAM))
    await store.put_install(an_install(Tenant("T9")))
    after = NOW + timedelta(seconds=1)
    assert await store.erase_tenant(TEAM, NOW) is None  # of the past: it was installed anew since
    assert await store.erase_tenant(TEAM, after) == frozenset(people[:2])
    assert [(await store.holdings(person)).is_empty for person in people] == [True, True, False, False]
    assert await store.link("hash0", "export", is_used=False) is None
    assert await store.install(TEAM) is None
    assert await store.install(Tenant("T9")) is not None
    # What was done there is forgotten too: the same cause may have its effect again.
    assert await store.commit(Change(people[0], NOW, once="call:c0:1.0"))
    assert not await store.commit(Change(people[2], NOW, once="call:c2:1.0"))


async def test_an_organisation_is_erased_with_all_its_workspaces(store) -> None:
    people = [
        Person("T2", "U1", "E1"),
        Person("T3", "U2", "E1"),
        Person("T4", "U2", "E2"),
        Person("T1", "U1"),
    ]
    await _fill(store, *people)
    for tenant in (ORGANISATION, OTHER, TEAM):
        await store.put_install(an_install(tenant))
    after = NOW + timedelta(seconds=1)
    assert await store.erase_tenant(OTHER, after) == frozenset()  # the organisation still covers it
    assert not (await store.holdings(people[0])).is_empty
    assert await store.erase_tenant(Tenant("T3", "E1"), after, is_shut_out=True) == {people[1]}
    assert await store.erase_tenant(ORGANISATION, after) == {people[0]}
    assert [(await store.holdings(person)).is_empty for person in people] == [True, True, False, False]
    assert await store.install(TEAM) is not None
