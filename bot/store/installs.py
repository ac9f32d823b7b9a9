"""Installs in SQL: one row for each workspace or organisation, its tokens sealed and bound to it."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.coaching.case import Person
from bot.flows.installs import Install, Tenant
from bot.store import pausing, sealed_rows
from bot.store.belongings import KEPT
from bot.store.moving import move_along
from bot.store.sealing import Keyring, Place
from bot.store.tables import cases, causes, installs, interviews, micros, moment, outbox, pauses

SECRETS = ("token", "refresh_token", "bot_user_id", "bot_id")


def put(connection: Connection, install: Install, keyring: Keyring) -> None:
    """Insert, or replace the earlier one."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    values = _values(install, keyring) | {"installed_at": micros(install.installed_at)}
    key = {
        "id": install.tenant.id,
        "team_id": install.tenant.team_id,
        "enterprise_id": install.tenant.enterprise_id or "",
        "user_id": "",
    }
    statement = insert(installs).values(**key, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=key | values))
    pausing.resume(connection, (key["enterprise_id"], key["team_id"]))


def _values(install: Install, keyring: Keyring) -> dict[str, Any]:
    body = {name: getattr(install, name) for name in SECRETS} | {"scopes": list(install.scopes)}
    return {
        "body": keyring.seal(json.dumps(body), _place(install.tenant)),
        "expires_at": micros(install.expires_at) if install.expires_at else None,
        "renewing_until": 0,
    }


def _place(tenant: Tenant) -> Place:
    return sealed_rows.place_of(installs, tenant.id, Person(tenant.team_id, "", tenant.enterprise_id))


def find(connection: Connection, tenant: Tenant, keyring: Keyring) -> Install | None:
    """The newest that covers the tenant."""
    ids = [item for item in (tenant.team_id, tenant.enterprise_id) if item]
    newest = select(installs).where(installs.c.id.in_(ids)).order_by(installs.c.installed_at.desc())
    row = connection.execute(newest.limit(1)).first()
    return _install(row, keyring) if row is not None else None


def _install(row: Row[Any], keyring: Keyring) -> Install:
    tenant = Tenant(row.team_id, row.enterprise_id or None)
    return Install(
        tenant,
        installed_at=moment(row.installed_at),
        expires_at=moment(row.expires_at) if row.expires_at is not None else None,
        **json.loads(keyring.open(row.body, _place(tenant))),
    )


def claim_renewal(connection: Connection, tenant: Tenant, now: datetime, lease: timedelta) -> bool:
    """Take the right to renew for the length of the lease; one process at a time has it."""
    free = (installs.c.id == tenant.id, installs.c.renewing_until <= micros(now))
    claimed = connection.execute(update(installs).where(*free).values(renewing_until=micros(now + lease)))
    return bool(claimed.rowcount)


def renew(connection: Connection, install: Install, keyring: Keyring) -> None:
    """The new token in the place of the old one."""
    connection.execute(
        update(installs).where(installs.c.id == install.tenant.id).values(_values(install, keyring))
    )


def erase_tenant(
    connection: Connection, tenant: Tenant, gone_at: datetime, keyring: Keyring, *, is_shut_out: bool = False
) -> frozenset[Person] | None:
    """Delete every row of it, see flows.installs."""
    held = connection.execute(select(installs).where(installs.c.id == tenant.id)).first()
    if held is not None and held.installed_at >= micros(gone_at):
        return None
    is_covered = tenant.team_id and tenant.enterprise_id and _has_install(connection, tenant.enterprise_id)
    connection.execute(delete(installs).where(installs.c.id == tenant.id))
    sealed_rows.want_wipe(connection)
    if is_covered and not is_shut_out:
        _move_along(connection, tenant, keyring)
        return frozenset()
    gone = _people(connection, tenant)
    _forget_causes(connection, tenant)
    for table in (*KEPT, installs, pauses):
        connection.execute(delete(table).where(_is_of(table, tenant)))
    return gone


def _move_along(connection: Connection, tenant: Tenant, keyring: Keyring) -> None:
    """Whoever has not been here since the workspace joined: the organisation's token is theirs now."""
    for person in _people(connection, Tenant(tenant.team_id)):
        if person.enterprise_id is None and person.user_id:
            move_along(connection, person, replace(person, enterprise_id=tenant.enterprise_id), keyring)


def _has_install(connection: Connection, name: str) -> bool:
    return connection.execute(select(installs.c.id).where(installs.c.id == name)).first() is not None


def _is_of(table: Table, tenant: Tenant) -> ColumnElement[bool]:
    if tenant.team_id:
        return table.c.team_id == tenant.team_id
    return table.c.enterprise_id == tenant.enterprise_id


def _people(connection: Connection, tenant: Tenant) -> frozenset[Person]:
    found: set[Person] = set()
    for table in KEPT:
        columns = (table.c.team_id, table.c.user_id, table.c.enterprise_id)
        for row in connection.execute(select(*columns).where(_is_of(table, tenant)).distinct()):
            found.add(Person(row.team_id, row.user_id, row.enterprise_id or None))
    return frozenset(found)


def _forget_causes(connection: Connection, tenant: Tenant) -> None:
    """What was done there, in one pass over the names of all causes."""
    known: set[str] = set()
    for column in (cases.c.id, interviews.c.id, outbox.c.case_id, outbox.c.key):
        known.update(connection.execute(select(column).where(_is_of(column.table, tenant))).scalars())
    names = connection.execute(select(causes.c.name)).scalars().all()
    gone = [name for name in names if name in known or not known.isdisjoint(name.split(":"))]
    for start in range(0, len(gone), 500):
        connection.execute(delete(causes).where(causes.c.name.in_(gone[start : start + 500])))
