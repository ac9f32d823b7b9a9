"""Any text at all is read back, by parsers that are not ours, as exactly what was typed and nothing more."""

import io
import json
import logging
import re
import unicodedata
from dataclasses import replace
from datetime import timedelta
from functools import cache
from html.parser import HTMLParser
from urllib.parse import parse_qsl, unquote, urlsplit

import structlog
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar
from icalendar.parser import Contentlines, split_on_unescaped_semicolon
from markdown_it import MarkdownIt
from markdown_it.token import Token
from starlette.responses import Response

from bot.archive import Packer, json_of, vcard_of
from bot.calendar_file import calendar_of
from bot.case_file import CaseFile
from bot.coaching.case import Case
from bot.coaching.reasons import load_catalogues
from bot.flows.agenda import Entry
from bot.flows.calling import compose_links
from bot.flows.desk import Opened
from bot.flows.drafting import Draft, Drafting
from bot.flows.ports import Letter, Passage, PostKind, Preferences, Profile
from bot.flows.typed import cleaned, in_one_line
from bot.flows.visitor import Saying, Visitor
from bot.logs import LONGEST, Foreign
from bot.pages import page
from bot.slack.views.letters import message
from bot.wiring import template_folder
from bot.wording import Words
from tests.making import NOW, PAY, ROBIN, a_case

HOSTILE = (
    "<!channel>", "<@U1>", "<http://x|y>", "<!subteam^S1|x>", "{{7*7}}", "{% raw %}", "${7*7}", "%0d%0aBcc:",
    "&amp;", "&bcc=x@y", "?cc=z", "#end", "+", "%", ";", ",", "\\", "\\n", "\\,", "\n", "\r", "\r\n", "\n ",
    "\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x00", "\u202e", "\u2067", "\u200f", "\ufeff", "\ud800",
    "\U0001f468\u200d\U0001f469", "=1+1", "@SUM(A1)", "END:VCARD", "END:VEVENT", "BEGIN:VALARM",
    "ATTENDEE:mailto:a@b", "DTSTART;X=", "</h1>", "<script>alert(7)</script>", "\"'><b onclick=x>", "--",
    "[x](javascript:1)", "![x](y)", "`", "~~~", "# ", "- ", "1. ", "1) ", "| a |", "<b>", "https://evil.example",
    "www.evil.example", "    ", "\t", "é", "漢字", "x" * 80,
)  # fmt: skip
ANYTHING = st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=12)), max_size=8).map("".join)
TYPED = ANYTHING.map(cleaned)  # what comes out of a field of several lines
LINES = TYPED.map(lambda text: " ".join(text.split()))  # and out of one of one line
NAMES = LINES.filter(bool)


@cache
def words() -> Words:
    return Words(template_folder())


def saying() -> Saying:
    return Saying(words(), Visitor(ROBIN, Profile("Robin Vale"), Preferences()))


@cache
def packer() -> Packer:
    catalogue = load_catalogues(template_folder())
    return Packer(Drafting(words(), catalogue), catalogue)


def opened(case: Case) -> Opened:
    return Opened(case, 1, saying(), NOW)


@given(ANYTHING)
def test_what_is_cleaned_holds_no_mark_that_turns_or_ends_a_line(text: str) -> None:
    kept = cleaned(text)
    assert cleaned(kept) == kept
    assert kept.encode().decode() == kept
    assert not {unicodedata.bidirectional(char) for char in kept} & {
        "RLO",
        "LRO",
        "RLI",
        "LRI",
        "FSI",
        "PDF",
        "PDI",
    }
    assert len(kept.splitlines()) <= kept.count("\n") + 1


