"""Throttling that all processes share: counters in the store, one conditional write per hit."""

from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from cartwheel.kernel.clock import Clock
from cartwheel.kernel.errors import TooMany
from cartwheel.storage import Conflict, Put, Store, Table, Update, absent, lt


class Hits(BaseModel):
    """How often something happened in one window of time."""

    model_config = ConfigDict(frozen=True)

    bucket: str
    count: int
    expires_at: datetime


THROTTLE = Table("throttle", Hits, "bucket", ttl="expires_at")


class Throttled(TooMany):
    """The caller has to wait."""

    code = "too_many_requests"

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many attempts. Try again in {seconds} seconds.", retry_after=seconds)


class Throttle:
    """Fixed windows. ``hit`` counts before the work is done, so that parallel attempts count as well."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def hit(self, bucket: str, limit: int, per: timedelta) -> None:
        """Counts one attempt; raises ``Throttled`` when ``limit`` of them were made within ``per``."""
        now = self._clock()
        number = int(now.timestamp() // per.total_seconds())
        key = f"{bucket}:{number}"[:255]
        ends = datetime.fromtimestamp((number + 1) * per.total_seconds(), tz=now.tzinfo)
        try:
            await self._store.write(Update(THROTTLE, (key,), add={"count": 1}, when=(lt("count", limit),)))
        except Conflict:
            try:
                await self._store.write(
                    Put(THROTTLE, Hits(bucket=key, count=1, expires_at=ends), (absent(),))
                )
            except Conflict:
                # either the window is full, or a rival made the row a moment ago
                await self._again(key, limit, max(1, int((ends - now).total_seconds())))

    async def _again(self, key: str, limit: int, seconds: int) -> None:
        try:
            await self._store.write(Update(THROTTLE, (key,), add={"count": 1}, when=(lt("count", limit),)))
        except Conflict:
            raise Throttled(seconds) from None
