"""The rules of the rehearsal: what is asked, how the answers stand, and what own answers are told."""

from dataclasses import replace
from datetime import UTC

import pytest

from bot.coaching.case import Case, Circumstance, Commitment, Door, OfferForm, Reason, Source
from bot.coaching.drafts import answers_for, facts_for
from bot.coaching.patterns import load_patterns
from bot.coaching.reasons import Catalogue, Reader, load_reader
from bot.coaching.rehearsing import (
    FEWEST,
    GOOD,
    MOST,
    SLIPS,
    Judgement,
    Merit,
    Remark,
    Slip,
    judge,
    options_of,
    questions_of,
    spoken,
)
from bot.wiring import template_folder
from bot.wording import Words
from tests.making import NOW, PAY, a_case

CASES = {
    "plain": a_case(contact_name="Dana Okafor"),
    "accepted": a_case(commitment=Commitment.ACCEPTED),
    "closed": a_case(door=Door.CLOSED),
    "bad experience": a_case(circumstances=frozenset({Circumstance.BAD_EXPERIENCE})),
    "internal": a_case(source=Source.INTERNAL),
    "no offer yet": a_case(form=OfferForm.NONE_YET, door=Door.CLOSED, source=Source.INTERNAL),
}
EXPECTED = {
    Slip.MIXED: {Remark.MIXED},
    Slip.EXPLAINING: {Remark.LONG},
    Slip.NEGOTIATING: {Remark.NEGOTIATES},
    Slip.DEFENDING: {Remark.DEFENDS},
    Slip.BLAMING: {Remark.BLAMES},
    Slip.TELLING: {Remark.FIGURE, Remark.NAMED, Remark.CONFIDENTIAL},
    Slip.APOLOGISING: {Remark.APOLOGIES},
    Slip.CURT: {Remark.CURT},
}

PATTERNS = {name: load_patterns(template_folder() / name / "patterns.yml") for name in ("en", "es")}
LOCALES = ("en", "es")


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load_reader(template_folder() / "en" / "reasons")


def _judged(
    text: str, reader: Reader, question: str = "more_money", case: Case | None = None, locale: str = "en"
) -> Judgement:
    case, patterns = case or a_case(), PATTERNS[locale]
    return judge(
        spoken(text, case), question, case, reader.read if locale == "en" else patterns.read, patterns
    )


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_three_to_five_questions_that_fit_the_case_each_once(case: Case) -> None:
    for number in range(30):
        asked = questions_of(case, number)
        assert FEWEST <= len(asked) <= MOST
        assert len(set(asked)) == len(asked)
        assert set(asked) <= set(answers_for(case))
        assert questions_of(case, number) == asked


def test_another_rehearsal_asks_other_questions_and_all_come_up() -> None:
    for name in range(50):
        case = a_case(id=f"case{name}")
        first, second = questions_of(case, 0), questions_of(case, 1)
        assert not set(first) & set(second)
        assert {item for number in range(4) for item in questions_of(case, number)} == set(answers_for(case))
    assert len({questions_of(a_case(id=f"case{name}"), 0) for name in range(50)}) > 20


def test_whoever_had_accepted_is_reminded_of_it_first() -> None:
    case = CASES["accepted"]
    assert {questions_of(case, number)[0] for number in range(10)} == {"accepted_before"}


def test_the_good_answer_is_always_there_and_not_always_in_the_same_place() -> None:
    case = a_case()
    places = {options_of(case, name, number).index(GOOD) for name in SLIPS for number in range(5)}
    assert places == {0, 1, 2}


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_our_own_answers_hold_for_every_reason(
    case: Case, locale: str, words: Words, catalogue: Catalogue, reader: Reader
) -> None:
    for category in catalogue.of(locale):
        for phrasing in category.phrasings:
            told = replace(case, reasons=(Reason(category.id, phrasing),))
            facts = facts_for(told, door_open=category.door_open, now=NOW, zone=UTC)
            names = answers_for(told)
            for name, (_, you) in zip(names, words.answers(facts, locale, names), strict=True):
                judged = _judged(you, reader, name, told, locale)
                assert judged.holds, (category.id, name, you, judged.remarks)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    ("question", "slip"), [(name, slip) for name, slips in SLIPS.items() for slip in slips]
)
def test_the_weaker_answers_would_be_noticed(
    question: str, slip: Slip, locale: str, words: Words, reader: Reader
) -> None:
    line = words.text(f"rehearsal.questions.{question}.{slip}.say", locale, company="Acme", contact="")
    found = set(_judged(line, reader, question, CASES["accepted"], locale).remarks)
    assert found & EXPECTED[slip], (line, found)


