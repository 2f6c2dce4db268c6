"""Throttling that all processes share. This one counts in the store, by one conditional write per hit."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
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


class Throttle(ABC):
    """Counts attempts before the work is done, so that parallel ones count as well."""

    @abstractmethod
    async def hit(self, bucket: str, limit: int, per: timedelta) -> None:
        """Counts one attempt; raises ``Throttled`` when ``limit`` of them were made within ``per``."""


@dataclass(frozen=True, slots=True)
class Window:
    """A fixed window of time in which a bucket's hits are counted."""

    key: str
    ends: datetime
    seconds_left: int
    """Until it ends, at least 1."""

    @classmethod
    def of(cls, bucket: str, per: timedelta, now: datetime) -> "Window":
        """The window that ``now`` lies in."""
        number = int(now.timestamp() // per.total_seconds())
        ends = datetime.fromtimestamp((number + 1) * per.total_seconds(), tz=now.tzinfo)
        return cls(f"{bucket}:{number}"[:255], ends, max(1, int((ends - now).total_seconds())))


class StoreThrottle(Throttle):
    """Counters in the store."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def hit(self, bucket: str, limit: int, per: timedelta) -> None:
        window = Window.of(bucket, per, self._clock())
        try:
            await self._count(window, limit)
        except Conflict:
            try:
                first = Hits(bucket=window.key, count=1, expires_at=window.ends)
                await self._store.write(Put(THROTTLE, first, (absent(),)))
            except Conflict:
                # either the window is full, or a rival made the row a moment ago
                await self._again(window, limit)

    async def _again(self, window: Window, limit: int) -> None:
        try:
            await self._count(window, limit)
        except Conflict:
            raise Throttled(window.seconds_left) from None

    async def _count(self, window: Window, limit: int) -> None:
        await self._store.write(Update(THROTTLE, (window.key,), add={"count": 1}, when=(lt("count", limit),)))
