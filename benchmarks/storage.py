"""Speed of the storage engines beside their raw drivers, which run the very same statements.

    python -m benchmarks.storage --rounds 9 sqlite postgresql mariadb dynamodb

One task, one operation after the other: what is compared is the time that the engine adds, so a ratio of 1.3
means that an operation takes 1.3 times as long through the store, with its checks, retries and models, as the
statement takes by hand. Store and driver take turns, and the ratio is the median over the rounds. The raw
driver is given the statements that the store was seen to send. Servers: see tests/support/servers.py.
"""

import argparse
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import uvloop
from pydantic import BaseModel, ConfigDict

from cartwheel.kernel.clock import utc_now
from cartwheel.storage import Change, Check, Index, Put, Query, Store, Table, Update, absent, exists, ge
from cartwheel.storage.cursors import Cursors
from cartwheel.storage.dynamodb import DynamoStore
from cartwheel.storage.sql import SqlStore, open_driver
from cartwheel.storage.sql.drivers import Steps, Work
from tests.support import emulator
from tests.support.databases import connect, fresh_database
from tests.support.servers import MYSQL_URL, POSTGRESQL_URL

PRODUCTS = 2000
PAGE = 24
DISTINCT = 100
"""Operations of each kind that are prepared; a round goes through them again and again."""


class Product(BaseModel):
    """About what a product is."""

    model_config = ConfigDict(frozen=True)

    product_id: str
    slug: str
    title: str
    description: str
    category: str
    price: int
    currency: str = "USD"
    stock: int = 0
    created_at: datetime
    active: bool = True
    tags: tuple[str, ...] = ()


class Line(BaseModel):
    """Something small with a key of two parts."""

    model_config = ConfigDict(frozen=True)

    order_id: str
    number: int
    amount: int


PRODUCT_TABLE = Table(
    "products", Product, "product_id", indexes=(Index("by_category", "category", "created_at"),)
)
LINES = Table("lines", Line, "order_id", "number")
TABLES: tuple[Table[Any], ...] = (PRODUCT_TABLE, LINES)

Raw = Callable[[int], Awaitable[object]]
Statement = tuple[str, Sequence[Any]]


def product(number: int) -> Product:
    """The product of that number."""
    return Product(
        product_id=f"product-{number:06}",
        slug=f"a-thing-{number}",
        title=f"A thing, number {number}",
        description="Something worth having, described in a sentence or two. " * 3,
        category=f"category-{number % 20}",
        price=1000 + number,
        stock=1_000_000_000,
        created_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=number),
        tags=("new", "blue"),
    )


@cache
def changes(number: int) -> list[Change]:
    """An order of two lines: stock taken twice, two lines stored, one product checked.

    Kept, because making the models is the work of who calls the store.
    """
    first, second = product(number), product(number + 1)
    take: list[Change] = [
        Update(PRODUCT_TABLE, (item.product_id,), add={"stock": -1}, when=(ge("stock", 1),))
        for item in (first, second)
    ]
    order = f"order-{number}"
    lines: list[Change] = [Put(LINES, Line(order_id=order, number=i, amount=first.price)) for i in range(2)]
    return [*take, *lines, Check(PRODUCT_TABLE, (product(number + 2).product_id,), (exists(),))]


OPERATIONS: dict[str, Callable[[Store, int], Awaitable[object]]] = {
    "get": lambda store, i: store.get(PRODUCT_TABLE, f"product-{i * 7 % PRODUCTS:06}"),
    f"query({PAGE})": lambda store, i: store.query(
        Query(PRODUCT_TABLE, f"category-{i % 20}", "by_category", descending=True, limit=PAGE)
    ),
    "write(5)": lambda store, i: store.write(*changes(i * 3)),
}


async def fill(store: Store) -> None:
    """Stores the products."""
    await store.prepare()
    for start in range(0, PRODUCTS, 50):
        await store.write(*(Put(PRODUCT_TABLE, product(i), (absent(),)) for i in range(start, start + 50)))


