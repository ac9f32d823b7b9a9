"""What people type is plain text wherever it is shown: no mention, link, formula or header of its own."""

import io
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import icalendar
import pytest
import structlog

from bot.local import Local
from bot.sandbox.person import Person, text_of
from tests.scenarios.telling import expect_said, said, submit
from tests.scenarios.test_privacy import exported

COMPANY = "<!channel> <@U0MARTA001> {{7*7}} & *Acme*"
RIGHT_TO_LEFT = "\u202e\u2067\u200f"  # marks that turn a text round
HOSTILE = {
    "company": COMPANY + RIGHT_TO_LEFT,
    "role": "=1+1 <https://evil.example|Nurse> {% raw %}",
    "contact_name": "<!here|x> =HYPERLINK(1);TEL:9,\\n`x`",
    "contact_email": "a<b>&bcc=c@evil.example",
    "contact_phone": "=cmd|' /C calc'!A0",
}
OWN = "I want <!everyone> [x](javascript:1) {{ 7*7 }} #1"
PLAN = {"own_name": "<script>alert(7)</script> _Robin_", "own_phone": "+1 <@U0MARTA001>"}
SUBJECT = "No <!channel>\nBcc: all@evil.example"
BODY = "Thanks <@U0MARTA001>\nBEGIN:VEVENT\n<https://evil.example|here> {{7*7}} =1+1 \u202etxt"
ACTIVE = {"user", "broadcast", "channel", "usergroup", "emoji", "team", "mrkdwn", "date", "color"}
OURS = {"mail.google.com", "outlook.live.com", "calendar.google.com", "127.0.0.1", ""}


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Every log line, at the most talkative level."""
    held, before = io.StringIO(), structlog.get_config()
    structlog.configure(
        processors=[structlog.processors.add_log_level, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(0),
        logger_factory=structlog.PrintLoggerFactory(held),
        cache_logger_on_first_use=False,
    )
    yield held
    structlog.configure(**before)


def nodes(shown: Any) -> Iterator[dict[str, Any]]:
    """Every object of a payload, whatever it is in."""
    if isinstance(shown, dict):
        yield shown
        for value in shown.values():
            yield from nodes(value)
    elif isinstance(shown, list):
        for value in shown:
            yield from nodes(value)


def expect_plain(shown: Any) -> None:
    """Nothing in it that Slack would make into a mention, a link of theirs or formatting."""
    for node in nodes(shown):
        assert node.get("type") not in ACTIVE, node
        if node.get("type") == "plain_text" and node["text"] != "Home":  # the tab's title is Slack's own
            assert node.get("emoji") is False, node
        if node.get("type") == "link":
            assert urlsplit(node["url"]).hostname in OURS or node["url"].startswith("mailto:"), node
        if isinstance(node.get("text"), str) and "blocks" in node:  # the message's own text is parsed
            assert not re.search(r"<[!@#]|<https?:", node["text"]), node["text"]


async def through(robin: Person) -> list[Any]:
    """The interview, an email of one's own, a typed message and a note; every window on the way."""
    windows: list[Any] = []

    async def next_page() -> None:
        windows.append(robin.modal)
        await submit(robin)

    await robin.command(f"/decline {COMPANY}")
    assert COMPANY in str(robin.modal)
    for name, value in HOSTILE.items():
        robin.fill(name, value)
    await next_page()
    robin.fill("raw_words", "the pay is a joke <!channel> {{7*7}}")
    await next_page()
    robin.fill("own:compensation", OWN)
    await next_page()
    for name, value in PLAN.items():
        robin.fill(name, value)
    await next_page()
    await expect_said(robin, "How did it go?")
    await robin.click("call_reached")
    await expect_said(robin, "Your email")
    await robin.click("email_edit")
    robin.fill("subject", SUBJECT)
    robin.fill("body", BODY)
    await next_page()
    await robin.click("email_send")
    await expect_said(robin, "Well handled")
    return windows


