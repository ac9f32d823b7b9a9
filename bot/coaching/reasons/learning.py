"""A linear model learnt from examples when it is first needed: logistic regression, one for each label.

Every weight belongs to a feature that one can read, so each decision can be traced to words.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WEIGHT_OF = {"w": 1.0, "p": 0.7, "f": 1.0, "q": 0.8, "c": 0.2}  # by kind of feature
ROUNDS = 8
STEP = 0.4
DECAY = 2e-5
SEED = 7
FEWEST = 2  # a pair or a piece seen once says nothing

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Model:
    """Weights by feature and label; the last row is what a label weighs by itself."""

    labels: tuple[str, ...]
    vocabulary: dict[str, int]
    importance: Floats  # by feature
    weights: Floats  # features + 1 × labels

    def scores(self, seen: Sequence[str]) -> Floats:
        """The log-odds of each label for the features of a text."""
        places, values = self._vector(seen)
        found: Floats = values @ self.weights[places] + self.weights[-1]
        return found

    def parts(self, seen: Sequence[str], label: str) -> list[float]:
        """How much each feature speaks for a label, in the order given; unknown ones nothing."""
        column = self.labels.index(label)
        return [
            float(self.importance[place] * self.weights[place, column]) if place is not None else 0.0
            for place in (self.vocabulary.get(name) for name in seen)
        ]

    def _vector(self, seen: Sequence[str]) -> tuple[NDArray[np.int64], Floats]:
        known = {place for place in map(self.vocabulary.get, seen) if place is not None}
        places = np.fromiter(known, dtype=np.int64, count=len(known))
        places.sort()
        return places, _unit(self.importance[places])


def learn(texts: Sequence[Sequence[str]], labels: Sequence[Sequence[str]], names: Sequence[str]) -> Model:
    """A model of examples, the features and the labels of each; the same input gives the same model."""
    vocabulary, importance = _vocabulary(texts)
    model = Model(
        tuple(names), vocabulary, importance, np.zeros((len(vocabulary) + 1, len(names)), dtype=np.float32)
    )
    vectors = [model._vector(seen) for seen in texts]
    wanted = np.array([[name in has for name in names] for has in labels], dtype=np.float32)
    _descend(model.weights, vectors, wanted)
    return model


def _descend(weights: Floats, vectors: list[tuple[NDArray[np.int64], Floats]], wanted: Floats) -> None:
    """Adaptive steps, one text at a time, in an order that never changes."""
    pace = np.full(weights.shape, 0.1, dtype=np.float32)
    order = np.random.default_rng(SEED)
    for _ in range(ROUNDS):
        for number in order.permutation(len(vectors)):
            places, values = vectors[number]
            odds = values @ weights[places] + weights[-1]
            miss = 1.0 / (1.0 + np.exp(-odds)) - wanted[number]
            slope = np.outer(values, miss) + DECAY * weights[places]
            pace[places] += slope * slope
            weights[places] -= STEP * slope / np.sqrt(pace[places])
            pace[-1] += miss * miss
            weights[-1] -= STEP * 0.3 * miss / np.sqrt(pace[-1])


def _vocabulary(texts: Sequence[Sequence[str]]) -> tuple[dict[str, int], Floats]:
    counts = Counter(name for seen in texts for name in set(seen))
    kept = sorted(name for name, count in counts.items() if count >= FEWEST or name[0] in "wf")
    rarity = [np.log(1 + len(texts) / counts[name]) * WEIGHT_OF[name[0]] for name in kept]
    return {name: place for place, name in enumerate(kept)}, np.array(rarity, dtype=np.float32)


def _unit(values: Floats) -> Floats:
    length = float(np.sqrt((values * values).sum()))
    return values / np.float32(length) if length else values
