"""views.open against the clock: straight over the shared session, with a view that is JSON already."""

import json
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.flows.screens import Screen
from bot.slack.views.stencils import Stencils

STENCILS = Stencils()


async def open_view(client: AsyncWebClient, trigger_id: str, screen: Screen) -> None:
    """Open a modal. Raises SlackApiError, aiohttp.ClientError or TimeoutError, as the client itself would."""
    body = f'{{"trigger_id":{json.dumps(trigger_id)},"view":{STENCILS.drawn(screen)}}}'
    headers = {"Authorization": f"Bearer {client.token}", "Content-Type": "application/json;charset=utf-8"}
    if client.session is None:
        await client.views_open(trigger_id=trigger_id, view=json.loads(STENCILS.drawn(screen)))
        return
    async with client.session.post(f"{client.base_url}views.open", data=body, headers=headers) as answer:
        held: dict[str, Any] = await answer.json(content_type=None)
        if not held.get("ok"):
            raise SlackApiError("views.open was refused", held)  # type: ignore[no-untyped-call]
