"""The workspace's clock: this machine's time plus an offset that one can move."""

from datetime import UTC, datetime, timedelta
from pathlib import Path


class SandboxClock:
    """Other processes read the offset, in seconds, from a file."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self.offset = timedelta(0)

    def now(self) -> datetime:
        """This moment, aware, in UTC."""
        return datetime.now(UTC) + self.offset

    def set_offset(self, offset: timedelta) -> None:
        """Move to that distance from this machine's time."""
        self.offset = offset
        if self._file is not None:
            made = self._file.with_suffix(".new")
            made.write_text(f"{offset.total_seconds():.6f}")
            made.replace(self._file)

    def advance(self, by: timedelta) -> None:
        """Move forward (or, with a negative length, back)."""
        self.set_offset(self.offset + by)
