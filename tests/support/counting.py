"""A store that counts what it is asked, to hold use cases to a constant number of storage calls."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from cartwheel.kernel.pages import Page
from cartwheel.storage import Change, Query, Store, Table
from cartwheel.storage.schema import M, Value


class CountingStore(Store):
    """Hands every call on to another store and notes it in ``calls``: "get users", "write sessions+users".

    Every call lets other tasks go first, as a store over a network does; SQLite alone runs inline, and tasks
    that race on it never meet. ``rivals`` names calls before which somebody else shall act, once.
    """

    def __init__(self, inner: Store) -> None:
        self.inner = inner
        self.calls: list[str] = []
        self.written: dict[str, bool] = {}
        """Whether a table was written to, by name."""
        self.rivals: dict[str, Callable[[], Awaitable[object]]] = {}

    def taken(self) -> list[str]:
        """The calls since this was last asked."""
        calls, self.calls = self.calls, []
        return calls

    async def arrived(self, call: str) -> None:
        """Notes a call before it is made, and lets others go first."""
        self.calls.append(call)
        await asyncio.sleep(0)
        rival = self.rivals.pop(call, None)
        if rival is not None:
            await rival()

    async def get(self, table: Table[M], *key: Value) -> M | None:
        await self.arrived(f"get {table.name}")
        return await self.inner.get(table, *key)

    async def get_many(self, table: Table[M], keys: Sequence[tuple[Value, ...]]) -> list[M | None]:
        await self.arrived(f"get_many {table.name}")
        return await self.inner.get_many(table, keys)

    async def query(self, query: Query[M]) -> Page[M]:
        await self.arrived(f"query {query.table.name}")
        return await self.inner.query(query)

    async def scan(self, table: Table[M]) -> AsyncIterator[M]:
        await self.arrived(f"scan {table.name}")
        async for item in self.inner.scan(table):
            yield item

    async def write(self, *changes: Change) -> None:
        names = dict.fromkeys((change.table.name for change in changes), True)
        self.written |= names
        await self.arrived("write " + "+".join(names))
        await self.inner.write(*changes)

    async def prepare(self) -> None:
        await self.inner.prepare()

    async def purge(self, table: Table[M], limit: int = 500) -> int:
        await self.arrived(f"purge {table.name}")
        return await self.inner.purge(table, limit)

    async def ready(self) -> None:
        await self.inner.ready()

    async def close(self) -> None:
        await self.inner.close()
