"""What Ajar wrote goes from the conversation once its person has erased everything: they can't delete it.

It is done behind the requests and at Slack's pace, and held in memory alone. What is left when a process ends
stays, until `/decline erase` goes on with it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import TypeVar

import structlog

from bot.coaching.case import Person
from bot.flows.installs import Tenant, tenant_of
from bot.flows.ports import Messenger, SendFailedError, StoreUnavailableError

T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]

log = structlog.get_logger(__name__)

APART = timedelta(seconds=1.5)  # two calls in one workspace; Slack takes fifty a minute
MOST_TRIES = 20  # of one call in a row
LONGEST_REST = 300.0  # seconds, where Slack does not say how long
PASSING = frozenset({"unreachable", "token_not_renewed"})


class Clearing:
    """One round for each person; those of one workspace take turns."""

    def __init__(
        self, messenger: Messenger, apart: timedelta = APART, *, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._messenger = messenger
        self._apart = apart.total_seconds()
        self._sleep = sleep
        self._rounds: dict[Person, asyncio.Task[None]] = {}
        self._free_at: dict[Tenant, float] = {}  # when a workspace takes the next call

    def begin(self, person: Person, before: str) -> None:
        """Delete what Ajar wrote to them before this ts. A round of theirs that is under way ends."""
        self.forget(person)
        task = asyncio.create_task(self._round(person, before), name="clearing")
        self._rounds[person] = task
        task.add_done_callback(lambda done: self._let_go(person, done))

    def forget(self, person: Person) -> None:
        """Leave the rest where it is."""
        if person in self._rounds:
            self._rounds.pop(person).cancel()

    async def close(self) -> None:
        """The process ends."""
        running = [*self._rounds.values()]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _let_go(self, person: Person, task: asyncio.Task[None]) -> None:
        if self._rounds.get(person) is task:
            del self._rounds[person]
        if not self._rounds:
            self._free_at.clear()

    async def _round(self, person: Person, before: str) -> None:
        deleted, ending = 0, "done"
        try:
            while before:
                leaf = await self._tried(person, partial(self._messenger.written, person, before))
                for sent in leaf.sent:
                    await self._tried(person, partial(self._messenger.delete, person, sent))
                    deleted += 1
                before = leaf.older
        except SendFailedError as failure:  # a token that was revoked, or Slack keeps what it has
            ending = failure.code
        except Exception as failure:  # noqa: BLE001  nobody waits for this task, so nobody would hear of it
            ending = type(failure).__name__
        log.info("conversation_cleared", deleted=deleted, ending=ending)

    async def _tried(self, person: Person, call: Callable[[], Awaitable[T]]) -> T:
        """The call in its turn, and again while what is in the way will pass."""
        for number in range(MOST_TRIES):
            await self._turn(tenant_of(person))
            try:
                return await call()
            except SendFailedError as failure:
                is_passing = failure.retry_after or failure.may_be_sent or failure.code in PASSING
                if failure.is_final or failure.is_everywhere or not is_passing:
                    raise
                rest = failure.retry_after.total_seconds() if failure.retry_after else _rest(number)
            except StoreUnavailableError:  # the token is in it
                rest = _rest(number)
            self._free_at[tenant_of(person)] = asyncio.get_running_loop().time() + rest
        raise SendFailedError("gave_up")

    async def _turn(self, tenant: Tenant) -> None:
        """Wait for the next free place of this workspace; it is taken with the question."""
        now = asyncio.get_running_loop().time()
        at = max(self._free_at.get(tenant, now), now)
        self._free_at[tenant] = at + self._apart
        await self._sleep(at - now)


def _rest(number: int) -> float:
    return min(2.0**number, LONGEST_REST)
