"""Where the log lives. There is one change, and it adds."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cartwheel.audit.model import Entry
from cartwheel.storage import Index, Put, Query, Table, absent

AUDIT = Table(
    "audit_log",
    Entry,
    "shard",
    "entry_id",
    indexes=(Index("by_actor", "actor", "entry_id"), Index("by_subject", "subject", "entry_id")),
)

TABLES = (AUDIT,)


def audited(
    now: datetime,
    actor: str,
    action: str,
    subject: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> Put[Entry]:
    """The entry of a staff action; join it to the write that acts."""
    entry = Entry(
        at=now,
        actor=actor,
        action=action,
        subject=subject,
        before=dict(before or {}),
        after=dict(after or {}),
    )
    return Put(AUDIT, entry, (absent(),))


def entries(actor: str | None, subject: str | None, cursor: str | None, limit: int) -> Query[Entry]:
    """All entries, those about something, or else those of somebody; the newest first."""
    index, partition = None, "0"
    if subject is not None:
        index, partition = "by_subject", subject
    elif actor is not None:
        index, partition = "by_actor", actor
    return Query(AUDIT, partition, index, descending=True, cursor=cursor, limit=limit)
