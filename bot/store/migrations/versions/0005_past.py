"""The daily sweep finds what was settled long ago without reading the rows that wait."""

from alembic import op
from sqlalchemy import text

revision = "0005"
down_revision = "0004"

SETTLED = "status IN ('sent', 'cancelled', 'refused')"


def upgrade() -> None:
    """Forward."""
    op.create_index(
        "outbox_past", "outbox", ["due_at"], sqlite_where=text(SETTLED), postgresql_where=text(SETTLED)
    )
