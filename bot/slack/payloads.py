"""What the listeners read from Slack's payloads; anything may be missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.coaching.case import Person
from bot.flows.installs import Tenant

Body = Mapping[str, Any]


def person_in(body: Body) -> Person:
    """Who did it, in which workspace and organisation; commands, interactions and events differ in shape."""
    team, user = body.get("team") or {}, body.get("user") or {}
    event = body.get("event") or {}
    team_id = body.get("team_id") or team.get("id") or user.get("team_id") or ""
    user_id = body.get("user_id") or user.get("id") or event.get("user") or ""
    return Person(str(team_id), str(user_id), _enterprise_id(body))


def tenant_in(body: Body) -> Tenant:
    """The workspace that an event is about; the organisation when it is about all of it."""
    authorization = _authorization(body)
    is_whole = authorization.get("is_enterprise_install") is True
    team_id = "" if is_whole else str(body.get("team_id") or "")
    return Tenant(team_id, _enterprise_id(body))


def _enterprise_id(body: Body) -> str | None:
    enterprise, team = body.get("enterprise") or {}, body.get("team") or {}
    found = (
        body.get("enterprise_id")
        or enterprise.get("id")
        or team.get("enterprise_id")
        or _authorization(body).get("enterprise_id")
    )
    return str(found) if found else None


def _authorization(body: Body) -> Body:
    """Of an event: for whom the app gets it."""
    return next(iter(body.get("authorizations") or ()), None) or {}


@dataclass(frozen=True)
class Place:
    """Where a button was: in a message (channel and ts) or in a view."""

    channel: str = ""
    ts: str = ""
    view_id: str = ""

    @property
    def mark(self) -> str:
        """A short name; the same button in the same place is the same cause."""
        return self.ts or self.view_id

    @property
    def words(self) -> str:
        """As it travels in private_metadata."""
        return f"{self.channel}:{self.ts}" if self.ts else ""


def place_in(body: Body) -> Place:
    """The place of a block_actions payload."""
    container = body.get("container") or {}
    if container.get("type") == "message":
        return Place(str(container.get("channel_id", "")), str(container.get("message_ts", "")))
    return Place(view_id=str((body.get("view") or {}).get("id", "")))


def place_from(words: str) -> Place:
    """The place that travelled in private_metadata."""
    channel, _, ts = words.partition(":")
    return Place(channel, ts)
