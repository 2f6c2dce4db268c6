"""Throttling by counters in Redis, so that attempts cost the database nothing."""

from datetime import timedelta

from cartwheel.edge.throttling import Throttle, Throttled, Window
from cartwheel.kernel.clock import Clock
from cartwheel.redis_server import Away, RedisServer


class RedisThrottle(Throttle):
    """Counts in Redis, and while it is away where ``otherwise`` does.

    Neither knows what the other has counted: around an outage somebody gets twice the limit of a window, and
    not more.
    """

    def __init__(self, redis: RedisServer, otherwise: Throttle, clock: Clock) -> None:
        self._redis = redis
        self._otherwise = otherwise
        self._clock = clock

    async def hit(self, bucket: str, limit: int, per: timedelta) -> None:
        window = Window.of(bucket, per, self._clock())
        key = self._redis.key(f"throttle:{window.key}")
        # longer than the window is open, whatever the clocks of the two machines say
        life = 2 * int(per.total_seconds()) + 1
        try:
            count, _ = await self._redis.run(("INCR", key), ("EXPIRE", key, life))
        except Away:
            await self._otherwise.hit(bucket, limit, per)
            return
        if count > limit:
            raise Throttled(window.seconds_left)
