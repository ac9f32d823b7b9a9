"""SqlStore: the Store and Outbox ports over one database."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, and_, delete, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.coaching.case import Case, Person, Stage
from bot.flows.installs import Install, Tenant
from bot.flows.ports import (
    Caller,
    Change,
    Clock,
    Holdings,
    Interview,
    NotFoundError,
    Past,
    Post,
    PostKind,
    Preferences,
    Settlement,
    StaleError,
    StoreUnavailableError,
)
from bot.store import belongings, installs, sealed_rows, tables
from bot.store import outbox as rows
from bot.store.bodies import body_of, case_of, preferences_body, preferences_of
from bot.store.callers import Callers
from bot.store.engine import Database
from bot.store.migrating import migrate
from bot.store.retention import keep_term
from bot.store.sealing import Keyring
from bot.store.tables import cases, causes, interviews, links, micros, moment, outbox, preferences

CAUSES_KEPT = timedelta(days=30)
INTERVIEWS_KEPT = timedelta(days=30)
SENT_KEPT = timedelta(days=400)
RESEALED_AT_ONCE = 200  # rows in one transaction, so that others get their turn


class SqlStore:
    """Everything that is kept, in SQLite or PostgreSQL."""

    def __init__(
        self, database: Database, clock: Clock, keyring: Keyring, retention: timedelta | None = None
    ) -> None:
        self._database = database
        self._clock = clock
        self._keyring = keyring
        self._callers = Callers(database.engine)
        self._retention = retention
        self._wiping: set[asyncio.Task[None]] = set()

    async def migrate(self) -> None:
        """Bring the tables to this version and the rows to the first key; many may do it at once.

        Raises WrongKeyError when the keys do not open what is kept.
        """
        keyring = self._keyring
        await self._database.write(partial(migrate, keyring=keyring))
        await self._database.write(partial(sealed_rows.unlock, keyring=keyring))
        if await self._database.write(sealed_rows.is_wipe_due):
            await self._wipe()
        outdated = await self._database.write(partial(sealed_rows.outdated, keyring=keyring))
        for start in range(0, len(outdated), RESEALED_AT_ONCE):
            some = outdated[start : start + RESEALED_AT_ONCE]
            await self._database.write(partial(sealed_rows.reseal, keyring=keyring, rows=some))
        await self._database.write(partial(sealed_rows.renew_check, keyring=keyring))

    async def ping(self) -> None:
        """Raises StoreUnavailableError when the database does not answer."""
        await self._database.write(lambda connection: connection.execute(text("SELECT 1")).scalar())

    async def close(self) -> None:
        """Close every connection, once what was erased is gone from the files too."""
        await self.wiped()
        await self._database.close()

    async def commit(self, change: Change) -> bool:
        """One transaction, see ports.Store."""
        return await self._database.write(partial(_commit, change=change, keyring=self._keyring))

    async def case(self, person: Person, case_id: str) -> Case:
        """One case of this person."""
        found = await self._database.write(
            lambda connection: connection.execute(_of(cases, person).where(cases.c.id == case_id)).first()
        )
        return self._found(found)

    async def cases(self, person: Person) -> tuple[Case, ...]:
        """All cases of this person, newest first."""
        statement = _of(cases, person).order_by(cases.c.created_at.desc(), cases.c.id)
        found = await self._database.write(lambda connection: connection.execute(statement).all())
        return tuple(self._case(row) for row in found)

    async def interview(self, person: Person, interview_id: str = "") -> Interview | None:
        """The unfinished interview of this id, or the newest."""
        statement = _of(interviews, person).order_by(interviews.c.updated_at.desc()).limit(1)
        if interview_id:
            statement = statement.where(interviews.c.id == interview_id)
        row = await self._database.write(lambda connection: connection.execute(statement).first())
        return self._interview(row, person) if row is not None else None

    async def interviews(self, person: Person) -> tuple[Interview, ...]:
        """Every one, the newest first."""
        statement = _of(interviews, person).order_by(interviews.c.updated_at.desc())
        found = await self._database.write(lambda connection: connection.execute(statement).all())
        return tuple(self._interview(row, person) for row in found)

    async def preferences(self, person: Person) -> Preferences:
        """What the person set, or the defaults."""
        statement = _of(preferences, person)
        row = await self._database.write(lambda connection: connection.execute(statement).first())
        if row is None:
            return Preferences()
        return preferences_of(self._keyring.open(row.body, sealed_rows.place_of(preferences, "", person)))

    async def caller(self, person: Person) -> Caller:
        """Preferences and the unfinished interview, in one statement."""
        return await self._database.read(partial(self._callers.read, person, self._keyring))

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

    async def past(self, person: Person, case_id: str = "", limit: int = 200) -> tuple[Past, ...]:
        """Settled rows of this person."""
        return await self._database.write(partial(rows.past_of, person=person, case_id=case_id, limit=limit))

    async def holdings(self, person: Person) -> Holdings:
        """Counts."""
        return await self._database.write(partial(belongings.holdings, person=person))

    async def erase(self, person: Person) -> Holdings:
        """Delete every row; the files are rewritten in their own time, before `close` at the latest."""
        gone = await self._database.write(partial(belongings.erase, person=person))
        self._wipe_soon()
        return gone

    async def erase_case(self, person: Person, case_id: str) -> None:
        """Delete one case; the files follow as in `erase`."""
        if not await self._database.write(partial(belongings.erase_case, person=person, case_id=case_id)):
            raise NotFoundError
        self._wipe_soon()

    def _wipe_soon(self) -> None:
        wiping = asyncio.create_task(self._wipe())
        self._wiping.add(wiping)
        wiping.add_done_callback(self._wiping.discard)

    async def wiped(self) -> None:
        """Wait until what was erased is gone from the files too."""
        await asyncio.gather(*self._wiping)

    async def _wipe(self) -> None:
        """Deleted rows are overwritten or sealed anyway: a failure is tried again at the next start."""
        with suppress(StoreUnavailableError):
            await self._database.wipe([table.name for table in (*belongings.KEPT, tables.installs, causes)])
            await self._database.write(sealed_rows.wiped)

    async def put_link(self, person: Person, name: str, purpose: str, expires_at: datetime) -> None:
        """The hash of a link's secret."""
        await self._database.write(
            partial(
                belongings.put_link,
                person=person,
                name=name,
                purpose=purpose,
                expires_at=expires_at,
                made_at=self._clock.now(),
            )
        )

    async def link(self, name: str, purpose: str, *, is_used: bool) -> Person | None:
        """Whose it is."""
        now = self._clock.now()
        return await self._database.write(
            partial(belongings.link, name=name, purpose=purpose, now=now, is_used=is_used)
        )

    async def put_install(self, install: Install) -> None:
        """Insert or replace."""
        await self._database.write(partial(installs.put, install=install, keyring=self._keyring))

    async def install(self, tenant: Tenant) -> Install | None:
        """Its own or its organisation's."""
        return await self._database.write(partial(installs.find, tenant=tenant, keyring=self._keyring))

    async def claim_renewal(self, tenant: Tenant, now: datetime, lease: timedelta) -> bool:
        """Whether it is ours to renew."""
        return await self._database.write(
            partial(installs.claim_renewal, tenant=tenant, now=now, lease=lease)
        )

    async def renew(self, install: Install) -> None:
        """A new token."""
        await self._database.write(partial(installs.renew, install=install, keyring=self._keyring))

    async def erase_tenant(
        self, tenant: Tenant, gone_at: datetime, *, is_shut_out: bool = False
    ) -> frozenset[Person] | None:
        """Everything of a workspace or an organisation."""
        gone = await self._database.write(
            partial(installs.erase_tenant, tenant=tenant, gone_at=gone_at, is_shut_out=is_shut_out)
        )
        if gone is not None:
            self._wipe_soon()
        return gone

    async def has_link(self, person: Person, purpose: str) -> bool:
        """Whether one works."""
        now = self._clock.now()
        return await self._database.write(
            partial(belongings.has_link, person=person, purpose=purpose, now=now)
        )

    async def end_links(self, person: Person, purpose: str) -> None:
        """None works any more."""
        await self._database.write(partial(belongings.end_links, person=person, purpose=purpose))

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
        """Forget old causes, abandoned interviews, rows long sent, and cases past their term."""
        now = self._clock.now()
        await self._database.write(partial(_sweep, now=now))
        if self._retention is not None:
            await self._database.write(partial(keep_term, now=now, term=self._retention))
        if await self._database.write(sealed_rows.is_wipe_due):
            await self._wipe()

    def _found(self, row: Row[Any] | None) -> Case:
        if row is None:
            raise NotFoundError
        return self._case(row)

    def _interview(self, row: Row[Any], person: Person) -> Interview:
        answers = self._keyring.open(row.answers, sealed_rows.place_of(interviews, row.id, person))
        return Interview(row.id, person, row.step, json.loads(answers), moment(row.updated_at))

    def _case(self, row: Row[Any]) -> Case:
        person = Person(row.team_id, row.user_id, row.enterprise_id or None)
        body = self._keyring.open(row.body, sealed_rows.place_of(cases, row.id, person))
        return case_of(row.id, person, row.stage, row.revision, moment(row.created_at), body)


