"""A store, a clock that stands still, and a catalogue on both."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from cartwheel import catalog as domain
from cartwheel import inventory
from cartwheel.catalog import Catalog
from cartwheel.catalog.routes import router
from cartwheel.edge import errors
from cartwheel.edge.caller import Caller
from cartwheel.inventory import Inventory
from cartwheel.kernel.clock import ManualClock
from cartwheel.kernel.money import exponent
from cartwheel.messaging import OUTBOX
from cartwheel.storage import Store
from cartwheel.storage.cursors import Cursors
from cartwheel.storage.sql import SqlStore, open_driver
from tests.catalog.making import CALLERS
from tests.support.collecting import _no_collection_within_a_test
from tests.support.counting import CountingStore
from tests.support.rivals import YieldingStore

__all__ = ["_no_collection_within_a_test"]

TABLES = (*domain.TABLES, *inventory.TABLES, OUTBOX)


@pytest.fixture(autouse=True, scope="session")
def _currencies() -> None:
    """Babel reads its tables at the first question, which takes a while."""
    exponent("USD")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 3, 1, 12, tzinfo=UTC))


@pytest.fixture
async def store(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Store]:
    store = SqlStore(open_driver(f"sqlite:///{tmp_path}/shop.db"), TABLES, Cursors(b"c" * 32), clock)
    await store.prepare()
    yield store
    await store.close()


@pytest.fixture
def counting(store: Store) -> CountingStore:
    """The store that the catalogue uses: it knows each call, and lets rivals in before it."""
    return YieldingStore(store)


@pytest.fixture
def catalog(counting: CountingStore, clock: ManualClock) -> Catalog:
    return Catalog(counting, clock, "USD")


@pytest.fixture
def stock(counting: CountingStore, clock: ManualClock) -> Inventory:
    return Inventory(counting, clock)


async def _verify(token: str) -> Caller:
    return CALLERS[token]


@pytest.fixture
async def client(catalog: Catalog, stock: Inventory) -> AsyncIterator[httpx.AsyncClient]:
    """The catalogue's routes in an application of their own; a token is the name of a caller."""
    app = FastAPI()
    app.state.verify = _verify
    errors.install(app)
    app.include_router(router(catalog, stock), prefix="/api")
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="https://shop.test/api") as client:
        await client.get("/")  # FastAPI puts included routers together on the first request
        yield client
