"""Submitted modals."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.coaching.case import Person, Rhythm
from bot.coaching.drafts import Draft, DraftKind
from bot.flows.acts import Act
from bot.flows.corrections import OURS
from bot.flows.decline import Done, Mistakes
from bot.flows.desk import Cause
from bot.flows.ports import Part, PostKind
from bot.flows.privacy import CONFIRMED, MESSAGES, PIECES, FileProblemError
from bot.flows.reconnect import PERSONAL
from bot.flows.stories import Stories
from bot.slack.answers import Metadata, answers_in, email_mistakes, metadata_in, typed_in
from bot.slack.ids import ViewId
from bot.slack.listeners.actions import RHYTHM_FIELD
from bot.slack.listeners.aftermath import Aftermath
from bot.slack.listeners.correcting import Correcting
from bot.slack.listeners.guarding import guarded
from bot.slack.listeners.rehearsing import Rehearsing
from bot.slack.payloads import Body, person_in, place_from
from bot.slack.views.modals import modal, notice

Reply = Mapping[str, Any]  # what the ack carries
Submission = Callable[[Person, Metadata, Mapping[str, Any], AsyncWebClient], Awaitable[Reply]]


class Views:
    """One listener for every view_submission, with an index by callback_id."""

    def __init__(self, stories: Stories) -> None:
        self._stories = stories
        self._aftermath = Aftermath(stories)
        rehearsing, correcting = Rehearsing(stories), Correcting(stories)
        self._index: dict[str, Submission] = {
            ViewId.STEP: self._step,
            ViewId.SETTINGS: self._settings,
            ViewId.EMAIL: self._email,
            ViewId.SCRIPT: self._script,
            ViewId.RHYTHM: self._rhythm,
            ViewId.DETAILS: correcting.details,
            ViewId.REASONS: correcting.reasons,
            ViewId.PERSONAL: self._personal,
            ViewId.REHEARSAL: rehearsing.typed,
            ViewId.REHEARSAL_LINES: rehearsing.kept,
            ViewId.IMPORT: self._import,
            ViewId.ERASE: self._erase,
            ViewId.ERASE_CASE: self._erase_case,
        }

    async def submitted(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """Hand the answers to the story of this view; the modal shows what it says."""
        person, view = person_in(body), body.get("view") or {}

        async def tell(title: str, text: str) -> None:
            close = await self._stories.desk.word_to_close(person)
            await ack(response_action="push", view=notice(title, text, close))

        async with guarded(self._stories.desk, person, tell):
            submission = self._index.get(str(view.get("callback_id")))
            if submission is None:
                saying = await self._stories.desk.saying(person)
                await tell(saying.say("errors.title"), saying.say("errors.gone"))
                return
            await ack(**await submission(person, metadata_in(view), view, client))

    async def _step(self, person: Person, held: Metadata, view: Body, _: AsyncWebClient) -> Reply:
        wrong = email_mistakes(view)
        if wrong:
            return await self._errors(person, wrong)
        answers = answers_in(view)
        result = await self._stories.decline.answer(person, held.about, held.step, answers, held.locale)
        if isinstance(result, Mistakes):
            return {"response_action": "errors", "errors": dict(result.sentences)}
        if isinstance(result, Done):
            self._stories.desk.wake()
            return {}
        screen, solace = result.screen, self._stories.hearing.solace(*answers.values())
        if solace is not None:
            screen = replace(screen, parts=(Part(solace.passages), *screen.parts))
        return {"response_action": "update", "view": modal(screen)}

    async def _errors(self, person: Person, wrong: Mapping[str, str]) -> Reply:
        saying = await self._stories.desk.saying(person)
        errors = {field: saying.say(f"errors.fields.{key}") for field, key in wrong.items()}
        return {"response_action": "errors", "errors": errors}

    async def _settings(self, person: Person, _: Metadata, view: Body, client: AsyncWebClient) -> Reply:
        wrong = await self._stories.settings.save(person, answers_in(view))
        if wrong:
            return {"response_action": "errors", "errors": wrong}
        await self._aftermath.home(person, client)
        return {}

    async def _email(self, person: Person, held: Metadata, view: Body, client: AsyncWebClient) -> Reply:
        given = answers_in(view)
        subject = " ".join(str(given.get("subject", "")).split())  # a line break would begin another header
        draft = Draft(subject, str(given.get("body", "")))
        if not draft.subject or not draft.body:
            return await self._errors(
                person, {name: "unfinished" for name in ("subject", "body") if not given.get(name)}
            )
        cause = Cause(person, held.about, Act.EMAIL_EDIT, str(view.get("id", "")))
        if given.get(OURS):
            await self._stories.corrections.ours_again(cause, is_email=True)
        else:
            await self._stories.email.edit(cause, draft)
        await self._aftermath.rewrite(PostKind.EMAIL, person, held.about, place_from(held.place), client)
        return {}

    async def _script(self, person: Person, held: Metadata, view: Body, client: AsyncWebClient) -> Reply:
        text = str(answers_in(view).get("body", ""))
        if not text:
            return await self._errors(person, {"body": "unfinished"})
        cause = Cause(person, held.about, Act.SCRIPT_EDIT, str(view.get("id", "")))
        if answers_in(view).get(OURS):
            await self._stories.corrections.ours_again(cause, is_email=False)
        else:
            await self._stories.call.edit(cause, text)
        await self._aftermath.rewrite(PostKind.SCRIPT, person, held.about, place_from(held.place), client)
        return {}

    async def _import(self, person: Person, _: Metadata, view: Body, client: AsyncWebClient) -> Reply:
        saying = await self._stories.desk.saying(person)
        try:
            pasted = "".join(typed_in(view, name) for name in PIECES)
            told = await self._stories.privacy.take_in(person, pasted)
        except FileProblemError as problem:
            return {
                "response_action": "errors",
                "errors": {PIECES[0]: saying.say(f"privacy.problems.{problem}")},
            }
        await self._aftermath.home(person, client)
        return await self._notice(person, saying.say("privacy.import.title"), told.text)

    async def _erase(self, person: Person, _: Metadata, view: Body, client: AsyncWebClient) -> Reply:
        given, privacy = answers_in(view), self._stories.privacy
        is_conversation_alone = MESSAGES in given and CONFIRMED not in given
        box = MESSAGES if is_conversation_alone else CONFIRMED
        if not _is_ticked(given, box):
            return await self._errors(person, {box: "required"})
        is_clearing, at = _is_ticked(given, MESSAGES), self._stories.desk.clock.now()
        if is_conversation_alone:
            receipt = await privacy.clearing_receipt(person)
        else:
            receipt = await privacy.erase(person, is_clearing=is_clearing)
        ts = await self._aftermath.after_erasing(person, receipt, client)
        if is_clearing:
            privacy.clear(person, at, ts)
        return await self._notice(person, receipt.summary, receipt.passages[0].text)

    async def _erase_case(self, person: Person, held: Metadata, view: Body, client: AsyncWebClient) -> Reply:
        if not _is_ticked(answers_in(view), CONFIRMED):
            return await self._errors(person, {CONFIRMED: "required"})
        title, text = await self._stories.dossier.erase(person, held.about)
        await self._aftermath.home(person, client)
        return await self._notice(person, title, text)

    async def _notice(self, person: Person, title: str, text: str) -> Reply:
        close = await self._stories.desk.word_to_close(person)
        return {"response_action": "update", "view": notice(title, text, close)}

    async def _personal(self, person: Person, held: Metadata, view: Body, client: AsyncWebClient) -> Reply:
        given = {name: str(value or "") for name, value in answers_in(view).items()}
        line, event, when = (" ".join(given.get(name, "").split()) for name in PERSONAL)
        cause = Cause(person, held.about, Act.NOTE_PERSONALISE, str(view.get("id", "")))
        kind = DraftKind.EVENT_AFTER if when == DraftKind.EVENT_AFTER else DraftKind.EVENT_BEFORE
        told = await self._stories.reconnect.personalise(cause, line, event, kind)
        await self._aftermath.settle(person, place_from(held.place), None, told, client)
        return {}

    async def _rhythm(self, person: Person, held: Metadata, view: Body, client: AsyncWebClient) -> Reply:
        chosen = str(answers_in(view).get(RHYTHM_FIELD) or "")
        if chosen not in set(Rhythm):
            return await self._errors(person, {RHYTHM_FIELD: "required"})
        cause = Cause(person, held.about, Act.RHYTHM_CHANGE, str(view.get("id", "")))
        told = await self._stories.reconnect.change(cause, Rhythm(chosen))
        await self._aftermath.settle(person, place_from(held.place), None, told, client)
        below = view.get("previous_view_id")
        if below:  # it was opened from the window of the case
            await self._aftermath.case_window(str(below), person, view, told.text, client)
        return {}


def _is_ticked(given: Mapping[str, object], box: str) -> bool:
    chosen = given.get(box)
    return isinstance(chosen, list) and box in chosen
