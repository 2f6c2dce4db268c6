"""mails by address, marked addresses, choices."""

from cartwheel.storage.sql.ddl import AddColumn, CreateIndex, CreateTable, apply

revision = "0007"
down_revision = "0006"

STEPS = (
    CreateTable(
        "mail_choices",
        """
        user_id key, topic key, wanted boolean, at instant
        """,
        "user_id topic",
    ),
    CreateTable(
        "mail_suppressions",
        """
        address_key key, address text, reason text, detail text?, at instant, shard key?
        """,
        "address_key",
        {"ix_mail_suppressions_by_time": "shard at address_key"},
    ),
    AddColumn(table="mails", column="to_key key?"),
    AddColumn(table="mails", column="locale text?"),
    AddColumn(table="mails", column="unsubscribe_url text?"),
    CreateIndex(name="ix_mails_by_address", table="mails", columns="to_key created_at mail_id"),
    AddColumn(table="orders", column="locale text?"),
)


def upgrade() -> None:
    """Makes the steps."""
    apply(STEPS)
