"""What each offer is called: its company and role, and what tells it from another of that name."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations

from bot.coaching.case import Case
from bot.flows.visitor import Saying

LONGEST = 75  # what a button of Slack shows
LONGEST_MARK = 48


def title_of(case: Case) -> str:
    """Company and role."""
    return f"{case.offer.company} · {case.offer.role}"


def titles(cases: Iterable[Case], saying: Saying) -> Mapping[str, str]:
    """The title of each case by its id; the names are those that the cases carry."""
    alike: dict[str, list[Case]] = {}
    for case in cases:
        alike.setdefault(_plain(title_of(case)), []).append(case)
    return {case_id: title for group in alike.values() for case_id, title in _told_apart(group, saying)}


def is_twin(case: Case, company: str, role: str) -> bool:
    """Whether somebody who begins one of this company and role has this one already."""
    return _plain(title_of(case)) == _plain(f"{company} · {role}")


def _told_apart(group: Sequence[Case], saying: Saying) -> Iterable[tuple[str, str]]:
    if len(group) == 1:
        return [(group[0].id, title_of(group[0]))]
    marks = _marks(group, saying)
    return [(case.id, _with(title_of(case), mark)) for case, mark in zip(group, marks, strict=True)]


def _marks(group: Sequence[Case], saying: Saying) -> Sequence[str]:
    """The fewest facts in which they all differ: whom to tell, how it came, when it was begun."""
    facets: tuple[Callable[[Case], str], ...] = (
        lambda case: case.offer.contact_name,
        lambda case: saying.say(f"home.apart.{case.offer.source}"),
        lambda case: saying.say("home.apart.begun", when=saying.day(case.created_at)),
        lambda case: saying.say("home.apart.begun", when=saying.moment(case.created_at)),
    )
    for number in (1, 2):
        for chosen in combinations(facets, number):
            marks = [_short(", ".join(filter(None, (facet(case) for facet in chosen)))) for case in group]
            if all(marks) and len({_plain(mark) for mark in marks}) == len(group):
                return marks
    oldest_first = sorted(group, key=lambda case: (case.created_at, case.id))
    return [str(oldest_first.index(case) + 1) for case in group]


def _short(mark: str) -> str:
    return mark if len(mark) <= LONGEST_MARK else f"{mark[: LONGEST_MARK - 1]}…"


def _with(title: str, mark: str) -> str:
    room = LONGEST - len(mark) - 3
    return f"{title if len(title) <= room else title[: room - 1] + '…'} ({mark})"


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
