"""The first tables: cases, outbox, interviews, preferences, causes."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Integer, String, Text, UniqueConstraint

revision = "0001"
down_revision = None


def _person() -> list[Column[str]]:
    return [
        Column("enterprise_id", String(32), nullable=False),
        Column("team_id", String(32), nullable=False),
        Column("user_id", String(32), nullable=False),
    ]


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "cases",
        Column("id", String(64), primary_key=True),
        *_person(),
        Column("stage", String(32), nullable=False),
        Column("revision", Integer, nullable=False),
        Column("body", Text, nullable=False),
        Column("created_at", BigInteger, nullable=False),
    )
    op.create_index("cases_of_person", "cases", ["team_id", "user_id"])
    _outbox()
    op.create_table(
        "interviews",
        Column("id", String(64), primary_key=True),
        *_person(),
        Column("step", String(32), nullable=False),
        Column("answers", Text, nullable=False),
        Column("updated_at", BigInteger, nullable=False),
    )
    op.create_index("interviews_of_person", "interviews", ["team_id", "user_id", "updated_at"])
    op.create_table(
        "preferences",
        Column("team_id", String(32), primary_key=True),
        Column("user_id", String(32), primary_key=True),
        Column("enterprise_id", String(32), nullable=False),
        Column("body", Text, nullable=False),
    )
    op.create_table(
        "causes", Column("name", String(200), primary_key=True), Column("at", BigInteger, nullable=False)
    )
    op.create_index("causes_at", "causes", ["at"])


def _outbox() -> None:
    op.create_table(
        "outbox",
        Column("seq", Integer, primary_key=True, autoincrement=True),
        Column("id", String(64), nullable=False, unique=True),
        Column("key", String(200), nullable=False),
        *_person(),
        Column("case_id", String(64)),
        Column("kind", String(32), nullable=False),
        Column("note", String(64), nullable=False),
        Column("due_at", BigInteger, nullable=False),
        Column("status", String(16), nullable=False),
        Column("lease", String(32), nullable=False),
        Column("lease_until", BigInteger, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("may_be_sent", Boolean, nullable=False),
        Column("channel", String(32), nullable=False),
        Column("ts", String(32), nullable=False),
        Column("reason", String(64), nullable=False),
        UniqueConstraint("key", name="outbox_key"),
    )
    op.create_index("outbox_due", "outbox", ["status", "due_at", "seq"])
    op.create_index("outbox_of_person", "outbox", ["team_id", "user_id", "status", "due_at"])
    op.create_index("outbox_of_case", "outbox", ["case_id", "status", "due_at"])
