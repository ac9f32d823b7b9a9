"""The rehearsal: its buttons, its windows, and an answer typed into the DM; one message, changed in place
or gone on with below."""

from collections.abc import Awaitable, Callable, Mapping
from html import unescape
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.coaching.case import Person
from bot.coaching.rehearsing import SLIPS
from bot.flows.acts import Act
from bot.flows.desk import Cause
from bot.flows.hearing import Typed
from bot.flows.ports import Letter
from bot.flows.rehearsal_letters import ticket_from
from bot.flows.rehearsals import Turn
from bot.flows.replies import ENDING, LEAVING, Meaning
from bot.flows.screens import Screen
from bot.flows.stories import Stories
from bot.flows.typed import cleaned
from bot.slack.answers import Metadata, answers_in
from bot.slack.clients import code_of
from bot.slack.payloads import Body, Place, person_in, place_from
from bot.slack.views.letters import escaped, message
from bot.slack.views.modals import modal

log = structlog.get_logger(__name__)

STEPS = (
    Act.REHEARSAL_BEGIN,
    Act.REHEARSAL_FIRST,
    Act.REHEARSAL_SECOND,
    Act.REHEARSAL_THIRD,
    Act.REHEARSAL_NEXT,
    Act.REHEARSAL_RETRY,
    Act.REHEARSAL_END,
)
Opening = Callable[[Body, Cause, Place, AsyncWebClient], Awaitable[None]]


class Rehearsing:
    """The listeners of the rehearsal, for the indexes of actions, views and events."""

    def __init__(self, stories: Stories) -> None:
        self._story = stories.rehearsal
        self._hearing, self._onboarding = stories.hearing, stories.onboarding
        self.openings: dict[str, Opening] = {
            Act.REHEARSAL_OPEN: self._open,
            Act.REHEARSAL_TYPE: self._window,
            Act.REHEARSAL_KEEP: self._lines,
            **dict.fromkeys(STEPS, self._step),
        }

    async def _open(self, _: Body, cause: Cause, place: Place, client: AsyncWebClient) -> None:
        """The message with the script stays as it is."""
        told = await self._story.open(cause)
        if told is not None:
            await client.chat_postEphemeral(
                channel=place.channel, user=cause.person.user_id, text=escaped(told.text)
            )

    async def _step(self, body: Body, cause: Cause, place: Place, client: AsyncWebClient) -> None:
        async with self._story.running.turn(cause.person):
            letter = await self._story.step(cause, place.words, ticket_from(_carried(body)))
        await _show(place, letter, client)

    async def _window(self, body: Body, cause: Cause, place: Place, client: AsyncWebClient) -> None:
        async with self._story.running.turn(cause.person):
            found = await self._story.window(cause, place.words, ticket_from(_carried(body)))
        await _open_or_show(body, place, found, client)

    async def _lines(self, body: Body, cause: Cause, place: Place, client: AsyncWebClient) -> None:
        await _open_or_show(body, place, await self._story.lines(cause, place.words), client)

    async def typed(
        self, person: Person, held: Metadata, view: Body, client: AsyncWebClient
    ) -> Mapping[str, Any]:
        """The window for own words was sent."""
        cause = Cause(person, held.about, Act.REHEARSAL_TYPE, str(view.get("id", "")))
        text = str(answers_in(view).get("line") or "")
        if (solace := self._hearing.solace(text)) is not None:
            await self._onboarding.console(person, str(view.get("id", "")), solace)
            return {}
        letter = await self._story.typed(cause, held.place, ticket_from(held.step), text)
        await _show(place_from(held.place), letter, client)
        return {}

    async def kept(
        self, person: Person, held: Metadata, view: Body, client: AsyncWebClient
    ) -> Mapping[str, Any]:
        """The window in which own lines go into the script was sent."""
        cause = Cause(person, held.about, Act.REHEARSAL_KEEP, str(view.get("id", "")))
        lines = {name: str(line) for name, line in answers_in(view).items() if name in SLIPS}
        letter = await self._story.keep(cause, held.place, lines)
        await _show(place_from(held.place), letter, client)
        return {}

    async def heard(self, body: Body, client: AsyncWebClient) -> bool:
        """Whether a practice took what was typed into the DM. "Stop" ends it and nothing else, at any moment
        of it; whatever else matters wins over it.
        """
        async with self._story.running.turn(person_in(body)):
            return await self._heard(body, client)

    async def _heard(self, body: Body, client: AsyncWebClient) -> bool:
        event, person, event_id = body.get("event") or {}, person_in(body), str(body.get("event_id", ""))
        channel, text = str(event.get("channel", "")), cleaned(unescape(str(event.get("text") or "")))
        held = self._story.listening(person, channel, event_id)
        if held is None and not self._story.running.is_invited(person):
            return False
        if held is not None and event_id in held.heard:  # Slack sends it again
            return True
        is_asked = held is None or held.turn is Turn.ASKED
        is_label = await self._story.is_label(person, channel, text)
        meaning = None if is_label else await self._hearing.interruption(person, text, is_asked=is_asked)
        if meaning in LEAVING:
            await self._onboarding.answer(person, event_id, Typed(Meaning.STOP))
        if meaning is not None:
            found = await self._story.left(person, channel) if meaning in ENDING else None
        else:
            found = await self._story.heard(person, channel, event_id, text)
        if found is not None:
            await self._shown(*found, client)
        return meaning in LEAVING or (meaning is None and found is not None)

    async def _shown(self, where: str, letter: Letter, client: AsyncWebClient) -> None:
        try:
            await _show(place_from(where), letter, client)
        except SlackApiError as refused:  # the message is gone; what follows from it is said below
            log.info("rehearsal_not_shown", code=code_of(refused))


def _carried(body: Body) -> str:
    """What the button carries after the id of the case."""
    return str((body.get("actions") or [{}])[0].get("value") or "").partition(":")[2]


async def _show(place: Place, letter: Letter, client: AsyncWebClient) -> None:
    await client.chat_update(channel=place.channel, ts=place.ts, **message(letter))


async def _open_or_show(body: Body, place: Place, found: Screen | Letter, client: AsyncWebClient) -> None:
    if isinstance(found, Screen):
        await client.views_open(trigger_id=str(body.get("trigger_id")), view=modal(found))
    else:
        await _show(place, found, client)
