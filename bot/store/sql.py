"""SqlStore: the Store and Outbox ports over one database."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, delete, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.coaching.case import Case, Person
from bot.flows.ports import Change, Clock, Interview, NotFoundError, Post, Preferences, Settlement, StaleError
from bot.store import outbox as rows
from bot.store.bodies import body_of, case_of, preferences_body, preferences_of
from bot.store.engine import Database
from bot.store.migrating import migrate
from bot.store.tables import cases, causes, interviews, micros, moment, outbox, preferences

CAUSES_KEPT = timedelta(days=30)
INTERVIEWS_KEPT = timedelta(days=30)
SENT_KEPT = timedelta(days=400)


class SqlStore:
    """Everything that is kept, in SQLite or PostgreSQL."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def migrate(self) -> None:
        """Bring the tables to this version; several processes may do it at once."""
        await self._database.write(migrate)

    async def ping(self) -> None:
        """Raises StoreUnavailableError when the database does not answer."""
        await self._database.write(lambda connection: connection.execute(text("SELECT 1")).scalar())

    async def close(self) -> None:
        """Close every connection."""
        await self._database.close()

    async def commit(self, change: Change) -> bool:
        """One transaction, see ports.Store."""
        return await self._database.write(partial(_commit, change=change))

    async def case(self, person: Person, case_id: str) -> Case:
        """One case of this person."""
        found = await self._database.write(
            lambda connection: connection.execute(_of(cases, person).where(cases.c.id == case_id)).first()
        )
        return _found(found)

    async def unscoped_case(self, case_id: str) -> Case:
        """One case of whomever."""
        found = await self._database.write(
            lambda connection: connection.execute(select(cases).where(cases.c.id == case_id)).first()
        )
        return _found(found)

    async def cases(self, person: Person) -> tuple[Case, ...]:
        """All cases of this person, newest first."""
        statement = _of(cases, person).order_by(cases.c.created_at.desc(), cases.c.id)
        found = await self._database.write(lambda connection: connection.execute(statement).all())
        return tuple(_case(row) for row in found)

    async def interview(self, person: Person, interview_id: str = "") -> Interview | None:
        """The unfinished interview of this id, or the newest."""
        statement = _of(interviews, person).order_by(interviews.c.updated_at.desc()).limit(1)
        if interview_id:
            statement = statement.where(interviews.c.id == interview_id)
        row = await self._database.write(lambda connection: connection.execute(statement).first())
        if row is None:
            return None
        return Interview(row.id, person, row.step, json.loads(row.answers), moment(row.updated_at))

    async def preferences(self, person: Person) -> Preferences:
        """What the person set, or the defaults."""
        statement = _of(preferences, person)
        row = await self._database.write(lambda connection: connection.execute(statement).first())
        return preferences_of(row.body) if row else Preferences()

    async def upcoming(self, person: Person, limit: int = 20) -> tuple[Post, ...]:
        """Pending rows of this person."""
        return await self._database.write(
            partial(rows.of_person, person=person, status=["pending"], limit=limit)
        )

    async def in_doubt(self, person: Person) -> tuple[Post, ...]:
        """Rows of this person that may or may not have arrived."""
        return await self._database.write(
            partial(rows.of_person, person=person, status=["in_doubt"], limit=50)
        )

    async def claim(self, now: datetime, limit: int, lease: timedelta) -> tuple[Post, ...]:
        """Take what is due."""
        return await self._database.write(partial(rows.claim, now=now, limit=limit, lease=lease))

    async def settle(self, settlements: tuple[Settlement, ...]) -> None:
        """Record endings."""
        await self._database.write(partial(rows.settle, settlements=settlements))

    async def next_due(self) -> datetime | None:
        """The earliest due time or end of a lease."""
        return await self._database.write(rows.next_due)

    async def next_pending(self) -> datetime | None:
        """The earliest due time of a row that waits."""
        return await self._database.write(rows.next_pending)

    async def counts(self) -> dict[str, int]:
        """How many rows of the outbox are in each state."""
        statement = select(outbox.c.status, func.count().label("number")).group_by(outbox.c.status)
        found: Sequence[Row[Any]] = await self._database.write(
            lambda connection: connection.execute(statement).all()
        )
        return {str(row.status): int(row.number) for row in found}

    async def sweep(self) -> None:
        """Forget what nobody needs: old causes, abandoned interviews, rows long sent."""
        now = self._clock.now()
        await self._database.write(partial(_sweep, now=now))


