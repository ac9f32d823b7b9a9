"""Messages of which nobody knows whether they arrived: see the text again, say so, or have it sent again."""

from dataclasses import dataclass

from bot.coaching.case import Person
from bot.flows.desk import Desk
from bot.flows.letters import Letters
from bot.flows.ports import Change, Letter, NotFoundError, Part, Passage, Post
from bot.flows.screens import Screen


@dataclass(frozen=True)
class Doubts:
    """The story of a message in doubt."""

    desk: Desk
    letters: Letters

    async def screen(self, person: Person, post_id: str) -> Screen:
        """The text of the message, in a window. Raises NotFoundError."""
        post = await self._post(person, post_id)
        saying = await self.desk.saying(person)
        found = await self.letters.text_of(post, self.desk.clock.now())
        passages = found.passages if isinstance(found, Letter) else (Passage(saying.say("home.doubt_over")),)
        return Screen(
            "notice",
            "",
            title=saying.say("home.doubt_title"),
            close=saying.say("interview.close"),
            parts=(Part(passages),),
        )

    async def settle(self, person: Person, post_id: str) -> None:
        """The person has seen it. Raises NotFoundError."""
        post = await self._post(person, post_id)
        await self.desk.store.commit(Change(person, self.desk.clock.now(), arrived=post.id))

    async def repeat(self, person: Person, post_id: str) -> None:
        """Send it once more. Raises NotFoundError."""
        post = await self._post(person, post_id)
        await self.desk.store.commit(Change(person, self.desk.clock.now(), again=post.id))
        self.desk.wake()

    async def _post(self, person: Person, post_id: str) -> Post:
        doubts = await self.desk.store.in_doubt(person)
        found = next((post for post in doubts if post.id == post_id), None)
        if found is None:
            raise NotFoundError
        return found
