"""Asking again after a no: nothing is quoted that was not said, nothing changed that nobody says has."""

import re

import pytest

from bot.coaching.case import Case, Circumstance, EventKind, Outcome, Reason, Stage, Tone
from bot.coaching.drafts import DraftKind
from bot.coaching.reasons import Catalogue
from bot.flows import reconnecting
from bot.flows.acts import Act
from bot.flows.drafting import Drafting
from bot.flows.openings import RETHOUGHT
from bot.flows.ports import Letter, Preferences, Profile
from bot.flows.sheet import Sheet
from bot.flows.visitor import Saying, Visitor
from bot.wording import Words
from tests.making import NOW, ROBIN, a_case

LOCALES = ("en", "es")
CHANGED = re.compile(r"\bchanged?\b|different|cambi\w+|distint\w+|otra manera", re.I)


def _told(reason: Reason | None, tone: Tone, **given: object) -> Case:
    case = a_case(stage=Stage.IN_TOUCH, reasons=(reason,) if reason else (), tone=tone, **given)
    return case.with_event(EventKind.CALL, NOW, Outcome.REACHED)


def _letter(words: Words, catalogue: Catalogue, case: Case, locale: str, note: str = "") -> Letter:
    saying = Saying(words, Visitor(ROBIN, Profile("Robin", "Europe/Madrid", locale), Preferences()))
    sheet = Sheet(case, saying, NOW, Drafting(words, catalogue), catalogue.of(locale), note)
    return reconnecting.reapproach(sheet)


def _drafts(letter: Letter) -> list[str]:
    return [passage.text for passage in letter.passages if passage.form == "draft"]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("tone", list(Tone))
def test_what_changed_is_named_by_its_topic_and_no_wish_is_quoted_as_over(
    tone: Tone, locale: str, words: Words, catalogue: Catalogue
) -> None:
    for category in catalogue.of(locale):
        for wording in category.wordings:
            drafts = _drafts(_letter(words, catalogue, _told(Reason(category.id, wording), tone), locale))
            assert len(drafts) == 2
            for draft in drafts:
                assert wording.casefold() not in draft.casefold()
                assert CHANGED.search(draft)
                assert not re.search("[“«]", draft)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("tone", list(Tone))
def test_whoever_has_only_thought_again_says_that_and_not_that_something_changed(
    tone: Tone, locale: str, words: Words, catalogue: Catalogue
) -> None:
    pay = Reason("compensation", catalogue.of(locale)["compensation"].phrasings[0])
    letter = _letter(words, catalogue, _told(pay, tone), locale, RETHOUGHT)
    drafts = _drafts(letter)
    assert len(drafts) == 2
    for draft in drafts:
        assert re.search("thought about it again|vuelto a pensar", draft)
        assert not CHANGED.search(draft), draft
        assert not re.search("the pay|el sueldo", draft)
    subjects = [item.text for item in letter.passages if item.form == "aside"]
    assert not any(CHANGED.search(subject) for subject in subjects)


@pytest.mark.parametrize("locale", LOCALES)
def test_staying_is_recalled_as_it_was_said(locale: str, words: Words, catalogue: Catalogue) -> None:
    staying = frozenset({Circumstance.STAYING})
    for reason in (None, Reason("staying_current_counteroffer", "I still have work I want to finish")):
        case = _told(reason, Tone.WARM, circumstances=staying)
        for draft in _drafts(_letter(words, catalogue, case, locale)):
            assert re.search("staying where I was|quedarme donde estaba", draft), draft


def test_the_two_ways_to_knock_are_two_buttons_and_two_drafts(words: Words, catalogue: Catalogue) -> None:
    assert Act.KNOCK_AGAIN != Act.FACTOR_CHANGE
    assert {DraftKind.RETHOUGHT, DraftKind.REAPPROACH} < set(DraftKind)
    case = _told(None, Tone.BRIEF)
    changed = _drafts(_letter(words, catalogue, case, "en"))
    assert changed != _drafts(_letter(words, catalogue, case, "en", RETHOUGHT))
