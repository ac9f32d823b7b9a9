"""A case as it may be seen over one's shoulder: the company under a code name."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

from bot.coaching.case import Case

FORMS = re.compile(r"[\s,]+(?:inc|ltd|llc|plc|corp|co|gmbh|ag|se|sa|sl|bv|nv|ab|oy|as)\.?$", re.I)
SHORTEST_NAME = 3  # from here on a name is found however it is written


def code_name(case_id: str, first: Sequence[str], second: Sequence[str]) -> str:
    """Two words, the same for the same case."""
    number = int.from_bytes(hashlib.blake2b(case_id.encode(), digest_size=8).digest(), "big")
    return f"{first[number % len(first)]} {second[number // len(first) % len(second)]}"


def veiled(case: Case, name: str) -> Case:
    """The case with this name wherever the company stands; the address that would tell it is gone."""
    company = case.offer.company
    names = sorted({company, FORMS.sub("", company)} - {""}, key=len, reverse=True)
    # A short name, such as HP, is found only as it was written: in other letters it may be a common word.
    wanted = [re.escape(item) if len(item) < SHORTEST_NAME else f"(?i:{re.escape(item)})" for item in names]
    found = re.compile(rf"(?<!\w)(?:{'|'.join(wanted)})(?!\w)") if wanted else None

    def hidden(text: str) -> str:
        return found.sub(name, text) if found else text

    def texts(record: Any) -> dict[str, Any]:
        held = {item.name: getattr(record, item.name) for item in fields(record)}
        return {key: hidden(value) for key, value in held.items() if type(value) is str}

    offer = replace(case.offer, **{**texts(case.offer), "company": name, "contact_email": ""})
    return replace(
        case,
        offer=offer,
        reasons=tuple(replace(item, wording=hidden(item.wording)) for item in case.reasons),
        plan=replace(case.plan, **texts(case.plan)),
        edits=tuple(
            (kind, json.dumps([hidden(part) for part in json.loads(text)])) for kind, text in case.edits
        ),
    )
