"""A workspace has joined an organisation: what its people had is theirs there too, sealed anew for it."""

from sqlalchemy import Connection, select, update

from bot.coaching.case import Person
from bot.flows.ports import UnreadableError
from bot.store import sealed_rows
from bot.store.belongings import is_of, values_of
from bot.store.sealing import Keyring
from bot.store.tables import cases, interviews, links, outbox, preferences

OF_PEOPLE = {cases, interviews, preferences}


def is_left_behind(connection: Connection, team_id: str) -> bool:
    """Whether anybody of this workspace has not been here since."""
    for table in (cases, preferences):
        is_outside = (table.c.team_id == team_id, table.c.enterprise_id == "")
        if connection.execute(select(table.c.user_id).where(*is_outside).limit(1)).first() is not None:
            return True
    return False


def move_along(connection: Connection, before: Person, person: Person, keyring: Keyring) -> int | None:
    """Bring along what this person had before the organisation; how many rows, see ports.Store.

    The rows of the outbox are locked first: none can be claimed meanwhile, and one that is has to be settled
    under the name that it was claimed with.
    """
    rows = connection.execute(select(outbox.c.status).where(*is_of(outbox, before)).with_for_update())
    if "claimed" in rows.scalars().all():
        return None
    left, moved = _reseal(connection, before, person, keyring)
    own = is_of(outbox, before)
    whose = values_of(person)
    if left:  # a message stays beside its case
        own.append(outbox.c.case_id.is_(None) | outbox.c.case_id.not_in(left))
    moved += connection.execute(update(outbox).where(*own).values(whose)).rowcount
    moved += connection.execute(update(links).where(*is_of(links, before)).values(whose)).rowcount
    return moved


def _reseal(
    connection: Connection, before: Person, person: Person, keyring: Keyring
) -> tuple[list[str], int]:
    """What is sealed, for the new place; what does not open stays where it is, and is named."""
    left: list[str] = []
    moved = 0
    for table, column in sealed_rows.SEALED:
        if table not in OF_PEOPLE:
            continue
        for row in connection.execute(select(table).where(*is_of(table, before)).with_for_update()).all():
            row_id = "" if table is preferences else str(row.id)
            try:
                text = keyring.open(row._mapping[column.name], sealed_rows.place_of(table, row_id, before))
            except UnreadableError:
                left.append(row_id)
                continue
            sealed = keyring.seal(text, sealed_rows.place_of(table, row_id, person))
            is_it = is_of(table, before) if table is preferences else [table.c.id == row_id]
            connection.execute(update(table).where(*is_it).values({**values_of(person), column.name: sealed}))
            moved += 1
    return left, moved