class Recorder:
    """Notes what the store asks of its driver, operation by operation."""

    def __init__(self, store: SqlStore) -> None:
        self.seen: list[Statement] = []
        self._driver: Any = store._driver
        self._run = self._driver.run

    async def of(self, operation: Awaitable[object]) -> list[Statement]:
        """The statements of one operation, between BEGIN and COMMIT if it is a transaction."""
        self.seen, is_transaction = [], False

        async def run(work: Work[Any], *, transaction: bool = False) -> object:
            nonlocal is_transaction
            is_transaction = transaction
            return await self._run(lambda: self._noting(work()), transaction=transaction)

        self._driver.run = run
        try:
            await operation
        finally:
            self._driver.run = self._run
        begin = "BEGIN IMMEDIATE" if self._driver.dialect.name == "sqlite" else "BEGIN"
        return [(begin, ()), *self.seen, ("COMMIT", ())] if is_transaction else self.seen

    def _noting(self, steps: Steps[Any]) -> Steps[Any]:
        """The steps; none of the benchmark's lets the driver raise into it."""
        answer: Any = None
        while True:
            try:
                statement = steps.send(answer)
            except StopIteration as stop:
                return stop.value
            self.seen.append(statement)
            answer = yield statement


def raw_sqlite(connection: Any) -> Callable[[list[Statement]], Awaitable[object]]:  # noqa: ANN401
    """Runs statements on the connection of the store: the file has one writer."""
    cursor = connection.cursor()

    async def run(statements: list[Statement]) -> None:
        for text, parameters in statements:
            cursor.execute(text, parameters)
            if text.startswith("SELECT"):
                cursor.fetchall()

    return run


def raw_postgresql(connection: Any) -> Callable[[list[Statement]], Awaitable[object]]:  # noqa: ANN401
    """Runs statements with asyncpg, which prepares each once."""

    async def run(statements: list[Statement]) -> None:
        for text, parameters in statements:
            if text.startswith("SELECT"):
                await connection.fetch(text, *parameters)
            else:
                await connection.execute(text, *parameters)

    return run


def raw_mysql(connection: Any) -> Callable[[list[Statement]], Awaitable[object]]:  # noqa: ANN401
    """Runs statements with asyncmy."""

    async def run(statements: list[Statement]) -> None:
        async with connection.cursor() as cursor:
            for text, parameters in statements:
                await cursor.execute(text, parameters or None)
                if text.startswith("SELECT"):
                    await cursor.fetchall()

    return run


async def sql_rivals(store: SqlStore, url: str, stack: AsyncExitStack) -> dict[str, Raw]:
    """The same operations by the driver alone."""
    recorder = Recorder(store)
    seen = {
        name: [await recorder.of(operation(store, i)) for i in range(DISTINCT)]
        for name, operation in OPERATIONS.items()
    }
    driver: Any = store._driver
    if url.startswith("sqlite"):
        run = raw_sqlite(driver._connection)
    elif url.startswith("postgresql"):
        connection = await connect(url)
        stack.push_async_callback(connection.close)
        run = raw_postgresql(connection)
    else:
        connection = await connect(url)
        stack.push_async_callback(connection.ensure_closed)
        run = raw_mysql(connection)

    def rival(statements: list[list[Statement]]) -> Raw:
        return lambda i: run(statements[i % DISTINCT])

    return {name: rival(statements) for name, statements in seen.items()}


