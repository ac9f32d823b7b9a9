"""What a person does in Slack: each gesture becomes a request to the app, and its answer takes effect."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.sandbox import payloads
from bot.sandbox.blocks import Held, find_element
from bot.sandbox.checks import submission_errors
from bot.sandbox.delivery import Acked, Delivery
from bot.sandbox.events import Events
from bot.sandbox.manifest import Manifest
from bot.sandbox.people import Human
from bot.sandbox.refusals import Refused
from bot.sandbox.responses import Responses
from bot.sandbox.webapi.surfaces import checked_view
from bot.sandbox.workspace import Workspace

State = Mapping[str, Mapping[str, Any]]
Result = dict[str, Any]


class Gestures:
    """A person's hands; every method answers {"ok": …} as the page shows it, or raises Refused."""

    def __init__(
        self,
        workspace: Workspace,
        delivery: Delivery,
        events: Events,
        responses: Responses,
        manifest: Manifest,
        url: Callable[[], str],
    ) -> None:
        self._workspace = workspace
        self._delivery = delivery
        self._events = events
        self._responses = responses
        self._manifest = manifest
        self._url = url

    async def command(self, person: str, channel: str, text: str) -> Result:
        """Type a slash command."""
        human, channel = self._somebody(person), self._place(person, channel)
        name, _, words = text.strip().partition(" ")
        name = name.lower()  # a phone begins every line with a capital, and Slack takes it
        if not self._manifest.knows_command(name):
            raise Refused("unknown_command")
        payload = payloads.command(self._workspace, human, channel, name, words.strip())
        payload["response_url"] = self._response_url(person, channel)
        payload["trigger_id"] = self._workspace.triggers.new(person)
        acked = await self._delivery.send("slash_commands", payload)
        if acked.is_ok:
            self._answered(person, channel, acked.body)
        return _result(acked)

    def _answered(self, person: str, channel: str, body: Any) -> None:
        said = {"text": body} if isinstance(body, str) else body
        if isinstance(said, dict) and (said.get("text") or said.get("blocks")):
            self._responses.say(person, channel, said)

    async def shortcut(self, person: str, callback_id: str, channel: str = "", ts: str = "") -> Result:
        """Choose a global shortcut, or one of a message."""
        kind = "message_action" if ts else "shortcut"
        if not self._manifest.knows_shortcut(callback_id, is_global=not ts):
            raise Refused("unknown_shortcut")
        payload = self._interaction(person, kind) | {"callback_id": callback_id}
        payload["action_ts"] = self._workspace.ts()
        if ts:
            channel = self._place(person, channel)
            message = self._workspace.message(channel, ts)
            touched = payloads.in_message(message, channel, is_ephemeral=False)
            payload |= {"message": touched["message"], "channel": touched["channel"], "message_ts": ts}
            payload["response_url"] = self._response_url(person, channel, ts)
        return _result(await self._delivery.send("interactive", payload))

    async def act(
        self,
        person: str,
        container: Mapping[str, Any],
        block_id: str,
        action_id: str,
        value: Mapping[str, Any] | None,
        state: State,
    ) -> Result:
        """Press a button, or change an element that tells the app at once."""
        if container["type"] == "message":
            payload, blocks = self._in_message(person, container, state)
        else:
            payload, blocks = self._in_view(person, str(container["view_id"]), state)
        element = find_element(blocks, block_id, action_id)
        if element is None:
            raise Refused("action_not_found")
        payload["actions"] = [payloads.action(element, block_id, value, self._workspace.ts())]
        return _result(await self._delivery.send("interactive", payload))

    def _in_message(
        self, person: str, container: Mapping[str, Any], state: State
    ) -> tuple[Result, list[Held]]:
        channel, ts = self._place(person, str(container["channel"])), str(container["ts"])
        own = self._workspace.ephemeral(person, ts)
        message = own or self._workspace.message(channel, ts)
        payload = self._interaction(person, "block_actions")
        payload |= payloads.in_message(message, channel, is_ephemeral=own is not None)
        payload["state"] = {"values": state}
        payload["response_url"] = self._response_url(person, channel, ts)
        return payload, message["blocks"]

    def _in_view(self, person: str, view_id: str, state: State) -> tuple[Result, list[Held]]:
        view = self._open_view(person, view_id)
        self._workspace.views.remember(view, state)
        payload = self._interaction(person, "block_actions", view_id if view["type"] == "modal" else "")
        return payload | payloads.in_view(view), view["blocks"]

    async def submit(self, person: str, view_id: str, state: State) -> Result:
        """Press the submit button of a modal; Slack's own checks come first."""
        view = self._open_view(person, view_id)
        self._workspace.views.remember(view, state)
        missing = submission_errors(view, view["state"]["values"])
        if missing:
            return {"ok": False, "errors": missing}
        payload = self._interaction(person, "view_submission", view_id)
        payload |= {"view": dict(view), "response_urls": []}
        acked = await self._delivery.send("interactive", payload)
        return self._submitted(person, view, acked.body) if acked.is_ok else _result(acked)

    def _submitted(self, person: str, view: Held, body: Any) -> Result:
        """Let the app's answer take effect, unless the modal has gone meanwhile."""
        answer = body if isinstance(body, dict) else {}
        action, views = answer.get("response_action"), self._workspace.views
        if action == "errors":
            return _errors(view, answer.get("errors"))
        if not any(item["id"] == view["id"] for item in views.modals.get(person, ())):
            return {"ok": True}
        if action in {"update", "push"}:
            shown = checked_view(answer.get("view"), "modal")
            if action == "push":
                views.push(person, shown)
            else:
                views.update(views.find(view["id"])[1], shown)
        elif action in {None, "clear"}:
            views.close(person, "" if action else view["id"])
        else:
            raise Refused("invalid_response_action", [f"[ERROR] unknown response_action: {action}"])
        self._workspace.changes.tell([person])
        return {"ok": True}

    async def close(self, person: str, view_id: str, *, is_all: bool = False) -> Result:
        """Close a modal, or all of them; the app hears of those that asked to notify it."""
        view = self._open_view(person, view_id)
        is_all = is_all or bool(view["clear_on_close"])
        closed = self._workspace.views.close(person, "" if is_all else view_id)
        self._workspace.changes.tell([person])
        for item in closed:
            if item["notify_on_close"]:
                payload = self._interaction(person, "view_closed") | {"view": item, "is_cleared": is_all}
                payload.pop("trigger_id")
                await self._delivery.send("interactive", payload)
        return {"ok": True}

    async def say(self, person: str, channel: str, text: str) -> Result:
        """Type a message."""
        self._somebody(person)
        channel = self._place(person, channel)
        said = {"user": person, "text": text, "blocks": payloads.typed_blocks(text)}
        stored = self._workspace.add_message(channel, said)
        self.tell_of_message(channel, stored)
        return {"ok": True, "ts": stored["ts"]}

    def tell_of_message(self, channel: str, event: Mapping[str, Any]) -> None:
        """message.im or message.channels to the app: its own messages too, as Slack does."""
        is_dm = channel.startswith("D")
        if is_dm or self._manifest.is_app_in_general:
            kind = {"channel": channel, "channel_type": "im" if is_dm else "channel"}
            full = {**event, "type": "message", **kind, "event_ts": event["ts"]}
            self._events.publish(full, "message.im" if is_dm else "message.channels")

    async def open_home(self, person: str, tab: str = "home") -> Result:
        """Look at the Home tab (or, with tab="messages", at the conversation)."""
        self._somebody(person)
        event = {"type": "app_home_opened", "user": person, "tab": tab}
        home = self._workspace.homes.get(person)
        shown = {"view": home} if home is not None and tab == "home" else {}
        self._events.publish({**event, "channel": self._workspace.dm(person), **shown})
        return {"ok": True}

    async def settled(self) -> None:
        """Wait until every event has been taken by the app, or given up."""
        await self._events.settled()

    def _somebody(self, person: str) -> Human:
        human = self._workspace.human(person)
        if human.is_deactivated:
            raise Refused("account_inactive")
        return human

    def _place(self, person: str, channel: str) -> str:
        """A conversation that this person can see."""
        found = self._workspace.channel_of(channel)
        if self._workspace.owner(found) not in {None, person}:
            raise Refused("channel_not_found")
        return found

    def _open_view(self, person: str, view_id: str) -> Held:
        owner, view = self._workspace.views.find(view_id)
        if owner != person:
            raise Refused("not_found")
        return view

    def _interaction(self, person: str, kind: str, view_id: str = "") -> Result:
        payload = payloads.interaction(self._workspace, self._somebody(person), kind)
        return payload | {"trigger_id": self._workspace.triggers.new(person, view_id)}

    def _response_url(self, person: str, channel: str, ts: str = "") -> str:
        return f"{self._url()}/response/{self._responses.new(person, channel, ts)}"


def _result(acked: Acked) -> Result:
    return {"ok": True} if acked.is_ok else {"ok": False, "error": acked.error}


def _errors(view: Held, errors: object) -> Result:
    """Errors that name no input of the view make Slack show nothing but trouble."""
    inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or set(errors) - inputs:
        raise Refused("invalid_response_action", [f"[ERROR] errors has to name inputs of {sorted(inputs)}"])
    return {"ok": False, "errors": {name: str(text) for name, text in errors.items()}}
