"""Everything personal is sealed; links that work once; when a case was put away."""

import json
from datetime import datetime

from alembic import op
from sqlalchemy import BigInteger, Column, Connection, String, Table, Text, column, select, table, update

from bot.store.sealing import Keyring, Place
from bot.store.tables import micros

revision = "0002"
down_revision = "0001"

PERSON = ("enterprise_id", "team_id", "user_id")
CLOSED = "closed"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "seals", Column("name", String(16), primary_key=True), Column("value", Text, nullable=False)
    )
    op.create_table(
        "links",
        Column("hash", String(64), primary_key=True),
        *(Column(name, String(32), nullable=False) for name in PERSON),
        Column("purpose", String(16), nullable=False),
        Column("expires_at", BigInteger, nullable=False),
    )
    op.add_column("cases", Column("closed_at", BigInteger))
    op.create_index("cases_closed", "cases", ["closed_at"])
    keyring: Keyring = op.get_context().opts["keyring"]
    connection = op.get_bind()
    sealed = sum(
        [
            _seal(connection, keyring, "cases", "body", ("id",)),
            _seal(connection, keyring, "interviews", "answers", ("id",)),
            _seal(connection, keyring, "preferences", "body", ("team_id", "user_id")),
        ]
    )
    if sealed:  # what stood there in plain is still in free pages: the start wipes them
        seals = table("seals", column("name"), column("value"))
        connection.execute(seals.insert().values(name="wipe", value="due"))


def _seal(connection: Connection, keyring: Keyring, name: str, body: str, key: tuple[str, ...]) -> int:
    extra = ("stage", "closed_at") if name == "cases" else ()
    rows: Table = table(name, *(column(item) for item in {*PERSON, *key, body, *extra}))  # type: ignore[assignment]
    keys = connection.execute(select(*(rows.c[item] for item in key))).all()
    for values in keys:  # one by one: a workspace of years need not fit into memory
        is_it = [rows.c[item] == value for item, value in zip(key, values, strict=True)]
        row = connection.execute(select(rows).where(*is_it)).mappings().one()
        place = Place(name, row["id"] if key == ("id",) else "", *(row[item] or "" for item in PERSON))
        new: dict[str, str | int | None] = {body: keyring.seal(row[body], place)}
        if extra and row["stage"] == CLOSED:
            new["closed_at"] = _closed_at(row[body])
        connection.execute(update(rows).where(*is_it).values(new))
    return len(keys)


def _closed_at(body: str) -> int | None:
    history = json.loads(body)["history"]
    return micros(datetime.fromisoformat(history[-1][1])) if history else None
