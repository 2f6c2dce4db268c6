"""Log staff actions, job runs and what visitors do."""

from cartwheel.storage.sql.ddl import AddColumn, CreateIndex, CreateTable, apply

revision = "0002"
down_revision = "0001"

STEPS = (
    CreateTable(
        "analytics_heat",
        """
        era key, product_id key, score integer, expires_at instant
        """,
        "era product_id",
        {"ix_analytics_heat_by_score": "era score product_id", "ix_analytics_heat_ttl": "expires_at"},
    ),
    CreateTable(
        "analytics_seen",
        """
        mark key, expires_at instant
        """,
        "mark",
        {"ix_analytics_seen_ttl": "expires_at"},
    ),
    CreateTable(
        "analytics_sums",
        """
        visits integer?, viewed integer?, carted integer?, checked_out integer?, views integer?,
        searches integer?, added integer?, orders integer?, units integer?, sales integer?,
        refunded integer?, series key, bucket key, rank key?, vendor_rank key?, expires_at
        instant?
        """,
        "series bucket",
        {
            "ix_analytics_sums_by_rank": "rank sales series bucket",
            "ix_analytics_sums_by_vendor_rank": "vendor_rank sales series bucket",
            "ix_analytics_sums_ttl": "expires_at",
        },
    ),
    CreateTable(
        "audit_log",
        """
        shard key, entry_id key, at instant, actor key, action text, subject key, before
        nested?, after nested?
        """,
        "shard entry_id",
        {
            "ix_audit_log_by_actor": "actor entry_id shard",
            "ix_audit_log_by_subject": "subject entry_id shard",
        },
    ),
    CreateTable(
        "job_runs",
        """
        job key, run_id key, began_at instant, milliseconds integer, count integer, error text?,
        expires_at instant
        """,
        "job run_id",
        {"ix_job_runs_ttl": "expires_at"},
    ),
    AddColumn(table="dead_letters", column="receives integer?"),
    AddColumn(table="products", column="sold_by key?"),
    AddColumn(table="products", column="held boolean?"),
    AddColumn(table="products", column="shard key?"),
    CreateIndex(name="ix_products_by_time", table="products", columns="shard created_at product_id"),
    CreateIndex(name="ix_products_vendor_name", table="products", columns="vendor_id sort_title product_id"),
    CreateIndex(name="ix_products_vendor_shelf", table="products", columns="sold_by created_at product_id"),
    AddColumn(table="stock", column="low_for key?"),
    CreateIndex(name="ix_stock_low_by_vendor", table="stock", columns="low_for available variant_id"),
    AddColumn(table="stock_movements", column="note text?"),
    AddColumn(table="users", column="email_key key?"),
    AddColumn(table="users", column="name_key key?"),
    CreateIndex(name="ix_users_by_email", table="users", columns="shard email_key user_id"),
    CreateIndex(name="ix_users_by_name", table="users", columns="shard name_key user_id"),
)


def upgrade() -> None:
    """Makes the steps."""
    apply(STEPS)
