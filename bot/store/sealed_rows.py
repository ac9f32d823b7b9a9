"""The rows that hold sealed values: whether the keys open them, and their way to a newer key."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, Table, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.coaching.case import Person
from bot.flows.ports import UnreadableError
from bot.store.sealing import PREFIX, Keyring, Place, WrongKeyError
from bot.store.tables import cases, installs, interviews, preferences, seals

CHECK, WIPE, BEGUN = "check", "wipe", "begun"
PROOF = "these keys open this database"
SEALED: tuple[tuple[Table, Column[str]], ...] = (
    (cases, cases.c.body),
    (interviews, interviews.c.answers),
    (preferences, preferences.c.body),
    (installs, installs.c.body),
)


def place_of(table: Table, row_id: str, person: Person) -> Place:
    """Where the value of this row belongs."""
    return Place(table.name, row_id, person.enterprise_id or "", person.team_id, person.user_id)


def unlock(connection: Connection, keyring: Keyring) -> None:
    """Make sure that the keys open everything. Raises WrongKeyError.

    A check value answers for an empty database; the beginnings of all values answer for the others.
    """
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    proof = keyring.seal(PROOF, Place(seals.name, CHECK))
    connection.execute(insert(seals).on_conflict_do_nothing().values(name=CHECK, value=proof))
    try:
        keyring.open(_check(connection), Place(seals.name, CHECK))
    except UnreadableError:
        raise WrongKeyError from None
    for _, column in SEALED:
        beginnings = select(func.substr(column, 1, PREFIX)).distinct()
        if not all(keyring.knows(str(found)) for found in connection.execute(beginnings).scalars()):
            raise WrongKeyError


def _check(connection: Connection) -> str:
    return str(connection.execute(select(seals.c.value).where(seals.c.name == CHECK)).scalar_one())


def outdated(connection: Connection, keyring: Keyring) -> tuple[tuple[Table, Any], ...]:
    """The rows that an older key has sealed: each table with the primary key of the row."""
    found: list[tuple[Table, Any]] = []
    for table, column in SEALED:
        is_current = func.substr(column, 1, PREFIX) == keyring.prefix
        keys = connection.execute(select(*table.primary_key).where(~is_current)).all()
        found += [(table, tuple(key)) for key in keys]
    return tuple(found)


def reseal(connection: Connection, keyring: Keyring, rows: Sequence[tuple[Table, Any]]) -> None:
    """Seal these with the first key; one that does not open stays as it is."""
    columns = dict(SEALED)
    for table, key in rows:
        is_it = _is(table, key)
        row = connection.execute(select(table).where(*is_it).with_for_update()).first()
        if row is None:
            continue
        column = columns[table]
        place = _place_in(table, row)
        try:
            text = keyring.open(row._mapping[column.name], place)
        except UnreadableError:
            continue
        connection.execute(update(table).where(*is_it).values({column.name: keyring.seal(text, place)}))


def renew_check(connection: Connection, keyring: Keyring) -> None:
    """The last step to a newer key: from here on the older one is not needed any more."""
    if not _check(connection).startswith(keyring.prefix):
        proof = keyring.seal(PROOF, Place(seals.name, CHECK))
        connection.execute(update(seals).where(seals.c.name == CHECK).values(value=proof))


def begin(connection: Connection) -> bool:
    """Note that Ajar runs on this database; whether it never did before."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    noted = connection.execute(insert(seals).on_conflict_do_nothing().values(name=BEGUN, value="yes"))
    is_used = [connection.execute(select(table).limit(1)).first() is not None for table, _ in SEALED]
    return bool(noted.rowcount) and not any(is_used)


def want_wipe(connection: Connection) -> None:
    """Something was deleted that shall leave the files too; a start makes it good if we are killed before."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    connection.execute(insert(seals).on_conflict_do_nothing().values(name=WIPE, value="due"))


def is_wipe_due(connection: Connection) -> bool:
    """Whether something deleted may still be in free pages."""
    return connection.execute(select(seals.c.name).where(seals.c.name == WIPE)).first() is not None


def wiped(connection: Connection) -> None:
    """It is gone."""
    connection.execute(delete(seals).where(seals.c.name == WIPE))


def _is(table: Table, key: Sequence[Any]) -> list[ColumnElement[bool]]:
    return [column == value for column, value in zip(table.primary_key, key, strict=True)]


def _place_in(table: Table, row: Row[Any]) -> Place:
    row_id = "" if table is preferences else row.id
    return place_of(table, row_id, Person(row.team_id, row.user_id, row.enterprise_id or None))
