"""A shop on SQLite whose mails can be looked at."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cartwheel.kernel.clock import ManualClock
from cartwheel.shop import Shop
from tests.support.shops import running_shop


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 11, 21, 12, tzinfo=UTC))


@pytest.fixture
async def shop(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Shop]:
    async with running_shop(tmp_path, "", clock) as running:
        yield running
