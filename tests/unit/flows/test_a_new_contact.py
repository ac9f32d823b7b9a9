"""Texts to somebody who came after whoever was talked to, and to whom a yes was taken back."""

import re
from datetime import timedelta

import pytest

from bot.coaching.case import Case, Commitment, EventKind, Outcome, Stage, Tone
from bot.coaching.drafts import EVENTS, KNOCKS, NUDGES, DraftKind
from bot.coaching.reasons import Catalogue
from bot.flows import reconnecting
from bot.flows.drafting import Drafting
from bot.flows.ports import Preferences, Profile
from bot.flows.sheet import Sheet
from bot.flows.visitor import Saying, Visitor
from bot.wording import Words
from tests.making import NOW, PAY, ROBIN, a_case

DAY = timedelta(days=1)
LOCALES = ("en", "es")
SHARED = re.compile(
    r"\bwe (?:spoke|talked|were talking)|our conversations|I told you|remember me|familiar face"
    r"|thank you (?:again|once more) for|thought of you|last hello was"
    r"|\bhablamos\b|nuestras conversaciones|acuerd[ea]s? de mí|cara conocida|acorda?do? de ti|acordé de ti"
    r"|te dije|le dije",
    re.I,
)


def _succeeded(**given: object) -> Case:
    case = a_case(contact_name="Ken Ito", former_contact="Dana Whitfield", own_name="Marta Ruiz", **given)
    told = case.with_event(EventKind.CALL, NOW, Outcome.REACHED).with_event(EventKind.CONTACT, NOW + DAY)
    return told.with_event(EventKind.REPLACED, NOW + 2 * DAY)


def _sheet(words: Words, catalogue: Catalogue, case: Case, locale: str, days: int) -> Sheet:
    saying = Saying(words, Visitor(ROBIN, Profile("Marta", "Europe/Madrid", locale), Preferences()))
    return Sheet(case, saying, NOW + days * DAY, Drafting(words, catalogue), catalogue.of(locale))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("tone", list(Tone))
@pytest.mark.parametrize("kind", [*NUDGES, *EVENTS, *KNOCKS])
def test_a_stranger_hears_with_whom_it_was_and_of_no_past_of_their_own(
    kind: DraftKind, tone: Tone, locale: str, words: Words, catalogue: Catalogue
) -> None:
    for name in ("case1", "case2", "case3", "case4"):
        case = _succeeded(id=name, stage=Stage.IN_TOUCH, tone=tone, reasons=(PAY,))
        draft = _sheet(words, catalogue, case, locale, 700).draft(kind)
        assert "Dana Whitfield" in draft.body
        assert "Ken" in draft.body
        assert not SHARED.search(f"{draft.subject}\n{draft.body}"), draft.body


@pytest.mark.parametrize("locale", LOCALES)
def test_the_email_to_a_stranger_says_who_was_told(locale: str, words: Words, catalogue: Catalogue) -> None:
    for tone in Tone:
        case = _succeeded(stage=Stage.FOLLOWING_UP, tone=tone, thanks_for="answers")
        body = _sheet(words, catalogue, case, locale, 3).draft(DraftKind.EMAIL).body
        assert re.search("told Dana Whitfield|he dicho a Dana Whitfield", body), body
        assert not re.search(
            "As I|the call|speak with you|Como te|hablar conmigo|my questions|mis preg", body
        )


@pytest.mark.parametrize(
    ("locale", "said"), [("en", "hasn't heard from you yet"), ("es", "aún no sabe nada de ti")]
)
def test_over_the_note_stands_who_it_was_and_that_they_know_nothing(
    locale: str, said: str, words: Words, catalogue: Catalogue
) -> None:
    case = _succeeded(stage=Stage.IN_TOUCH)
    letter = reconnecting.nudge(_sheet(words, catalogue, case, locale, 700))
    assert "Dana Whitfield" in letter.passages[1].text
    assert said in letter.passages[1].text
    known = case.with_event(EventKind.CONTACT, NOW + 400 * DAY)
    later = reconnecting.nudge(_sheet(words, catalogue, known, locale, 700))
    assert said not in later.passages[1].text


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("commitment", [Commitment.ACCEPTED, Commitment.SIGNED])
def test_a_yes_that_was_taken_back_is_owned_in_the_first_note_and_when_knocking(
    commitment: Commitment, locale: str, words: Words, catalogue: Catalogue
) -> None:
    yes = {
        Commitment.ACCEPTED: "said yes to|acepté",
        Commitment.SIGNED: "signed for|firmé",
    }[commitment]
    for tone in Tone:
        case = a_case(commitment=commitment, stage=Stage.IN_TOUCH, tone=tone, contact_name="Dana Whitfield")
        case = case.with_event(EventKind.EMAIL_SENT, NOW)
        for kind in (*NUDGES, *KNOCKS):
            body = _sheet(words, catalogue, case, locale, 400).draft(kind).body
            assert re.search(yes, body), body
            assert re.search("changed my answer|cambié mi respuesta", body), body
            assert not re.search(
                "turned|declined|said no|against it|dije que no|decliné|offer something", body
            )
        header = reconnecting.nudge(_sheet(words, catalogue, case, locale, 400)).passages[1].text
        assert not re.search("turned down|Rechazaste", header)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("outcome", [None, Outcome.REACHED, Outcome.UPSET])
def test_out_of_a_signed_contract_one_asks_to_be_let_go_and_what_that_needs(
    outcome: Outcome | None, locale: str, words: Words, catalogue: Catalogue
) -> None:
    for tone in Tone:
        case = a_case(commitment=Commitment.SIGNED, stage=Stage.TELLING, tone=tone)
        case = case.with_event(EventKind.CALL, NOW, outcome) if outcome else case
        for kind in (DraftKind.PHONE_SCRIPT, DraftKind.EMAIL):
            body = _sheet(words, catalogue, case, locale, 0).draft(kind).body
            assert re.search("signed|[Ff]irmé", body), body
            assert re.search("release me|dejemos sin efecto", body), body
            assert re.search("notice|preaviso", body), body
            assert not re.search("said I'd join|said yes|dije que sí", body), body
    for key in ("letters.signed.text",):
        assert not re.search("draft|redacta", words.text(key, locale))
