"""A case as JSON: its shape, for `ajar preview`, export and import, and every text that it leads to."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from bot.coaching.case import Case, Event, EventKind, Offer, Outcome, Person, Plan, Reason, Stage
from bot.coaching.drafts import NUDGES, DraftKind, answers_for, drafts_for, facts_for
from bot.coaching.interview import first_stage
from bot.coaching.reasons import Catalogue
from bot.coaching.rubric import check
from bot.flows.drafting import DraftWording

MONTHS = dict(zip(NUDGES, (1, 3, 6, 12, 24), strict=True))


class Line(BaseModel):
    """One line of the history; the note is a code."""

    model_config = ConfigDict(extra="forbid")

    kind: EventKind
    at: AwareDatetime
    note: str = Field("", pattern="^[a-z_]{0,40}$")


class CaseFile(BaseModel):
    """A decline: the offer, the reasons that may be said, and the plan. Moments carry an offset."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field("preview", description="Decides which of several wordings is chosen")
    offer: Offer
    reasons: list[Reason] = Field(default_factory=list, description="The first two that are shared are said")
    plan: Plan = Field(default_factory=Plan)
    locale: str = "en-US"
    created_at: datetime = Field(default_factory=lambda: datetime.now(UTC))
    stage: Stage | None = Field(default=None, description="Where it stands; read by /decline import alone")
    history: list[Line] = Field(default_factory=list, description="Read by /decline import alone")
    edits: dict[DraftKind, tuple[str, str]] = Field(
        default_factory=dict, description="Own versions: subject and text; read by /decline import alone"
    )

    def case(self) -> Case:
        """The case at its first stage."""
        return Case(
            id=self.id,
            person=Person("T0", "U0"),
            offer=self.offer,
            reasons=tuple(self.reasons),
            plan=self.plan,
            stage=first_stage(self.offer),
            created_at=self.created_at,
        )

    @classmethod
    def of(cls, case: Case, locale: str) -> "CaseFile":
        """All of a case but its person."""
        return cls(
            id=case.id,
            offer=case.offer,
            reasons=list(case.reasons),
            plan=case.plan,
            locale=locale,
            created_at=case.created_at,
            stage=case.stage,
            history=[Line(kind=event.kind, at=event.at, note=event.note) for event in case.history],
            edits={DraftKind(kind): tuple(json.loads(text)) for kind, text in case.edits},
        )

    def restored(self, person: Person, case_id: str) -> Case:
        """The case as it stood, now of this person. Raises ValueError for a moment without an offset."""
        return replace(
            self.case(),
            id=case_id,
            person=person,
            stage=self.stage or first_stage(self.offer),
            history=tuple(Event(line.kind, line.at, line.note) for line in self.history),
            edits=tuple((kind.value, json.dumps(list(text))) for kind, text in self.edits.items()),
        )


@dataclass(frozen=True)
class Text:
    """One text with what the rubric says of it."""

    name: str
    subject: str
    body: str
    issues: tuple[str, ...] = ()


def texts_of(file: CaseFile, words: DraftWording, catalogue: Catalogue) -> Iterator[Text]:
    """Every draft, answer and reconnect note of a case."""
    case = file.case()
    for kind in drafts_for(case):
        yield _text(kind, _then(case, kind), file.locale, words, catalogue)
        if kind is DraftKind.EMAIL:
            reached = case.with_event(EventKind.CALL, case.created_at, Outcome.REACHED)
            yield replace(_text(kind, reached, file.locale, words, catalogue), name="email_after_call")
    facts = _facts(case, case.created_at, catalogue)
    if drafts_for(case):
        for they, you in words.answers(facts, file.locale, answers_for(case)):
            yield Text(f"when they say: {they}", "", you)


def _then(case: Case, kind: DraftKind) -> Case:
    return case.with_event(EventKind.EMAIL_SENT, case.created_at) if kind in MONTHS else case


def _text(kind: DraftKind, case: Case, locale: str, words: DraftWording, catalogue: Catalogue) -> Text:
    now = case.created_at + timedelta(days=round(30.44 * MONTHS.get(kind, 0)))
    draft = words.draft(kind, _facts(case, now, catalogue), locale, case.id)
    return Text(kind.value, draft.subject, draft.body, check(draft, kind, case))


def _facts(case: Case, now: datetime, catalogue: Catalogue) -> dict[str, object]:
    known = [catalogue[item.category_id] for item in case.shared_reasons if item.category_id in catalogue]
    door_open = known[0].door_open if known else ""
    zone = now.tzinfo or UTC
    return dict(facts_for(case, door_open=door_open, now=now, zone=zone))


def as_dict(text: Text) -> dict[str, object]:
    """For JSON."""
    return asdict(text)
