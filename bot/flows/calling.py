"""The letters up to the email: the card, what to say, what follows from how it went, and reminders."""

from datetime import datetime
from urllib.parse import quote, urlencode

from bot.coaching import cadence
from bot.coaching.case import (
    Case,
    Channel,
    Circumstance,
    EventKind,
    Stage,
)
from bot.coaching.drafts import DraftKind, asks_for_time, reply_while_open, script_of, waits_for_paper
from bot.flows.acts import Act
from bot.flows.answering import asked, undo_choices
from bot.flows.cautions import cautions
from bot.flows.drafting import Draft
from bot.flows.openings import ANEW, NOTES, REMINDED
from bot.flows.ports import Choice, Letter, Passage
from bot.flows.sheet import Sheet
from bot.flows.stages import email_intro, is_told_today, stage_words
from bot.flows.timing import awake_from
from bot.flows.typed import cleaned, in_one_line

LONGEST_LINK = 2800  # Slack refuses a URL of more than 3,000 characters

OUTCOMES = (
    Act.CALL_REACHED,
    Act.CALL_VOICEMAIL,
    Act.CALL_COUNTERED,
    Act.CALL_UPSET,
    Act.CALL_ANOTHER_ROLE,
    Act.CALL_NOT_YET,
)


def outcome_choices(sheet: Sheet) -> tuple[Choice, ...]:
    """How the call went; a voicemail only where one phones."""
    acts = [act for act in OUTCOMES if act is not Act.CALL_VOICEMAIL or is_by_phone(sheet.case)]
    return tuple(sheet.choice(act, style="primary" if act is Act.CALL_REACHED else "") for act in acts)


def is_by_phone(case: Case) -> bool:
    """Whether there is a call at all."""
    return case.plan.channel is Channel.PHONE


def card(sheet: Sheet) -> Letter:
    """Where things stand."""
    case = sheet.case
    passages = [sheet.heading("card.heading"), sheet.words(stage_words(case))]
    if case.offer.answer_due_at:
        passages.append(Passage(sheet.saying.due(case.offer.answer_due_at, sheet.now)))
    if case.plan.call_at and case.stage is Stage.TELLING:
        passages.append(sheet.words("card.call_at", when=sheet.saying.moment(case.plan.call_at)))
    if case.stage is Stage.TELLING:
        passages += _ledger(sheet)
    visitor = sheet.saying.visitor
    can_today = cadence.can_call_today(sheet.now, visitor.zone, visitor.calendar)
    passages += [sheet.aside(f"cautions.{name}", can_today=can_today) for name in cautions(case)]
    if case.stage is Stage.TELLING:
        passages.append(sheet.aside("card.next"))
    return Letter(sheet.say("card.summary"), tuple(passages))


def _ledger(sheet: Sheet) -> list[Passage]:
    shared = sheet.case.shared_reasons
    kept = tuple(reason for reason in sheet.case.reasons if reason not in shared)
    said = (
        sheet.words("card.shared", reasons=sheet.wordings(shared))
        if shared
        else sheet.words("card.shared_none")
    )
    private = [sheet.words("card.private", reasons=sheet.wordings(kept))] if kept else []
    return [said, *private]


def script(sheet: Sheet) -> Letter:
    """What to say, what to say back, and the buttons for how it went."""
    by_phone = is_by_phone(sheet.case)
    passages = [
        sheet.heading("script.heading"),
        *_anew(sheet),
        sheet.words("script.intro" if by_phone else "script.intro_in_person"),
        *sheet.draft_passages(script_of(sheet.case)),
        *issue_passages(sheet, script_of(sheet.case)),
    ]
    if by_phone:
        passages += [sheet.heading("script.voicemail"), *sheet.draft_passages(DraftKind.VOICEMAIL)]
    passages.append(sheet.heading("script.answers"))
    for they, you in sheet.drafting.answers(sheet.case, sheet.saying, sheet.now):
        passages += [sheet.words("script.answer", they=they), Passage(you, "draft")]
    practise = sheet.choice(Act.REHEARSAL_OPEN, words="" if by_phone else "rehearsal_open_in_person")
    if sheet.case.stage is Stage.HELD:
        decide = sheet.choice(Act.NO_CONFIRM, style="primary")
        return Letter(
            sheet.say("script.summary"), (sheet.words("script.on_hold"), *passages), (decide, practise)
        )
    passages.append(sheet.words("script.choose"))
    return Letter(
        sheet.say("script.summary"),
        tuple(passages),
        (*outcome_choices(sheet), sheet.choice(Act.SCRIPT_EDIT), practise),
    )


