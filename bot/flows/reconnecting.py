"""The letters after the email: the plan with its dates, the reconnect notes, the silence policy."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote, urlencode

from bot.coaching import cadence
from bot.coaching.case import (
    Case,
    Circumstance,
    Commitment,
    EventKind,
    Occasion,
    OfferForm,
    Rhythm,
    Source,
    Stage,
)
from bot.coaching.drafts import EVENT_DRAFT, EVENT_NAME, EVENTS, KNOCKS, OWN_LINE, DraftKind
from bot.flows.acts import Act
from bot.flows.drafting import asked_about, kept_text
from bot.flows.openings import RETHOUGHT
from bot.flows.ports import Choice, Letter, Passage
from bot.flows.sheet import Sheet
from bot.flows.timing import note_comes_at

YEARS_SHOWN = 2
WARNED_BEFORE = timedelta(days=14)  # a case that was put away is erased
YEARLY = frozenset({Occasion.TWELVE_MONTHS, Occasion.YEARLY})

NUDGES = {
    Occasion.ONE_MONTH: DraftKind.NUDGE_ONE_MONTH,
    Occasion.THREE_MONTHS: DraftKind.NUDGE_THREE_MONTHS,
    Occasion.SIX_MONTHS: DraftKind.NUDGE_SIX_MONTHS,
    Occasion.TWELVE_MONTHS: DraftKind.NUDGE_TWELVE_MONTHS,
    Occasion.YEARLY: DraftKind.NUDGE_YEARLY,
}


def plan(sheet: Sheet) -> Letter:
    """The dates on which Ajar will write, and ways to have them in a calendar."""
    case, visitor = sheet.case, sheet.saying.visitor
    is_out, release = is_asked_for(case), sheet.words("reconnect_plan.release")
    heading = sheet.heading("reconnect_plan.heading", is_asked=is_out)
    after = (heading, release) if is_out else (heading,)
    if case.plan.rhythm is Rhythm.NEVER or case.stage is not Stage.IN_TOUCH:
        reopen = (sheet.choice(Act.CASE_REOPEN),)
        return Letter(
            sheet.say("reconnect_plan.summary"), (*after, sheet.words("reconnect_plan.none")), reopen
        )
    planned = cadence.reconnect_plan(case, sheet.now, visitor.zone, visitor.calendar, years=YEARS_SHOWN)
    dates = [(name, note_comes_at(at, visitor)) for name, at in planned]
    lines = "\n".join(
        "• "
        + sheet.say("reconnect_plan.date", when=sheet.saying.day(at), occasion=sheet.say(f"occasions.{name}"))
        for name, at in dates
    )
    links = []
    if dates:
        links.append(
            Passage(
                sheet.say("reconnect_plan.google"),
                "link",
                _google_link(sheet, dates[0][1].strftime("%Y%m%d")),
            )
        )
    passages = (
        *after,
        sheet.words("reconnect_plan.text"),
        Passage(lines),
        *links,
        sheet.aside("reconnect_plan.encouragement"),
    )
    acts = (Act.RHYTHM_CHANGE, Act.CALENDAR_OPEN, Act.NUDGE_STOP)
    choices = tuple(sheet.choice(act) for act in acts)
    return Letter(sheet.say("reconnect_plan.summary"), passages, choices)


def is_asked_for(case: Case) -> bool:
    """Whether the no asks to be let out of a contract: it is over once they have agreed, not before."""
    return case.offer.commitment is Commitment.SIGNED and case.offer.form is not OfferForm.NONE_YET


def _is_first_note(sheet: Sheet) -> bool:
    """Whether nothing has happened since the email, not even a note that was left alone."""
    last, visitor = sheet.case.history[-1:], sheet.saying.visitor
    is_fresh = all(event.kind is EventKind.EMAIL_SENT for event in last)
    return is_fresh and not cadence.passed_over(sheet.case, sheet.now, visitor.zone, visitor.calendar)


def _google_link(sheet: Sheet, day: str) -> str:
    """An address that fills in a new all-day event; it names nobody."""
    fields = {
        "action": "TEMPLATE",
        "text": sheet.say("reconnect_plan.event"),
        "dates": f"{day}/{day}",
        "details": sheet.say("reconnect_plan.event_notes"),
    }
    return f"https://calendar.google.com/calendar/render?{urlencode(fields, quote_via=quote)}"


def nudge(sheet: Sheet) -> Letter:
    """Complete in itself: who, last contact, the reason given, what to say, a draft, the buttons."""
    has_news = not sheet.note and brings_news(sheet.case)  # put off together with what was put into it
    is_unheard = cadence.silence(sheet.case) != "keep"
    if is_unheard and not _is_yearly(sheet) and not has_news:
        return silence(sheet)
    if not has_news:  # news that was sent once, or not wanted, isn't news again
        sheet = replace(sheet, case=kept_text(sheet.case, OWN_LINE, ""))
    case, draft = sheet.case, _news_draft(sheet) if has_news else NUDGES[_occasion(sheet)]
    passages = [sheet.heading("nudge.heading"), _who(sheet, draft)]
    if case.shared_reasons:
        passages.append(sheet.words("nudge.reason", reasons=sheet.wordings(case.shared_reasons)))
    if is_asked_for(case) and _is_first_note(sheet):
        passages.append(sheet.words("nudge.release"))
    if case.unanswered:
        passages.append(sheet.aside("nudge.unanswered", is_repeated=is_unheard))
    elif _is_passed_over(sheet):
        passages.append(sheet.aside("nudge.unused"))
    passages += [sheet.words("nudge.say"), *sheet.draft_passages(draft)]
    # What a recruiter was told names no other team of the company.
    if sheet.condition and sheet.question and case.offer.source is not Source.AGENCY:
        passages.append(sheet.aside("nudge.door", condition=sheet.condition))
    passages += _flags(sheet) if has_news else [sheet.aside("nudge.fresh")]
    if sheet.question:
        passages.append(sheet.words("nudge.ask", question=sheet.question))
    return Letter(sheet.say("nudge.summary"), tuple(passages), nudge_choices(sheet))


def _is_yearly(sheet: Sheet) -> bool:
    """Whether the notes come once a year from this one on, whatever is chosen."""
    return sheet.case.plan.rhythm is Rhythm.YEARLY or _occasion(sheet) in YEARLY


def _is_passed_over(sheet: Sheet) -> bool:
    """Whether the notes before this one were left alone, so that the way to end them is worth a line."""
    visitor = sheet.saying.visitor
    passed = cadence.passed_over(sheet.case, sheet.now, visitor.zone, visitor.calendar)
    return passed >= cadence.NOTES_BEFORE_YEARLY


def brings_news(case: Case) -> bool:
    """Whether the person has put something of their own into the next note."""
    return bool(case.text_of(OWN_LINE) or case.text_of(EVENT_NAME))


def _news_draft(sheet: Sheet) -> DraftKind:
    """About the event, where one was named; else the note of this time with their line in it."""
    about = sheet.note or sheet.case.text_of(EVENT_DRAFT)
    if sheet.case.text_of(EVENT_NAME):
        return DraftKind(about) if about in set(EVENTS) else EVENTS[0]
    return NUDGES[_occasion(replace(sheet, note=""))]


def _who(sheet: Sheet, draft: DraftKind) -> Passage:
    """Who it is and when they last had contact; a note about an event doesn't go back to their answer."""
    case = sheet.case
    return sheet.words(
        "nudge.who",
        when=sheet.saying.day(case.told_at),
        last=sheet.saying.day(case.heard_at or case.last_contact_at),
        has_answered=case.heard_at is not None,
        former=case.offer.former_contact if case.is_stranger else "",
        is_only_written=case.is_only_written,
        follows_on=draft not in EVENTS,
    )


