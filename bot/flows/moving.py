"""The story of a workspace that joins an organisation: what its people had there goes with them.

From then on Slack names the organisation beside each of them, and signs it. Most ids stay the same, since it
translates them for an app that was there before; where it does not, it tells the former one to who asks.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Protocol

import structlog

from bot.coaching.case import Person
from bot.flows.ports import Store

log = structlog.get_logger(__name__)

MOST_KNOWN = 10_000  # people who have nothing left behind
WAITS_SECONDS = (0.1, 0.3, 0.0)  # for a message that is just going out


class Registry(Protocol):
    """Slack, as this story sees it."""

    async def former_id(self, person: Person) -> str | None:
        """The id that this person had in the workspace before; empty for none, None while it isn't said."""
        ...


class Moving:
    """Looks once after each person, until the process ends."""

    def __init__(
        self, store: Store, registry: Registry, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._store = store
        self._registry = registry
        self._sleep = sleep
        self._known: OrderedDict[Person, None] = OrderedDict()

    async def arrived(self, person: Person) -> None:
        """Somebody is here: bring along what they had before. Raises StoreUnavailableError."""
        if not (person.enterprise_id and person.team_id and person.user_id) or person in self._known:
            return
        moved = await self._moved(replace(person, enterprise_id=None), person)
        if moved == 0 and await self._store.is_left_behind(person.team_id):
            former = await self._registry.former_id(person)
            if former is None:
                return
            if former:
                moved = await self._moved(Person(person.team_id, former), person)
        if moved is not None:
            self._remember(person)

    async def _moved(self, before: Person, person: Person) -> int | None:
        """How many rows; None when it could not be done yet."""
        for wait in WAITS_SECONDS:
            moved = await self._store.move_along(before, person)
            if moved:
                log.info("moved_along", rows=moved)
            if moved is not None:
                return moved
            await self._sleep(wait)
        return None

    def _remember(self, person: Person) -> None:
        self._known[person] = None
        if len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
