"""Views as JSON; those that differ in one id alone are drawn once."""

import json
from dataclasses import replace

from bot.flows.screens import Screen
from bot.slack.views.modals import modal

MARK = "0f1e2d3c4b5a"  # stands where the id goes, and needs no care in JSON  # pragma: allowlist secret
MOST = 100


class Stencils:
    """Drawings by the name of their stencil."""

    def __init__(self) -> None:
        self._cut: dict[str, tuple[str, ...]] = {}

    def drawn(self, screen: Screen) -> str:
        """The view of a screen as JSON."""
        if not (screen.stencil and screen.about.isalnum()):
            return json.dumps(modal(screen))
        if screen.stencil not in self._cut:
            if len(self._cut) >= MOST:
                self._cut.clear()
            self._cut[screen.stencil] = tuple(json.dumps(modal(replace(screen, about=MARK))).split(MARK))
        return screen.about.join(self._cut[screen.stencil])
