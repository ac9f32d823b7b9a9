"""The Home tab and `/decline list`: what to do now, every case by stage, what is ahead, settings, privacy."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.coaching.case import Case, Person, Stage
from bot.flows.acts import Act
from bot.flows.agenda import AHEAD, Entry, agenda
from bot.flows.desk import Desk
from bot.flows.onboarding import Step
from bot.flows.ports import Choice, Holdings, Interview, Part, Passage, Past, Post, Store
from bot.flows.standing import TO_DO, UNDECIDED, Standing, noted_at
from bot.flows.timing import comes_at, is_held_back
from bot.flows.titles import titles
from bot.flows.veil import code_name_of, shown
from bot.flows.visitor import Saying

CASES_SHOWN = 8  # a view holds 100 blocks
DOUBTS_SHOWN = 4
DAYS_AHEAD = timedelta(days=90)
LINES_AHEAD = 10
MOST_UNREMINDED = 3
LISTED = 12  # a message takes 4,000 characters
MOST_ROWS = 1_000  # of the outbox
OPEN, AWAY = "open", "away"  # the shelves: what is going on, and what was put away
IN_DOUBT = "in_doubt"


@dataclass(frozen=True)
class HomePage:
    """The whole tab."""

    parts: tuple[Part, ...] = field(repr=False)
    shelf: str = ""  # which shelf and page it shows


@dataclass(frozen=True)
class _Look:
    """Everything that a page is made from."""

    saying: Saying
    now: datetime
    standings: tuple[Standing, ...]
    upcoming: tuple[Post, ...]
    past: tuple[Past, ...]
    unfinished: Interview | None
    held: Holdings
    support: str

    def say(self, key: str, **facts: object) -> str:
        return self.saying.say(f"home.{key}", **facts)

    def button(self, act: Act, value: str = "", style: str = "") -> Choice:
        return Choice(act, self.say(f"buttons.{act}"), value, style=style)


@dataclass(frozen=True)
class Home:
    """The story of looking at everything."""

    desk: Desk
    support: str = ""  # the address of the page that says where help is; empty: there is none

    async def page(self, person: Person, shelf: str = "", told: str = "") -> HomePage:
        """What the tab shows; another shelf or page of it by its name; `told` says what was just done."""
        look = await self._look(person)
        done = (Part((Passage(f"✓ {told}"),)),) if told else ()
        if not look.standings and look.unfinished is None:
            return HomePage((*done, *_welcome(look), *_foot(look)))
        name, number = _place(shelf)
        wanted = [item for item in look.standings if (item.case.stage is Stage.CLOSED) is (name == AWAY)]
        number = min(number, max(0, len(wanted) - 1) // CASES_SHOWN)
        page = wanted[number * CASES_SHOWN : (number + 1) * CASES_SHOWN]
        turning = _turning(look, name, number, len(wanted))
        if name == AWAY:
            heading = Passage(look.say("away.heading"), "heading")
            top = (Part((heading, Passage(look.say("away.text"))), (look.button(Act.HOME_AWAY, OPEN),)),)
            return HomePage((*done, *top, *_cases(look, page), *turning), f"{AWAY}:{number}")
        return HomePage(
            (*done, *_head(look), *_doubts(look), *_cases(look, page), *turning, *_ahead(look), *_foot(look)),
            f"{OPEN}:{number}",
        )

    async def listing(self, person: Person) -> str:
        """The answer to `/decline list`."""
        return await listing(self.desk.store, await self.desk.saying(person), self.desk.clock.now())

    async def help(self, person: Person) -> str:
        """The answer to `/decline help`."""
        return (await self.desk.saying(person)).say("home.help")

    async def did_you_mean(self, person: Person, typed: str, meant: str) -> str:
        """The answer to a word that is almost a command."""
        return (await self.desk.saying(person)).say("home.did_you_mean", typed=typed, meant=meant)

    async def _look(self, person: Person) -> _Look:
        store, saying, now = self.desk.store, await self.desk.saying(person), self.desk.clock.now()
        upcoming = await store.upcoming(person, limit=MOST_ROWS)
        past = await store.past(person)
        cases = await store.cases(person)
        return _Look(
            saying=saying,
            now=now,
            standings=_standings(cases, saying, now, upcoming, past),
            upcoming=upcoming,
            past=past,
            unfinished=await store.interview(person),
            held=await store.holdings(person),
            support=self.support,
        )


async def listing(store: Store, saying: Saying, now: datetime) -> str:
    """Every case that is not put away, in a line each."""
    standings = await open_standings(store, saying, now)
    if not standings:
        return saying.say("home.list_empty")
    lines = [f"• {item.title}: {item.step or item.lines[0]}" for item in standings[:LISTED]]
    left = len(standings) - LISTED
    more = [saying.say("home.list_more", number=left)] if left > 0 else []
    return "\n".join([saying.say("home.list"), *lines, *more])


async def next_step(store: Store, saying: Saying, now: datetime, most: int = 1) -> Step:
    """What to do now: of the most urgent case, else of the interview that was begun, else to begin one."""
    standings = await open_standings(store, saying, now)
    first = next((item for item in standings if item.is_to_do), None)
    if first is not None:
        text = saying.say("replies.ahead.case", what=first.title, step=first.step, due=first.due)
        return Step(text, first.next_choices()[:most])
    unfinished = await store.interview(saying.visitor.person)
    label = saying.say(f"home.buttons.{'go_on' if unfinished else 'decline_start'}")
    start = (Choice(Act.DECLINE_START, label, style="primary"),)
    if unfinished is not None:
        company = _begun_about(unfinished, saying)
        return Step(saying.say("replies.ahead.unfinished", company=company), start)
    return Step(saying.say(f"replies.ahead.{'quiet' if standings else 'none'}"), start)


async def open_standings(store: Store, saying: Saying, now: datetime) -> tuple[Standing, ...]:
    """Every case that is not put away, the most urgent first."""
    person = saying.visitor.person
    cases = [case for case in await store.cases(person) if case.stage is not Stage.CLOSED]
    if not cases:
        return ()
    upcoming = await store.upcoming(person, limit=MOST_ROWS)
    return _standings(cases, saying, now, upcoming, await store.past(person))


def unreminded(standings: Iterable[Standing], saying: Saying) -> tuple[str, ...]:
    """Which answers fall due without a word from Ajar while everything is paused."""
    soonest = sorted((item for item in standings if item.due), key=lambda item: item.urgency)
    return tuple(
        saying.say("home.unreminded", what=item.title, due=item.due) for item in soonest[:MOST_UNREMINDED]
    )


def _begun_about(unfinished: Interview, saying: Saying) -> str:
    """The company of an interview, under the name that is to be shown."""
    if saying.visitor.preferences.has_code_names:
        return code_name_of(unfinished.id, saying)
    return str(unfinished.answers.get("company") or "")


def _standings(
    cases: Iterable[Case], saying: Saying, now: datetime, upcoming: Iterable[Post], past: Iterable[Past]
) -> tuple[Standing, ...]:
    known = tuple(cases)
    names = shown_titles(known, saying)
    found = (standing_of(case, saying, now, upcoming, past, names[case.id]) for case in known)
    return tuple(sorted(found, key=_order))


def shown_titles(cases: Iterable[Case], saying: Saying) -> Mapping[str, str]:
    """What each case is called, under the names that are to be shown."""
    return titles((shown(case, saying) for case in cases), saying)


def standing_of(
    case: Case,
    saying: Saying,
    now: datetime,
    upcoming: Iterable[Post],
    past: Iterable[Past],
    name: str = "",
) -> Standing:
    """A case among the messages about it, under the name that is to be shown."""
    planned = [
        comes_at(post, saying.visitor, case.offer.answer_due_at)
        for post in upcoming
        if post.case_id == case.id and post.due_at > now and post.kind in AHEAD
        if not is_held_back(post, saying.visitor)
    ]
    next_at = min(planned, default=None)
    about = [item for item in past if item.post.case_id == case.id]
    return Standing(shown(case, saying), saying, now, noted_at(case, about), next_at, name)


def _order(standing: Standing) -> tuple[int, datetime]:
    """Those to be answered by their urgency, then what is open without a day, then whom to say hello to;
    those in touch by the next message, then those at rest.
    """
    stage = standing.case.stage
    if stage in UNDECIDED and not standing.is_due_soon:
        return 2, standing.urgency
    if stage in TO_DO:
        return (1 if standing.is_long_overdue else 0), standing.urgency
    if standing.is_to_do:
        return 3, standing.urgency
    if stage is Stage.IN_TOUCH:
        return 4, standing.next_at or standing.now
    return 5, standing.case.created_at


def _place(shelf: str) -> tuple[str, int]:
    name, _, number = shelf.partition(":")
    return (AWAY if name == AWAY else OPEN), int(number) if number.isdecimal() and len(number) < 6 else 0


def _welcome(look: _Look) -> tuple[Part, ...]:
    """For somebody without a case: what this is, what happens, that it is private, and one button."""
    steps = "\n".join(look.saying.entries("home.welcome.steps").values())
    start = look.button(Act.DECLINE_START, style="primary")
    return (
        Part((Passage(look.say("welcome.heading"), "heading"), Passage(look.say("welcome.text")))),
        Part((Passage(steps), Passage(look.say("welcome.private"), "aside")), (start,)),
        *_paused(look),
    )


def _paused(look: _Look) -> tuple[Part, ...]:
    if not look.saying.visitor.preferences.is_paused:
        return ()
    lines = (look.say("paused"), *unreminded(look.standings, look.saying))
    return (Part((Passage("\n".join(lines)),), (look.button(Act.PAUSE_END, style="primary"),)),)


def _head(look: _Look) -> tuple[Part, ...]:
    number = sum(item.is_to_do for item in look.standings)
    text = look.say("to_do", number=number) if number else look.say("nothing_to_do")
    intro = (Passage(look.say("heading"), "heading"), Passage(text))
    if look.unfinished is None:
        return (Part(intro, (look.button(Act.DECLINE_START),)), *_paused(look))
    company = _begun_about(look.unfinished, look.saying)
    when = look.saying.when(look.unfinished.updated_at, look.now)
    begun = Part(
        (Passage(look.say("unfinished", company=company, when=when)),),
        (replace(look.button(Act.DECLINE_START, style="primary"), label=look.say("buttons.go_on")),),
    )
    return (Part(intro), begun, *_paused(look))


def _doubts(look: _Look) -> tuple[Part, ...]:
    """Messages of which nobody knows whether they arrived, with what can be done about each."""
    doubts = [item for item in look.past if item.state == IN_DOUBT]
    return tuple(_doubt(look, item) for item in doubts[:DOUBTS_SHOWN])


def _doubt(look: _Look, item: Past) -> Part:
    text = look.say(
        "doubt",
        what=look.say(f"posts.{item.post.kind}"),
        company=_brief(look, item.post.case_id or ""),
        when=look.saying.moment(item.at),
    )
    acts = (Act.DOUBT_SHOW, Act.DOUBT_SETTLE, Act.DOUBT_REPEAT)
    return Part((Passage(text),), tuple(look.button(act, item.post.id) for act in acts))


def _cases(look: _Look, page: Sequence[Standing]) -> tuple[Part, ...]:
    parts: list[Part] = []
    group = ""
    for standing in page:
        name = _group(standing)
        if name and name != group:
            parts.append(Part((Passage("", "divider"), Passage(look.say(f"groups.{name}"), "aside"))))
        group = name
        passages = (Passage(standing.title, "heading"), Passage("\n".join(standing.lines)))
        parts.append(Part(passages, (*standing.next_choices(), standing.choice(Act.CASE_OPEN))))
    return tuple(parts)


def _group(standing: Standing) -> str:
    if standing.case.stage is Stage.CLOSED:
        return ""
    if standing.is_to_do:
        return "now"
    return "touch" if standing.case.stage is Stage.IN_TOUCH else "rest"


def _turning(look: _Look, name: str, number: int, count: int) -> tuple[Part, ...]:
    pages = -(-count // CASES_SHOWN)
    away = sum(item.case.stage is Stage.CLOSED for item in look.standings)
    choices = []
    if number > 0:
        choices.append(look.button(Act.HOME_BACK, f"{name}:{number - 1}"))
    if number + 1 < pages:
        choices.append(look.button(Act.HOME_FORTH, f"{name}:{number + 1}"))
    lines = [Passage(look.say("page", number=number + 1, pages=pages), "aside")] if pages > 1 else []
    if name == OPEN and away:
        label = look.say("buttons.show_away", number=away)
        choices.append(Choice(Act.HOME_AWAY, label, AWAY))
    return (Part(tuple(lines), tuple(choices)),) if choices else ()


def _ahead(look: _Look) -> tuple[Part, ...]:
    """The next ninety days."""
    cases = [item.case for item in look.standings]
    entries = agenda(cases, look.upcoming, look.now, look.saying.visitor)
    near = [item for item in entries if item.at <= look.now + DAYS_AHEAD and not item.is_held_back]
    lines = [_line(look, entry) for entry in near[:LINES_AHEAD]]
    if len(near) > LINES_AHEAD:
        lines.append(look.say("ahead.more", number=len(near) - LINES_AHEAD))
    if any(item.is_held_back for item in entries):
        lines.append(look.say("ahead.while_paused"))
    text = Passage("\n".join(lines) if lines else look.say("ahead.none"))
    calendar = look.button(Act.CALENDAR_OPEN)
    return (Part((Passage("", "divider"), Passage(look.say("ahead.heading"), "heading"), text), (calendar,)),)


def _line(look: _Look, entry: Entry) -> str:
    what = look.say(f"ahead.entries.{entry.name}", company=_brief(look, entry.case_id))
    return f"• {look.saying.moment(entry.at)}: {what}"


def _brief(look: _Look, case_id: str) -> str:
    """The company of a case, or all of its title where there is another of that company."""
    found = next((item for item in look.standings if item.case.id == case_id), None)
    if found is None:
        return ""
    company = found.case.offer.company
    number = sum(item.case.offer.company.casefold() == company.casefold() for item in look.standings)
    return found.title if number > 1 else company


def _foot(look: _Look) -> tuple[Part, ...]:
    """Settings, privacy, help and support."""
    is_paused = look.saying.visitor.preferences.is_paused
    settings = [look.button(Act.SETTINGS_OPEN)]
    if not is_paused and look.standings:
        settings.append(look.button(Act.PAUSE_BEGIN))
    settings.append(look.button(Act.HELP_OPEN))
    kept = Passage(look.say("privacy.nothing" if look.held.is_empty else "privacy.kept", **vars(look.held)))
    support = Passage(look.say("support"), "link", look.support) if look.support else None
    help_line = (support,) if support else (Passage(look.say("no_support"), "aside"),)
    acts = (Act.IMPORT_OPEN,) if look.held.is_empty else (Act.EXPORT_OPEN, Act.IMPORT_OPEN, Act.ERASE_OPEN)
    return (
        Part((Passage("", "divider"), Passage(look.say("settings.heading"), "heading")), tuple(settings)),
        Part(
            (
                Passage(look.say("privacy.heading"), "heading"),
                kept,
                Passage(look.say("privacy.who", is_empty=look.held.is_empty), "aside"),
            ),
            tuple(look.button(act) for act in acts),
        ),
        Part(help_line),
    )
