"""After a no that they answered with a better offer or another role: what Ajar says, and the next no."""

import re
from dataclasses import replace

import pytest

from bot.coaching.case import Case, Channel, EventKind, Outcome, Reason, Stage, Tone
from bot.coaching.drafts import DraftKind
from bot.coaching.reasons import Catalogue
from bot.flows import calling
from bot.flows.drafting import Drafting
from bot.flows.ports import Letter, Preferences, Profile
from bot.flows.sheet import Sheet
from bot.flows.standing import Standing
from bot.flows.visitor import Saying, Visitor
from bot.wording import Words
from tests.making import NOW, ROBIN, a_case

LOCALES = ("en", "es")
CAME_BACK = (Outcome.COUNTERED, Outcome.ANOTHER_ROLE)
PAY = Reason("compensation", "I'm looking for a salary closer to my experience")
UNTOLD = re.compile(
    r"(?:haven't|hasn't) (?:told|heard)|don't know yet\.|doesn't know"
    r"|no les has dicho|no han oído|aún no lo sabe|hear (?:it|my answer) from me"
    r"|lo supieras por mí|quien te diera",
    re.I,
)
ANSWERED = {
    Outcome.COUNTERED: re.compile("Thank you for improving the offer|Gracias por mejorar la oferta"),
    Outcome.ANOTHER_ROLE: re.compile("for thinking of me for another role|pensar en mí para otro puesto"),
}


def _came_back(outcome: Outcome, stage: Stage, **given: object) -> Case:
    case = a_case(stage=stage, contact_name="Dana Whitfield", reasons=(PAY,), **given)
    return case.with_event(EventKind.CALL, NOW, outcome)


def _saying(words: Words, locale: str) -> Saying:
    return Saying(words, Visitor(ROBIN, Profile("Robin", "Europe/Madrid", locale), Preferences()))


def _sheet(words: Words, catalogue: Catalogue, case: Case, locale: str, note: str = "") -> Sheet:
    drafting = Drafting(words, catalogue)
    return Sheet(case, _saying(words, locale), NOW, drafting, catalogue.of(locale), note)


def _text(letter: Letter) -> str:
    return "\n".join(passage.text for passage in letter.passages)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("outcome", CAME_BACK)
def test_nobody_is_said_to_have_heard_nothing_after_they_heard_a_no(
    outcome: Outcome, locale: str, words: Words, catalogue: Catalogue
) -> None:
    held = _came_back(outcome, Stage.HELD)
    lines = "\n".join(Standing(held, _saying(words, locale), NOW).lines)
    assert not UNTOLD.search(lines), lines
    assert re.search("heard your no|oído tu no", lines)
    assert not UNTOLD.search(_text(calling.script(_sheet(words, catalogue, held, locale))))
    telling = replace(held, stage=Stage.TELLING)
    assert not UNTOLD.search("\n".join(Standing(telling, _saying(words, locale), NOW).lines))
    for note in ("", "again", "still"):
        reminder = _text(calling.remind_call(_sheet(words, catalogue, telling, locale, note)))
        assert not UNTOLD.search(reminder), reminder


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("outcome", CAME_BACK)
@pytest.mark.parametrize("channel", list(Channel))
def test_the_next_no_answers_what_they_came_back_with(
    channel: Channel, outcome: Outcome, locale: str, words: Words, catalogue: Catalogue
) -> None:
    kinds = {
        Channel.PHONE: (DraftKind.PHONE_SCRIPT, DraftKind.EMAIL),
        Channel.IN_PERSON: (DraftKind.IN_PERSON_SCRIPT, DraftKind.EMAIL),
        Channel.EMAIL: (DraftKind.EMAIL,),
    }[channel]
    for tone in Tone:
        case = _came_back(outcome, Stage.TELLING, channel=channel, tone=tone)
        for kind in kinds:
            body = _sheet(words, catalogue, case, locale).draft(kind).body
            assert ANSWERED[outcome].search(body), body
            assert re.search("still no|is no|it's a no|no to that one|sigue siendo|que no", body), body
            assert not UNTOLD.search(body), body
            assert not re.search("called|the call|talked|hablamos|llamada", body) or channel != Channel.EMAIL


@pytest.mark.parametrize("locale", LOCALES)
def test_after_a_first_no_nothing_is_answered_that_they_never_said(
    locale: str, words: Words, catalogue: Catalogue
) -> None:
    case = a_case(stage=Stage.TELLING)
    reached = case.with_event(EventKind.CALL, NOW, Outcome.REACHED)
    again = _came_back(Outcome.COUNTERED, Stage.FOLLOWING_UP).with_event(
        EventKind.CALL, NOW, Outcome.REACHED
    )  # the second no has been said
    for said in (case, reached, again):
        for kind in (DraftKind.PHONE_SCRIPT, DraftKind.EMAIL):
            body = _sheet(words, catalogue, said, locale).draft(kind).body
            assert not any(pattern.search(body) for pattern in ANSWERED.values())
