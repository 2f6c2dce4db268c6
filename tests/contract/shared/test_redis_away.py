"""Redis killed, silent and back: nothing is lost but speed, and nobody waits."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from cartwheel.edge.redis_throttle import RedisThrottle
from cartwheel.edge.throttling import StoreThrottle, Throttled
from cartwheel.kernel.clock import ManualClock
from cartwheel.redis_server import PAUSE, Away, RedisServer
from cartwheel.shop import Shop
from tests.contract.shared.broadcasting import change, connected, listening, relay_of
from tests.support.redis import PrivateRedis
from tests.support.shops import running_shop

pytestmark = pytest.mark.server

HOUR = timedelta(hours=1)


class Time:
    """A clock in seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def redis(private_redis: PrivateRedis, time: Time) -> AsyncIterator[RedisServer]:
    server = RedisServer(private_redis.url, time)
    yield server
    await server.close()


@pytest.fixture
def shared(private_redis: PrivateRedis) -> str:
    return private_redis.url


@pytest.mark.parametrize("trouble", ["killed", "silent"])
async def test_one_tries_again_and_the_others_do_not_wait(
    private_redis: PrivateRedis, redis: RedisServer, time: Time, trouble: str
) -> None:
    assert await redis.run(("SET", redis.key("a"), "1"), ("GET", redis.key("a"))) == [True, b"1"]
    if trouble == "killed":
        private_redis.kill()
    else:
        private_redis.fall_silent()
    with pytest.raises(Away):
        await redis.ready()
    if trouble == "killed":
        private_redis.start()
    else:
        private_redis.speak()
    with pytest.raises(Away):  # it would answer, but nobody asks
        await redis.ready()
    time.now += PAUSE
    answers = await asyncio.gather(*(redis.ready() for _ in range(5)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [type(None), Away, Away, Away, Away]
    assert not redis.is_away
    await asyncio.gather(*(redis.ready() for _ in range(50)))


async def test_a_server_that_refuses_is_away(redis: RedisServer) -> None:
    """One that has become a replica answers, but does not count."""
    await redis.run(("REPLICAOF", "127.0.0.1", "1"))
    with pytest.raises(Away):
        await redis.run(("INCR", redis.key("a")))
    assert redis.is_away


async def test_the_database_counts_meanwhile(
    private_redis: PrivateRedis, redis: RedisServer, time: Time, tmp_path: Path, clock: ManualClock
) -> None:
    async with running_shop(tmp_path / "shop", "", clock) as shop:
        throttle = RedisThrottle(redis, StoreThrottle(shop.store, clock), clock)

        async def passed(count: int) -> int:
            refusals = 0
            for _ in range(count):
                try:
                    await throttle.hit("sign-in:ann", 3, HOUR)
                except Throttled:
                    refusals += 1
            return count - refusals

        assert await passed(5) == 3
        private_redis.kill()
        assert await passed(5) == 3
        private_redis.start()
        time.now += PAUSE
        assert await passed(5) == 3  # this Redis keeps nothing


async def test_changes_are_heard_without_it_and_with_it_again(
    private_redis: PrivateRedis, shops: list[Shop]
) -> None:
    async with listening(shops) as ears:
        private_redis.kill()
        await change(shops[0], "mug")
        assert await relay_of(shops[0]).run_once() == 1
        for ear in ears:
            await ear.hears("mug")
        private_redis.start()
        await connected(shops)
        await change(shops[1], "cup")
        await relay_of(shops[1]).run_once()
        for ear in ears:
            await ear.hears("mug", "cup")
            assert ear.lost == 0


async def test_one_listener_cut_off_hears_by_the_database(
    private_redis: PrivateRedis, tmp_path: Path, clock: ManualClock
) -> None:
    """The one who tells does not know that the other cannot be told."""
    async with AsyncExitStack() as stack:
        teller = await stack.enter_async_context(
            running_shop(tmp_path / "shop", "", clock, shared=private_redis.url)
        )
        cut_off = await stack.enter_async_context(
            running_shop(tmp_path / "shop", "", clock, shared="redis://127.0.0.1:1/0")
        )
        (ear,) = await stack.enter_async_context(listening([cut_off], wait=False))
        await change(teller, "mug")
        await relay_of(teller).run_once()
        await ear.hears("mug")
        await change(cut_off, "cup")
        await relay_of(cut_off).run_once()
        await ear.hears("mug", "cup")


@pytest.mark.parametrize("url", ["", "http://localhost", "redis://", "localhost:6379"])
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="redis://host:port/db"):
        RedisServer(url)
