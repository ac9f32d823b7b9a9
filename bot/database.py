"""The database: where it is, the way forward, and what is said when it can't be used."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from bot.flows.ports import Clock, StoreUnavailableError
from bot.keys import keys_of
from bot.settings import ConfigurationError, Settings, UnreachableError
from bot.store import (
    Address,
    DamagedError,
    NewerError,
    RefusedError,
    SqlStore,
    WrongKeyError,
    backup,
    file_address,
    open_store,
    sqlite_file,
)


def open_database(settings: Settings, clock: Clock) -> SqlStore:
    """The store, sealed with the keys of AJAR_SECRET_KEY. Raises ConfigurationError, UnreachableError.

    A file in a folder that isn't there is refused: a slip of the pen would begin anew.
    """
    _expect_folder(settings)
    days = settings.ajar_retention_days
    retention = timedelta(days=days) if days else None
    keys = keys_of(settings)
    try:
        return open_store(address_of(settings), clock=clock, keys=keys, retention=retention)
    except RefusedError as refused:
        raise ConfigurationError(f"{refused}") from None
    except StoreUnavailableError as failure:
        raise UnreachableError(f"{failure}. Make room there.") from None


def _expect_folder(settings: Settings) -> None:
    file = sqlite_file(settings.database_url.get_secret_value())
    if file is not None and not file.parent.is_dir():
        raise ConfigurationError(
            f"DATABASE_URL: there is no folder {file.parent}. Make it, or correct the path."
        )


def address_of(settings: Settings) -> Address:
    """DATABASE_URL, or SQLite in the data folder."""
    return settings.database_url.get_secret_value() or file_address(settings.ajar_data / "ajar.db")


def back_up(settings: Settings, target: Path, *, replaces: bool = False) -> None:
    """Copy the embedded database, whether or not somebody uses it.

    Raises ConfigurationError for one that is damaged, else StoreUnavailableError.
    """
    address = address_of(settings)
    try:
        backup(address, target, replaces=replaces)
    except DamagedError:
        raise ConfigurationError(damaged(f"{sqlite_file(address)}")) from None


async def migrated(store: SqlStore) -> None:
    """Bring the database forward. Raises ConfigurationError, UnreachableError that say what to look at."""
    with in_one_line(store):
        await store.migrate()


@contextmanager
def in_one_line(store: SqlStore) -> Iterator[None]:
    """What the store says at the start becomes one line with the remedy.

    Raises ConfigurationError, and UnreachableError where another try may do.
    """
    try:
        yield
    except WrongKeyError:
        raise ConfigurationError(
            "AJAR_SECRET_KEY does not open this database. Put back the key it was sealed with "
            "(AJAR_SECRET_KEY, or secret.key in AJAR_DATA), or add it after the new one with a comma."
        ) from None
    except DamagedError:
        raise ConfigurationError(damaged(store.file)) from None
    except NewerError:
        raise ConfigurationError(newer(store.file)) from None
    except StoreUnavailableError as failure:
        kind = ConfigurationError if isinstance(failure, RefusedError) else UnreachableError
        raise kind(unreachable(store.file, failure)) from None


def damaged(file: str) -> str:
    """What to do about a file that can't be read."""
    return (
        f"{file} is damaged, or no database of Ajar's. Stop Ajar and put the last copy that `ajar backup` "
        "made in its place (README, Keeping it safe); without one, move the file away to begin anew."
    )


def newer(file: str) -> str:
    """What to do after an update that was taken back."""
    return (
        f"{file or 'DATABASE_URL'}: this database is of a newer Ajar. Go back to that version, or put a copy "
        "from before the update in its place (README, Keeping it safe)."
    )


def unreachable(file: str, failure: StoreUnavailableError) -> str:
    """What to look at where the database does not answer."""
    if file:
        return f"{file}: {failure}. See whether its disk is full and whether another program holds the file."
    return f"DATABASE_URL: {failure}. Check the address, the user, the password and that the server runs."
