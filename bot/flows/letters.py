"""What each row of the outbox says at the moment when it goes out, and whether it still should."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.coaching.case import Case, Stage
from bot.coaching.reasons import Catalogue
from bot.flows import answering, calling, reconnecting
from bot.flows.delivery import UNHEARD, Drop, Hold
from bot.flows.drafting import Drafting, in_the_words_of
from bot.flows.home import listing, open_standings, unreminded
from bot.flows.news import step_for
from bot.flows.onboarding import GUIDED, Offered, Step, installed, meant, named_in, reply, said_in, welcome
from bot.flows.openings import BY_DUE
from bot.flows.ports import (
    Background,
    Clock,
    Letter,
    Messenger,
    NotFoundError,
    Post,
    PostKind,
    SendFailedError,
    Store,
    Wording,
)
from bot.flows.rehearsal_letters import invitation
from bot.flows.replies import Meaning
from bot.flows.sheet import Sheet
from bot.flows.timing import AGAIN, UNASKED, allowed_at, is_held_back, is_unasked, is_warning
from bot.flows.veil import shown
from bot.flows.visitor import Saying, Visitor, visitor_of

ABOUT_NO_CASE = frozenset({PostKind.REPLY, PostKind.WELCOME, PostKind.INSTALLED})
STILL_CLOSED = frozenset({Stage.CLOSED})
STILL_TELLING = frozenset({Stage.TELLING})
STILL_OPEN = frozenset({Stage.TELLING, Stage.FOLLOWING_UP})
WANTED_IN: Mapping[PostKind, frozenset[Stage]] = {
    PostKind.REMIND_CALL: STILL_TELLING,
    PostKind.REMIND_EMAIL: frozenset({Stage.FOLLOWING_UP}),
    PostKind.LAST_CALL: STILL_OPEN,
    PostKind.OVERDUE: STILL_OPEN | {Stage.HELD, Stage.SIGNED},
    PostKind.NUDGE: frozenset({Stage.IN_TOUCH}),
    PostKind.SILENCE: frozenset({Stage.IN_TOUCH}),
    PostKind.HELD: frozenset({Stage.HELD}),
    PostKind.SIGNED: frozenset({Stage.SIGNED}),
    PostKind.RETENTION: STILL_CLOSED,
}
WARNING = AGAIN | {PostKind.LAST_CALL}  # of no use once the answer is due
OVERTAKING = (UNASKED | AGAIN) - {PostKind.RETENTION}
PAUSE = timedelta(days=1)
GUESSES = 6  # tries, about five minutes, before a letter goes by the defaults

Writer = Callable[[Sheet], Letter]


@dataclass(frozen=True)
class Letters:
    """The composer: one writer for each kind of row."""

    store: Store
    messenger: Messenger
    wording: Wording
    clock: Clock
    catalogue: Catalogue
    drafting: Drafting

    async def compose(self, post: Post, now: datetime) -> Letter | Hold | Drop:
        """The letter; or later (quiet hours, a pause); or never (what it was about is over).

        Raises SendFailedError while Slack does not say where this person is and it matters.
        """
        profile = await self.messenger.profile(post.person)
        behind = await self.store.background(post, now)  # last, so that it is as fresh as can be
        visitor = Visitor(post.person, profile, behind.preferences)
        saying = Saying(self.wording, visitor)
        if post.kind in ABOUT_NO_CASE:
            return await self._greeting(post, saying, now)
        case = behind.case
        if case is None:
            return Drop("case_gone")
        if post.is_asked_for:
            return self._about(case, post, saying, now)
        if reason := _reason_to_drop(post, case, behind, now):
            return Drop(reason)
        if is_unasked(post):
            if profile.is_guess and not behind.preferences.time_zone and post.attempts <= GUESSES:
                raise SendFailedError("profile_unknown")
            if waiting := _waiting(post, visitor, now, case.offer.answer_due_at):
                return waiting
        return self._about(case, post, saying, now)

    async def text_of(self, post: Post, now: datetime) -> Letter | Drop:
        """What the row says, whatever the hour and the stage."""
        saying = Saying(self.wording, await visitor_of(post.person, self.store, self.messenger))
        if post.kind in ABOUT_NO_CASE:
            return await self._greeting(post, saying, now)
        try:
            return self._about(await self.store.case(post.person, post.case_id or ""), post, saying, now)
        except NotFoundError:
            return Drop("case_gone")

    async def _greeting(self, post: Post, saying: Saying, now: datetime) -> Letter:
        if post.kind is PostKind.INSTALLED:
            return installed(saying)
        meaning, other = meant(post)
        offered = self._offered(saying, other) if other else None
        if post.kind is PostKind.WELCOME:
            return welcome(saying, offered)
        lines = await listing(self.store, saying, now) if meaning is Meaning.LIST else ""
        step = None
        if meaning is Meaning.PAUSE:
            due = unreminded(await open_standings(self.store, saying, now), saying)
            step = Step("\n".join(due)) if due else None
        if meaning in GUIDED:
            step = await step_for(self.store, saying, now, meaning, named_in(post), said_in(post))
        is_first = meaning is Meaning.OTHER and not await self._has_said_so(post)
        return reply(saying, post, lines, step, offered, is_first=is_first)

    async def _has_said_so(self, post: Post) -> bool:
        """Whether this person was told once who keeps what they type."""
        past = await self.store.past(post.person)
        others = (item.post for item in past if item.post.kind is PostKind.REPLY and item.post.id != post.id)
        return any(other.note.startswith(UNHEARD) for other in others)

    def _offered(self, saying: Saying, other: str) -> Offered:
        label = saying.entries("settings.locale")["label"]
        return Offered(
            self.wording.text("replies.in_this", other, label=label),
            self.wording.text("home.buttons.settings_open", other),
        )

    def _about(self, case: Case, post: Post, saying: Saying, now: datetime) -> Letter:
        locale = saying.visitor.locale
        said = in_the_words_of(locale, shown(case, saying), self.catalogue)
        sheet = Sheet(said, saying, now, self.drafting, self.catalogue.of(locale), post.note)
        return _with_veil(sheet, WRITERS[post.kind](sheet))


def _with_veil(sheet: Sheet, letter: Letter) -> Letter:
    """Under a draft with a code name in it stands what to put back."""
    has_draft = any(passage.form == "draft" for passage in letter.passages)
    if not (has_draft and sheet.saying.visitor.preferences.has_code_names):
        return letter
    return replace(letter, passages=(*letter.passages, sheet.aside("veil")))


def _reason_to_drop(post: Post, case: Case, behind: Background, now: datetime) -> str:
    """Why this row is not wanted any more; empty when it is."""
    if case.stage not in WANTED_IN.get(post.kind, frozenset(Stage) - STILL_CLOSED):
        return "stage_passed"
    if post.kind in BY_DUE and case.answered_at is not None:
        return "answered"
    if post.kind is PostKind.OVERDUE and not case.is_overdue(now):  # another day was agreed on
        return "not_overdue"
    if is_warning(post) and _is_past(case, now):
        return "too_late"
    if behind.preferences.is_paused and post.kind is PostKind.LAST_CALL:  # held it would come too late
        return "paused"
    return "overtaken" if _is_planned(post) and _is_overtaken(post, case, behind, now) else ""


def _waiting(post: Post, visitor: Visitor, now: datetime, answer_due_at: datetime | None) -> Hold | None:
    """A pause, another local hour since they moved, a day off, or quiet hours."""
    if is_held_back(post, visitor):
        return Hold(now + PAUSE)
    moment = allowed_at(post, visitor, now, answer_due_at)
    return Hold(moment) if moment > now else None


def _is_past(case: Case, now: datetime) -> bool:
    due_at = case.offer.answer_due_at
    return due_at is not None and due_at <= now


def _is_planned(post: Post) -> bool:
    return is_unasked(post) and post.kind is not PostKind.RETENTION


def _is_overtaken(post: Post, case: Case, behind: Background, now: datetime) -> bool:
    """After a long sleep one message for each case is enough: the newest that still makes sense."""
    return any(
        place > post.first_due_at
        for kind, place in behind.waiting.items()
        if kind in OVERTAKING and place <= now and not (kind in WARNING and _is_past(case, now))
    )


WRITERS: Mapping[PostKind, Writer] = {
    PostKind.CARD: calling.card,
    PostKind.SCRIPT: calling.script,
    PostKind.VOICEMAIL: calling.voicemail,
    PostKind.EMAIL: calling.email,
    PostKind.NOTES: calling.notes,
    PostKind.MORE_TIME: calling.more_time,
    PostKind.HELD: calling.held,
    PostKind.SIGNED: calling.signed,
    PostKind.COUNTERED: answering.countered,
    PostKind.UPSET: calling.upset,
    PostKind.ANOTHER_ROLE: answering.another_role,
    PostKind.REMIND_CALL: calling.remind_call,
    PostKind.REMIND_EMAIL: calling.remind_email,
    PostKind.LAST_CALL: calling.last_call,
    PostKind.OVERDUE: calling.overdue,
    PostKind.NUDGE: reconnecting.nudge,
    PostKind.RECONNECT_PLAN: reconnecting.plan,
    PostKind.SILENCE: reconnecting.silence,
    PostKind.PERSONAL: reconnecting.personal,
    PostKind.REAPPROACH: reconnecting.reapproach,
    PostKind.REHEARSAL: invitation,
    PostKind.RETENTION: reconnecting.retention,
}
