"""The email: written when asked for, edited by the person, marked as sent by nobody else."""

from dataclasses import dataclass, replace

from bot.coaching.case import Case, EventKind, Rhythm, Stage
from bot.coaching.drafts import DraftKind, keeps_in_touch
from bot.flows.call import email_posts
from bot.flows.desk import Cause, Desk, Told
from bot.flows.drafting import Draft, Drafting, kept_edit
from bot.flows.openings import REMINDERS, WHILE_UNDECIDED, nudge_posts, post_for, replaced_by
from bot.flows.ports import PostKind

LONGEST_SUBJECT = 150
LONGEST_BODY = 2900


@dataclass(frozen=True)
class Email:
    """The story of the email."""

    desk: Desk
    drafting: Drafting

    async def write(self, cause: Cause) -> Told:
        """Send the draft into the DM."""
        opened = await self.desk.open(cause.person, cause.case_id)
        case = opened.case
        if case.came_back and case.stage in {Stage.TELLING, Stage.FOLLOWING_UP}:  # so it stays a no
            case = case.with_event(EventKind.AFFIRMED, opened.now)
        case = replace(case, stage=Stage.FOLLOWING_UP)
        posts = email_posts(case, opened, cause.mark)
        await self.desk.write(cause, case, posts, replaced_by(case, posts))
        return Told(opened.saying.say("letters.told.email_write"))

    async def draft(self, cause: Cause) -> Draft:
        """The text as it stands, for editing."""
        opened = await self.desk.open(cause.person, cause.case_id)
        return self.drafting.draft(opened.case, DraftKind.EMAIL, opened.saying, opened.now)

    async def edit(self, cause: Cause, draft: Draft) -> Told:
        """Keep the person's own version; it wins over ours from now on."""
        opened = await self.desk.open(cause.person, cause.case_id)
        case = kept_edit(opened.case, DraftKind.EMAIL, draft)
        await self.desk.write(cause, case)
        return Told(opened.saying.say("letters.told.email_edit"), case)

    async def sent(self, cause: Cause) -> Told:
        """The person says that it is sent: keeping in touch begins."""
        opened = await self.desk.open(cause.person, cause.case_id)
        told = opened.saying.say("letters.told.email_send", when=opened.saying.day(opened.now))
        if opened.case.stage not in {Stage.TELLING, Stage.FOLLOWING_UP, Stage.HELD}:
            return Told(opened.saying.say("letters.told.already"))
        case = opened.case.with_event(EventKind.EMAIL_SENT, opened.now)
        case = replace(case, stage=stage_after(case))
        nudges = nudge_posts(case, opened.now, opened.visitor, cause.mark)
        case = replace(case, reconnect_at=nudges[0].due_at if nudges else None)
        plan = post_for(case, PostKind.RECONNECT_PLAN, opened.now, cause.mark)
        await self.desk.write(cause, case, (plan, *nudges), REMINDERS | WHILE_UNDECIDED)
        return Told(told)


def stage_after(case: Case) -> Stage:
    """Keeping in touch, unless the door is closed, they were treated badly, or it is their own employer."""
    is_over = not keeps_in_touch(case) or case.plan.rhythm is Rhythm.NEVER
    return Stage.RESTING if is_over else Stage.IN_TOUCH
