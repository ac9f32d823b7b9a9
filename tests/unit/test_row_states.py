"""The rows of an outbox under anything that can happen, in any order, against a model of what must hold."""

import asyncio
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from bot.flows.delivery import Pause
from bot.flows.ports import Change, Post, PostKind
from tests.crashing import FATES, Arrivals, live
from tests.fakes import FixedClock, MemoryStore
from tests.making import MARTA, NOW, ROBIN, a_case, a_post

CASES = st.sampled_from(["case1", "case2", "case3"])
KINDS = st.sampled_from([PostKind.CARD, PostKind.NUDGE])


class Checked(Arrivals):
    """Arrivals that look at the model the moment that something arrives."""

    def __init__(self, open_rows: dict[str, Post]) -> None:
        super().__init__()
        self._open = open_rows

    def take(self, post: Post):
        before = len(self.posts)
        try:
            return super().take(post)
        finally:
            if len(self.posts) > before:
                self._check(post)

    def _check(self, post: Post) -> None:
        assert self.ids.count(post.id) == 1, f"{post.id} came twice"
        mine = self._open.pop(post.id, None)
        earlier = [row for row in self._open.values() if mine is not None and _is_before(row, mine)]
        assert not earlier, f"{post.id} came before {earlier[0].id}"


def _is_before(row: Post, other: Post) -> bool:
    return row.case_id == other.case_id and (row.due_at, int(row.id)) < (other.due_at, int(other.id))


class Rows(RuleBasedStateMachine):
    """Rules are what may happen; checks are made at each arrival and at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = FixedClock(NOW)
        self.store = MemoryStore(self.clock)
        self.open_rows: dict[str, Post] = {}
        self.arrivals = Checked(self.open_rows)
        self.number = 0

    @rule(case_id=CASES, kind=KINDS, minutes=st.integers(0, 200))
    def something_is_planned(self, case_id: str, kind: PostKind, minutes: int) -> None:
        self.number += 1
        person = MARTA if case_id == "case3" else ROBIN
        due_at = self.clock.now() + timedelta(minutes=minutes)
        post = a_post(str(self.number), case_id=case_id, kind=kind, due_at=due_at, person=person)
        self.open_rows[post.id] = post
        asyncio.run(self.store.commit(Change(person, self.clock.now(), posts=(post,))))

    @rule(fates=st.lists(st.sampled_from(["", *FATES]), max_size=4), steps=st.integers(0, 40))
    def a_process_lives_and_dies(self, fates: list[str], steps: int) -> None:
        self.arrivals.fates[:] = fates
        asyncio.run(live(self.store, self.arrivals, self.clock, steps))

    @rule(minutes=st.integers(1, 600))
    def time_passes(self, minutes: int) -> None:
        self.clock.advance(minutes=minutes)

    @rule(minutes=st.integers(1, 3000))
    def the_clock_steps_back(self, minutes: int) -> None:
        self.clock.advance(minutes=-minutes)

    @rule(case_id=CASES, kind=KINDS)
    def something_is_withdrawn(self, case_id: str, kind: PostKind) -> None:
        case = next(iter(case for case in self.store._cases.values() if case.id == case_id), None)
        case = case or a_case(id=case_id, person=MARTA if case_id == "case3" else ROBIN)
        change = Change(case.person, self.clock.now(), case=case, withdraw=frozenset({kind}))
        asyncio.run(self.store.commit(change))
        gone = [key for key, row in self.store._rows.items() if row.status == "cancelled"]
        for key in gone:
            self.open_rows.pop(key, None)

    @rule(minutes=st.integers(1, 100))
    def the_workspace_rests(self, minutes: int) -> None:
        until = self.clock.now() + timedelta(minutes=minutes)
        asyncio.run(self.store.pause(Pause(("", "T1"), "chat.postMessage", until, "ratelimited")))

    def teardown(self) -> None:
        """In the end everything that was not withdrawn has come."""
        self.arrivals.fates.clear()
        self.clock.at = max(self.clock.at, NOW) + timedelta(days=30)
        for _ in range(self.number + 5):
            asyncio.run(live(self.store, self.arrivals, self.clock))
            self.clock.advance(hours=2)
        counts = asyncio.run(self.store.counts())
        assert set(counts) <= {"sent", "cancelled"}, counts
        # Withdrawn while nobody knew that it had arrived: it stays withdrawn.
        withdrawn = {row.post.id for row in self.store._rows.values() if row.status == "cancelled"}
        assert counts.get("sent", 0) == len(set(self.arrivals.ids) - withdrawn)
        assert not self.open_rows, "never came"


TestRows = Rows.TestCase
TestRows.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
