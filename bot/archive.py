"""What a person takes along: one archive with JSON, Markdown, vCard and calendar; and the JSON back in."""

import io
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from pydantic import ValidationError

from bot.calendar_file import calendar_of
from bot.case_file import MONTHS, CaseFile
from bot.coaching.cadence import occasions_of
from bot.coaching.case import Case, EventKind, NaiveMomentError, Occasion, Offer, Person, Plan, Reason
from bot.coaching.drafts import NUDGES, DraftKind
from bot.coaching.interview import QUESTIONS
from bot.coaching.reasons import Catalogue
from bot.flows.desk import Opened
from bot.flows.dossier import is_told, marked_as
from bot.flows.drafting import Drafting
from bot.flows.email import LONGEST_BODY, LONGEST_SUBJECT
from bot.flows.ports import Past, PostKind
from bot.flows.privacy import PLANNED, Belongings, FileProblemError
from bot.flows.reconnect import without_news
from bot.flows.stages import stage_words
from bot.flows.typed import cleaned, in_one_line
from bot.flows.visitor import Saying

Record = TypeVar("Record", Offer, Plan)

MOST_CASES = 50  # of one import
LONGEST_WORDING = 150
LONGEST = {item.id: item.longest for questions in QUESTIONS.values() for item in questions}
# Within a long life, so that every calendar and every time zone can count on from it.
EARLIEST, LATEST = datetime(1970, 1, 2, tzinfo=UTC), datetime(2150, 1, 1, tzinfo=UTC)
# What would be read as markup where it stands; "dana_b@north.example" and "Smith & Co." stay as they are.
MARKDOWN = re.compile(
    r"[\\`*{}\[\]<>|~$]|_(?![^\W_])|(?<![^\W_])_|(?<!\S)#"
    r"|^[+-](?=[\s-]|$)|^=|&(?=#?\w+;)|:(?=//)|(?<=www)\."
)
NUMBERED = re.compile(r"^(\d+)([.)])")


@dataclass(frozen=True)
class Packer:
    """Makes the archive, in memory only, and reads cases out of its JSON."""

    drafting: Drafting
    catalogue: Catalogue

    def pack(self, cases: tuple[Opened, ...], others: Belongings) -> bytes:
        """A zip; its names hold no personal word."""
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:

            def add(name: str, content: str | bytes) -> None:
                entry = zipfile.ZipInfo(name, others.at.timetuple()[:6])
                entry.external_attr = 0o600 << 16
                archive.writestr(entry, content)

            for number, opened in enumerate(cases, 1):
                add(f"cases/{number:02}.json", json_of(opened))
                add(f"cases/{number:02}.md", self.markdown_of(opened, others.messages))
            add("settings.json", _json(vars(others.preferences)))
            add("unfinished.json", _json([dict(answers) for answers in others.unfinished]))
            add("contacts.vcf", "".join(vcard_of(opened.case) for opened in cases))
            add("messages.json", _json([_message(item) for item in others.messages]))
            add("reconnect.ics", calendar_of(others.ahead, others.saying))
        return made.getvalue()

    def markdown_of(self, opened: Opened, messages: Sequence[Past] = ()) -> str:
        """One case to read, with its drafts, each as it was when it went out."""
        case, saying = opened.case, opened.saying
        lines = [f"# {_escaped(case.offer.company)}: {_escaped(case.offer.role)}", ""]
        stage = saying.say(f"letters.{stage_words(case)}", came_back=case.came_back or "")
        lines += [_escaped(stage), ""]
        lines += [f"- {_escaped(value)}" for value in _contact(case) if value]
        lines += ["", f"## {saying.say('privacy.archive.reasons')}", ""]
        lines += [f"- {_escaped(_ledger_line(reason, saying))}" for reason in case.reasons]
        lines += ["", f"## {saying.say('privacy.archive.history')}", ""]
        told = ((item, marked_as(item.kind, item.note, saying)) for item in case.history if is_told(item))
        lines += [f"- {event.at:%Y-%m-%d}: {_escaped(text)}" for event, text in told]
        for kind in self.drafting.kinds(case):
            if not _is_to_come(case, kind, messages):
                continue
            then, at = as_it_was(case, kind, messages, opened.now)
            draft = self.drafting.draft(then, kind, saying, at)
            text = f"{draft.subject}\n\n{draft.body}" if draft.subject else draft.body
            heading = saying.say(f"privacy.archive.drafts.{kind}")
            lines += ["", f"## {heading}", "", *(f"    {line}" for line in text.split("\n"))]
        return "\n".join(lines) + "\n"

    def unpack(self, text: str, person: Person) -> tuple[Case, ...]:
        """The cases in JSON documents one after the other. Raises FileProblemError."""
        try:
            files = [CaseFile.model_validate(held) for held in _documents(text)]
            cases = tuple(_tidy(file.restored(person, file.id)) for file in files)
        except (ValidationError, NaiveMomentError):
            raise FileProblemError("shape") from None  # the cause quotes what stands in the file
        if not cases:
            raise FileProblemError("empty")
        known = all(reason.category_id in self.catalogue for case in cases for reason in case.reasons)
        if not known:
            raise FileProblemError("reasons")
        return cases


