"""Reads raw words: which reasons they give, and what is better left unsaid. Nothing of them is kept."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache, partial
from pathlib import Path

import numpy as np

from bot.coaching.reasons.catalogue import load_catalogue
from bot.coaching.reasons.inventing import told_truly
from bot.coaching.reasons.kept import FILE, as_kept, digest, keep, recall
from bot.coaching.reasons.knowledge import NONE, Knowledge, load_knowledge
from bot.coaching.reasons.learning import Model, learn
from bot.coaching.reasons.meanings import Floats
from bot.coaching.reasons.mixing import rounds
from bot.coaching.reasons.noticing import breaths, merged, noticed
from bot.coaching.reasons.plain import MARKS, Token
from bot.coaching.reasons.plainness import said_plainly
from bot.coaching.reasons.reading import Finding, FlagKind, Reading, Span, Suggestion
from bot.coaching.reasons.stretches import stretches, whole_words

MOST_SUGGESTIONS = 5
CLAUSE_WEIGHT = 1.0  # of the clauses beside the whole text
LEAST_FIRST = 0.12  # how likely the best category must be: below it every one is as good as another
LEAST = 0.01  # of a suggestion after the first
LONGEST_READ = 3000  # characters; the field takes no more
# How likely a warning must be that no expression called for, and below what it is dropped although one did;
# the kinds that aren't here are a matter of expressions alone.
LEARNT = {
    FlagKind.HEALTH_DETAIL: (0.55, 0.12),
    FlagKind.FAMILY_DETAIL: (0.65, 0.025),
    FlagKind.OVER_APOLOGY: (0.45, 0.04),
    FlagKind.DISCRIMINATION: (0.45, 0.015),
    FlagKind.LIE: (0.5, 0.012),
    FlagKind.BAIT: (0.4, 0.12),
    FlagKind.CONFIDENTIAL: (0.65, 0.05),
    FlagKind.INSULT: (0.8, 0.02),
}
PRIVATE = {FlagKind.HEALTH_DETAIL, FlagKind.FAMILY_DETAIL, FlagKind.CONFIDENTIAL}
TOLD = 0.45  # of what it takes without an expression: enough for a sentence in which one matched
BY_CLAUSE = {FlagKind.BAIT, FlagKind.INSULT}  # one clause can tell; for the others it takes the whole text
# What is said with one of these is made up, or of oneself: in the same sentence the others call for none.
OUTWEIGHS = {
    FlagKind.LIE: {FlagKind.HEALTH_DETAIL, FlagKind.FAMILY_DETAIL},
    FlagKind.OVER_APOLOGY: {FlagKind.INSULT},
}
TELLING = 0.5  # how likely a category is by a warning that speaks for it
TRUE = 0.25  # how likely the best category must be beside a reason that is invented
EVIDENCE = 3  # stretches that are shown for a suggestion
LEAST_NONE = 0.4  # how likely "none" must be, besides being likelier than each category


class Reader:
    """The knowledge of a locale; what it teaches is recalled, or else learnt when it is first needed."""

    def __init__(
        self,
        load: Callable[[], Knowledge],
        category_ids: Sequence[str],
        model: Model | None = None,
        told_by: Mapping[FlagKind, str] | None = None,
    ) -> None:
        self._load = load
        self._told_by = told_by or {}
        self._category_ids = tuple(category_ids)
        self._learning = threading.Lock()
        self._model = model

    @cached_property
    def _knowledge(self) -> Knowledge:
        """Read when somebody first asks, or beside the start: nobody types a reason in the first second."""
        return self._load()

    def warm(self) -> Model:
        """Read and learn now rather than when somebody waits; what was recalled needs no learning."""
        with self._learning:
            _ = self._knowledge
            if self._model is None:
                self._model = self._learnt()
            return self._model

    def read(self, text: str) -> Reading:
        """The categories that the text gives, best first, and what is better left unsaid."""
        text = text[:LONGEST_READ]
        model = self._model or self.warm()
        findings = self._findings(model, text)
        lies = [finding.span for finding in findings if finding.kind is FlagKind.LIE]
        knowledge = self._knowledge
        counting = knowledge.counting(text)
        tokens = told_truly(text, counting, lies, knowledge.cues, knowledge.language.idle)
        likely = dict(zip(model.labels, self._scores(model, tokens).tolist(), strict=True))
        if len(tokens) < len(counting) and max(likely[name] for name in self._category_ids) < TRUE:
            tokens = []  # what is left of a lie gives no reason
        for kind in {finding.kind for finding in findings} & self._told_by.keys():
            told = self._told_by[kind]
            likely[told] = 1 - (1 - likely[told]) * (1 - TELLING)
        suggestions = tuple(self._suggestions(model, text, tokens, likely))
        plain = self._plain(model, text, tokens, findings, likely) if suggestions else set()
        return Reading(
            tuple(replace(item, is_plain=item.category_id in plain) for item in suggestions), tuple(findings)
        )

    def _plain(
        self,
        model: Model,
        text: str,
        tokens: Sequence[Token],
        findings: Sequence[Finding],
        likely: Mapping[str, float],
    ) -> set[str]:
        """The categories that a part of the text says by itself."""

        def alone(part: Sequence[Token]) -> dict[str, float]:
            return dict(zip(model.labels, self._scores(model, part).tolist(), strict=True))

        cues = self._knowledge.cues
        return set(said_plainly(text, tokens, findings, likely, set(self._category_ids), cues, alone))

    def _learnt(self) -> Model:
        knowledge = self._knowledge
        seen = [
            [name for name, _, _ in knowledge.features(knowledge.counting(item.text))]
            for item in knowledge.examples
        ]
        labels = [[*(item.categories or (NONE,)), *item.warnings] for item in knowledge.examples]
        meanings = np.stack([knowledge.meaning(names) for names in seen])
        names = labels_of(self._category_ids)
        return as_kept(learn(seen, labels, names, meanings, rounds(knowledge.examples)))

    def _scores(self, model: Model, tokens: Sequence[Token]) -> Floats:
        """How likely each label is: for the whole text and for one clause or another; "none" for them all."""
        whole = self._likely(model, tokens)
        clauses = [self._likely(model, clause) for clause in self._knowledge.cues.clauses(tokens)]
        if not clauses:
            return whole
        parts = np.stack(clauses)
        some = 1 - np.prod(1 - parts, axis=0)
        none = model.labels.index(NONE)
        some[none] = parts[:, none].min()
        mixed: Floats = ((whole + CLAUSE_WEIGHT * some) / (1 + CLAUSE_WEIGHT)).astype(np.float32)
        return mixed

    def _likely(self, model: Model, tokens: Sequence[Token]) -> Floats:
        seen = [name for name, _, _ in self._knowledge.features(tokens)]
        odds = model.scores(seen, self._knowledge.meaning(seen))
        found: Floats = np.float32(1.0) / (np.float32(1.0) + np.exp(-odds))
        return found

    def _suggestions(
        self, model: Model, text: str, tokens: Sequence[Token], likely: dict[str, float]
    ) -> Iterator[Suggestion]:
        ranked = sorted(self._category_ids, key=lambda name: -likely[name])[:MOST_SUGGESTIONS]
        if not any(token.word[0].isalpha() for token in tokens) or likely[ranked[0]] < LEAST_FIRST:
            return
        if likely[NONE] > max(likely[ranked[0]], LEAST_NONE):
            return
        for name in ranked:
            if name == ranked[0] or likely[name] >= LEAST:
                yield Suggestion(name, float(likely[name]), self._evidence(model, text, tokens, name))

    def _evidence(self, model: Model, text: str, tokens: Sequence[Token], label: str) -> tuple[Span, ...]:
        """The words that spoke for it most, as stretches of the text; neighbours make one stretch."""
        weight = [0.0] * len(tokens)
        seen = self._knowledge.features(tokens)
        parts = model.parts([name for name, _, _ in seen], label, self._knowledge.meanings)
        for (_, start, end), part in zip(seen, parts, strict=True):
            for place in range(start, end):
                weight[place] += part / (end - start)
        speaking = [place for place, token in enumerate(tokens) if token.is_word and weight[place] > 0]
        speaking.sort(key=lambda place: -weight[place])
        found = stretches(tokens, sorted(speaking[:EVIDENCE]), self._knowledge.language.idle)
        return tuple(dict.fromkeys(whole_words(text, span.start, span.end) for span in found))

    def _findings(self, model: Model, text: str) -> list[Finding]:
        knowledge = self._knowledge
        plain = text.translate(MARKS)
        found = list(noticed(plain, knowledge.warnings, knowledge.innocent))
        found += [
            Finding(FlagKind.NAMED_PARTY, whole_words(plain, span.start, span.end))
            for span in knowledge.names.find(plain)
        ]
        called_for = {finding.kind for finding in found}
        whole, parts = self._voted(model, text), self._parts(model, text)
        for kind, (enough, hardly) in LEARNT.items():
            span, alone = max(parts, key=lambda part: part[1][kind])[0], max(item[kind] for _, item in parts)
            likely = min(whole[kind], alone)
            if kind in called_for and likely < hardly:
                plain_in = [part for part, votes in parts if votes[kind] >= TOLD * enough]
                found = [item for item in found if item.kind is not kind or _is_told(item, plain_in)]
            elif kind not in called_for and likely >= enough:
                found.append(Finding(kind, whole_words(plain, span.start, span.end)))
        return merged(_not_outweighed(found, breaths(plain)))

    def _parts(self, model: Model, text: str) -> list[tuple[Span, dict[FlagKind, float]]]:
        """How likely each warning is for each stretch by itself.

        One has to call for it: many harmless ones together call for none, and those around it take
        nothing from a private matter that an expression found.
        """
        parts = breaths(text)
        spans = {text[part.start : part.end].strip(): part for part in reversed(parts)}
        if len(parts) < 2:
            spans = {text: Span(0, len(text))}
        return [(part, self._voted(model, words)) for words, part in spans.items()]

    def _voted(self, model: Model, text: str) -> dict[FlagKind, float]:
        """How likely each warning is for all the words of a text together, or for its clauses as well."""
        tokens = self._knowledge.language.tokens(text)
        whole, mixed = self._likely(model, tokens), self._scores(model, tokens)
        places = {kind: model.labels.index(kind) for kind in LEARNT}
        return {kind: float((mixed if kind in BY_CLAUSE else whole)[place]) for kind, place in places.items()}


def _is_told(finding: Finding, spans: Sequence[Span]) -> bool:
    """Whether a private matter stands in one of these."""
    return finding.kind in PRIVATE and any(finding.span.meets(span) for span in spans)


def _not_outweighed(found: Sequence[Finding], spans: Sequence[Span]) -> Iterator[Finding]:
    """Without those of a sentence in which something outweighs them; what stands elsewhere is told."""
    at = {id(item): {place for place, span in enumerate(spans) if item.span.meets(span)} for item in found}
    for item in found:
        others = [other for other in found if item.kind in OUTWEIGHS.get(other.kind, ())]
        if not any(at[id(item)] & at[id(other)] for other in others):
            yield item


@lru_cache(maxsize=8)  # what a folder teaches is learnt once in a process
def load_reader(folder: Path) -> Reader:
    """The reader of a folder of templates/<locale>/reasons. Raises KnowledgeError."""
    catalogue = load_catalogue(folder)
    category_ids = tuple(catalogue.categories)
    labels = labels_of(category_ids)
    model = recall(folder / FILE, labels, digest(folder, labels))
    told_by = {FlagKind(category.told_by): category.id for category in catalogue if category.told_by}
    return Reader(partial(load_knowledge, folder, set(category_ids)), category_ids, model, told_by)


def learn_and_keep(folder: Path) -> None:
    """Learn what a folder teaches and keep it in there. Raises KnowledgeError."""
    category_ids = tuple(load_catalogue(folder).categories)
    model = Reader(partial(load_knowledge, folder, set(category_ids)), category_ids).warm()
    keep(model, folder / FILE, digest(folder, model.labels))


def labels_of(category_ids: Sequence[str]) -> list[str]:
    """All that is learnt: the categories, "none", and the warnings that have a vote."""
    return [*category_ids, NONE, *LEARNT]
