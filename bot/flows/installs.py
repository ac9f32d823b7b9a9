"""Where Ajar is installed: a workspace or a whole organisation, and the token it has there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.coaching.case import Person


@dataclass(frozen=True)
class Tenant:
    """A workspace, in an organisation or not; without team_id the organisation as a whole."""

    team_id: str
    enterprise_id: str | None = None

    @property
    def id(self) -> str:
        """Slack's ids are unique: the workspace's, else the organisation's."""
        return self.team_id or self.enterprise_id or ""


def tenant_of(person: Person) -> Tenant:
    """Where this person is."""
    return Tenant(person.team_id, person.enterprise_id)


@dataclass(frozen=True)
class Install:
    """The app in one tenant."""

    tenant: Tenant
    token: str = field(repr=False)
    bot_user_id: str
    bot_id: str
    scopes: Sequence[str]
    installed_at: datetime
    refresh_token: str = field(default="", repr=False)
    expires_at: datetime | None = None  # of a token that rotates


class NotInstalledError(LookupError):
    """Ajar is not installed there, or not any more."""


class Installs(Protocol):
    """Kept installs. Raises StoreUnavailableError when the database is out of reach."""

    async def put_install(self, install: Install) -> None:
        """Keep it, in the place of an earlier one of the same tenant."""
        ...

    async def install(self, tenant: Tenant) -> Install | None:
        """The newest that covers this workspace: its own, or its organisation's."""
        ...

    async def claim_renewal(self, tenant: Tenant, now: datetime, lease: timedelta) -> bool:
        """Whether the caller is the one who renews this install's token now."""
        ...

    async def renew(self, install: Install) -> None:
        """Keep the new token, unless the install is gone meanwhile."""
        ...

    async def erase_tenant(
        self, tenant: Tenant, gone_at: datetime, *, is_shut_out: bool = False
    ) -> frozenset[Person] | None:
        """Delete everything of it, from the files too; whose it was.

        None, and nothing deleted, when it was installed anew after `gone_at`. A workspace that its
        organisation's install still covers loses only its own install, unless `is_shut_out`.
        """
        ...