def _flags(sheet: Sheet) -> list[Passage]:
    """What the tone coach says of their own line."""
    noticed = sheet.drafting.noticed(sheet.case.text_of(OWN_LINE), sheet.saying)
    return [Passage(flag, "aside") for flag in noticed]


def _occasion(sheet: Sheet) -> Occasion:
    """The one that the row was planned for; for a snoozed row, by the time since they were told."""
    if sheet.note:
        return Occasion(sheet.note)
    number = cadence.note_number(sheet.case.told_at, sheet.now)
    return tuple(Occasion)[min(number, len(Occasion) - 1)]


def nudge_choices(sheet: Sheet) -> tuple[Choice, ...]:
    """What to do about a note; *it changed* only where the reason can change."""
    acts = [
        Act.CONTACT_LOG,
        Act.NOTE_PERSONALISE,
        Act.NUDGE_SNOOZE,
        Act.NUDGE_SKIP,
        Act.RHYTHM_CHANGE,
        Act.NUDGE_STOP,
    ]
    if sheet.question:
        acts.append(Act.FACTOR_CHANGE)
    if sheet.case.unanswered:
        acts.append(Act.ANSWER_LOG)
    return tuple(sheet.choice(act, style="primary" if act is Act.CONTACT_LOG else "") for act in acts)


