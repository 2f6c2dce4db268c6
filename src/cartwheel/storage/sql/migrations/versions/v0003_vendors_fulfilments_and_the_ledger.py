"""Vendors, fulfilments and the ledger."""

from cartwheel.storage.sql.ddl import AddColumn, CreateIndex, CreateTable, apply

revision = "0003"
down_revision = "0002"

STEPS = (
    CreateTable(
        "balances",
        """
        account key, amount integer, currency key, updated_at instant
        """,
        "account",
        {"ix_balances_by_amount": "currency amount account"},
    ),
    CreateTable(
        "fulfilments",
        """
        order_id key, vendor_id key, status text?, currency text, goods integer, shipping
        integer, carrier text?, tracking text?, shipped_at instant?, created_at instant,
        updated_at instant, listed_for key?, listed_as key?
        """,
        "order_id vendor_id",
        {
            "ix_fulfilments_by_vendor": "listed_for created_at order_id vendor_id",
            "ix_fulfilments_by_vendor_status": "listed_as created_at order_id vendor_id",
        },
    ),
    CreateTable(
        "ledger_entries",
        """
        transaction_id key, number integer, account key, entry_id key, kind text, amount
        integer, currency text, reference text, at instant
        """,
        "transaction_id number",
        {"ix_ledger_entries_by_account": "account entry_id transaction_id number"},
    ),
    CreateTable(
        "payout_batches",
        """
        batch_id key, state text?, currency text, total integer?, payouts integer?, actor text,
        created_at instant, shard key?
        """,
        "batch_id",
        {"ix_payout_batches_by_time": "shard created_at batch_id"},
    ),
    CreateTable(
        "payouts",
        """
        batch_id key, vendor_id key, shop_name text, amount integer, currency text,
        sealed_payout text, payout_hint text, created_at instant
        """,
        "batch_id vendor_id",
        {"ix_payouts_by_vendor": "vendor_id created_at batch_id"},
    ),
    CreateTable(
        "refund_allocations",
        """
        order_id key, refund_id key, currency text, parts nested
        """,
        "order_id refund_id",
    ),
    CreateTable(
        "vendor_addresses",
        """
        slug key, vendor_id text
        """,
        "slug",
    ),
    CreateTable(
        "vendor_shares",
        """
        order_id key, vendor_id key, currency text, gross integer, commission integer, refunded
        integer?, returned integer?
        """,
        "order_id vendor_id",
    ),
    CreateTable(
        "vendors",
        """
        vendor_id key, slug text, shop_name text, description text?, logo_url text?, status
        key?, reason text?, commission integer?, sealed_payout text?, payout_hint text?, version
        integer?, created_at instant, updated_at instant, shard key?
        """,
        "vendor_id",
        {
            "ix_vendors_by_status": "status created_at vendor_id",
            "ix_vendors_by_time": "shard created_at vendor_id",
        },
    ),
    AddColumn(table="orders", column="email_key key?"),
    AddColumn(table="orders", column="shipped integer?"),
    CreateIndex(name="ix_orders_by_email", table="orders", columns="email_key created_at order_id"),
)


def upgrade() -> None:
    """Makes the steps."""
    apply(STEPS)
