"""``kill -9`` of the worker while a catalogue comes in: nothing is missing, nothing is told twice."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from cartwheel.imports.model import Import, ImportState, Wishes
from cartwheel.kernel.clock import Clock, utc_now
from cartwheel.shop import Shop
from tests.support.processes import ShopProcess, free_port, settings_of

PRODUCTS = 2500
BAD = {700, 1900, 2499}
KILLS = 4


@pytest.fixture
def clock() -> Clock:
    """The worker's: what expires for the one expires for the other."""
    return utc_now


@pytest.fixture
def worker(tmp_path: Path, database: str) -> Iterator[ShopProcess]:
    env = settings_of(tmp_path / "data", free_port(), database, CARTWHEEL_VISIBILITY="2")
    process = ShopProcess(["worker"], env)
    yield process
    process.kill()


async def catalogue() -> AsyncIterator[bytes]:
    yield b"Handle,Title,Variant Price,Variant Inventory Qty\r\n"
    for number in range(PRODUCTS):
        price = "a lot" if number in BAD else f"{number}.50"
        yield f"thing-{number},Thing {number},{price},3\r\n".encode()


async def wait_for(shop: Shop, import_id: str, records: int) -> Import:
    """The import once it is over or has come that far."""
    until = utc_now() + timedelta(minutes=2)
    while True:
        made = await shop.imports.get(import_id)
        if made.is_over or made.records >= records:
            return made
        assert utc_now() < until, f"still at {made.records} records"
        await asyncio.sleep(0.05)


async def test_an_import_survives_its_workers(shop: Shop, worker: ShopProcess) -> None:
    import_id = (await shop.imports.receive(catalogue(), Wishes(format="csv"), "ada")).import_id
    kills, records = 0, 0
    for _ in range(KILLS):
        worker.start()
        records = (await wait_for(shop, import_id, records + random.randint(50, 500))).records
        await asyncio.to_thread(worker.kill)
        kills += records < PRODUCTS
    worker.start()
    made = await wait_for(shop, import_id, PRODUCTS + 1)
    assert kills >= 1
    assert (made.state, made.records, made.rejected) == (ImportState.DONE, PRODUCTS, len(BAD))
    assert made.created + made.updated + made.unchanged == PRODUCTS - len(BAD)
    page = await shop.imports.rejected(import_id, None, 100)
    assert [row.key for row in page.items] == [f"thing-{number}" for number in sorted(BAD)]
    handles = [product.slug async for product in shop.catalog.everything()]
    assert len(handles) == len(set(handles)) == PRODUCTS - len(BAD)