@pytest.mark.parametrize(
    ("text", "question", "remark"),
    [
        ("What about $120k? I might take it.", "more_money", Remark.FIGURE),
        ("You can shove it, you idiots, I've decided.", "anger", Remark.INSULT),
        ("I'm sorry, so sorry, I apologise, it's a no.", "anger", Remark.APOLOGIES),
        ("I’m not sure, perhaps we could talk again.", "take_the_weekend", Remark.MIXED),
        ("Okay, you've convinced me, thank you.", "more_money", Remark.GIVES_IN),
        ("Thanks, but the commute is too long for me.", "why", Remark.NEW_REASON),
        ("Well, thank you very much for the question.", "more_money", Remark.NO_IS_MISSING),
        ("I'm joining Globex in March, thank you.", "who_and_how_much", Remark.NAMED),
        ("I'm going to Globex, thanks for asking.", "who_and_how_much", Remark.NAMED),
        ("My depression got worse over the year, sadly.", "why", Remark.PRIVATE),
        ("No.", "call_later", Remark.CURT),
        ("uh hi, i dont want it, it sucks", "why", Remark.HARSH),
        ("the job is boring", "was_it_us", Remark.HARSH),
        ("i just dont like your company", "why", Remark.HARSH),
        ("uh hi there everybody", "why", Remark.THIN),
        ("im not sure", "take_the_weekend", Remark.MIXED),
        ("Thank you, " + "and so it goes on " * 10, "in_writing", Remark.LONG),
    ],
)
def test_what_could_be_better_is_found(text: str, question: str, remark: Remark, reader: Reader) -> None:
    assert remark in _judged(text, reader, question).remarks


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Thank you, that's generous. I've decided, and my answer stands.", "more_money"),
        ("I appreciate it, but no amount would change my mind.", "more_money"),
        ("Thanks. No, I'm going to pass.", "more_money"),
        ("Thanks, I don't need the weekend, I'm sure.", "take_the_weekend"),
        ("Thank you.", "call_later"),
        ("Thanks. No.", "more_money"),
        ("That's kind. I've thought it through, and I'd rather tell you today.", "take_the_weekend"),
        ("As I said, I'm looking for a salary closer to my experience.", "why"),
        ("I'd rather keep that to myself, if you don't mind.", "who_and_how_much"),
        ("I'll think about it and ask them first.", "anyone_else"),
        ("Yes, gladly. Call me in May.", "call_later"),
        ("I'll call Monday if anything is unclear.", "in_writing"),
        ("I did, and I'm sorry. I should have been sure before.", "accepted_before"),
        ("I'd rather keep that private.", "why"),
        ("I hate to disappoint you, and my answer stands.", "why"),
        ("thanks, ive decided and it wont change", "more_money"),
    ],
)
def test_a_good_answer_is_left_alone(text: str, question: str, reader: Reader) -> None:
    assert _judged(text, reader, question).remarks == ()


@pytest.mark.parametrize(
    ("text", "locale"), [("I don't want the job.", "en"), ("No quiero el trabajo.", "es")]
)
def test_a_plain_no_runs_nothing_down(text: str, locale: str, reader: Reader) -> None:
    for question in ("why", "more_money", "anger"):
        judged = _judged(text, reader, question, locale=locale)
        assert judged.remarks == ()
        assert Merit.FIRM in judged.merits


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("I don't want to talk about money, I've made up my mind and it's no", "en"),
        ("No quiero hablar del sueldo, lo tengo decidido y es que no", "es"),
    ],
)
def test_what_they_will_not_talk_about_is_not_the_reason_that_they_share(
    text: str, locale: str, reader: Reader
) -> None:
    judged = _judged(text, reader, "more_money", locale=locale)
    assert judged.remarks == ()
    assert Merit.SAME_REASON not in judged.merits
    assert Merit.FIRM in judged.merits


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("Honestly the interviewer was a bit of a disappointment and I felt judged", "en"),
        ("Honestly I felt judged", "en"),
        ("La verdad, la entrevistadora fue un poco decepcionante", "es"),
        ("La verdad, me sentí muy juzgada", "es"),
    ],
)
def test_blaming_somebody_who_asked_questions_is_not_praised_for_being_short(
    text: str, locale: str, reader: Reader
) -> None:
    judged = _judged(text, reader, "was_it_us", locale=locale)
    assert Remark.BLAMES in judged.remarks
    assert Merit.BRIEF not in judged.merits


NO_PAY = a_case(reasons=(Reason("relocation", "I've decided to stay where I live"),))


