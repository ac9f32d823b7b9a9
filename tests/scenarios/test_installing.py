"""Many workspaces: installed by OAuth, each with its own token, and gone without a trace."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from slack_sdk.errors import SlackApiError

from bot.local import Local, local
from bot.manifest import for_address
from bot.sandbox.faults import Drop, Fail, Status
from bot.sandbox.person import Person
from bot.sandbox.team import Team
from tests.conftest import PATIENCE_SECONDS, START
from tests.scenarios.browsing import Browser
from tests.scenarios.telling import decline, expect_said, said
from tests.scenarios.test_at_rest import files_in
from tests.scenarios.test_privacy import done

FIRST, SECOND, THIRD, FOURTH, ORGANISATION = (
    "T0AJARLOCAL",
    "T0SECOND01",
    "T0THIRD001",
    "T0FOURTH01",
    "E0GRID0001",
)
MANY: dict[str, object] = {
    "slack_bot_token": "",
    "slack_client_id": "1.local",
    "slack_client_secret": "local-client-secret",
}


@asynccontextmanager
async def many(folder: Path, *, is_rotating: bool = False, **given: Any) -> AsyncIterator[Local]:
    """Ajar for many workspaces, in none of them yet; the local Slack knows four, two in an organisation."""
    manifest = for_address("https://ajar.example.org", is_distributed=True, is_rotating=is_rotating)
    manifest["oauth_config"].pop("redirect_urls")  # it is on another address here
    async with local(
        folder,
        manifest,
        start_at=START,
        is_installed=False,
        patience_seconds=PATIENCE_SECONDS,
        **MANY,
        **given,
    ) as both:
        both.sandbox.add_team(SECOND, "Second & Sons <b>")
        both.sandbox.add_team(THIRD, "Third", ORGANISATION)
        both.sandbox.add_team(FOURTH, "Fourth", ORGANISATION)
        yield both


@pytest.fixture
async def grid(tmp_path: Path) -> AsyncIterator[Local]:
    async with many(tmp_path) as both:
        yield both


def own(both: Local) -> str:
    return str(both.sandbox.settings.request_url).removesuffix("/slack/events")


async def install(both: Local, place: str, **more: str) -> tuple[int, str]:
    """As somebody with a browser does it."""
    async with Browser() as browser:
        status, page = await browser.open(f"{own(both)}/slack/install")
        assert status == 200
        assert "Ajar asks to come in" in page
        return await browser.consent(page, place, **more)


def team(both: Local, name: str) -> Team:
    return both.sandbox.teams[name]


async def test_two_workspaces_and_an_organisation_and_one_leaves_without_a_trace(
    grid: Local, tmp_path: Path
) -> None:
    for place, name in ((FIRST, "Local"), (SECOND, "Second &amp; Sons &lt;b&gt;"), (ORGANISATION, "Local")):
        status, page = await install(grid, place)
        assert status == 200, page
        assert f"Ajar is now in {name}." in page
    people = [Person(team(grid, name)) for name in (FIRST, SECOND, THIRD, FOURTH)]
    for number, person in enumerate(people):
        await done(person, company=f"Company{number}")
        await person.open_home()
        assert f"Company{number}" in str(person.home)
    tokens = {grant.place: grant.token for grant in grid.sandbox.oauth.grants.values()}
    assert set(tokens) == {FIRST, SECOND, ORGANISATION}
    held = b"".join(file.read_bytes() for file in files_in(tmp_path))
    for token in tokens.values():
        assert token.encode() not in held
    gone, others = people[1], [people[0], *people[2:]]
    before = _ids(tmp_path, SECOND)
    assert len(before) >= 3
    grid.sandbox.oauth.uninstall(SECOND)
    await grid.sandbox.settled()
    await grid.ajar.store.wiped()
    held = b"".join(file.read_bytes() for file in files_in(tmp_path))
    assert people[0].id.encode() in held  # so that this would find what is there
    for trace in (SECOND, gone.id, *before):
        assert trace.encode() not in held, trace
    await _until_noted(grid, *others)
    assert "Something you could send" not in said(gone)


async def _until_noted(both: Local, *people: Person) -> None:
    """From one due moment to the next, until each has had a reconnect note."""
    for _ in range(40):
        if all("Something you could send" in said(person) for person in people):
            return
        await both.sandbox.jump()
        await asyncio.sleep(0.4)
    raise AssertionError("no note came")


def _ids(folder: Path, team_id: str) -> set[str]:
    """The ids of cases and messages of a workspace, as they stand in the database."""
    with closing(sqlite3.connect(folder / "ajar.db")) as connection:
        rows = [
            *connection.execute("SELECT id FROM cases WHERE team_id = ?", (team_id,)),
            *connection.execute("SELECT id FROM outbox WHERE team_id = ?", (team_id,)),
        ]
    return {row[0] for row in rows}


async def test_an_app_that_takes_itself_out_by_slacks_api_leaves_no_trace_either(
    grid: Local, tmp_path: Path
) -> None:
    for place in (FIRST, SECOND):
        await install(grid, place)
    people = [Person(team(grid, name)) for name in (FIRST, SECOND)]
    for person in people:
        await decline(person)
        await expect_said(person, "How did it go?")
    token = next(grant.token for grant in grid.sandbox.oauth.grants.values() if grant.place == SECOND)
    client, agreed = grid.ajar.client, grid.sandbox.settings
    for secret, is_ours in (("a guess", False), (agreed.client_secret, True)):
        asked = {"token": token, "client_id": agreed.client_id, "client_secret": secret}
        with nullcontext() if is_ours else pytest.raises(SlackApiError, match="bad_client_secret"):
            await client.apps_uninstall(**asked)
    await grid.sandbox.settled()
    await grid.ajar.store.wiped()
    held = b"".join(file.read_bytes() for file in files_in(tmp_path))
    assert people[0].id.encode() in held
    for trace in (SECOND, people[1].id):
        assert trace.encode() not in held, trace


async def test_a_token_that_was_exchanged_by_hand_is_named_and_an_install_puts_it_right(
    tmp_path: Path,
) -> None:
    async with many(tmp_path) as both:
        await install(both, SECOND)
        person = Person(team(both, SECOND))
        await done(person, company="Acme")
        both.sandbox.manifest.held["settings"]["token_rotation_enabled"] = True
        agreed, old = both.sandbox.settings, next(iter(both.sandbox.oauth.grants))
        own_secret = {"client_id": agreed.client_id, "client_secret": agreed.client_secret}
        await both.ajar.client.oauth_v2_exchange(token=old, **own_secret)
        await both.sandbox.jump()  # a note is due, and the old token is worth nothing
        await person.until(lambda: both.ajar.courier.stats.pauses > 0, "the workspace rests")
        assert "Something you could send" not in said(person)
        await both.sandbox.move_clock(timedelta(minutes=1))
        await install(both, SECOND)
        await _until_noted(both, person)
        assert said(person).count("Something you could send") == 1


async def test_an_organisation_leaves_as_a_whole(grid: Local, tmp_path: Path) -> None:
    for place in (SECOND, ORGANISATION):
        await install(grid, place)
    people = [Person(team(grid, name)) for name in (SECOND, THIRD, FOURTH)]
    for person in people:
        await decline(person)
        await expect_said(person, "How did it go?")
    grid.sandbox.oauth.uninstall(ORGANISATION)
    await grid.sandbox.settled()
    await grid.ajar.store.wiped()
    held = b"".join(file.read_bytes() for file in files_in(tmp_path))
    assert people[0].id.encode() in held
    for trace in (ORGANISATION, THIRD, FOURTH, people[1].id, people[2].id):
        assert trace.encode() not in held, trace


async def test_a_workspace_that_its_organisation_still_covers_keeps_its_people(grid: Local) -> None:
    await install(grid, THIRD)
    person = Person(team(grid, THIRD))
    await decline(person)
    await expect_said(person, "How did it go?")
    await grid.sandbox.move_clock(timedelta(minutes=5))
    await install(grid, ORGANISATION)
    grid.sandbox.oauth.uninstall(THIRD)
    await grid.sandbox.settled()
    await person.command("/decline list")
    assert "Acme" in person.ephemerals[-1]["text"]


async def test_a_workspace_taken_away_by_its_organisation_is_erased(grid: Local) -> None:
    await install(grid, ORGANISATION)
    person = Person(team(grid, THIRD))
    await decline(person)
    await expect_said(person, "How did it go?")
    team(grid, FOURTH).events.publish(
        {"type": "team_access_revoked", "team_ids": [THIRD]}, is_of_organisation=True
    )
    await grid.sandbox.settled()
    await person.command("/decline list")
    assert "Nothing here yet" in person.ephemerals[-1]["text"]


async def test_an_uninstall_that_arrives_after_a_new_install_takes_nothing_away(grid: Local) -> None:
    await install(grid, SECOND)
    person = Person(team(grid, SECOND))
    await decline(person)
    await expect_said(person, "How did it go?")
    old = dict(team(grid, SECOND).events._envelope({"type": "app_uninstalled"}))
    await grid.sandbox.move_clock(timedelta(minutes=1))
    await install(grid, SECOND)
    await grid.sandbox._delivery.send("events_api", old)
    await person.command("/decline list")
    assert "Acme" in person.ephemerals[-1]["text"]


async def test_a_revoked_token_of_another_kind_takes_nothing_away(grid: Local) -> None:
    await install(grid, SECOND)
    person = Person(team(grid, SECOND))
    await decline(person)
    await expect_said(person, "How did it go?")
    for tokens in ({"oauth": [person.id]}, {"bot": ["B0OTHER001"]}):
        team(grid, SECOND).events.publish({"type": "tokens_revoked", "tokens": tokens})
    await grid.sandbox.settled()
    await person.command("/decline list")
    assert "Acme" in person.ephemerals[-1]["text"]
    grid.sandbox.oauth.revoke(next(iter(grid.sandbox.oauth.grants)))
    await grid.sandbox.settled()
    assert await grid.ajar.store.counts() == {}


async def test_cancelled_consent_and_less_than_is_needed_are_said_kindly(grid: Local) -> None:
    status, page = await install(grid, FIRST, choice="cancel")
    assert status == 200
    assert "nothing was installed or kept" in page
    status, page = await install(grid, FIRST, granted="commands")
    assert status == 400
    assert "Missing: chat:write, users:read, im:history, im:write." in page
    assert 'href="/slack/install"' in page
    assert (await install(grid, FIRST))[0] == 200


async def test_a_state_works_once_soon_and_in_its_own_browser(grid: Local) -> None:
    async with Browser() as browser, Browser() as other:
        _, page = await browser.open(f"{own(grid)}/slack/install")
        state = parse_qs(urlsplit(browser.at).query)["state"][0]
        back = f"{own(grid)}/slack/oauth_redirect?code=x&state={state}"
        assert (await other.open(back))[0] == 400  # somebody else's browser
        status, _ = await browser.consent(page, SECOND)
        assert status == 200
        used = browser.at
        assert (await browser.open(used))[0] == 400  # twice
        _, page = await browser.open(f"{own(grid)}/slack/install")
        await grid.sandbox.move_clock(timedelta(minutes=11))
        status, page = await browser.consent(page, FIRST)
        assert status == 400
        assert "begin again" in page
        for odd in ("", "?state=", "?code=x", f"?error=access_denied&state={state}"):
            assert (await browser.open(f"{own(grid)}/slack/oauth_redirect{odd}"))[0] == 400
    assert {grant.place for grant in grid.sandbox.oauth.grants.values()} == {SECOND}


async def test_a_code_that_slack_does_not_know_and_a_slack_that_is_silent_are_said(grid: Local) -> None:
    for fault, status, expected in (
        (Fail("invalid_code"), 400, "Slack said no"),
        (Drop.BEFORE, 502, "answer in time"),
    ):
        grid.sandbox.faults.next("oauth.v2.access", fault)
        got, page = await install(grid, FIRST)
        assert got == status
        assert expected in page


async def test_where_ajar_is_not_installed_a_command_says_so(grid: Local) -> None:
    person = Person(team(grid, SECOND))
    answer = await team(grid, SECOND).gestures.command(person.id, person.channel, "/decline")
    assert answer["ok"]
    assert "isn't installed in this workspace" in person.ephemerals[-1]["text"]


async def test_tokens_that_end_are_renewed_once_by_requests_and_courier_together(tmp_path: Path) -> None:
    async with many(tmp_path, is_rotating=True) as both:
        await install(both, SECOND)
        person, other = Person(team(both, SECOND)), Person(team(both, SECOND), "Marta")
        await done(person, company="Acme")
        first = next(iter(both.sandbox.oauth.grants))
        both.sandbox.calls.clear()
        await both.sandbox.move_clock(timedelta(hours=13))
        await asyncio.gather(*(someone.command("/decline help") for someone in (person, other) * 8))
        renewals = [call for call in both.sandbox.calls if call.method == "oauth.v2.access"]
        assert len(renewals) == 1
        assert renewals[0].answer["ok"]
        await _until_noted(both, person)
        await person.open_home()
        assert "Acme" in str(person.home)
        assert first not in json.dumps([call.answer for call in both.sandbox.calls])


async def test_a_renewal_that_fails_keeps_the_old_token_while_it_works(tmp_path: Path) -> None:
    async with many(tmp_path, is_rotating=True) as both:
        await install(both, SECOND)
        person = Person(team(both, SECOND))
        await both.sandbox.move_clock(timedelta(hours=11))
        both.sandbox.faults.next("oauth.v2.access", Status(503))
        await person.command("/decline help")
        assert "leave the door open" in person.ephemerals[-1]["text"]
        await both.sandbox.move_clock(timedelta(minutes=2))
        await person.open_home()
        asked = [call for call in both.sandbox.calls if call.method == "oauth.v2.access"]
        assert [call.answer.get("ok") for call in asked] == [True, None, True]
