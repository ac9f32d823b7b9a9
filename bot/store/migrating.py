"""Runs the migrations inside the transaction of whoever asks, one process at a time."""

from pathlib import Path

from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from bot.store.engine import NewerError
from bot.store.sealing import Keyring

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 7_214_880_131  # any number that no other program uses for pg_advisory_xact_lock


def is_behind(connection: Connection) -> bool:
    """Whether an earlier version made the tables, or nobody yet. Raises NewerError."""
    return _is_behind(ScriptDirectory(str(MIGRATIONS)), connection)


def _is_behind(script: ScriptDirectory, connection: Connection) -> bool:
    held = set(MigrationContext.configure(connection).get_current_heads())
    if held - {item.revision for item in script.walk_revisions()}:
        raise NewerError("a newer Ajar made this database")
    return held != set(script.get_heads())


def migrate(connection: Connection, keyring: Keyring) -> None:
    """Bring the tables forward to the newest version; nothing to do is quick.

    keyring: for a migration that seals what earlier versions kept in plain. Raises NewerError.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    script = ScriptDirectory(str(MIGRATIONS))
    _is_behind(script, connection)
    context = MigrationContext.configure(
        connection,
        opts={
            "fn": lambda revision, _: script._upgrade_revs("head", revision),
            "transactional_ddl": True,
            "keyring": keyring,
        },
    )
    with Operations.context(context):
        context.run_migrations()