def _anew(sheet: Sheet) -> tuple[Passage, ...]:
    """That the words further up have had their day."""
    return (sheet.aside("script.anew"),) if sheet.note == ANEW else ()


def issue_passages(sheet: Sheet, kind: DraftKind) -> tuple[Passage, ...]:
    """What the rubric says of the person's own version of a draft; it never forbids."""
    issues = sheet.drafting.issues(sheet.case, kind, sheet.saying, sheet.draft(kind))
    return tuple(Passage(issue, "aside") for issue in issues)


def voicemail(sheet: Sheet) -> Letter:
    """The first time: what to leave and when to try again. After two tries the email goes."""
    tries = sum(event.kind is EventKind.CALL and event.note == "voicemail" for event in sheet.case.history)
    if tries > 1:
        is_late = sheet.case.is_overdue(sheet.now) or sheet.case.is_close(sheet.now)
        text = sheet.words("voicemail.email", is_late=is_late)
        return Letter(sheet.say("voicemail.summary"), (text,))
    passages = [sheet.words("voicemail.text"), *sheet.draft_passages(DraftKind.VOICEMAIL)]
    if sheet.case.plan.call_at and sheet.case.plan.call_at > sheet.now:
        next_at = awake_from(sheet.case.plan.call_at, sheet.saying.visitor)
        is_paused = sheet.saying.visitor.preferences.is_paused
        when = sheet.saying.moment(next_at)
        passages.append(sheet.words("voicemail.next", when=when, is_paused=is_paused))
    return Letter(sheet.say("voicemail.summary"), tuple(passages), outcome_choices(sheet))


def email(sheet: Sheet) -> Letter:
    """The draft, the ways to open it, and what to do once it is sent."""
    if sheet.case.awaits_choice:
        return asked(sheet, "text")
    return Letter(
        sheet.say("email.summary"),
        (
            sheet.heading("email.heading"),
            *_anew(sheet),
            sheet.words(email_intro(sheet.case, sheet.now)),
            *email_passages(sheet),
            sheet.words("email.choose"),
        ),
        (*email_choices(sheet), *undo_choices(sheet)),
    )


def email_choices(sheet: Sheet) -> tuple[Choice, ...]:
    """Sent, or edit."""
    return (sheet.choice(Act.EMAIL_SEND, style="primary"), sheet.choice(Act.EMAIL_EDIT))


def email_passages(sheet: Sheet) -> tuple[Passage, ...]:
    """The email, its links, and what the rubric says of an edited one."""
    draft = sheet.draft(DraftKind.EMAIL)
    to = sheet.case.offer.contact_email
    links = tuple(
        Passage(sheet.say(f"email.{name}"), "link", url) for name, url in compose_links(to, draft).items()
    )
    return (*sheet.draft_passages(DraftKind.EMAIL), *links, *issue_passages(sheet, DraftKind.EMAIL))


def compose_links(to: str, draft: Draft) -> dict[str, str]:
    """Addresses that open a new message in Gmail, in Outlook and in the mail program.

    A text too long for a link (many letters outside ASCII) is left out of it, and can be copied.
    """
    to, subject, made = in_one_line(to), in_one_line(draft.subject), {}
    for body in (cleaned(draft.body), ""):
        fields = {"to": to, "su": subject, "body": body}
        outlook = urlencode({"to": to, "subject": subject, "body": body}, quote_via=quote)
        mail = {"subject": subject, "body": body.replace("\n", "\r\n")}  # RFC 6068 wants CRLF
        made = {
            "gmail": f"https://mail.google.com/mail/?view=cm&fs=1&{urlencode(fields, quote_via=quote)}",
            "outlook": f"https://outlook.live.com/mail/0/deeplink/compose?{outlook}",
            "mail": f"mailto:{quote(to, safe='@')}?{urlencode(mail, quote_via=quote)}",
        }
        if all(len(url) <= LONGEST_LINK for url in made.values()):
            break
    return made


