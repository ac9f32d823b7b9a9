"""views.open against the clock: with a view that is JSON already."""

import json

from slack_sdk.web.async_client import AsyncWebClient

from bot.flows.screens import Screen
from bot.slack.clients import Client
from bot.slack.views.stencils import Stencils

STENCILS = Stencils()


async def open_view(client: AsyncWebClient, trigger_id: str, screen: Screen) -> None:
    """Open a modal. Raises SlackApiError, aiohttp.ClientError or TimeoutError, as the client itself does."""
    view = STENCILS.drawn(screen)
    if isinstance(client, Client):
        await client.post("views.open", f'{{"trigger_id":{json.dumps(trigger_id)},"view":{view}}}')
    else:
        await client.views_open(trigger_id=trigger_id, view=json.loads(view))
