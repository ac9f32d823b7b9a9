"""Events: the Home tab is opened, or somebody types to Ajar."""

from contextlib import suppress
from datetime import UTC, datetime
from html import unescape

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.flows.installs import Tenant
from bot.flows.ports import Letter, Passage, SendFailedError, StoreUnavailableError
from bot.flows.stories import Stories
from bot.slack.listeners.aftermath import Aftermath
from bot.slack.listeners.guarding import words_of
from bot.slack.listeners.rehearsing import Rehearsing
from bot.slack.payloads import Body, person_in, tenant_in

log = structlog.get_logger(__name__)


class Events:
    """An event that fails is answered with a 500, so that Slack sends it again."""

    def __init__(self, stories: Stories) -> None:
        self._stories = stories
        self._aftermath = Aftermath(stories)
        self._rehearsing = Rehearsing(stories)

    async def home_opened(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """Show where everything stands; somebody new is welcomed once."""
        person = person_in(body)
        if (body.get("event") or {}).get("tab", "home") == "home":
            await self._aftermath.home(person, client)
        await self._stories.onboarding.met(person)
        await ack()

    async def message(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """Answer what a person typed, once for each event; the text is read and not kept."""
        event = body.get("event") or {}
        is_typed = event.get("channel_type") == "im" and not event.get("bot_id") and not event.get("subtype")
        if is_typed:
            try:
                await self._answer(body, unescape(str(event.get("text") or "")), client)
            except StoreUnavailableError:
                await self._excuse(body)
                raise
        await ack()

    async def _answer(self, body: Body, typed: str, client: AsyncWebClient) -> None:
        person, event_id = person_in(body), str(body.get("event_id", ""))
        solace = self._stories.hearing.solace(typed)
        if solace is not None:  # before anything that could be out of reach
            await self._stories.onboarding.console(person, event_id, solace)
        elif not await self._rehearsing.heard(body, client):
            await self._stories.onboarding.reply(person, event_id, typed)

    async def _excuse(self, body: Body) -> None:
        """Said once and at once: until Slack has asked again, and it is answered, minutes may pass."""
        person, event_id = person_in(body), f"{body.get('event_id', '')}-excuse"
        _, text = await words_of(self._stories.desk, person, "store")
        with suppress(SendFailedError, StoreUnavailableError):
            await self._stories.onboarding.excuse(person, event_id, Letter(text, (Passage(text),)))

    async def uninstalled(self, ack: AsyncAck, body: Body, _: AsyncWebClient) -> None:
        """Somebody took Ajar out of a workspace or an organisation."""
        await self._stories.installing.uninstalled(tenant_in(body), self._gone_at(body))
        await ack()

    async def revoked(self, ack: AsyncAck, body: Body, _: AsyncWebClient) -> None:
        """Bot tokens of the app were revoked; people's own tokens Ajar never asks for."""
        if ((body.get("event") or {}).get("tokens") or {}).get("bot"):
            await self._stories.installing.revoked(tenant_in(body), self._gone_at(body))
        await ack()

    async def access_revoked(self, ack: AsyncAck, body: Body, _: AsyncWebClient) -> None:
        """An organisation took some of its workspaces away from Ajar."""
        enterprise_id = tenant_in(body).enterprise_id
        for team_id in (body.get("event") or {}).get("team_ids") or ():
            tenant = Tenant(str(team_id), enterprise_id)
            await self._stories.installing.uninstalled(tenant, self._gone_at(body), is_shut_out=True)
        await ack()

    def _gone_at(self, body: Body) -> datetime:
        """By Slack's clock, to the end of its second."""
        try:
            return datetime.fromtimestamp(int(body["event_time"]) + 1, UTC)
        except (KeyError, TypeError, ValueError, OverflowError, OSError):
            return self._stories.desk.clock.now()