@given(to=ANYTHING, subject=ANYTHING, body=ANYTHING)
def test_a_link_to_a_mail_program_says_what_was_typed_in_the_fields_it_was_typed_in(
    to: str, subject: str, body: str
) -> None:
    to, subject, body = in_one_line(to), in_one_line(subject), cleaned(body)
    links = compose_links(to, Draft(subject, body))
    for url in links.values():
        assert url.isascii()
        assert url.isprintable()
        assert not set(url) & set(' <>"')
        assert not urlsplit(url).fragment
    mail = urlsplit(links["mail"])
    assert unquote(mail.path) == to
    assert not set(mail.path) & set(",;:?&")
    held = parse_qsl(mail.query, keep_blank_values=True)
    assert held == [("subject", subject), ("body", body.replace("\n", "\r\n"))]
    assert "+" not in mail.query  # RFC 6068: a plus is a plus, not a space
    assert parse_qsl(urlsplit(links["gmail"]).query, keep_blank_values=True) == [
        ("view", "cm"), ("fs", "1"), ("to", to), ("su", subject), ("body", body),
    ]  # fmt: skip
    assert parse_qsl(urlsplit(links["outlook"]).query, keep_blank_values=True) == [
        ("to", to), ("subject", subject), ("body", body),
    ]  # fmt: skip


@given(to=ANYTHING, subject=ANYTHING, body=ANYTHING)
def test_no_text_however_it_came_breaks_a_link_or_makes_a_header(to: str, subject: str, body: str) -> None:
    for url in compose_links(to, Draft(subject, body)).values():
        fields = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
        assert set(fields) <= {"view", "cm", "fs", "to", "su", "subject", "body"}
        for name in ("to", "su", "subject"):
            assert len(fields.get(name, "").splitlines()) <= 1
        assert len(unquote(urlsplit(url).path).splitlines()) <= 1


def lines_of(file: bytes) -> list[str]:
    """The raw lines of a vCard or a calendar; each is at most 75 bytes."""
    text = file.decode()
    assert text.endswith("\r\n")
    raw = text.removesuffix("\r\n").split("\r\n")
    for line in raw:
        assert len(line.encode()) <= 75
        assert len(line.splitlines()) == 1, line
    return raw


@given(company=ANYTHING, role=ANYTHING, name=ANYTHING, email=ANYTHING, phone=NAMES)
def test_a_contact_is_read_back_by_another_program_as_it_was_typed(
    company: str, role: str, name: str, email: str, phone: str
) -> None:
    given = {"company": company, "role": role, "contact_name": name, "contact_email": email}
    made = vcard_of(a_case(**given, contact_phone=phone)).encode()
    lines_of(made)
    expected = [("VERSION", "4.0"), ("UID", "case1@ajar"), ("FN", in_one_line(name) or in_one_line(company))]
    expected += [("ORG", in_one_line(company)), ("NOTE", in_one_line(role))]
    expected += [("EMAIL", in_one_line(email))] if in_one_line(email) else []
    read = [(head.partition(";")[0], read_back(value)) for head, value in unfolded(made)]
    assert read == [("BEGIN", "VCARD"), *expected, ("TEL", phone), ("END", "VCARD")]


def unfolded(card: bytes) -> list[tuple[str, str]]:
    """Each property with its raw value; the parser's own halves lose backslashes after a parameter."""
    pairs = [line.partition(":") for line in Contentlines.from_ical(card.decode()) if line]
    return [(head, value) for head, _, value in pairs]


def read_back(value: str) -> str:
    """One text; a semicolon that is not escaped would begin another."""
    (only,) = split_on_unescaped_semicolon(value)
    return only


@given(
    companies=st.lists(ANYTHING, min_size=1, max_size=3),
    kind=st.sampled_from([PostKind.NUDGE, "call", "answer_due"]),
)
def test_a_calendar_program_reads_each_event_as_it_was_meant(companies: list[str], kind: str) -> None:
    at = NOW + timedelta(days=9)
    entries = [Entry(f"e{place}", kind, at, NOW, "case1", name) for place, name in enumerate(companies)]
    made = calendar_of(entries, saying())
    lines_of(made)
    calendar = Calendar.from_ical(made.decode())
    events = calendar.walk("VEVENT")
    assert [str(event["UID"]) for event in events] == [f"e{place}@ajar" for place in range(len(companies))]
    assert [str(event["SUMMARY"]) for event in events] == [
        saying().say(f"calendar.events.{kind}", company=in_one_line(name)) for name in companies
    ]
    for event in events:
        assert set(event) == {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "TRANSP"}
        assert not event.subcomponents
        assert not event.errors
    assert len(calendar.subcomponents) == len(companies)


