"""A ledger over orders that were placed straight into the store."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from cartwheel.audit import TABLES as AUDIT_TABLES
from cartwheel.kernel.clock import ManualClock
from cartwheel.messaging import OUTBOX
from cartwheel.orders import TABLES as ORDER_TABLES
from cartwheel.orders import Orders
from cartwheel.storage import Store
from cartwheel.vendors import TABLES, Accounting
from tests.support.counting import CountingStore
from tests.support.stores import open_tables
from tests.vendors.books import Books


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 3, 1, 12, tzinfo=UTC))


@pytest.fixture
async def counting(database: str, clock: ManualClock) -> AsyncIterator[CountingStore]:
    async with open_tables(database, (*TABLES, *ORDER_TABLES, *AUDIT_TABLES, OUTBOX), clock) as store:
        yield store


@pytest.fixture
def store(counting: CountingStore) -> Store:
    """The same data, past the counting."""
    return counting.inner


@pytest.fixture
def books(counting: CountingStore, clock: ManualClock) -> Books:
    """At a commission of 12.5 percent; payout details are sealed by turning them round."""
    no_money: Any = None
    orders = Orders(counting, clock, no_money)
    return Books(counting, clock, Accounting(counting, clock, orders, 1250, lambda text: text[::-1]))
