"""Odd words, odd values, and the answers of a window."""

import json

from hypothesis import strategies as st

from bot.coaching.interview import QUESTIONS, Step
from bot.coaching.rehearsing import SLIPS
from bot.flows.privacy import PIECES
from bot.slack.ids import FIELD_ACTION
from tests.fuzz.ground import MARK, MARTA, ROBIN

IDS = ("own_case", "own_interview", "other_case", "other_interview")
NASTY = (
    "<!channel>",
    "<@U0MARTA001>",
    "<https://evil.example|click>",
    "{{7*7}}",
    "{% for x in y %}",
    "=cmd()|' /C'!A0",
    "a\r\nBcc: b@c.d",
    "\u202egpj.exe",
    "*bold* _x_ `y`",
    "&lt;!here&gt;",
    "\x00\x01",
    "🦆" * 30,
    "x" * 3100,
    "BEGIN:VCARD\nEND:VCARD",
    "'; DROP TABLE cases; --",
    "../../etc/passwd",
    "%s%n",
    "\ud800",
    "",
)

words = st.one_of(
    st.sampled_from(NASTY), st.text(max_size=12), st.sampled_from(["Acme", "7", "off", "warm"])
).map(lambda text: f"{text}{MARK}" if text not in {"", "Acme", "7", "off", "warm"} else text)
lines = words.map(lambda text: " ".join(text.replace("\x00", "").split())[:60] or "Acme")
ids = st.sampled_from(
    [f"@{name}@" for name in IDS]
    + [f"@{name}@{mark}" for name in IDS for mark in ("::", ":", ":warm:1")]
    + ["", "none", "::", "x" * 300, "a:b:c"]
)
junk = st.sampled_from(
    [None, True, 0, -1, 1e308, 10**30, "", "x", [], {}, [None], {"a": None}, [[]], {"id": {}}]
)
mentioned = st.sampled_from(
    [MARTA.user_id, ROBIN.user_id, "", "U9", "D0MARTA001", "D0ROBIN001", "C0GENERAL1"]
)


def _fields() -> list[str]:
    asked = [question.id for questions in QUESTIONS.values() for question in questions]
    more = ["subject", "body", "rhythm", "line", "confirmed", "messages", "shared", "time_zone"]
    more += ["country", "locale"]
    more += ["quiet_from", "quiet_until", "pause", "code_names", "wording:compensation", "own:compensation"]
    return [*asked, *more, *PIECES, *list(SLIPS)[:2], "gone"]


OPTIONS = sorted(
    {option for questions in QUESTIONS.values() for item in questions for option in item.options}
)
option = st.one_of(
    st.sampled_from(OPTIONS).map(lambda value: {"value": value}),
    junk,
    words.map(lambda text: {"value": text}),
)
element = st.one_of(
    words.map(lambda text: {"type": "plain_text_input", "value": text}),
    words.map(lambda text: {"type": "email_text_input", "value": text}),
    st.builds(lambda item: {"selected_option": item}, option),
    st.builds(lambda items: {"selected_options": items}, st.one_of(junk, st.lists(option, max_size=3))),
    st.builds(
        lambda unix: {"selected_date_time": unix},
        st.one_of(junk, st.integers(-(10**12), 10**13), st.integers(1_790_000_000, 1_830_000_000)),
    ),
    st.builds(
        lambda text: {"selected_time": text},
        st.one_of(junk, st.sampled_from(["09:00", "25:61", "9", "aa:bb"])),
    ),
    junk,
)
state = st.dictionaries(
    st.sampled_from(_fields()),
    st.one_of(
        element.map(lambda held: {FIELD_ACTION: held}),
        element.map(lambda held: {FIELD_ACTION: held}),
        element.map(lambda held: {FIELD_ACTION: held}),
        junk,
    ),
    max_size=6,
)
FULL_OFFER = {
    "company": {FIELD_ACTION: {"type": "plain_text_input", "value": f"Acme <!here> {MARK}"}},
    "role": {FIELD_ACTION: {"type": "plain_text_input", "value": f"Nurse {MARK}"}},
    **{
        question.id: {FIELD_ACTION: {"selected_option": {"value": question.default}}}
        for question in QUESTIONS[Step.OFFER]
        if question.default
    },
}
FULL_PLAN = {
    question.id: {FIELD_ACTION: {"selected_option": {"value": question.default or question.options[0]}}}
    for question in QUESTIONS[Step.PLAN]
    if question.options
}
metadata = st.one_of(
    st.builds(
        lambda about, step, place: json.dumps({"about": about, "step": step, "place": place}),
        ids,
        st.one_of(st.sampled_from([*Step, "x", "", "0:0", "1:2:3"]), words),
        st.sampled_from(["D0ROBIN001:1.000001", "D0MARTA001:1.000001", "", "x", "a:b:c"]),
    ),
    st.sampled_from(["", "null", "[]", "{", '{"about": null}', '{"about": {"a": 1}, "step": []}', "7"]),
)
