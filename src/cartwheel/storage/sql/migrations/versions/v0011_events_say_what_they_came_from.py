"""events say what they came from."""

from cartwheel.storage.sql.ddl import AddColumn, apply

revision = "0011"
down_revision = "0010"

STEPS = (AddColumn(table="outbox", column="origin nested?"),)


def upgrade() -> None:
    """Makes the steps."""
    apply(STEPS)
