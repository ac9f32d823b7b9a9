"""A row that changes its state is not moved about in the index of people any more.

That index held the state and the due time too: each claim and each settlement took an entry out and put
another in, at random places among all rows that wait. A person has a few hundred rows, which are soon sorted.
"""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Forward."""
    op.drop_index("outbox_of_person", "outbox")
    op.create_index("outbox_of_person", "outbox", ["team_id", "user_id"])
