"""Reads that may be late, from a replica of the database; all else from the primary.

Never for what follows one's own write. A replica that is away, or shows changes later than ``MAX_LAG``, is
not asked; the primary is, which is always right.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from itertools import islice
from typing import Any, TypeVar

import structlog

from cartwheel.kernel.pages import Page
from cartwheel.storage.port import Change, Query, Store, Unavailable
from cartwheel.storage.schema import M, Table, Value

log = structlog.get_logger()

T = TypeVar("T")

MAX_LAG = 5.0
"""Seconds after which a change has to be seen on the replica. Below the look-back of who listens there."""

MARKS = 10_000
"""Changes that are kept in mind at most."""

TIMEOUT = 1.0
"""Seconds that a read waits for the replica."""

PAUSE = 5.0
"""Seconds without another try, when it did not answer."""


class ReadReplica(Store):
    """``primary`` with the help of ``replica``, which is asked only once it has been prepared.

    How late the replica is shows by marks: ``told`` of a change on the primary, ``shown`` when it is seen on
    the replica. Where nothing changes nothing is late.
    """

    def __init__(self, primary: Store, replica: Store, clock: Callable[[], float] = time.monotonic) -> None:
        self._primary = primary
        self.replica = replica
        self._clock = clock
        self._try_again_at: float | None = float("inf")
        self._awaited: dict[str, float] = {}
        self._early: deque[str] = deque(maxlen=MARKS)
        """Seen on the replica before the primary told of them."""

    async def follow(self) -> None:
        """Waits until the replica has the tables, however long that takes; from then on it is asked."""
        await self.replica.prepare()
        self._try_again_at = None

    def leave(self) -> None:
        """The primary answers everything, until ``follow``: nobody knows how late the replica is."""
        self._try_again_at = float("inf")

    def told(self, mark: str) -> None:
        """The primary has a change."""
        if mark in self._early:
            self._early.remove(mark)
            return
        self._awaited[mark] = self._clock()
        if len(self._awaited) > MARKS:  # the oldest says how late it is, the newest when it has caught up
            del self._awaited[next(islice(self._awaited, 1, None))]

    def shown(self, mark: str) -> None:
        """The replica has it as well, and everything that was told before."""
        if mark not in self._awaited:
            self._early.append(mark)
            return
        for earlier in list(self._awaited):
            del self._awaited[earlier]
            if earlier == mark:
                return

    @property
    def is_late(self) -> bool:
        """Whether a change has not been seen on the replica for too long."""
        oldest = next(iter(self._awaited.values()), None)
        return oldest is not None and self._clock() - oldest > MAX_LAG

    async def get(self, table: Table[M], *key: Value) -> M | None:
        found = await self._late(lambda store: store.get(table, *key))
        # what was made a moment ago is not there yet
        return await self._primary.get(table, *key) if found is None else found

    async def get_many(self, table: Table[M], keys: Sequence[tuple[Value, ...]]) -> list[M | None]:
        found = await self._late(lambda store: store.get_many(table, keys))
        missing = [number for number, item in enumerate(found) if item is None]
        if missing:
            there = await self._primary.get_many(table, [keys[number] for number in missing])
            for number, item in zip(missing, there, strict=True):
                found[number] = item
        return found

    async def query(self, query: Query[M]) -> Page[M]:
        return await self._late(lambda store: store.query(query))

    def scan(self, table: Table[M]) -> AsyncIterator[M]:
        return self._primary.scan(table)

    async def write(self, *changes: Change) -> None:
        await self._primary.write(*changes)

    async def prepare(self) -> None:
        await self._primary.prepare()

    async def purge(self, table: Table[Any], limit: int = 500) -> int:
        return await self._primary.purge(table, limit)

    async def ready(self) -> None:
        await self._primary.ready()

    async def close(self) -> None:
        await self.replica.close()
        await self._primary.close()

    async def _late(self, read: Callable[[Store], Awaitable[T]]) -> T:
        """What the replica answers, or else the primary."""
        now = self._clock()
        if self.is_late or (self._try_again_at is not None and now < self._try_again_at):
            return await read(self._primary)
        if self._try_again_at is not None:
            self._try_again_at = now + PAUSE  # this read tries, and no other waits with it
        try:
            async with asyncio.timeout(TIMEOUT):
                answer = await read(self.replica)
        except (Unavailable, TimeoutError) as error:
            if self._try_again_at is None:
                log.warning("replica_is_away", error=type(error).__name__)
            self._try_again_at = self._clock() + PAUSE
            return await read(self._primary)
        if self._try_again_at is not None:
            self._try_again_at = None
            log.warning("replica_is_back")
        return answer
