"""Imports of catalogues."""

from cartwheel.storage.sql.ddl import CreateTable, apply

revision = "0004"
down_revision = "0003"

STEPS = (
    CreateTable(
        "import_pieces",
        """
        import_id key, number integer, content text, expires_at instant
        """,
        "import_id number",
        {"ix_import_pieces_ttl": "expires_at"},
    ),
    CreateTable(
        "import_rejections",
        """
        import_id key, number integer, line integer, key text, reason text, expires_at instant
        """,
        "import_id number",
        {"ix_import_rejections_ttl": "expires_at"},
    ),
    CreateTable(
        "imports",
        """
        format text, dry_run boolean?, with_stock boolean?, vendor_id text?, import_id key,
        shard key?, by text, state text?, size integer, read integer?, records integer?, created
        integer?, updated integer?, unchanged integer?, rejected integer?, failure text?,
        created_at instant, updated_at instant, expires_at instant
        """,
        "import_id",
        {"ix_imports_by_time": "shard created_at import_id", "ix_imports_ttl": "expires_at"},
    ),
)


def upgrade() -> None:
    """Makes the steps."""
    apply(STEPS)
