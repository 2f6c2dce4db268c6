"""Where imports live, and the changes that move them on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cartwheel.imports.model import Import, ImportState, Piece, RejectedRow
from cartwheel.storage import Change, Index, Put, Query, Table, Update, absent, eq, is_in

IMPORTS = Table(
    "imports", Import, "import_id", indexes=(Index("by_time", "shard", "created_at"),), ttl="expires_at"
)
PIECES = Table("import_pieces", Piece, "import_id", "number", ttl="expires_at")
REJECTED = Table("import_rejections", RejectedRow, "import_id", "number", ttl="expires_at")

TABLES = (IMPORTS, PIECES, REJECTED)

PIECES_AT_ONCE = 4


def begun(made: Import) -> Change:
    """A new import."""
    return Put(IMPORTS, made, (absent(),))


def moved(made: Import, values: Mapping[str, Any], now: datetime) -> Change:
    """Notes how far it is; conflicts when another worker has come further, or it is over."""
    unfinished = (ImportState.WAITING.value, ImportState.RUNNING.value)
    when = (eq("records", made.records), is_in("state", unfinished))
    return Update(IMPORTS, (made.import_id,), set={**values, "updated_at": now}, when=when)


def pieces_of(import_id: str, cursor: str | None) -> Query[Piece]:
    """The file, in order."""
    return Query(PIECES, import_id, limit=PIECES_AT_ONCE, cursor=cursor)


def recent(cursor: str | None, limit: int) -> Query[Import]:
    """All imports, the newest first."""
    return Query(IMPORTS, "0", "by_time", descending=True, cursor=cursor, limit=limit)


def rejected(import_id: str, cursor: str | None, limit: int) -> Query[RejectedRow]:
    """What did not come in, in the order of the file."""
    return Query(REJECTED, import_id, cursor=cursor, limit=limit)
