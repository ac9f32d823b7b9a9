"""Rehearsals live in memory, for a while, for one person, in one message."""

from dataclasses import replace

from bot.coaching.rehearsing import GOOD, Judgement, Remark
from bot.flows import rehearsals
from bot.flows.rehearsal_letters import Ticket, ticket_from
from bot.flows.rehearsals import Answer, Rehearsal, Rehearsals, Turn
from tests.fakes import FixedClock
from tests.making import MARTA, ROBIN

HELD = Rehearsal(ROBIN, "case1", "D1:1.0", 0, ("why", "anger", "in_writing"))
SLIPPED = Answer(judgement=Judgement(remarks=(Remark.LONG,)))


def test_one_is_forgotten_half_an_hour_after_the_last_touch(clock: FixedClock) -> None:
    running = Rehearsals(clock)
    running.keep(HELD)
    clock.advance(minutes=20)
    running.keep(HELD)
    clock.advance(minutes=28)
    assert running.recall(ROBIN, "D1:1.0") == HELD
    clock.advance(minutes=1)
    assert running.recall(ROBIN, "D1:1.0") is None
    assert running.listening(ROBIN, "D1") is None


def test_nobody_else_and_no_other_message_gets_it(clock: FixedClock) -> None:
    running = Rehearsals(clock)
    running.keep(HELD)
    assert running.recall(MARTA, "D1:1.0") is None
    assert running.recall(ROBIN, "D1:2.0") is None
    assert running.listening(MARTA, "D1") is None
    assert running.listening(ROBIN, "D2") is None


def test_the_newest_one_that_goes_on_listens(clock: FixedClock) -> None:
    running = Rehearsals(clock)
    newer = replace(HELD, place="D1:2.0")
    running.keep(newer)
    running.keep(HELD)
    running.keep(newer)
    assert running.listening(ROBIN, "D1") == newer
    running.keep(replace(newer, turn=Turn.ENDED))
    assert running.listening(ROBIN, "D1") == HELD


def test_there_are_never_too_many(clock: FixedClock) -> None:
    running = Rehearsals(clock)
    for number in range(rehearsals.MOST_KEPT + 5):
        running.keep(replace(HELD, place=f"D1:{number}"))
        running.next_number(ROBIN, f"case{number}")
    assert running.recall(ROBIN, "D1:4") is None
    assert running.recall(ROBIN, "D1:5") is not None


def test_a_double_click_opens_one_and_a_later_click_the_next(clock: FixedClock) -> None:
    running = Rehearsals(clock)
    assert running.next_number(ROBIN, "case1") == 0
    assert running.next_number(ROBIN, "case1") is None
    assert running.next_number(MARTA, "case2") == 0
    clock.advance(seconds=30)
    assert running.next_number(ROBIN, "case1") == 1


def test_the_better_try_in_own_words_is_the_one_to_keep() -> None:
    tried = HELD.answered(SLIPPED, "a long one").answered(Answer(), "a good one")
    assert tried.answered(SLIPPED, "a worse one").own_lines == {"why": "a good one"}
    assert tried.answered(Answer(option=GOOD)).own_lines == {"why": "a good one"}
    assert tried.answers["why"].tries == 2
    assert "good one" not in repr(tried)


def test_a_ticket_says_nothing_personal_and_survives_nonsense() -> None:
    ticket = Ticket(3, 1, "anger", "defending")
    assert ticket_from(ticket.words) == ticket
    assert ticket_from("nonsense") == ticket_from("") == ticket_from("9" * 99) == Ticket()
    assert ticket.fits(replace(HELD, number=3, round=1))
    assert not ticket.fits(replace(HELD, number=3))
    assert not Ticket(3, 1, "anger", "blaming").fits(replace(HELD, number=3, round=1))
