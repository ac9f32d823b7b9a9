"""Drafts of a case in the words of its person; their own version wins."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from bot.coaching.cadence import note_number
from bot.coaching.case import Case
from bot.coaching.drafts import OVER_YEARS, Draft, DraftKind, answers_for, drafts_for, facts_for
from bot.coaching.patterns import Patterns
from bot.coaching.reasons import Catalogue, Reading
from bot.coaching.rehearsing import spoken
from bot.coaching.rubric import check, sentences_in
from bot.flows.visitor import Saying

__all__ = ["Draft", "DraftWording", "Drafting", "kept_answer", "kept_edit"]

MOST_RULES = 3  # more would only discourage
ANSWER = "answer:"  # before the name of a question: the key of an edit of our answer to it


class DraftWording(Protocol):
    """What makes a draft out of facts."""

    def draft(self, kind: DraftKind, facts: Mapping[str, object], locale: str, seed: str) -> Draft:
        """The same seed gives the same words again."""
        ...

    def drafts(
        self, kinds: Sequence[DraftKind], facts: Mapping[str, object], locale: str, seed: str
    ) -> tuple[Draft, ...]:
        """Several of one case."""
        ...

    def answers(
        self, facts: Mapping[str, object], locale: str, names: tuple[str, ...]
    ) -> tuple[tuple[str, str], ...]:
        """What they may say, with an answer to each."""
        ...

    def patterns(self, locale: str) -> Patterns:
        """How this locale says what the rubric looks for."""
        ...


@dataclass(frozen=True)
class Drafting:
    """Drafts by case and kind."""

    wording: DraftWording
    catalogue: Catalogue
    read: Callable[[str], Reading] | None = None  # what the reader notices in edited texts

    def kinds(self, case: Case) -> tuple[DraftKind, ...]:
        """Which drafts the case has."""
        return drafts_for(case)

    def draft(self, case: Case, kind: DraftKind, saying: Saying, now: datetime) -> Draft:
        """The person's own version, else ours."""
        return self.drafts(case, (kind,), saying, now)[0]

    def drafts(
        self, case: Case, kinds: Sequence[DraftKind], saying: Saying, now: datetime
    ) -> tuple[Draft, ...]:
        """Several at a time, each the person's own version, else ours."""
        own = {kind: Draft(*json.loads(edit)) for kind in kinds if (edit := case.edit_of(kind))}
        left = [kind for kind in kinds if kind not in own]
        made: dict[DraftKind, Draft] = {}
        if left:
            facts, locale = self._facts(case, saying, now), saying.visitor.locale
            noted = [kind for kind in left if kind in OVER_YEARS]
            told = [kind for kind in left if kind not in OVER_YEARS]
            for some, seed in ((told, case.id), (noted, _seed(case, now))):
                if some:
                    made.update(zip(some, self.wording.drafts(some, facts, locale, seed), strict=True))
        return tuple(own.get(kind) or made[kind] for kind in kinds)

    def answers(self, case: Case, saying: Saying, now: datetime) -> tuple[tuple[str, str], ...]:
        """What they may say on the call, with an answer to each; the person's own answers win."""
        names = answers_for(case)
        ours = self.wording.answers(self._facts(case, saying, now), saying.visitor.locale, names)
        return tuple(
            (they, case.text_of(f"{ANSWER}{name}") or you)
            for name, (they, you) in zip(names, ours, strict=True)
        )

    def answer(self, case: Case, name: str, saying: Saying, now: datetime) -> tuple[str, str]:
        """One thing that they may say, with our answer."""
        return self.wording.answers(self._facts(case, saying, now), saying.visitor.locale, (name,))[0]

    def issues(self, case: Case, kind: DraftKind, saying: Saying, draft: Draft) -> tuple[str, ...]:
        """What the rubric says of the person's own version; ours has passed it."""
        if not case.edit_of(kind):
            return ()
        patterns = self.wording.patterns(saying.visitor.locale)
        rules = check(draft, kind, case, patterns)[:MOST_RULES]  # the gravest come first
        broken = tuple(saying.say("letters.email.issue", what=saying.say(f"rubric.{rule}")) for rule in rules)
        return (*broken, *self._noticed(case, kind, saying, draft))

    def noticed(self, text: str, saying: Saying) -> tuple[str, ...]:
        """What the reader notices in a text of the person's own, each kind once, with why."""
        if self.read is None or not text or not self.catalogue.of(saying.visitor.locale).is_read:
            return ()
        found = {finding.kind: finding for finding in reversed(self.read(text).warnings)}
        return tuple(
            saying.say(
                "letters.email.flag",
                what=text[finding.span.start : finding.span.end].strip(),
                why=saying.say(f"flags.{kind}.why"),
            )
            for kind, finding in reversed(found.items())
        )

    def _noticed(self, case: Case, kind: DraftKind, saying: Saying, draft: Draft) -> Iterator[str]:
        """What the reader notices in the sentences that are the person's own, with why."""
        if self.read is None or not self.catalogue.of(saying.visitor.locale).is_read:
            return
        facts = self._facts(case, saying, case.created_at)
        ours = self.wording.draft(kind, facts, saying.visitor.locale, case.id).body
        known = set(sentences_in(ours))
        own = spoken(" ".join(item for item in sentences_in(draft.body) if item not in known), case)
        for reason in case.shared_reasons:
            own = own.replace(reason.wording, "that")
        yield from self.noticed(own, saying)

    def _facts(self, case: Case, saying: Saying, now: datetime) -> Mapping[str, object]:
        said = in_the_words_of(saying.visitor.locale, case, self.catalogue)
        door_open = condition_of(said, self.catalogue.of(saying.visitor.locale))
        return facts_for(said, door_open=door_open, now=now, zone=saying.visitor.zone)


