"""Installing in a workspace or an organisation: off to Slack for consent, back with a code, or taken out."""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

import structlog

from bot.coaching.case import Person
from bot.flows.installs import Install, Installs, Tenant
from bot.flows.ports import Clock, Store

log = structlog.get_logger(__name__)

STATE_LIVES = timedelta(minutes=10)
PURPOSE = "install"
NOBODY = Person("", "")


class Arrival(StrEnum):
    """How somebody comes back from Slack."""

    DONE = "done"
    CANCELLED = "cancelled"
    STALE = "stale"  # too late, twice, from another browser, or nobody began
    SCOPES = "scopes"  # consent to less than Ajar needs
    REFUSED = "refused"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class Consented:
    """What Slack gives for a code."""

    install: Install
    installer_id: str
    name: str  # of the workspace or the organisation, for the page
    url: str  # opens Ajar there


@dataclass(frozen=True)
class Arrived:
    """What the page says."""

    arrival: Arrival
    consented: Consented | None = None
    missing: tuple[str, ...] = ()


class ConsentFailedError(Exception):
    """Slack gave nothing for the code; `is_passing` when it was out of reach."""

    def __init__(self, code: str, *, is_passing: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.is_passing = is_passing


class Registrar(Protocol):
    """Slack, as this story sees it."""

    def address(self, state: str) -> str:
        """Where people consent."""
        ...

    async def redeem(self, code: str) -> Consented:
        """Turn a code into an install. Raises ConsentFailedError."""
        ...

    async def is_working(self, tenant: Tenant) -> bool:
        """Whether Slack still takes our token there. Raises ConsentFailedError when it does not say."""
        ...


@dataclass(frozen=True)
class Installing:
    """The story of coming and going."""

    store: Store
    installs: Installs
    registrar: Registrar
    clock: Clock
    scopes: Sequence[str]
    tenant_memories: Sequence[Callable[[Tenant], None]] = ()
    memories: Sequence[Callable[[Person], None]] = ()

    async def begin(self) -> tuple[str, str]:
        """Slack's address to go to, and the secret that only this browser gets."""
        state, browser = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        expires_at = self.clock.now() + STATE_LIVES
        await self.store.put_link(NOBODY, _bound(state, browser), PURPOSE, expires_at)
        return self.registrar.address(state), browser

    async def finish(self, state: str, browser: str, code: str, error: str) -> Arrived:
        """Back from Slack: a state works once, soon, and in the browser that began."""
        is_ours = state and browser and await self.store.link(_bound(state, browser), PURPOSE, is_used=True)
        if not is_ours:
            return Arrived(Arrival.STALE)
        if error or not code:
            return Arrived(Arrival.CANCELLED if error == "access_denied" else Arrival.REFUSED)
        try:
            consented = await self.registrar.redeem(code)
        except ConsentFailedError as failure:
            log.warning("consent_failed", code=failure.code)
            return Arrived(Arrival.UNREACHABLE if failure.is_passing else Arrival.REFUSED)
        missing = tuple(scope for scope in self.scopes if scope not in consented.install.scopes)
        if missing:
            return Arrived(Arrival.SCOPES, consented, missing)
        await self.installs.put_install(consented.install)
        self._forget(consented.install.tenant)
        log.info("installed", tenant=consented.install.tenant.id)
        return Arrived(Arrival.DONE, consented)

    async def uninstalled(self, tenant: Tenant, gone_at: datetime, *, is_shut_out: bool = False) -> None:
        """Taken out: nothing is sent any more, and everything of it is erased.

        is_shut_out: an organisation that keeps Ajar has taken this one workspace away from it.
        """
        if not tenant.id:
            return
        self._forget(tenant)
        gone = await self.installs.erase_tenant(tenant, gone_at, is_shut_out=is_shut_out)
        if gone is None:
            log.info("uninstall_is_old", tenant=tenant.id)
            return
        for person in gone:
            for forget in self.memories:
                forget(person)
        log.info("uninstalled", tenant=tenant.id, people=len(gone))

    async def revoked(self, tenant: Tenant, gone_at: datetime) -> None:
        """A token was revoked: if it was ours, that is the end; another one of the app's is nothing to us."""
        if not await self.registrar.is_working(tenant):
            await self.uninstalled(tenant, gone_at)

    def _forget(self, tenant: Tenant) -> None:
        for forget in self.tenant_memories:
            forget(tenant)


def _bound(state: str, browser: str) -> str:
    return hashlib.sha256(f"{state}:{browser}".encode()).hexdigest()
