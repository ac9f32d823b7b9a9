"""make bench: 1,000 due messages among 1 k, 100 k and 1 M pending, through the courier and through others.

Every contestant runs in a process of its own against the same sink, in turns; medians and their ratios.
ROUNDS: how many; PENDING: not more than so many; SYNC_MS: as if the disk took so much longer to be sure.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench.disk import slowed, sync_ms
from tests.bench.racing import Row, Sink, filled, migrated, postgresql, race, ratio
from tests.bench.resting import idle_cpu

ROUNDS, MESSAGES = int(os.environ.get("ROUNDS", "5")), 1000
MOST_PENDING = int(os.environ.get("PENDING", "1000000"))
PENDING = {"1 k": 1_000, "100 k": 100_000, "1 M": 1_000_000}
OURS = ("floor", "courier", "two couriers")
OTHERS = {
    "sqlite": ("apscheduler", "apscheduler_threads", "apscheduler_default", "apscheduler_wal"),
    "postgresql": (
        "apscheduler",
        "apscheduler_threads",
        "apscheduler_default",
        "procrastinate",
        "procrastinate_default",
    ),
}
# It reads past all that wait for each task: ten milliseconds among 100 k.
FEWER_ROUNDS = {("procrastinate", "100 k"): 2, ("procrastinate", "1 M"): 1}
TARGETS = {
    "of the floor": 0.7,
    "procrastinate": 20.0,
    "apscheduler sqlite": 5.0,
    "apscheduler postgresql": 4.0,
}


@contextmanager
def _databases() -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory(prefix="ajar-bench-") as folder, postgresql(folder) as server:
        yield {"sqlite": f"sqlite:///{folder}", "postgresql": server}


def main() -> None:
    """As the disk is; then once more among few, on one that takes a millisecond longer."""
    if os.environ.get("SYNC_MS"):
        _on_slow_disk({})
    else:
        _measure(with_rest=True)
        _on_slow_disk({"SYNC_MS": "1", "PENDING": "1000", "ROUNDS": str(min(ROUNDS, 3))})


def _on_slow_disk(given: dict[str, str]) -> None:
    os.environ.update(given)
    with tempfile.TemporaryDirectory(prefix="ajar-disk-") as folder:
        if not (slow := slowed(folder)):  # we are there
            _measure(with_rest=False)
            return
        again = [sys.executable, "-m", "tests.bench"]
        if failed := subprocess.run(again, env=os.environ | slow, check=False).returncode:
            sys.exit(failed)


def _measure(*, with_rest: bool) -> None:
    """with_rest: what an idle server and a burst of 10,000 take, too, for which no disk matters."""
    rows: list[Row] = []
    rest: dict[str, float] = {}
    with _databases() as databases, Sink() as sink:
        if with_rest:
            rest["idle_cpu"] = idle_cpu(migrated("sqlite", databases["sqlite"], 100_000), sink.url)
            rest["growth_mb"] = _growth(migrated("sqlite", databases["sqlite"], 1000), sink)
        for name, server in databases.items():
            for label, pending in PENDING.items():
                if pending <= MOST_PENDING:
                    sys.stderr.write(f"{name}, {label} pending\n")
                    rows += _rows(name, server, label, sink)
    _print(rows, rest)


def _rows(name: str, server: str, label: str, sink: Sink) -> list[Row]:
    """One line of the table for each contestant, all of them in each round."""
    pending = PENDING[label]
    ours = migrated(name, server, pending)
    own = {kind: filled(kind, name, server, pending) for kind in {_family(kind) for kind in OTHERS[name]}}
    rows = {kind: Row(name, label, kind) for kind in (*OURS, *OTHERS[name])}
    for number in range(ROUNDS):
        for kind, row in rows.items():
            if number < FEWER_ROUNDS.get((_family(kind), label), ROUNDS):
                race(row, own.get(_family(kind), ours), sink, f"{kind[:3]}{number}-", MESSAGES)
    return list(rows.values())


def _family(kind: str) -> str:
    """Who shares a database: another start of the same."""
    return kind.removesuffix("_default").removesuffix("_threads")


def _growth(url: str, sink: Sink) -> float:
    row = Row("sqlite", "10,000 due", "courier")
    race(row, url, sink, "burst-", 10_000)
    return float(row.results[0]["grown_mb"])


def _print(rows: list[Row], rest: dict[str, float]) -> None:
    sync = sync_ms()
    sys.stdout.write("\n".join([f"a sync takes {sync:.2f} ms", *_table(rows), *_claims(rows)]) + "\n")
    if rest:
        growth, idle = rest["growth_mb"], rest["idle_cpu"] * 100
        sys.stdout.write(
            f"10,000 due at once: {growth:.1f} MB more memory; idle: {idle:.2f} % of a processor\n"
        )
    report = {
        "machine": platform.machine(),
        "python": platform.python_version(),
        "at": time.strftime("%Y-%m-%d"),
        "messages": MESSAGES,
        "rounds": ROUNDS,
        "targets": TARGETS,
        **rest,
        "sync_ms": sync,
        "rows": [row.as_dict() for row in rows],
    }
    sys.stdout.write(json.dumps(report) + "\n")
    sys.stdout.flush()


def _table(rows: list[Row]) -> list[str]:
    floors = {(row.database, row.pending): row for row in rows if row.kind == "floor"}
    ours = {(row.database, row.pending): row for row in rows if row.kind == "courier"}
    head = f"{'database':<11}{'pending':>8}  {'contestant':<20}{'seconds':>9}{'of floor':>9}{'claim ms':>9}"
    lines = [head + f"{'skipped':>9}{'Ajar is … times as fast':>25}"]
    for row in rows:
        of_floor = ratio(floors[row.database, row.pending], row)
        against = ratio(row, ours[row.database, row.pending]) if row.kind not in OURS else 0
        lines.append(
            f"{row.database:<11}{row.pending:>8}  {row.kind:<20}{row.seconds:>9.3f}{of_floor:>9.2f}"
            f"{row.claim_ms or 0:>9.1f}{row.skipped:>9.0f}{against:>25.1f}"
        )
    return lines


def _claims(rows: list[Row]) -> list[str]:
    found = {(row.database, row.pending): row.claim_ms or 0 for row in rows if row.kind == "courier"}
    return [
        f"{name}: a claim at 1 M takes {found[name, '1 M'] / found[name, '1 k']:.2f} of that at 1 k"
        for name, label in found
        if label == "1 M"
    ]


if __name__ == "__main__":
    main()
