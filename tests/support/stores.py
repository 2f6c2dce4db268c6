"""Stores of any engine for tests, empty, and with rivals let in before each call."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from cartwheel.kernel.clock import Clock
from cartwheel.storage import Delete, Store, Table
from cartwheel.storage.cursors import Cursors
from tests.support.counting import CountingStore
from tests.support.databases import empty

SECRET = b"a secret of the tests, for no shop"


@asynccontextmanager
async def open_tables(
    database: str, tables: Iterable[Table[Any]], clock: Clock
) -> AsyncIterator[CountingStore]:
    """An empty store of these tables. It yields before each call, so that tasks race on SQLite too."""
    tables = tuple(tables)
    store = CountingStore(_engine(database, tables, clock))
    await begin(database, store, tables)
    store.written |= dict.fromkeys(
        (table.name for table in tables), True
    )  # tests write beside the counter too
    yield store
    store.written |= dict.fromkeys(
        (table.name for table in tables), True
    )  # tests also write beside the counter
    await store.close()


written_in: dict[str, dict[str, bool]] = {}
"""By database of the emulator, which is slow: its tables, and whether they were written to since emptied."""


async def begin(database: str, store: CountingStore, tables: Iterable[Table[Any]]) -> None:
    """Makes the tables where they are not there yet, and deletes everything that a test before has left.

    SQLite's database is the test's own, and empty.
    """
    tables = tuple(tables)
    known = written_in.setdefault(database, {}) if database.startswith("dynamodb:") else {}
    if not known.keys() >= {table.name for table in tables}:
        await store.prepare()
    if database.startswith("dynamodb:"):
        for table in tables:
            if known.get(table.name, True):
                await _empty(store.inner, table)
            known[table.name] = False
    elif not database.startswith("sqlite:"):
        await empty(database, [table.name for table in tables])
    store.written = known
    store.taken()


async def _empty(store: Store, table: Table[Any]) -> None:
    keys = [table.key_of(item) async for item in store.scan(table)]
    for start in range(0, len(keys), 100):
        await store.write(*(Delete(table, key) for key in keys[start : start + 100]))


def _engine(database: str, tables: tuple[Table[Any], ...], clock: Clock) -> Store:
    if database.startswith("dynamodb:"):
        from cartwheel.storage.dynamodb import DynamoStore  # noqa: PLC0415

        return DynamoStore(database, tables, Cursors(SECRET), clock)
    from cartwheel.storage.sql import MIGRATIONS, SqlStore, open_driver  # noqa: PLC0415

    # a server's database is also that of tests of whole shops, in whatever order: it has the shop's schema
    migrations = None if database.startswith("sqlite:") else MIGRATIONS
    return SqlStore(open_driver(database), tables, Cursors(SECRET), clock, migrations)