def shown_by(tokens: list[Token]) -> str:
    """The words that a reader of this Markdown sees."""
    made = ""
    for token in tokens:
        assert token.type in {"text", "text_special", "softbreak"}, token
        made += "\n" if token.type == "softbreak" else token.content
    return made


@given(company=NAMES, role=NAMES, name=NAMES, email=ANYTHING, wording=NAMES)
def test_what_was_typed_is_no_markup_in_the_file_to_read(
    company: str, role: str, name: str, email: str, wording: str
) -> None:
    offer = {"company": company, "role": role, "contact_name": name, "contact_email": email}
    case = a_case(**offer, reasons=(replace(PAY, wording=wording),))
    text = packer().markdown_of(opened(case))
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    allowed = {"heading", "paragraph", "bullet_list", "list_item"}
    assert {token.type.removesuffix("_open").removesuffix("_close") for token in tokens} <= allowed | {
        "inline",
        "code_block",
    }
    inline = [shown_by(token.children or []) for token in tokens if token.type == "inline"]
    assert inline[0] == f"{company}: {role}"
    for expected in (name, in_one_line(email), wording):
        assert not expected or expected in inline, expected


@given(company=NAMES, name=LINES, wording=NAMES, subject=LINES, body=TYPED)
@example(company="A", name="", wording="1. ", subject="", body="")
def test_an_exported_case_is_read_back_to_the_letter(
    company: str, name: str, wording: str, subject: str, body: str
) -> None:
    edits = (("email", json.dumps([subject, body])),)
    case = a_case(company=company, contact_name=name, reasons=(replace(PAY, wording=wording),), edits=edits)
    file = CaseFile.model_validate_json(json_of(opened(case)))
    assert file.restored(ROBIN, case.id) == case


class Reading(HTMLParser):
    """The tags, and the text between them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = [""]
        self.texts: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert tag in {"html", "meta"} or not attrs
        if tag == "html":
            assert [name for name, _ in attrs] == ["lang"]

    def handle_data(self, data: str) -> None:
        self.texts[self.tags[-1]] = self.texts.get(self.tags[-1], "") + data


def body_of(answer: Response) -> str:
    return bytes(answer.body).decode()


@given(lang=LINES, title=NAMES, text=NAMES)
def test_a_page_shows_what_it_was_given_and_runs_none_of_it(lang: str, title: str, text: str) -> None:
    reading = Reading()
    reading.feed(body_of(page(lang, title, text)))
    reading.close()
    assert reading.tags == ["", "html", "head", "meta", "meta", "title", "style", "body", "h1", "p"]
    assert reading.texts["h1"] == title
    assert reading.texts["p"].rstrip("\n") == text


@given(summary=ANYTHING, words=ANYTHING)
def test_slack_finds_nothing_to_parse_in_a_message(summary: str, words: str) -> None:
    made = message(Letter(summary, (Passage(words), Passage(words, "draft"), Passage(words, "heading")), ()))
    assert not set(made["text"]) & set("<>")
    for token in re.findall(r"&[^;]*;?", made["text"]):
        assert token in {"&amp;", "&lt;", "&gt;"}
    back = made["text"].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert back == summary
    for block in made["blocks"]:
        assert block["type"] in {"rich_text", "header"}
        assert "mrkdwn" not in json.dumps(block)
    assert {element["type"] for block in made["blocks"] for element in block.get("elements", ())} <= {
        "rich_text_section", "rich_text_quote",
    }  # fmt: skip


@given(ANYTHING)
def test_a_line_of_the_log_stays_one_line_of_json(text: str) -> None:
    held, before = io.StringIO(), structlog.get_config()
    structlog.configure(
        processors=[structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(0),
        logger_factory=structlog.PrintLoggerFactory(held),
    )
    structlog.get_logger().error("listener_failed", ask=text)
    structlog.configure(**before)
    record = logging.LogRecord("uvicorn", logging.WARNING, "x.py", 1, "%s", (text,), None)
    own, foreign = held.getvalue().removesuffix("\n"), Foreign().format(record)
    assert (own + foreign).isascii()
    assert (own + foreign).isprintable()
    assert json.loads(own)["ask"] == text
    assert json.loads(foreign)["event"] == text[:LONGEST]
