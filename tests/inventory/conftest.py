"""A store, a clock that stands still, and an inventory on both."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from cartwheel import audit
from cartwheel.inventory import TABLES, Inventory
from cartwheel.kernel.clock import ManualClock
from cartwheel.messaging import OUTBOX
from cartwheel.storage import Store
from tests.support.counting import CountingStore
from tests.support.stores import open_tables


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 3, 1, 12, tzinfo=UTC))


@pytest.fixture
async def counting(database: str, clock: ManualClock) -> AsyncIterator[CountingStore]:
    """The store that the use cases ask: it knows each call, and lets rivals in before it."""
    async with open_tables(database, (*TABLES, *audit.TABLES, OUTBOX), clock) as store:
        yield store


@pytest.fixture
def store(counting: CountingStore) -> Store:
    """The same data, past the counting."""
    return counting.inner


@pytest.fixture
def inventory(counting: CountingStore, clock: ManualClock) -> Inventory:
    return Inventory(counting, clock)
