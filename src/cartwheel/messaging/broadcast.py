"""Live broadcast: every process of the shop hears within a second that something has changed.

The relay writes a row with a short life for each event worth it; every process reads the newest rows again
and again. A reader looks back further than it has read and drops what it knows, so that a row which was
committed late is not missed. Where there is an express, it tells the same at once, and rows are read less
often; what it loses, the rows still tell.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog
from pydantic import BaseModel, ConfigDict

from cartwheel.kernel.clock import Clock
from cartwheel.messaging.events import Event
from cartwheel.storage import Put, Query, StorageError, Store, Table

log = structlog.get_logger()

LIFE = timedelta(minutes=1)
LOOK_BACK = timedelta(seconds=10)
POLL_SECONDS = 0.5

MOST = 500
"""Notices of one look back; where there are more, the older ones count as lost."""

CALM_SECONDS = 1.5
"""Pause of a reader that has an express: what that has lost is heard so late."""


class Notice(BaseModel):
    """An event that all processes hear."""

    model_config = ConfigDict(frozen=True)

    shard: str = "0"
    sent: str
    """Time and event id: text order is time order."""
    event: Event
    expires_at: datetime


NOTICES = Table("notices", Notice, "shard", "sent", ttl="expires_at")


def notice(event: Event, now: datetime) -> Put[Notice]:
    """The change that makes all processes hear an event."""
    return Put(NOTICES, Notice(sent=_sent(now, event.event_id), event=event, expires_at=now + LIFE))


class Express(ABC):
    """Brings events to the other processes at once. It may lose some, and bring some twice."""

    @property
    @abstractmethod
    def is_connected(self) -> bool:
        """Whether ``run`` hears what is published, as far as can be told."""

    @abstractmethod
    async def publish(self, events: Sequence[Event]) -> None:
        """Tells those who listen. Returns soon and without an error, also when nobody can be told."""

    @abstractmethod
    async def run(self, hear: Callable[[Event], None]) -> None:
        """Calls ``hear`` for what is published, until it is cancelled. Connects again by itself."""


class Listener:
    """Hears notices and calls ``hear`` once for each; calls ``lost`` when it may have missed some."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        hear: Callable[[Event], None],
        lost: Callable[[], None],
        express: Express | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._hear = hear
        self._lost = lost
        self._express = express
        self._known: dict[str, datetime] = {}
        self._heard_at = clock()

    async def run(self) -> None:
        """Listens until it is cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._read())
            if self._express is not None:
                group.create_task(self._express.run(self._hear_first))

    async def _read(self) -> None:
        while True:
            await self.try_to_listen()
            calm = self._express is not None and self._express.is_connected
            await asyncio.sleep(CALM_SECONDS if calm else POLL_SECONDS)

    async def try_to_listen(self) -> None:
        """Hears what is new; where that cannot be read, everything is lost."""
        try:
            await self.listen()
        except StorageError as error:
            log.warning("broadcast_unreadable", error=repr(error))
            self._lost()

    async def listen(self) -> None:
        """Hears what is new."""
        now = self._clock()
        if now - self._heard_at > LIFE - LOOK_BACK:
            self._lost()
            self._heard_at = now
        since = _sent(self._heard_at - LOOK_BACK)
        page = await self._store.query(Query(NOTICES, "0", low=since, descending=True, limit=MOST))
        if page.next is not None:  # an import, maybe: to hear each again and again would take all the time
            self._lost()
        for heard in reversed(page.items):
            self._hear_first(heard.event)
        self._heard_at = now
        self._known = {event_id: until for event_id, until in self._known.items() if until > now}

    def _hear_first(self, event: Event) -> None:
        """Hears an event unless it is known."""
        if event.event_id not in self._known:
            self._known[event.event_id] = self._clock() + 2 * LIFE  # its row may be written only now
            self._hear(event)


def _sent(at: datetime, event_id: str = "") -> str:
    return f"{at.timestamp():017.6f}-{event_id}"
