"""A replica that nobody can listen on is not asked."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.types import Receive, Scope, Send

from cartwheel.edge.response_cache import ResponseCache
from cartwheel.entrypoints.following import follow
from cartwheel.kernel.clock import ManualClock
from cartwheel.messaging import OUTBOX
from cartwheel.storage import Query, ReadReplica
from tests.support.counting import CountingStore
from tests.support.shops import running_shop
from tests.support.waiting import eventually


class Odd(CountingStore):
    """Fails in a way that no store may, so often."""

    failing = 2

    async def arrived(self, call: str) -> None:
        await super().arrived(call)
        if call == "query notices" and self.failing:
            self.failing -= 1
            raise ValueError("nobody expected this")


@pytest.mark.slow_callbacks_ok(reason="where logs are not configured, tracebacks are drawn in detail")
async def test_it_is_followed_again_after_an_error(tmp_path: Path) -> None:
    async with running_shop(tmp_path, "", ManualClock(datetime(2026, 11, 21, tzinfo=UTC))) as shop:

        async def app(_: Scope, __: Receive, ___: Send) -> None:
            raise NotImplementedError

        odd = Odd(shop.store)
        replica = ReadReplica(shop.store, odd)
        shop.__dict__["lagging"] = replica
        following = asyncio.create_task(follow(shop, ResponseCache(app, ())))

        async def is_asked() -> bool:
            odd.taken()
            await replica.query(Query(OUTBOX, "nobody's"))
            return "query outbox" in odd.taken()

        async def is_asked_after_all() -> bool:
            return odd.failing == 0 and await is_asked()

        assert not await is_asked()
        await eventually(is_asked_after_all)
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
