"""Tokens that are exchanged for ones that end, and an app that takes itself out, through its client."""

from datetime import timedelta

import pytest

from bot.manifest import for_address, load_manifest
from bot.sandbox.oauth import TOKEN_LIVES
from bot.sandbox.person import Person
from bot.sandbox.refusals import Refused
from tests.unit.sandbox.conftest import Wire, Wired
from tests.unit.sandbox.test_webapi import error

OWN = {"client_id": "1.local", "client_secret": "local-client-secret"}  # pragma: allowlist secret


async def rotating(wire: Wire) -> Wired:
    manifest = for_address("https://ajar.example.org", is_distributed=True, is_rotating=True)
    return await wire("http", manifest=manifest)


async def test_an_old_token_is_exchanged_once_for_one_that_ends_and_is_renewed(wire: Wire) -> None:
    wired = await rotating(wire)
    client, old = wired.client, str(wired.client.token)
    exchanged = await client.oauth_v2_exchange(token=old, **OWN)
    token, refresh = exchanged["access_token"], exchanged["refresh_token"]
    assert exchanged["expires_in"] == TOKEN_LIVES.total_seconds()
    assert exchanged["team"]["id"] == wired.sandbox.workspace.team_id
    assert token.startswith("xoxe.xoxb-")
    assert await error(client.auth_test(token=old)) == "token_revoked"
    assert (await client.auth_test(token=token))["ok"]
    assert await error(client.oauth_v2_exchange(token=old, **OWN)) == "token_already_exchanged"
    assert await error(client.oauth_v2_exchange(token=token, **OWN)) == "invalid_token"
    wired.sandbox.clock.advance(TOKEN_LIVES + timedelta(seconds=1))
    assert await error(client.auth_test(token=token)) == "token_expired"
    again = {"grant_type": "refresh_token", "refresh_token": refresh}
    renewed = await client.api_call("oauth.v2.access", data={**OWN, **again})
    assert (await client.auth_test(token=renewed["access_token"]))["ok"]
    assert await error(client.api_call("oauth.v2.access", data={**OWN, **again})) == "invalid_refresh_token"


async def test_a_token_is_exchanged_only_where_tokens_end_and_by_the_app_itself(wire: Wire) -> None:
    plain = await wire("http", manifest=load_manifest())
    old = str(plain.client.token)
    refused = plain.client.oauth_v2_exchange(token=old, **OWN)
    assert await error(refused) == "token_rotation_not_enabled"
    wired = await rotating(wire)
    for given, code in (
        ({**OWN, "client_id": "2.other"}, "invalid_client_id"),
        ({**OWN, "client_secret": "a guess"}, "bad_client_secret"),
    ):
        assert await error(wired.client.oauth_v2_exchange(token=old, **given)) == code
    unknown = wired.client.oauth_v2_exchange(token="xoxb-unknown", **OWN)
    assert await error(unknown) == "authorization_not_found"
    assert (await wired.client.auth_test())["ok"]


async def test_an_app_takes_itself_out_with_its_own_secret_alone_and_hears_of_it(wire: Wire) -> None:
    wired = await wire("http")
    client, team = wired.client, wired.sandbox.teams[wired.sandbox.workspace.team_id]
    events = team.events
    for given, code in (
        ({**OWN, "client_id": "2.other"}, "invalid_client_id"),
        ({**OWN, "client_secret": "a guess"}, "bad_client_secret"),
    ):
        assert await error(client.apps_uninstall(**given)) == code
    assert not events.sent
    assert (await client.apps_uninstall(**OWN))["ok"]
    assert [payload["event"]["type"] for payload in events.sent] == ["tokens_revoked", "app_uninstalled"]
    assert await error(client.auth_test()) == "token_revoked"
    assert await error(client.apps_uninstall(**OWN)) == "token_revoked"
    with pytest.raises(Refused, match="app_not_installed"):
        await Person(team).command("/decline")
    with pytest.raises(Refused, match="app_not_installed"):  # as the page asks for it
        await wired.sandbox.gesture("home", {"person": wired.robin.id})
