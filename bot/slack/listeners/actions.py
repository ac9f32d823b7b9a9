"""Buttons: in messages, in modals and in the Home tab."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.coaching.case import Outcome, Rhythm
from bot.coaching.interview import Kind
from bot.flows.acts import Act
from bot.flows.desk import Cause, Told
from bot.flows.email import LONGEST_BODY, LONGEST_SUBJECT
from bot.flows.screens import Field, Option, form
from bot.flows.stories import Stories
from bot.slack.answers import answers_in, metadata_in
from bot.slack.listeners.aftermath import Aftermath
from bot.slack.listeners.correcting import Correcting
from bot.slack.listeners.guarding import guarded
from bot.slack.listeners.rehearsing import Rehearsing
from bot.slack.listeners.windows import Windows, shelf_in, show, turn_to
from bot.slack.payloads import Body, Place, person_in, place_in

log = structlog.get_logger(__name__)

RHYTHM_FIELD = "rhythm"
Step = Callable[[Cause], Awaitable[Told]]
Opening = Callable[[Body, Cause, Place, AsyncWebClient], Awaitable[None]]

OUTCOMES = {
    Act.CALL_REACHED: Outcome.REACHED,
    Act.CALL_VOICEMAIL: Outcome.VOICEMAIL,
    Act.CALL_COUNTERED: Outcome.COUNTERED,
    Act.CALL_UPSET: Outcome.UPSET,
    Act.CALL_ANOTHER_ROLE: Outcome.ANOTHER_ROLE,
    Act.CALL_NOT_YET: Outcome.NOT_YET,
}


class Actions:
    """One listener for every block_actions payload, with an index by action_id."""

    def __init__(self, stories: Stories) -> None:
        self._stories = stories
        self._aftermath = Aftermath(stories)
        self._windows = Windows(stories)
        self._correcting = Correcting(stories)
        self._steps: dict[str, Step] = {
            **dict.fromkeys(OUTCOMES, self._call_ended),
            Act.SCRIPT_SHOW: stories.call.show_again,
            Act.NO_CONFIRM: stories.call.confirm_no,
            Act.CASE_HOLD: stories.call.hold,
            Act.STEP_UNDO: stories.corrections.take_back,
            Act.EMAIL_WRITE: stories.email.write,
            Act.EMAIL_SEND: stories.email.sent,
            Act.CONTACT_LOG: stories.reconnect.reached_out,
            Act.ANSWER_LOG: stories.reconnect.answered,
            Act.NUDGE_SNOOZE: stories.reconnect.snooze,
            Act.NUDGE_SKIP: stories.reconnect.skip,
            Act.NUDGE_STOP: stories.reconnect.stop,
            Act.SILENCE_YEARLY: stories.reconnect.yearly,
            Act.SILENCE_KEEP: stories.reconnect.keep,
            Act.FACTOR_CHANGE: stories.reconnect.factor_changed,
            Act.KNOCK_AGAIN: stories.reconnect.thought_again,
            Act.CASE_CLOSE: stories.reconnect.close,
            Act.CASE_ACCEPT: stories.reconnect.close,
            Act.CASE_REOPEN: stories.reconnect.reopen,
            Act.CASE_KEEP: stories.reconnect.keep_closed,
        }
        self._openings: dict[str, Opening] = {
            Act.DECLINE_START: self._start,
            Act.EMAIL_EDIT: self._open_email,
            Act.SCRIPT_EDIT: self._open_script,
            Act.RHYTHM_CHANGE: self._open_rhythm,
            Act.NOTE_PERSONALISE: self._open_personal,
            Act.INTERVIEW_BACK: self._back,
            Act.INTERVIEW_GO_ON: self._go_on,
            Act.INTERVIEW_START_ANEW: self._start_anew,
            **self._windows.openings,
            **self._correcting.openings,
            **Rehearsing(stories).openings,
        }

    async def chosen(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """Do what the button says, once, and show in its place what was done."""
        person, place = person_in(body), place_in(body)
        action = (body.get("actions") or [{}])[0]
        act = str(action.get("action_id", ""))
        case_id, _, revision = str(action.get("value") or "").partition(":")
        cause = Cause(person, case_id, act, f"home:{revision}" if revision else place.mark)

        async def tell(title: str, text: str) -> None:
            await ack()
            await self._aftermath.explain(body, person, place, title, text, client)

        async with guarded(self._stories.desk, person, tell):
            if act in self._openings:
                await self._openings[act](body, cause, place, client)
            elif act == Act.NO_CONFIRM and await self._correcting.confirming(body, cause, place, client):
                pass  # a window asks what is missing
            elif act in self._steps:
                told = await self._steps[act](cause)
                told = told if place.ts else await self._windows.told_away(person, act, told)
                await self._aftermath.settle(person, place, body.get("message"), told, client, shelf_in(body))
                await self._windows.refresh(body, person, told.text, client)
            elif act != Act.LINK_OPEN:
                saying = await self._stories.desk.saying(person)
                await tell(saying.say("errors.title"), saying.say("errors.unknown"))
                return
            await ack()

    async def _call_ended(self, cause: Cause) -> Told:
        return await self._stories.call.ended(cause, OUTCOMES[Act(cause.act)])

    async def _start(self, body: Body, cause: Cause, _: Place, client: AsyncWebClient) -> None:
        typed = str((body.get("actions") or [{}])[0].get("value") or "")
        screen = await self._stories.decline.start(cause.person, typed)
        await show(body, screen, client)

    async def _open_email(self, body: Body, cause: Cause, place: Place, client: AsyncWebClient) -> None:
        draft = await self._stories.email.draft(cause)
        saying = await self._stories.desk.saying(cause.person)
        words = saying.entries("settings.email")
        fields: tuple[Field, ...] = (
            Field(
                "subject",
                Kind.TEXT,
                words["subject"],
                initial=draft.subject,
                is_required=True,
                longest=LONGEST_SUBJECT,
            ),
            Field(
                "body",
                Kind.LONG_TEXT,
                words["body"],
                words["hint"],
                initial=draft.body,
                is_required=True,
                longest=LONGEST_BODY,
            ),
        )
        fields += await self._stories.corrections.ours(cause, is_email=True)
        await self._open_form(body, "email", cause, place, fields, words, client)

    async def _open_script(self, body: Body, cause: Cause, place: Place, client: AsyncWebClient) -> None:
        draft = await self._stories.call.script(cause)
        words = (await self._stories.desk.saying(cause.person)).entries("settings.script")
        text = Field(
            "body",
            Kind.LONG_TEXT,
            words["body"],
            words["hint"],
            initial=draft.body,
            is_required=True,
            longest=LONGEST_BODY,
        )
        fields = (text, *await self._stories.corrections.ours(cause, is_email=False))
        await self._open_form(body, "script", cause, place, fields, words, client)

    async def _open_rhythm(self, body: Body, cause: Cause, place: Place, client: AsyncWebClient) -> None:
        opened = await self._stories.desk.open(cause.person, cause.case_id)
        words = opened.saying.entries("settings.rhythm")
        labels = opened.saying.entries("interview.plan.rhythm")["options"]
        options = tuple(Option(item, labels[item]) for item in Rhythm)
        rhythm = opened.case.plan.rhythm
        fields = (
            Field(
                RHYTHM_FIELD, Kind.RADIO, words["label"], options=options, initial=rhythm, is_required=True
            ),
        )
        await self._open_form(body, "rhythm", cause, place, fields, words, client)

    async def _open_personal(self, body: Body, cause: Cause, place: Place, client: AsyncWebClient) -> None:
        fields, words = await self._stories.reconnect.window(cause)
        await self._open_form(body, "personal", cause, place, fields, words, client)

    async def _open_form(
        self,
        body: Body,
        name: str,
        cause: Cause,
        place: Place,
        fields: tuple[Field, ...],
        words: Mapping[str, Any],
        client: AsyncWebClient,
    ) -> None:
        saying = await self._stories.desk.saying(cause.person)
        has_names = name in {"email", "script"}
        screen = form(name, cause.case_id, saying, words, fields, place=place.words, has_real_names=has_names)
        await show(body, screen, client)

    async def _back(self, body: Body, cause: Cause, _: Place, client: AsyncWebClient) -> None:
        view = body.get("view") or {}
        held, given = metadata_in(view), answers_in(view)
        await turn_to(
            body, await self._stories.decline.back(cause.person, held.about, held.step, given), client
        )

    async def _go_on(self, body: Body, cause: Cause, _: Place, client: AsyncWebClient) -> None:
        await turn_to(body, await self._stories.decline.go_on(cause.person, cause.case_id), client)

    async def _start_anew(self, body: Body, cause: Cause, _: Place, client: AsyncWebClient) -> None:
        typed = str((body.get("actions") or [{}])[0].get("value") or "")
        await turn_to(body, await self._stories.decline.start_anew(cause.person, typed), client)
