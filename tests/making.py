"""Cases and posts for tests; reads like speech."""

from datetime import UTC, datetime
from typing import Any

from bot.coaching.case import Case, Offer, Person, Plan, Reason, Source, Stage
from bot.flows.ports import Post, PostKind

ROBIN = Person("T1", "U0ROBIN001")
MARTA = Person("T1", "U0MARTA001")
KEYS = ("a key that only tests know",)
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
PAY = Reason("compensation", "I'm looking for a salary closer to my experience")


def an_offer(**given: Any) -> Offer:
    return Offer(**{"source": Source.EMPLOYER, "company": "Acme", "role": "Product Designer", **given})


def a_case(**given: Any) -> Case:
    offer = {name: given.pop(name) for name in list(given) if name in Offer.__dataclass_fields__}
    plan = {name: given.pop(name) for name in list(given) if name in Plan.__dataclass_fields__}
    made = {
        "id": "case1",
        "person": ROBIN,
        "offer": an_offer(**offer),
        "reasons": (PAY,),
        "plan": Plan(**plan),
        "stage": Stage.TELLING,
        "created_at": NOW,
    }
    return Case(**{**made, **given})


def a_post(name: str = "p1", **given: Any) -> Post:
    made = {
        "id": name,
        "person": ROBIN,
        "kind": PostKind.CARD,
        "due_at": NOW,
        "key": name,
        "case_id": "case1",
    }
    return Post(**{**made, **given})
