"""Puts short examples together at random: people seldom give one reason alone, and often chatter besides."""

from collections.abc import Sequence

import numpy as np

from bot.coaching.reasons.knowledge import Example

ROUNDS = 5
SHARE = 1.0  # groups in a round for each example
LONGEST = 140  # characters of an example that is put together with others
THREE = 0.3  # of them are of three reasons, the rest of two
CHATTER = 0.3  # of them hold a text besides that gives no reason
SEED = 100


def groups(examples: Sequence[Example], seed: int = SEED) -> list[list[int]]:
    """Groups of examples by number, each of different categories; the same examples give the same groups."""
    by_category: dict[str, list[int]] = {}
    idle = [number for number, item in enumerate(examples) if not item.categories]
    for number, item in enumerate(examples):
        if item.categories and len(item.text) < LONGEST:
            by_category.setdefault(item.categories[0], []).append(number)
    draw = np.random.default_rng(seed)
    names = list(by_category)
    found = []
    for _ in range(round(SHARE * len(examples)) if len(names) >= 3 else 0):
        chosen = draw.choice(len(names), size=3 if draw.random() < THREE else 2, replace=False)
        group = [int(draw.choice(by_category[names[name]])) for name in chosen]
        if idle and draw.random() < CHATTER:
            group.append(int(draw.choice(idle)))
        found.append(group)
    return found


def rounds(examples: Sequence[Example]) -> list[list[list[int]]]:
    """As many drawings as are learnt from, each another."""
    return [groups(examples, SEED + number) for number in range(ROUNDS)]
