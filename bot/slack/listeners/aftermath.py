"""What a person sees change after a choice: the message, the Home tab, the window of the case."""

from collections.abc import Mapping
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.coaching.case import Person
from bot.flows.desk import Told
from bot.flows.home import HomePage
from bot.flows.ports import Letter, NotFoundError, Part, Passage, Post, PostKind, UnreadableError
from bot.flows.stories import Stories
from bot.slack.answers import metadata_in
from bot.slack.clients import code_of
from bot.slack.payloads import Body, Place
from bot.slack.views.home import home
from bot.slack.views.letters import after_choice, escaped, message
from bot.slack.views.modals import modal, notice

log = structlog.get_logger(__name__)


class Aftermath:
    """What a person sees change after a choice."""

    def __init__(self, stories: Stories) -> None:
        self._stories = stories

    async def settle(
        self,
        person: Person,
        place: Place,
        shown: Body | None,
        told: Told,
        client: AsyncWebClient,
        shelf: str = "",
    ) -> None:
        """The message keeps its text and says what was done; the Home tab shows the new state."""
        if place.ts and not shown:
            await client.chat_postEphemeral(
                channel=place.channel, user=person.user_id, text=escaped(told.text)
            )
        await self.say_in_place(place, shown, told.text, client, keeps_choices=told.keeps_choices)
        is_elsewhere = not place.ts  # in the Home tab or a window the message itself is out of sight
        await self.home(person, client, shelf, told.text if is_elsewhere else "")

    async def say_in_place(
        self,
        place: Place,
        shown: Body | None,
        text: str,
        client: AsyncWebClient,
        *,
        keeps_choices: bool = False,
    ) -> None:
        """The message with what was done in place of its buttons, or above them."""
        if place.ts and shown:
            blocks = after_choice(list(shown.get("blocks") or ()), text, keeps_choices=keeps_choices)
            await self._update(place, str(shown.get("text") or ""), blocks, client)

    async def home(self, person: Person, client: AsyncWebClient, shelf: str = "", told: str = "") -> None:
        """Publish the Home tab anew, at the page that is named."""
        try:
            page = await self._stories.home.page(person, shelf, told)
        except UnreadableError:  # their settings may be what does not open, so in English
            text = self._stories.desk.wording.text("errors.unreadable", "en")
            page = HomePage((Part((Passage(text),)),))
        await client.views_publish(user_id=person.user_id, view=home(page))

    async def case_window(
        self, view_id: str, person: Person, view: Mapping[str, Any], told: str, client: AsyncWebClient
    ) -> None:
        """The window of a case as it stands now; one that was closed meanwhile is no failure."""
        try:
            screen = await self._stories.dossier.screen(person, metadata_in(view).about, told)
            await client.views_update(view_id=view_id, view=modal(screen))
        except (NotFoundError, SlackApiError) as refused:
            log.info("window_not_updated", kind=type(refused).__name__)

    async def after_erasing(self, person: Person, receipt: Letter, client: AsyncWebClient) -> str:
        """A receipt in the DM, whose ts it is, and an empty Home tab.

        Should Slack refuse, all is erased none the less; no ts: the receipt isn't there.
        """
        ts = ""
        try:
            sent = await client.chat_postMessage(channel=person.user_id, **message(receipt))
            ts = str(sent["ts"])
            await self.home(person, client)
        except (SlackApiError, aiohttp.ClientError, TimeoutError) as refused:
            log.info("receipt_not_sent", kind=type(refused).__name__)
        return ts

    async def rewrite(
        self, kind: PostKind, person: Person, case_id: str, place: Place, client: AsyncWebClient
    ) -> None:
        """The message that holds the email or the script shows the person's own version."""
        now = self._stories.desk.clock.now()
        post = Post("", person, kind, now, "", case_id)
        letter = await self._stories.letters.compose(post, now)
        if isinstance(letter, Letter) and place.ts:
            drawn = message(letter)
            await self._update(place, drawn["text"], drawn["blocks"], client)

    async def explain(
        self, body: Body, person: Person, place: Place, title: str, text: str, client: AsyncWebClient
    ) -> None:
        """Say what went wrong where the person is looking."""
        try:
            if place.ts:
                await client.chat_postEphemeral(
                    channel=place.channel, user=person.user_id, text=escaped(text)
                )
            elif body.get("trigger_id"):
                close = await self._stories.desk.word_to_close(person)
                is_modal = (body.get("view") or {}).get("type") == "modal"
                show = client.views_push if is_modal else client.views_open
                await show(trigger_id=str(body["trigger_id"]), view=notice(title, text, close))
        except SlackApiError as refused:
            log.warning("explanation_refused", code=code_of(refused))

    async def _update(
        self, place: Place, text: str, blocks: list[dict[str, Any]], client: AsyncWebClient
    ) -> None:
        """The effect is saved already; a message that can't be changed any more is no failure of it."""
        try:
            await client.chat_update(channel=place.channel, ts=place.ts, text=text, blocks=blocks)
        except SlackApiError as refused:
            log.info("message_not_updated", code=code_of(refused))