def personal(sheet: Sheet) -> Letter:
    """The note with what the person put in: their own line, or an event."""
    return Letter(
        sheet.say("personal.summary"),
        (
            sheet.heading("nudge.heading"),
            sheet.words("nudge.say"),
            *sheet.draft_passages(_news_draft(sheet)),
            *_flags(sheet),
        ),
        (
            sheet.choice(Act.CONTACT_LOG, style="primary"),
            sheet.choice(Act.NOTE_PERSONALISE),
            sheet.choice(Act.NUDGE_SNOOZE),
        ),
    )


def silence(sheet: Sheet) -> Letter:
    """Two notes without an answer: propose once a year, or rest; no guilt."""
    choices = (
        sheet.choice(Act.SILENCE_YEARLY, style="primary"),
        sheet.choice(Act.NUDGE_STOP, words="silence_rest"),
        sheet.choice(Act.SILENCE_KEEP),
        sheet.choice(Act.ANSWER_LOG),
    )
    return Letter(
        sheet.say("silence.summary"), (sheet.heading("silence.heading"), sheet.words("silence.text")), choices
    )


def retention(sheet: Sheet) -> Letter:
    """The workspace's term for what was put away is nearly over."""
    day = sheet.saying.day(sheet.now + WARNED_BEFORE)
    choices = (sheet.choice(Act.CASE_KEEP, style="primary"), sheet.choice(Act.CASE_REOPEN))
    passages = (sheet.heading("retention.heading"), sheet.words("retention.text", when=day))
    return Letter(sheet.say("retention.summary"), passages, choices)


def reapproach(sheet: Sheet) -> Letter:
    """Knock again: what was asked about has changed, or their mind has; by phone only where that can be."""
    given, is_rethought = sheet.case.shared_reasons, sheet.note == RETHOUGHT
    sheet = replace(sheet, case=asked_about(sheet.case, sheet.catalogue))
    asked = sheet.case.shared_reasons
    others = tuple(item for item in given if item.wording not in {kept.wording for kept in asked})
    script, written = KNOCKS[2:] if is_rethought else KNOCKS[:2]
    spoken = (
        sheet.words("reapproach.text"),
        *sheet.draft_passages(script),
        sheet.words("reapproach.email"),
    )
    is_phoned = Circumstance.NO_PHONE not in sheet.case.offer.circumstances
    has_others = asked and others and not is_rethought
    passages = (
        sheet.heading("reapproach.heading"),
        *(spoken if is_phoned else (sheet.words("reapproach.written"),)),
        *sheet.draft_passages(written),
        *((sheet.aside("reapproach.others", reasons=sheet.wordings(others)),) if has_others else ()),
    )
    choices = (sheet.choice(Act.CONTACT_LOG, style="primary"),)
    return Letter(sheet.say("reapproach.summary", is_rethought=is_rethought), passages, choices)