def in_the_words_of(locale: str, case: Case, catalogue: Catalogue) -> Case:
    """The case with wordings of ours as this locale says them; somebody may have changed the language."""
    reasons = tuple(
        replace(item, wording=catalogue.reworded(item.category_id, item.wording, locale))
        for item in case.reasons
    )
    return replace(case, reasons=reasons)


def condition_of(case: Case, catalogue: Catalogue) -> str:
    """What would reopen the door: of the first shared reason that can change, else of the first."""
    known = [catalogue[item.category_id] for item in case.shared_reasons if item.category_id in catalogue]
    ranked = sorted(known, key=lambda category: not category.changeable)
    return ranked[0].door_open if ranked else ""


def asked_about(case: Case, catalogue: Catalogue) -> Case:
    """The case with the one reason that its notes ask about: the first shared one that can change.

    Where none can, a single reason stays, and of two none is singled out.
    """
    shared = case.shared_reasons
    known = [item for item in shared if item.category_id in catalogue]
    asked = [item for item in known if catalogue[item.category_id].changeable]
    kept = asked[:1] or (shared if len(shared) == 1 else ())
    return replace(case, reasons=tuple(replace(item, is_shared=item in kept) for item in case.reasons))


def fit_to_share(category_ids: Sequence[str], catalogue: Catalogue) -> tuple[str, ...]:
    """The first reason that may be named as it is, else one that softens.

    A private matter is shared only when it is chosen, and so is what is hard to walk back.
    """
    known = [catalogue[item] for item in category_ids]
    fine = tuple(item.id for item in known if item.share == "fine")
    soft = tuple(item.id for item in known if item.share == "soften" and not item.for_now)
    return (fine or soft)[:1]


def _seed(case: Case, now: datetime) -> str:
    """Other words for each of the notes: none repeats the one before."""
    return f"{case.id}:{note_number(case.told_at, now)}"


def kept_edit(case: Case, kind: DraftKind, draft: Draft) -> Case:
    """The case with the person's own version of a draft."""
    others = tuple(edit for edit in case.edits if edit[0] != kind)
    return replace(case, edits=(*others, (kind.value, json.dumps([draft.subject, draft.body]))))


def kept_answer(case: Case, name: str, line: str) -> Case:
    """The case with the person's own answer to something that they may say on the call."""
    return kept_text(case, f"{ANSWER}{name}", line)


def kept_text(case: Case, key: str, text: str) -> Case:
    """The case with one text that the person put in beside the drafts; an empty one takes it out."""
    others = tuple(edit for edit in case.edits if edit[0] != key)
    return replace(case, edits=(*others, (key, json.dumps([text]))) if text else others)
