"""Pictures."""

from cartwheel.storage.sql.ddl import CreateTable, apply

revision = "0005"
down_revision = "0004"

STEPS = (
    CreateTable(
        "media",
        """
        media_id key, owner_id text, original text, width integer, height integer, placeholder
        text, widths nested?, created_at instant, shard key?, unused_since instant?, going_since
        instant?
        """,
        "media_id",
        {"ix_media_by_disuse": "shard unused_since media_id"},
    ),
    CreateTable(
        "media_uploads",
        """
        upload_id key, owner_id text, size integer, media_id text?, created_at instant,
        expires_at instant
        """,
        "upload_id",
        {"ix_media_uploads_ttl": "expires_at"},
    ),
    CreateTable(
        "media_uses",
        """
        media_id key, user key
        """,
        "media_id user",
        {"ix_media_uses_by_user": "user media_id"},
    ),
)


def upgrade() -> None:
    """Makes the steps."""
    apply(STEPS)
