"""What people really type at each stage, which answer it gets, no wrong comfort and no shrug among them."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from bot.coaching.case import Case, Circumstance, EventKind, Outcome, Person, Stage
from bot.coaching.reasons import Catalogue, load_catalogues
from bot.flows.acts import Act
from bot.flows.desk import Desk
from bot.flows.drafting import Drafting
from bot.flows.hearing import Hearing
from bot.flows.letters import Letters
from bot.flows.onboarding import note_of
from bot.flows.ports import Change, Letter, Past, Post, PostKind, Preferences
from bot.flows.replies import FEELINGS, NEWS, Meaning
from bot.wiring import template_folder
from bot.wording import Words
from tests.fakes import FakeMessenger, FixedClock, MemoryStore
from tests.making import NOW, ROBIN, a_case, a_post

DATA = Path(__file__).parent.parent / "data" / "talk"
HOUR, MONTHS = timedelta(hours=1), timedelta(days=120)
PRAISE = ("Well done", "Bien hecho")
SHRUGS = (
    "can't answer",
    "more than Ajar",
    "rather than sentences",
    "no puede responder",
    "más de lo que Ajar",
)
UNHEARD = ("haven't heard", "they don't know", "no han oído", "no lo saben")
AHEAD_OF_IT = ("needn't do all of it now", "be nervous", "hacerlo todo ahora", "nervios")


def _told(ago: timedelta, outcome: Outcome = Outcome.REACHED) -> Case:
    case = a_case(stage=Stage.FOLLOWING_UP, created_at=NOW - ago - HOUR)
    return case.with_event(EventKind.CALL, NOW - ago, outcome)


def sent(ago: timedelta, stage: Stage = Stage.IN_TOUCH) -> Case:
    case = _told(ago).with_event(EventKind.EMAIL_SENT, NOW - ago)
    return Case(**{**vars(case), "stage": stage})


PHASES: dict[str, tuple[Case, ...]] = {
    "none": (),
    "held": (a_case(stage=Stage.HELD),),
    "signed": (a_case(stage=Stage.SIGNED, circumstances=frozenset({Circumstance.EXPLODING})),),
    "untold": (a_case(),),
    "told": (_told(HOUR),),
    "sent": (sent(HOUR),),
    "later": (sent(MONTHS),),
}


def _rows(locale: str) -> Iterator[tuple[str, str, str, str]]:
    for line in (DATA / f"{locale}.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            phase, meaning, typed = (part.strip() for part in line.split("|"))
            yield locale, phase, meaning, typed


ROWS = [row for locale in ("en", "es") for row in _rows(locale)]


class NotedStore(MemoryStore):
    """With a reconnect note that came."""

    noted_at: datetime | None = None

    async def past(self, person: Person, case_id: str = "", limit: int = 200) -> tuple[Past, ...]:
        if self.noted_at is None:
            return await super().past(person, case_id, limit)
        return (Past(a_post("note", kind=PostKind.NUDGE), "sent", self.noted_at),)


@cache
def _catalogue() -> Catalogue:
    return load_catalogues(template_folder())


async def answered(
    words: Words,
    cases: tuple[Case, ...],
    typed: str,
    locale: str = "en",
    noted_at: datetime | None = None,
    before: str = "",
) -> tuple[Meaning, Letter]:
    clock = FixedClock(NOW)
    store, messenger = NotedStore(clock), FakeMessenger()
    store.noted_at = noted_at
    await store.commit(Change(ROBIN, NOW, preferences=Preferences(locale=locale)))
    for case in cases:
        await store.commit(Change(ROBIN, NOW, once=case.id, case=case))
    desk = Desk(store, messenger, words, clock, lambda: None)
    hearing = Hearing(desk, words.patterns, ("en", "es"))
    if before:
        await hearing.typed(ROBIN, before)
    heard = await hearing.typed(ROBIN, typed)
    drafting = Drafting(words, _catalogue())
    letters = Letters(store, messenger, words, clock, _catalogue(), drafting)
    one = heard.named[0] if len(heard.named) == 1 else None
    post = Post("e1", ROBIN, PostKind.REPLY, NOW, "reply:e1", one, note_of(heard))
    letter = await letters.text_of(post, NOW)
    assert isinstance(letter, Letter)
    return heard.meaning, letter


def said_in(letter: Letter) -> str:
    return "\n".join(passage.text for passage in letter.passages)


@pytest.mark.parametrize(("locale", "phase", "meaning", "typed"), ROWS)
async def test_it_gets_its_kind_of_answer_and_no_wrong_comfort(
    locale: str, phase: str, meaning: str, typed: str, words: Words
) -> None:
    found, letter = await answered(words, PHASES[phase], typed, locale)
    text, acts = said_in(letter), [choice.action for choice in letter.choices]
    assert found == meaning, text
    if meaning != Meaning.CALLED:
        assert not any(item in text for item in PRAISE), text
    assert not any(item in text for item in SHRUGS), text
    if phase in {"told", "sent", "later"}:
        assert not any(item in text for item in UNHEARD + AHEAD_OF_IT), text
    if phase in {"sent", "later"} and meaning in NEWS | FEELINGS and meaning not in {"how", "soon"}:
        assert Act.DECLINE_START not in acts, "there is no other offer to turn down"
    if phase in {"held", "untold", "told"} and meaning in NEWS | FEELINGS | {Meaning.OTHER}:
        assert "Acme · Product Designer" in text, text
    if phase == "signed" and meaning in NEWS:
        assert "my answer" not in text
        assert "practise" not in text, "advice comes before words"
    if meaning == Meaning.OTHER:
        assert acts, "the next step has its button"
        assert letter.passages[1].text, "and its line"


@pytest.mark.parametrize("locale", ["en", "es"])
def test_every_stage_of_the_table_is_there_and_big_enough(locale: str) -> None:
    rows = list(_rows(locale))
    assert {phase for _, phase, _, _ in rows} == set(PHASES)
    assert len(rows) > (200 if locale == "en" else 80)
    assert len({(phase, typed) for _, phase, _, typed in rows}) == len(rows)


@pytest.mark.parametrize(
    ("phase", "typed", "said"),
    [
        ("untold", "she hung up on me", "how they took it isn't yours to mend"),
        ("told", "she hung up on me", "no need to call again"),
        ("sent", "she hung up on me", "you owe them nothing more"),
        ("untold", "i regret it", "they haven't heard your no"),
        ("told", "i regret it", "nobody can promise it"),
        ("sent", "i regret it", "nobody can promise it"),
        ("later", "they wrote to me", "an answer to a note of yours"),
        ("sent", "they hired somebody else", "to be expected"),
        ("untold", "they hired somebody else", "that stings"),
        ("sent", "she replied", "it has reached them"),
        ("told", "she replied", "my answer stands"),
        ("none", "im so relieved", "Nothing waits for you just now"),
        ("none", "they were so rude", "Nothing waits for you just now"),
        ("signed", "they called me", "whoever advises you"),
        ("later", "i regret it", "allow that the role may be filled"),
        ("untold", "i feel so guilty", "doesn't make the no wrong"),
        ("sent", "i feel so guilty", "they have a clear answer and can go on"),
        ("sent", "they havent answered", "a no needs no reply"),
        ("untold", "im so relieved", "one step is left"),
        ("sent", "im so relieved", "They have your answer, and so do you"),
    ],
)
async def test_the_same_words_mean_something_else_at_another_stage(
    phase: str, typed: str, said: str, words: Words
) -> None:
    _, letter = await answered(words, PHASES[phase], typed)
    assert said in said_in(letter)


async def test_a_button_after_a_regret_says_what_it_brings(words: Words) -> None:
    for phase in ("told", "sent"):  # a note that recalls who they are would be absurd on the same day
        _, letter = await answered(words, PHASES[phase], "i regret it")
        assert [(item.action, item.label) for item in letter.choices] == [
            (Act.CASE_ACCEPT, "It's a yes after all")
        ]
    _, letter = await answered(words, PHASES["later"], "i regret it")
    assert [(item.action, item.label) for item in letter.choices] == [
        (Act.KNOCK_AGAIN, "Words for asking again")
    ]


async def test_a_feeling_is_about_what_was_just_done_and_the_step_about_what_is_to_do(words: Words) -> None:
    other = a_case(id="case2", company="Globex", created_at=NOW - 3 * HOUR)
    _, letter = await answered(words, (sent(HOUR), other), "i feel so guilty")
    assert "they have a clear answer" in said_in(letter)
    assert "Globex · Product Designer. Next:" in said_in(letter)
    _, named = await answered(words, (sent(HOUR), other), "i feel so guilty about Globex")
    assert "they have a clear answer" not in said_in(named)


async def test_whoever_cannot_go_on_is_not_told_to_go_on(words: Words) -> None:
    meaning, letter = await answered(words, PHASES["untold"], "i cant do this anymore")
    assert meaning is Meaning.WEARY
    assert "The offer can wait" in said_in(letter)
    assert "Next:" not in said_in(letter)


@pytest.mark.parametrize("length", [1, 20])
async def test_a_call_for_help_is_heard_in_a_long_sentence(length: int, words: Words) -> None:
    meaning, _ = await answered(words, PHASES["untold"], "and so on " * length + "and now i'm crying")
    assert meaning is Meaning.SCARED


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("i told them and i feel so guilty", Act.CALL_REACHED),
        ("they hung up and i feel guilty", Act.CALL_UPSET),
        ("sent the email, im so relieved", Act.EMAIL_SEND),
        ("les he dicho que no y me siento culpable", Act.CALL_REACHED),
    ],
)
async def test_a_feeling_after_the_call_is_not_told_to_call(typed: str, first: Act, words: Words) -> None:
    _, letter = await answered(words, PHASES["untold"], typed)
    assert letter.choices[0].action == first
    assert "Next:" not in said_in(letter)


async def test_a_call_that_is_known_to_have_gone_badly_is_not_asked_about_again(words: Words) -> None:
    _, letter = await answered(words, (_told(HOUR, Outcome.UPSET),), "he hung up on me")
    assert [item.action for item in letter.choices] == [Act.EMAIL_SEND, Act.EMAIL_WRITE]


@pytest.mark.parametrize(
    "typed", ["recinded", "they recinded it", "i feel gulity", "im nervuos", "left a voicemial"]
)
async def test_a_word_that_is_a_letter_off_is_read_as_what_it_seems(typed: str, words: Words) -> None:
    found, _ = await answered(words, (), typed)
    assert found is not Meaning.OTHER


@pytest.mark.parametrize(
    "typed", ["i walked to them", "i dont feel guilty", "they didnt yell at me", "i wasnt rude"]
)
async def test_what_only_resembles_it_is_not_taken_for_it(typed: str, words: Words) -> None:
    found, _ = await answered(words, (), typed)
    assert found is Meaning.OTHER


@pytest.mark.parametrize(
    ("locale", "typed", "said", "acts"),
    [
        ("en", "she replied!", "Good that they answered", [Act.ANSWER_LOG, Act.NOTE_PERSONALISE]),
        ("en", "Kim wrote back and offered me a job", "Good news", [Act.ANSWER_LOG, Act.KNOCK_AGAIN]),
        ("en", "they keep calling me", "my answer stands", [Act.ANSWER_LOG, Act.KNOCK_AGAIN]),
        ("en", "they hired somebody else", "to be expected", [Act.NOTE_PERSONALISE, Act.CASE_CLOSE]),
        ("en", "I saw her at a conference", "being in touch", [Act.CONTACT_LOG, Act.NOTE_PERSONALISE]),
        ("en", "not this year", "nothing is lost", [Act.RHYTHM_CHANGE]),
        ("en", "she works at Contoso now", "new address", [Act.CASE_EDIT, Act.NOTE_PERSONALISE]),
        (
            "en",
            "I left that field",
            "a must",
            [Act.NUDGE_STOP, Act.RHYTHM_CHANGE, Act.CASE_CLOSE, Act.NOTE_PERSONALISE],
        ),
        ("en", "I want to apply there again", "Call first", [Act.KNOCK_AGAIN]),
        ("en", "i got promoted", "Congratulations", [Act.NOTE_PERSONALISE, Act.RHYTHM_CHANGE]),
        ("es", "me contestó", "Qué bien que hayan", [Act.ANSWER_LOG, Act.NOTE_PERSONALISE]),
        ("es", "han contratado a otra persona", "de esperar", [Act.NOTE_PERSONALISE, Act.CASE_CLOSE]),
        ("es", "la vi en un congreso", "como contacto", [Act.CONTACT_LOG, Act.NOTE_PERSONALISE]),
        ("es", "Inés ya no trabaja en Telar", "nueva dirección", [Act.CASE_EDIT, Act.NOTE_PERSONALISE]),
    ],
)
async def test_in_the_years_after_each_sentence_has_its_answer_and_its_buttons(
    locale: str, typed: str, said: str, acts: list[Act], words: Words
) -> None:
    _, letter = await answered(words, PHASES["later"], typed, locale)
    assert said in said_in(letter)
    assert [item.action for item in letter.choices] == acts


@pytest.mark.parametrize(
    ("locale", "hint"),
    [
        ("en", "she wrote back|not this year|they hired"),
        ("es", "me ha contestado|este año no|les he escrito"),
    ],
)
async def test_in_the_years_after_a_hint_names_what_one_can_say_by_then(
    locale: str, hint: str, words: Words
) -> None:
    _, letter = await answered(words, PHASES["later"], "lorem ipsum dolor", locale)
    acts = [item.action for item in letter.choices]
    assert acts == [Act.CONTACT_LOG, Act.NOTE_PERSONALISE, Act.ANSWER_LOG, Act.HELP_OPEN]
    known = words.entries("replies.at.later.other", locale).values()
    assert letter.passages[0].text in known
    assert all(re.search(hint, item) for item in known)


async def test_a_note_that_has_come_can_come_again_in_two_weeks(words: Words) -> None:
    for typed, locale in (("move it by two weeks", "en"), ("muévelo dos semanas", "es")):
        _, letter = await answered(words, PHASES["later"], typed, locale, noted_at=NOW - HOUR)
        assert [item.action for item in letter.choices] == [
            Act.NUDGE_SNOOZE,
            Act.NUDGE_SKIP,
            Act.RHYTHM_CHANGE,
        ]


async def test_about_one_that_rests_nothing_is_offered_that_only_a_note_has(words: Words) -> None:
    resting = (sent(MONTHS, Stage.RESTING),)
    for typed, acts in (
        ("she replied", [Act.ANSWER_LOG, Act.NOTE_PERSONALISE]),
        ("not this year", []),
        ("i dont want to keep in touch", [Act.CASE_CLOSE, Act.NOTE_PERSONALISE]),
    ):
        _, letter = await answered(words, resting, typed)
        assert [item.action for item in letter.choices] == acts
