"""`make fuzz`: at least so many requests, 100,000 unless told otherwise."""

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings

from tests.fuzz.firing import fire
from tests.fuzz.ground import ground
from tests.fuzz.shots import Shot, volleys

AIM = 100_000
VOLLEYS_AT_ONCE = 500


def main(aim: int) -> None:
    """Hypothesis looks for a volley that does harm; a found one is shrunk and shown."""
    fired, began = 0, time.monotonic()
    with tempfile.TemporaryDirectory(prefix="ajar-fuzz-") as folder, asyncio.Runner() as runner:
        entered = ground(Path(folder))
        field = runner.run(entered.__aenter__())

        @settings(
            max_examples=VOLLEYS_AT_ONCE,
            deadline=None,
            phases=[Phase.reuse, Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        )
        @given(volleys)
        def shoot(volley: list[Shot]) -> None:
            nonlocal fired
            fired += len(volley)
            runner.run(fire(field, volley))

        while fired < aim:
            shoot()
            assert runner.run(field.of_others()) == field.before, "somebody else felt it"
            rate = fired / (time.monotonic() - began)
            sys.stdout.write(f"{fired} requests, {rate:.0f} a second\n")
            sys.stdout.flush()
        runner.run(entered.__aexit__(None, None, None))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else AIM)
