"""What each row of the outbox says at the moment when it goes out, and whether it still should."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.coaching import cadence
from bot.coaching.case import Case, Stage
from bot.coaching.reasons import Catalogue
from bot.flows import calling, reconnecting
from bot.flows.drafting import Drafting, in_the_words_of
from bot.flows.home import listing
from bot.flows.onboarding import installed, reply, welcome
from bot.flows.ports import (
    Clock,
    Drop,
    Hold,
    Letter,
    Messenger,
    NotFoundError,
    Post,
    PostKind,
    Store,
    Wording,
)
from bot.flows.rehearsal_letters import invitation
from bot.flows.replies import Meaning
from bot.flows.sheet import Sheet
from bot.flows.veil import shown
from bot.flows.visitor import Saying, visitor_of

# Of its own accord, rather than as the answer to what the person just did: these keep quiet hours.
UNASKED = frozenset(
    {
        PostKind.REMIND_CALL,
        PostKind.REMIND_EMAIL,
        PostKind.NUDGE,
        PostKind.SILENCE,
        PostKind.RETENTION,
    }
)
ABOUT_NO_CASE = frozenset({PostKind.REPLY, PostKind.WELCOME, PostKind.INSTALLED})
STILL_CLOSED = frozenset({Stage.CLOSED})
STILL_TELLING = frozenset({Stage.TELLING})
STILL_OPEN = frozenset({Stage.TELLING, Stage.FOLLOWING_UP})
WANTED_IN: Mapping[PostKind, frozenset[Stage]] = {
    PostKind.REMIND_CALL: STILL_TELLING,
    PostKind.REMIND_EMAIL: frozenset({Stage.FOLLOWING_UP}),
    PostKind.LAST_CALL: STILL_OPEN,
    PostKind.NUDGE: frozenset({Stage.IN_TOUCH}),
    PostKind.SILENCE: frozenset({Stage.IN_TOUCH}),
    PostKind.HELD: frozenset({Stage.HELD}),
    PostKind.RETENTION: STILL_CLOSED,
}
PAUSE = timedelta(days=1)

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
        """The letter; or later (quiet hours, a pause); or never (what it was about is over)."""
        visitor = await visitor_of(post.person, self.store, self.messenger)
        saying = Saying(self.wording, visitor)
        if post.kind in ABOUT_NO_CASE:
            return await self._greeting(post, saying, now)
        try:
            case = await self.store.case(post.person, post.case_id or "")
        except NotFoundError:
            return Drop("case_gone")
        if case.stage not in WANTED_IN.get(post.kind, frozenset(Stage) - STILL_CLOSED):
            return Drop("stage_passed")
        # A pause does not hold back the warning that something will be erased.
        is_paused = visitor.preferences.is_paused and post.kind is not PostKind.RETENTION
        if is_paused and post.kind is PostKind.LAST_CALL:  # held until later it would come too late
            return Drop("paused")
        if _is_unasked(post) and (waiting := self._waiting(is_paused, saying, now)):
            return waiting
        if post.kind is PostKind.NUDGE and await self._is_overtaken(post, now):
            return Drop("overtaken")
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
        if post.kind is PostKind.REPLY:
            is_asked = post.note == Meaning.LIST
            return reply(saying, post, await listing(self.store, saying, now) if is_asked else "")
        return welcome(saying) if post.kind is PostKind.WELCOME else installed(saying)

    def _about(self, case: Case, post: Post, saying: Saying, now: datetime) -> Letter:
        locale = saying.visitor.locale
        said = in_the_words_of(locale, shown(case, saying), self.catalogue)
        sheet = Sheet(said, saying, now, self.drafting, self.catalogue.of(locale), post.note)
        return _with_veil(sheet, WRITERS[post.kind](sheet))

    def _waiting(self, is_paused: bool, saying: Saying, now: datetime) -> Hold | None:
        if is_paused:
            return Hold(now + PAUSE)
        preferences = saying.visitor.preferences
        allowed_at = cadence.outside_quiet_hours(
            now, saying.visitor.zone, preferences.quiet_from, preferences.quiet_until
        )
        return Hold(allowed_at) if allowed_at > now else None

    async def _is_overtaken(self, post: Post, now: datetime) -> bool:
        """After a long sleep one note for each case is enough: the newest."""
        upcoming = await self.store.upcoming(post.person, limit=200)
        return any(
            other.case_id == post.case_id and other.kind is post.kind and post.due_at < other.due_at <= now
            for other in upcoming
        )


def _with_veil(sheet: Sheet, letter: Letter) -> Letter:
    """Under a draft with a code name in it stands what to put back."""
    has_draft = any(passage.form == "draft" for passage in letter.passages)
    if not (has_draft and sheet.saying.visitor.preferences.has_code_names):
        return letter
    return replace(letter, passages=(*letter.passages, sheet.aside("veil")))


def _is_unasked(post: Post) -> bool:
    return post.kind in UNASKED or (post.kind is PostKind.HELD and post.note == "due")


WRITERS: Mapping[PostKind, Writer] = {
    PostKind.CARD: calling.card,
    PostKind.SCRIPT: calling.script,
    PostKind.VOICEMAIL: calling.voicemail,
    PostKind.EMAIL: calling.email,
    PostKind.NOTES: calling.notes,
    PostKind.MORE_TIME: calling.more_time,
    PostKind.HELD: calling.held,
    PostKind.SIGNED: calling.signed,
    PostKind.COUNTERED: calling.countered,
    PostKind.UPSET: calling.upset,
    PostKind.ANOTHER_ROLE: calling.another_role,
    PostKind.REMIND_CALL: calling.remind_call,
    PostKind.REMIND_EMAIL: calling.remind_email,
    PostKind.LAST_CALL: calling.last_call,
    PostKind.NUDGE: reconnecting.nudge,
    PostKind.RECONNECT_PLAN: reconnecting.plan,
    PostKind.SILENCE: reconnecting.silence,
    PostKind.PERSONAL: reconnecting.personal,
    PostKind.REAPPROACH: reconnecting.reapproach,
    PostKind.REHEARSAL: invitation,
    PostKind.RETENTION: reconnecting.retention,
}
