"""A linear model learnt from examples: logistic regression, one for each label.

Every weight belongs to a feature that one can read, so each decision can be traced to words.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.coaching.reasons.meanings import Floats, Meanings

WEIGHT_OF = {"w": 1.0, "p": 0.7, "f": 1.0, "q": 0.8, "c": 0.2}  # by kind of feature
PASSES = 4
STEP = 0.3
DECAY = 1.5e-5
SEED = 7
FEWEST = 2  # a pair or a piece seen once says nothing
RECIPE = 3  # of this file and of features.py: a model kept from another one is learnt anew

Places = NDArray[np.int64]


@dataclass(frozen=True)
class Model:
    """Weights by feature and label, then by number of a meaning; last what a label weighs by itself."""

    labels: tuple[str, ...]
    vocabulary: dict[str, int]
    importance: Floats  # by feature
    weights: Floats  # features + numbers of a meaning + 1 × labels

    def scores(self, seen: Sequence[str], meaning: Floats) -> Floats:
        """The log-odds of each label for the features of a text and what its words mean together."""
        places = self.places(seen)
        found: Floats = _unit(self.importance[places]) @ self.weights[places] + self.weights[-1]
        return found + _unit(meaning) @ self._of_meaning

    def parts(self, seen: Sequence[str], label: str, meanings: Meanings) -> list[float]:
        """How much each feature speaks for a label, in the order given; unknown ones nothing."""
        column = self.labels.index(label)
        length = _length(self.importance[self.places(seen)])
        meant = [name[2:] for name in seen if name.startswith("m:")]
        whole = _length(meanings.together(meant))
        return [
            float(meanings.of(name[2:]) @ self._of_meaning[:, column]) / whole
            if name.startswith("m:")
            else float(self.importance[place] * self.weights[place, column]) / length
            if place is not None
            else 0.0
            for name, place in ((name, self.vocabulary.get(name)) for name in seen)
        ]

    @property
    def _of_meaning(self) -> Floats:
        return self.weights[len(self.vocabulary) : -1]

    def places(self, seen: Sequence[str]) -> Places:
        """Where the features that are known stand, each once, in order."""
        known = {place for place in map(self.vocabulary.get, seen) if place is not None}
        places = np.fromiter(known, dtype=np.int64, count=len(known))
        places.sort()
        return places


def learn(
    texts: Sequence[Sequence[str]],
    labels: Sequence[Sequence[str]],
    names: Sequence[str],
    meanings: Floats,
    rounds: Sequence[Sequence[Sequence[int]]] = ((),),
) -> Model:
    """A model of examples, by the features, the labels and the meaning of each; it is always the same.

    Each of `rounds` has groups of examples, by number, that are learnt as one text as well. What the
    rounds learn is averaged: it depends less on chance than any of them.
    """
    vocabulary, importance = _vocabulary(texts)
    shape = (len(vocabulary) + meanings.shape[1] + 1, len(names))
    model = Model(tuple(names), vocabulary, importance, np.zeros(shape, dtype=np.float32))
    known = [model.places(seen) for seen in texts]
    held = [set(has) for has in labels]
    for seed, groups in enumerate(rounds, SEED):
        more = [np.unique(np.concatenate([known[number] for number in group])) for group in groups]
        meant = [*map(_unit, meanings), *(_unit(meanings[list(group)].sum(axis=0)) for group in groups)]
        has = [*held, *(set().union(*(held[number] for number in group)) for group in groups)]
        wanted = np.array([[name in item for name in names] for item in has], dtype=np.float32)
        learnt = np.zeros(shape, dtype=np.float32)
        _descend(learnt, importance, [*known, *more], meant, wanted, seed)
        model.weights[:] += learnt / len(rounds)
    return model


def _descend(
    weights: Floats,
    importance: Floats,
    known: Sequence[Places],
    meant: Sequence[Floats],
    wanted: Floats,
    seed: int,
) -> None:
    """Adaptive steps, one text at a time, in an order that never changes."""
    values = [_unit(importance[places]) for places in known]
    pace = np.full(weights.shape, 0.1, dtype=np.float32)
    deep, deep_pace = weights[len(importance) : -1], pace[len(importance) : -1]
    order = np.random.default_rng(seed)
    for _ in range(PASSES):
        for number in order.permutation(len(known)):
            places, value = known[number], values[number]
            held = weights[places]
            odds = value @ held + meant[number] @ deep + weights[-1]
            miss = 1.0 / (1.0 + np.exp(-odds)) - wanted[number]
            slope = np.outer(value, miss) + DECAY * held
            walked = pace[places] + slope * slope
            pace[places] = walked
            weights[places] = held - STEP * slope / np.sqrt(walked)
            slope = np.outer(meant[number], miss) + DECAY * deep
            deep_pace += slope * slope
            deep -= STEP * slope / np.sqrt(deep_pace)
            pace[-1] += miss * miss
            weights[-1] -= STEP * 0.3 * miss / np.sqrt(pace[-1])


def _vocabulary(texts: Sequence[Sequence[str]]) -> tuple[dict[str, int], Floats]:
    counts = Counter(name for seen in texts for name in set(seen) if name[0] in WEIGHT_OF)
    kept = sorted(name for name, count in counts.items() if count >= FEWEST or name[0] in "wf")
    rarity = [np.log(1 + len(texts) / counts[name]) * WEIGHT_OF[name[0]] for name in kept]
    return {name: place for place, name in enumerate(kept)}, np.array(rarity, dtype=np.float32)


def _unit(values: Floats) -> Floats:
    return values / np.float32(_length(values))


def _length(values: Floats) -> float:
    """How long they are; one for nothing at all, so that one can divide by it."""
    return float(np.sqrt((values * values).sum())) or 1.0
