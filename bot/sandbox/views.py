"""Modals, stacked up to three, and Home tabs: who has which view open, and what it holds."""

import secrets
import time
from collections.abc import Iterator, Mapping
from typing import Any

from bot.sandbox.blocks import Held, initial_values, kept_values, with_ids
from bot.sandbox.refusals import Refused

MOST_VIEWS = 3  # one open and two pushed


class Views:
    """Views by person; `author` is what every view says of its app: team_id, app_id, bot_id."""

    def __init__(self, author: Mapping[str, str]) -> None:
        self._author = dict(author)
        self.modals: dict[str, list[Held]] = {}
        self.homes: dict[str, Held] = {}

    def open(self, person: str, view: Mapping[str, Any]) -> Held:
        """Open a modal in the place of those that are open. Raises Refused('duplicate_external_id')."""
        shown = self._shown(view)
        self.modals[person] = [shown | {"root_view_id": shown["id"], "previous_view_id": None}]
        return self.modals[person][-1]

    def push(self, person: str, view: Mapping[str, Any]) -> Held:
        """Put a modal on top. Raises Refused('push_limit_reached'); with none open, 'invalid_trigger_id'."""
        stack = self.modals.get(person) or []
        if not stack:
            raise Refused("invalid_trigger_id")
        if len(stack) >= MOST_VIEWS:
            raise Refused("push_limit_reached")
        shown = self._shown(view)
        shown |= {"root_view_id": stack[0]["id"], "previous_view_id": stack[-1]["id"]}
        stack.append(shown)
        return shown

    def update(self, old: Held, view: Mapping[str, Any], given_hash: str = "") -> Held:
        """Put a view in the place of one; unchanged fields keep what was typed. Raises Refused."""
        if given_hash and given_hash != old["hash"]:
            raise Refused("hash_conflict")
        if view["type"] != old["type"]:
            raise Refused("invalid_arguments", [f"[ERROR] must be a {old['type']} [json-pointer:/view/type]"])
        shown = self._shown(view, old)
        for name in ("root_view_id", "previous_view_id"):
            shown[name] = old[name]
        shown["state"] = {"values": kept_values(shown["blocks"], old["state"]["values"])}
        for person, stack in self.modals.items():
            self.modals[person] = [shown if view is old else view for view in stack]
        for person, home in self.homes.items():
            if home is old:
                self.homes[person] = shown
        return shown

    def publish(self, person: str, view: Mapping[str, Any], given_hash: str = "") -> Held:
        """Set a person's Home tab. Raises Refused('hash_conflict')."""
        old = self.homes.get(person)
        if old is not None:
            return self.update(old, view, given_hash)
        shown = self._shown(view)
        self.homes[person] = shown | {"root_view_id": shown["id"], "previous_view_id": None}
        return self.homes[person]

    def find(self, view_id: str = "", external_id: str = "") -> tuple[str, Held]:
        """The person who has it, and the view. Raises Refused('not_found')."""
        for person, view in self.all():
            if (view_id and view["id"] == view_id) or (external_id and view["external_id"] == external_id):
                return person, view
        raise Refused("not_found")

    def remember(self, view: Held, state: Mapping[str, Any]) -> None:
        """Keep what was typed so far."""
        view["state"] = {"values": kept_values(view["blocks"], {**view["state"]["values"], **state})}

    def close(self, person: str, view_id: str = "") -> list[Held]:
        """Take one modal away, or all of them when no id is given; what was closed, the top one first."""
        stack = self.modals.get(person, [])
        closed = [view for view in reversed(stack) if not view_id or view["id"] == view_id]
        gone = {view["id"] for view in closed}
        self.modals[person] = [view for view in stack if view["id"] not in gone]
        return closed

    def all(self) -> Iterator[tuple[str, Held]]:
        """Everybody's views: modals and Home tabs, each with its person."""
        for person, stack in self.modals.items():
            yield from ((person, view) for view in stack)
        yield from self.homes.items()

    def _shown(self, view: Mapping[str, Any], old: Held | None = None) -> Held:
        external_id = view.get("external_id") or ""
        taken = {item["external_id"] for _, item in self.all() if item is not old}
        if external_id and external_id in taken:
            raise Refused("duplicate_external_id")
        blocks = with_ids(view["blocks"])
        return {
            "id": old["id"] if old else f"V{secrets.token_hex(5).upper()}",
            **self._author,
            "app_installed_team_id": self._author["team_id"],
            "title": {"type": "plain_text", "text": "Home"},
            "close": None,
            "submit": None,
            "private_metadata": "",
            "callback_id": "",
            "clear_on_close": False,
            "notify_on_close": False,
            **view,
            "external_id": external_id,
            "blocks": blocks,
            "hash": f"{time.time():.0f}.{secrets.token_hex(4)}",
            "state": {"values": initial_values(blocks)},
        }
