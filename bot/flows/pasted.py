"""That somebody pasted an offer a while ago: only when, in memory, and for an hour at most."""

from datetime import datetime, timedelta

from bot.coaching.case import Person

KEPT_FOR = timedelta(hours=1)


class Pasted:
    """By person; what the hour is over for is dropped whenever somebody pastes one."""

    def __init__(self) -> None:
        self._at: dict[Person, datetime] = {}

    def keep(self, person: Person, now: datetime) -> None:
        """Remember the moment."""
        self._at = {who: at for who, at in self._at.items() if now - at < KEPT_FOR}
        self._at[person] = now

    def at(self, person: Person, now: datetime) -> datetime | None:
        """When it was; None once the hour is over."""
        at = self._at.get(person)
        return at if at is not None and now - at < KEPT_FOR else None
