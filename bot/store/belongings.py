"""Everything of one person: how much there is, erasing it, and links that work once."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, func, or_, select

from bot.coaching.case import Person
from bot.flows.ports import Holdings
from bot.store import sealed_rows
from bot.store.tables import cases, causes, interviews, links, micros, outbox, preferences

KEPT = (cases, outbox, interviews, preferences, links)


def values_of(person: Person) -> dict[str, str]:
    """Whose a row is, by the names of its columns."""
    return {
        "team_id": person.team_id,
        "user_id": person.user_id,
        "enterprise_id": person.enterprise_id or "",
    }


def is_of(table: Table, person: Person) -> list[ColumnElement[bool]]:
    """What belongs to this person in this workspace and organisation, and to nobody else."""
    return [
        table.c.team_id == person.team_id,
        table.c.user_id == person.user_id,
        table.c.enterprise_id == (person.enterprise_id or ""),
    ]


def holdings(connection: Connection, person: Person) -> Holdings:
    """Counts."""

    def count(table: Table, *also: ColumnElement[bool]) -> int:
        found = connection.execute(
            select(func.count()).select_from(table).where(*is_of(table, person), *also)
        )
        return int(found.scalar_one())

    planned = outbox.c.status.in_(["pending", "claimed"])
    return Holdings(
        cases=count(cases),
        planned=count(outbox, planned),
        past=count(outbox, ~planned),
        unfinished=count(interviews),
        settings=count(preferences),
        addresses=count(links),
    )


def erase(connection: Connection, person: Person) -> Holdings:
    """Delete every row of this person; how much it was."""
    gone = holdings(connection, person)
    ids = [*_ids(connection, cases, person), *_ids(connection, interviews, person)]
    keys = select(outbox.c.key).where(*is_of(outbox, person))
    connection.execute(delete(causes).where(causes.c.name.in_(keys)))
    forget_causes(connection, ids)
    for table in KEPT:
        connection.execute(delete(table).where(*is_of(table, person)))
    sealed_rows.want_wipe(connection)
    return gone


def erase_case(connection: Connection, person: Person, case_id: str) -> bool:
    """Delete one case of this person with its messages; whether there was one."""
    gone = connection.execute(delete(cases).where(cases.c.id == case_id, *is_of(cases, person)))
    if gone.rowcount:
        forget_case(connection, case_id)
    return bool(gone.rowcount)


def forget_case(connection: Connection, case_id: str) -> None:
    """What stands beside a case that was deleted."""
    connection.execute(delete(outbox).where(outbox.c.case_id == case_id))
    forget_causes(connection, [case_id])
    sealed_rows.want_wipe(connection)


def forget_causes(connection: Connection, ids: list[str]) -> None:
    """What was done to these cases and interviews."""
    for case_id in ids:
        is_about = or_(
            causes.c.name.contains(f":{case_id}:", autoescape=True),
            causes.c.name.endswith(f":{case_id}", autoescape=True),
        )
        connection.execute(delete(causes).where(is_about))


def _ids(connection: Connection, table: Table, person: Person) -> list[str]:
    return [
        str(found) for found in connection.execute(select(table.c.id).where(*is_of(table, person))).scalars()
    ]


def put_link(
    connection: Connection,
    person: Person,
    name: str,
    purpose: str,
    expires_at: datetime,
    made_at: datetime,
) -> None:
    """Keep the hash of a link's secret; those of its kind whose time is over go."""
    now = micros(made_at)
    connection.execute(delete(links).where(links.c.purpose == purpose, links.c.expires_at < now))
    row: dict[str, Any] = {"hash": name, "purpose": purpose, "expires_at": micros(expires_at)}
    row |= values_of(person)
    connection.execute(links.insert().values(row))


def link(connection: Connection, name: str, purpose: str, now: datetime, *, is_used: bool) -> Person | None:
    """Whose link it is while it works; using it ends it."""
    is_it = (links.c.hash == name, links.c.purpose == purpose, links.c.expires_at > micros(now))
    if is_used:
        row = connection.execute(delete(links).where(*is_it).returning(*links.c)).first()
    else:
        row = connection.execute(select(links).where(*is_it)).first()
    return Person(row.team_id, row.user_id, row.enterprise_id or None) if row else None


def has_link(connection: Connection, person: Person, purpose: str, now: datetime) -> bool:
    """Whether an address of this purpose works."""
    is_it = (*is_of(links, person), links.c.purpose == purpose, links.c.expires_at > micros(now))
    return connection.execute(select(links.c.hash).where(*is_it)).first() is not None


def end_links(connection: Connection, person: Person, purpose: str) -> None:
    """None of this purpose works any more."""
    connection.execute(delete(links).where(*is_of(links, person), links.c.purpose == purpose))
