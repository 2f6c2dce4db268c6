"""A store, a clock that stands still, and an inventory on both."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cartwheel.inventory import TABLES, Inventory
from cartwheel.kernel.clock import ManualClock
from cartwheel.messaging import OUTBOX
from cartwheel.storage import Store
from cartwheel.storage.cursors import Cursors
from cartwheel.storage.sql import SqlStore, open_driver
from tests.support.counting import CountingStore
from tests.support.rivals import YieldingStore


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 3, 1, 12, tzinfo=UTC))


@pytest.fixture
async def store(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Store]:
    store = SqlStore(
        open_driver(f"sqlite:///{tmp_path}/shop.db"), (*TABLES, OUTBOX), Cursors(b"c" * 32), clock
    )
    await store.prepare()
    yield store
    await store.close()


@pytest.fixture
def counting(store: Store) -> CountingStore:
    """The store that the inventory uses: it knows each call, and lets rivals in before it."""
    return YieldingStore(store)


@pytest.fixture
def inventory(counting: CountingStore, clock: ManualClock) -> Inventory:
    return Inventory(counting, clock)
