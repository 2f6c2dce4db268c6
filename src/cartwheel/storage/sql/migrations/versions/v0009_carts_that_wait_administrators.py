"""carts that wait, administrators."""

from cartwheel.storage.sql.ddl import AddColumn, CreateIndex, apply

revision = "0009"
down_revision = "0008"

STEPS = (
    AddColumn(table="carts", column="waiting key?"),
    CreateIndex(name="ix_carts_by_waiting", table="carts", columns="waiting updated_at cart_id"),
    AddColumn(table="users", column="staff key?"),
    CreateIndex(name="ix_users_by_staff", table="users", columns="staff created_at user_id"),
)


def upgrade() -> None:
    """Makes the steps."""
    apply(STEPS)
