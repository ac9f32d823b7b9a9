"""This machine's clock, and the one that a local Slack can move."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path


class SystemClock:
    """The time of this machine."""

    def now(self) -> datetime:
        """This moment in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True)
class ShiftedClock:
    """This machine's time plus the seconds that stand in a file."""

    file: Path

    def now(self) -> datetime:
        """This moment in UTC, shifted; an unreadable file shifts by nothing."""
        try:
            shift = float(self.file.read_text() or 0)
        except (OSError, ValueError):
            shift = 0.0
        return datetime.now(UTC) + timedelta(seconds=shift)
