"""Telling them: how the call went decides what comes next."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.coaching import cadence
from bot.coaching.case import CAME_BACK, Case, EventKind, Outcome, Stage
from bot.coaching.drafts import Draft, script_of
from bot.coaching.interview import settled
from bot.flows.desk import Cause, Desk, Opened, Told
from bot.flows.drafting import Drafting, kept_edit
from bot.flows.openings import (
    REMINDED,
    REMINDERS,
    WHILE_UNDECIDED,
    post_for,
    posts_for,
    reminder_posts,
    replaced_by,
    still_undecided_posts,
)
from bot.flows.ports import Post, PostKind
from bot.flows.timing import awake_from

TRIES_BEFORE_EMAIL = 2


@dataclass(frozen=True)
class Call:
    """The story of the call."""

    desk: Desk
    drafting: Drafting

    async def ended(self, cause: Cause, outcome: Outcome) -> Told:
        """Record how it went and send what follows from it."""
        opened = await self.desk.open(cause.person, cause.case_id)
        if opened.case.stage is Stage.HELD:
            return await self._while_held(cause, opened, outcome)
        if opened.case.stage not in {Stage.TELLING, Stage.FOLLOWING_UP}:
            return Told(opened.saying.say("letters.told.already"))
        if outcome is Outcome.NOT_YET:
            return await self._not_yet(cause, opened)
        return await self._recorded(cause, opened, outcome)

    async def _while_held(self, cause: Cause, opened: Opened, outcome: Outcome) -> Told:
        """Whoever has told them has decided; an offer of theirs leaves it open, and is no no."""
        say = opened.saying.say
        if outcome is Outcome.NOT_YET:
            return Told(say("letters.told.held_not_yet"), keeps_choices=True)
        if outcome in CAME_BACK:
            kind = PostKind.COUNTERED if outcome is Outcome.COUNTERED else PostKind.ANOTHER_ROLE
            posts = (post_for(opened.case, kind, opened.now, cause.mark),)
            await self.desk.write(cause, opened.case, posts)
            return Told(say(f"letters.told.held_{outcome}"))
        opened = replace(opened, case=settled(opened.case))
        return await self._recorded(cause, opened, outcome, WHILE_UNDECIDED)

    async def _recorded(
        self, cause: Cause, opened: Opened, outcome: Outcome, over: frozenset[PostKind] = frozenset()
    ) -> Told:
        case = opened.case.with_event(EventKind.CALL, opened.now, outcome)
        if outcome is Outcome.VOICEMAIL:
            case, posts = _after_voicemail(case, opened, cause.mark)
        else:
            case, posts = _after_talk(case, opened, cause.mark, outcome)
        await self.desk.write(cause, case, posts, replaced_by(case, posts) | over)
        return Told(opened.saying.say(f"letters.told.{cause.act}"))

    async def _not_yet(self, cause: Cause, opened: Opened) -> Told:
        """A time that lies ahead stays, with its reminders; else the next good one, with a reminder."""
        planned = opened.case.plan.call_at
        if planned is not None and planned > opened.now:
            text = opened.saying.say("letters.told.call_not_yet_planned", when=opened.saying.moment(planned))
            return Told(text, keeps_choices=True)
        case, next_at = _planned_again(opened.case, opened)
        cause = replace(cause, mark=f"{cause.mark}:{opened.now:%Y-%m-%dT%H:%M}")  # it may be chosen again
        note = await self._turn(cause)
        next_at = awake_from(next_at, opened.visitor) if next_at else None
        posts = (post_for(case, PostKind.REMIND_CALL, next_at, cause.mark, note),) if next_at else ()
        await self.desk.write(cause, case, posts, frozenset({PostKind.REMIND_CALL}))
        when = opened.saying.moment(next_at) if next_at else ""
        is_late, is_paused = case.is_overdue(opened.now), opened.visitor.preferences.is_paused
        text = opened.saying.say("letters.told.call_not_yet", when=when, is_late=is_late, is_paused=is_paused)
        return Told(text, keeps_choices=True)

    async def _turn(self, cause: Cause) -> str:
        """Which words the next reminder has: those that were to come next, else others than the last."""
        upcoming = await self.desk.store.upcoming(cause.person, limit=200)
        for post in upcoming:
            if post.case_id == cause.case_id and post.kind is PostKind.REMIND_CALL:
                return post.note
        past = await self.desk.store.past(cause.person, cause.case_id)
        said = sum(item.post.kind is PostKind.REMIND_CALL for item in past)
        return REMINDED[max(1, said) % len(REMINDED)]

    async def show_again(self, cause: Cause) -> Told:
        """Send what to say once more."""
        opened = await self.desk.open(cause.person, cause.case_id)
        posts = (post_for(opened.case, PostKind.SCRIPT, opened.now, cause.mark),)
        await self.desk.write(cause, opened.case, posts)
        return Told(opened.saying.say("letters.told.script_show"))

    async def script(self, cause: Cause) -> Draft:
        """What to say as it stands, for editing."""
        opened = await self.desk.open(cause.person, cause.case_id)
        return self.drafting.draft(opened.case, script_of(opened.case), opened.saying, opened.now)

    async def edit(self, cause: Cause, body: str) -> None:
        """Keep the person's own script; it wins over ours from now on."""
        opened = await self.desk.open(cause.person, cause.case_id)
        await self.desk.write(cause, kept_edit(opened.case, script_of(opened.case), Draft("", body)))

    async def confirm_no(self, cause: Cause) -> Told:
        """A held case whose no is final now: everything to tell them follows, at the time planned."""
        opened = await self.desk.open(cause.person, cause.case_id)
        if opened.case.stage is not Stage.HELD:  # of a signed one more is asked first: see Corrections
            return Told(opened.saying.say("letters.told.already"))
        case = settled(opened.case)
        if case.plan.call_at is not None and case.plan.call_at <= opened.now:
            case, _ = _planned_again(case, opened)
        posts = posts_for(case, opened.now, opened.visitor, cause.mark)
        await self.desk.write(cause, case, posts, WHILE_UNDECIDED)
        return Told(opened.saying.say("letters.told.no_confirm"))

    async def hold(self, cause: Cause) -> Told:
        """The person wants to think: nothing is told meanwhile."""
        opened = await self.desk.open(cause.person, cause.case_id)
        case = replace(opened.case, stage=Stage.HELD)
        posts = still_undecided_posts(case, opened.now, opened.visitor, cause.mark)
        await self.desk.write(cause, case, posts, REMINDERS)
        return Told(opened.saying.say("letters.told.case_hold"))


