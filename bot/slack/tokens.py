"""The token of each workspace: looked up seldom, renewed in time, by one process and one task at once."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from bot.flows.installs import Install, Installs, NotInstalledError, Tenant
from bot.flows.ports import Clock, StoreUnavailableError
from bot.slack.clients import Client, code_of, oauth_access

log = structlog.get_logger(__name__)

MOST_KNOWN = 1000  # workspaces whose token is at hand
KNOWN_FOR = timedelta(minutes=1)  # another process may have renewed it, or the app may be gone
RENEWED_BEFORE = timedelta(hours=2)  # a token of Slack's lives for twelve
RENEWAL_LEASE = timedelta(seconds=30)
WAITS_SECONDS = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2)  # for another process that renews a token already over
SAVED_AFTER_SECONDS = (0.0, 0.2, 1.0, 3.0)  # a renewed token that is not kept is lost

Sleep = Callable[[float], Awaitable[None]]


class Tokens:
    """Installs as requests and the courier ask for them; the cache is bounded and short-lived."""

    def __init__(
        self,
        installs: Installs,
        client: Client,
        clock: Clock,
        client_id: str,
        client_secret: str,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._installs = installs
        self._client = client
        self._clock = clock
        self._own = {"client_id": client_id, "client_secret": client_secret}
        self._sleep = sleep
        self._known: OrderedDict[Tenant, tuple[datetime, Install]] = OrderedDict()
        self._renewing: dict[str, asyncio.Task[Install]] = {}

    async def install(self, tenant: Tenant) -> Install:
        """The install that covers this workspace, with a token that works.

        Raises NotInstalledError, SlackApiError, StoreUnavailableError.
        """
        install = await self._looked_up(tenant)
        if not self._is_due(install):
            return install
        renewing = self._renewing.get(install.tenant.id)
        if renewing is None:
            renewing = asyncio.create_task(self._in_time(tenant), name="renewing a token")
            self._renewing[install.tenant.id] = renewing
            renewing.add_done_callback(lambda _: self._renewing.pop(install.tenant.id, None))
        elif self._still_works(install):
            return install
        # Whoever waits may give up; the new token is fetched and kept all the same.
        return await asyncio.shield(renewing)

    async def close(self) -> None:
        """Let a renewal that is under way end."""
        await asyncio.gather(*self._renewing.values(), return_exceptions=True)

    async def client(self, tenant: Tenant) -> Client:
        """A client for this workspace, over the session that all share."""
        install = await self.install(tenant)
        return self._client.with_token(install.token)

    def forget(self, tenant: Tenant) -> None:
        """Look again the next time: it was installed or taken out."""
        gone = [item for item in self._known if tenant.id in {item.team_id, item.enterprise_id}]
        for item in gone:
            del self._known[item]

    async def _looked_up(self, tenant: Tenant) -> Install:
        known = self._known.get(tenant)
        if known is not None and abs(self._clock.now() - known[0]) < KNOWN_FOR:
            self._known.move_to_end(tenant)
            return known[1]
        try:
            return await self._read(tenant)
        except StoreUnavailableError:
            if known is None:
                raise
            return known[1]

    async def _read(self, tenant: Tenant) -> Install:
        install = await self._installs.install(tenant)
        if install is None:
            self._known.pop(tenant, None)
            raise NotInstalledError
        return self._kept(tenant, install)

    def _kept(self, tenant: Tenant, install: Install) -> Install:
        self._known[tenant] = (self._clock.now(), install)
        self._known.move_to_end(tenant)
        if len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
        return install

    def _is_due(self, install: Install) -> bool:
        return install.expires_at is not None and install.expires_at - self._clock.now() < RENEWED_BEFORE

    def _still_works(self, install: Install) -> bool:
        return install.expires_at is None or install.expires_at > self._clock.now()

    async def _in_time(self, tenant: Tenant) -> Install:
        """Another process may have been quicker, so the store is asked first."""
        install = await self._read(tenant)
        return await self._renewed(tenant, install) if self._is_due(install) else install

    async def _renewed(self, tenant: Tenant, install: Install) -> Install:
        now = self._clock.now()
        if not await self._installs.claim_renewal(install.tenant, now, RENEWAL_LEASE):
            return install if self._still_works(install) else await self._renewed_by_another(tenant)
        try:
            answer = await oauth_access(
                self._client, self._own, grant_type="refresh_token", refresh_token=install.refresh_token
            )
        except (SlackApiError, aiohttp.ClientError, TimeoutError) as failure:
            code = code_of(failure) if isinstance(failure, SlackApiError) else type(failure).__name__
            log.warning("token_not_renewed", tenant=install.tenant.id, code=code)
            if self._still_works(install):
                return install
            raise
        renewed = replace(
            install,
            token=str(answer["access_token"]),
            refresh_token=str(answer["refresh_token"]),
            expires_at=now + timedelta(seconds=int(answer["expires_in"])),
        )
        await self._save(renewed)
        log.info("token_renewed", tenant=install.tenant.id)
        return self._kept(tenant, renewed)

    async def _save(self, renewed: Install) -> None:
        """Slack takes the old one only once: this one must not be lost to a moment without a database."""
        for wait in SAVED_AFTER_SECONDS[:-1]:
            await self._sleep(wait)
            with suppress(StoreUnavailableError):
                await self._installs.renew(renewed)
                return
        await self._sleep(SAVED_AFTER_SECONDS[-1])
        await self._installs.renew(renewed)

    async def _renewed_by_another(self, tenant: Tenant) -> Install:
        for wait in WAITS_SECONDS:
            await self._sleep(wait)
            install = await self._read(tenant)
            if self._still_works(install):
                return install
        raise TimeoutError
