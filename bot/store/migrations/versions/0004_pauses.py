"""Rows keep their place in a case while they wait for another try; workspaces may rest; smaller indexes."""

from alembic import op
from sqlalchemy import BigInteger, Column, String, text

revision = "0004"
down_revision = "0003"

PENDING = "status = 'pending'"
CLAIMED = "status = 'claimed'"
OPEN = "status IN ('pending', 'claimed')"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "pauses",
        Column("enterprise_id", String(32), primary_key=True),
        Column("team_id", String(32), primary_key=True),
        Column("method", String(64), primary_key=True),
        Column("until", BigInteger, nullable=False),
        Column("reason", String(64), nullable=False),
    )
    op.add_column("outbox", Column("place_at", BigInteger, nullable=False, server_default="0"))
    # A row between two tries stays at 0, in front: its first due time was not kept.
    op.execute(
        "UPDATE outbox SET place_at = due_at WHERE attempts = 0 OR reason = 'held' OR status <> 'pending'"
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE outbox ALTER COLUMN seq TYPE BIGINT")
        op.execute("ALTER SEQUENCE outbox_seq_seq AS BIGINT")
    op.drop_index("outbox_due", "outbox")
    op.drop_index("outbox_of_case", "outbox")
    _index("outbox_due", ["due_at", "seq"], PENDING)
    _index("outbox_leased", ["lease_until"], CLAIMED)
    _index("outbox_open_of_case", ["case_id", "place_at", "seq"], OPEN)
    op.create_index("outbox_of_case", "outbox", ["case_id"])


def _index(name: str, columns: list[str], where: str) -> None:
    op.create_index(name, "outbox", columns, sqlite_where=text(where), postgresql_where=text(where))
