"""Events: the Home tab is opened, or somebody types to Ajar."""

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.flows.ports import Change, Post, PostKind
from bot.flows.stories import Stories
from bot.slack.listeners.actions import Aftermath
from bot.slack.listeners.rehearsing import Rehearsing
from bot.slack.payloads import Body, person_in

log = structlog.get_logger(__name__)


class Events:
    """An event that fails is answered with a 500, so that Slack sends it again."""

    def __init__(self, stories: Stories) -> None:
        self._stories = stories
        self._aftermath = Aftermath(stories)
        self._rehearsing = Rehearsing(stories)

    async def home_opened(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """Show where everything stands."""
        if (body.get("event") or {}).get("tab", "home") == "home":
            await self._aftermath.home(person_in(body), client)
        await ack()

    async def message(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """Answer what a person typed, once for each event; only a rehearsal reads the text itself."""
        event = body.get("event") or {}
        is_typed = event.get("channel_type") == "im" and not event.get("bot_id") and not event.get("subtype")
        if is_typed and not await self._rehearsing.heard(body, client):
            await self._reply(body)
        await ack()

    async def _reply(self, body: Body) -> None:
        person, now = person_in(body), self._stories.desk.clock.now()
        event_id = str(body.get("event_id", ""))
        post = Post(event_id, person, PostKind.REPLY, now, f"reply:{event_id}")
        await self._stories.desk.store.commit(Change(person, now, once=post.key, posts=(post,)))
        self._stories.desk.wake()
