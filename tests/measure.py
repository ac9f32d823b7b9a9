"""How well the reader understands texts that it was never taught: `make measure` prints it, a test holds it.

Recall is that of needed categories among the first three (and five) offered; see tests/data/reasons.md.
"""

import json
import re
import resource
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from bot.coaching.reasons import Reader, load_catalogue, load_reader
from bot.coaching.reasons.knowledge import load_knowledge
from bot.wiring import template_folder

DATA = Path(__file__).parent / "data"
REASONS = template_folder() / "en" / "reasons"
SHARES = (0.125, 0.25, 0.5, 1.0)  # of the examples, for the learning curve
SETS = (
    "reasons.dev.jsonl",
    "reasons.seen.jsonl",
    "reasons.heldout.jsonl",
)  # the last alone was never looked at


@dataclass
class Count:
    """Right, wrongly given, and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, *, given: bool, wanted: bool) -> None:
        """One decision."""
        self.right += given and wanted
        self.wrong += given and not wanted
        self.missed += wanted and not given

    @property
    def precision(self) -> float:
        """Of what was given, how much was right."""
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """Of what was wanted, how much was given."""
        return self.right / max(1, self.right + self.missed)

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)


@dataclass
class Score:
    """What one reader made of one set of texts."""

    first_three: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    first_five: Count = field(default_factory=Count)
    none: Count = field(default_factory=Count)
    flags: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    leaks: int = 0  # raw words that must not be offered, found in a wording on offer
    milliseconds: float = 0.0

    @property
    def top_three(self) -> float:
        """The share of needed categories among the first three."""
        counts = self.first_three.values()
        return sum(item.right for item in counts) / sum(item.right + item.missed for item in counts)

    @property
    def all_flags(self) -> Count:
        """All kinds of warnings together."""
        total: Counter[str] = Counter()
        for item in self.flags.values():
            total.update(right=item.right, wrong=item.wrong, missed=item.missed)
        return Count(total["right"], total["wrong"], total["missed"])


def lines_of(name: str) -> list[dict[str, list[str] | str]]:
    """A labelled set of tests/data, or the one at this path."""
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def score(reader: Reader, lines: Iterable[dict[str, list[str] | str]]) -> Score:
    """Read each text and count."""
    found, total, seconds = Score(), 0, 0.0
    catalogue = load_catalogue(REASONS)
    for line in lines:
        total += 1
        started = time.perf_counter()
        reading = reader.read(str(line["text"]))
        seconds += time.perf_counter() - started
        offered = [
            item.category_id for item in reading.suggestions if item.category_id not in line["also_ok"]
        ]
        for label in line["labels"]:
            found.first_three[label].add(given=label in offered[:3], wanted=True)
            found.first_five.add(given=label in offered[:5], wanted=True)
        found.none.add(given=not reading.suggestions, wanted=not line["labels"])
        wanted = set(line["flags"]) - {"none"}
        given = {finding.kind.value for finding in reading.findings}
        for kind in wanted | given:
            found.flags[kind].add(given=kind in given, wanted=kind in wanted)
        wordings = " ".join(
            phrasing for item in reading.suggestions for phrasing in catalogue[item.category_id].phrasings
        ).casefold()
        found.leaks += sum(_is_said(held.casefold(), wordings) for held in line["must_not_leak"])
    found.milliseconds = seconds * 1000 / max(1, total)
    return found


def _is_said(held: str, wordings: str) -> bool:
    """In whole words: "my ex" is no part of "my experience"."""
    return re.search(rf"(?<!\w){re.escape(held)}(?!\w)", wordings) is not None


def verdicts(found: Score, megabytes: float) -> Iterator[tuple[str, float, str, float]]:
    """Each number that was asked for, with its target: name, number, "least" or "most", target."""
    profanity = found.flags["profanity"]
    yield "needed categories among the first three", found.top_three, "least", 0.85
    yield "the weakest category", min(item.recall for item in found.first_three.values()), "least", 0.60
    yield "no usable reason, F1", found.none.f1, "least", 0.85
    yield "warnings, precision", found.all_flags.precision, "least", 0.88
    yield "warnings, recall", found.all_flags.recall, "least", 0.82
    yield "profanity, precision", profanity.precision, "least", 0.97
    yield "profanity, recall", profanity.recall, "least", 0.97
    yield "raw words in a wording on offer", found.leaks, "most", 0
    yield "milliseconds a text", found.milliseconds, "most", 10
    yield "megabytes of memory added", megabytes, "most", 60


def curve(lines: Sequence[dict[str, list[str] | str]]) -> Iterable[tuple[int, float]]:
    """How the share grows with the examples taught: their number, and the share."""
    catalogue = load_catalogue(REASONS)
    knowledge = load_knowledge(REASONS, set(catalogue.categories))
    for part in SHARES:
        step = round(1 / part)
        taught = knowledge.examples[::step]
        reader = Reader(partial(replace, knowledge, examples=taught), tuple(catalogue.categories))
        yield len(taught), score(reader, lines).top_three


def main() -> None:
    """Print the numbers for each set, those that were asked for against their targets, and the curve.

    A file of labelled lines, given as an argument, is measured in the place of those that are here.
    """
    sets = sys.argv[1:] or SETS
    write = sys.stdout.write
    before, started = _megabytes(), time.perf_counter()
    reader = load_reader(REASONS)
    reader.warm()
    found = score(reader, lines_of(sets[0]))
    megabytes = _megabytes() - before
    write(f"ready in {time.perf_counter() - started:.2f} s\n")
    for name in sets:
        found = score(reader, lines_of(name))
        _print_set(name, found)
    write(f"\n{sets[-1]} against the targets\n")
    for name, number, bound, target in verdicts(found, megabytes):
        is_met = number >= target if bound == "least" else number <= target
        write(f"  {'met   ' if is_met else 'MISSED'} {name}: {number:.3g} (at {bound} {target:g})\n")
    write("\nits share among the first three, by examples taught\n")
    for count, share in curve(lines_of(sets[-1])):
        write(f"  {count:5} {share:.3f}\n")


def _print_set(name: str, found: Score) -> None:
    write = sys.stdout.write
    worst = sorted((item.recall, label) for label, item in found.first_three.items())[:4]
    write(
        f"\n{name}\n  among the first three {found.top_three:.3f}, first five {found.first_five.recall:.3f}\n"
    )
    write("  weakest: " + ", ".join(f"{label} {share:.2f}" for share, label in worst) + "\n")
    write(f"  no reason: F1 {found.none.f1:.2f}\n")
    write(f"  warnings: precision {found.all_flags.precision:.2f}, recall {found.all_flags.recall:.2f}\n")
    for kind, item in sorted(found.flags.items()):
        write(f"    {kind:15} {item.precision:.2f} / {item.recall:.2f}\n")


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
