"""Throttling, wherever it counts."""

import asyncio
from datetime import timedelta

import pytest

from cartwheel.edge.throttling import Throttled
from cartwheel.kernel.clock import ManualClock
from cartwheel.shop import Shop

MINUTE = timedelta(minutes=1)


async def _hits(shops: list[Shop], bucket: str, count: int, limit: int) -> list[bool]:
    """Hits in turn from each process, all at once; whether each was let through."""

    async def hit(number: int) -> bool:
        try:
            await shops[number % len(shops)].throttle.hit(bucket, limit, MINUTE)
        except Throttled:
            return False
        return True

    return await asyncio.gather(*(hit(number) for number in range(count)))


async def test_so_many_pass_and_no_more(shops: list[Shop]) -> None:
    assert sum(await _hits(shops, "sign-in:ann", 50, limit=10)) == 10
    assert sum(await _hits(shops, "sign-in:ann", 5, limit=10)) == 0


async def test_processes_count_together(shops: list[Shop]) -> None:
    assert sum(await _hits(shops[:1], "sign-in:ann", 7, limit=10)) == 7
    assert sum(await _hits(shops[1:], "sign-in:ann", 7, limit=10)) == 3


async def test_others_are_not_counted(shops: list[Shop]) -> None:
    assert sum(await _hits(shops, "sign-in:ann", 10, limit=10)) == 10
    assert sum(await _hits(shops, "sign-in:bob", 10, limit=10)) == 10


async def test_who_is_refused_hears_when_to_come_again(shops: list[Shop], clock: ManualClock) -> None:
    clock.advance(seconds=48)
    await shops[0].throttle.hit("reset:ann", 1, MINUTE)
    with pytest.raises(Throttled) as refused:
        await shops[1].throttle.hit("reset:ann", 1, MINUTE)
    assert refused.value.details["retry_after"] == 12
    clock.advance(seconds=12)
    await shops[1].throttle.hit("reset:ann", 1, MINUTE)
