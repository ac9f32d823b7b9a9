"""`/decline` and the shortcuts: open the interview, or answer a word."""

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.coaching.case import Person
from bot.flows.acts import Act
from bot.flows.ports import Choice, Letter, Passage
from bot.flows.replies import FEELINGS, NEWS, Meaning
from bot.flows.stories import Stories
from bot.slack.listeners.guarding import guarded
from bot.slack.listeners.windows import exported
from bot.slack.opening import open_view
from bot.slack.payloads import Body, person_in
from bot.slack.views.letters import choice_blocks, escaped, message

log = structlog.get_logger(__name__)

WORDS = ("help", "list", "settings", "export", "import", "erase")
ANSWERED = NEWS | FEELINGS | {Meaning.BEREAVED, Meaning.PAUSE, Meaning.RESUME, Meaning.NEXT, Meaning.PRIVATE}
NEAR = 0.75  # "setings", "halp" and "lists" are near; "Helix" is a company


class Commands:
    """The listeners of the command and of both shortcuts."""

    def __init__(self, stories: Stories) -> None:
        self._stories = stories
        self._screens = {
            "settings": stories.settings.screen,
            "import": stories.privacy.import_screen,
            "erase": stories.privacy.erase_screen,
        }

    async def command(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """`/decline`, `/decline Acme`, `/decline` and one of WORDS, or something near those."""
        person = person_in(body)

        async def tell(_: str, text: str) -> None:
            await ack(text=escaped(text), response_type="ephemeral")

        async with guarded(self._stories.desk, person, tell):
            typed = " ".join(str(body.get("text") or "").split())
            answer = await self._answer(person, typed, str(body.get("trigger_id", "")), client)
            if answer:
                await ack(response_type="ephemeral", **answer)
            else:
                await ack()

    async def shortcut(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """The global and the message shortcut open the interview; the message itself is not read."""
        person, trigger_id = person_in(body), str(body.get("trigger_id", ""))

        async def tell(_: str, text: str) -> None:
            await ack()
            await client.chat_postMessage(channel=person.user_id, text=escaped(text))

        async with guarded(self._stories.desk, person, tell):
            screen = await self._stories.decline.start(person)
            await open_view(client, trigger_id, screen)
            await ack()

    async def _answer(
        self, person: Person, typed: str, trigger_id: str, client: AsyncWebClient
    ) -> Mapping[str, Any] | None:
        word = await self._word(person, typed)
        if isinstance(word, Letter):
            return message(word)
        if word == "help":
            return {"text": escaped(await self._stories.home.help(person))}
        if word == "list":
            lines = await self._stories.home.listing(person)
            return message(Letter(lines, (Passage(lines),)))  # a role with *stars* stays as it was typed
        if word == "export":
            return message(await exported(self._stories, person, client))
        if word in self._screens:
            screen = await self._screens[word](person)
        elif word and (meant := get_close_matches(word, WORDS, n=1, cutoff=NEAR)):
            return await self._did_you_mean(person, typed, meant[0])
        else:
            screen = await self._stories.decline.start(person, "" if word == Meaning.START else typed)
        await open_view(client, trigger_id, screen)
        return None

    async def _word(self, person: Person, typed: str) -> str | Letter:
        """Which of WORDS it is, in any language; or the answer to a plain phrase; else what was typed."""
        word = typed.casefold().strip("?!. ")
        if not word or word in WORDS:
            return word
        if (solace := self._stories.hearing.solace(typed)) is not None:
            return solace
        meaning = await self._stories.hearing.word(person, typed)
        if meaning not in ANSWERED:
            return meaning if meaning in WORDS or meaning is Meaning.START else word
        post = await self._stories.onboarding.told(person, meaning)
        letter = await self._stories.letters.text_of(post, post.due_at)
        if not isinstance(letter, Letter) or meaning not in {Meaning.PAUSE, Meaning.RESUME}:
            return letter if isinstance(letter, Letter) else word
        saying = await self._stories.desk.saying(person)
        is_company = Choice(Act.DECLINE_START, saying.say("home.is_company", typed=typed), typed)
        return replace(letter, choices=(*letter.choices, is_company))

    async def _did_you_mean(self, person: Person, typed: str, meant: str) -> Mapping[str, Any]:
        saying = await self._stories.desk.saying(person)
        text = await self._stories.home.did_you_mean(person, typed, meant)
        is_company = Choice(Act.DECLINE_START, saying.say("home.is_company", typed=typed), typed)
        section = {"type": "section", "text": {"type": "plain_text", "text": text, "emoji": False}}
        return {"text": escaped(text), "blocks": [section, *choice_blocks((is_company,))]}