@pytest.mark.parametrize(
    ("text", "question", "remark"),
    [
        ("Sois unos idiotas y no pienso trabajar aquí.", "anger", Remark.INSULT),
        ("Gracias, pero vete a la mierda.", "more_money", Remark.INSULT),
        ("Me pagan 60.000 en otro sitio.", "who_and_how_much", Remark.FIGURE),
        ("Con sesenta mil lo hablamos.", "more_money", Remark.FIGURE),
        ("Es por el dinero, la verdad.", "why", Remark.MONEY),
        ("Me pagan mejor en otra empresa.", "why", Remark.MONEY),
        ("El sueldo es muy bajo, lo siento.", "why", Remark.MONEY),
        ("Quizas lo piense otra vez.", "take_the_weekend", Remark.MIXED),
        ("¿Hasta dónde podrías llegar?", "more_money", Remark.NEGOTIATES),
        ("Me has convencido, gracias.", "more_money", Remark.GIVES_IN),
        ("Tengo ansiedad desde el verano, gracias.", "why", Remark.PRIVATE),
        ("Mi mujer está enferma y no puedo.", "why", Remark.PRIVATE),
        ("Me han dicho en confianza que habrá despidos.", "was_it_us", Remark.CONFIDENTIAL),
        ("Gracias, pero no quiero tantos viajes.", "why", Remark.NEW_REASON),
        ("Mi jefe me ha subido el sueldo y me quedo.", "why", Remark.NEW_REASON),
        ("no lo quiero, es un rollo", "why", Remark.HARSH),
        ("eh hola qué tal estáis", "why", Remark.THIN),
        ("Vale, lo pensaré el finde.", "take_the_weekend", Remark.MIXED),
        ("Si me dejáis teletrabajar, hablamos.", "other_terms", Remark.NEGOTIATES),
        ("Bueno, gracias por la pregunta que me haces.", "more_money", Remark.NO_IS_MISSING),
    ],
)
def test_spanish_answers_are_judged_by_spanish_words(
    text: str, question: str, remark: Remark, reader: Reader
) -> None:
    assert remark in _judged(text, reader, question, NO_PAY, "es").remarks


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Gracias, es muy generoso. Lo tengo decidido y mi respuesta se mantiene.", "more_money"),
        ("Muchas gracias, pero no es por el dinero. Mi respuesta no cambia.", "more_money"),
        ("Muy amable. Ya lo he pensado bien y prefiero decirlo hoy.", "take_the_weekend"),
        ("Prefiero guardármelo, si no es molestia.", "who_and_how_much"),
        ("De verdad que no, gracias.", "more_money"),
        ("Lo siento, debería haberlo tenido claro antes.", "accepted_before"),
        ("Claro, llámame en mayo, por favor.", "call_later"),
        ("Mil gracias. El sueldo no es malo, pero mi respuesta se mantiene.", "more_money"),
        ("Gracias, lo tengo claro al 100 por ciento segura, es un no.", "more_money"),
    ],
)
def test_a_good_spanish_answer_is_left_alone(text: str, question: str, reader: Reader) -> None:
    assert _judged(text, reader, question, NO_PAY, "es").remarks == ()


def test_the_same_reason_is_recognised_in_spanish(reader: Reader) -> None:
    paid = a_case(reasons=(Reason("compensation", "Busco una retribución más alta en este momento"),))
    assert Merit.SAME_REASON in _judged("Como dije, busco un sueldo mejor.", reader, "why", paid, "es").merits
    kept = a_case(reasons=(*NO_PAY.reasons, Reason("travel", "Busco menos viajes", is_shared=False)))
    assert Remark.PRIVATE in _judged("Son los viajes, sobre todo.", reader, "why", kept, "es").remarks


@pytest.mark.parametrize(
    "text",
    [
        "They're paying me more, so no.",
        "It's the money, to be honest with you.",
        "The salary is too low for me.",
        "You don't pay enough, sorry.",
        "Somebody else offered me double.",
        "I want a higher salary than that.",
    ],
)
def test_money_is_pointed_out_unless_it_is_the_reason_given(text: str, reader: Reader) -> None:
    assert Remark.MONEY in _judged(text, reader, "why", NO_PAY).remarks
    assert Remark.MONEY not in _judged(text, reader, "why").remarks


def test_more_of_something_else_is_no_money(reader: Reader) -> None:
    for text in ("They give me more responsibility, thanks.", "They offered me more flexibility."):
        assert Remark.MONEY not in _judged(text, reader, "why", NO_PAY).remarks
    assert Remark.MONEY not in _judged("Me dan más flexibilidad.", reader, "why", NO_PAY, "es").remarks


