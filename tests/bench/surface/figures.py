"""One line of the table, and how programs are asked in turns."""

import asyncio
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tests.bench.surface.load import Body, Measured, load
from tests.bench.surface.programs import Program


@dataclass
class Figure:
    """What was measured, against what, and what it should be."""

    name: str
    value: float
    target: float
    is_most: bool = False  # the target is not to be passed, rather than to be reached
    detail: Mapping[str, object] = field(default_factory=dict)

    @property
    def line(self) -> str:
        """As a row of the table."""
        holds = self.value <= self.target if self.is_most else self.value >= self.target
        bound = "at most" if self.is_most else "at least"
        return (
            f"| {self.name} | {self.value:.2f} | {bound} {self.target:g} | {'holds' if holds else 'misses'} |"
        )


def median(values: Sequence[float]) -> float:
    """Of the rounds."""
    return statistics.median(values)


def rate(measured: Sequence[Measured]) -> float:
    """The median rate."""
    return median([item.rate for item in measured])


async def turns(
    programs: Sequence[tuple[Program, Body]],
    rounds: int,
    at_once: int,
    opened: Callable[[], int] | None = None,
) -> dict[str, list[Measured]]:
    """Each program for a second in each round, one after the other.

    opened: how many windows there are by now. With it they are counted instead of answers, which a program
    may give before it has done anything.
    """
    found: dict[str, list[Measured]] = {program.name: [] for program, _ in programs}
    for _ in range(rounds):
        for program, body in programs:
            before, begun = opened() if opened else 0, time.perf_counter()
            measured = await load(program.port, body, at_once=at_once, seconds=1.0)
            if opened:
                measured = replace(measured, rate=(opened() - before) / (time.perf_counter() - begun))
                await _settled(opened)
            found[program.name].append(measured)
    return found


async def _settled(opened: Callable[[], int]) -> None:
    """Until what was answered early is done too."""
    last = -1
    while last != (last := opened()):  # noqa: ASYNC110  another process opens them
        await asyncio.sleep(0.2)


def spread(found: Mapping[str, Sequence[Measured]]) -> dict[str, object]:
    """Of each program the least, the median and the most a second, and its p99."""
    return {
        name: {
            "per_second": [
                round(value)
                for value in (min(item.rate for item in held), rate(held), max(item.rate for item in held))
            ],
            "p99_ms": round(median([item.p99_ms for item in held]), 2),
        }
        for name, held in found.items()
    }