def _after_voicemail(case: Case, opened: Opened, mark: str) -> tuple[Case, tuple[Post, ...]]:
    tries = sum(event.kind is EventKind.CALL and event.note == Outcome.VOICEMAIL for event in case.history)
    case, next_at = _planned_again(case, opened)
    letter = post_for(case, PostKind.VOICEMAIL, opened.now, mark)
    if tries >= TRIES_BEFORE_EMAIL or next_at is None:
        following = replace(case, stage=Stage.FOLLOWING_UP)
        return following, (letter, *email_posts(following, opened, mark))
    return case, (letter, post_for(case, PostKind.REMIND_CALL, next_at, mark))


def _after_talk(case: Case, opened: Opened, mark: str, outcome: Outcome) -> tuple[Case, tuple[Post, ...]]:
    case = replace(case, stage=Stage.FOLLOWING_UP)
    first = {
        Outcome.COUNTERED: PostKind.COUNTERED,
        Outcome.UPSET: PostKind.UPSET,
        Outcome.ANOTHER_ROLE: PostKind.ANOTHER_ROLE,
    }.get(outcome)
    letters = (post_for(case, first, opened.now, mark),) if first else ()
    if outcome in {Outcome.COUNTERED, Outcome.ANOTHER_ROLE}:  # the email waits for what they choose
        return case, (*letters, *reminder_posts(case, opened.now, opened.visitor, mark))
    return case, (*letters, *email_posts(case, opened, mark))


def email_posts(case: Case, opened: Opened, mark: str) -> tuple[Post, ...]:
    """The email now, and reminders of it."""
    reminders = reminder_posts(case, opened.now, opened.visitor, mark)
    return (post_for(case, PostKind.EMAIL, opened.now, mark), *reminders)


def _planned_again(case: Case, opened: Opened) -> tuple[Case, datetime | None]:
    """The next good time to call, before the answer is due."""
    next_at = cadence.suggest_call_at(
        opened.now,
        opened.visitor.zone,
        case.offer.answer_due_at,
        opened.visitor.calendar,
        is_pressing=case.offer.is_accepted,
    )
    return replace(case, plan=replace(case.plan, call_at=next_at)), next_at
