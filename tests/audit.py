"""Whether anything that is pinned is known to be unsafe. `make audit` must know; `make check` where it can.

It asks OSV's public list of weaknesses through pip-audit. Where nothing answers, a line says so: an audit
that did not take place never looks like one that was passed.
"""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parent.parent
LISTS = (ROOT / "requirements" / "run.txt", ROOT / "requirements" / "dev.txt")
TOOL = ROOT / "requirements" / "audit.txt"
STAMP = Path(sys.prefix) / "audited.json"
FRESH_FOR = timedelta(days=1)
INSTALL = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "0",
           "--timeout", "10", "--require-hashes", "-r", str(TOOL))  # fmt: skip
AUDIT = ("-m", "pip_audit", "--strict", "--disable-pip", "--require-hashes", "-s", "osv", "--timeout", "5",
         "--progress-spinner", "off", "--format", "json")  # fmt: skip
SILENCE = ("ConnectionError", "ConnectTimeout", "ReadTimeout", "ProxyError", "SSLError", "ServiceError")


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str = ""
    err: str = ""


Run = Callable[[Sequence[str]], Ended]


@dataclass(frozen=True)
class Verdict:
    """What is to be said; nothing is known where nobody answered."""

    says: str
    is_safe: bool | None = None


def run(words: Sequence[str]) -> Ended:
    """A command of this Python."""
    ended = subprocess.run([sys.executable, *words], capture_output=True, text=True, cwd=ROOT, check=False)
    return Ended(ended.returncode, ended.stdout, ended.stderr)


def audited(ask: Run) -> Verdict:
    """Ask for every pinned package."""
    installed = ask(INSTALL)
    if installed.code:
        return Verdict("the tool for it can't be installed from here")
    lists = [word for file in LISTS for word in ("-r", str(file))]
    return verdict_of(ask((*AUDIT, *lists)))


def verdict_of(ended: Ended) -> Verdict:
    """What an answer means; a failure that is not a silence is a failure."""
    try:
        packages = json.loads(ended.out)["dependencies"]
    except (ValueError, KeyError, TypeError):
        if any(name in ended.err for name in SILENCE):
            return Verdict("no list of weaknesses answers from here")
        last = (ended.err.strip().splitlines() or ["it said nothing"])[-1]
        return Verdict(f"The audit failed: {last}", is_safe=False)
    skipped = [item["name"] for item in packages if "skip_reason" in item]
    unsafe = [
        f"{item['name']} {item['version']}: {', '.join(weakness['id'] for weakness in item['vulns'])}"
        for item in packages
        if item.get("vulns")
    ]
    if unsafe or skipped or ended.code:
        listed = [*unsafe, *(f"{name}: not looked at" for name in skipped)] or [f"exit code {ended.code}"]
        return Verdict("\n".join(["Known to be unsafe, or not known:", *listed]), is_safe=False)
    return Verdict(f"Audited: {len(packages)} pinned packages, none known to be unsafe.", is_safe=True)


def digest() -> str:
    """Of everything that is pinned."""
    return hashlib.sha256(b"".join(file.read_bytes() for file in LISTS)).hexdigest()


def passed_at(stamp: Path, now: datetime) -> datetime | None:
    """When exactly these lists were found safe, if that is not long ago."""
    try:
        held = json.loads(stamp.read_text())
        at = datetime.fromisoformat(held["at"])
        is_fresh = held["digest"] == digest() and timedelta(0) <= now - at < FRESH_FOR
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return at if is_fresh else None


def main(*, must_know: bool, ask: Run = run, stamp: Path = STAMP, now: datetime | None = None) -> int:
    """The exit code; one that must know fails where nobody answers."""
    now = now or datetime.now(UTC)
    earlier = None if must_know else passed_at(stamp, now)
    if earlier is not None:
        sys.stdout.write(f"Audited at {earlier:%H:%M} UTC: the same list, none known to be unsafe.\n")
        return 0
    verdict = audited(ask)
    if verdict.is_safe is None:
        advice = "" if must_know else " `make audit` asks where there is a network."
        sys.stdout.write(f"NOT AUDITED: {verdict.says}.{advice}\n")
        return int(must_know)
    sys.stdout.write(verdict.says + "\n")
    if verdict.is_safe:
        stamp.write_text(json.dumps({"at": now.isoformat(), "digest": digest()}))
    return int(not verdict.is_safe)


if __name__ == "__main__":
    sys.exit(main(must_know="--must-know" in sys.argv[1:]))
