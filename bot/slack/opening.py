"""views.open against the clock: straight over the shared session, with a view that is JSON already."""

import json
from http import HTTPStatus
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.flows.screens import Screen
from bot.slack.views.stencils import Stencils

STENCILS = Stencils()


async def open_view(client: AsyncWebClient, trigger_id: str, screen: Screen) -> None:
    """Open a modal. Raises SlackApiError, aiohttp.ClientError or TimeoutError, as the client itself would."""
    view = STENCILS.drawn(screen)
    if client.session is None:
        await client.views_open(trigger_id=trigger_id, view=json.loads(view))
        return
    body = f'{{"trigger_id":{json.dumps(trigger_id)},"view":{view}}}'
    headers = {"Authorization": f"Bearer {client.token}", "Content-Type": "application/json;charset=utf-8"}
    async with client.session.post(f"{client.base_url}views.open", data=body, headers=headers) as answer:
        # A page of a proxy, or no time for us: no answer of the method's.
        has_answered = answer.status == HTTPStatus.OK
        held: dict[str, Any] = (
            await answer.json(content_type=None) if has_answered else {"error": f"http_{answer.status}"}
        )
        if not held.get("ok"):
            raise SlackApiError("views.open was refused", held)  # type: ignore[no-untyped-call]
