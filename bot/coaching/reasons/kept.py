"""Keeps what was learnt in a file beside the examples, so that a start need not learn; made by `make learn`.

A file that was made of other knowledge is left aside, and the reader learns anew.
"""

import hashlib
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bot.coaching.reasons.learning import RECIPE, Model
from bot.coaching.reasons.meanings import FILE as MEANINGS

FILE = "learnt.npz"
TAUGHT_BY = ("language.yml", "concepts.yml", "cues.yml", "names.yml")  # besides the examples
STEPS = 127  # a weight is kept as one of so many parts of the largest of its label


def digest(folder: Path, labels: Sequence[str]) -> str:
    """What stands for the knowledge of a folder: it changes with every word of it that is learnt from."""
    taught = hashlib.sha256(repr((RECIPE, *labels)).encode())
    for file in [*(folder / name for name in TAUGHT_BY), *sorted((folder / "examples").glob("*.txt"))]:
        taught.update(file.name.encode() + b"\0" + file.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    meanings = folder / MEANINGS
    taught.update(meanings.read_bytes() if meanings.exists() else b"")
    return taught.hexdigest()


def keep(model: Model, file: Path, sign: str) -> None:
    """Write a model, rounded, with the sign of what it was learnt from."""
    rounded, scale = _rounded(model)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, held in (
            ("sign", np.frombuffer(sign.encode(), dtype=np.uint8)),
            ("vocabulary", np.frombuffer("\n".join(model.vocabulary).encode(), dtype=np.uint8)),
            ("importance", model.importance.astype(np.float16)),
            ("weights", rounded),
            ("scale", scale),
        ):
            entry = zipfile.ZipInfo(f"{name}.npy", (2026, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w") as stream:
                np.lib.format.write_array(stream, np.ascontiguousarray(held), allow_pickle=False)


def recall(file: Path, labels: Sequence[str], sign: str) -> Model | None:
    """The model of a file; None when there is none, or it was made of other knowledge."""
    try:
        with np.load(file, allow_pickle=False) as held:
            if bytes(held["sign"]) != sign.encode():
                return None
            vocabulary = bytes(held["vocabulary"]).decode().split("\n")
            return Model(
                tuple(labels),
                {name: place for place, name in enumerate(vocabulary)},
                held["importance"].astype(np.float32),
                held["weights"].astype(np.float32) * held["scale"],
            )
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return None


def _rounded(model: Model) -> tuple[np.ndarray, np.ndarray]:
    scale = np.abs(model.weights).max(axis=0) / STEPS
    scale = np.where(scale == 0, 1, scale).astype(np.float32)
    return np.round(model.weights / scale).astype(np.int8), scale


def as_kept(model: Model) -> Model:
    """A model as it comes back from its file, so that learning and recalling give the same readings."""
    rounded, scale = _rounded(model)
    importance = model.importance.astype(np.float16).astype(np.float32)
    return Model(model.labels, model.vocabulary, importance, rounded.astype(np.float32) * scale)


__all__ = ["FILE", "as_kept", "digest", "keep", "recall"]
