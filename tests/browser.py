"""Where the browser for tests is; `python -m tests.browser` says in one line how to get one."""

import os
import shutil
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def browser() -> str:
    """The path of a Chromium, or an empty string."""
    given = os.environ.get("CHROMIUM", "")
    return given or next((path for name in NAMES if (path := shutil.which(name))), "")


if __name__ == "__main__" and not browser():
    sys.stdout.write(
        "No Chromium found: browser tests are skipped. Install one (apt install chromium) or set CHROMIUM.\n"
    )
