"""What it costs here to be sure of a page on the disk, which is what those who commit row by row live on."""

import os
import subprocess
import tempfile
import time
from pathlib import Path

SLOW_DISK = Path(__file__).parent / "slow_disk.c"


def sync_ms(times: int = 200) -> float:
    """Milliseconds that an fsync of one page takes, whoever slows it down."""
    with tempfile.TemporaryFile() as file:
        begun = time.perf_counter()
        for _ in range(times):
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
    return (time.perf_counter() - begun) / times * 1000


def slowed(folder: str) -> dict[str, str]:
    """An environment in which the disk takes SYNC_MS longer to be sure; empty in such a one."""
    loaded = os.environ.get("LD_PRELOAD", "")
    if not os.environ.get("SYNC_MS") or SLOW_DISK.stem in loaded:
        return {}
    library = f"{folder}/{SLOW_DISK.stem}.so"
    compiler = os.environ.get("CC", "cc")
    Path(folder).chmod(0o755)  # PostgreSQL does not run as root
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", library, str(SLOW_DISK)], check=True)
    return {"LD_PRELOAD": f"{library} {loaded}".strip()}
