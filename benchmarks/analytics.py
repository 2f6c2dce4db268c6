"""How long figures take over a year of orders.

    python -m benchmarks.analytics --orders 1000000 sqlite

The rows are those that the consumer of ``OrderPlaced`` would have added up order by order: made by the same
functions, summed up in memory and stored month by month. Hours that would have expired are left out. Each
figure is asked for as a route asks, in turn, ``--rounds`` times.
"""

import argparse
import os
import platform
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import uvloop

from cartwheel.adapters import app_secret, open_store
from cartwheel.analytics.counting import Tally, of_order
from cartwheel.analytics.model import Interval, Period, Ranked, heat
from cartwheel.analytics.tables import HEAT, SUMS, Addition
from cartwheel.kernel.clock import ManualClock
from cartwheel.orders import Order, OrderLine
from cartwheel.settings import Settings
from cartwheel.shop import Shop, assemble
from cartwheel.storage import Put
from tests.support.databases import fresh_database
from tests.support.servers import MYSQL_URL, POSTGRESQL_URL

Ask = Callable[[], Awaitable[object]]

PRODUCTS, VENDORS, CATEGORIES = 5_000, 50, 20
FIRST, LAST = date(2025, 12, 1), date(2026, 11, 30)
NOW = datetime(2026, 11, 30, 18, tzinfo=UTC)
YEAR = Period(FIRST, LAST)

CATEGORY = {f"product-{n}": f"category-{n % CATEGORIES}" for n in range(PRODUCTS)}


def orders(count: int, seed: int) -> Iterator[Order]:
    """Orders of a year in order of time: up to four lines each, and few products sell most."""
    chance = random.Random(seed)
    start = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC)
    step = (NOW - start) / count
    for number in range(count):
        at = start + number * step
        yield Order.model_construct(
            order_id=f"order-{number}",
            currency="USD",
            lines=[line(int(PRODUCTS * chance.random() ** 3), chance) for _ in range(chance.randint(1, 4))],
            total=0,
            created_at=at,
        )


def line(number: int, chance: random.Random) -> OrderLine:
    """One line of an order."""
    quantity, price = chance.randint(1, 3), 500 + number
    return OrderLine.model_construct(
        product_id=f"product-{number}",
        vendor_id=f"vendor-{number % VENDORS}",
        quantity=quantity,
        total=price * quantity,
    )


async def fill(shop: Shop, count: int) -> int:
    """Stores the sums of that many orders, month by month; answers how many rows."""
    stored, month, tally = 0, FIRST.month, Tally(shop.calendar)
    hot: dict[tuple[str, str], Addition] = {}
    for order in orders(count, 1):
        if order.created_at.month != month:
            stored += await store(shop, tally, {})
            month, tally = order.created_at.month, Tally(shop.calendar)
        priced = order.model_copy(update={"total": sum([line.total for line in order.lines])})
        for name, counted in of_order(priced, CATEGORY).items():
            for part, counts in counted:
                tally.add(part, order.created_at, counts)
            kind, _, product_id = name.partition(":")
            if kind == "product" and NOW - order.created_at < timedelta(days=28):
                add = heat(product_id, {"orders": 1}, order.created_at)
                before = hot.get((add.era, product_id))
                score = add.score + (before.score if isinstance(before, HEAT.model) else 0)
                hot[add.era, product_id] = add.model_copy(update={"score": score})
    return stored + await store(shop, tally, hot)


async def store(shop: Shop, tally: Tally, hot: dict[tuple[str, str], Addition]) -> int:
    """Stores the rows that have not expired."""
    rows: list[Addition] = [
        *(row for row in tally.rows() if row.expires_at is None or row.expires_at > NOW),
        *(row for row in hot.values() if row.expires_at is not None and row.expires_at > NOW),
    ]
    for at in range(0, len(rows), 100):
        some = rows[at : at + 100]
        await shop.store.write(*(Put(SUMS if isinstance(row, SUMS.model) else HEAT, row) for row in some))
    return len(rows)


def figures(shop: Shop) -> dict[str, Ask]:
    """What is asked for."""
    analytics = shop.analytics
    odd = Period(FIRST - timedelta(days=10), LAST - timedelta(days=10))

    def series(interval: Interval) -> Ask:
        return lambda: analytics.series(None, YEAR, interval)

    def top(
        by: Ranked, vendor_id: str | None = None, period: Period = YEAR
    ) -> Callable[[], Awaitable[object]]:
        return lambda: analytics.top(by, vendor_id, period, 10)

    return {
        "summary of a year, beside the year before": lambda: analytics.summary(None, YEAR),
        "summary of a vendor's year": lambda: analytics.summary("vendor-7", YEAR),
        "a year by day": series("day"),
        "a year by month": series("month"),
        "31 days by hour": lambda: analytics.series(None, Period(LAST - timedelta(days=30), LAST), "hour"),
        "best products of 12 months": top("product"),
        "best products of 365 days, cut across months": top("product", None, odd),
        "best products of a vendor": top("product", "vendor-7"),
        "best categories": top("category"),
        "best vendors": top("vendor"),
        "trending": lambda: analytics.trending(12),
    }


async def measure(label: str, url: str, folder: Path, count: int, rounds: int) -> None:
    """Fills one database and asks it."""
    settings = Settings.model_validate({"data": folder, "database": url})
    clock = ManualClock(NOW)
    async with AsyncExitStack() as stack:
        shop = assemble(settings, clock, open_store(settings, app_secret(settings), clock))
        stack.push_async_callback(shop.store.close)
        await shop.store.prepare()
        began = time.perf_counter()
        rows = await fill(shop, count)
        print(f"{label}: {count:,} orders are {rows:,} rows; stored in {time.perf_counter() - began:.0f} s")
        for name, ask in figures(shop).items():
            times = []
            for _ in range(rounds):
                start = time.perf_counter()
                await ask()
                times.append((time.perf_counter() - start) * 1000)
            print(f"{label:<11} {name:<46} {statistics.median(times):>7.1f} {max(times):>7.1f}", flush=True)


def run(label: str, count: int, rounds: int) -> None:
    """Opens empty data of one engine and measures it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if label == "sqlite":
            uvloop.run(measure(label, f"sqlite:///{folder}/shop.db", folder, count, rounds))
            return
        with fresh_database(POSTGRESQL_URL if label == "postgresql" else MYSQL_URL) as url:
            uvloop.run(measure(label, url, folder, count, rounds))


def main() -> None:
    """Measures the engines that are named, SQLite by default."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("engines", nargs="*", metavar="engine", help="sqlite, postgresql, mariadb")
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=9)
    chosen = parser.parse_args()
    print(f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {os.cpu_count()} cores")
    print(f"{'engine':<11} {'figures':<46} {'median':>7} {'worst':>7}   ms")
    for label in chosen.engines or ["sqlite"]:
        run(label, chosen.orders, chosen.rounds)


if __name__ == "__main__":
    main()
