"""Events API: event_callback envelopes to the app, sent again when they are not acknowledged."""

import asyncio
import secrets
from collections import deque
from collections.abc import Mapping
from typing import Any

from bot.sandbox.delivery import Acked, Delivery
from bot.sandbox.workspace import Workspace

RETRIES_AFTER_SECONDS = (0.05, 1.0, 5.0)  # Slack: about at once, after one minute, after five
MOST_AT_ONCE = 20
MOST_KEPT = 100


class Events:
    """`subscribed` are the manifest's bot_events; None: all."""

    def __init__(
        self,
        workspace: Workspace,
        delivery: Delivery,
        subscribed: frozenset[str] | None = None,
        retries_after_seconds: tuple[float, ...] = RETRIES_AFTER_SECONDS,
    ) -> None:
        self._workspace = workspace
        self._delivery = delivery
        self._subscribed = subscribed
        self._retries_after_seconds = retries_after_seconds
        self._on_the_way: set[asyncio.Task[Acked]] = set()
        self._gate = asyncio.Semaphore(MOST_AT_ONCE)
        self.sent: deque[Mapping[str, Any]] = deque(maxlen=MOST_KEPT)

    def publish(
        self, event: Mapping[str, Any], subscription: str = "", *, is_of_organisation: bool | None = None
    ) -> None:
        """Send an event, unless the app has not asked for its kind.

        is_of_organisation: about the whole of it, or expressly about this workspace alone.
        """
        if self._subscribed is not None and (subscription or event["type"]) not in self._subscribed:
            return
        payload = self._envelope(event)
        if is_of_organisation is not None:
            payload["authorizations"][0]["is_enterprise_install"] = is_of_organisation
        if is_of_organisation:
            payload["team_id"] = payload["authorizations"][0]["team_id"] = None
        self.sent.append(payload)
        self._start(payload)

    def repeat(self) -> None:
        """Send the last event once more, with the same event_id: Slack does that at times."""
        self._start(self.sent[-1], 1)

    async def settled(self) -> None:
        """Wait until no event is on its way."""
        while self._on_the_way:
            await asyncio.wait(self._on_the_way)

    async def close(self) -> None:
        """Drop the events that are still on their way."""
        for task in self._on_the_way:
            task.cancel()
        await self.settled()

    def _start(self, payload: Mapping[str, Any], number: int = 0) -> None:
        task = asyncio.get_running_loop().create_task(self._deliver(payload, number))
        self._on_the_way.add(task)
        task.add_done_callback(self._on_the_way.discard)

    async def _deliver(self, payload: Mapping[str, Any], number: int) -> Acked:
        acked = await self._send(payload, number, "http_timeout" if number else "")
        for wait in self._retries_after_seconds:
            if acked.is_ok or acked.is_final:
                break
            await asyncio.sleep(wait)
            number += 1
            acked = await self._send(payload, number, acked.trouble or "http_error")
        return acked

    async def _send(self, payload: Mapping[str, Any], number: int, reason: str) -> Acked:
        async with self._gate:
            return await self._delivery.send("events_api", payload, number, reason)

    def _envelope(self, event: Mapping[str, Any]) -> dict[str, Any]:
        workspace = self._workspace
        moment = self._workspace.clock.now().timestamp()
        grid = {"enterprise_id": workspace.enterprise_id} if workspace.enterprise_id else {}
        authorization = {
            "enterprise_id": workspace.enterprise_id,
            "team_id": workspace.team_id,
            "user_id": workspace.bot_user,
            "is_bot": True,
            "is_enterprise_install": workspace.is_org_install,
        }
        return {
            "token": "local",
            "team_id": workspace.team_id,
            **grid,
            "api_app_id": workspace.app_id,
            "type": "event_callback",
            "event_id": f"Ev{secrets.token_hex(5).upper()}",
            "event_time": int(moment),
            "event_context": secrets.token_urlsafe(12),
            "is_ext_shared_channel": False,
            "authorizations": [authorization],
            "event": {"event_ts": f"{moment:.6f}", **event},
        }
