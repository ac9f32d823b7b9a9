"""After they came back with a better offer or another role, nothing is decided until the person says so."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.coaching.case import Case, Channel, EventKind, Outcome, Reason, Stage, Tone
from bot.coaching.correcting import taken_back
from bot.coaching.drafts import DraftKind
from bot.coaching.reasons import Catalogue
from bot.flows import calling
from bot.flows.acts import Act
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
CHOICES = (Act.EMAIL_WRITE, Act.CASE_HOLD, Act.CASE_ACCEPT)
DUE = NOW + timedelta(hours=5)
PUT_IN_THEIR_MOUTH = re.compile(
    r"email that confirms it|haven't reached|told them already|still no: I|sooner the better"
    r"|correo que lo confirma|no has podido hablar|Si ya se lo has dicho|un no: no voy",
    re.I,
)
ANSWERED = {
    Outcome.COUNTERED: "improving the offer|mejorar la oferta",
    Outcome.ANOTHER_ROLE: "thinking of me for another role|pensar en mí para otro puesto",
}


def _asked(outcome: Outcome, **given: object) -> Case:
    case = a_case(stage=Stage.FOLLOWING_UP, contact_name="Dana Whitfield", reasons=(PAY,), **given)
    return case.with_event(EventKind.CALL, NOW, outcome)


def _saying(words: Words, locale: str) -> Saying:
    return Saying(words, Visitor(ROBIN, Profile("Robin", "Europe/Madrid", locale), Preferences()))


def _sheet(words: Words, catalogue: Catalogue, case: Case, locale: str) -> Sheet:
    return Sheet(case, _saying(words, locale), NOW, Drafting(words, catalogue), catalogue.of(locale))


def _text(letter: Letter) -> str:
    return "\n".join(passage.text for passage in letter.passages)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("outcome", CAME_BACK)
@pytest.mark.parametrize("writer", [calling.remind_email, calling.last_call, calling.overdue, calling.email])
def test_every_reminder_asks_until_they_have_chosen(
    writer: object, outcome: Outcome, locale: str, words: Words, catalogue: Catalogue
) -> None:
    sheet = _sheet(words, catalogue, _asked(outcome, answer_due_at=DUE), locale)
    letter = writer(sheet)  # type: ignore[operator]
    assert tuple(choice.action for choice in letter.choices)[:3] == CHOICES
    assert not PUT_IN_THEIR_MOUTH.search(_text(letter)), _text(letter)
    assert re.search("heard your no|oído tu no", _text(letter))
    assert not any(passage.form == "draft" for passage in letter.passages)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("outcome", CAME_BACK)
def test_home_asks_for_the_decision_and_offers_every_answer(
    outcome: Outcome, locale: str, words: Words
) -> None:
    standing = Standing(_asked(outcome), _saying(words, locale), NOW)
    assert re.search("decide|decidir", standing.step)
    assert tuple(choice.action for choice in standing.next_choices()) == CHOICES
    assert not any(choice.style for choice in standing.next_choices())
    assert re.search("open|abierto", standing.lines[0])
    assert Act.EMAIL_SEND in {choice.action for choice in standing.more_choices()}
    late = Standing(_asked(outcome, answer_due_at=DUE), _saying(words, locale), DUE + timedelta(hours=2))
    assert re.search("no or a yes|un no o un sí", late.step)


@pytest.mark.parametrize("outcome", CAME_BACK)
def test_once_it_stays_a_no_the_email_is_what_is_left_and_that_can_be_taken_back(
    outcome: Outcome, words: Words, catalogue: Catalogue
) -> None:
    chosen = _asked(outcome).with_event(EventKind.AFFIRMED, NOW)
    letter = calling.remind_email(_sheet(words, catalogue, chosen, "en"))
    assert letter.choices[0].action is Act.EMAIL_SEND
    assert re.search(ANSWERED[outcome], _text(letter))
    back = taken_back(chosen)
    assert back is not None
    assert back.awaits_choice


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("outcome", CAME_BACK)
@pytest.mark.parametrize("heard", [Outcome.REACHED, Outcome.UPSET])
def test_the_email_after_the_second_no_confirms_that_one(
    heard: Outcome, outcome: Outcome, locale: str, words: Words, catalogue: Catalogue
) -> None:
    for tone in Tone:
        for channel in (Channel.PHONE, Channel.IN_PERSON):
            case = _asked(outcome, tone=tone, channel=channel).with_event(EventKind.CALL, NOW, heard)
            body = _sheet(words, catalogue, case, locale).draft(DraftKind.EMAIL).body
            assert re.search("still no|sigue siendo", body), body
            assert re.search("the other one|el otro", body) or outcome is Outcome.COUNTERED, body
            assert re.search(ANSWERED[outcome], body) or heard is Outcome.UPSET, body


@pytest.mark.parametrize("locale", LOCALES)
def test_whoever_turns_the_other_role_down_is_not_open_to_it_in_the_same_call(
    locale: str, words: Words, catalogue: Catalogue
) -> None:
    for stage in (Stage.TELLING, Stage.HELD):
        sheet = _sheet(words, catalogue, replace(_asked(Outcome.ANOTHER_ROLE), stage=stage), locale)
        they, you = sheet.drafting.answer(sheet.case, "other_terms", sheet.saying, NOW)
        assert not re.search("another role|otro puesto", they)
        assert not re.search("I'd be open|Me parecería", you)
    first = _sheet(words, catalogue, a_case(reasons=(PAY,)), locale)
    they, _ = first.drafting.answer(first.case, "other_terms", first.saying, NOW)
    assert re.search("another role|otro puesto", they)
