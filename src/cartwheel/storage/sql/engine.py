"""``Store`` on an SQL database."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa

from cartwheel.kernel.clock import Clock
from cartwheel.kernel.pages import Page
from cartwheel.storage.cursors import Cursors
from cartwheel.storage.port import (
    MAX_PAGE,
    Backoff,
    Change,
    Check,
    Conflict,
    Delete,
    Put,
    Query,
    Store,
    Unavailable,
    Update,
    check_size,
    check_write,
)
from cartwheel.storage.schema import InvalidItem, M, Table
from cartwheel.storage.sql.drivers import Driver, Retry, Unsure
from cartwheel.storage.sql.statements import TableStatements
from cartwheel.storage.sql.tables import metadata

T = TypeVar("T")

_SCAN_BATCH = 500


class SqlStore(Store):
    """One table per spec. Single changes commit by themselves, several in one transaction.

    Changes are made in the order of table and key, so that rival writes meet their locks in the same order.
    """

    def __init__(self, driver: Driver, tables: Iterable[Table[Any]], cursors: Cursors, clock: Clock) -> None:
        self._driver = driver
        self._tables = tuple(tables)
        self._cursors = cursors
        self._clock = clock
        self._known: dict[Table[Any], TableStatements] = {}

    async def get(self, table: Table[M], *key: Any) -> M | None:
        def work(cursor: Any) -> Any:
            sql = self._statements(table)
            statement = sql.select()
            cursor.execute(statement.text, statement.bind(self._keys(sql, [key])))
            return cursor.fetchone()

        row = await self._read(work)
        return None if row is None else self._load(self._statements(table), row)

    async def get_many(self, table: Table[M], keys: Sequence[tuple[Any, ...]]) -> list[M | None]:
        found: dict[tuple[Any, ...], M] = {}
        unique = list(dict.fromkeys(keys))
        for start in range(0, len(unique), 128):
            for item in await self._read(self._many(table, unique[start : start + 128])):
                found[table.key_of(item)] = item
        return [found.get(key) for key in keys]

    def _many(self, table: Table[M], keys: list[tuple[Any, ...]]) -> Callable[[Any], list[M]]:
        size = 1 << (len(keys) - 1).bit_length()  # few shapes: pad to a power of two with the last key

        def work(cursor: Any) -> list[M]:
            sql = self._statements(table)
            statement = sql.select(size)
            padded = keys + [keys[-1]] * (size - len(keys))
            cursor.execute(statement.text, statement.bind(self._keys(sql, padded)))
            return [self._load(sql, row) for row in cursor.fetchall()]

        return work

    async def query(self, query: Query[M]) -> Page[M]:
        if not 1 <= query.limit <= MAX_PAGE:
            raise InvalidItem(f"A page holds 1 to {MAX_PAGE} items.")
        position = self._cursors.read(query)

        def work(cursor: Any) -> Any:
            sql = self._statements(query.table)
            statement = sql.query(query, position)
            cursor.execute(statement.text, statement.bind(self._query_values(sql, query, position)))
            return cursor.fetchall()

        rows = await self._read(work)
        sql = self._statements(query.table)
        items = [self._load(sql, row) for row in rows[: query.limit]]
        if len(rows) <= query.limit:
            return Page(items)
        return Page(items, self._cursors.make(query, self._position(sql, query, rows[query.limit - 1])))

    async def scan(self, table: Table[M]) -> AsyncIterator[M]:
        at: dict[str, Any] = {}
        while True:

            def work(cursor: Any) -> Any:
                sql = self._statements(table)
                statement = sql.scan(not at)
                cursor.execute(
                    statement.text, statement.bind({**at, "limit": _SCAN_BATCH, "now": self._now(sql)})
                )
                return cursor.fetchall()

            rows = await self._read(work)
            sql = self._statements(table)
            for row in rows:
                yield self._load(sql, row)
            if len(rows) < _SCAN_BATCH:
                return
            last = dict(zip(sql.names, rows[-1], strict=True))
            at = {f"at_{name}": last[name] for name in table.keys}

    async def write(self, *changes: Change) -> None:
        check_write(changes)
        prepared = [(change, _dump(change)) for change in changes]
        prepared.sort(key=lambda pair: (pair[0].table.name, [str(part) for part in pair[0].key]))

        def work(cursor: Any) -> None:
            for change, values in prepared:
                if not self._apply(cursor, change, values):
                    raise Conflict(change)

        await self._attempts(work, transaction=len(changes) > 1)

    async def purge(self, table: Table[M], limit: int = 500) -> int:
        def work(cursor: Any) -> int:
            sql = self._statements(table)
            now, statement = self._now(sql), sql.purge()
            cursor.execute(statement.text, statement.bind({"now": now, "limit": limit}))
            keys = cursor.fetchall()
            statement = sql.delete_expired()
            for key in keys:
                values = {f"key_{name}": part for name, part in zip(table.keys, key, strict=True)}
                cursor.execute(statement.text, statement.bind(values | {"now": now}))
            return len(keys)

        return await self._attempts(work, transaction=True) if table.ttl else 0

    async def prepare(self) -> None:
        def create(connection: sa.Connection) -> None:
            metadata(self._tables, connection.dialect).create_all(connection)

        await self._driver.schema(create)

    async def ready(self) -> None:
        try:
            await self._driver.run(lambda cursor: cursor.execute("SELECT 1"))
        except (Retry, Unsure) as error:
            raise Unavailable(str(error)) from error

    async def close(self) -> None:
        await self._driver.close()

    async def _read(self, work: Callable[[Any], T]) -> T:
        backoff = Backoff()
        while True:
            try:
                return await self._driver.run(work)
            except (Retry, Unsure) as error:
                if not await backoff.wait():
                    raise Unavailable(str(error)) from error

    async def _attempts(self, work: Callable[[Any], T], *, transaction: bool) -> T:
        backoff = Backoff()
        while True:
            try:
                return await self._driver.run(work, transaction=transaction)
            except Unsure as error:
                raise Unavailable(str(error)) from error
            except Retry as error:
                if not await backoff.wait():
                    raise Unavailable(str(error)) from error

    def _statements(self, table: Table[Any]) -> TableStatements:
        known = self._known.get(table)
        if known is None:
            known = self._known[table] = TableStatements(table, self._driver.dialect)
        return known

    def _now(self, sql: TableStatements) -> Any:
        return sql.encode(sql.table.ttl, self._clock()) if sql.table.ttl else None

    def _keys(self, sql: TableStatements, keys: Sequence[tuple[Any, ...]]) -> dict[str, Any]:
        values = {"now": self._now(sql)}
        for number, key in enumerate(keys):
            for name, part in zip(sql.table.keys, key, strict=True):
                values[f"key_{name}_{number}"] = sql.encode(name, sql.table.columns[name].check(part))
        return values

    def _query_values(
        self, sql: TableStatements, query: Query[Any], position: dict[str, Any] | None
    ) -> dict[str, Any]:
        partition, sort = query.path
        columns = query.table.columns
        values = {"now": self._now(sql), "limit": query.limit + 1}
        values["partition"] = sql.encode(partition, columns[partition].check(query.partition))
        for name, bound in (("low", query.low), ("high", query.high)):
            if bound is not None and sort is not None:
                values[name] = sql.encode(sort, columns[sort].check(bound))
        for name, value in (position or {}).items():
            column = columns[name]
            plain = query.table.model.__pydantic_validator__
            parsed = plain.validate_assignment(query.table.model.model_construct(), name, value)
            values[f"at_{name}"] = sql.encode(name, column.check(getattr(parsed, name)))
        return values

    def _position(self, sql: TableStatements, query: Query[Any], row: Sequence[Any]) -> dict[str, Any]:
        last = dict(zip(sql.names, row, strict=True))
        return {name: last[name] for name in sql.order(query)}

    def _load(self, sql: TableStatements, row: Sequence[Any]) -> Any:
        values = dict(zip(sql.names, row, strict=True))
        for name, decode in sql.decoders:
            if values[name] is not None:
                values[name] = decode(values[name])
        return sql.table.load(values)

    def _apply(self, cursor: Any, change: Change, values: dict[str, Any]) -> bool:
        """Makes one change; says whether its conditions held."""
        sql = self._statements(change.table)
        bound = {name: sql.encode(name, value) for name, value in values.items()}
        bound["now"] = self._now(sql)
        for name, part in zip(change.table.keys, change.key, strict=True):
            bound[f"key_{name}"] = sql.encode(name, change.table.columns[name].check(part))
        if isinstance(change, Put):
            return self._put(cursor, sql, change, bound)
        self._bind_conditions(sql, change, bound)
        if isinstance(change, Check):
            if [condition.op for condition in change.when] == ["absent"]:
                return not _found(cursor, sql.check(()), bound)
            return _found(cursor, sql.check(change.when), bound)
        if isinstance(change, Delete):
            return _run(cursor, sql.delete(change.when), bound) == 1 or not change.when
        return _run(cursor, sql.update(change.set, change.add, change.when), bound) == 1

    def _put(self, cursor: Any, sql: TableStatements, change: Put[Any], bound: dict[str, Any]) -> bool:
        if not change.when:
            _run(cursor, sql.upsert(), bound)
            return True
        if [condition.op for condition in change.when] == ["absent"]:
            if self._insert(cursor, sql, bound):
                return True
            return sql.table.ttl is not None and _run(cursor, sql.replace((), expired=True), bound) == 1
        self._bind_conditions(sql, change, bound)
        return _run(cursor, sql.replace(change.when), bound) == 1

    def _insert(self, cursor: Any, sql: TableStatements, bound: dict[str, Any]) -> bool:
        try:
            return _run(cursor, sql.insert(), bound) == 1
        except self._driver.duplicate:
            return False

    def _bind_conditions(self, sql: TableStatements, change: Change, bound: dict[str, Any]) -> None:
        for number, condition in enumerate(change.when):
            if condition.op == "in":
                for i, value in enumerate(condition.value):
                    bound[f"if{number}_{i}"] = sql.encode(condition.attribute, value)
            elif condition.attribute:
                bound[f"if{number}"] = sql.encode(condition.attribute, condition.value)


def _run(cursor: Any, statement: Any, bound: dict[str, Any]) -> int:
    cursor.execute(statement.text, statement.bind(bound))
    return int(cursor.rowcount)


def _found(cursor: Any, statement: Any, bound: dict[str, Any]) -> bool:
    cursor.execute(statement.text, statement.bind(bound))
    return cursor.fetchone() is not None


def _dump(change: Change) -> dict[str, Any]:
    if isinstance(change, Put):
        values: dict[str, Any] = change.table.dump(change.item)
        check_size(values)
        return values
    if isinstance(change, Update):
        columns = change.table.columns
        return {name: columns[name].check(value) for name, value in {**change.set, **change.add}.items()}
    return {}
