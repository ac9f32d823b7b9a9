"""The courier on fakes: once, in order, and never stuck."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.courier import Courier, Pace
from bot.flows.delivery import Drop, Hold
from bot.flows.ports import Change, Letter, SendFailedError
from tests.fakes import FakeMessenger, FixedClock, MemoryStore
from tests.making import MARTA, NOW, ROBIN, a_post


class Saying:
    """A composer that says what it is told."""

    def __init__(self) -> None:
        self.answers: dict[str, object] = {}

    async def compose(self, post, now):
        answer = self.answers.get(post.id, Letter(post.id))
        if isinstance(answer, Exception):
            raise answer
        return answer


class Room:
    def __init__(self) -> None:
        self.clock = FixedClock(NOW)
        self.store, self.messenger, self.composer = MemoryStore(), FakeMessenger(), Saying()
        self.waits: list[float] = []
        self.courier = self.another()

    def another(self, **pace) -> Courier:
        return Courier(self.store, self.messenger, self.composer, self.clock, Pace(**pace), sleep=self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        await self.meanwhile()

    async def meanwhile(self) -> None:
        """What happens elsewhere while somebody waits."""

    async def put(self, *posts) -> None:
        await self.store.commit(Change(ROBIN, NOW, posts=posts))

    @property
    def sent(self) -> list[str]:
        return [post.id for post, _ in self.messenger.sent]


@pytest.fixture
def room() -> Room:
    return Room()


async def test_everything_due_is_sent_once_and_nothing_before_its_time(room: Room) -> None:
    await room.put(a_post("a"), a_post("b"), a_post("later", due_at=NOW + timedelta(days=1)))
    await room.courier.run_due()
    await room.courier.run_due()
    assert room.sent == ["a", "b"]
    room.clock.advance(days=1)
    await room.courier.run_due()
    assert room.sent == ["a", "b", "later"]


async def test_a_lost_answer_is_looked_up_and_not_sent_again(room: Room) -> None:
    await room.put(a_post())
    room.messenger.failures_after = [SendFailedError("connection_lost", may_be_sent=True)]
    await room.courier.run_due()
    room.clock.advance(hours=2)
    await room.courier.run_due()
    assert room.sent == ["p1"]
    assert await room.store.counts() == {"sent": 1}


@pytest.mark.parametrize("step", [timedelta(days=1), timedelta(hours=-2)])
async def test_a_call_that_was_given_up_may_still_arrive_when_the_clock_was_set_meanwhile(
    room: Room, step: timedelta
) -> None:
    await room.put(a_post(due_at=NOW - timedelta(hours=5)))
    room.messenger.failures = [SendFailedError("connection_lost", may_be_sent=True)]
    await room.courier.run_due()
    room.clock.at += step
    under_way = [(a_post(), Letter("p1"))]

    async def it_arrives() -> None:
        if Pace().flight.total_seconds() in room.waits:
            room.messenger.sent += under_way
            under_way.clear()

    room.meanwhile = it_arrives
    await room.courier.run_due()
    room.messenger.sent += under_way  # at the latest now
    assert room.sent == ["p1"]
    assert await room.store.counts() == {"sent": 1}


async def test_a_crash_between_sent_and_recorded_is_looked_up(room: Room) -> None:
    await room.put(a_post())
    (claimed,) = await room.store.claim(NOW, 1, timedelta(minutes=2))
    await room.messenger.send(claimed, Letter("p1"))
    room.clock.advance(minutes=3)
    await room.another().run_due()
    assert room.sent == ["p1"]
    assert await room.store.counts() == {"sent": 1}


async def test_a_crash_before_sending_is_made_good(room: Room) -> None:
    await room.put(a_post())
    await room.store.claim(NOW, 1, timedelta(minutes=2))
    room.clock.advance(minutes=3)
    await room.another().run_due()
    assert room.sent == ["p1"]


async def test_when_the_history_is_refused_the_row_is_held_and_not_guessed(room: Room) -> None:
    await room.put(a_post())
    await room.store.claim(NOW, 1, timedelta(minutes=2))
    room.clock.advance(minutes=3)
    room.messenger.find_failures = [SendFailedError("missing_scope", is_final=False)]
    await room.courier.run_due()
    assert room.sent == []
    assert [post.id for post in await room.store.in_doubt(ROBIN)] == ["p1"]


async def test_a_rate_limit_is_waited_for(room: Room) -> None:
    await room.put(a_post())
    room.messenger.failures = [SendFailedError("ratelimited", retry_after=timedelta(seconds=30))]
    await room.courier.run_due()
    assert await room.store.next_due() == NOW + timedelta(seconds=30)
    room.clock.advance(seconds=30)
    await room.courier.run_due()
    assert room.sent == ["p1"]


async def test_a_final_refusal_ends_the_row_with_its_reason(room: Room) -> None:
    await room.put(a_post())
    room.messenger.failures = [SendFailedError("account_inactive", is_final=True)]
    await room.courier.run_due()
    assert await room.store.counts() == {"refused": 1}


async def test_a_poisoned_row_never_holds_up_the_others_and_is_given_up(room: Room) -> None:
    room.composer.answers["bad"] = KeyError("x")
    await room.put(a_post("bad", case_id="c1"), a_post("good", case_id="c2", person=MARTA))
    await room.courier.run_due()
    assert room.sent == ["good"]
    for _ in range(10):
        room.clock.advance(hours=2)
        await room.courier.run_due()
    assert await room.store.counts() == {"refused": 1, "sent": 1}


async def test_a_hold_waits_and_a_drop_ends(room: Room) -> None:
    room.composer.answers = {"held": Hold(NOW + timedelta(hours=9)), "dropped": Drop("stage_passed")}
    await room.put(a_post("held", case_id="c1"), a_post("dropped", case_id="c2"))
    await room.courier.run_due()
    assert room.sent == []
    assert await room.store.next_due() == NOW + timedelta(hours=9)
    assert await room.store.counts() == {"pending": 1, "cancelled": 1}


async def test_one_conversation_gets_one_message_a_second(room: Room) -> None:
    await room.put(*(a_post(f"p{n}", case_id=f"c{n}") for n in range(3)))
    await room.courier.run_due()
    assert room.waits == pytest.approx([1.0, 2.0], abs=0.1)


async def test_a_rate_limit_lets_one_method_in_one_workspace_rest(room: Room) -> None:
    elsewhere = replace(MARTA, team_id="T2")
    posts = (a_post("a", case_id="c1"), a_post("b", case_id="c2", person=MARTA))
    await room.put(*posts, a_post("c", case_id="c3", person=elsewhere))
    limit = SendFailedError("ratelimited", retry_after=timedelta(seconds=30), method="chat.postMessage")
    room.messenger.failures = [limit]
    await room.another(at_once=1).run_due()
    assert room.sent == ["c"]
    assert set(room.store.pauses) == {(("", "T1"), "chat.postMessage")}
    room.clock.advance(seconds=31)
    await room.another().run_due()
    assert room.sent == ["c", "a", "b"]


async def test_a_workspace_that_is_closed_is_knocked_at_by_one_row_and_less_and_less_often(
    room: Room,
) -> None:
    await room.put(*(a_post(f"p{n}", case_id=f"c{n}") for n in range(5)))
    closed = SendFailedError("token_revoked", is_everywhere=True, method="chat.postMessage")
    tries = []
    for _ in range(24 * 6):
        room.messenger.failures = [closed]
        await room.another(at_once=1).run_due()
        tries.append(not room.messenger.failures)
        room.clock.advance(hours=1)
    assert 8 <= sum(tries) <= 11
    assert room.sent == []
    await room.store.resume(("", "T1"))
    room.messenger.failures = []
    await room.another().run_due()
    assert room.sent == [f"p{n}" for n in range(5)]


async def test_a_row_that_knocks_in_vain_for_ten_days_ends_with_the_reason(room: Room) -> None:
    await room.put(a_post())
    for _ in range(24 * 20):
        room.messenger.failures = [SendFailedError("token_revoked", is_everywhere=True)]
        await room.another().run_due()
        room.clock.advance(hours=1)
    assert await room.store.counts() == {"refused": 1}


async def test_whoever_takes_over_waits_for_the_call_that_may_be_under_way(room: Room) -> None:
    await room.put(a_post())
    (claimed,) = await room.store.claim(NOW, 1, timedelta(minutes=2))
    room.clock.advance(hours=3)  # the clock stepped; the first process is alive, and its call on its way

    async def arrives() -> None:
        if not room.sent:
            await room.messenger.send(claimed, Letter("p1"))

    room.meanwhile = arrives
    await room.courier.run_due()
    assert room.sent == ["p1"]
    assert room.waits == [12.0]
    assert await room.store.counts() == {"sent": 1}


async def test_a_workspace_does_not_rest_longer_because_the_clock_was_set_back(room: Room) -> None:
    await room.put(a_post(due_at=NOW - timedelta(hours=5)))
    room.messenger.failures = [SendFailedError("ratelimited", retry_after=timedelta(seconds=30))]
    await room.courier.run_due()
    room.clock.advance(seconds=10)
    await room.courier.run_due()
    assert room.sent == []
    room.clock.advance(hours=-3)
    await room.courier.run_due()
    assert room.sent == ["p1"]


async def test_a_claim_that_ended_meanwhile_is_not_sent(room: Room) -> None:
    await room.put(a_post())

    async def slow(post, now):
        room.clock.advance(minutes=3)
        return Letter(post.id)

    room.composer.compose = slow
    await room.another(batch=1, in_hand=1)._deliver(*await room.store.claim(NOW, 1, timedelta(minutes=2)))
    assert room.sent == []
    assert await room.store.counts() == {"pending": 1}


async def test_a_conversation_with_much_to_say_is_handed_back_instead_of_held(room: Room) -> None:
    await room.put(*(a_post(f"p{n:02}", case_id=f"c{n}") for n in range(18)))
    await room.courier.run_due()
    assert len(room.sent) == 11
    assert max(room.waits) <= 10
    assert await room.store.counts() == {"sent": 11, "pending": 7}
    room.clock.advance(seconds=30)
    await room.another().run_due()
    assert sorted(room.sent) == [f"p{n:02}" for n in range(18)]


async def test_what_has_not_begun_is_handed_back_at_the_stop(room: Room) -> None:
    await room.put(*(a_post(f"p{n}", case_id=f"c{n}") for n in range(3)))
    courier = Courier(room.store, room.messenger, room.composer, room.clock)
    await courier.start()
    for _ in range(200):
        if room.sent:
            break
        await asyncio.sleep(0.01)
    await courier.stop()
    assert await room.store.counts() == {"sent": 1, "pending": 2}
    assert [post.may_be_sent for post in await room.store.upcoming(ROBIN)] == [False, False]


async def test_it_starts_wakes_and_stops(room: Room) -> None:
    await room.put(a_post())
    await room.courier.start()
    for _ in range(200):
        if room.sent:
            break
        await asyncio.sleep(0.01)
    await room.courier.stop()
    assert room.sent == ["p1"]
