"""The windows in which details and reasons are corrected, for the indexes of actions and views."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.coaching.case import Person
from bot.flows.acts import Act
from bot.flows.corrections import CONFIRMING
from bot.flows.desk import Cause, Told
from bot.flows.stories import Stories
from bot.slack.answers import Metadata, answers_in, email_mistakes
from bot.slack.listeners.aftermath import Aftermath
from bot.slack.listeners.windows import show
from bot.slack.payloads import Body, Place, place_from

Opening = Callable[[Body, Cause, Place, AsyncWebClient], Awaitable[None]]


class Correcting:
    """The listeners of the corrections."""

    def __init__(self, stories: Stories) -> None:
        self._stories = stories
        self._aftermath = Aftermath(stories)
        self.openings: Mapping[str, Opening] = {Act.CASE_EDIT: self._details, Act.REASONS_EDIT: self._reasons}

    async def _details(self, body: Body, cause: Cause, place: Place, client: AsyncWebClient) -> None:
        await show(body, await self._stories.corrections.details(cause, place.words), client)

    async def _reasons(self, body: Body, cause: Cause, place: Place, client: AsyncWebClient) -> None:
        await show(body, await self._stories.corrections.reasons(cause, place.words), client)

    async def confirming(self, body: Body, cause: Cause, place: Place, client: AsyncWebClient) -> bool:
        """Whether something has to be asked first before there are words, and it is being asked."""
        screen = await self._stories.corrections.to_confirm(cause, place.words)
        if screen is not None:
            await show(body, screen, client)
        return screen is not None

    async def details(
        self, person: Person, held: Metadata, view: Body, client: AsyncWebClient
    ) -> Mapping[str, Any]:
        """The window with the details was sent."""
        wrong = email_mistakes(view)
        if wrong:
            saying = await self._stories.desk.saying(person)
            return _mistakes({name: saying.say(f"errors.fields.{key}") for name, key in wrong.items()})
        act = Act.NO_CONFIRM if held.step == CONFIRMING else Act.CASE_EDIT
        cause = Cause(person, held.about, act, str(view.get("id", "")))
        result = await self._stories.corrections.correct(cause, answers_in(view), held.step)
        return await self._done(result, person, held, view, client)

    async def reasons(
        self, person: Person, held: Metadata, view: Body, client: AsyncWebClient
    ) -> Mapping[str, Any]:
        """The window with the reasons was sent."""
        cause = Cause(person, held.about, Act.REASONS_EDIT, str(view.get("id", "")))
        result = await self._stories.corrections.reword(cause, answers_in(view))
        return await self._done(result, person, held, view, client)

    async def _done(
        self,
        result: Told | dict[str, str],
        person: Person,
        held: Metadata,
        view: Body,
        client: AsyncWebClient,
    ) -> Mapping[str, Any]:
        if isinstance(result, dict):
            return _mistakes(result)
        await self._aftermath.settle(person, place_from(held.place), None, result, client)
        below = view.get("previous_view_id")
        if below:  # it was opened from the window of the case
            await self._aftermath.case_window(str(below), person, view, result.text, client)
        return {}


def _mistakes(sentences: Mapping[str, str]) -> Mapping[str, Any]:
    return {"response_action": "errors", "errors": dict(sentences)}
