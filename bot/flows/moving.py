"""The story of a workspace that joins an organisation: what its people had there goes with them.

From then on Slack names the organisation beside each of them, and signs it; their ids stay the same, since
it translates them for an app that was there before.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable

import structlog

from bot.coaching.case import Person
from bot.flows.ports import Store

log = structlog.get_logger(__name__)

MOST_KNOWN = 10_000  # people who have nothing left behind
WAITS_SECONDS = (0.1, 0.3, 0.0)  # for a message that is just going out


class Moving:
    """Looks once after each person, until the process ends."""

    def __init__(self, store: Store, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._store = store
        self._sleep = sleep
        self._known: OrderedDict[Person, None] = OrderedDict()

    async def arrived(self, person: Person) -> None:
        """Somebody is here: bring along what they had before. Raises StoreUnavailableError."""
        if not (person.enterprise_id and person.team_id and person.user_id) or person in self._known:
            return
        for wait in WAITS_SECONDS:
            moved = await self._store.move_along(person)
            if moved is not None:
                self._remember(person)
                if moved:
                    log.info("moved_along", rows=moved)
                return
            await self._sleep(wait)

    def _remember(self, person: Person) -> None:
        self._known[person] = None
        if len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
