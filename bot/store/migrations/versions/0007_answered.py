"""What somebody's typed words were taken for is not kept once they were answered."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Forward."""
    op.execute(
        "UPDATE outbox SET note = 'answered' WHERE kind = 'reply' AND note NOT LIKE 'other%'"
        " AND status IN ('sent', 'cancelled', 'refused')"
    )
