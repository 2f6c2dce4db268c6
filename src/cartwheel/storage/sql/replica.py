"""A replica of an SQL database: read, and never changed from here."""

import asyncio

from cartwheel.storage.port import Change
from cartwheel.storage.sql.drivers import Retry
from cartwheel.storage.sql.engine import SqlStore
from cartwheel.storage.sql.versions import MIGRATIONS, current, newest

_LOOK_SECONDS = 1.0


class SqlReplica(SqlStore):
    """Reads of ``SqlStore``."""

    async def prepare(self) -> None:
        """Waits until the primary's migrations have come through, however long that takes."""
        while True:
            try:
                if await self._driver.inspect(current) >= newest(MIGRATIONS):
                    return
            except Retry:
                pass  # it is away, and may come
            await asyncio.sleep(_LOOK_SECONDS)

    async def write(self, *changes: Change) -> None:  # noqa: ARG002 - the port's own
        """Raises ``TypeError``: a replica that was written to would not be one any more."""
        raise TypeError("A replica is not written to.")
