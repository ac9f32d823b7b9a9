"""The interview: `/decline` opens it, each page leads to the next, the last one makes the case."""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.coaching import cadence
from bot.coaching.case import Case, Commitment, Person, Stage
from bot.coaching.interview import (
    GUESSED,
    SHARED,
    UNDERSTOOD,
    Answers,
    Step,
    case_from,
    default_channel,
    guesses_in,
    moment_in,
    of_page,
    problems,
    reasons_in,
    step_after,
    step_before,
    steps_for,
)
from bot.coaching.own_words import joined, slips_in
from bot.coaching.patterns import Patterns
from bot.coaching.reasons import Catalogue, Reader, Reading
from bot.flows import openings
from bot.flows.drafting import fit_to_share
from bot.flows.ports import (
    Change,
    Clock,
    Interview,
    Messenger,
    NotFoundError,
    Store,
    UnreadableError,
    Wording,
)
from bot.flows.raw_words import RawWords
from bot.flows.replies import language_of
from bot.flows.screens import Notice, Screen, StepPage
from bot.flows.titles import is_twin, title_of
from bot.flows.troubles import trouble_in
from bot.flows.visitor import Saying, Visitor, visitor_of

RAW = "raw_words"
NAMED = ("company", "contact_name")  # whom both sides know
MOST_LOCALES = 100
MOST_WORDS, LONGEST_NAME = 8, 80  # of a company after /decline


@dataclass(frozen=True)
class Page:
    """The next page to show."""

    screen: Screen


@dataclass(frozen=True)
class Mistakes:
    """What to mend on this page: question id → sentence."""

    sentences: Mapping[str, str]


@dataclass(frozen=True)
class Done:
    """The interview is over and the case is saved."""

    case: Case