async def test_in_messages_windows_and_the_home_tab(robin: Person, over_http: Local) -> None:
    windows = await through(robin)
    await robin.say("<!channel> {{7*7}} =1+1")
    await expect_said(robin, "Slack keeps what you type here")
    await over_http.sandbox.jump()
    await expect_said(robin, "Something you could send")
    await robin.open_home()
    for typed in (f"/decline <help>{RIGHT_TO_LEFT}", "/decline list", "/decline export", "/decline settings"):
        await robin.command(typed)
    shown = [*windows, robin.home, robin.modal, *robin.ephemerals]
    shown += [item for item in robin.dm if item.get("bot_id")]
    assert len(shown) > 12
    for item in shown:
        expect_plain(item)
    everything = str(shown)
    assert "49" not in re.sub(r"\d[\d.:_-]+\d", lambda m: "" if len(m[0]) > 4 else m[0], said(robin))
    for mark in RIGHT_TO_LEFT:
        assert mark not in everything
    assert COMPANY in text_of(robin.home or {})
    assert OWN.rstrip(".") in said(robin)
    assert "{{7*7}} =1+1 txt" in said(robin)


async def test_in_links_to_a_mail_program_nothing_becomes_a_header(robin: Person) -> None:
    await through(robin)
    links = [node["url"] for item in robin.dm for node in nodes(item) if node.get("type") == "link"]
    mails = [urlsplit(url) for url in links if url.startswith("mailto:")]
    assert mails
    for mail in mails:
        held = parse_qs(mail.query, keep_blank_values=True)
        assert set(held) <= {"subject", "body"}
        assert "\n" not in held["subject"][0]
        assert "?" not in mail.path
        assert "&" not in mail.path
    google = [parse_qs(urlsplit(url).query) for url in links if "mail.google.com" in url]
    assert all(set(held) <= {"view", "cm", "fs", "to", "su", "body"} for held in google)


async def test_in_the_archive_every_file_says_exactly_what_was_typed(robin: Person) -> None:
    await through(robin)
    archive = await exported(robin)
    calendar = archive.read("reconnect.ics").decode()
    names = {line.partition(":")[0].partition(";")[0] for line in calendar.split("\r\n") if line[:1].strip()}
    assert names <= {"BEGIN", "END", "PRODID", "VERSION", "SUMMARY", "DTSTART", "DTEND", "DTSTAMP", "UID",
                     "DESCRIPTION", "TRANSP", "X-WR-CALNAME", "REFRESH-INTERVAL",
                     "X-PUBLISHED-TTL"}  # fmt: skip
    events = icalendar.Calendar.from_ical(calendar).walk("VEVENT")
    assert {str(event["SUMMARY"]) for event in events} == {f"Reconnect: {COMPANY}"}
    card = archive.read("contacts.vcf").decode()
    names = {line.partition(":")[0].partition(";")[0] for line in card.split("\r\n") if line[:1].strip()}
    assert names == {"BEGIN", "END", "VERSION", "UID", "FN", "ORG", "NOTE", "EMAIL", "TEL"}
    assert r"FN:<!here|x> =HYPERLINK(1)\;TEL:9\,\\n`x`" in card.replace("\r\n ", "")
    assert all(len(line.encode()) <= 75 for line in card.split("\r\n"))
    text = archive.read("cases/01.md").decode()
    for line in text.splitlines():
        if not line.startswith("    "):  # an indented block is shown as it is
            bare = re.sub(r"\\.", "", line)
            assert not re.search(r"[<>\[\]`{}|]", bare), line
    assert re.sub(r"\\(.)", r"\1", text.splitlines()[0]) == f"# {COMPANY}: {HOSTILE['role']}"
    for name in archive.namelist():
        for mark in RIGHT_TO_LEFT:
            assert mark.encode() not in archive.read(name)


async def test_a_line_break_in_a_field_of_one_line_is_refused(robin: Person) -> None:
    await robin.command("/decline Acme")
    robin.fill("role", "Nurse\nATTENDEE:mailto:x@evil.example")
    assert set(await robin.submit() or {}) == {"role"}


async def test_the_log_holds_no_typed_word_even_when_things_fail(
    log: io.StringIO, robin: Person, over_http: Local
) -> None:
    over_http.sandbox.faults.script("views.open", "error", "expired_trigger_id")
    await robin.command(f"/decline {COMPANY}")
    over_http.sandbox.faults.script("chat.update", "error", "message_not_found", times=3)
    over_http.sandbox.faults.script("chat.postMessage", "error", "invalid_blocks")
    await robin.say("walrus <!channel>")
    await through(robin)
    await exported(robin)
    written = log.getvalue()
    assert "listener_failed" in written
    assert "row_verdict" in written
    for word in (
        "xoxb",
        "xapp",
        "channel>",
        "Acme",
        "7*7",
        "evil",
        "walrus",
        "Robin",
        "joke",
        "script>",
        "calc",
        "=1+1",
    ):
        assert word not in written, word
