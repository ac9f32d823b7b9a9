"""python -m bot: what has to be in order before the libraries are there."""

import os
import signal
import sys
from pathlib import Path

INTERRUPTED = 130  # by Ctrl-C, as shells say it


def main() -> None:
    """The command line; Ctrl-C ends it quietly also while it is being imported."""
    usual = signal.default_int_handler
    is_usual = signal.getsignal(signal.SIGINT) is usual  # whoever runs us may have it ignored
    if is_usual:  # nothing is begun yet that would have to end in order
        signal.signal(signal.SIGINT, lambda _number, _frame: os._exit(INTERRUPTED))
    _with_a_home()
    _with_an_output()
    from bot.cli import main as command_line

    try:
        if is_usual:
            signal.signal(signal.SIGINT, usual)
        command_line()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _with_a_home() -> None:
    """A library asks for it when it is imported; in a container one may have none, nor need one."""
    try:
        Path.home()
    except RuntimeError:
        os.environ["HOME"] = "/nonexistent"  # as Debian calls it: nothing is there, nor can be made there


def _with_an_output() -> None:
    """Where it was closed, the next file would take its place: what is printed fails as on a full disk."""
    if sys.stdout is None:
        sys.stdout = open(os.open(os.devnull, os.O_RDONLY), "w", encoding="utf-8")  # noqa: PTH123, SIM115


if __name__ == "__main__":
    main()
