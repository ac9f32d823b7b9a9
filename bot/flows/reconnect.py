"""Keeping in touch over the years: what the person does about a note, and what it does to the dates."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.coaching.case import Case, EventKind, Rhythm, Stage
from bot.coaching.drafts import EVENT_DRAFT, EVENT_NAME, EVENTS, OWN_LINE, DraftKind
from bot.coaching.interview import Kind, first_stage
from bot.flows.desk import Cause, Desk, Opened, Told
from bot.flows.drafting import kept_text
from bot.flows.openings import RETHOUGHT, nudge_posts, post_for, posts_for
from bot.flows.ports import Post, PostKind
from bot.flows.screens import Field, Option
from bot.flows.timing import comes_at

PERSONAL = ("line", "event", "when")  # the fields of the window
SNOOZE = timedelta(weeks=2)
NOTES = frozenset({PostKind.NUDGE, PostKind.SILENCE})


@dataclass(frozen=True)
class Reconnect:
    """The story of staying in touch."""

    desk: Desk

    async def reached_out(self, cause: Cause) -> Told:
        """A contact: a note that was to come soon after it is left out."""
        return await self._moved(cause, EventKind.CONTACT)

    async def answered(self, cause: Cause) -> Told:
        """They answered: that is a contact as well, and ends the silence."""
        return await self._moved(cause, EventKind.REPLIED)

    async def keep(self, cause: Cause) -> Told:
        """The rhythm stays as it is, silence or not."""
        return await self._moved(cause, EventKind.REOPENED)

    async def window(self, cause: Cause) -> tuple[tuple[Field, ...], Mapping[str, Any]]:
        """What may be put into a note, and the words of the window."""
        opened = await self.desk.open(cause.person, cause.case_id)
        words, case = opened.saying.entries("settings.personal"), opened.case
        options = tuple(Option(kind, words["options"][kind]) for kind in EVENTS)
        line, event, when = PERSONAL
        fields = (
            Field(
                line, Kind.TEXT, words[line], words["line_hint"], initial=case.text_of(OWN_LINE), longest=200
            ),
            Field(
                event,
                Kind.TEXT,
                words[event],
                words["event_hint"],
                initial=case.text_of(EVENT_NAME),
                longest=60,
            ),
            Field(when, Kind.RADIO, words[when], options=options, initial=EVENTS[0]),
        )
        return fields, words

    async def personalise(self, cause: Cause, line: str, event: str, kind: DraftKind) -> Told:
        """Put a line of their own, or an event, into the next note, and send it anew; or just the note."""
        opened = await self.desk.open(cause.person, cause.case_id)
        case = kept_text(kept_text(opened.case, OWN_LINE, line), EVENT_NAME, event)
        case = kept_text(case, EVENT_DRAFT, kind.value if event else "")
        note = kind.value if event else ""
        post = post_for(
            case, PostKind.PERSONAL, opened.now, f"{cause.mark}:{opened.now.timestamp()}", note=note
        )
        await self.desk.write(cause, case, (post,))
        has_news = bool(line or event)
        return Told(opened.saying.say("letters.told.note_personalise", has_news=has_news), case)

    async def snooze(self, cause: Cause) -> Told:
        """This note again in two weeks, with the news that is in it; the others stay where they are."""
        opened = await self.desk.open(cause.person, cause.case_id)
        later = opened.now + SNOOZE
        kept = opened.case if await self._has_news(cause) else without_news(opened.case)
        case = kept.with_event(EventKind.SNOOZED, opened.now)
        post = post_for(case, PostKind.NUDGE, later, f"{cause.mark}:later")
        await self.desk.write(cause, case, (post,))
        when = opened.saying.day(comes_at(post, opened.visitor, None))
        return Told(opened.saying.say("letters.told.nudge_snooze", when=when))

    async def _has_news(self, cause: Cause) -> bool:
        """Whether the note at hand is one with their own words; a snoozed one brings them along."""
        past = await self.desk.store.past(cause.person, cause.case_id)
        notes = (item.post for item in past if item.post.kind in {PostKind.NUDGE, PostKind.PERSONAL})
        newest = next(notes, None)
        return newest is not None and (newest.kind is PostKind.PERSONAL or not newest.note)

    async def skip(self, cause: Cause) -> Told:
        """Not this time; the next one comes when it was going to."""
        opened = await self.desk.open(cause.person, cause.case_id)
        await self.desk.write(cause, opened.case.with_event(EventKind.SKIPPED, opened.now))
        upcoming = await self.desk.store.upcoming(cause.person, limit=200)
        following = (
            post for post in upcoming if post.case_id == cause.case_id and post.kind is PostKind.NUDGE
        )
        return self._told(cause, opened, tuple(post for post in following if post.due_at > opened.now))

    async def change(self, cause: Cause, rhythm: Rhythm) -> Told:
        """Another rhythm from now on."""
        opened = await self.desk.open(cause.person, cause.case_id)
        case = opened.case.with_event(EventKind.CHANGED, opened.now, rhythm)
        stage = Stage.RESTING if rhythm is Rhythm.NEVER else Stage.IN_TOUCH
        return await self._planned(
            cause, opened, replace(case, stage=stage, plan=replace(case.plan, rhythm=rhythm))
        )

    async def yearly(self, cause: Cause) -> Told:
        """Two notes without an answer: once a year is enough."""
        return await self.change(cause, Rhythm.YEARLY)

    async def stop(self, cause: Cause) -> Told:
        """No more notes about this one."""
        opened = await self.desk.open(cause.person, cause.case_id)
        case = replace(
            opened.case.with_event(EventKind.STOPPED, opened.now), stage=Stage.RESTING, reconnect_at=None
        )
        await self.desk.write(cause, case, withdraw=NOTES)
        return Told(opened.saying.say("letters.told.nudge_stop"))

    async def close(self, cause: Cause) -> Told:
        """Put the case away, also because the answer is yes; nothing more is sent about it."""
        opened = await self.desk.open(cause.person, cause.case_id)
        closed = opened.case.with_event(EventKind.STOPPED, opened.now, cause.act)
        case = replace(closed, stage=Stage.CLOSED, reconnect_at=None)
        await self.desk.write(cause, case, withdraw=frozenset(PostKind))
        return Told(opened.saying.say(f"letters.told.{cause.act}"))

    async def keep_closed(self, cause: Cause) -> Told:
        """Leave it put away, and count the time that it is kept anew."""
        opened = await self.desk.open(cause.person, cause.case_id)
        if opened.case.stage is not Stage.CLOSED:
            return Told(opened.saying.say("letters.told.already"))
        case = opened.case.with_event(EventKind.CHANGED, opened.now, "kept")
        await self.desk.write(cause, case)
        return Told(opened.saying.say("letters.told.case_keep"))

    async def reopen(self, cause: Cause) -> Told:
        """Keep in touch after all; a case put away before they were told goes on where it was."""
        opened = await self.desk.open(cause.person, cause.case_id)
        if opened.case.stage is Stage.CLOSED and not opened.case.is_told:
            return await self._taken_up(cause, opened)
        rhythm = Rhythm.STEADY if opened.case.plan.rhythm is Rhythm.NEVER else opened.case.plan.rhythm
        case = opened.case.with_event(EventKind.REOPENED, opened.now)
        case = replace(case, stage=Stage.IN_TOUCH, plan=replace(case.plan, rhythm=rhythm))
        plan = post_for(case, PostKind.RECONNECT_PLAN, opened.now, cause.mark)
        return await self._planned(cause, opened, case, (plan,))

    async def _taken_up(self, cause: Cause, opened: Opened) -> Told:
        case = opened.case.with_event(EventKind.REOPENED, opened.now)
        case = replace(case, stage=first_stage(case.offer))
        posts = posts_for(case, opened.now, opened.visitor, cause.mark)
        await self.desk.write(cause, case, posts)
        return Told(opened.saying.say("letters.told.case_taken_up"))

    async def factor_changed(self, cause: Cause) -> Told:
        """What was asked about has changed: a draft for knocking again; the note can still be answered."""
        return await self._knocking(cause)

    async def thought_again(self, cause: Cause) -> Told:
        """Nothing has changed but what they think of it: other words for the same knock."""
        return await self._knocking(cause, RETHOUGHT)

    async def _knocking(self, cause: Cause, note: str = "") -> Told:
        opened = await self.desk.open(cause.person, cause.case_id)
        posts = (post_for(opened.case, PostKind.REAPPROACH, opened.now, cause.mark, note),)
        await self.desk.write(cause, opened.case, posts)
        return Told(opened.saying.say(f"letters.told.{cause.act}"), keeps_choices=True)

    async def _moved(self, cause: Cause, kind: EventKind) -> Told:
        opened = await self.desk.open(cause.person, cause.case_id)
        case = opened.case.with_event(kind, opened.now)
        if kind is EventKind.CONTACT:  # news is news once
            case = without_news(case)
        return await self._planned(cause, opened, case)

    async def _planned(self, cause: Cause, opened: Opened, case: Case, first: tuple[Post, ...] = ()) -> Told:
        wanted = case.stage is Stage.IN_TOUCH
        nudges = nudge_posts(case, opened.now, opened.visitor, cause.mark) if wanted else ()
        case = replace(case, reconnect_at=nudges[0].due_at if nudges else None)
        await self.desk.write(cause, case, (*first, *nudges), NOTES)
        return self._told(cause, opened, nudges)

    def _told(self, cause: Cause, opened: Opened, following: tuple[Post, ...]) -> Told:
        coming = [comes_at(post, opened.visitor, None) for post in following]
        following_on = opened.saying.day(min(coming)) if coming else ""
        now = opened.saying.day(opened.now)
        return Told(opened.saying.say(f"letters.told.{cause.act}", when=now, next=following_on))


def without_news(case: Case) -> Case:
    """News is news once."""
    for key in (OWN_LINE, EVENT_NAME, EVENT_DRAFT):
        case = kept_text(case, key, "")
    return case
