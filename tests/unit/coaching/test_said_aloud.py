"""What one would say aloud: true of the hour, of the person's own conditions, and no more thanks than fit."""

import re
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from bot.coaching.case import (
    Case,
    Channel,
    Commitment,
    Door,
    EventKind,
    OfferForm,
    Outcome,
    Reason,
    Source,
    Stage,
    Standing,
    Thanks,
    Tone,
)
from bot.coaching.drafts import DraftKind, facts_for
from bot.coaching.reasons import Catalogue
from bot.flows import answering, calling
from bot.flows.drafting import Drafting
from bot.flows.ports import Preferences, Profile
from bot.flows.sheet import Sheet
from bot.flows.visitor import Saying, Visitor
from bot.wiring import template_folder
from bot.wording import Words
from tests.making import NOW, ROBIN, a_case

LOCALES = ("en", "es")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
EARLY = re.compile(
    r"in good time|promptly|\bearly\b|keep you waiting"
    r"|a tiempo|con tiempo|cuanto antes|lo antes posible|hacerte esperar",
    re.I,
)


def _bodies(
    words: Words, case: Case, kind: DraftKind, locale: str, now: datetime = NOW
) -> list[tuple[Tone, str]]:
    """The draft in every tone, several times."""
    found = []
    for tone, seed in product(Tone, "abcdef"):
        facts = {**facts_for(case, door_open="", now=now, zone=UTC), "tone": tone.value}
        found.append((tone, words.draft(kind, facts, locale, seed).body))
    return found


def _sheet(words: Words, catalogue: Catalogue, case: Case, locale: str, now: datetime = NOW) -> Sheet:
    saying = Saying(words, Visitor(ROBIN, Profile("Robin", "Europe/Madrid", locale), Preferences()))
    return Sheet(case, saying, now, Drafting(words, catalogue), catalogue.of(locale))


@pytest.mark.parametrize("locale", LOCALES)
def test_whoever_names_two_conditions_asks_for_both(locale: str, words: Words, catalogue: Catalogue) -> None:
    held, way = catalogue.of(locale), {"en": "If there is", "es": "Si hay"}[locale]
    pay, remote, family = (
        Reason(name, held[name].phrasings[0])
        for name in ("compensation", "remote_flexibility", "family_caregiving")
    )
    for reasons, said in (
        ((pay, remote), "salary and .*where and when|sueldo y .*dónde y cuándo"),
        ((remote, pay), "where and when.* and .*salary|dónde y cuándo.* y .*sueldo"),
        ((pay, family), "way round both|las dos cosas"),
        ((family, pay), "way round both|las dos cosas"),
        ((family,), "way round that|resolverlo"),
        ((pay,), "on the salary,|en el sueldo,"),
    ):
        case = a_case(reasons=reasons, standing=Standing.NEGOTIABLE, stage=Stage.HELD)
        for _, body in _bodies(words, case, DraftKind.CONDITIONS, locale):
            assert re.search(said, body), body
            assert way in body


@pytest.mark.parametrize("locale", LOCALES)
def test_a_fear_for_the_company_is_neither_given_away_nor_offered_as_caution(
    locale: str, catalogue: Catalogue
) -> None:
    stability = catalogue.of(locale)["company_stability"]
    assert not any(re.search("cautious|prudencia", wording) for wording in stability.phrasings)
    assert not re.search("company|empresa|further|avanzado", stability.door_open)


@pytest.mark.parametrize(
    ("locale", "only"), [("en", "For you it was the money"), ("es", "Para ti era el dinero")]
)
def test_it_was_the_money_only_where_it_was_nothing_else(
    locale: str, only: str, words: Words, catalogue: Catalogue
) -> None:
    pay, hours = (
        Reason("compensation", "I need more", is_shared=False),
        Reason("workload_hours", "I need less"),
    )
    for reasons, is_only in (((pay,), True), ((pay, hours), False)):
        case = a_case(reasons=reasons, stage=Stage.FOLLOWING_UP).with_event(
            EventKind.CALL, NOW, Outcome.COUNTERED
        )
        letter = answering.countered(_sheet(words, catalogue, case, locale))
        assert any(only in passage.text for passage in letter.passages) is is_only


