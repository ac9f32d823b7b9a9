"""A case given as JSON, for `ajar preview`: its shape, and every text that it leads to."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from bot.coaching.case import Case, EventKind, Offer, Outcome, Person, Plan, Reason
from bot.coaching.drafts import NUDGES, DraftKind, answers_for, drafts_for, facts_for
from bot.coaching.interview import first_stage
from bot.coaching.reasons import Catalogue
from bot.coaching.rubric import check
from bot.wording import Words

MONTHS = dict(zip(NUDGES, (1, 3, 6, 12, 24), strict=True))


class CaseFile(BaseModel):
    """A decline: the offer, the reasons that may be said, and the plan. Moments carry an offset."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field("preview", description="Decides which of several wordings is chosen")
    offer: Offer
    reasons: list[Reason] = Field(default_factory=list, description="The first two that are shared are said")
    plan: Plan = Field(default_factory=Plan)
    locale: str = "en-US"
    created_at: datetime = Field(default_factory=lambda: datetime.now(UTC))

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


@dataclass(frozen=True)
class Text:
    """One text with what the rubric says of it."""

    name: str
    subject: str
    body: str
    issues: tuple[str, ...] = ()


def texts_of(file: CaseFile, words: Words, catalogue: Catalogue) -> Iterator[Text]:
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


def _text(kind: DraftKind, case: Case, locale: str, words: Words, catalogue: Catalogue) -> Text:
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
