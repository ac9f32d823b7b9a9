"""A copy of a SQLite database while it is in use, and the way back: whole or not at all."""

import errno
import os
import secrets
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.flows.ports import StoreUnavailableError
from bot.store.engine import Address, DamagedError, is_damage

PAGES = 1000  # copied before others get their turn
UNREAD = frozenset({sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_IOERR_SHORT_READ})


def backup(url: Address, target: Path, *, replaces: bool = False) -> None:
    """Copy what is kept at this moment to `target`, for its owner alone.

    replaces: an earlier file of that name gives way, once the copy is whole.
    Raises DamagedError, StoreUnavailableError.
    """
    source = _file_of(url)
    if not source.exists():
        raise StoreUnavailableError(
            f"there is no database at {source}. Set AJAR_DATA, or DATABASE_URL, as it is for `ajar serve`"
        )
    _check_source(source)
    if target.exists():
        _check_target(source, target, replaces=replaces)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with closing(sqlite3.connect(source)) as held, closing(sqlite3.connect(draft)) as copy:
            held.backup(copy, pages=PAGES)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, with no log beside it
            _doubt(copy)
            if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise DamagedError(f"{source} is damaged")
        _to_disk(draft)
        draft.replace(target)
        _to_disk(target.parent)
    except OSError as refused:
        raise StoreUnavailableError(f"{target} can't be written ({refused.strerror})") from None
    except sqlite3.Error as failure:
        raise _named(failure, source, target) from None
    finally:
        draft.unlink(missing_ok=True)


def _check_source(source: Path) -> None:
    """Read once, so that what can't be opened or written later on is the copy."""
    try:
        with closing(sqlite3.connect(source)) as held:
            held.execute("SELECT count(*) FROM sqlite_schema").fetchall()
    except sqlite3.Error as failure:
        if is_damage(failure):
            raise DamagedError(f"{source} is damaged") from None
        raise StoreUnavailableError(f"{source} can't be read ({failure})") from None


def _named(failure: sqlite3.Error, source: Path, target: Path) -> StoreUnavailableError:
    """Which of the two it is about; SQLite's own sentences name no value and no path."""
    if is_damage(failure):
        return DamagedError(f"{source} is damaged")
    code = getattr(failure, "sqlite_errorcode", 0)
    if code in UNREAD:
        return StoreUnavailableError(f"{source} can't be read ({failure})")
    why = os.strerror(errno.ENOSPC) if code == sqlite3.SQLITE_FULL else str(failure)
    return StoreUnavailableError(f"{target} can't be written ({why})")


def _check_target(source: Path, target: Path, *, replaces: bool) -> None:
    if target.is_dir():
        raise StoreUnavailableError(
            f"{target} is a folder. Name a file in it, such as {target / 'ajar.copy'}"
        )
    if target.samefile(source):
        raise StoreUnavailableError("the copy must not be the database itself. Name another file")
    if not replaces:
        raise StoreUnavailableError(f"{target} is there already. Name another file, or add --replace")


def _doubt(copy: sqlite3.Connection) -> None:
    """Whoever puts the copy back must not send again what went out after it was made."""
    if copy.execute("SELECT 1 FROM sqlite_schema WHERE name = 'outbox'").fetchone():
        copy.execute("UPDATE outbox SET may_be_sent = 1 WHERE status IN ('pending', 'claimed')")
        copy.commit()


def _file_of(url: Address) -> Path:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise StoreUnavailableError("DATABASE_URL can't be read") from None
    if parsed.get_backend_name() != "sqlite":
        raise StoreUnavailableError("ajar backup is for SQLite; for PostgreSQL use pg_dump, see the README")
    return Path(parsed.database or "")


def _to_disk(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
