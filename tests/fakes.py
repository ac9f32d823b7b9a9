"""Fakes of our own ports, real enough to run the stories and the courier on."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.coaching.case import Case, Person
from bot.flows.delivery import HELD, Ending, Pause, Settlement
from bot.flows.installs import Install, Tenant
from bot.flows.ports import (
    Background,
    Caller,
    Change,
    Holdings,
    Interview,
    NotFoundError,
    Past,
    Post,
    PostKind,
    Preferences,
    StaleError,
)
from bot.store.claiming import SHARE
from bot.store.pausing import APART
from tests.sending import FakeMessenger as FakeMessenger


@dataclass
class FixedClock:
    """A clock that stands still until it is moved."""

    at: datetime = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def advance(self, **lengths: float) -> None:
        self.at += timedelta(**lengths)


@dataclass
class _Row:
    post: Post
    seq: int
    status: str = "pending"
    is_left: bool = False  # claimed before, and never settled
    reason: str = ""
    sent_at: datetime | None = None

    @property
    def place(self) -> tuple[datetime, int]:
        return (self.post.first_due_at, self.seq)


class MemoryStore:
    """The Store and Outbox ports in dictionaries."""

    def __init__(self, clock: FixedClock | None = None) -> None:
        self.clock = clock or FixedClock()
        self._installs: dict[str, Install] = {}
        self._renewing: dict[str, datetime] = {}
        self._links: dict[str, tuple[Person, str, datetime]] = {}
        self._cases: dict[str, Case] = {}
        self._rows: dict[str, _Row] = {}
        self._interviews: dict[str, Interview] = {}
        self._preferences: dict[Person, Preferences] = {}
        self._causes: set[str] = set()
        self._leases = 0
        self.pauses: dict[tuple[tuple[str, str], str], datetime] = {}

    async def commit(self, change: Change) -> bool:
        if change.once and change.once in self._causes:
            return False
        if change.case is not None:
            known = self._cases.get(change.case.id)
            if (known.revision if known else 0) != change.case.revision:
                raise StaleError
            if known is not None and known.person != change.case.person:
                raise StaleError
            self._cases[change.case.id] = replace(change.case, revision=change.case.revision + 1)
            for row in self._rows.values():
                is_wanted = row.post.case_id == change.case.id and row.post.kind in change.withdraw
                if row.status == "pending" and is_wanted:
                    row.status = "cancelled"
        self._causes.add(change.once)
        self._put(change.posts)
        self._end_doubt(change)
        if change.interview is not None:
            self._interviews[change.interview.id] = change.interview
        self._interviews.pop(change.interview_done, None)
        if change.preferences is not None:
            self._preferences[change.person] = change.preferences
        return True

    def _end_doubt(self, change: Change) -> None:
        for row in self._rows.values():
            if row.status != "in_doubt" or row.post.person != change.person:
                continue
            if row.post.id == change.arrived:
                row.status = "sent"
            if row.post.id == change.again:
                row.status = "pending"
                fresh = replace(row.post, attempts=0, may_be_sent=False, is_asked_for=True)
                row.post = replace(fresh, due_at=change.at, place_at=change.at)

    def _put(self, posts: tuple[Post, ...]) -> None:
        for post in posts:
            self._rows.setdefault(post.key, _Row(replace(post, place_at=post.due_at), len(self._rows)))

    async def case(self, person: Person, case_id: str) -> Case:
        case = self._cases.get(case_id)
        if case is None or case.person != person:
            raise NotFoundError
        return case

    async def cases(self, person: Person) -> tuple[Case, ...]:
        own = [case for case in self._cases.values() if case.person == person]
        return tuple(sorted(own, key=lambda case: case.created_at, reverse=True))

    async def interview(self, person: Person, interview_id: str = "") -> Interview | None:
        return next((item for item in await self.interviews(person) if interview_id in {"", item.id}), None)

    async def interviews(self, person: Person) -> tuple[Interview, ...]:
        own = [item for item in self._interviews.values() if item.person == person]
        return tuple(sorted(own, key=lambda item: item.updated_at, reverse=True))

    async def preferences(self, person: Person) -> Preferences:
        return self._preferences.get(person, Preferences())

    async def caller(self, person: Person, interview_id: str = "") -> Caller:
        is_done = any(case.id == interview_id for case in await self.cases(person))
        return Caller(await self.preferences(person), await self.interview(person, interview_id), is_done)

    async def upcoming(self, person: Person, limit: int = 20) -> tuple[Post, ...]:
        return self._of(person, "pending")[:limit]

    async def in_doubt(self, person: Person) -> tuple[Post, ...]:
        return self._of(person, "in_doubt")

    def _of(self, person: Person, status: str) -> tuple[Post, ...]:
        rows = [row for row in self._rows.values() if row.post.person == person and row.status == status]
        return tuple(row.post for row in sorted(rows, key=lambda row: (row.post.due_at, row.seq)))

    async def past(self, person: Person, case_id: str = "", limit: int = 200) -> tuple[Past, ...]:
        rows = [
            row
            for row in self._rows.values()
            if row.post.person == person
            and row.status in {"claimed", "sent", "in_doubt", "refused"}
            and case_id in {"", row.post.case_id}
        ]
        rows.sort(key=lambda row: (row.post.due_at, row.seq), reverse=True)
        return tuple(Past(row.post, row.status, row.sent_at or row.post.due_at) for row in rows[:limit])

    async def holdings(self, person: Person) -> Holdings:
        posts = [row for row in self._rows.values() if row.post.person == person]
        planned = [row for row in posts if row.status in {"pending", "claimed"}]
        return Holdings(
            cases=len(await self.cases(person)),
            planned=len(planned),
            past=len(posts) - len(planned),
            unfinished=sum(item.person == person for item in self._interviews.values()),
            settings=int(person in self._preferences),
            addresses=sum(held[0] == person for held in self._links.values()),
        )

    async def erase(self, person: Person) -> Holdings:
        gone = await self.holdings(person)
        self._cases = {name: item for name, item in self._cases.items() if item.person != person}
        self._rows = {name: row for name, row in self._rows.items() if row.post.person != person}
        self._interviews = {name: item for name, item in self._interviews.items() if item.person != person}
        self._preferences.pop(person, None)
        self._links = {name: held for name, held in self._links.items() if held[0] != person}
        return gone

    async def is_left_behind(self, team_id: str) -> bool:
        known = {case.person for case in self._cases.values()} | set(self._preferences)
        return any(person.team_id == team_id and person.enterprise_id is None for person in known)

    async def move_along(self, before: Person, person: Person) -> int | None:
        rows = [row for row in self._rows.values() if row.post.person == before]
        if any(row.status == "claimed" for row in rows):
            return None
        for row in rows:
            row.post = replace(row.post, person=person)
        kept = [item for item in self._cases.values() if item.person == before]
        begun = [item for item in self._interviews.values() if item.person == before]
        self._cases |= {item.id: replace(item, person=person) for item in kept}
        self._interviews |= {item.id: replace(item, person=person) for item in begun}
        held = [name for name, link in self._links.items() if link[0] == before]
        self._links |= {name: (person, *self._links[name][1:]) for name in held}
        chosen = [person] if before in self._preferences else []
        if chosen:
            self._preferences[person] = self._preferences.pop(before)
        return sum(map(len, (rows, kept, begun, held, chosen)))

    async def erase_case(self, person: Person, case_id: str) -> None:
        await self.case(person, case_id)
        del self._cases[case_id]
        self._rows = {name: row for name, row in self._rows.items() if row.post.case_id != case_id}

    async def has_link(self, person: Person, purpose: str) -> bool:
        now = self.clock.now()
        return any(held[:2] == (person, purpose) and held[2] > now for held in self._links.values())

    async def end_links(self, person: Person, purpose: str) -> None:
        self._links = {name: held for name, held in self._links.items() if held[:2] != (person, purpose)}

    async def put_link(self, person: Person, name: str, purpose: str, expires_at: datetime) -> None:
        self._links[name] = (person, purpose, expires_at)

    async def link(self, name: str, purpose: str, *, is_used: bool) -> Person | None:
        person, wanted, expires_at = self._links.get(name, (None, "", self.clock.now()))
        if wanted != purpose or expires_at <= self.clock.now():
            return None
        if is_used:
            del self._links[name]
        return person

    async def put_install(self, install: Install) -> None:
        self._installs[install.tenant.id] = replace(install, scopes=list(install.scopes))
        await self.resume((install.tenant.enterprise_id or "", install.tenant.team_id))

    async def install(self, tenant: Tenant) -> Install | None:
        names = {tenant.team_id, tenant.enterprise_id} - {"", None}
        found = [held for name, held in self._installs.items() if name in names]
        return max(found, key=lambda held: held.installed_at, default=None)

    async def claim_renewal(self, tenant: Tenant, now: datetime, lease: timedelta) -> bool:
        is_free = self._renewing.get(tenant.id, now) <= now
        if is_free:
            self._renewing[tenant.id] = now + lease
        return is_free

    async def renew(self, install: Install) -> None:
        if install.tenant.id in self._installs:
            self._renewing.pop(install.tenant.id, None)
            await self.put_install(install)

    async def erase_tenant(
        self, tenant: Tenant, gone_at: datetime, *, is_shut_out: bool = False
    ) -> frozenset[Person] | None:
        held = self._installs.get(tenant.id)
        if held is not None and held.installed_at >= gone_at:
            return None
        self._installs.pop(tenant.id, None)
        known = {case.person for case in self._cases.values()} | set(self._preferences)
        if tenant.team_id and tenant.enterprise_id in self._installs and not is_shut_out:
            for person in [p for p in known if p.team_id == tenant.team_id and p.enterprise_id is None]:
                await self.move_along(person, replace(person, enterprise_id=tenant.enterprise_id))
            return frozenset()
        gone = {p for p in known if tenant.id in {p.team_id, p.enterprise_id}}
        ids = {case.id for case in self._cases.values() if case.person in gone}
        for person in gone:
            await self.erase(person)
        self._installs = {
            name: it for name, it in self._installs.items() if it.tenant.enterprise_id != tenant.id
        }
        self._causes = {name for name in self._causes if ids.isdisjoint(name.split(":"))}
        return frozenset(gone)

    async def claim(self, now: datetime, limit: int, lease: timedelta) -> tuple[Post, ...]:
        due = [row for row in self._rows.values() if self._is_due(row, now, lease)]
        due.sort(key=lambda row: (row.status != "claimed", row.post.due_at, row.seq))
        free = [row for row in due if self._comes_first(row) and not self._rests(row, now)]
        claimed = self._fair(free[:limit], now)
        self._leases += 1
        for row in claimed:
            is_left = row.status == "claimed"
            row.status = "claimed"
            row.post = replace(
                row.post,
                lease=str(self._leases),
                lease_until=now + lease,
                attempts=row.post.attempts + 1,
                may_be_sent=row.post.may_be_sent or is_left,
            )
        left = {row.seq for row in claimed if row.is_left}
        for row in claimed:
            row.is_left = True
        return tuple(replace(row.post, is_taken_over=row.seq in left) for row in claimed)

    def _is_due(self, row: _Row, now: datetime, lease: timedelta) -> bool:
        until = row.post.lease_until
        if row.status == "claimed" and until is not None:
            return until <= now or until > now + 2 * lease
        return row.status == "pending" and row.post.due_at <= now

    def _comes_first(self, row: _Row) -> bool:
        return row.post.case_id is None or not any(
            other.post.case_id == row.post.case_id
            and other.status in {"pending", "claimed"}
            and other.place < row.place
            for other in self._rows.values()
        )

    def _rests(self, row: _Row, now: datetime) -> bool:
        is_looked_up = row.post.may_be_sent or row.status == "claimed"
        return any(
            workspace == row.post.workspace
            and until > now
            and (method in {"*", "chat.postMessage"} or (is_looked_up and method.startswith("conv")))
            for (workspace, method), until in self.pauses.items()
        )

    def _fair(self, rows: list[_Row], now: datetime) -> list[_Row]:
        fair: list[_Row] = []
        crowded = set()
        for row in rows:
            if sum(other.post.workspace == row.post.workspace for other in fair) < SHARE:
                fair.append(row)
            elif row.status == "pending":
                crowded.add(row.post.workspace)
        for workspace in crowded:
            self._move(workspace, now, [row.seq for row in fair])
        return fair

    def _move(self, workspace: tuple[str, str], until: datetime, but: list[int] | None = None) -> None:
        waiting = [
            row
            for row in self._rows.values()
            if row.status == "pending"
            and row.post.workspace == workspace
            and row.post.due_at <= until
            and row.seq not in (but or ())
        ]
        waiting.sort(key=lambda row: (row.post.due_at, row.seq))
        for number, row in enumerate(waiting, 1):
            row.post = replace(row.post, due_at=until + number * timedelta(microseconds=APART))

    async def pause(self, pause: Pause) -> None:
        key = (pause.workspace, pause.method)
        self.pauses[key] = max(pause.until, self.pauses.get(key, pause.until))
        if not pause.method.startswith("conv"):
            self._move(pause.workspace, pause.until)

    async def resume(self, workspace: tuple[str, str] | None) -> None:
        def is_there(found: tuple[str, str]) -> bool:
            return workspace in {None, found, (found[0], "")}

        self.pauses = {key: until for key, until in self.pauses.items() if not is_there(key[0])}
        for row in self._rows.values():
            if row.status == "pending" and is_there(row.post.workspace):
                row.post = replace(row.post, due_at=min(row.post.due_at, row.post.first_due_at))

    async def settle(self, settlements: tuple[Settlement, ...]) -> None:
        names = {Ending.LATER: "pending"}
        for item in settlements:
            row = self._rows.get(item.post.key)
            if row is not None and row.status == "claimed" and row.post.lease == item.post.lease:
                row.status = names.get(item.ending, item.ending.value)
                if item.ts:
                    row.sent_at = datetime.fromtimestamp(float(item.ts), UTC)
                row.reason, row.is_left = item.reason, False
                due_at = item.due_at or item.post.due_at
                place_at = due_at if item.reason == HELD else item.post.first_due_at
                row.post = replace(
                    item.post,
                    note=item.note,
                    lease="",
                    lease_until=None,
                    due_at=due_at,
                    place_at=place_at,
                    is_taken_over=False,
                )

    async def background(self, post: Post, now: datetime) -> Background:
        case = self._cases.get(post.case_id or "")
        waiting: dict[PostKind, datetime] = {}
        for row in self._rows.values():
            is_waiting = row.status in {"pending", "claimed"} and row.post.first_due_at <= now
            if is_waiting and row.post.case_id == post.case_id:
                place = row.post.first_due_at
                waiting[row.post.kind] = max(place, waiting.get(row.post.kind, place))
        mine = case if case is not None and case.person == post.person else None
        return Background(mine, await self.preferences(post.person), waiting)

    async def next_due(self) -> datetime | None:
        pending = [row.post.due_at for row in self._rows.values() if row.status == "pending"]
        leases = [
            row.post.lease_until
            for row in self._rows.values()
            if row.status == "claimed" and row.post.lease_until
        ]
        return min(pending + leases, default=None)

    async def counts(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for row in self._rows.values():
            found[row.status] = found.get(row.status, 0) + 1
        return found

    async def sweep(self) -> None:
        self._causes.clear()
