"""What `ajar reframe` prints for one text: suggestions, flags, wordings, and every draft on offer."""

from datetime import UTC, datetime
from typing import Any

from bot.case_file import CaseFile, Previewing
from bot.coaching.case import Offer, Reason, Source
from bot.coaching.reasons import Catalogue, Reader
from bot.wording import Words

DECIDED_AT = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)  # drafts speak of distances only


def reframed(text_id: Any, text: str, reader: Reader, catalogue: Catalogue, words: Words) -> dict[str, Any]:
    """Nothing of the raw text is in it: wordings come from the catalogue alone."""
    reading = reader.read(text)
    wordings = [
        {"category": item.category_id, "text": phrasing}
        for item in reading.suggestions
        for phrasing in catalogue[item.category_id].phrasings
    ]
    sure = [item.category_id for item in reading.likely if item.category_id not in reading.guesses]
    reasons = [Reason(name, catalogue[name].phrasings[0]) for name in sure[:2]]
    offer = Offer(source=Source.EMPLOYER, company="the company", role="role")
    file = CaseFile(id=str(text_id), offer=offer, reasons=reasons, created_at=DECIDED_AT)
    texts = Previewing(words, catalogue, file.locale, is_checked=False).texts(file.case())
    drafts = [part for item in texts for part in (item.subject, item.body) if part]
    return {
        "id": text_id,
        "suggestions": [item.category_id for item in reading.suggestions],
        "flags": sorted({item.kind.value for item in reading.findings}),
        "wordings": wordings,
        "drafts": drafts,
    }
