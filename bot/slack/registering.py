"""Slack's side of installing: where to ask for consent, and what a code is worth."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.flows.installing import Consented, ConsentFailedError
from bot.flows.installs import Install, NotInstalledError, Tenant
from bot.flows.ports import Clock
from bot.slack.clients import ClientOf, code_of, oauth_access

# What Slack says of a token that is worth nothing any more.
DEAD = frozenset({"account_inactive", "invalid_auth", "not_authed", "token_revoked", "token_expired"})


class SlackRegistrar:
    """The Registrar port over oauth.v2.access and auth.test."""

    def __init__(
        self,
        client: AsyncWebClient,
        client_of: ClientOf,
        clock: Clock,
        *,
        client_id: str = "",
        client_secret: str = "",
        scopes: Sequence[str] = (),
        redirect_uri: str = "",
    ) -> None:
        self._client = client
        self._client_of = client_of
        self._clock = clock
        self._own = {"client_id": client_id, "client_secret": client_secret}
        self._scopes = scopes
        self._redirect_uri = redirect_uri
        self._site = client.base_url.removesuffix("api/")

    def address(self, state: str) -> str:
        """Slack's consent page."""
        asked = {
            "client_id": self._own["client_id"],
            "scope": ",".join(self._scopes),
            "user_scope": "",
            "redirect_uri": self._redirect_uri,
            "state": state,
        }
        return f"{self._site}oauth/v2/authorize?{urlencode(asked)}"

    async def redeem(self, code: str) -> Consented:
        """Exchange the code, and ask Slack who we are there."""
        now = self._clock.now()
        try:
            given = await oauth_access(self._client, self._own, code=code, redirect_uri=self._redirect_uri)
            whoami = await self._client.auth_test(token=given["access_token"])
        except SlackApiError as refused:
            raise ConsentFailedError(code_of(refused)) from None
        except (aiohttp.ClientError, TimeoutError, ValueError) as failure:
            raise ConsentFailedError(type(failure).__name__, is_passing=True) from None
        tenant = _tenant(given)
        expires_in = given.get("expires_in")
        install = Install(
            tenant,
            token=str(given["access_token"]),
            bot_user_id=str(given.get("bot_user_id") or whoami.get("user_id") or ""),
            bot_id=str(whoami.get("bot_id") or ""),
            scopes=tuple(str(given.get("scope") or "").split(",")),
            installed_at=now,
            refresh_token=str(given.get("refresh_token") or ""),
            expires_at=now + timedelta(seconds=int(expires_in)) if expires_in else None,
        )
        named = given.get("team") or given.get("enterprise") or {}
        installer = str((given.get("authed_user") or {}).get("id") or "")
        opened = {"app": str(given.get("app_id") or ""), "team": tenant.team_id}
        url = f"{self._site}app_redirect?{urlencode({k: v for k, v in opened.items() if v})}"
        return Consented(install, installer, str(named.get("name") or ""), url)

    async def is_working(self, tenant: Tenant) -> bool:
        """Whether auth.test takes the token."""
        try:
            await (await self._client_of(tenant)).auth_test()
        except NotInstalledError:
            return False
        except SlackApiError as refused:
            if code_of(refused) in DEAD:
                return False
            raise ConsentFailedError(code_of(refused)) from None
        except (aiohttp.ClientError, TimeoutError, ValueError) as failure:
            raise ConsentFailedError(type(failure).__name__, is_passing=True) from None
        return True


def _tenant(given: Any) -> Tenant:
    team, enterprise = given.get("team") or {}, given.get("enterprise") or {}
    enterprise_id = str(enterprise.get("id") or "") or None
    if given.get("is_enterprise_install"):
        return Tenant("", enterprise_id)
    return Tenant(str(team.get("id") or ""), enterprise_id)