@pytest.mark.parametrize(
    "text",
    [
        "No, it's not the money, thank you. My answer stands.",
        "Thanks, but more money wouldn't change my mind.",
        "It isn't about the salary; I've decided.",
        "The pay was generous, thank you. I'm sure about my answer.",
        "The offer isn't bad at all, thank you, but my answer stands.",
        "I'm a hundred percent sure, thank you.",
    ],
)
def test_saying_that_it_is_not_the_money_is_fine(text: str, reader: Reader) -> None:
    assert _judged(text, reader, "more_money", NO_PAY).remarks == ()


@pytest.mark.parametrize("text", ["I need ninety thousand", "they gave me 20 more", "95000 and I'm yours"])
def test_a_figure_is_heard_however_it_is_said(text: str, reader: Reader) -> None:
    assert Remark.FIGURE in _judged(text, reader).remarks


@pytest.mark.parametrize(("text", "locale"), [("No, you idiots.", "en"), ("No, idiotas, gracias.", "es")])
def test_nothing_is_praised_beside_an_insult(text: str, locale: str, reader: Reader) -> None:
    judged = _judged(text, reader, "anger", NO_PAY, locale)
    assert judged.remarks[0] is Remark.INSULT
    assert judged.merits == ()


@pytest.mark.parametrize("text", ["uh hi, i dont want it, it sucks", "uh hi there everybody"])
def test_nothing_is_praised_where_there_is_nothing_to_praise(text: str, reader: Reader) -> None:
    assert _judged(text, reader, "why").merits == ()


def test_what_worked_is_always_said(reader: Reader) -> None:
    assert _judged("Well.", reader).merits == (Merit.OWN_WORDS,)
    firm = _judged("Thank you, it wouldn't change my answer.", reader)
    assert firm.merits == (Merit.FIRM, Merit.THANKS, Merit.BRIEF)
    same = _judged(f"It's what I said: {PAY.wording}.", reader, "why")
    assert Merit.SAME_REASON in same.merits
    assert Merit.FIRM not in _judged("I've decided, but maybe not.", reader).merits


def test_a_reason_that_was_to_stay_private_is_pointed_out(reader: Reader) -> None:
    case = a_case(reasons=(PAY, Reason("partner_career", "I need to stay near my partner", is_shared=False)))
    assert Remark.PRIVATE in _judged("My wife has a job here, thanks.", reader, "why", case).remarks


def test_names_that_both_sides_know_are_no_names_of_others() -> None:
    case = a_case(contact_name="Dana Okafor", company="Acme")
    assert spoken("Thanks Dana, I’m not joining Acme.", case) == "Thanks you, I'm not joining you."


RUDE = "honestly your commute is a joke and the pay sucks, and I'm not sure, maybe if you paid 90k"
YIELDING = "Fine, ok, you know what, I'll come. Let's do it."


@pytest.mark.parametrize(
    ("text", "question", "locale", "foremost"),
    [
        (RUDE, "accepted_before", "en", (Remark.HARSH, Remark.FIGURE, Remark.NEGOTIATES)),
        (YIELDING, "accepted_before", "en", (Remark.GIVES_IN,)),
        ("ok, deal, count me in", "more_money", "en", (Remark.GIVES_IN,)),
        ("I got a better offer at Google that pays 30% more", "why", "en", (Remark.FIGURE, Remark.NAMED)),
        (
            "la verdad, el sueldo es una broma, y quizá si me pagas 90.000",
            "accepted_before",
            "es",
            (Remark.HARSH, Remark.FIGURE, Remark.NEGOTIATES),
        ),
        ("Vale, pues voy. Cuenta conmigo.", "accepted_before", "es", (Remark.GIVES_IN,)),
        ("Tengo una oferta mejor en Google, un 30% más", "why", "es", (Remark.FIGURE, Remark.NAMED)),
    ],
)
def test_the_gravest_of_each_sort_is_said_and_no_praise_stands_before_it(
    text: str, question: str, locale: str, foremost: tuple[Remark, ...], reader: Reader
) -> None:
    judged = _judged(text, reader, question, NO_PAY, locale)
    assert judged.foremost == foremost
    assert judged.merits == ()


@pytest.mark.parametrize(
    ("text", "question", "locale"),
    [
        ("Of course, I'll do it.", "in_writing", "en"),
        ("Thank you, I don't think I'll come. My answer stands.", "more_money", "en"),
        ("Thanks. I'll come back to you in writing. My answer is no.", "more_money", "en"),
        ("Claro, vale, lo hago hoy.", "in_writing", "es"),
    ],
)
def test_what_agrees_to_something_else_is_no_yes(
    text: str, question: str, locale: str, reader: Reader
) -> None:
    assert Remark.GIVES_IN not in _judged(text, reader, question, NO_PAY, locale).remarks
