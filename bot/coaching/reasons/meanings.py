"""What words mean, as numbers: words that are used alike stand close, also those that no example holds.

The file is made by tests/meanings.py; a folder without one is read by its words alone.
"""

import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FILE = "meanings.npz"

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Meanings:
    """A row of numbers for each word, rare words with more weight than those that everybody uses."""

    places: Mapping[str, int]
    rows: NDArray[np.int8]
    scales: Floats  # by word: what one step of its row is worth

    def __contains__(self, word: object) -> bool:
        return word in self.places

    @property
    def width(self) -> int:
        """How many numbers a word has."""
        return int(self.rows.shape[1])

    def of(self, word: str) -> Floats:
        """The numbers of a word; nothing for one that isn't known."""
        return self.together((word,))

    def together(self, words: Iterable[str]) -> Floats:
        """The numbers of several words added up, each word once."""
        known = {place for place in map(self.places.get, words) if place is not None}
        places = np.array(sorted(known), dtype=np.int64)
        found: Floats = self.scales[places] @ self.rows[places].astype(np.float32)
        return found


NO_MEANINGS = Meanings({}, np.zeros((0, 0), dtype=np.int8), np.zeros(0, dtype=np.float32))


def load_meanings(file: Path) -> Meanings:
    """The meanings of a file; none where it is missing. Raises ValueError for a file that is broken."""
    try:
        with np.load(file, allow_pickle=False) as held:
            words = bytes(held["words"]).decode().split("\n")
            rows, scales = held["rows"], held["scales"].astype(np.float32)
    except FileNotFoundError:
        return NO_MEANINGS
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        raise ValueError("not a file of meanings") from None
    return Meanings({word: place for place, word in enumerate(words)}, rows, scales)
