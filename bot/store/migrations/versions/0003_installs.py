"""Installs of many workspaces and organisations, with their tokens sealed."""

from alembic import op
from sqlalchemy import BigInteger, Column, String, Text

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "installs",
        Column("id", String(64), primary_key=True),
        Column("enterprise_id", String(32), nullable=False),
        Column("team_id", String(32), nullable=False),
        Column("user_id", String(32), nullable=False),
        Column("body", Text, nullable=False),
        Column("expires_at", BigInteger),
        Column("renewing_until", BigInteger, nullable=False),
        Column("installed_at", BigInteger, nullable=False),
    )
    op.create_index("links_expired", "links", ["purpose", "expires_at"])
