"""The keys that seal and sign: those of AJAR_SECRET_KEY, or one that is made once in the data folder."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from bot.files import FULL, remedy_for
from bot.settings import (
    MAKE_KEY,
    SHORTEST_KEY,
    ConfigurationError,
    Settings,
    UnreachableError,
    secret_keys,
)


def keys_of(settings: Settings) -> tuple[str, ...]:
    """The keys given; for the embedded database else one that is kept in the data folder for its owner.

    A server's database outlives this machine's folders: its key has to be given. Raises ConfigurationError.
    """
    given = secret_keys(settings)
    file = settings.ajar_data / "secret.key"
    if given:
        return given
    is_embedded = not settings.database_url.get_secret_value().startswith("postgres")
    try:
        if is_embedded:
            _make_key(file)
        elif not file.exists():
            raise ConfigurationError(
                "AJAR_SECRET_KEY is not set, and DATABASE_URL names a server. Set it to a long random key "
                f"({MAKE_KEY} prints one) and keep it safe: without it nothing that is stored can be read."
            )
        kept = file.read_text(encoding="utf-8").strip()
    except OSError as refused:
        raise _unusable(file, refused) from None
    except ValueError:
        raise ConfigurationError(f"{file} is no text. Put back your copy of it.") from None
    if len(kept) < SHORTEST_KEY:
        raise ConfigurationError(
            f"{file} is too short to be a key. Put back your copy of it; "
            "where nothing is kept yet, delete it."
        )
    return (kept,)


def _unusable(file: Path, refused: OSError) -> ConfigurationError:
    """The file, or the folder that it is to be in."""
    if refused.errno in FULL:
        return UnreachableError(f"AJAR_DATA: {refused.strerror} ({file.parent}). Make room there.")
    if remedy := remedy_for(file):
        return ConfigurationError(f"{file} can't be read ({refused.strerror}). {remedy}")
    return ConfigurationError(
        f"AJAR_DATA: {refused.strerror} ({file.parent}). Set it to a folder Ajar may write to."
    )


def _make_key(file: Path) -> None:
    """Whole or not at all, also when two processes start at once."""
    if file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as made:
            made.write(secrets.token_urlsafe(32))
        _put(draft, file)
    finally:
        draft.unlink(missing_ok=True)


def _put(draft: Path, file: Path) -> None:
    try:
        with suppress(FileExistsError):
            os.link(draft, file)
    except OSError:  # a file system without hard links
        draft.replace(file)
