"""Live broadcast: every process of the shop hears within a second that something has changed.

The relay writes a row with a short life for each event worth it; every process reads the newest rows again
and again. A reader looks back further than it has read and drops what it knows, so that a row which was
committed late is not missed.
"""

import asyncio
from collections.abc import Callable
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


class Listener:
    """Hears notices and calls ``hear`` once for each; calls ``lost`` when it may have missed some."""

    def __init__(
        self, store: Store, clock: Clock, hear: Callable[[Event], None], lost: Callable[[], None]
    ) -> None:
        self._store = store
        self._clock = clock
        self._hear = hear
        self._lost = lost
        self._known: dict[str, datetime] = {}
        self._heard_at = clock()

    async def run(self) -> None:
        """Listens until it is cancelled."""
        while True:
            await self.try_to_listen()
            await asyncio.sleep(POLL_SECONDS)

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
        since, cursor = _sent(self._heard_at - LOOK_BACK), None
        while True:
            page = await self._store.query(Query(NOTICES, "0", low=since, limit=500, cursor=cursor))
            for heard in page.items:
                if heard.sent not in self._known:
                    self._known[heard.sent] = heard.expires_at
                    self._hear(heard.event)
            cursor = page.next
            if cursor is None:
                break
        self._heard_at = now
        self._known = {sent: until for sent, until in self._known.items() if until > now}


def _sent(at: datetime, event_id: str = "") -> str:
    return f"{at.timestamp():017.6f}-{event_id}"