async def dynamodb_rivals(store: DynamoStore) -> dict[str, Raw]:
    """The same requests by the client alone."""
    calls = store._calls
    seen: list[tuple[str, Any]] = []
    client: Any = calls._client
    call = calls.call

    async def note(operation: str, request: Any, **options: Any) -> object:  # noqa: ANN401 - as it comes
        seen.append((operation, dict(request)))
        return await call(operation, request, **options)

    vars(calls)["call"] = note
    requests: dict[str, list[tuple[str, Any]]] = {}
    for name, made in OPERATIONS.items():
        for i in range(DISTINCT):
            await made(store, i)
        requests[name] = seen[:]
        seen.clear()
    del vars(calls)["call"]

    def rival(recorded: list[tuple[str, Any]]) -> Raw:
        async def run(i: int) -> None:
            operation, request = recorded[i % DISTINCT]
            request.pop("ClientRequestToken", None)  # or it would be done once only
            await getattr(client, operation)(**request)

        return run

    return {name: rival(recorded) for name, recorded in requests.items()}


async def seconds_each(operation: Raw, count: int) -> float:
    """How long one operation takes."""
    start = time.perf_counter()
    for i in range(count):
        await operation(i)
    return (time.perf_counter() - start) / count


async def compare(label: str, store: Store, rivals: dict[str, Raw], rounds: int) -> None:
    """Prints a line for each operation."""
    for name, made in OPERATIONS.items():

        def own(i: int, made: Callable[[Store, int], Awaitable[object]] = made) -> Awaitable[object]:
            return made(store, i % DISTINCT)

        count = max(20, int(0.1 / await seconds_each(own, 50)))
        await seconds_each(rivals[name], count)
        times = [
            (await seconds_each(own, count), await seconds_each(rivals[name], count)) for _ in range(rounds)
        ]
        ratios = sorted(own / raw for own, raw in times)
        medians = [statistics.median(column) for column in zip(*times, strict=True)]
        print(
            f"{label:<11} {name:<10} {1 / medians[0]:>9,.0f} {1 / medians[1]:>9,.0f}"
            f" {statistics.median(ratios):>7.2f}   {ratios[0]:.2f} to {ratios[-1]:.2f}",
            flush=True,
        )


async def measure(label: str, url: str, rounds: int) -> None:
    """Fills an engine and compares it."""
    cursors = Cursors(b"a secret for measuring")
    async with AsyncExitStack() as stack:
        store: Store
        if label == "dynamodb":
            store = DynamoStore(url, TABLES, cursors, utc_now)
            stack.push_async_callback(store.close)
            await fill(store)
            rivals = await dynamodb_rivals(store)
        else:
            store = SqlStore(open_driver(url), TABLES, cursors, utc_now)
            stack.push_async_callback(store.close)
            await fill(store)
            rivals = await sql_rivals(store, url, stack)
        await compare(label, store, rivals, rounds)


def run(label: str, rounds: int) -> None:
    """Opens empty data of one engine and measures it."""
    with tempfile.TemporaryDirectory() as folder:
        if label == "sqlite":
            uvloop.run(measure(label, f"sqlite:///{folder}/shop.db", rounds))
        elif label == "dynamodb":
            with emulator.running_emulator(Path(folder)) as address:
                endpoint = quote(address, safe="")
                url = f"dynamodb://100000000001:secret@eu-central-1/bench?endpoint={endpoint}"
                uvloop.run(measure(label, url, rounds))
        else:
            server = POSTGRESQL_URL if label == "postgresql" else MYSQL_URL
            with fresh_database(server) as url:
                uvloop.run(measure(label, url, rounds))


def main() -> None:
    """Measures the engines that are named, all by default."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    labels = ["sqlite", "postgresql", "mariadb", "dynamodb"]
    parser.add_argument("engines", nargs="*", metavar="engine", help=", ".join(labels))
    parser.add_argument("--rounds", type=int, default=9)
    chosen = parser.parse_args()
    print(f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {os.cpu_count()} cores")
    print(f"{'engine':<11} {'operation':<10} {'store/s':>9} {'driver/s':>9} {'ratio':>7}   of the rounds")
    for label in chosen.engines or labels:
        run(label, chosen.rounds)


if __name__ == "__main__":
    main()
