"""A case as JSON: its shape, for `ajar preview`, export and import, and every text that it leads to."""

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, field_validator

from bot.coaching.case import Case, Event, EventKind, Offer, Outcome, Person, Plan, Reason, Stage, Tone
from bot.coaching.drafts import (
    EVENTS,
    KNOCKS,
    NUDGES,
    DraftKind,
    answers_for,
    drafts_for,
    drafts_on_demand,
    facts_for,
)
from bot.coaching.examples import EXAMPLES
from bot.coaching.interview import first_stage
from bot.coaching.reasons import Catalogue
from bot.coaching.rubric import check
from bot.flows.drafting import DraftWording, asked_about, condition_of, in_the_words_of

MONTHS = {
    **dict(zip(NUDGES, (1, 3, 6, 12, 24), strict=True)),
    **dict.fromkeys(EVENTS, 4),
    **dict.fromkeys(KNOCKS, 9),
}
Added = Annotated[str, StringConstraints(pattern="^[a-z_:]{1,60}$")]  # a draft, or what was put in beside it


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
    created_at: AwareDatetime = Field(default_factory=lambda: datetime.now(UTC))
    stage: Stage | None = Field(default=None, description="Where it stands; read by /decline import alone")
    history: list[Line] = Field(default_factory=list, description="Read by /decline import alone")
    edits: dict[Added, list[str]] = Field(
        default_factory=dict, description="Own versions: subject and text, or one text; read by import alone"
    )

    @field_validator("offer")
    @classmethod
    def _is_whole(cls, offer: Offer) -> Offer:
        for name in ("company", "role"):
            if not getattr(offer, name).strip():
                raise ValueError(f"{name} is empty")
        _expect_offset("answer_due_at", offer.answer_due_at)
        return offer

    @field_validator("plan")
    @classmethod
    def _has_offsets(cls, plan: Plan) -> Plan:
        _expect_offset("call_at", plan.call_at)
        return plan

    def case(self) -> Case:
        """The case at its first stage."""
        return Case(
            id=self.id,
            person=Person("T0", "U0"),
            offer=self.offer,
            reasons=tuple(replace(item, wording=item.wording.strip().rstrip(".")) for item in self.reasons),
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
            edits={kind: _parts(text) for kind, text in case.edits},
        )

    def restored(self, person: Person, case_id: str) -> Case:
        """The case as it stood, now of this person. Raises ValueError for a moment without an offset."""
        return replace(
            self.case(),
            id=case_id,
            person=person,
            reasons=tuple(self.reasons),  # to the letter
            stage=self.stage or first_stage(self.offer),
            history=tuple(Event(line.kind, line.at, line.note) for line in self.history),
            edits=tuple((kind, json.dumps(text)) for kind, text in self.edits.items()),
        )


def _expect_offset(name: str, moment: datetime | None) -> None:
    if moment is not None and moment.tzinfo is None:
        raise ValueError(f"{name} has no offset, such as the Z in 2026-11-24T09:00:00Z")


@dataclass(frozen=True)
class Text:
    """One text with what the rubric says of it."""

    name: str
    subject: str
    body: str
    issues: tuple[str, ...] = ()


@dataclass(frozen=True)
class Previewing:
    """Every text of a case, in the words of a locale."""

    words: DraftWording
    catalogue: Catalogue
    locale: str
    is_checked: bool = True  # whether the rubric is asked

    def texts(self, case: Case) -> Iterator[Text]:
        """Every draft, answer and reconnect note of a case."""
        case = in_the_words_of(self.locale, case, self.catalogue)
        for kind in (*drafts_for(case), *drafts_on_demand(case)):
            yield self._text(kind, _then(case, kind))
            if kind is DraftKind.EMAIL and not case.history:
                reached = case.with_event(EventKind.CALL, case.created_at, Outcome.REACHED)
                yield replace(self._text(kind, reached), name="email_after_call")
        if drafts_for(case):
            facts = self._facts(case, case.created_at)
            for they, you in self.words.answers(facts, self.locale, answers_for(case)):
                yield Text(f"when they say: {they}", "", you)

    def _text(self, kind: DraftKind, case: Case) -> Text:
        if kind in KNOCKS:
            case = asked_about(case, self.catalogue.of(self.locale))
        now = case.created_at + timedelta(days=round(30.44 * MONTHS.get(kind, 0)))
        draft = self.words.draft(kind, self._facts(case, now), self.locale, case.id)
        issues = check(draft, kind, case, self.words.patterns(self.locale)) if self.is_checked else ()
        return Text(kind.value, draft.subject, draft.body, issues)

    def _facts(self, case: Case, now: datetime) -> Mapping[str, object]:
        door_open = condition_of(case, self.catalogue.of(self.locale))
        return facts_for(case, door_open=door_open, now=now, zone=now.tzinfo or UTC)


def texts_of(file: CaseFile, words: DraftWording, catalogue: Catalogue) -> Iterator[Text]:
    """Every text of a case that was given as JSON."""
    yield from Previewing(words, catalogue, file.locale).texts(file.case())


def texts_of_examples(
    words: DraftWording, catalogue: Catalogue, locale: str, seed: str, tones: Sequence[Tone]
) -> Iterator[tuple[str, Tone, Text]]:
    """Every text of every built-in case in these tones; another seed chooses other phrasings."""
    made, known = Previewing(words, catalogue, locale), catalogue.of(locale)
    for (name, example), tone in product(EXAMPLES.items(), tones):
        number = zlib.crc32(f"{name}:{tone}:{seed}".encode())

        def wording_of(category_id: str, number: int = number) -> str:
            phrasings = known[category_id].phrasings
            return phrasings[number % len(phrasings)]

        for text in made.texts(replace(example.case(name, tone, wording_of), id=f"{name}-{tone}-{seed}")):
            yield name, tone, text


def _then(case: Case, kind: DraftKind) -> Case:
    is_over = kind in MONTHS and not case.is_told
    return case.with_event(EventKind.EMAIL_SENT, case.created_at) if is_over else case


def _parts(text: str) -> list[str]:
    try:
        held = json.loads(text)
    except ValueError:
        return [text]
    return [str(part) for part in held] if isinstance(held, list) else [text]


def as_dict(text: Text) -> dict[str, object]:
    """For JSON."""
    return asdict(text)