def as_it_was(case: Case, kind: DraftKind, messages: Sequence[Past], now: datetime) -> tuple[Case, datetime]:
    """The case when a draft of it went out, or when it will, and that moment; now for what has no day yet.

    News that was put into one note stands in no other, so it is in none of them here.
    """
    if kind in NUDGES:
        case, at = without_news(case), _noted_at(case, kind, messages)
    elif kind is DraftKind.EMAIL:
        at = max((item.at for item in case.history if item.kind is EventKind.EMAIL_SENT), default=now)
    else:
        at = case.told_at if case.is_told else now
    return replace(case, history=tuple(item for item in case.history if item.at < at)), at


def _ledger_line(reason: Reason, saying: Saying) -> str:
    if reason.is_shared:
        return reason.wording
    return saying.say("privacy.archive.private", wording=reason.wording)


def _is_to_come(case: Case, kind: DraftKind, messages: Sequence[Past]) -> bool:
    """Whether the rhythm has this note, or it came while another one was chosen."""
    if kind not in NUDGES:
        return True
    occasion = tuple(Occasion)[NUDGES.index(kind)]
    return occasion in occasions_of(case.plan.rhythm) or bool(_fitting(case, occasion, messages))


def _fitting(case: Case, occasion: Occasion, messages: Sequence[Past]) -> list[Past]:
    notes = (item for item in messages if item.post.case_id == case.id and item.post.kind is PostKind.NUDGE)
    return [item for item in notes if item.post.note == occasion]


def _noted_at(case: Case, kind: DraftKind, messages: Sequence[Past]) -> datetime:
    """When the last note of this kind came, else when it will; counted in months where none is planned."""
    occasion = tuple(Occasion)[NUDGES.index(kind)]
    fitting = _fitting(case, occasion, messages)
    came = [item.at for item in fitting if item.state != PLANNED]
    planned = [item.at for item in fitting if item.state == PLANNED]
    return (came[-1:] or planned[:1] or [case.told_at + timedelta(days=30.44 * MONTHS[kind])])[0]


def json_of(opened: Opened) -> str:
    """As `ajar preview` and `/decline import` read it, without what is as usual."""
    file = CaseFile.of(opened.case, opened.saying.visitor.locale)
    return file.model_dump_json(exclude_defaults=True) + "\n"


def _message(item: Past) -> dict[str, str]:
    """What was sent or waits: its kind, its case, its time; the words are in the conversation."""
    post = item.post
    return {"kind": post.kind, "case": post.case_id or "", "state": item.state, "at": item.at.isoformat()}


