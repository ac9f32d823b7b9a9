"""The first words: to whoever installs Ajar, to somebody new, and in answer to a typed message."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.coaching.case import Person
from bot.flows.acts import Act
from bot.flows.desk import Desk
from bot.flows.hearing import Hearing, Typed
from bot.flows.ports import Change, Choice, Letter, Passage, Post, PostKind, Preferences
from bot.flows.replies import AND, FEELINGS, NEWS, Meaning
from bot.flows.visitor import Saying

BUTTONS: Mapping[Meaning, tuple[Act, ...]] = {
    Meaning.PAUSE: (Act.PAUSE_END,),
    Meaning.HELP: (Act.DECLINE_START, Act.SETTINGS_OPEN),
    Meaning.SETTINGS: (Act.SETTINGS_OPEN,),
    Meaning.EXPORT: (Act.EXPORT_OPEN,),
    Meaning.IMPORT: (Act.IMPORT_OPEN,),
    Meaning.ERASE: (Act.ERASE_OPEN, Act.EXPORT_OPEN),
    Meaning.START: (Act.DECLINE_START,),
    Meaning.OFFERED: (Act.DECLINE_START,),
    Meaning.CALENDAR: (Act.CALENDAR_OPEN,),
    Meaning.HELLO: (Act.DECLINE_START, Act.HELP_OPEN),
    Meaning.WEARY: (Act.HELP_OPEN,),
    Meaning.SCARED: (Act.HELP_OPEN,),
    Meaning.NEXT: (Act.HELP_OPEN,),
    Meaning.PRIVATE: (Act.EXPORT_OPEN, Act.ERASE_OPEN),
    Meaning.OTHER: (Act.HELP_OPEN,),
}
# Their answers name what can be done; whoever can't go on is told that the offer can wait.
GUIDED = (FEELINGS - {Meaning.WEARY}) | NEWS | {Meaning.NEXT, Meaning.OTHER}
INSTEAD: Mapping[str, str] = {"later": "sent"}  # where nothing is said for a phase of its own
LIKE: Mapping[Meaning, Meaning] = {  # the same, for a meaning
    Meaning.ANSWERED: Meaning.RECALLED,
    Meaning.UNSURE: Meaning.CHANGED_MIND,
}
VARIANTS = 3  # of the answer to anything else
ID_KEPT, MOST_NAMED = 8, 5  # of ids in a row, which holds 64 letters


@dataclass(frozen=True)
class Step:
    """The one next step of a person: a sentence, and the button that takes it."""

    text: str = field(repr=False)
    choices: tuple[Choice, ...] = ()
    phase: str = ""  # how far the no has come that it is about; "none": there is no offer


@dataclass(frozen=True)
class Offered:
    """Their language, in its own words."""

    text: str
    settings: str  # what the button to the settings is called in it


@dataclass(frozen=True)
class Onboarding:
    """The story of getting to know Ajar."""

    desk: Desk
    hearing: Hearing

    async def installed(self, person: Person) -> None:
        """Tell whoever put Ajar into the workspace what to say to its members; once."""
        await self._once(person, PostKind.INSTALLED)

    async def met(self, person: Person) -> bool:
        """Welcome somebody of whom nothing is kept; once. False for anybody who is known."""
        if not (await self.desk.store.holdings(person)).is_empty:
            return False
        return await self._once(person, PostKind.WELCOME)

    async def console(self, person: Person, event_id: str, letter: Letter) -> None:
        """Write it into the DM at once, past the outbox, which would remember it. Raises SendFailedError."""
        post = Post(event_id, person, PostKind.REPLY, self.desk.clock.now(), "")
        await self.desk.messenger.send(post, letter)

    async def excuse(self, person: Person, name: str, letter: Letter) -> None:
        """The same, unless the DM has one of this name. Raises SendFailedError."""
        post = Post(name, person, PostKind.REPLY, self.desk.clock.now(), "")
        if await self.desk.messenger.find(post) is None:
            await self.desk.messenger.send(post, letter)

    async def told(self, person: Person, meaning: Meaning) -> Post:
        """The row that would answer this; it is not written, but what it changes in their settings is."""
        now, kept = self.desk.clock.now(), await self._kept(person, meaning)
        if kept is not None:
            await self.desk.store.commit(Change(person, now, preferences=kept))
        return Post("", person, PostKind.REPLY, now, "", note=meaning)

    async def reply(self, person: Person, event_id: str, text: str) -> None:
        """Answer a typed message, once for each event; only what it was taken for is kept."""
        await self.answer(person, event_id, await self.hearing.typed(person, text))

    async def answer(self, person: Person, event_id: str, typed: Typed) -> None:
        """The same, for what is known to mean this."""
        now = self.desk.clock.now()
        key, one = f"reply:{event_id}", typed.named[0] if len(typed.named) == 1 else None
        post = Post(event_id, person, PostKind.REPLY, now, key, one, note_of(typed))
        if typed.is_greeting and (await self.desk.store.holdings(person)).is_empty:
            post = replace(
                _first(person, PostKind.WELCOME, now), note=f":{typed.other}" if typed.other else ""
            )
        kept = await self._kept(person, typed.meaning)
        await self.desk.store.commit(Change(person, now, once=key, posts=(post,), preferences=kept))
        self.desk.wake()

    async def pause(self, person: Person, *, is_paused: bool) -> str:
        """Stop writing of Ajar's own accord, or begin again; what is said of it."""
        kept = await self._kept(person, Meaning.PAUSE if is_paused else Meaning.RESUME)
        await self.desk.store.commit(Change(person, self.desk.clock.now(), preferences=kept))
        saying = await self.desk.saying(person)
        return saying.say(f"replies.told.{'pause' if is_paused else 'resume'}")

    async def _kept(self, person: Person, meaning: Meaning) -> Preferences | None:
        if meaning not in {Meaning.PAUSE, Meaning.RESUME}:
            return None
        known = await self.desk.store.preferences(person)
        return replace(known, is_paused=meaning is Meaning.PAUSE)

    async def _once(self, person: Person, kind: PostKind) -> bool:
        now = self.desk.clock.now()
        post = _first(person, kind, now)
        is_first = await self.desk.store.commit(Change(person, now, once=post.key, posts=(post,)))
        self.desk.wake()
        return is_first