@pytest.mark.parametrize("locale", LOCALES)
def test_on_the_last_minute_nothing_is_early(locale: str, words: Words, catalogue: Catalogue) -> None:
    plain = re.compile("in good time|promptly|a tiempo|cuanto antes", re.I)
    soon = a_case(answer_due_at=NOW + 15 * MINUTE)
    for _, body in _bodies(words, soon, DraftKind.EMAIL, locale):
        assert not EARLY.search(body), body
    for _, body in _bodies(
        words, a_case(door=Door.CLOSED, answer_due_at=NOW + 15 * MINUTE), DraftKind.EMAIL, locale
    ):
        assert not EARLY.search(body), body
    later = a_case(answer_due_at=NOW + 5 * DAY)
    assert any(plain.search(body) for _, body in _bodies(words, later, DraftKind.EMAIL, locale))
    tried = soon.with_event(EventKind.CALL, NOW, Outcome.VOICEMAIL).with_event(
        EventKind.CALL, NOW, Outcome.VOICEMAIL
    )
    letter = calling.voicemail(_sheet(words, catalogue, tried, locale))
    assert not any(EARLY.search(passage.text) for passage in letter.passages)


@pytest.mark.parametrize("locale", LOCALES)
def test_years_after_the_answer_was_due_the_email_says_so_and_nobody_is_told_to_send_it_today(
    locale: str, words: Words, catalogue: Catalogue
) -> None:
    late = (
        "later than you asked|waiting for|más tarde de lo que|esperando|algo tarde|de lo que ped|Has esperado"
    )
    case = a_case(answer_due_at=NOW - 730 * DAY)
    for kind in (DraftKind.EMAIL, DraftKind.PHONE_SCRIPT):
        for _, body in _bodies(words, case, kind, locale):
            assert re.search("long time ago|hace mucho", body, re.I), body
            assert not re.search(late, body), body
            assert not re.search("the search|la búsqueda|other candidates", body), body
    sheet = _sheet(words, catalogue, case, locale)
    intro = calling.email(sheet).passages[1].text
    assert re.search("long time ago|hace mucho", intro)
    assert not re.search("today|hoy", intro)
    for _, body in _bodies(words, a_case(answer_due_at=NOW - DAY), DraftKind.EMAIL, locale):
        assert not re.search("long time ago|hace mucho", body, re.I), body


@pytest.mark.parametrize("locale", LOCALES)
def test_an_email_after_the_call_thanks_as_one_would(locale: str, words: Words) -> None:
    thanks = re.compile(r"\bthank(?:s|ed)?\b|\bgracias\b", re.I)
    for channel, named in product((Channel.PHONE, Channel.IN_PERSON), (*Thanks, "")):
        case = a_case(channel=channel, thanks_for=named).with_event(EventKind.CALL, NOW, Outcome.REACHED)
        for _, body in _bodies(words, case, DraftKind.EMAIL, locale):
            assert len(thanks.findall(body)) <= 3, body


@pytest.mark.parametrize("locale", LOCALES)
def test_no_conversation_shows_trust_and_no_recruiter_is_on_the_inside(locale: str, words: Words) -> None:
    for form in (OfferForm.WRITTEN, OfferForm.NONE_YET):
        case = a_case(thanks_for=Thanks.TRUST, form=form)
        for tone, body in _bodies(words, case, DraftKind.PHONE_SCRIPT, locale):
            assert not re.search("conversation shows|offer shows|demuestra", body), (tone, body)
    agency = a_case(source=Source.AGENCY).with_event(EventKind.EMAIL_SENT, NOW - 180 * DAY)
    for _, body in _bodies(words, agency, DraftKind.NUDGE_SIX_MONTHS, locale):
        assert not re.search("the inside|tiring|desde dentro|cansado", body), body


@pytest.mark.parametrize("locale", LOCALES)
def test_whoever_agreed_to_be_a_reference_is_not_said_to_have_been_asked_already(
    locale: str, words: Words
) -> None:
    case = a_case(commitment=Commitment.NOTHING)
    for _, body in _bodies(words, case, DraftKind.NOTE_REFERENCES, locale):
        assert re.search("agreed|ofreciste|aceptar dar|Ibas a dar", body), body


def test_a_formal_spanish_letter_opens_with_a_greeting_of_its_own(words: Words) -> None:
    for contact, kind in product(("", "Dana O'Neil"), (DraftKind.EMAIL, DraftKind.NOTE_OTHER_EMPLOYER)):
        for _, body in _bodies(words, a_case(contact_name=contact), kind, "es"):
            assert not body.startswith("Saludos"), body


def test_spanish_speaks_to_one_contact_as_one_and_asks_nobody_to_wait_until_they_want_to() -> None:
    texts = (template_folder() / "es" / "words" / "replies.yml").read_text()
    assert not re.search("Os dije|hasta que quieras", texts)
