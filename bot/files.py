"""A file that can't be used: whose it is and what to do, and whether more room would help."""

import errno
import importlib
import os
from contextlib import suppress
from pathlib import Path

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})  # of an OSError: it goes by, and another try may do


def remedy_for(path: Path) -> str:
    """What to do about a file of somebody else in a folder of ours, such as a copy that root put back.

    Empty where that is not what is wrong.
    """
    with suppress(OSError, AttributeError):  # nothing is there; Windows has owners of another kind
        owner, me = path.stat().st_uid, os.geteuid()
        if owner != me and path.parent.stat().st_uid == me:
            return (
                f"It belongs to {_name_of(owner)}, and Ajar runs as {_name_of(me)}. "
                f"Give it the owner of its folder: chown --reference={path.parent} {path}"
            )
    return ""


def _name_of(uid: int) -> str:
    """As people know it; the number of one that has no name here."""
    try:
        return str(importlib.import_module("pwd").getpwuid(uid).pw_name)
    except (ImportError, KeyError):
        return f"the user {uid}"
