"""How long upkeep keeps requests waiting, and how long it takes.

    python -m benchmarks.upkeep --rows 1000000 sqlite

Fills tables with rows that have expired, lets the job ``expired-rows`` remove them run after run, and
meanwhile asks for a product again and again, one request after the other, as a customer's browser does:
through the whole application in the same process, which is where an embedded store hurts most.
"""

import argparse
import asyncio
import gc
import os
import platform
import statistics
import tempfile
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import uvloop

from cartwheel.adapters import app_secret, open_store
from cartwheel.cart.model import CartHeader, CartLine
from cartwheel.cart.tables import CARTS, LINES
from cartwheel.catalog import Draft, VariantDraft
from cartwheel.entrypoints.api import create_app
from cartwheel.kernel.clock import utc_now
from cartwheel.messaging.once import HANDLED, Handled
from cartwheel.settings import Settings
from cartwheel.shop import Shop, assemble
from cartwheel.storage import Put, Store, Table
from tests.support.databases import fresh_database
from tests.support.servers import MYSQL_URL, POSTGRESQL_URL

LIMIT_MS = 50


def expired(number: int, at: datetime) -> Put[Any]:
    """A row that nobody needs any more: a third each of carts, their lines and marks of events."""
    kind, name = number % 3, f"guest-{number:08}"
    if kind == 0:
        return Put(CARTS, CartHeader(cart_id=name, version=1, updated_at=at, expires_at=at))
    if kind == 1:
        line = CartLine(
            cart_id=name,
            variant_id="mug",
            product_id="mug",
            quantity=1,
            price_seen=1200,
            added_at=at,
            expires_at=at,
        )
        return Put(LINES, line)
    return Put(HANDLED, Handled(consumer="benchmark", event_id=name, expires_at=at))


async def fill(shop: Shop, rows: int) -> None:
    """Writes the rows, each expired a while ago."""
    old = utc_now() - timedelta(days=1)
    for start in range(0, rows, 100):
        changes = [expired(number, old) for number in range(start, min(start + 100, rows))]
        await shop.store.write(*changes)


def timed(store: Store) -> list[tuple[float, float]]:
    """Notes how long each batch keeps the processor, and how long it takes with waiting; in milliseconds."""
    times: list[tuple[float, float]] = []
    purge = store.purge

    async def noting(table: Table[Any], limit: int = 500) -> int:
        began, clock = time.thread_time(), time.perf_counter()
        count = await purge(table, limit)
        times.append(((time.thread_time() - began) * 1000, (time.perf_counter() - clock) * 1000))
        return count

    store.purge = noting  # type: ignore[method-assign]
    return times


async def ask(http: httpx.AsyncClient, until: asyncio.Event) -> list[float]:
    """Milliseconds of each request until then."""
    times = []
    while not until.is_set():
        began = time.perf_counter()
        answer = await http.get("/api/products/mug")
        times.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, answer.text
        await asyncio.sleep(0.005)
    return times


async def idle(http: httpx.AsyncClient, seconds: float) -> list[float]:
    """The same while nothing else is done."""
    over = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, over.set)
    return await ask(http, over)


def told(label: str, what: str, times: list[float]) -> None:
    """One line of the table."""
    ordered = sorted(times)
    above = sum(took > LIMIT_MS for took in times)
    print(
        f"{label:<11} {what:<22} {len(times):>8,} {statistics.median(times):>8.1f} "
        f"{ordered[int(len(ordered) * 0.99)]:>8.1f} {ordered[-1]:>8.1f} {above:>8}",
        flush=True,
    )


async def measure(label: str, url: str, folder: Path, rows: int) -> None:
    """Fills one database, and sweeps it while somebody looks at a product."""
    settings = Settings.model_validate({"data": folder, "database": url})
    async with AsyncExitStack() as stack:
        store = open_store(settings, app_secret(settings), utc_now)
        batches = timed(store)
        shop = assemble(settings, utc_now, store)
        stack.push_async_callback(shop.close)
        await shop.store.prepare()
        only = VariantDraft(price=1200, stock=5)
        await shop.catalog.create(Draft(product_id="mug", title="Mug", category="Home", only=only))
        await fill(shop, rows)
        app = create_app(shop)
        gc.collect()
        gc.freeze()  # as a server does once it is warm
        transport = httpx.ASGITransport(app)
        http = await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url="http://shop"))
        told(label, "requests alone", await idle(http, 5))
        over = asyncio.Event()
        asking = asyncio.create_task(ask(http, over))
        removed, runs, began = 0, 0, time.perf_counter()
        while (run := await shop.operations.run("expired-rows")).count:
            removed, runs = removed + run.count, runs + 1
        seconds = time.perf_counter() - began
        over.set()
        told(label, "requests during upkeep", await asking)
        assert removed == rows, removed
        print(f"{label}: {removed:,} rows removed in {seconds:.0f} s, {runs} runs, {len(batches):,} batches")
        for name, column in (("of the processor", 0), ("with waiting for disk and others", 1)):
            took = [batch[column] for batch in batches]
            above = sum(one > LIMIT_MS for one in took)
            median, longest = statistics.median(took), max(took)
            print(f"  ms {name}: median {median:.1f}, longest {longest:.1f}, {above} above {LIMIT_MS}")


def run(label: str, rows: int) -> None:
    """Opens empty data of one engine and measures it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if label == "sqlite":
            uvloop.run(measure(label, f"sqlite:///{folder}/shop.db", folder, rows))
            return
        with fresh_database(POSTGRESQL_URL if label == "postgresql" else MYSQL_URL) as url:
            uvloop.run(measure(label, url, folder, rows))


def main() -> None:
    """Measures the engines that are named, SQLite by default."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("engines", nargs="*", metavar="engine", help="sqlite, postgresql, mariadb")
    parser.add_argument("--rows", type=int, default=1_000_000)
    chosen = parser.parse_args()
    print(f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {os.cpu_count()} cores")
    names = "".join(f"{name:>9}" for name in ("requests", "median", "p99", "worst", f"> {LIMIT_MS} ms"))
    print(f"{'engine':<11} {'':<22}{names}")
    for label in chosen.engines or ["sqlite"]:
        run(label, chosen.rows)


if __name__ == "__main__":
    main()
