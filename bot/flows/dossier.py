"""One case in a window: everything of it, its timeline, what may be done, and erasing it alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.coaching.case import Case, Event, EventKind, Outcome, Person
from bot.coaching.interview import Kind
from bot.coaching.own_words import listed
from bot.flows.acts import Act
from bot.flows.agenda import agenda
from bot.flows.desk import Desk
from bot.flows.home import IN_DOUBT, MOST_ROWS, shown_titles, standing_of
from bot.flows.ports import Choice, Part, Passage, Past, PostKind
from bot.flows.privacy import CONFIRMED
from bot.flows.screens import Field, Notice, Option, Screen
from bot.flows.standing import OUTCOMES, Standing
from bot.flows.visitor import Saying

LINES = 25  # of the timeline; older ones are counted
LINES_AHEAD = 5
PUT_AWAY = frozenset({Act.CASE_ACCEPT, Act.CASE_CLOSE})


@dataclass(frozen=True)
class Dossier:
    """The story of looking at one case."""

    desk: Desk

    async def screen(self, person: Person, case_id: str, told: str = "") -> Screen:
        """Everything of one case; `told` says what was just done. Raises NotFoundError."""
        opened = await self.desk.open(person, case_id)
        store, saying = self.desk.store, opened.saying
        upcoming = await store.upcoming(person, limit=MOST_ROWS)
        past = await store.past(person, case_id)
        name = shown_titles(await store.cases(person), saying).get(case_id, "")
        standing = standing_of(opened.case, saying, opened.now, upcoming, past, name)
        entries = agenda((standing.case,), upcoming, opened.now, opened.visitor)
        ahead = [entry for entry in entries if not entry.is_held_back][:LINES_AHEAD]
        lines = [
            f"• {standing.when(entry.at)}: {saying.say(f'home.ahead.entries.{entry.name}', company='')}"
            for entry in ahead
        ]
        doubts = [item for item in past if item.state == IN_DOUBT]
        more = standing.more_choices()
        said = (*standing.next_choices(), *(choice for choice in more if choice.action in OUTCOMES))
        others = tuple(choice for choice in more if choice not in said)
        parts = (
            *((Part((Passage(f"✓ {told}"),)),) if told else ()),
            Part((Passage(standing.title, "heading"), Passage("\n".join(standing.lines)))),
            Part((Passage("", "divider"), *_facts(standing.case, saying)), said),
            *((Part(choices=others),) if others else ()),
            *(_doubt(item, saying) for item in doubts[:3]),
            *_listed(saying, "ahead", lines),
            *_listed(saying, "timeline", timeline(standing, past)),
            Part((Passage("", "divider"),), (standing.choice(Act.CASE_ERASE),)),
        )
        return Screen(
            "case",
            case_id,
            title=saying.say("home.case.title"),
            close=saying.say("interview.close"),
            parts=parts,
        )

    async def erase_screen(self, person: Person, case_id: str) -> Screen:
        """What would go, with the box that confirms it. Raises NotFoundError."""
        opened = await self.desk.open(person, case_id)
        saying = opened.saying
        name = shown_titles(await self.desk.store.cases(person), saying).get(case_id, "")
        standing = standing_of(opened.case, saying, opened.now, (), (), name)
        box = Option(CONFIRMED, saying.say("home.case.erase.confirm"))
        label = saying.say("privacy.erase.label")
        return Screen(
            "erase_case",
            case_id,
            title=saying.say("home.case.erase.title"),
            submit=saying.say("privacy.erase.submit"),
            close=saying.say("interview.close"),
            notices=(
                Notice(standing.title, is_heading=True),
                Notice(saying.say("home.case.erase.text")),
            ),
            fields=(Field(CONFIRMED, Kind.CHECKS, label, options=(box,), is_required=True),),
        )

    async def erase(self, person: Person, case_id: str) -> tuple[str, str]:
        """Delete this case alone; a title and the receipt. Raises NotFoundError."""
        await self.desk.store.erase_case(person, case_id)
        saying = await self.desk.saying(person)
        return saying.say("home.case.erase.title"), saying.say("home.case.erase.receipt")


def _facts(case: Case, saying: Saying) -> tuple[Passage, ...]:
    """Whom it is about, and the ledger of reasons."""
    offer = case.offer
    contact = [offer.contact_name, offer.contact_email, offer.contact_phone]
    kept = [reason.wording for reason in case.reasons if reason not in case.shared_reasons]
    said = [reason.wording for reason in case.shared_reasons]
    who = ", ".join(item for item in contact if item)
    lines = [
        saying.say("home.case.contact", who=who) if who else "",
        saying.say("home.case.referrer", who=offer.referrer_name) if offer.referrer_name else "",
        _said(case, listed(said), saying),
        saying.say("letters.card.private", reasons=listed(kept)) if kept else "",
        saying.say("home.case.begun", when=saying.day(case.created_at)),
    ]
    return (Passage("\n".join(line for line in lines if line)),)


def _said(case: Case, reasons: str, saying: Saying) -> str:
    if not reasons:
        return saying.say("home.case.nothing_said")
    return saying.say("letters.nudge.reason" if case.is_told else "letters.card.shared", reasons=reasons)


def _doubt(item: Past, saying: Saying) -> Part:
    what = saying.say(f"home.posts.{item.post.kind}")
    text = saying.say("home.doubt", what=what, company="", when=saying.moment(item.at))
    acts = (Act.DOUBT_SHOW, Act.DOUBT_SETTLE, Act.DOUBT_REPEAT)
    choices = tuple(Choice(act, saying.say(f"home.buttons.{act}"), item.post.id) for act in acts)
    return Part((Passage(text),), choices)


def _listed(saying: Saying, name: str, lines: Iterable[str]) -> tuple[Part, ...]:
    text = "\n".join(lines)
    heading = Passage(saying.say(f"home.case.{name}"), "heading")
    return (Part((heading, Passage(text))),) if text else ()


def timeline(standing: Standing, past: Iterable[Past]) -> tuple[str, ...]:
    """What happened, newest first: what the person marked, and what Ajar sent."""
    case, saying = standing.case, standing.saying
    marked: list[tuple[datetime, str]] = [
        (event.at, marked_as(event.kind, event.note, saying)) for event in case.history if is_told(event)
    ]
    told = (item for item in past if item.state != IN_DOUBT and item.post.kind is not PostKind.REPLY)
    sent = [(item.at, _sent(item, saying)) for item in told]
    lines = sorted([*marked, *sent], key=lambda line: line[0], reverse=True)
    shown = [f"• {saying.day(at)}: {text}" for at, text in lines[:LINES]]
    older = len(lines) - LINES
    return (*shown, saying.say("home.case.older", number=older)) if older > 0 else tuple(shown)


def is_told(event: Event) -> bool:
    """Whether it has a line; of the beginning Ajar's own message tells."""
    return event.kind is not EventKind.CREATED


def marked_as(kind: EventKind, note: str, saying: Saying) -> str:
    """What the person said had happened, in a line."""
    if kind is EventKind.CALL and note in set(Outcome):
        return saying.say(f"home.events.call_{note}")
    if kind is EventKind.STOPPED and note in PUT_AWAY:
        return saying.say(f"home.events.stopped_{note}")
    return saying.say(f"home.events.{kind}")


def _sent(item: Past, saying: Saying) -> str:
    what = saying.say(f"home.posts.{item.post.kind}")
    return saying.say(f"home.case.{item.state}", what=what)