class Decline:
    """The story of the interview."""

    def __init__(
        self,
        store: Store,
        messenger: Messenger,
        wording: Wording,
        clock: Clock,
        reader: Reader,
        catalogue: Catalogue,
    ) -> None:
        self._store = store
        self._messenger = messenger
        self._wording = wording
        self._clock = clock
        self._reader = reader
        self._catalogue = catalogue
        self._raw = RawWords(clock)
        self._blanks: dict[str, Screen] = {}  # the first page by locale

    async def start(self, person: Person, company: str = "") -> Screen:
        """The first page; or the offer to go on where the person left."""
        caller = await self._store.caller(person)
        visitor = Visitor(person, await self._messenger.profile(person), caller.preferences)
        if caller.interview is not None:
            return self._choice_to_go_on(caller.interview, company, Saying(self._wording, visitor))
        return self._first_page(visitor, company)

    async def start_anew(self, person: Person, company: str = "") -> Screen:
        """The first page of a new interview; nothing is saved before it is submitted."""
        return self._first_page(await visitor_of(person, self._store, self._messenger), company)

    def _first_page(self, visitor: Visitor, company: str) -> Screen:
        """Without a company it differs by locale and id alone, so it is made once for each locale."""
        interview_id, words = secrets.token_hex(12), company.split()
        company = " ".join(words) if len(words) <= MOST_WORDS else ""  # an email that was pasted names none
        company = company if len(company) <= LONGEST_NAME else ""
        if company:
            return self._blank(visitor, interview_id, {"company": company})
        if visitor.locale not in self._blanks:
            if len(self._blanks) >= MOST_LOCALES:  # whatever Slack says is the locale, this stays small
                self._blanks.clear()
            stencil = f"{Step.OFFER}:{visitor.locale}"
            self._blanks[visitor.locale] = replace(self._blank(visitor, "", {}), stencil=stencil)
        return replace(self._blanks[visitor.locale], about=interview_id)

    def _blank(self, visitor: Visitor, interview_id: str, answers: Answers) -> Screen:
        interview = Interview(interview_id, visitor.person, Step.OFFER, answers, self._clock.now())
        page = StepPage(interview, Step.OFFER, 1, answers)
        return page.screen(Saying(self._wording, visitor), self._catalogue)

    def _choice_to_go_on(self, unfinished: Interview, company: str, saying: Saying) -> Screen:
        return Screen(
            "resume",
            unfinished.id,
            title=saying.say("interview.resume.title"),
            close=saying.say("interview.close"),
            notices=(
                Notice(
                    saying.say(
                        "interview.resume.text",
                        company=unfinished.answers.get("company", ""),
                        when=saying.moment(unfinished.updated_at),
                    )
                ),
            ),
            go_on=saying.say("interview.resume.go_on"),
            start_anew=saying.say("interview.resume.start_anew"),
            company=company,
        )

    def forget(self, person: Person) -> None:
        """Drop the raw words of this person from memory."""
        self._raw.forget_all(person)

    def tidy(self) -> None:
        """Drop the raw words whose hour is over."""
        self._raw.tidy()

    async def go_on(self, person: Person, interview_id: str) -> Screen:
        """The page where the person left. Raises NotFoundError when it is finished or gone."""
        return await self._page(await self._interview(person, interview_id))

    async def back(self, person: Person, interview_id: str, step: str, given: Mapping[str, object]) -> Screen:
        """The page before; what was submitted is still in it, and what stood in this one comes back later."""
        interview, here = await self._interview(person, interview_id), _step(step)
        answers, raw = _without_raw({**interview.answers, **of_page(here, given)})
        if here is Step.REASONS:
            self._raw.keep(person, interview_id, raw)
        before = step_before(here) or Step.OFFER
        interview = replace(interview, step=before, answers=answers, updated_at=self._clock.now())
        await self._store.commit(Change(person, self._clock.now(), interview=interview))
        return await self._page(interview)

    async def answer(
        self, person: Person, interview_id: str, step: str, given: Mapping[str, object], locale: str = ""
    ) -> Page | Mistakes | Done:
        """Take one page's answers. Raises NotFoundError for an interview that is gone.

        locale: of the page; with it, what is wrong on the first page is said without asking the store.
        """
        if not interview_id.isalnum():  # ids of ours are plain; a made-up one would become that of a case
            raise NotFoundError
        here, now = _step(step), self._clock.now()
        given = of_page(here, given)
        if here is Step.OFFER and locale and (wrong := problems(here, given, now, _any_time)):
            return self._mistakes(wrong, locale)
        caller = await self._store.caller(person, interview_id)
        if caller.is_finished:  # the last page was submitted twice
            return Done(await self._store.case(person, interview_id))
        if caller.interview is None and here is not Step.OFFER:  # the first page is saved for the first time
            raise NotFoundError
        visitor = Visitor(person, await self._messenger.profile(person), caller.preferences)
        before = caller.interview.answers if caller.interview else {}
        answers, raw = _without_raw({**before, **given})
        wrong = problems(here, answers | ({RAW: raw} if raw else {}), now, _working_time(visitor))
        if wrong:
            return self._mistakes(wrong, visitor.locale)
        if here is Step.REASONS:
            answers = await self._understood(visitor, interview_id, answers, raw)
        following = step_after(here, answers)
        if following is None:
            return await self._finish(visitor, interview_id, answers, now)
        interview = Interview(interview_id, person, following, answers, now)
        await self._store.commit(Change(person, now, interview=interview))
        twin = await self._twin(visitor, answers) if here is Step.OFFER else ""
        return Page(await self._page(interview, visitor, twin))

    async def _twin(self, visitor: Visitor, answers: Answers) -> str:
        """That there is one of this company and role already; empty when there is none."""
        names = str(answers.get("company") or ""), str(answers.get("role") or "")
        try:
            cases = await self._store.cases(visitor.person)
        except UnreadableError:  # what doesn't open is no reason to stop here
            return ""
        found = next(
            (case for case in cases if case.stage is not Stage.CLOSED and is_twin(case, *names)), None
        )
        if found is None:
            return ""
        saying = Saying(self._wording, visitor)
        return saying.say("interview.reasons.twin", title=title_of(found), when=saying.day(found.created_at))

    def _mistakes(self, wrong: Mapping[str, str], locale: str) -> Mistakes:
        return Mistakes(
            {item: self._wording.text(f"errors.fields.{key}", locale) for item, key in wrong.items()}
        )

    async def _finish(self, visitor: Visitor, interview_id: str, answers: Answers, now: datetime) -> Done:
        answers = _joined(answers, self._wording.patterns(visitor.locale))
        case = case_from(interview_id, visitor.person, answers, now)
        await self._store.commit(
            Change(
                visitor.person,
                now,
                once=f"case:{interview_id}",
                case=case,
                posts=openings.posts_for(case, now, visitor),
                interview_done=interview_id,
            )
        )
        self._raw.forget(visitor.person, interview_id)
        return Done(case)

    async def _understood(
        self, visitor: Visitor, interview_id: str, answers: Answers, raw: str
    ) -> dict[str, object]:
        person = visitor.person
        if not raw and not self._raw.recall(person, interview_id):
            return dict(answers)  # nothing typed, or forgotten after an hour: what was understood stands
        self._raw.keep(person, interview_id, raw)
        reading = await self._read(raw, visitor.locale, answers)
        found = [item.category_id for item in reading.likely] if reading else []
        guesses = list(reading.guesses) if reading else []
        is_troubled = trouble_in(raw, self._wording.patterns(visitor.locale)) is not None
        return {**answers, UNDERSTOOD: found, GUESSED: found if is_troubled else guesses}

    async def _page(self, interview: Interview, visitor: Visitor | None = None, twin: str = "") -> Screen:
        visitor = visitor or await visitor_of(interview.person, self._store, self._messenger)
        step = Step(interview.step)
        steps = steps_for(interview.answers)
        raw = self._raw.recall(interview.person, interview.id)
        call_at = await self._call_hour(interview.answers, visitor) if step is Step.PLAN else None
        page = StepPage(
            interview=interview,
            step=step,
            number=steps.index(step) + 1 if step in steps else 1,
            answers={
                **interview.answers,
                **self._suggested(interview.answers, step, visitor, call_at),
                RAW: raw,
            },
            reading=await self._read(raw, visitor.locale, interview.answers)
            if step is Step.WORDING
            else None,
            raw=raw,
            own_readings=await self._own_readings(interview.answers, visitor) if step is Step.PLAN else {},
            own_slips=self._own_slips(interview.answers, visitor) if step is Step.PLAN else {},
            unread=self._unread(raw, visitor) if step is Step.WORDING else (),
            twin=twin,
            is_overdue=_is_overdue(interview.answers, self._clock.now()),
            has_call_hour=step is not Step.PLAN or call_at is not None,
        )
        return page.screen(Saying(self._wording, visitor), self._catalogue.of(visitor.locale))

    async def _read(self, raw: str, locale: str, answers: Answers) -> Reading | None:
        """Beside the loop: the first text may have to wait until the reader has learnt."""
        if not raw or not self._catalogue.of(locale).is_read or self._language(raw):
            return None
        known = (str(answers.get(name) or "") for name in NAMED)
        return (await asyncio.to_thread(self._reader.read, raw)).about(raw, known)

    def _language(self, raw: str) -> str:
        """The language of raw words that are plainly not in English, which alone is read."""
        locales = ("en", *self._catalogue.translations)
        return language_of(raw, "en", {name: self._wording.text("replies.marks", name) for name in locales})

    def _unread(self, raw: str, visitor: Visitor) -> tuple[str, ...]:
        """That raw words in another language can't be read, in theirs and in that one."""
        other = self._language(raw) if self._catalogue.of(visitor.locale).is_read else ""
        if not other:
            return ()
        label = self._wording.entries("settings.locale", visitor.locale)["label"]
        return (
            self._wording.text("interview.wording.unread", visitor.locale),
            self._wording.text("replies.in_this", other, label=label),
        )

    async def _own_readings(self, answers: Answers, visitor: Visitor) -> dict[str, Reading]:
        """What the reader notices in wordings that the person typed."""
        typed = [str(answers.get(f"own:{item}") or "").strip() for item in reasons_in(answers)]
        found = {text: await self._read(text, visitor.locale, answers) for text in typed if text}
        return {text: reading for text, reading in found.items() if reading and reading.findings}

    def _own_slips(self, answers: Answers, visitor: Visitor) -> dict[str, tuple[str, ...]]:
        """What the rubric notices in them, by the keys of its words."""
        patterns = self._wording.patterns(visitor.locale)
        joined = _joined(answers, patterns)
        typed = {str(answers.get(f"own:{item}") or "").strip(): f"own:{item}" for item in reasons_in(answers)}
        found = {text: slips_in(str(joined[key]), patterns) for text, key in typed.items() if text}
        return {text: slips for text, slips in found.items() if slips}

    def _suggested(
        self, answers: Answers, step: Step, visitor: Visitor, call_at: datetime | None
    ) -> dict[str, object]:
        if step is Step.WORDING and SHARED not in answers:
            sure = [item for item in reasons_in(answers) if item not in guesses_in(answers)]
            return {SHARED: list(fit_to_share(sure, self._catalogue))}
        if step is not Step.PLAN or "tone" in answers:
            return {}
        return {
            **({"rhythm": visitor.preferences.rhythm} if visitor.preferences.rhythm else {}),
            "channel": default_channel(answers),
            "call_at": call_at.isoformat() if call_at else "",
            "own_name": visitor.profile.name,
        }

    async def _call_hour(self, answers: Answers, visitor: Visitor) -> datetime | None:
        """A good one; where another offer has it, the next that is free."""
        suggested = first = self._suggested_hour(self._clock.now(), answers, visitor)
        taken = await self._taken_hours(visitor.person) if first else frozenset()
        while suggested is not None and suggested in taken:
            suggested = self._suggested_hour(suggested, answers, visitor)
        return suggested or first

    def _suggested_hour(self, now: datetime, answers: Answers, visitor: Visitor) -> datetime | None:
        due_at = moment_in(answers, "answer_due_at")
        is_pressing = answers.get("commitment") == Commitment.ACCEPTED
        return cadence.suggest_call_at(now, visitor.zone, due_at, visitor.calendar, is_pressing=is_pressing)

    async def _taken_hours(self, person: Person) -> frozenset[datetime]:
        try:
            cases = await self._store.cases(person)
        except UnreadableError:  # then none is known
            return frozenset()
        hours = (case.plan.call_at for case in cases if case.stage is Stage.TELLING)
        return frozenset(hour for hour in hours if hour is not None)

    async def _interview(self, person: Person, interview_id: str) -> Interview:
        interview = await self._store.interview(person, interview_id)
        if interview is None:
            raise NotFoundError
        return interview


def _is_overdue(answers: Answers, now: datetime) -> bool:
    due_at = moment_in(answers, "answer_due_at")
    return due_at is not None and due_at <= now


def _without_raw(answers: Mapping[str, object]) -> tuple[dict[str, object], str]:
    kept = {item: value for item, value in answers.items() if item != RAW}
    raw = answers.get(RAW)
    return kept, raw.strip() if isinstance(raw, str) else ""


def _joined(answers: Answers, patterns: Patterns) -> dict[str, object]:
    """With wordings of one's own as they stand within a sentence."""
    own = {name: str(value).strip() for name, value in answers.items() if name.startswith("own:") and value}
    return {**answers, **{name: joined(text, patterns) for name, text in own.items()}}


def _any_time(_: datetime) -> bool:
    return True


def _working_time(visitor: Visitor) -> Callable[[datetime], bool]:
    return lambda moment: cadence.is_sensible_call_time(moment, visitor.zone, visitor.calendar)


def _step(name: str) -> Step:
    """The page that a window names; a window of ours always does. Raises NotFoundError."""
    if name not in set(Step):
        raise NotFoundError
    return Step(name)
