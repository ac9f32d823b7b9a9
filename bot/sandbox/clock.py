"""The workspace's clock: this machine's time plus an offset that one can move."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path


def real_now() -> datetime:
    """This machine's time, aware, in UTC."""
    return datetime.now(UTC)


class SandboxClock:
    """Another process reads the offset, in seconds, from a file that is replaced whole at each change."""

    def __init__(self, file: Path | None = None, real: Callable[[], datetime] = real_now) -> None:
        self._file = file
        self._real = real
        self.offset = timedelta(0)

    def now(self) -> datetime:
        """The workspace's moment, aware, in UTC."""
        return self._real() + self.offset

    def set_offset(self, offset: timedelta) -> None:
        """Move to that distance from this machine's time."""
        self.offset = offset
        if self._file is not None:
            made = self._file.with_name(self._file.name + ".new")
            made.write_text(f"{offset.total_seconds():.6f}")
            made.replace(self._file)

    def advance(self, by: timedelta) -> None:
        """Move forward (or, with a negative length, back)."""
        self.set_offset(self.offset + by)
