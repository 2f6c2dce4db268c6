"""Reading the log."""

from collections.abc import AsyncIterator

from cartwheel.audit import tables
from cartwheel.audit.model import Entry
from cartwheel.kernel.pages import Page, every_page
from cartwheel.storage import Store

EXPORTED = 500
"""Entries that an export reads at a time."""


class AuditLog:
    """What the staff did, the newest first."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def entries(
        self, actor: str | None, subject: str | None, cursor: str | None, limit: int
    ) -> Page[Entry]:
        """A page of everything, of what somebody did, or of what was done to something. One storage call."""
        return await self._store.query(tables.entries(actor, subject, cursor, limit))

    async def everything(self) -> AsyncIterator[list[Entry]]:
        """The whole log, some entries at a time: for export."""
        async for page in every_page(lambda cursor: self.entries(None, None, cursor, EXPORTED)):
            yield list(page.items)
