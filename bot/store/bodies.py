"""A case, an interview and preferences ↔ JSON."""

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime, time
from typing import Any

from bot.coaching.case import (
    Case,
    Channel,
    Circumstance,
    Commitment,
    Door,
    Event,
    EventKind,
    Listener,
    Offer,
    OfferForm,
    Person,
    Plan,
    Reason,
    Rhythm,
    Source,
    Stage,
    Standing,
    Tone,
)
from bot.flows.ports import Preferences

VERSION = 1

ENUMS: Mapping[str, Any] = {
    "source": Source,
    "form": OfferForm,
    "standing": Standing,
    "commitment": Commitment,
    "door": Door,
    "channel": Channel,
    "tone": Tone,
    "rhythm": Rhythm,
}
MOMENTS = {"answer_due_at", "call_at"}


def body_of(case: Case) -> str:
    """Everything of a case that has no column of its own."""
    held = {
        "version": VERSION,
        "offer": _plain(case.offer),
        "reasons": [_plain(reason) for reason in case.reasons],
        "plan": _plain(case.plan),
        "history": [[event.kind, event.at.isoformat(), event.note] for event in case.history],
        "edits": [list(edit) for edit in case.edits],
        "reconnect_at": case.reconnect_at.isoformat() if case.reconnect_at else None,
    }
    return json.dumps(held, ensure_ascii=False)


def case_of(case_id: str, person: Person, stage: str, revision: int, created_at: datetime, body: str) -> Case:
    """The case of a row."""
    held = json.loads(body)
    reconnect_at = held["reconnect_at"]
    return Case(
        id=case_id,
        person=person,
        offer=_offer(held["offer"]),
        reasons=tuple(Reason(**reason) for reason in held["reasons"]),
        plan=Plan(**_typed(held["plan"])),
        stage=Stage(stage),
        created_at=created_at,
        history=tuple(
            Event(EventKind(kind), datetime.fromisoformat(at), note) for kind, at, note in held["history"]
        ),
        edits=tuple((kind, text) for kind, text in held["edits"]),
        reconnect_at=datetime.fromisoformat(reconnect_at) if reconnect_at else None,
        revision=revision,
    )


def preferences_body(given: Preferences) -> str:
    """Preferences as JSON."""
    return json.dumps(_plain(given))


def preferences_of(body: str) -> Preferences:
    """Preferences from JSON."""
    held = json.loads(body)
    quiet = {name: time.fromisoformat(held[name]) for name in ("quiet_from", "quiet_until")}
    return Preferences(**(held | quiet))


def _offer(held: dict[str, Any]) -> Offer:
    circumstances = frozenset(Circumstance(item) for item in held.pop("circumstances"))
    return Offer(**_typed(held), circumstances=circumstances)


def _typed(held: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(name, value) for name, value in held.items()}


def _value(name: str, value: Any) -> Any:
    if name in MOMENTS:
        return datetime.fromisoformat(value) if value else None
    if name == "listeners":
        return frozenset(Listener(item) for item in value)
    return ENUMS[name](value) if name in ENUMS else value


def _plain(record: Any) -> dict[str, Any]:
    return {item.name: _jsonable(getattr(record, item.name)) for item in fields(record)}


def _jsonable(value: Any) -> Any:
    if isinstance(value, datetime | time):
        return value.isoformat()
    return sorted(value) if isinstance(value, frozenset) else value