def notes(sheet: Sheet) -> Letter:
    """A note of their own for each of the other people who should hear of it."""
    wanted = [kind for kind in sheet.drafting.kinds(sheet.case) if kind in NOTES]
    passages = [sheet.heading("notes.heading")]
    for kind in wanted:
        passages += [sheet.words(f"notes.{kind}"), *sheet.draft_passages(kind)]
    return Letter(sheet.say("notes.summary"), tuple(passages))


def more_time(sheet: Sheet) -> Letter:
    """An exploding offer: ask for time first."""
    is_hurried = Circumstance.EXPLODING in sheet.case.offer.circumstances
    why = sheet.words(f"more_time.{'intro' if is_hurried else 'intro_several_offers'}")
    passages = (sheet.heading("more_time.heading"), why, *sheet.draft_passages(DraftKind.MORE_TIME))
    return Letter(sheet.say("more_time.summary"), passages)


def _written_while_open(sheet: Sheet) -> tuple[Passage, ...]:
    """What would make it a yes, in writing; after the request for time where there is one, or not at all."""
    kinds, reply = sheet.drafting.kinds(sheet.case), reply_while_open(sheet.case)
    if reply not in kinds:
        return ()
    key = "held.draft_then" if DraftKind.MORE_TIME in kinds else "held.draft"
    return (sheet.words(key), *sheet.draft_passages(reply))


def held(sheet: Sheet) -> Letter:
    """Still negotiable: a pause instead of a bluff; asked again before the answer is due."""
    choices = (
        sheet.choice(Act.NO_CONFIRM, style="primary"),
        sheet.choice(Act.CASE_ACCEPT),
    )
    due_at = sheet.case.offer.answer_due_at
    if sheet.note == "due" and due_at:
        when = sheet.saying.when(due_at, sheet.now)
        text = sheet.words("held.due_soon", when=when, is_near=_is_near(sheet, due_at))
        return Letter(sheet.say("held.summary"), (sheet.heading("card.heading"), text), choices)
    return Letter(
        sheet.say("held.summary"),
        (
            sheet.heading("held.heading"),
            sheet.words("held.text"),
            *_written_while_open(sheet),
        ),
        choices,
    )


def signed(sheet: Sheet) -> Letter:
    """Questions for somebody who knows the law; no drafts and no verdict; asked again before it is due."""
    choices = _choices_of_signed(sheet)
    due_at = sheet.case.offer.answer_due_at
    if sheet.note == "due":
        when = sheet.saying.when(due_at, sheet.now) if due_at else ""
        summary = "signed.due_summary" if due_at else "signed.summary"
        is_near = due_at is not None and _is_near(sheet, due_at)
        text = sheet.words("signed.again", when=when, is_near=is_near)
        return Letter(sheet.say(summary), (sheet.heading("card.heading"), text), choices)
    questions = sheet.saying.entries("letters.signed.questions").values()
    return Letter(
        sheet.say("signed.summary"),
        (
            sheet.heading("signed.heading"),
            sheet.words("signed.text"),
            *(Passage(f"• {question}") for question in questions),
            sheet.words("signed.advice"),
        ),
        choices,
    )


def _is_near(sheet: Sheet, due_at: datetime) -> bool:
    return due_at - sheet.now <= cadence.LAST_CALL_BEFORE_DUE


def _choices_of_signed(sheet: Sheet) -> tuple[Choice, ...]:
    return (sheet.choice(Act.NO_CONFIRM, words="script_show"), sheet.choice(Act.CASE_CLOSE))


def upset(sheet: Sheet) -> Letter:
    """It went badly: no rebuttal, one calm email."""
    return Letter(
        sheet.say("upset.summary"),
        (
            sheet.heading("upset.heading"),
            sheet.words("upset.text"),
            sheet.words("upset.next"),
        ),
    )


