"""What was typed wrong or clicked by mistake: details and reasons change, a step is taken back."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.coaching import cadence
from bot.coaching.case import Case, Channel, Circumstance, Rhythm, Stage
from bot.coaching.correcting import (
    REASONED,
    UNTOLD,
    answers_of,
    corrected,
    corrections_of,
    is_another_path,
    is_planned_anew,
    taken_back,
    with_reasons,
)
from bot.coaching.drafts import DraftKind, drafts_for, keeps_in_touch, script_of
from bot.coaching.interview import (
    MOST_REASONS,
    MOST_SHARED,
    SHARED,
    Answers,
    Kind,
    Question,
    Step,
    many_in,
    problems,
    settled,
)
from bot.coaching.own_words import joined, slips_in
from bot.coaching.reasons import Catalogue, Reading
from bot.coaching.successors import is_left_from, with_successor
from bot.flows.desk import Cause, Desk, Opened, Told
from bot.flows.drafting import ANSWER, Drafting, fit_to_share, in_the_words_of
from bot.flows.openings import (
    ANEW,
    NOTES,
    REMINDERS,
    WHILE_UNDECIDED,
    nudge_posts,
    post_for,
    posts_for,
    reminder_posts,
)
from bot.flows.ports import NotFoundError, Post, PostKind
from bot.flows.screens import Field, Option, Screen, form, hint_in, warnings_of
from bot.flows.visitor import Saying

CONFIRMING = "confirm"  # the step of the window that leads on to what to say
PICKED = "picked"
OURS = "ours"
OF_ITSELF = {"due_is_past", "due_is_far", "call_is_past", "call_out_of_hours"}  # whatever else is answered
PROBLEM_STEPS = (Step.OFFER, Step.PLAN)
ENDED = REMINDERS | {
    PostKind.EMAIL,
    PostKind.VOICEMAIL,
    PostKind.COUNTERED,
    PostKind.UPSET,
    PostKind.ANOTHER_ROLE,
    PostKind.RECONNECT_PLAN,
    PostKind.NUDGE,
    PostKind.SILENCE,
}
UNDECIDED: Mapping[Stage, PostKind] = {Stage.HELD: PostKind.HELD, Stage.SIGNED: PostKind.SIGNED}
WORDS = frozenset({PostKind.SCRIPT, PostKind.EMAIL})
WORDED = frozenset({Stage.TELLING, Stage.FOLLOWING_UP})  # stages in which they were said before


@dataclass(frozen=True)
class Corrections:
    """The story of changing one's mind about what was entered."""

    desk: Desk
    drafting: Drafting

    @property
    def catalogue(self) -> Catalogue:
        """The categories of reasons."""
        return self.drafting.catalogue

    async def details(self, cause: Cause, place: str = "") -> Screen:
        """The window with what may change. Raises NotFoundError."""
        return self._details(await self.desk.open(cause.person, cause.case_id), place)

    async def to_confirm(self, cause: Cause, place: str = "") -> Screen | None:
        """What is still missing before there are words for somebody who has signed; None for anybody else."""
        opened = await self.desk.open(cause.person, cause.case_id)
        return self._details(opened, place, CONFIRMING) if opened.case.stage is Stage.SIGNED else None

    async def correct(self, cause: Cause, given: Answers, step: str) -> Told | dict[str, str]:
        """Take the details; or what is wrong with them, field → sentence."""
        opened = await self.desk.open(cause.person, cause.case_id)
        is_confirming = step == CONFIRMING
        if is_confirming and opened.case.stage is not Stage.SIGNED:
            return Told(opened.saying.say("letters.told.already"))
        asked = corrections_of(opened.case, is_confirming=is_confirming)
        known = {question.id for _, question in asked}
        taken = {name: value for name, value in given.items() if name in known}
        wrong = self._wrong(opened, taken)
        naming = self.desk.wording.patterns(opened.visitor.locale).naming
        if not wrong and is_left_from(opened.case.offer, corrected(opened.case, taken).offer, naming):
            wrong["contact_email"] = "left_from"
        if is_confirming and not taken.get("own_name"):
            wrong["own_name"] = "required"
        if wrong:
            return {name: opened.saying.say(f"errors.fields.{key}") for name, key in wrong.items()}
        case = with_successor(opened.case, corrected(opened.case, taken), opened.now, naming)
        if is_confirming:
            return await self._confirmed(cause, opened, case, given)
        return await self._saved(cause, opened, case)

    async def reasons(self, cause: Cause, place: str = "") -> Screen:
        """The window with each wording, which are shared, and others to pick. Raises NotFoundError."""
        opened = await self.desk.open(cause.person, cause.case_id)
        if opened.case.stage not in REASONED:
            raise NotFoundError
        saying, catalogue = opened.saying, self.catalogue.of(opened.visitor.locale)
        case = in_the_words_of(opened.visitor.locale, opened.case, self.catalogue)
        words = saying.entries("settings.reasons")
        known = [item for item in case.reasons if item.category_id in catalogue]
        fields = [
            Field(
                f"own:{item.category_id}",
                Kind.TEXT,
                catalogue[item.category_id].label,
                words["hint"],
                initial=item.wording,
                longest=150,
            )
            for item in known
        ]
        if known and Circumstance.BAD_EXPERIENCE not in case.offer.circumstances:  # they hear none then
            shared = saying.entries("interview.wording.shared")
            options = tuple(
                Option(
                    item.category_id,
                    catalogue[item.category_id].label,
                    saying.say(f"interview.wording.sharing.{catalogue[item.category_id].share}"),
                )
                for item in known
            )
            said = [item.category_id for item in known if item.is_shared]
            fields.append(
                Field(SHARED, Kind.CHECKS, shared["label"], shared["hint"], options=options, initial=said)
            )
        if len(known) < MOST_REASONS:
            fields.append(self._picking(saying, catalogue, words, {item.category_id for item in known}))
        return form("reasons", opened.case.id, saying, words, tuple(fields), place=place, has_real_names=True)

    async def reword(self, cause: Cause, given: Answers) -> Told | dict[str, str]:
        """Take the reasons; or what is wrong with them, field → sentence."""
        opened = await self.desk.open(cause.person, cause.case_id)
        shared = many_in(given, SHARED)
        if len(shared) > MOST_SHARED:
            return {SHARED: opened.saying.say("errors.fields.share_fewer")}
        catalogue = self.catalogue.of(opened.visitor.locale)
        shown = in_the_words_of(opened.visitor.locale, opened.case, self.catalogue)
        patterns = self.desk.wording.patterns(opened.visitor.locale)
        worded, own = dict[str, str](), list[str]()
        for before, now in zip(opened.case.reasons, shown.reasons, strict=True):
            name = before.category_id
            typed = str(given.get(f"own:{name}", now.wording) or "").strip()
            worded[name] = before.wording if typed == now.wording else joined(typed, patterns)
            own += [typed] if typed not in {"", now.wording} else []
        fresh = [name for name in many_in(given, PICKED) if name in catalogue and name not in worded]
        worded |= {name: catalogue[name].phrasings[0] for name in fresh}
        if not opened.case.reasons:
            shared = fit_to_share(fresh, catalogue)
        case = with_reasons(opened.case, dict(list(worded.items())[:MOST_REASONS]), frozenset(shared))
        told = await self._saved(cause, opened, case)
        return replace(told, text="\n".join([told.text, *await self._warnings(opened, own)]))

    async def _warnings(self, opened: Opened, own: list[str]) -> tuple[str, ...]:
        """What to consider about wordings of their own; they are used all the same."""
        locale, read = opened.visitor.locale, self.drafting.read
        patterns = self.desk.wording.patterns(locale)
        readings: dict[str, Reading] = {}
        if read is not None and self.catalogue.of(locale).is_read:
            known = (opened.case.offer.company, opened.case.offer.contact_name)
            found = {text: (await asyncio.to_thread(read, text)).about(text, known) for text in own}
            readings = {text: reading for text, reading in found.items() if reading.findings}
        slips = {text: slips_in(joined(text, patterns), patterns) for text in own}
        return tuple(warnings_of(readings, slips, opened.saying))

    async def take_back(self, cause: Cause) -> Told:
        """The last thing that the person said had happened has not; what followed from it is withdrawn."""
        opened = await self.desk.open(cause.person, cause.case_id)
        case = taken_back(opened.case)
        if case is None:
            return Told(opened.saying.say("letters.told.already"))
        nudges: tuple[Post, ...] = ()
        if case.stage is Stage.IN_TOUCH:
            nudges = nudge_posts(case, opened.now, opened.visitor, cause.mark)
        case = replace(case, reconnect_at=nudges[0].due_at if nudges else None)
        words = self._words_again(case, opened, cause.mark)
        reminders = reminder_posts(case, opened.now, opened.visitor, cause.mark)
        await self.desk.write(cause, case, (*words, *nudges, *reminders), ENDED)
        return Told(opened.saying.say(f"letters.told.{'step_undo' if words else 'step_undo_later'}"), case)

    async def ours(self, cause: Cause, *, is_email: bool) -> tuple[Field, ...]:
        """The box that puts Ajar's own words back, where there are others."""
        opened = await self.desk.open(cause.person, cause.case_id)
        if not any(_is_edit(key, opened.case, is_email=is_email) for key, _ in opened.case.edits):
            return ()
        words = opened.saying.entries("settings.ours")
        return (Field(OURS, Kind.CHECKS, words["label"], options=(Option(OURS, words["options"][OURS]),)),)

    async def ours_again(self, cause: Cause, *, is_email: bool) -> None:
        """Ajar's own words in place of the person's email; or of their script, with their answers in it."""
        opened = await self.desk.open(cause.person, cause.case_id)
        kept = tuple(
            edit for edit in opened.case.edits if not _is_edit(edit[0], opened.case, is_email=is_email)
        )
        await self.desk.write(cause, replace(opened.case, edits=kept))

    def _details(self, opened: Opened, place: str, step: str = "") -> Screen:
        asked = corrections_of(opened.case, is_confirming=step == CONFIRMING)
        if not asked:
            raise NotFoundError
        answers, saying = answers_of(opened.case), opened.saying
        if step:
            answers["own_name"] = answers["own_name"] or opened.visitor.profile.name
        fields = [_field(page, question, saying, answers) for page, question in asked]
        words = saying.entries("settings.confirm" if step else "settings.details")
        if step:
            fields = [replace(item, is_required=item.is_required or item.id == "own_name") for item in fields]
            catalogue = self.catalogue.of(opened.visitor.locale)
            fields.append(self._picking(saying, catalogue, saying.entries("settings.reasons"), set()))
        return form(
            "details",
            opened.case.id,
            saying,
            words,
            tuple(fields),
            place=place,
            step=step,
            has_real_names=True,
        )

    def _picking(
        self, saying: Saying, catalogue: Catalogue, words: Mapping[str, str], known: set[str]
    ) -> Field:
        options = tuple(
            Option(item.id, item.label, item.hint, catalogue.groups[item.group])
            for item in catalogue
            if item.id not in known
        )
        label = words["more"] if known else saying.entries("interview.reasons.picked")["label_list"]
        return Field(PICKED, Kind.REASONS, label, words["more_hint"], options=options)

    def _wrong(self, opened: Opened, given: Answers) -> dict[str, str]:
        """Field → key of a message; a moment that was there before may have passed meanwhile."""
        before = answers_of(opened.case)
        answers = {**before, **given}
        zone, calendar = opened.visitor.zone, opened.visitor.calendar
        found: dict[str, str] = {}
        for step in PROBLEM_STEPS:
            found |= problems(
                step, answers, opened.now, lambda at: cadence.is_sensible_call_time(at, zone, calendar)
            )
        same = {
            name for name in ("answer_due_at", "call_at") if _moment(given.get(name)) == _moment(before[name])
        }
        return {
            name: key
            for name, key in found.items()
            if name in given and not (name in same and key in OF_ITSELF)
        }

    async def _confirmed(self, cause: Cause, opened: Opened, case: Case, given: Answers) -> Told:
        catalogue = self.catalogue.of(opened.visitor.locale)
        picked = [name for name in many_in(given, PICKED) if name in catalogue][:MOST_REASONS]
        worded = {name: catalogue[name].phrasings[0] for name in picked}
        case = settled(with_reasons(case, worded, frozenset(fit_to_share(picked, catalogue))))
        posts = posts_for(case, opened.now, opened.visitor, cause.mark)
        await self.desk.write(cause, case, posts, WHILE_UNDECIDED)
        return Told(opened.saying.say("letters.told.signed_confirm"), case)

    async def _saved(self, cause: Cause, opened: Opened, case: Case) -> Told:
        """Write it with what it says from now on; what waits for its time is written when it goes out."""
        if case == opened.case:
            return Told(opened.saying.say("letters.told.unchanged"))
        now, visitor, mark = opened.now, opened.visitor, cause.mark
        if opened.case.stage is Stage.SIGNED is not case.stage:
            case = _with_plan(case, opened)
        posts, withdraw = self._words_again(case, opened, mark), frozenset[PostKind]()
        if is_another_path(opened.case, case) and case.stage in UNTOLD:
            posts, withdraw = posts_for(case, now, visitor, mark), REMINDERS | WHILE_UNDECIDED
        elif case.stage is Stage.RESTING is not opened.case.stage:
            case, withdraw = replace(case, reconnect_at=None), frozenset({PostKind.NUDGE, PostKind.SILENCE})
        elif is_planned_anew(opened.case, case):
            kind = UNDECIDED.get(case.stage)
            withdraw = frozenset({kind, PostKind.OVERDUE}) if kind else REMINDERS
            again = posts_for(case, now, visitor, mark) if kind else reminder_posts(case, now, visitor, mark)
            posts += tuple(post for post in again if post.due_at > now or not kind)
        if opened.case.stage in WORDED:
            posts = tuple(replace(post, note=ANEW) if post.kind in WORDS else post for post in posts)
        await self.desk.write(cause, case, posts, withdraw)
        name = "case_edit_later" if not posts else "case_edit_own" if case.edits else "case_edit"
        has_more = {item.id for _, item in corrections_of(case)} - {
            item.id for _, item in corrections_of(opened.case)
        }
        told = [opened.saying.say(f"letters.told.{name}")]
        if has_more:
            told.append(opened.saying.say("letters.told.case_edit_more", has_no_reasons=not case.reasons))
        return Told("\n".join(told), case)

    def _words_again(self, case: Case, opened: Opened, mark: str) -> tuple[Post, ...]:
        """What they are going to say or send, as it is by now."""
        kinds: list[PostKind] = []
        if case.stage is Stage.TELLING:
            kinds.append(PostKind.EMAIL if case.plan.channel is Channel.EMAIL else PostKind.SCRIPT)
            kinds += [PostKind.NOTES] if set(NOTES) & set(drafts_for(case)) else []
        if case.stage is Stage.FOLLOWING_UP:
            kinds.append(PostKind.EMAIL)
        return tuple(post_for(case, kind, opened.now, mark) for kind in kinds)


