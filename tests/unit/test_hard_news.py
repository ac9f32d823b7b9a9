"""A call that went badly, a death, a dismissal, a contract that binds: heard, and nobody is hurried on."""

import pytest

from bot.flows.acts import Act
from bot.wording import Words
from tests.unit.test_talk import PHASES, answered, said_in


@pytest.mark.parametrize(
    ("locale", "typed", "first"),
    [
        ("en", "I rang her. Then she put the phone down on me. I don't know what to do now.", Act.CALL_UPSET),
        (
            "en",
            "I called Acme. She was so nice about it and wished me well. She said to apply again next year."
            " I'm so relieved!",
            Act.CALL_REACHED,
        ),
        (
            "en",
            "I called but it went straight to voicemail and I hung up in panic",
            Act.CALL_VOICEMAIL,
        ),
        ("es", "La llamé. Estaba temblando. Levantó la voz. No sé qué hacer ahora.", Act.CALL_UPSET),
        (
            "es",
            "llamé esta mañana pero saltó directamente el buzón de voz y colgué del susto",
            Act.CALL_VOICEMAIL,
        ),
    ],
)
async def test_a_tale_of_a_call_that_has_happened_is_not_answered_with_calling(
    locale: str, typed: str, first: Act, words: Words
) -> None:
    _, letter = await answered(words, PHASES["untold"], typed, locale)
    assert letter.choices[0].action == first
    assert not any(said in said_in(letter) for said in ("Next:", "Lo siguiente:"))


@pytest.mark.parametrize(
    ("locale", "typed", "said"),
    [
        ("en", "my mother died", "I'm so sorry"),
        ("en", "she has died", "I'm so sorry"),
        ("es", "mi madre ha muerto", "Lo siento muchísimo"),
        ("es", "ha muerto ella", "Lo siento muchísimo"),
    ],
)
@pytest.mark.parametrize("phase", PHASES)
async def test_a_death_gets_sympathy_and_no_push(
    phase: str, locale: str, typed: str, said: str, words: Words
) -> None:
    _, letter = await answered(words, PHASES[phase], typed, locale)
    assert said in said_in(letter)
    assert {item.action for item in letter.choices} <= {Act.CASE_EDIT, Act.NUDGE_STOP}
    assert not any(item in said_in(letter) for item in ("Next:", "Lo siguiente:"))


@pytest.mark.parametrize(
    ("locale", "typed", "said"), [("en", "I lost my job", "a blow"), ("es", "me han despedido", "un golpe")]
)
async def test_whoever_lost_their_job_is_hurried_into_nothing(
    locale: str, typed: str, said: str, words: Words
) -> None:
    for phase, acts in (
        ("none", []),
        ("untold", [Act.CASE_HOLD, Act.CASE_ACCEPT]),
        ("told", [Act.CASE_ACCEPT]),
        ("later", [Act.KNOCK_AGAIN]),
    ):
        _, letter = await answered(words, PHASES[phase], typed, locale)
        assert said in said_in(letter)
        assert [item.action for item in letter.choices] == acts
        assert not any(item in said_in(letter) for item in ("Next:", "Lo siguiente:"))


@pytest.mark.parametrize(
    ("locale", "typed", "said"),
    [
        ("en", "I changed my mind, I do not want it any more", "if they've had a yes"),
        ("es", "he cambiado de opinión", "si han oído un sí"),
    ],
)
async def test_a_mind_that_changed_where_no_offer_is_kept_may_have_said_yes(
    locale: str, typed: str, said: str, words: Words
) -> None:
    _, letter = await answered(words, (), typed, locale)
    assert said in said_in(letter)


@pytest.mark.parametrize(
    ("locale", "typed", "helper"),
    [
        ("en", "They will not release me from the contract", "employment lawyer"),
        ("es", "no me dejan salir del contrato", "abogado laboralista"),
    ],
)
async def test_whoever_is_held_to_what_they_signed_is_sent_for_advice_and_not_left_to_silence(
    locale: str, typed: str, helper: str, words: Words
) -> None:
    for phase in ("signed", "told", "sent", "later"):
        _, letter = await answered(words, PHASES[phase], typed, locale)
        assert helper in said_in(letter)
        assert not any(text in said_in(letter) for text in ("needn't pick up", "my answer stands"))
        assert letter.choices == ()


@pytest.mark.parametrize(
    ("locale", "typed", "said"),
    [
        ("en", "I got the job!", "Congratulations"),
        ("es", "¡me han dado el trabajo!", "Enhorabuena"),
        ("en", "please stop these messages", "nobody to remind you of"),
    ],
)
async def test_good_news_and_a_wish_for_silence_are_no_occasion_to_begin_an_offer(
    locale: str, typed: str, said: str, words: Words
) -> None:
    _, letter = await answered(words, (), typed, locale)
    assert said in said_in(letter)
    assert letter.choices == ()
