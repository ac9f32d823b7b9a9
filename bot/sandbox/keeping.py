"""One JSON file that outlives a restart: written whole or not at all, shortly after each change."""

import asyncio
import json
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SHORTLY_SECONDS = 0.15
REST = 10  # a large state is written less often: never for more than a tenth of the time
AGAIN_SECONDS = 5.0  # until a file that could not be written is tried again

log = logging.getLogger(__name__)


class StateFile:
    """Gathers the changes of a moment into one write."""

    def __init__(self, file: Path, snapshot: Callable[[], dict[str, Any]]) -> None:
        self._file = file
        self._snapshot = snapshot
        self._timer: asyncio.TimerHandle | None = None
        self._took_seconds = 0.0
        self._is_refused = False

    def soon(self) -> None:
        """Write within a moment; at once where no event loop runs."""
        if self._timer is not None:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.write()
            return
        self._timer = loop.call_later(max(SHORTLY_SECONDS, REST * self._took_seconds), self._in_time, loop)

    def write(self) -> None:
        """Write now."""
        self._forget_timer()
        began = time.monotonic()
        self._file.parent.mkdir(parents=True, exist_ok=True)
        made = self._file.with_name(self._file.name + ".new")
        made.touch(mode=0o600)  # conversations are in it
        made.chmod(0o600)
        made.write_text(json.dumps(self._snapshot(), ensure_ascii=False), encoding="utf-8")
        made.replace(self._file)
        self._took_seconds = time.monotonic() - began

    def _in_time(self, loop: asyncio.AbstractEventLoop) -> None:
        """Write, or say once that it can't be done, and try again."""
        if not self._is_written():
            self._timer = loop.call_later(AGAIN_SECONDS, self._in_time, loop)

    def _is_written(self) -> bool:
        try:
            self.write()
        except OSError as refused:
            if not self._is_refused:
                log.error("%s can't be written (%s); it is tried again", self._file, refused.strerror)
            self._is_refused = True
        else:
            self._is_refused = False
        return not self._is_refused

    def close(self) -> None:
        """Write what is still waiting, if that can be."""
        if self._timer is not None:
            self._is_written()

    def _forget_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def read(self) -> dict[str, Any] | None:
        """What an earlier run left; a file that can't be read is set aside, not overwritten."""
        if not self._file.exists():
            return None
        try:
            held = json.loads(self._file.read_text(encoding="utf-8"))
            if isinstance(held, dict):
                return held
        except (ValueError, OSError):
            pass
        self.set_aside()
        return None

    def set_aside(self) -> None:
        """Out of the way, but not lost."""
        self._file.replace(self._file.with_name(self._file.name + ".unreadable"))
