"""What a waiting state machine goes on with."""

from cartwheel.storage.sql.ddl import AddColumn, apply

revision = "0008"
down_revision = "0007"

STEPS = (AddColumn(table="checkouts", column="task_token text?"),)


def upgrade() -> None:
    """Makes the steps."""
    apply(STEPS)
