"""Any store, telling how long its calls take: by engine and operation, in traces also by table."""

from collections.abc import AsyncIterator, Sequence

from cartwheel.kernel.pages import Page
from cartwheel.kernel.telemetry import timed
from cartwheel.storage.port import Change, Conflict, Query, Store
from cartwheel.storage.schema import M, Table, Value


class Measured(Store):
    """Hands every call on to the store of ``engine``. A conflict is no failure but an outcome."""

    def __init__(self, inner: Store, engine: str) -> None:
        self._inner = inner
        self._engine = engine

    def _timed(self, operation: str, *tables: str) -> timed:
        return timed(
            "storage", {"engine": self._engine, "operation": operation}, {"tables": " ".join(tables)}
        )

    async def get(self, table: Table[M], *key: Value) -> M | None:
        with self._timed("get", table.name):
            return await self._inner.get(table, *key)

    async def get_many(self, table: Table[M], keys: Sequence[tuple[Value, ...]]) -> list[M | None]:
        with self._timed("get_many", table.name):
            return await self._inner.get_many(table, keys)

    async def query(self, query: Query[M]) -> Page[M]:
        with self._timed("query", query.table.name):
            return await self._inner.query(query)

    async def scan(self, table: Table[M]) -> AsyncIterator[M]:
        # not timed: it lasts as long as whoever reads it takes
        async for item in self._inner.scan(table):
            yield item

    async def write(self, *changes: Change) -> None:
        with self._timed("write", *dict.fromkeys(change.table.name for change in changes)) as told:
            try:
                await self._inner.write(*changes)
            except Conflict:
                told.outcome = "conflict"
                raise

    async def prepare(self) -> None:
        await self._inner.prepare()

    async def purge(self, table: Table[M], limit: int = 500) -> int:
        with self._timed("purge", table.name):
            return await self._inner.purge(table, limit)

    async def ready(self) -> None:
        await self._inner.ready()

    async def close(self) -> None:
        await self._inner.close()
