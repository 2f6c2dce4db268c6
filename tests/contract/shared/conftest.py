"""What processes share: in the store, and in Redis. One suite for both."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from shutil import which

import pytest

from cartwheel.kernel.clock import ManualClock
from cartwheel.shop import Shop
from tests.plugins.engines import absent
from tests.support.redis import PrivateRedis, is_there, own_corner
from tests.support.shops import running_shop


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 11, 21, 12, tzinfo=UTC))


@pytest.fixture(params=["store", pytest.param("redis", marks=pytest.mark.server)])
def shared(request: pytest.FixtureRequest) -> str:
    """The setting."""
    if request.param == "store":
        return ""
    if not is_there():
        absent("Redis")
    return own_corner()


@pytest.fixture
async def shops(tmp_path: Path, clock: ManualClock, shared: str) -> AsyncIterator[list[Shop]]:
    """Two processes' views of one shop."""
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(running_shop(tmp_path, "", clock, shared=shared))
            for _ in range(2)
        ]


@pytest.fixture
def private_redis(tmp_path: Path) -> Iterator[PrivateRedis]:
    if which("redis-server") is None:
        absent("Redis's own program")
    server = PrivateRedis(tmp_path)
    server.start()
    yield server
    server.kill()
