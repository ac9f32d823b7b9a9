"""What a person typed as their blunt reason: held in memory for an hour, and nowhere else."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.coaching.case import Person
from bot.flows.ports import Clock

KEPT_FOR = timedelta(minutes=59)  # and a moment until `tidy`: people are told of an hour at most
MOST_KEPT = 10_000  # texts of 3,000 characters: about 30 MB at the very worst


@dataclass(frozen=True)
class _Kept:
    text: str = field(repr=False)
    until: datetime


class RawWords:
    """Texts by person and interview; the oldest go first when there are too many."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: dict[tuple[Person, str], _Kept] = {}

    def keep(self, person: Person, interview_id: str, text: str) -> None:
        """Remember a text for that long; an empty one forgets."""
        self.forget(person, interview_id)
        self.tidy()
        if text:
            while len(self._kept) >= MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[person, interview_id] = _Kept(text, self._clock.now() + KEPT_FOR)

    def tidy(self) -> None:
        """Drop every text whose time is over."""
        now = self._clock.now()
        for key in [key for key, kept in self._kept.items() if kept.until <= now]:
            del self._kept[key]

    def __len__(self) -> int:
        return len(self._kept)

    def recall(self, person: Person, interview_id: str) -> str:
        """The text, or an empty string once its time is over."""
        kept = self._kept.get((person, interview_id))
        return kept.text if kept and kept.until > self._clock.now() else ""

    def forget_all(self, person: Person) -> None:
        """Drop every text of this person now."""
        for owner, interview_id in [key for key in self._kept if key[0] == person]:
            self.forget(owner, interview_id)

    def forget(self, person: Person, interview_id: str) -> None:
        """Drop the text now."""
        self._kept.pop((person, interview_id), None)
