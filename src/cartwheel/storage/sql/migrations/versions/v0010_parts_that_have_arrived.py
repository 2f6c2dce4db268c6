"""parts that have arrived."""

from cartwheel.storage.sql.ddl import AddColumn, apply

revision = "0010"
down_revision = "0009"

STEPS = (
    AddColumn(table="fulfilments", column="delivered_at instant?"),
    AddColumn(table="orders", column="delivered integer?"),
)


def upgrade() -> None:
    """Makes the steps."""
    apply(STEPS)
