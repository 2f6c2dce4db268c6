"""``Store`` on an SQL database."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from cartwheel.kernel.clock import Clock
from cartwheel.kernel.pages import Page
from cartwheel.storage.checks import CheckedChange, CheckedQuery, check_changes, check_query, find_key
from cartwheel.storage.cursors import Cursors
from cartwheel.storage.port import Backoff, Change, Check, Conflict, Query, Store, Unavailable
from cartwheel.storage.schema import M, Table, Value
from cartwheel.storage.sql.changes import Changer, Writes
from cartwheel.storage.sql.drivers import Driver, Retry, Steps, Unsure, Work
from cartwheel.storage.sql.statements import Reads, Statements, key_values
from cartwheel.storage.sql.tables import metadata
from cartwheel.storage.sql.versions import current, newest, upgrade

T = TypeVar("T")

Rows: TypeAlias = Steps[Sequence[Sequence[Value]]]

_BATCH = 128
"""Keys of one statement."""

_SCAN_BATCH = 500
_PREPARE_SECONDS = 120
_READY_SECONDS = 3


class SqlStore(Store):
    """One table per spec. Single changes commit by themselves, several in one transaction.

    Changes are made in the order of table and key, so that rival writes meet their locks in the same order.
    ``migrations`` is the folder of those that lead to the tables; without it ``prepare`` creates them.
    """

    def __init__(
        self,
        driver: Driver,
        tables: Iterable[Table[Any]],
        cursors: Cursors,
        clock: Clock,
        migrations: Path | None = None,
    ) -> None:
        self._driver = driver
        self._migrations = migrations
        self._tables = tuple(tables)
        self._cursors = cursors
        self._clock = clock
        self._reads: dict[Table[Any], Reads] = {}
        self._writes: dict[Table[Any], Writes] = {}
        self._changer = Changer(driver.duplicate)

    async def get(self, table: Table[M], *key: Value) -> M | None:
        known = find_key(table, key)
        if known is None:
            return None

        def work() -> Rows:
            sql = self._reading(table)
            rows: Sequence[Sequence[Value]] = yield sql.select().request(
                self._now(sql) | key_values(sql, (known,))
            )
            return rows

        rows = await self._read(work)
        return self._reading(table).load(rows[0]) if rows else None

    async def get_many(self, table: Table[M], keys: Sequence[tuple[Value, ...]]) -> list[M | None]:
        known = [find_key(table, key) for key in keys]
        found: dict[tuple[Value, ...] | None, M] = {}
        unique = [key for key in dict.fromkeys(known) if key is not None]
        for start in range(0, len(unique), _BATCH):
            for row in await self._read(self._many(table, unique[start : start + _BATCH])):
                item = self._reading(table).load(row)
                found[table.key_of(item)] = item
        return [found.get(key) for key in known]

    def _many(self, table: Table[M], keys: list[tuple[Value, ...]]) -> Callable[[], Rows]:
        def work() -> Rows:
            sql = self._reading(table)
            padded = _padded(keys)
            rows: Sequence[Sequence[Value]] = yield sql.select(len(padded)).request(
                self._now(sql) | key_values(sql, padded)
            )
            return rows

        return work

    async def query(self, query: Query[M]) -> Page[M]:
        checked = check_query(query, self._cursors)
        if checked is None:
            return Page([])

        def work() -> Rows:
            sql = self._reading(query.table)
            rows: Sequence[Sequence[Value]] = yield sql.query(checked).request(
                self._now(sql) | _query_values(sql, checked)
            )
            return rows

        rows = await self._read(work)
        sql = self._reading(query.table)
        items = [sql.load(row) for row in rows[: query.limit]]
        if len(rows) <= query.limit:
            return Page(items)
        return Page(items, self._cursors.make(query, checked.order, items[-1]))

    async def scan(self, table: Table[M]) -> AsyncIterator[M]:
        at: dict[str, Value] = {}
        while True:
            await asyncio.sleep(0)  # an inline engine would keep all others from running
            rows = await self._read(partial(self._batch, table, at))
            sql = self._reading(table)
            for row in rows:
                yield sql.load(row)
            if len(rows) < _SCAN_BATCH:
                return
            last = dict(zip(sql.names, rows[-1], strict=True))
            at = {f"at_{name}": last[name] for name in table.keys}

    def _batch(self, table: Table[Any], at: dict[str, Value]) -> Rows:
        sql = self._reading(table)
        statement = sql.scan(start=not at)
        rows: Sequence[Sequence[Value]] = yield statement.request(
            self._now(sql) | at | {"limit": _SCAN_BATCH}
        )
        return rows

    async def write(self, *changes: Change) -> None:
        checked = check_changes(changes)
        if len(checked) > 1:
            checked.sort(key=_lock_order)

        def work() -> Steps[None]:
            for made in checked:
                sql = self._writing(made.change.table)
                if not (yield from self._changer.apply(sql, made, self._instant(sql))):
                    raise Conflict(made.change)

        if checked:
            await self._attempts(work, transaction=len(checked) > 1)

    async def purge(self, table: Table[M], limit: int = 500) -> int:
        if table.ttl is None:
            return 0

        def find() -> Rows:
            sql = self._reading(table)
            rows: Sequence[Sequence[Value]] = yield sql.expired_keys().request(
                self._now(sql) | {"limit": limit}
            )
            return rows

        keys = [tuple(row) for row in await self._read(find)]
        removed = 0
        for start in range(0, len(keys), _BATCH):
            removed += await self._attempts(self._remove(table, keys[start : start + _BATCH]))
        return removed

    def _remove(self, table: Table[M], keys: list[tuple[Value, ...]]) -> Callable[[], Steps[int]]:
        def work() -> Steps[int]:
            sql = self._reading(table)
            padded = _padded(keys)
            names = [[f"key_{name}_{i}" for name in table.keys] for i in range(len(padded))]
            raw = {
                name: part
                for key, row in zip(padded, names, strict=True)
                for name, part in zip(row, key, strict=True)
            }
            removed: int = yield sql.delete_expired(len(padded)).request(self._now(sql) | raw)
            return removed

        return work

    async def prepare(self) -> None:
        backoff = Backoff(_PREPARE_SECONDS)
        while True:
            try:
                return await self._prepare()
            except Retry as error:
                if not await backoff.wait():
                    raise Unavailable(str(error)) from error

    async def _prepare(self) -> None:
        migrations = self._migrations
        if migrations is None:
            await self._driver.schema(metadata(self._tables).create_all)
        elif await self._driver.inspect(current) < newest(migrations):
            await self._driver.schema(lambda connection: upgrade(connection, migrations))

    async def ready(self) -> None:
        try:
            async with asyncio.timeout(_READY_SECONDS):
                await self._driver.run(_ping)
        except (Retry, Unsure, TimeoutError) as error:
            raise Unavailable(str(error)) from error

    async def close(self) -> None:
        await self._driver.close()

    async def _read(self, work: Work[T]) -> T:
        backoff: Backoff | None = None
        while True:
            try:
                return await self._driver.run(work)
            except (Retry, Unsure) as error:
                backoff = backoff or Backoff()
                if not await backoff.wait():
                    raise Unavailable(str(error)) from error

    async def _attempts(self, work: Work[T], *, transaction: bool = False) -> T:
        backoff: Backoff | None = None
        while True:
            try:
                return await self._driver.run(work, transaction=transaction)
            except Unsure as error:
                raise Unavailable(str(error)) from error
            except Retry as error:
                backoff = backoff or Backoff()
                if not await backoff.wait():
                    raise Unavailable(str(error)) from error

    def _reading(self, table: Table[Any]) -> Reads:
        known = self._reads.get(table)
        if known is None:
            known = self._reads[table] = Reads(table, self._driver.dialect)
        return known

    def _writing(self, table: Table[Any]) -> Writes:
        known = self._writes.get(table)
        if known is None:
            known = self._writes[table] = Writes(table, self._driver.dialect)
        return known

    def _now(self, sql: Statements) -> dict[str, Value]:
        return {"now": self._instant(sql)}

    def _instant(self, sql: Statements) -> Value:
        return sql.encode(sql.table.ttl, self._clock()) if sql.table.ttl else None


def _ping() -> Steps[None]:
    yield "SELECT 1", ()


def _lock_order(made: CheckedChange) -> tuple[bool, str, tuple[Value, ...]]:
    # that something is absent is checked when all else is locked: see Changer
    is_last = made.is_absent and isinstance(made.change, Check)
    return is_last, made.change.table.name, made.key


def _padded(keys: list[tuple[Value, ...]]) -> list[tuple[Value, ...]]:
    """A power of two of keys, so that there are few shapes of statements: the last one is repeated."""
    return keys + [keys[-1]] * ((1 << (len(keys) - 1).bit_length()) - len(keys))


def _query_values(sql: Statements, query: CheckedQuery) -> dict[str, Value]:
    partition, sort = query.query.path
    values = {"limit": query.query.limit + 1, "partition": sql.encode(partition, query.partition)}
    if sort is not None:
        values["low"], values["high"] = sql.encode(sort, query.low), sql.encode(sort, query.high)
    for name, value in zip(query.order, query.position or (), strict=False):
        values[f"at_{name}"] = sql.encode(name, value)
    return values
