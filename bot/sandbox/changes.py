"""Who hears that something changed: waiting pages and tests, and the file that keeps the state."""

import asyncio
from collections.abc import Callable, Iterable


class Changes:
    """A version that grows; each person has the version of what they can see."""

    def __init__(self) -> None:
        self.version = 0
        self.listeners: list[Callable[[], None]] = []
        self._everybody = 0
        self._by_person: dict[str, int] = {}
        self._bell = asyncio.Event()

    def tell(self, people: Iterable[str] | None = None) -> None:
        """Something changed that these people see; None: all of them."""
        self.version += 1
        if people is None:
            self._everybody = self.version
        else:
            self._by_person.update((person, self.version) for person in people)
        bell, self._bell = self._bell, asyncio.Event()
        bell.set()
        for listener in self.listeners:
            listener()

    def version_of(self, person: str | None) -> int:
        """The version of what a person sees; None: of everything."""
        if person is None:
            return self.version
        return max(self._everybody, self._by_person.get(person, 0))

    async def wait(self, seconds: float) -> bool:
        """Wait for the next change; False when the time is over."""
        bell = self._bell
        try:
            async with asyncio.timeout(seconds):
                await bell.wait()
        except TimeoutError:
            return False
        return True