def _with_plan(case: Case, opened: Opened) -> Case:
    """With what whoever has signed was not asked for, as the interview would propose it."""
    visitor, is_pressing = opened.visitor, case.offer.is_accepted
    call_at = cadence.suggest_call_at(
        opened.now, visitor.zone, case.offer.answer_due_at, visitor.calendar, is_pressing=is_pressing
    )
    rhythm = Rhythm(visitor.preferences.rhythm or case.plan.rhythm) if keeps_in_touch(case) else Rhythm.NEVER
    plan = replace(
        case.plan,
        call_at=None if case.plan.channel is Channel.EMAIL else case.plan.call_at or call_at,
        own_name=case.plan.own_name or visitor.profile.name,
        rhythm=rhythm,
    )
    return replace(case, plan=plan)


def _field(page: Step, question: Question, saying: Saying, answers: Answers) -> Field:
    words = saying.entries(f"interview.{page}.{question.id}")
    labels = words.get("options") or {}
    return Field(
        question.id,
        question.kind,
        words["label"],
        hint_in(words, answers),
        words.get("placeholder", ""),
        tuple(Option(str(item), labels[item]) for item in question.options),
        initial=answers.get(question.id),
        is_required=question.is_required,
        longest=question.longest,
    )


def _is_edit(key: str, case: Case, *, is_email: bool) -> bool:
    """Whether it is the person's own version of the email, or of the script and what is said in it."""
    return key == DraftKind.EMAIL if is_email else key == script_of(case) or key.startswith(ANSWER)


def _moment(value: object) -> float:
    """By which two ways to write one moment are the same; the picker knows minutes."""
    return datetime.fromisoformat(value).timestamp() // 60 if isinstance(value, str) and value else 0.0
