"""Reads raw words: which reasons they give, and what is better left unsaid. Nothing of them is kept."""

import threading
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from bot.coaching.reasons.catalogue import load_catalogue
from bot.coaching.reasons.knowledge import NONE, Knowledge, load_knowledge
from bot.coaching.reasons.learning import Floats, Model, learn
from bot.coaching.reasons.plain import MARKS, Token
from bot.coaching.reasons.reading import Finding, FlagKind, Reading, Span, Suggestion

MOST_SUGGESTIONS = 5
CLAUSE_WEIGHT = 0.6  # of the best clause beside the whole text
LEAST = 0.01  # of a suggestion after the first
LONGEST_READ = 3000  # characters; the field takes no more
# How likely a warning must be that no expression called for; the other kinds are a matter of expressions.
LEARNT = {
    FlagKind.HEALTH_DETAIL: 0.5,
    FlagKind.FAMILY_DETAIL: 0.4,
    FlagKind.OVER_APOLOGY: 0.35,
    FlagKind.DISCRIMINATION: 0.4,
}
EVIDENCE = 3  # stretches that are shown for a suggestion


class Reader:
    """The knowledge of a locale; what it learns from the examples is learnt when it is first needed."""

    def __init__(self, knowledge: Knowledge, category_ids: Sequence[str]) -> None:
        self._knowledge = knowledge
        self._category_ids = tuple(category_ids)
        self._learning = threading.Lock()
        self._model: Model | None = None

    def warm(self) -> Model:
        """Learn now (about a second) rather than when somebody waits."""
        with self._learning:
            if self._model is None:
                self._model = self._learnt()
            return self._model

    def read(self, text: str) -> Reading:
        """The categories that the text gives, best first, and what is better left unsaid."""
        text = text[:LONGEST_READ]
        model = self._model or self.warm()
        tokens = self._knowledge.counting(text)
        scores = self._scores(model, tokens)
        found = tuple(self._suggestions(model, tokens, dict(zip(model.labels, scores.tolist(), strict=True))))
        return Reading(found, tuple(self._findings(model, text)))

    def _learnt(self) -> Model:
        knowledge = self._knowledge
        seen = [
            [name for name, _, _ in knowledge.features(knowledge.counting(item.text))]
            for item in knowledge.examples
        ]
        labels = [[*(item.categories or (NONE,)), *item.warnings] for item in knowledge.examples]
        return learn(seen, labels, [*self._category_ids, NONE, *LEARNT])

    def _scores(self, model: Model, tokens: Sequence[Token]) -> Floats:
        """How likely each label is: for the whole text, and for the clause that fits it best."""
        whole = self._likely(model, tokens)
        parts = [self._likely(model, clause) for clause in self._knowledge.cues.clauses(tokens)]
        if not parts:
            return whole
        best = np.max(np.stack(parts), axis=0)
        mixed: Floats = ((whole + CLAUSE_WEIGHT * best) / (1 + CLAUSE_WEIGHT)).astype(np.float32)
        return mixed

    def _likely(self, model: Model, tokens: Sequence[Token]) -> Floats:
        odds = model.scores([name for name, _, _ in self._knowledge.features(tokens)])
        found: Floats = np.float32(1.0) / (np.float32(1.0) + np.exp(-odds))
        return found

    def _suggestions(
        self, model: Model, tokens: Sequence[Token], likely: dict[str, float]
    ) -> Iterator[Suggestion]:
        ranked = sorted(self._category_ids, key=lambda name: -likely[name])[:MOST_SUGGESTIONS]
        if not any(token.word[0].isalpha() for token in tokens) or likely[NONE] > likely[ranked[0]]:
            return
        for name in ranked:
            if name == ranked[0] or likely[name] >= LEAST:
                yield Suggestion(name, float(likely[name]), self._evidence(model, tokens, name))

    def _evidence(self, model: Model, tokens: Sequence[Token], label: str) -> tuple[Span, ...]:
        """The words that spoke for it most, as stretches of the text."""
        weight = [0.0] * len(tokens)
        seen = self._knowledge.features(tokens)
        for (_, start, end), part in zip(
            seen, model.parts([name for name, _, _ in seen], label), strict=True
        ):
            for place in range(start, end):
                weight[place] += part / (end - start)
        best = sorted(
            (place for place in range(len(tokens)) if weight[place] > 0), key=lambda place: -weight[place]
        )
        return tuple(Span(tokens[place].start, tokens[place].end) for place in sorted(best[:EVIDENCE]))

    def _findings(self, model: Model, text: str) -> list[Finding]:
        knowledge = self._knowledge
        plain = text.translate(MARKS)
        found = [
            Finding(kind, Span(*match.span()))
            for kind, expressions in knowledge.warnings.items()
            for match in expressions.finditer(plain)
        ]
        found += [Finding(FlagKind.NAMED_PARTY, span) for span in knowledge.names.find(plain)]
        noticed = {finding.kind for finding in found}
        tokens = knowledge.language.tokens(text)
        likely = dict(zip(model.labels, self._scores(model, tokens), strict=True))
        for kind, threshold in LEARNT.items():
            if kind not in noticed and likely[kind] >= threshold:
                found += [Finding(kind, span) for span in self._evidence(model, tokens, kind)]
        return sorted(found, key=lambda item: (item.span.start, item.kind))


@lru_cache(maxsize=8)  # what a folder teaches is learnt once in a process
def load_reader(folder: Path) -> Reader:
    """The reader of a folder of templates/<locale>/reasons. Raises KnowledgeError."""
    catalogue = load_catalogue(folder)
    return Reader(load_knowledge(folder, set(catalogue.categories)), tuple(catalogue.categories))