def remind_call(sheet: Sheet) -> Letter:
    """They don't know yet."""
    turn = sheet.note if sheet.note in REMINDED else ""
    by_email, waits = sheet.case.plan.channel is Channel.EMAIL, waits_for_paper(sheet.case)
    words = () if waits else (sheet.words(f"remind_call.{turn or 'text'}", by_email=by_email),)
    passages = [sheet.heading("card.heading"), *words, *(_unwritten(sheet, "remind_call") if waits else ())]
    if sheet.case.offer.answer_due_at:
        passages.append(Passage(sheet.saying.due(sheet.case.offer.answer_due_at, sheet.now)))
    if by_email:
        return Letter(sheet.say("remind_call.summary"), tuple(passages), email_choices(sheet))
    show = sheet.choice(Act.SCRIPT_SHOW)
    return Letter(sheet.say("remind_call.summary"), tuple(passages), (*outcome_choices(sheet), show))


def remind_email(sheet: Sheet) -> Letter:
    """The email that confirms it is still to go; here it is again."""
    if sheet.case.awaits_choice:
        return asked(sheet, "text")
    is_today = is_told_today(sheet.case, sheet.now, sheet.saying.visitor.zone)
    told = "upset" if sheet.case.went_badly else "text" if sheet.case.is_told else "untold"
    return Letter(
        sheet.say("remind_email.summary"),
        (
            sheet.heading("card.heading"),
            sheet.words(f"remind_email.{told}", is_today=is_today),
            *email_passages(sheet),
        ),
        email_choices(sheet),
    )


def last_call(sheet: Sheet) -> Letter:
    """Hours before the answer is due: the email goes anyway."""
    due_at = sheet.case.offer.answer_due_at
    when = sheet.saying.moment(due_at) if due_at else ""
    planned = sheet.case.plan.call_at if sheet.case.stage is Stage.TELLING else None
    call_at = sheet.saying.moment(planned) if planned and planned > sheet.now else ""
    due = sheet.words("last_call.due", when=when)
    if sheet.case.awaits_choice:
        return asked(sheet, "soon", due)
    return Letter(
        sheet.say("last_call.summary"),
        (
            sheet.heading("card.heading"),
            due,
            *_last_words(sheet, call_at),
            *email_passages(sheet),
        ),
        email_choices(sheet),
    )


def _last_words(sheet: Sheet, call_at: str) -> tuple[Passage, ...]:
    """To answer now; or first to ask for time, where a no would be too early."""
    if not waits_for_paper(sheet.case):
        return (sheet.words("last_call.text", call_at=call_at, by_phone=is_by_phone(sheet.case)),)
    return (*_unwritten(sheet, "last_call"), sheet.words("last_call.written"))


def _unwritten(sheet: Sheet, of: str) -> tuple[Passage, ...]:
    """That a no comes too early; and how to ask for time, unless it was promised already."""
    can_ask = asks_for_time(sheet.case)
    more_time = sheet.draft_passages(DraftKind.MORE_TIME) if can_ask else ()
    return (sheet.words(f"{of}.unwritten", can_ask=can_ask), *more_time)


def overdue(sheet: Sheet) -> Letter:
    """Once, soon after the answer was due: a late one is better than none, and here are the words."""
    case, due_at = sheet.case, sheet.case.offer.answer_due_at
    due = sheet.words("overdue.due", when=sheet.saying.moment(due_at) if due_at else "")
    if case.awaits_choice:
        return asked(sheet, "late", due)
    opening = (sheet.heading("card.heading"), due)
    if case.stage is Stage.HELD:
        choices = (sheet.choice(Act.NO_CONFIRM, style="primary"), sheet.choice(Act.CASE_ACCEPT))
        return Letter(sheet.say("overdue.summary"), (*opening, sheet.words("overdue.held")), choices)
    if case.stage is Stage.SIGNED:
        text = sheet.words("overdue.signed")
        return Letter(sheet.say("overdue.signed_summary"), (*opening, text), _choices_of_signed(sheet))
    is_live = case.plan.channel is not Channel.EMAIL
    text = sheet.words("overdue.text", is_live=is_live, by_phone=is_by_phone(case))
    acts = (Act.CALL_REACHED, Act.SCRIPT_SHOW, Act.EMAIL_EDIT, Act.CASE_CLOSE)
    others = (act for act in acts if is_live or act not in {Act.CALL_REACHED, Act.SCRIPT_SHOW})
    sent = sheet.choice(Act.EMAIL_SEND, style="primary")
    passages = (*opening, text, *email_passages(sheet))
    return Letter(sheet.say("overdue.summary"), passages, (sent, *(sheet.choice(act) for act in others)))
