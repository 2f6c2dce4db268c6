"""Journeys run on every storage engine (each file says so by its marker)."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from cartwheel.kernel.clock import ManualClock
from cartwheel.shop import Shop
from tests.support.shops import client, running_shop


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 11, 21, 12, tzinfo=UTC))


@pytest.fixture
async def shop(database: str, tmp_path: Path, clock: ManualClock) -> AsyncIterator[Shop]:
    async with running_shop(tmp_path / "data", database, clock) as running:
        yield running


@pytest.fixture
async def http(shop: Shop) -> AsyncIterator[httpx.AsyncClient]:
    async with client(shop) as made:
        yield made