def _json(held: object) -> str:
    return json.dumps(held, ensure_ascii=False, indent=2, default=str) + "\n"


def vcard_of(case: Case) -> str:
    """Whom to keep in touch with (RFC 6350); nothing when no person was named."""
    offer = case.offer
    name, email, phone = map(_in_vcard, (offer.contact_name, offer.contact_email, offer.contact_phone))
    if not (name or email or phone):
        return ""
    company = _in_vcard(offer.company)
    lines = ["BEGIN:VCARD", "VERSION:4.0", f"UID:{case.id}@ajar", f"FN:{name or company}"]
    lines += [f"ORG:{company}", f"NOTE:{_in_vcard(offer.role)}"]
    lines += [f"EMAIL:{email}"] if email else []
    lines += [f"TEL;VALUE=text:{phone}"] if phone else []
    return "".join(f"{_folded(line)}\r\n" for line in (*lines, "END:VCARD"))


def _in_vcard(text: str) -> str:
    return re.sub(r"([\\,;])", r"\\\1", in_one_line(text))


def _folded(line: str) -> str:
    """At most 75 bytes in a line, and no letter cut in two."""
    made, length = [], 0
    for char in line:
        size = len(char.encode())
        if length + size > 75:
            made.append("\r\n ")
            length = 1
        made.append(char)
        length += size
    return "".join(made)


def _escaped(text: str) -> str:
    """One line of Markdown that says exactly this."""
    return NUMBERED.sub(r"\1\\\2", MARKDOWN.sub(r"\\\g<0>", in_one_line(text)))


def _contact(case: Case) -> tuple[str, ...]:
    offer = case.offer
    return (offer.contact_name, offer.contact_email, offer.contact_phone, offer.referrer_name)


def _documents(text: str) -> Iterator[object]:
    """JSON values one after the other; a list counts as what is in it. Raises FileProblemError."""
    decoder, place, count = json.JSONDecoder(), 0, 0
    while place < len(text):
        if text[place].isspace() or text[place] in ",\ufeff":
            place += 1
            continue
        try:
            held, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            raise FileProblemError("json") from None
        for item in held if isinstance(held, list) else [held]:
            count += 1
            if count > MOST_CASES:
                raise FileProblemError("many")
            yield item


def _tidy(case: Case) -> Case:
    """Held against the limits of the interview, since the letters count on them. Raises FileProblemError."""
    reasons = tuple(replace(item, wording=_line(item.wording, LONGEST_WORDING)) for item in case.reasons)
    edits = []
    for kind, held in case.edits:
        *subject, body = json.loads(held)
        lines = [_line(text, LONGEST_SUBJECT) for text in subject]
        edits.append((kind, json.dumps([*lines, _text(body, LONGEST_BODY)])))
    if not case.offer.company.strip() or not case.offer.role.strip():
        raise FileProblemError("shape")
    if not all(EARLIEST <= at <= LATEST for at in _moments(case)):
        raise FileProblemError("dates")
    offer, plan = _tidied(case.offer), _tidied(case.plan)
    return replace(case, offer=offer, plan=plan, reasons=reasons, edits=tuple(edits))


def _moments(case: Case) -> Iterator[datetime]:
    yield case.created_at
    yield from (event.at for event in case.history)
    yield from (at for at in (case.offer.answer_due_at, case.plan.call_at) if at is not None)


def _tidied(record: Record) -> Record:
    texts = {name: value for name, value in vars(record).items() if type(value) is str}
    lines: dict[str, Any] = {
        name: _line(value, LONGEST.get(name, LONGEST_WORDING)) for name, value in texts.items()
    }
    return replace(record, **lines)


def _line(text: str, longest: int) -> str:
    return _text(" ".join(text.split()), longest)


def _text(text: str, longest: int) -> str:
    text = cleaned(text)
    if len(text) > longest:
        raise FileProblemError("long")
    return text
