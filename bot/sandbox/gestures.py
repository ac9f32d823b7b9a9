"""What a person does in Slack, as the payloads that Slack makes of it."""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.delivery import Acked, Delivery
from bot.sandbox.limits import view_complaints
from bot.sandbox.webapi import add_ephemeral
from bot.sandbox.workspace import Refused, Workspace

State = Mapping[str, Mapping[str, Any]]
Result = dict[str, Any]

RETRIES_AFTER_SECONDS = (0.05, 1.0, 5.0)  # Slack: about at once, after one minute, after five


@dataclass
class Gestures:
    """A person's hands; every method answers {"ok": …} as the page shows it."""

    workspace: Workspace
    delivery: Delivery
    url: str = ""
    retries_after_seconds: tuple[float, ...] = RETRIES_AFTER_SECONDS
    response_uses: dict[str, int] = field(default_factory=dict)
    places: dict[str, tuple[str, str]] = field(default_factory=dict)
    _later: set[asyncio.Task[None]] = field(default_factory=set)

    async def command(self, person: str, channel: str, text: str) -> Result:
        """Type a slash command."""
        name, _, words = text.partition(" ")
        human = self.workspace.human(person)
        payload = {
            "token": "local",
            "team_id": self.workspace.team_id,
            "team_domain": "local",
            "channel_id": channel,
            "channel_name": "directmessage" if channel.startswith("D") else "general",
            "user_id": person,
            "user_name": human.name,
            "command": name,
            "text": words,
            "api_app_id": self.workspace.app_id,
            "is_enterprise_install": "false",
            "response_url": self._response_url(person, channel),
            "trigger_id": self.workspace.new_trigger(person),
        }
        acked = await self.delivery.send("slash_commands", payload)
        if not acked.is_ok:
            return _failed(acked)
        self._answered(person, channel, acked.body)
        return {"ok": True}

    async def shortcut(self, person: str, callback_id: str, channel: str = "", ts: str = "") -> Result:
        """Choose a global shortcut, or one of a message."""
        payload = self._interaction(person, "message_action" if ts else "shortcut")
        payload["callback_id"] = callback_id
        if ts:
            payload["message"] = self.workspace.message(channel, ts)
            payload["message_ts"] = ts
            payload["channel"] = {"id": channel, "name": "general"}
            payload["response_url"] = self._response_url(person, channel)
        else:
            payload["action_ts"] = self.workspace.ts()
        return _result(await self.delivery.send("interactive", payload))

    async def act(
        self,
        person: str,
        container: Mapping[str, Any],
        block_id: str,
        action_id: str,
        value: Any,
        state: State,
    ) -> Result:
        """Press a button, or change an element that sends at once."""
        payload = self._interaction(person, "block_actions")
        if container["type"] == "message":
            blocks = self._in_message(payload, person, container)
        else:
            blocks = self._in_view(payload, person, container, state)
        element = _element(blocks, block_id, action_id)
        chosen = {key: value for key, value in (value or {}).items() if key != "type"}
        action = {
            "type": element.get("type"),
            "action_id": action_id,
            "block_id": block_id,
            "action_ts": self.workspace.ts(),
            **({"value": element["value"]} if "value" in element else {}),
            **({"text": element["text"]} if element.get("type") == "button" else {}),
            **chosen,
        }
        payload["actions"] = [action]
        return _result(await self.delivery.send("interactive", payload))

    def _in_message(self, payload: Result, person: str, container: Mapping[str, Any]) -> list[Result]:
        channel, ts = str(container["channel"]), str(container["ts"])
        own = [item for item in self.workspace.ephemerals.get(person, []) if item["ts"] == ts]
        message = own[0] if own else self.workspace.message(channel, ts)
        payload["container"] = {
            "type": "message",
            "message_ts": ts,
            "channel_id": channel,
            "is_ephemeral": bool(own),
        }
        payload["channel"] = {"id": channel, "name": "directmessage"}
        payload["message"] = {name: held for name, held in message.items() if name != "metadata"}
        payload["state"] = {"values": {}}
        payload["response_url"] = self._response_url(person, channel)
        return list(message["blocks"])

    def _in_view(
        self, payload: Result, person: str, container: Mapping[str, Any], state: State
    ) -> list[Result]:
        owner, view = self.workspace.find_view(str(container["view_id"]))
        if owner != person:
            raise Refused("not_found")
        payload["container"] = {"type": "view", "view_id": view["id"]}
        payload["view"] = {**view, "state": {"values": state}}
        return list(view["blocks"])

    async def submit(self, person: str, view_id: str, state: State) -> Result:
        """Press the submit button of a modal; the page's own checks come first."""
        owner, view = self.workspace.find_view(view_id)
        if owner != person:
            raise Refused("not_found")
        missing = _missing(view, state)
        if missing:
            return {"ok": False, "errors": missing}
        payload = self._interaction(person, "view_submission")
        payload["view"] = {**view, "state": {"values": state}}
        payload["response_urls"] = []
        acked = await self.delivery.send("interactive", payload)
        return self._submitted(person, view, acked) if acked.is_ok else _failed(acked)

    def _submitted(self, person: str, view: Result, acked: Acked) -> Result:
        body = acked.body if isinstance(acked.body, dict) else {}
        action = body.get("response_action")
        if action == "errors":
            return {"ok": False, "errors": body["errors"]}
        if action == "clear":
            self.workspace.close(person)
        elif action in {"update", "push"}:
            complaints = view_complaints(body["view"])
            if complaints:
                return {"ok": False, "error": "invalid_arguments", "messages": complaints}
            if action == "update":
                self.workspace.replace_view(person, view, body["view"])
            else:
                self.workspace.show(person, body["view"], is_push=True)
        else:
            self.workspace.close(person, view["id"])
        return {"ok": True}

    async def close(self, person: str, view_id: str, *, is_all: bool = False) -> Result:
        """Close a modal, or all of them."""
        for view in self.workspace.close(person, "" if is_all else view_id):
            if view.get("notify_on_close"):
                payload = self._interaction(person, "view_closed")
                await self.delivery.send("interactive", payload | {"view": view, "is_cleared": is_all})
        return {"ok": True}

    async def say(self, person: str, channel: str, text: str) -> Result:
        """Type a message."""
        stored = self.workspace.add_message(channel, {"user": person, "text": text, "blocks": []})
        if channel.startswith("D"):
            self._event({**stored, "channel": channel, "channel_type": "im"})
        return {"ok": True}

    async def open_home(self, person: str) -> Result:
        """Look at the Home tab."""
        event = {
            "type": "app_home_opened",
            "user": person,
            "channel": self.workspace.dm(person),
            "tab": "home",
        }
        self._event({**event, "event_ts": self.workspace.ts()})
        return {"ok": True}

    def respond(self, token: str, body: Mapping[str, Any]) -> Result:
        """What the app posts to a response_url: five times at most."""
        if self.response_uses.get(token, 0) <= 0:
            raise Refused("used_url")
        self.response_uses[token] -= 1
        person, channel = self.places[token]
        if not body.get("delete_original"):
            message = {"text": str(body.get("text") or ""), "blocks": body.get("blocks") or []}
            add_ephemeral(self.workspace, person, channel, message)
        return {"ok": True}

    async def settled(self) -> None:
        """Wait until no event is on its way."""
        while self._later:
            await asyncio.gather(*self._later, return_exceptions=True)

    def stop(self) -> None:
        """Drop the events that are still on their way."""
        for task in self._later:
            task.cancel()

    def _event(self, event: Result) -> None:
        payload = {
            "token": "local",
            "team_id": self.workspace.team_id,
            "api_app_id": self.workspace.app_id,
            "type": "event_callback",
            "event_id": f"Ev{secrets.token_hex(6).upper()}",
            "event_time": int(self.workspace.clock.now().timestamp()),
            "authorizations": [
                {"team_id": self.workspace.team_id, "user_id": self.workspace.bot_user, "is_bot": True}
            ],
            "event": event,
        }
        task = asyncio.create_task(self._deliver_event(payload))
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    async def _deliver_event(self, payload: Result) -> None:
        acked = await self.delivery.send("events_api", payload)
        for number, wait in enumerate(self.retries_after_seconds, 1):
            if acked.is_ok:
                return
            await asyncio.sleep(wait)
            headers = {"x-slack-retry-num": str(number), "x-slack-retry-reason": "http_error"}
            acked = await self.delivery.send("events_api", payload, headers)

    def _interaction(self, person: str, kind: str) -> Result:
        human = self.workspace.human(person)
        return {
            "type": kind,
            "team": {"id": self.workspace.team_id, "domain": "local"},
            "user": {
                "id": person,
                "username": human.name,
                "name": human.name,
                "team_id": self.workspace.team_id,
            },
            "api_app_id": self.workspace.app_id,
            "token": "local",
            "enterprise": None,
            "is_enterprise_install": False,
            "trigger_id": self.workspace.new_trigger(person),
        }

    def _response_url(self, person: str, channel: str) -> str:
        token = secrets.token_hex(12)
        self.response_uses[token] = 5
        self.places[token] = (person, channel)
        return f"{self.url}/response/{token}"

    def _answered(self, person: str, channel: str, body: Any) -> None:
        if isinstance(body, str) and body:
            body = {"text": body}
        if isinstance(body, dict) and (body.get("text") or body.get("blocks")):
            message = {"text": str(body.get("text") or ""), "blocks": body.get("blocks") or []}
            add_ephemeral(self.workspace, person, channel, message)


def _result(acked: Acked) -> Result:
    return {"ok": True} if acked.is_ok else _failed(acked)


def _failed(acked: Acked) -> Result:
    return {"ok": False, "error": "operation_timeout" if acked.status == 0 else f"http_{acked.status}"}


def _element(blocks: list[Result], block_id: str, action_id: str) -> Result:
    for block in blocks:
        if block.get("block_id", block_id) != block_id:
            continue
        for element in [*(block.get("elements") or []), block.get("element"), block.get("accessory")]:
            if isinstance(element, dict) and element.get("action_id") == action_id:
                return element
    raise Refused("action_not_found")


def _missing(view: Mapping[str, Any], state: State) -> dict[str, str]:
    """What Slack itself asks for before the app hears of it."""
    found = {}
    for block in view["blocks"]:
        if block.get("type") == "input" and not block.get("optional"):
            held = (state.get(block["block_id"]) or {}).get(block["element"]["action_id"]) or {}
            given = [value for name, value in held.items() if name not in {"type", "text"}]
            if all(value is None or value in ("", []) for value in given):
                found[block["block_id"]] = "Please complete this required field."
    return found
