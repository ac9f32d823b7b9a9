"""The file to read of an export: each draft as it was when it went out, and names as they were typed."""

import re
from dataclasses import replace
from datetime import timedelta

from bot.archive import Packer
from bot.coaching.case import Case, EventKind, Outcome, Reason, Rhythm, Stage
from bot.coaching.drafts import OWN_LINE
from bot.coaching.reasons import Catalogue
from bot.flows.desk import Opened
from bot.flows.drafting import Drafting, kept_text
from bot.flows.ports import Past, PostKind, Preferences, Profile
from bot.flows.visitor import Saying, Visitor
from bot.wording import Words
from tests.making import NOW, ROBIN, a_case, a_post

DAY = timedelta(days=1)
YEARS_LATER = NOW + 1830 * DAY


def _read(case: Case, words: Words, catalogue: Catalogue, messages: tuple[Past, ...] = ()) -> str:
    visitor = Visitor(ROBIN, Profile("Robin", "UTC", "en"), Preferences())
    opened = Opened(case, visitor, Saying(words, visitor), YEARS_LATER)
    return Packer(Drafting(words, catalogue), catalogue).markdown_of(opened, messages)


def _section(text: str, name: str) -> str:
    return text.partition(f"## {name}\n")[2].partition("\n## ")[0]


def test_a_draft_is_dated_from_when_it_went_out(words: Words, catalogue: Catalogue) -> None:
    told = a_case(own_name="Robin", rhythm=Rhythm.CLOSE).with_event(EventKind.CALL, NOW, Outcome.REACHED)
    case = told.with_event(EventKind.EMAIL_SENT, NOW + timedelta(hours=1))
    case = case.with_event(EventKind.CONTACT, NOW + 193 * DAY).with_event(EventKind.REPLIED, NOW + 196 * DAY)
    note = a_post("n1", kind=PostKind.NUDGE, note="yearly", due_at=NOW + 1461 * DAY)
    text = _read(case, words, catalogue, (Past(note, "sent", NOW + 1461 * DAY),))
    for name, span in {
        "A note after a month": "a month",
        "A note after three months": "three months",
        "A note after six months": "six months",
        "A note after a year": "a year|six months",
        "A note in the years after that": "three years|four years",
    }.items():
        assert re.search(span, _section(text, name), re.I), _section(text, name)
    assert "five years" not in text.casefold()
    assert "again" not in _section(text, "A note after six months")  # their answer was still to come
    assert re.search("earlier today|today|call", _section(text, "The email"))


def test_names_in_it_are_as_they_were_typed(words: Words, catalogue: Catalogue) -> None:
    case = a_case(
        company="Smith & Co. (North-West), Inc.",
        role="C# developer, 2.0 + more!",
        contact_name="Dana O'Neil-Okafor",
        contact_email="dana_b@north-west.example",
        contact_phone="+44 (0)20 7946 0018",
    )
    typed = _read(case, words, catalogue).partition("\n## ")[0]
    assert "\\" not in typed
    offer = case.offer
    for name in (offer.company, offer.role, offer.contact_name, offer.contact_email, offer.contact_phone):
        assert name in typed


def test_it_says_what_is_private_and_what_happened_and_repeats_no_news(
    words: Words, catalogue: Catalogue
) -> None:
    kept = Reason("values_mission", "I'd like to work on another field", is_shared=False)
    case = replace(a_case(rhythm=Rhythm.YEARLY), reasons=(*a_case().reasons, kept))
    case = case.with_event(EventKind.CALL, NOW, Outcome.COUNTERED).with_event(EventKind.EMAIL_SENT, NOW)
    text = _read(kept_text(case, OWN_LINE, "I've taken up falconry"), words, catalogue)
    assert "- I'd like to work on another field (kept to yourself)" in text
    assert "they made a counter-offer" in _section(text, "What happened")
    assert "You marked the email as sent." in _section(text, "What happened")
    assert "falconry" not in text
    held = replace(a_case(), stage=Stage.HELD).with_event(EventKind.CALL, NOW, Outcome.COUNTERED)
    assert "They've heard your no" in _read(held, words, catalogue)
    assert "A note after a month" not in text
    assert "## A note after a year" in text
