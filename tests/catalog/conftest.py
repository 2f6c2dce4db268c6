"""A store, a clock that stands still, and a catalogue on both."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
from fastapi import FastAPI

from cartwheel import audit, inventory
from cartwheel import catalog as domain
from cartwheel.catalog import Catalog
from cartwheel.catalog.routes import router
from cartwheel.edge import errors
from cartwheel.edge.caller import Caller
from cartwheel.edge.routing import take
from cartwheel.inventory import Inventory
from cartwheel.kernel.clock import ManualClock
from cartwheel.kernel.money import exponent
from cartwheel.messaging import OUTBOX
from cartwheel.storage import Store
from tests.catalog.making import CALLERS
from tests.support.collecting import _no_collection_within_a_test
from tests.support.counting import CountingStore
from tests.support.stores import open_tables

__all__ = ["_no_collection_within_a_test"]

TABLES = (*domain.TABLES, *inventory.TABLES, *audit.TABLES, OUTBOX)


@pytest.fixture(autouse=True, scope="session")
def _currencies() -> None:
    """Babel reads its tables at the first question, which takes a while."""
    exponent("USD")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 3, 1, 12, tzinfo=UTC))


@pytest.fixture
async def counting(database: str, clock: ManualClock) -> AsyncIterator[CountingStore]:
    """The store that the use cases ask: it knows each call, and lets rivals in before it."""
    async with open_tables(database, TABLES, clock) as store:
        yield store


@pytest.fixture
def store(counting: CountingStore) -> Store:
    """The same data, past the counting."""
    return counting.inner


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
    take(app, router(catalog, stock))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="https://shop.test/api") as client:
        yield client
