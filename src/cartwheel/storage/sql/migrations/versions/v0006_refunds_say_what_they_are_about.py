"""Refunds say what they are about."""

from cartwheel.storage.sql.ddl import AddColumn, apply

revision = "0006"
down_revision = "0005"

STEPS = (AddColumn(table="refunds", column="about text?"),)


def upgrade() -> None:
    """Makes the steps."""
    apply(STEPS)
