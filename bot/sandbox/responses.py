"""response_urls: five uses within half an hour, to answer where something was asked."""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.blocks import with_ids
from bot.sandbox.refusals import Refused
from bot.sandbox.webapi.chat import author_of, content_of
from bot.sandbox.workspace import Workspace

MOST_USES = 5
LIVES_SECONDS = 30 * 60
MOST_KEPT = 1000


@dataclass
class _Place:
    person: str
    channel: str
    ts: str  # of the message that was touched; empty after a command
    until_seconds: float
    uses_left: int = MOST_USES


class Responses:
    """Hands out tokens and takes what is posted to them."""

    def __init__(self, workspace: Workspace, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._workspace = workspace
        self._monotonic = monotonic
        self._places: dict[str, _Place] = {}

    def new(self, person: str, channel: str, ts: str = "") -> str:
        """A fresh token."""
        while len(self._places) >= MOST_KEPT:
            self._places.pop(next(iter(self._places)))
        token = secrets.token_urlsafe(18)
        self._places[token] = _Place(person, channel, ts, self._monotonic() + LIVES_SECONDS)
        return token

    def knows(self, token: str) -> bool:
        """Whether it was handed out here."""
        return token in self._places

    def post(self, token: str, body: Mapping[str, Any]) -> None:
        """Say, replace or take away. Raises Refused: used_url, expired_url, or what the body breaks."""
        place = self._places.get(token)
        if place is None or place.uses_left <= 0:
            raise Refused("used_url")
        if place.until_seconds < self._monotonic():
            raise Refused("expired_url")
        self._answer(place, body)
        place.uses_left -= 1

    def _answer(self, place: _Place, body: Mapping[str, Any]) -> None:
        if body.get("delete_original"):
            self._delete(place)
        elif body.get("replace_original") and place.ts:
            self._replace(place, content_of(body))
        else:
            self.say(place.person, place.channel, body)

    def say(self, person: str, channel: str, body: Mapping[str, Any]) -> None:
        """To this person only, unless `response_type` is in_channel. Raises Refused."""
        content = author_of(self._workspace) | content_of(body)
        if body.get("response_type") == "in_channel":
            self._workspace.add_message(channel, content)
        else:
            self._workspace.add_ephemeral(person, channel, content)

    def _replace(self, place: _Place, content: Mapping[str, Any]) -> None:
        own = self._workspace.ephemeral(place.person, place.ts)
        stored = own or self._workspace.message(place.channel, place.ts)
        stored.update({**content, "blocks": with_ids(content["blocks"])})
        stored["edited"] = {"user": self._workspace.bot_user, "ts": self._workspace.ts()}
        self._workspace.touch(place.channel)

    def _delete(self, place: _Place) -> None:
        own = self._workspace.ephemeral(place.person, place.ts)
        if own is not None:
            self._workspace.ephemerals[place.person].remove(own)
            self._workspace.touch(place.channel)
        elif place.ts:
            self._workspace.remove_message(place.channel, place.ts)
