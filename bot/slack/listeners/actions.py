"""Buttons: in messages, in modals and in the Home tab."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp
import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.coaching.case import Outcome, Person, Rhythm
from bot.coaching.interview import Kind
from bot.flows.acts import Act
from bot.flows.desk import Cause, Told
from bot.flows.email import LONGEST_BODY, LONGEST_SUBJECT
from bot.flows.ports import Letter, Post, PostKind
from bot.flows.screens import Field, Option, Screen
from bot.flows.stories import Stories
from bot.slack.answers import metadata_in
from bot.slack.clients import code_of
from bot.slack.listeners.guarding import guarded
from bot.slack.listeners.rehearsing import Rehearsing
from bot.slack.payloads import Body, Place, person_in, place_in
from bot.slack.views.home import home
from bot.slack.views.letters import after_choice, escaped, message
from bot.slack.views.modals import modal, notice

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
        self._steps: dict[str, Step] = {
            **dict.fromkeys(OUTCOMES, self._call_ended),
            Act.SCRIPT_SHOW: stories.call.show_again,
            Act.NO_CONFIRM: stories.call.confirm_no,
            Act.CASE_HOLD: stories.call.hold,
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
            Act.CASE_CLOSE: stories.reconnect.close,
            Act.CASE_REOPEN: stories.reconnect.reopen,
            Act.CASE_KEEP: stories.reconnect.keep_closed,
        }
        self._openings: dict[str, Opening] = {
            Act.DECLINE_START: self._start,
            Act.SETTINGS_OPEN: self._open_settings,
            Act.EMAIL_EDIT: self._open_email,
            Act.SCRIPT_EDIT: self._open_script,
            Act.RHYTHM_CHANGE: self._open_rhythm,
            Act.INTERVIEW_BACK: self._back,
            Act.INTERVIEW_GO_ON: self._go_on,
            Act.INTERVIEW_START_ANEW: self._start_anew,
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
            elif act in self._steps:
                told = await self._steps[act](cause)
                await self._aftermath.settle(person, place, body.get("message"), told, client)
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
        await client.views_open(trigger_id=str(body.get("trigger_id")), view=modal(screen))

    async def _open_settings(self, body: Body, cause: Cause, _: Place, client: AsyncWebClient) -> None:
        screen = await self._stories.settings.screen(cause.person)
        await client.views_open(trigger_id=str(body.get("trigger_id")), view=modal(screen))

    async def _open_email(self, body: Body, cause: Cause, place: Place, client: AsyncWebClient) -> None:
        draft = await self._stories.email.draft(cause)
        saying = await self._stories.desk.saying(cause.person)
        words = saying.entries("settings.email")
        fields = (
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
        await self._open_form(body, "script", cause, place, (text,), words, client)

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
        close = self._stories.desk.wording.text("interview.close", "en")
        screen = Screen(
            name, cause.case_id, words["title"], close, words["submit"], place=place.words, fields=fields
        )
        await client.views_open(trigger_id=str(body.get("trigger_id")), view=modal(screen))

    async def _back(self, body: Body, cause: Cause, _: Place, client: AsyncWebClient) -> None:
        held = metadata_in(body.get("view") or {})
        await self._turn_to(
            body, await self._stories.decline.back(cause.person, held.about, held.step), client
        )

    async def _go_on(self, body: Body, cause: Cause, _: Place, client: AsyncWebClient) -> None:
        await self._turn_to(body, await self._stories.decline.go_on(cause.person, cause.case_id), client)

    async def _start_anew(self, body: Body, cause: Cause, _: Place, client: AsyncWebClient) -> None:
        typed = str((body.get("actions") or [{}])[0].get("value") or "")
        await self._turn_to(body, await self._stories.decline.start_anew(cause.person, typed), client)

    async def _turn_to(self, body: Body, screen: Screen, client: AsyncWebClient) -> None:
        view = body.get("view") or {}
        await client.views_update(view_id=str(view.get("id")), hash=str(view.get("hash")), view=modal(screen))


class Aftermath:
    """What a person sees change after a choice."""

    def __init__(self, stories: Stories) -> None:
        self._stories = stories

    async def settle(
        self, person: Person, place: Place, shown: Body | None, told: Told, client: AsyncWebClient
    ) -> None:
        """The message keeps its text and says what was done; the Home tab shows the new state."""
        if place.ts and shown:
            blocks = after_choice(list(shown.get("blocks") or ()), told.text)
            await self._update(place, str(shown.get("text") or ""), blocks, client)
        elif place.ts:
            await client.chat_postEphemeral(
                channel=place.channel, user=person.user_id, text=escaped(told.text)
            )
        await self.home(person, client)

    async def home(self, person: Person, client: AsyncWebClient) -> None:
        """Publish the Home tab anew."""
        await client.views_publish(user_id=person.user_id, view=home(await self._stories.home.page(person)))

    async def after_erasing(self, person: Person, receipt: Letter, client: AsyncWebClient) -> None:
        """A receipt in the DM and an empty Home tab; should Slack refuse, all is erased none the less."""
        try:
            await client.chat_postMessage(channel=person.user_id, **message(receipt))
            await self.home(person, client)
        except (SlackApiError, aiohttp.ClientError, TimeoutError) as refused:
            log.info("receipt_not_sent", kind=type(refused).__name__)

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
                close = self._stories.desk.wording.text("interview.close", "en")
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