def _of(table: Table, person: Person) -> Select[Any]:
    """What belongs to this person in this workspace and organisation, and to nobody else."""
    return select(table).where(
        table.c.team_id == person.team_id,
        table.c.user_id == person.user_id,
        table.c.enterprise_id == (person.enterprise_id or ""),
    )


def _commit(connection: Connection, change: Change) -> bool:
    if change.once and not _is_first(connection, change.once, change.at):
        return False
    if change.case is not None:
        _save_case(connection, change.case)
    rows.withdraw(connection, change)
    rows.put(connection, change.posts)
    if change.interview is not None:
        _save_interview(connection, change.interview)
    if change.interview_done:
        connection.execute(delete(interviews).where(interviews.c.id == change.interview_done))
    if change.preferences is not None:
        _save_preferences(connection, change.person, change.preferences)
    return True


def _insert(connection: Connection, table: Table) -> Any:
    return (sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert)(table)


def _is_first(connection: Connection, once: str, at: datetime) -> bool:
    statement = _insert(connection, causes).on_conflict_do_nothing().values(name=once[:200], at=micros(at))
    return connection.execute(statement.returning(causes.c.name)).first() is not None


def _save_case(connection: Connection, case: Case) -> None:
    values = {"stage": case.stage, "revision": case.revision + 1, "body": body_of(case)}
    updated = connection.execute(
        update(cases).where(cases.c.id == case.id, cases.c.revision == case.revision).values(values)
    )
    if updated.rowcount:
        return
    if case.revision:
        raise StaleError
    inserted = connection.execute(
        _insert(connection, cases)
        .on_conflict_do_nothing()
        .values(**values, **_person(case.person), id=case.id, created_at=micros(case.created_at))
        .returning(cases.c.id)
    )
    if inserted.first() is None:
        raise StaleError


def _save_interview(connection: Connection, interview: Interview) -> None:
    values = {
        "step": interview.step,
        "answers": json.dumps(dict(interview.answers), ensure_ascii=False),
        "updated_at": micros(interview.updated_at),
    }
    statement = _insert(connection, interviews).values(**values, **_person(interview.person), id=interview.id)
    owner = interviews.c.user_id == interview.person.user_id
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values, where=owner))


def _save_preferences(connection: Connection, person: Person, given: Preferences) -> None:
    body = preferences_body(given)
    statement = _insert(connection, preferences).values(**_person(person), body=body)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["team_id", "user_id"], set_={"body": body})
    )


def _sweep(connection: Connection, now: datetime) -> None:
    connection.execute(delete(causes).where(causes.c.at < micros(now - CAUSES_KEPT)))
    connection.execute(delete(interviews).where(interviews.c.updated_at < micros(now - INTERVIEWS_KEPT)))
    settled = outbox.c.status.in_(["sent", "cancelled", "refused"])
    connection.execute(delete(outbox).where(settled, outbox.c.due_at < micros(now - SENT_KEPT)))


def _person(person: Person) -> dict[str, str]:
    return {
        "team_id": person.team_id,
        "user_id": person.user_id,
        "enterprise_id": person.enterprise_id or "",
    }


def _found(row: Row[Any] | None) -> Case:
    if row is None:
        raise NotFoundError
    return _case(row)


def _case(row: Row[Any]) -> Case:
    person = Person(row.team_id, row.user_id, row.enterprise_id or None)
    return case_of(row.id, person, row.stage, row.revision, moment(row.created_at), row.body)
