"""A courier that can die between any two of its steps, and a Slack that remembers what arrived."""

from dataclasses import dataclass, field
from datetime import timedelta

from bot.courier import Courier, Pace
from bot.flows.ports import Letter, Post, SendFailedError, Sent

LEASE = timedelta(minutes=2)
FOR_EVER = 1_000_000
FATES = {
    "lost after": SendFailedError("connection_lost", may_be_sent=True),
    "lost before": SendFailedError("connection_lost", may_be_sent=True),
    "unreachable": SendFailedError("unreachable"),
    "ratelimited": SendFailedError(
        "ratelimited", retry_after=timedelta(seconds=30), method="chat.postMessage"
    ),
    "closed": SendFailedError("token_revoked", is_everywhere=True),
}


class Crash(BaseException):
    """The process is no more."""


@dataclass
class Arrivals:
    """What is in the DMs, in order; `fates` are met by the next sends, one each."""

    posts: list[Post] = field(default_factory=list)
    fates: list[str] = field(default_factory=list)
    has_history: bool = True

    @property
    def ids(self) -> list[str]:
        return [post.id for post in self.posts]

    def take(self, post: Post) -> Sent:
        fate = self.fates.pop(0) if self.fates else ""
        if fate in {"", "lost after"}:
            self.posts.append(post)
        if fate:
            raise FATES[fate]
        return Sent("D1", f"{len(self.posts)}.0")

    def find(self, post: Post) -> Sent | None:
        return Sent("D1", "1.0") if self.has_history and post.id in self.ids else None


@dataclass
class Life:
    """A process that makes so many steps and then dies; it is outbox, messenger and composer at once."""

    store: object
    arrivals: Arrivals
    left: int = FOR_EVER

    def step(self) -> None:
        if self.left <= 0:
            raise Crash
        self.left -= 1

    async def claim(self, *given):
        self.step()
        posts = await self.store.claim(*given)
        self.step()
        return posts

    async def settle(self, settlements):
        self.step()
        await self.store.settle(settlements)
        self.step()

    async def pause(self, pause):
        self.step()
        await self.store.pause(pause)
        self.step()

    async def next_due(self):
        return await self.store.next_due()

    async def compose(self, post, now):
        self.step()
        return Letter(post.id)

    async def find(self, post):
        self.step()
        found = self.arrivals.find(post)
        self.step()
        return found

    async def send(self, post, letter):
        self.step()
        sent = self.arrivals.take(post)
        self.step()
        return sent


async def live(store, arrivals: Arrivals, clock, steps: int = FOR_EVER) -> int:
    """One life, until nothing is due or it dies; how many steps it made."""
    life = Life(store, arrivals, steps)

    async def no_wait(_: float) -> None:
        return None

    courier = Courier(life, life, life, clock, Pace(lease=LEASE), sleep=no_wait)
    try:
        await courier.run_due()
    except Crash:
        await courier.stop()
    return steps - life.left
