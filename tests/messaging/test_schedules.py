"""When jobs are due: after a while, or at a time of day in UTC; each due time once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from cartwheel.kernel.clock import ManualClock
from cartwheel.messaging.schedules import LEASE, Schedule, Timetable
from cartwheel.shop import Shop
from tests.support.shops import running_shop

DAY = timedelta(days=1)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 11, 21, 12, tzinfo=UTC))


@pytest.fixture
async def shop(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Shop]:
    async with running_shop(tmp_path, "", clock) as running:
        yield running


async def nothing() -> int:
    return 0


@pytest.mark.parametrize(
    ("now", "following"),
    [
        ("2026-11-21T01:59:59", "2026-11-21T02:00:00"),
        ("2026-11-21T02:00:00", "2026-11-22T02:00:00"),
        ("2026-11-21T23:59:59", "2026-11-22T02:00:00"),
        ("2026-12-31T12:00:00", "2027-01-01T02:00:00"),
    ],
)
def test_the_next_time_of_day(now: str, following: str) -> None:
    schedule = Schedule("check", DAY, nothing, at=time(2))
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert schedule.next_after(at) == datetime.fromisoformat(following).replace(tzinfo=UTC)


def daily(run: Callable[[], Awaitable[int]] = nothing) -> Schedule:
    return Schedule("check", DAY, run, at=time(2))


async def test_a_daily_job_waits_for_its_time_and_runs_once(shop: Shop, clock: ManualClock) -> None:
    timetable = Timetable(shop.store, clock)
    assert await timetable.run_due(daily()) is None, "a new shop at noon has missed nothing"
    assert await timetable.due([daily()]) == [datetime(2026, 11, 22, 2, tzinfo=UTC)]
    clock.advance(hours=13, minutes=59)
    assert await timetable.run_due(daily()) is None
    clock.advance(minutes=1)
    runs = await asyncio.gather(*(Timetable(shop.store, clock).run_due(daily()) for _ in range(5)))
    assert [run.job for run in runs if run] == ["check"]
    assert await timetable.due([daily()]) == [datetime(2026, 11, 23, 2, tzinfo=UTC)]


async def test_a_daily_job_that_was_missed_runs_late_and_keeps_its_time(
    shop: Shop, clock: ManualClock
) -> None:
    timetable = Timetable(shop.store, clock)
    await timetable.run_due(daily())
    clock.advance(days=3, hours=1)
    assert await timetable.run_due(daily())
    assert await timetable.run_due(daily()) is None
    assert await timetable.due([daily()]) == [datetime(2026, 11, 25, 2, tzinfo=UTC)]


async def test_a_daily_job_is_run_when_somebody_asks(shop: Shop, clock: ManualClock) -> None:
    timetable = Timetable(shop.store, clock)
    await timetable.ask(daily())
    assert await timetable.run_due(daily())
    assert await timetable.due([daily()]) == [datetime(2026, 11, 22, 2, tzinfo=UTC)]


async def test_a_daily_job_whose_worker_was_killed_is_begun_again(shop: Shop, clock: ManualClock) -> None:
    begun = asyncio.Event()

    async def hang() -> int:
        begun.set()
        return await asyncio.Future[int]()

    timetable = Timetable(shop.store, clock)
    await timetable.ask(daily())
    killed = asyncio.create_task(timetable.run_due(daily(hang)))
    await begun.wait()
    killed.cancel()
    assert await timetable.run_due(daily()) is None
    clock.advance(seconds=LEASE.total_seconds())
    assert await timetable.run_due(daily())
    assert await timetable.due([daily()]) == [datetime(2026, 11, 22, 2, tzinfo=UTC)]