def _first(person: Person, kind: PostKind, now: datetime) -> Post:
    """A message that somebody gets once; its id travels along, so it says nothing of them."""
    key = ":".join((kind, person.enterprise_id or "", person.team_id, person.user_id))
    return Post(secrets.token_hex(12), person, kind, now, key)


def welcome(saying: Saying, offered: Offered | None = None) -> Letter:
    """To somebody new: what this is, that it is private, how to begin; and their language."""
    passages = (
        Passage(saying.say("replies.welcome.heading"), "heading"),
        Passage(saying.say("replies.welcome.text")),
        Passage(saying.say("replies.welcome.private"), "aside"),
    )
    choices = _choices(saying, (Act.DECLINE_START, Act.HELP_OPEN))
    return _with_language(Letter(saying.say("replies.welcome.summary"), passages, choices), offered)


def installed(saying: Saying) -> Letter:
    """To whoever installed it: it works, what to tell members, what they can be sure of."""
    return Letter(
        saying.say("replies.installed.summary"),
        (
            Passage(saying.say("replies.installed.heading"), "heading"),
            Passage(saying.say("replies.installed.text")),
            Passage(saying.say("replies.installed.post"), "draft"),
            Passage(saying.say("replies.installed.next")),
            Passage(saying.say("replies.installed.care"), "aside"),
        ),
        _choices(saying, (Act.DECLINE_START,)),
    )


def meant(post: Post) -> tuple[Meaning, str]:
    """What a row of a reply or a welcome remembers of a typed message: its meaning and another language."""
    meaning, other, _ = _parts(post)
    meaning = meaning.partition(AND)[0]
    return Meaning(meaning) if meaning else Meaning.OTHER, other


def said_in(post: Post) -> Meaning | None:
    """What has happened, where a feeling was told beside it."""
    said = _parts(post)[0].partition(AND)[2]
    return Meaning(said) if said else None


def named_in(post: Post) -> tuple[str, ...]:
    """How the ids of the offers begin that the message may have named."""
    _, _, named = _parts(post)
    return (post.case_id,) if post.case_id else tuple(filter(None, named.split(",")))


def note_of(typed: Typed) -> str:
    """What is kept of a typed message, and no word of it; a row has little room."""
    marks = (
        ",".join(case_id[:ID_KEPT] for case_id in typed.named[:MOST_NAMED]) if len(typed.named) > 1 else ""
    )
    meaning = f"{typed.meaning}{AND}{typed.said}" if typed.said else typed.meaning
    return f"{meaning}:{typed.other}:{marks}".rstrip(":")


def _parts(post: Post) -> tuple[str, str, str]:
    meaning, other, named = (*post.note.split(":"), "", "")[:3]
    return meaning, other, named


def reply(
    saying: Saying,
    post: Post,
    listing: str = "",
    step: Step | None = None,
    offered: Offered | None = None,
    *,
    is_first: bool = False,
) -> Letter:
    """The answer to something typed into the DM; it never repeats what was typed.

    is_first: the first time that nothing was understood, which is when it says who keeps what.
    """
    meaning, _ = meant(post)
    if meaning is Meaning.LIST:
        text = listing
    else:
        variant = f".v{sum(post.id.encode()) % VARIANTS + 1}" if meaning is Meaning.OTHER else ""
        text = _answer(saying, meaning, step.phase if step else "", variant)
    ahead = [Passage(step.text)] if step else []
    if is_first and meaning is Meaning.OTHER:
        ahead.append(Passage(saying.say("replies.kept"), "aside"))
    choices = (*(step.choices if step else ()), *_choices(saying, BUTTONS.get(meaning, ())))
    return _with_language(Letter(text, (Passage(text), *ahead), choices), offered)


def _answer(saying: Saying, meaning: Meaning, phase: str, variant: str) -> str:
    """What is true at this phase, else what is true at any."""
    for name in (phase, INSTEAD.get(phase, "")):
        known = saying.entries(f"replies.at.{name}") if name else {}
        said = next((item for item in (meaning, LIKE.get(meaning)) if item in known), None)
        if said is not None:
            return saying.say(f"replies.at.{name}.{said}{variant}")
    return saying.say(f"replies.answers.{meaning}{variant}")


def _with_language(letter: Letter, offered: Offered | None) -> Letter:
    if offered is None:
        return letter
    choices = letter.choices
    if not any(choice.action == Act.SETTINGS_OPEN for choice in choices):
        choices = (*choices, Choice(Act.SETTINGS_OPEN, offered.settings))
    return replace(letter, passages=(*letter.passages, Passage(offered.text)), choices=choices)


def _choices(saying: Saying, acts: tuple[Act, ...]) -> tuple[Choice, ...]:
    return tuple(
        Choice(act, saying.say(f"home.buttons.{act}"), style="primary" if act is Act.DECLINE_START else "")
        for act in acts
    )
