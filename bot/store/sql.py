"""SqlStore: the Store and Outbox ports over one database."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, delete, func, select, text

from bot.coaching.case import Case, Person
from bot.flows.delivery import Pause, Settlement
from bot.flows.installs import Install, Tenant
from bot.flows.ports import (
    Background,
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
    StoreUnavailableError,
    UnreadableError,
)
from bot.store import belongings, changes, claiming, installs, moving, pausing, sealed_rows, tables
from bot.store import outbox as rows
from bot.store.backgrounds import backgrounds, opened
from bot.store.bodies import preferences_of
from bot.store.callers import Callers, FileCallers
from bot.store.engine import Database
from bot.store.gathering import Gatherer
from bot.store.migrating import is_behind, migrate
from bot.store.retention import keep_term
from bot.store.sealing import Keyring
from bot.store.tables import cases, causes, interviews, links, micros, moment, outbox, preferences

CAUSES_KEPT = timedelta(days=30)
INTERVIEWS_KEPT = timedelta(days=30)
SENT_KEPT = timedelta(days=400)
RESEALED_AT_ONCE = 200  # rows in one transaction, so that others get their turn
MOST_TOGETHER = 200  # settlements or backgrounds in one transaction
SETTLED_APART = 0.01  # seconds; nobody waits for a settlement but the next of the same case


class SqlStore:
    """Everything that is kept, in SQLite or PostgreSQL."""

    def __init__(
        self, database: Database, clock: Clock, keyring: Keyring, retention: timedelta | None = None
    ) -> None:
        self._database = database
        self._clock = clock
        self._keyring = keyring
        self._callers = _callers(database, keyring)
        self._retention = retention
        self._wiping: set[asyncio.Task[None]] = set()
        self._settling: Gatherer[Settlement, None] = Gatherer(self._settle_all, MOST_TOGETHER, SETTLED_APART)
        self._reading: Gatherer[tuple[Post, datetime], Background | UnreadableError] = Gatherer(
            self._backgrounds, MOST_TOGETHER
        )

    async def migrate(self) -> None:
        """Bring the tables to this version and the rows to the first key; many may do it at once.

        Raises WrongKeyError when the keys do not open what is kept, NewerError when it is not for us.
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

    @property
    def file(self) -> str:
        """SQLite's file; empty for a server."""
        return self._database.file

    async def ping(self) -> None:
        """Raises StoreUnavailableError when the database does not answer."""
        await self._database.write(lambda connection: connection.execute(text("SELECT 1")).scalar())

    async def is_behind(self) -> bool:
        """Whether an earlier version made it, and `migrate` is due. Raises NewerError."""
        return await self._database.write(is_behind)

    async def opened(self) -> dict[str, int]:
        """Counts of the outbox, from a database that these keys open. Raises WrongKeyError."""
        await self._database.write(partial(sealed_rows.unlock, keyring=self._keyring))
        return await self.counts()

    async def is_first_start(self) -> bool:
        """Whether Ajar never ran on this database; it counts as run from here on."""
        return await self._database.write(sealed_rows.begin)

    async def close(self) -> None:
        """Close every connection, once what was erased is gone from the files too."""
        await self.wiped()
        await self._callers.close()
        await self._database.close()

    async def commit(self, change: Change) -> bool:
        """One transaction, see ports.Store."""
        return await self._database.write(partial(changes.commit, change=change, keyring=self._keyring))

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

    async def caller(self, person: Person, interview_id: str = "") -> Caller:
        """Preferences and the interview, in one statement; many at the same time are read together."""
        return await self._callers.ask((person, interview_id))

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
        """Rows in hand or settled of this person."""
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

    async def move_along(self, before: Person, person: Person) -> int | None:
        """Into the organisation."""
        return await self._database.write(
            partial(moving.move_along, before=before, person=person, keyring=self._keyring)
        )

    async def is_left_behind(self, team_id: str) -> bool:
        """Outside of any organisation."""
        return await self._database.write(partial(moving.is_left_behind, team_id=team_id))

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
            partial(
                installs.erase_tenant,
                tenant=tenant,
                gone_at=gone_at,
                keyring=self._keyring,
                is_shut_out=is_shut_out,
            )
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
        taking = partial(claiming.claim, now=now, limit=limit, lease=lease)
        taken = await self._database.write(taking, is_statement=True)
        for workspace in taken.crowds:
            with suppress(StoreUnavailableError):  # what was taken is ours all the same
                await self._database.write(partial(pausing.spread, workspace=workspace, now=micros(now)))
        return taken.posts

    async def settle(self, settlements: tuple[Settlement, ...]) -> None:
        """Record endings; many at the same time become one transaction."""
        if len(settlements) == 1:  # as the courier does it, a row at a time
            await self._settling.ask(settlements[0])
        else:
            await asyncio.gather(*(self._settling.ask(item) for item in settlements))

    async def _settle_all(self, settlements: Sequence[Settlement]) -> Sequence[None]:
        # Lazily: a settlement that a power cut takes back leaves a claim, which is looked up in the DM.
        settling = partial(rows.settle, settlements=settlements)
        await self._database.write(settling, is_lazy=True, is_statement=True)
        return [None] * len(settlements)

    async def background(self, post: Post, now: datetime) -> Background:
        """The case and the preferences behind a row; many at the same time are read together."""
        found = await self._reading.ask((post, now))
        if isinstance(found, UnreadableError):
            raise found
        return found

    async def _backgrounds(
        self, asked: Sequence[tuple[Post, datetime]]
    ) -> Sequence[Background | UnreadableError]:
        return await self._database.write(partial(backgrounds, asked=asked, keyring=self._keyring))

    async def pause(self, pause: Pause) -> None:
        """Let a workspace rest."""
        await self._database.write(partial(pausing.pause, given=pause))

    async def resume(self, workspace: tuple[str, str] | None) -> None:
        """Let a workspace go on."""
        await self._database.write(partial(pausing.resume, workspace=workspace))

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
        return opened(row, self._keyring)


def _callers(database: Database, keyring: Keyring) -> Callers:
    if database.is_sqlite:
        return FileCallers(database, keyring)
    from bot.store.server_callers import ServerCallers  # and the driver with it

    return ServerCallers(database, keyring)


def _of(table: Table, person: Person) -> Select[Any]:
    """What belongs to this person in this workspace and organisation, and to nobody else."""
    return select(table).where(*belongings.is_of(table, person))


def _sweep(connection: Connection, now: datetime) -> None:
    connection.execute(delete(causes).where(causes.c.at < micros(now - CAUSES_KEPT)))
    connection.execute(delete(interviews).where(interviews.c.updated_at < micros(now - INTERVIEWS_KEPT)))
    connection.execute(delete(links).where(links.c.expires_at < micros(now)))
    pausing.forget(connection, micros(now))
    settled = text("status IN ('sent', 'cancelled', 'refused')")  # as the index has it
    is_old = outbox.c.due_at < micros(now - SENT_KEPT)
    # The row of a welcome stays: it says that this person was welcomed once.
    connection.execute(delete(outbox).where(settled, is_old, outbox.c.kind != PostKind.WELCOME))
