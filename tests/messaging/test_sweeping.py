"""What has expired goes in small batches, and others get their turn after each."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cartwheel.kernel.clock import ManualClock
from cartwheel.messaging import sweeping
from cartwheel.messaging.once import HANDLED, Handled
from cartwheel.messaging.sweeping import BATCH, sweep_expired
from cartwheel.shop import Shop
from cartwheel.storage import Put, Store
from tests.support.shops import running_shop

OLD, YOUNG = 1_050, 7


class Sweeping:
    """Notes how many rows each call removes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.removed: list[int] = []
        self.limits: set[int] = set()

    async def purge(self, table: Any, limit: int) -> int:  # noqa: ANN401 - any table
        self.limits.add(limit)
        self.removed.append(await self._store.purge(table, limit))
        return self.removed[-1]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 11, 21, 12, tzinfo=UTC))


@pytest.fixture
async def shop(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Shop]:
    async with running_shop(tmp_path, "", clock) as running:
        for count, days in ((OLD, 1), (YOUNG, 30)):
            until = clock() + timedelta(days=days)
            marks = [Handled(consumer=f"c{days}", event_id=f"{n:05}", expires_at=until) for n in range(count)]
            for start in range(0, count, 100):
                await running.store.write(*(Put(HANDLED, mark) for mark in marks[start : start + 100]))
        clock.advance(days=2)
        yield running


async def test_each_batch_is_bounded_and_others_get_their_turn(shop: Shop) -> None:
    store, turns = Sweeping(shop.store), 0

    async def requests() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    others = asyncio.create_task(requests())
    removed = await sweep_expired(store, [HANDLED])  # type: ignore[arg-type]
    others.cancel()
    full, rest = divmod(OLD, BATCH)
    assert (removed, store.removed, store.limits) == (OLD, [BATCH] * full + [rest], {BATCH})
    assert turns >= full, "between two batches requests are answered"
    assert len([row async for row in shop.store.scan(HANDLED)]) == YOUNG
    assert await sweep_expired(shop.store, [HANDLED]) == 0


async def test_a_run_ends_after_its_time_and_the_next_one_goes_on(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "LONGEST", 0.0)
    runs = [await sweep_expired(shop.store, [HANDLED]) for _ in range(OLD // BATCH + 2)]
    assert runs == [BATCH] * (OLD // BATCH) + [OLD % BATCH, 0]