def _of(table: Table, person: Person) -> Select[Any]:
    """What belongs to this person in this workspace and organisation, and to nobody else."""
    return select(table).where(*belongings.is_of(table, person))


def _commit(connection: Connection, change: Change, keyring: Keyring) -> bool:
    if change.once and not _is_first(connection, change.once, change.at):
        return False
    if change.case is not None:
        _save_case(connection, change.case, keyring)
    rows.withdraw(connection, change)
    rows.put(connection, change.posts)
    rows.end_doubt(connection, change)
    if change.interview is not None:
        _save_interview(connection, change.interview, keyring)
    if change.interview_done:
        is_own = belongings.is_of(interviews, change.person)
        connection.execute(delete(interviews).where(interviews.c.id == change.interview_done, *is_own))
    if change.preferences is not None:
        _save_preferences(connection, change.person, change.preferences, keyring)
    return True


def _insert(connection: Connection, table: Table) -> Any:
    return (sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert)(table)


def _is_first(connection: Connection, once: str, at: datetime) -> bool:
    statement = _insert(connection, causes).on_conflict_do_nothing().values(name=once[:200], at=micros(at))
    return connection.execute(statement.returning(causes.c.name)).first() is not None


def _save_case(connection: Connection, case: Case, keyring: Keyring) -> None:
    values = {
        "stage": case.stage,
        "revision": case.revision + 1,
        "body": keyring.seal(body_of(case), sealed_rows.place_of(cases, case.id, case.person)),
        "closed_at": _closed_at(case),
    }
    is_own = belongings.is_of(cases, case.person)
    updated = connection.execute(
        update(cases).where(cases.c.id == case.id, cases.c.revision == case.revision, *is_own).values(values)
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


def _closed_at(case: Case) -> int | None:
    is_closed = case.stage is Stage.CLOSED and bool(case.history)
    return micros(case.history[-1].at) if is_closed else None


def _save_interview(connection: Connection, interview: Interview, keyring: Keyring) -> None:
    answers = json.dumps(dict(interview.answers), ensure_ascii=False)
    place = sealed_rows.place_of(interviews, interview.id, interview.person)
    values = {
        "step": interview.step,
        "answers": keyring.seal(answers, place),
        "updated_at": micros(interview.updated_at),
    }
    statement = _insert(connection, interviews).values(**values, **_person(interview.person), id=interview.id)
    owner = and_(*(interviews.c[name] == value for name, value in _person(interview.person).items()))
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values, where=owner))


def _save_preferences(connection: Connection, person: Person, given: Preferences, keyring: Keyring) -> None:
    body = keyring.seal(preferences_body(given), sealed_rows.place_of(preferences, "", person))
    values = {**_person(person), "body": body}
    statement = _insert(connection, preferences).values(values)
    connection.execute(statement.on_conflict_do_update(index_elements=["team_id", "user_id"], set_=values))


def _sweep(connection: Connection, now: datetime) -> None:
    connection.execute(delete(causes).where(causes.c.at < micros(now - CAUSES_KEPT)))
    connection.execute(delete(interviews).where(interviews.c.updated_at < micros(now - INTERVIEWS_KEPT)))
    connection.execute(delete(links).where(links.c.expires_at < micros(now)))
    settled = outbox.c.status.in_(["sent", "cancelled", "refused"])
    is_old = outbox.c.due_at < micros(now - SENT_KEPT)
    # The row of a welcome stays: it says that this person was welcomed once.
    connection.execute(delete(outbox).where(settled, is_old, outbox.c.kind != PostKind.WELCOME))


def _person(person: Person) -> dict[str, str]:
    return {
        "team_id": person.team_id,
        "user_id": person.user_id,
        "enterprise_id": person.enterprise_id or "",
    }
