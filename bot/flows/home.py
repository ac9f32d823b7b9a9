"""The Home tab and `/decline list`: every case, where it stands, what to do now and when Ajar writes next."""

from dataclasses import dataclass, field

from bot.coaching.case import Case, Person, Stage
from bot.flows.acts import Act
from bot.flows.desk import Desk
from bot.flows.ports import Choice, Post
from bot.flows.veil import shown
from bot.flows.visitor import Saying

MOST_SHOWN = 15  # a view holds 100 blocks; each case takes four

ACTS: dict[Stage, tuple[Act, ...]] = {
    Stage.HELD: (Act.NO_CONFIRM,),
    Stage.SIGNED: (Act.NO_CONFIRM,),
    Stage.TELLING: (Act.SCRIPT_SHOW, Act.CALL_REACHED, Act.EMAIL_WRITE),
    Stage.FOLLOWING_UP: (Act.EMAIL_WRITE, Act.EMAIL_SEND),
    Stage.IN_TOUCH: (Act.CONTACT_LOG, Act.ANSWER_LOG, Act.RHYTHM_CHANGE, Act.FACTOR_CHANGE, Act.NUDGE_STOP),
    Stage.RESTING: (Act.CASE_REOPEN, Act.FACTOR_CHANGE),
    Stage.CLOSED: (),
}


@dataclass(frozen=True)
class HomeCase:
    """One case as a person sees it."""

    title: str = field(repr=False)
    stage: str
    next: str
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class HomePage:
    """The whole tab."""

    heading: str
    intro: str
    start: Choice
    settings: Choice
    cases: tuple[HomeCase, ...] = ()
    doubts: tuple[str, ...] = ()
    more: str = ""
    privacy: str = ""


@dataclass(frozen=True)
class Home:
    """The story of looking at everything."""

    desk: Desk

    async def page(self, person: Person) -> HomePage:
        """What the tab shows."""
        saying = await self.desk.saying(person)
        cases = await self._open_cases(person)
        upcoming = await self.desk.store.upcoming(person, limit=200)
        doubts = await self.desk.store.in_doubt(person)
        shown = cases[:MOST_SHOWN]
        return HomePage(
            heading=saying.say("home.heading"),
            intro=saying.say("home.intro" if cases else "home.empty"),
            start=Choice(Act.DECLINE_START, saying.say("home.start"), style="primary"),
            settings=Choice(Act.SETTINGS_OPEN, saying.say("home.settings")),
            cases=tuple(_home_case(case, upcoming, saying) for case in shown),
            doubts=tuple(saying.say("home.doubt", when=saying.moment(post.due_at)) for post in doubts),
            more=saying.say("home.more", number=len(cases) - len(shown)) if len(cases) > len(shown) else "",
            privacy=saying.say("home.privacy"),
        )

    async def listing(self, person: Person) -> str:
        """The answer to `/decline list`."""
        saying = await self.desk.saying(person)
        cases = await self._open_cases(person)
        if not cases:
            return saying.say("home.list_empty")
        upcoming = await self.desk.store.upcoming(person, limit=200)
        lines = [_home_case(case, upcoming, saying) for case in cases]
        return "\n".join(
            [
                saying.say("home.list"),
                *(f"• {line.title}: {line.stage} {line.next}".rstrip() for line in lines),
            ]
        )

    async def help(self, person: Person) -> str:
        """The answer to `/decline help`."""
        return (await self.desk.saying(person)).say("home.help")

    async def did_you_mean(self, person: Person, typed: str, meant: str) -> str:
        """The answer to a word that is almost a command."""
        return (await self.desk.saying(person)).say("home.did_you_mean", typed=typed, meant=meant)

    async def _open_cases(self, person: Person) -> tuple[Case, ...]:
        return tuple(case for case in await self.desk.store.cases(person) if case.stage is not Stage.CLOSED)


def _home_case(case: Case, upcoming: tuple[Post, ...], saying: Saying) -> HomeCase:
    case = shown(case, saying)
    following = next((post for post in upcoming if post.case_id == case.id), None)
    acts = (*ACTS[case.stage], Act.CASE_CLOSE)
    return HomeCase(
        title=f"{case.offer.company} · {case.offer.role}",
        stage=saying.say(f"letters.stages.{case.stage}"),
        next=saying.say("home.next", when=saying.moment(following.due_at)) if following else "",
        # The revision makes a second click on the same page one effect.
        choices=tuple(
            Choice(act, saying.say(f"home.choices.{act}"), f"{case.id}:{case.revision}") for act in acts
        ),
    )
