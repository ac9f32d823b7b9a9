"""Windows and buttons around the cases: one case, doubts, calendar, privacy, help, pages of the Home tab."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.coaching.case import Person
from bot.flows.acts import Act
from bot.flows.desk import Cause, Told
from bot.flows.ports import Letter, Part
from bot.flows.screens import Notice, Screen
from bot.flows.stories import Stories
from bot.slack.clients import code_of
from bot.slack.ids import ViewId
from bot.slack.listeners.aftermath import Aftermath
from bot.slack.payloads import Body, Place
from bot.slack.views.modals import modal

log = structlog.get_logger(__name__)

Opening = Callable[[Body, Cause, Place, AsyncWebClient], Awaitable[None]]


async def show(body: Body, screen: Screen, client: AsyncWebClient) -> None:
    """In a new window, or on top of the one that the button is in."""
    is_modal = (body.get("view") or {}).get("type") == "modal"
    call = client.views_push if is_modal else client.views_open
    await call(trigger_id=str(body.get("trigger_id")), view=modal(screen))


async def turn_to(body: Body, screen: Screen, client: AsyncWebClient) -> None:
    """In the window that the button is in."""
    view = body.get("view") or {}
    await client.views_update(view_id=str(view.get("id")), hash=str(view.get("hash")), view=modal(screen))


class Windows:
    """Part of the index by action_id."""

    def __init__(self, stories: Stories) -> None:
        self._stories = stories
        self._aftermath = Aftermath(stories)
        privacy = stories.privacy
        self.openings: Mapping[str, Opening] = {
            Act.SETTINGS_OPEN: self._opened(stories.settings.screen),
            Act.IMPORT_OPEN: self._opened(privacy.import_screen),
            Act.ERASE_OPEN: self._opened(privacy.erase_screen),
            Act.CALENDAR_OPEN: self._opened(stories.calendar.screen),
            Act.CALENDAR_RENEW: self._turned(stories.calendar.renew),
            Act.CALENDAR_STOP: self._turned(stories.calendar.stop),
            Act.HELP_OPEN: self._help,
            Act.EXPORT_OPEN: self._export,
            Act.CASE_OPEN: self._case,
            Act.CASE_ERASE: self._erase_case,
            Act.DOUBT_SHOW: self._doubt,
            Act.DOUBT_SETTLE: self._end_doubt,
            Act.DOUBT_REPEAT: self._end_doubt,
            Act.PAUSE_BEGIN: self._pause,
            Act.PAUSE_END: self._pause,
            Act.HOME_BACK: self._turn_home,
            Act.HOME_FORTH: self._turn_home,
            Act.HOME_AWAY: self._turn_home,
        }

    def _opened(self, screen_of: Callable[[Person], Awaitable[Screen]]) -> Opening:
        async def opening(body: Body, cause: Cause, _: Place, client: AsyncWebClient) -> None:
            await show(body, await screen_of(cause.person), client)

        return opening

    def _turned(self, screen_of: Callable[[Person], Awaitable[Screen]]) -> Opening:
        async def opening(body: Body, cause: Cause, _: Place, client: AsyncWebClient) -> None:
            await turn_to(body, await screen_of(cause.person), client)
            await self._aftermath.home(cause.person, client)

        return opening

    async def _help(self, body: Body, cause: Cause, _: Place, client: AsyncWebClient) -> None:
        saying = await self._stories.desk.saying(cause.person)
        title, close = saying.say("home.help_title"), saying.say("interview.close")
        steps = "\n".join(saying.entries("home.welcome.steps").values())
        texts = (steps, saying.say("home.welcome.private"), saying.say("home.help"))
        await show(body, Screen("notice", "", title, close, notices=tuple(map(Notice, texts))), client)

    async def _export(self, body: Body, cause: Cause, _: Place, client: AsyncWebClient) -> None:
        saying = await self._stories.desk.saying(cause.person)
        letter = await exported(self._stories, cause.person, client)
        title, close = saying.say("privacy.export.title"), saying.say("interview.close")
        await show(body, Screen("notice", "", title, close, parts=(Part(letter.passages),)), client)

    async def _case(self, body: Body, cause: Cause, _: Place, client: AsyncWebClient) -> None:
        await show(body, await self._stories.dossier.screen(cause.person, cause.case_id), client)

    async def _erase_case(self, body: Body, cause: Cause, _: Place, client: AsyncWebClient) -> None:
        await turn_to(body, await self._stories.dossier.erase_screen(cause.person, cause.case_id), client)

    async def _doubt(self, body: Body, cause: Cause, _: Place, client: AsyncWebClient) -> None:
        await show(body, await self._stories.doubts.screen(cause.person, cause.case_id), client)

    async def _end_doubt(self, body: Body, cause: Cause, _: Place, client: AsyncWebClient) -> None:
        doubts, act = self._stories.doubts, Act(cause.act)
        await (doubts.settle if act is Act.DOUBT_SETTLE else doubts.repeat)(cause.person, cause.case_id)
        saying = await self._stories.desk.saying(cause.person)
        await self.refresh(body, cause.person, saying.say(f"home.told.{act}"), client)
        await self._aftermath.home(cause.person, client, shelf_in(body), saying.say(f"home.told.{act}"))

    async def _pause(self, body: Body, cause: Cause, place: Place, client: AsyncWebClient) -> None:
        is_paused = cause.act == Act.PAUSE_BEGIN
        text = await self._stories.onboarding.pause(cause.person, is_paused=is_paused)
        await self._aftermath.say_in_place(place, body.get("message"), text, client)
        await self._aftermath.home(cause.person, client, shelf_in(body))

    async def _turn_home(self, body: Body, cause: Cause, _: Place, client: AsyncWebClient) -> None:
        await self._aftermath.home(cause.person, client, str((body["actions"] or [{}])[0].get("value") or ""))

    async def told_away(self, person: Person, act: str, told: Told) -> Told:
        """What was done, for somebody who is not looking at the conversation."""
        saying = await self._stories.desk.saying(person)
        return replace(told, text=saying.entries("home.told").get(act, told.text))

    async def refresh(self, body: Body, person: Person, told: str, client: AsyncWebClient) -> None:
        """The window of a case shows what was just done in it."""
        view: Mapping[str, Any] = body.get("view") or {}
        if view.get("callback_id") == ViewId.CASE:
            await self._aftermath.case_window(str(view.get("id")), person, view, told, client)


def shelf_in(body: Body) -> str:
    """Which page of the Home tab the button was on."""
    view = body.get("view") or {}
    return str(view.get("private_metadata") or "") if view.get("type") == "home" else ""


async def exported(stories: Stories, person: Person, client: AsyncWebClient) -> Letter:
    """A link where there is an address; else the file in the DM where that is allowed."""
    privacy = stories.privacy
    takeaway = await privacy.export(person)
    if takeaway.is_linked:
        return takeaway.letter
    content = await privacy.archive(person)
    try:
        opened = await client.conversations_open(users=person.user_id)
        channel = str(opened["channel"]["id"])
        await client.files_upload_v2(channel=channel, filename="ajar-export.zip", content=content)
    except SlackApiError as refused:
        log.info("file_not_shared", code=code_of(refused))
        return await privacy.said_of_upload(person, "no_way")
    return await privacy.said_of_upload(person, "uploaded")
