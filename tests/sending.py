"""A messenger that sends nothing: the fake of the Messenger port."""

from dataclasses import dataclass, field

from bot.coaching.case import Person
from bot.flows.ports import Leaf, Letter, Post, Profile, Sent


@dataclass
class FakeMessenger:
    """Keeps what is sent; `failures` are raised one by one, before or after the message is there."""

    sent: list[tuple[Post, Letter]] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)
    failures_after: list[Exception] = field(default_factory=list)
    find_failures: list[Exception] = field(default_factory=list)
    dm: list[str] = field(default_factory=list)  # each ts of what was written, the newest first
    delete_failures: list[Exception] = field(default_factory=list)
    known: Profile = field(default_factory=lambda: Profile("Robin Vale", "America/Chicago", "en-US"))

    async def send(self, post: Post, letter: Letter) -> Sent:
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append((post, letter))
        if self.failures_after:
            raise self.failures_after.pop(0)
        return Sent("D1", f"{len(self.sent)}.0")

    async def find(self, post: Post) -> Sent | None:
        if self.find_failures:
            raise self.find_failures.pop(0)
        return next(
            (Sent("D1", f"{n + 1}.0") for n, (item, _) in enumerate(self.sent) if item.id == post.id), None
        )

    async def written(self, person: Person, before: str) -> Leaf:
        older = [ts for ts in self.dm if ts < before]
        return Leaf(tuple(Sent("D1", ts) for ts in older[:2]), older[1] if len(older) > 2 else "")

    async def delete(self, person: Person, sent: Sent) -> None:
        if self.delete_failures:
            raise self.delete_failures.pop(0)
        self.dm.remove(sent.ts)

    async def profile(self, person: Person) -> Profile:
        return self.known
