"""What is said later of a no that was only written, and of one that asks to be let out of a contract."""

import re
from datetime import timedelta

import pytest

from bot.coaching.case import Case, Commitment, EventKind, Outcome, Stage, Tone
from bot.coaching.drafts import EVENTS, KNOCKS, NUDGES, DraftKind
from bot.coaching.reasons import Catalogue
from bot.flows import reconnecting
from bot.flows.drafting import Drafting
from bot.flows.ports import Letter, Preferences, Profile
from bot.flows.sheet import Sheet
from bot.flows.visitor import Saying, Visitor
from bot.wording import Words
from tests.making import NOW, PAY, ROBIN, a_case

DAY = timedelta(days=1)
LOCALES = ("en", "es")
NEVER_SAID = re.compile(
    r"\bwe (?:first )?(?:spoke|talked|were talking)|our conversations|our talks|spoke with|talked to"
    r"|\bhablamos (?:del|de la|de)\b|que hablamos|nuestras conversaciones|hablé con|hablaste con",
    re.I,
)
SPOKEN = re.compile(
    r"spoke|talked|were talking|turned down|turned it down|hablamos|conversaciones|rechacé", re.I
)
CASES = ("case1", "case2", "case3", "case4", "case5", "case6")


def _written(*, is_new: bool = False, has_answered: bool = False, **given: object) -> Case:
    """Two voicemails, then the email."""
    contact = ("Tom Brandt", "Dana Whitfield") if is_new else ("Dana Whitfield", "")
    case = a_case(
        stage=Stage.IN_TOUCH, contact_name=contact[0], former_contact=contact[1], own_name="Robin", **given
    )
    for kind, note in ((EventKind.CALL, Outcome.VOICEMAIL), (EventKind.EMAIL_SENT, "")):
        case = case.with_event(kind, NOW, note)
    case = case.with_event(EventKind.REPLIED, NOW + 30 * DAY) if has_answered else case
    return case.with_event(EventKind.REPLACED, NOW + DAY) if is_new else case


def _sheet(
    words: Words, catalogue: Catalogue, case: Case, locale: str, days: int = 100, note: str = ""
) -> Sheet:
    saying = Saying(words, Visitor(ROBIN, Profile("Robin", "Europe/Madrid", locale), Preferences()))
    return Sheet(case, saying, NOW + days * DAY, Drafting(words, catalogue), catalogue.of(locale), note)


def _text(letter: Letter) -> str:
    return "\n".join(passage.text for passage in letter.passages)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("tone", list(Tone))
@pytest.mark.parametrize("kind", [*NUDGES, *EVENTS, *KNOCKS])
def test_nobody_is_said_to_have_talked_who_only_wrote(
    kind: DraftKind, tone: Tone, locale: str, words: Words, catalogue: Catalogue
) -> None:
    for name in CASES:
        for is_new, has_answered in ((False, False), (False, True), (True, False)):
            case = _written(id=name, tone=tone, reasons=(PAY,), is_new=is_new, has_answered=has_answered)
            for days in (100, 1000):
                body = _sheet(words, catalogue, case, locale, days).draft(kind).body
                assert not NEVER_SAID.search(body), body
                assert "Dana" in body


@pytest.mark.parametrize("locale", LOCALES)
def test_over_the_note_stands_that_they_wrote(locale: str, words: Words, catalogue: Catalogue) -> None:
    header = reconnecting.nudge(_sheet(words, catalogue, _written(is_new=True), locale)).passages[1].text
    assert re.search("You wrote to Dana|escribiste a Dana", header), header
    assert not NEVER_SAID.search(header)


@pytest.mark.parametrize("locale", LOCALES)
def test_whoever_did_talk_still_says_so(locale: str, words: Words, catalogue: Catalogue) -> None:
    for name in CASES:
        case = a_case(id=name, stage=Stage.IN_TOUCH).with_event(EventKind.CALL, NOW, Outcome.REACHED)
        body = _sheet(words, catalogue, case, locale).draft(DraftKind.NUDGE_THREE_MONTHS).body
        assert SPOKEN.search(body), body


@pytest.mark.parametrize("locale", LOCALES)
def test_asking_to_be_released_is_not_the_release(locale: str, words: Words, catalogue: Catalogue) -> None:
    case = a_case(stage=Stage.IN_TOUCH, commitment=Commitment.SIGNED).with_event(EventKind.EMAIL_SENT, NOW)
    plan = _text(reconnecting.plan(_sheet(words, catalogue, case, locale, 0)))
    assert not re.search("That's done|Muy bien llevado", plan)
    assert re.search("they have to answer|les toca responder", plan)
    assert re.search("in writing|por escrito", plan)
    plain = a_case(stage=Stage.IN_TOUCH).with_event(EventKind.EMAIL_SENT, NOW)
    assert re.search(
        "That's done|Muy bien llevado", _text(reconnecting.plan(_sheet(words, catalogue, plain, locale)))
    )


@pytest.mark.parametrize("locale", LOCALES)
def test_the_first_note_asks_once_whether_they_were_released(
    locale: str, words: Words, catalogue: Catalogue
) -> None:
    asks = re.compile("have they released you|queda sin efecto")
    case = a_case(stage=Stage.IN_TOUCH, commitment=Commitment.SIGNED).with_event(EventKind.EMAIL_SENT, NOW)
    first = reconnecting.nudge(_sheet(words, catalogue, case, locale, 92, "three_months"))
    assert asks.search(_text(first))
    later = case.with_event(EventKind.CONTACT, NOW + 95 * DAY)
    second = _sheet(words, catalogue, later, locale, 190, "six_months")
    ignored = _sheet(words, catalogue, case, locale, 190, "six_months")
    assert not asks.search(_text(reconnecting.nudge(second)) + _text(reconnecting.nudge(ignored)))
    plain = a_case(stage=Stage.IN_TOUCH).with_event(EventKind.EMAIL_SENT, NOW)
    assert not asks.search(_text(reconnecting.nudge(_sheet(words, catalogue, plain, locale, 92))))
