"""What every step of a saved case shares: take it out, write it back with its messages, say what was done."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.coaching.case import Case, Person
from bot.flows.ports import Change, Clock, Messenger, Post, PostKind, Store, StoreUnavailableError, Wording
from bot.flows.visitor import Saying, Visitor, visitor_of


@dataclass(frozen=True)
class Cause:
    """What a person chose, where: the same cause has its effect once."""

    person: Person
    case_id: str
    act: str
    mark: str  # the message or view that it was chosen in

    @property
    def once(self) -> str:
        """The name under which the effect is recorded."""
        return f"{self.act}:{self.case_id}:{self.mark}"


@dataclass(frozen=True)
class Opened:
    """A case on the desk."""

    case: Case
    visitor: Visitor
    saying: Saying
    now: datetime


@dataclass(frozen=True)
class Told:
    """What is said to the person in place of the buttons."""

    text: str = field(repr=False)
    case: Case | None = None
    keeps_choices: bool = False  # nothing was settled: the buttons stay


@dataclass(frozen=True)
class Desk:
    """The store, the messenger and the words, with the courier's bell."""

    store: Store
    messenger: Messenger
    wording: Wording
    clock: Clock
    wake: Callable[[], None]

    async def open(self, person: Person, case_id: str) -> Opened:
        """Take out a case of this person. Raises NotFoundError for anybody else's."""
        case = await self.store.case(person, case_id)
        visitor = await visitor_of(person, self.store, self.messenger)
        return Opened(case, visitor, Saying(self.wording, visitor), self.clock.now())

    async def write(
        self,
        cause: Cause,
        case: Case,
        posts: tuple[Post, ...] = (),
        withdraw: frozenset[PostKind] = frozenset(),
    ) -> bool:
        """Save the case and its messages in one transaction; False when this cause had its effect before."""
        written = await self.store.commit(
            Change(cause.person, self.clock.now(), once=cause.once, case=case, posts=posts, withdraw=withdraw)
        )
        if posts:
            self.wake()
        return written

    async def saying(self, person: Person) -> Saying:
        """The words of a person without a case at hand."""
        return Saying(self.wording, await visitor_of(person, self.store, self.messenger))

    async def word_to_close(self, person: Person) -> str:
        """What the button says that closes a window; in English if their locale can't be found out."""
        try:
            return (await self.saying(person)).say("interview.close")
        except StoreUnavailableError:
            return self.wording.text("interview.close", "en")
