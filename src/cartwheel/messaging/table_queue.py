"""The queue engine in the shop's own store: the same semantics as SQS, and atomic with the outbox."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from cartwheel.kernel.clock import Clock
from cartwheel.kernel.ids import secret_token
from cartwheel.kernel.pages import Page
from cartwheel.messaging.events import Event
from cartwheel.messaging.queue import BATCH, MAX_RECEIVES, VISIBILITY, Backlog, DeadLetter, Message, Queue
from cartwheel.storage import (
    Change,
    Conflict,
    Delete,
    Index,
    Put,
    Query,
    Store,
    Table,
    Update,
    absent,
    eq,
    exists,
)
from cartwheel.storage.port import MAX_CHANGES

DEPTH_LIMIT = 1000


class StoredMessage(BaseModel):
    """One message in one queue; ``message_id`` is the event's id."""

    model_config = ConfigDict(frozen=True)

    queue: str
    message_id: str
    event: Event
    visible_at: datetime
    receives: int = 0
    receipt: str = ""


class StoredDeadLetter(BaseModel):
    """A message that was given up."""

    model_config = ConfigDict(frozen=True)

    queue: str
    message_id: str
    event: Event
    died_at: datetime
    reason: str
    receives: int = MAX_RECEIVES


MESSAGES = Table(
    "queue_messages",
    StoredMessage,
    "queue",
    "message_id",
    indexes=(Index("by_visibility", "queue", "visible_at"),),
)
DEAD_LETTERS = Table("dead_letters", StoredDeadLetter, "queue", "message_id")

TABLES = (MESSAGES, DEAD_LETTERS)


class TableQueue(Queue):
    """Messages as rows. Receiving is a conditional update: a message goes to one receiver at a time."""

    def __init__(self, store: Store, clock: Clock, visibility: timedelta = VISIBILITY) -> None:
        self._store = store
        self._clock = clock
        self._visibility = visibility

    def enqueue(self, queue: str, event: Event) -> Put[StoredMessage]:
        now = self._clock()
        message = StoredMessage(queue=queue, message_id=event.event_id, event=event, visible_at=now)
        return Put(MESSAGES, message, (absent(),))

    async def send(self, queue: str, events: Sequence[Event]) -> None:
        for event in events:
            with suppress(Conflict):  # it is there already
                await self._store.write(self.enqueue(queue, event))

    async def receive(self, queue: str, limit: int = BATCH) -> list[Message]:
        now = self._clock()
        page = await self._store.query(
            Query(MESSAGES, queue, "by_visibility", high=now, limit=min(limit, BATCH))
        )
        rows = list(page.items)
        if not rows:
            return []
        receipt = secret_token()
        try:
            await self._store.write(*(self._take(row, receipt, now) for row in rows))
            taken = rows
        except Conflict:  # a rival was faster with one of them: take them one by one
            taken = [row for row in rows if await self._taken(row, receipt, now)]
        return [Message(queue, row.message_id, receipt, row.receives + 1, row.event) for row in taken]

    async def acknowledge(self, messages: Sequence[Message]) -> None:
        deletes = [_delete(message) for message in messages]
        for start in range(0, len(deletes), MAX_CHANGES):
            await self._delete_all(deletes[start : start + MAX_CHANGES])

    async def _delete_all(self, deletes: Sequence[Change]) -> None:
        try:
            await self._store.write(*deletes)
        except Conflict:  # one was delivered anew meanwhile: the others still go
            for delete in deletes:
                with suppress(Conflict):
                    await self._store.write(delete)

    async def release(self, message: Message, delay: timedelta, reason: str) -> None:
        with suppress(Conflict):  # delivered anew meanwhile: whoever has it now decides
            if message.receives < MAX_RECEIVES:
                await self._store.write(
                    Update(
                        MESSAGES,
                        (message.queue, message.message_id),
                        set={"visible_at": self._clock() + delay},
                        when=(eq("receipt", message.receipt),),
                    )
                )
                return
            dead = StoredDeadLetter(
                queue=message.queue,
                message_id=message.message_id,
                event=message.event,
                died_at=self._clock(),
                reason=reason[:1000],
                receives=message.receives,
            )
            await self._store.write(_delete(message), Put(DEAD_LETTERS, dead))

    async def dead_letters(self, queue: str, cursor: str | None = None) -> Page[DeadLetter]:
        page = await self._store.query(Query(DEAD_LETTERS, queue, cursor=cursor))
        letters = [
            DeadLetter(row.queue, row.message_id, row.event, row.died_at, row.reason, row.receives)
            for row in page.items
        ]
        return Page(letters, page.next)

    async def replay(self, queue: str, message_id: str) -> None:
        row = await self._store.get(DEAD_LETTERS, queue, message_id)
        if row is None:
            return
        with suppress(Conflict):  # replayed by somebody else at this moment
            gone = Delete(DEAD_LETTERS, (queue, message_id), (exists(),))
            await self._store.write(gone, self.enqueue(queue, row.event))

    async def discard(self, queue: str, message_id: str) -> None:
        await self._store.write(Delete(DEAD_LETTERS, (queue, message_id)))

    async def backlog(self, queue: str) -> Backlog:
        rows = (await self._store.query(Query(MESSAGES, queue, limit=DEPTH_LIMIT))).items
        # ids sort by the time of their events
        return Backlog(len(rows), rows[0].event.at if rows else None)

    def _take(self, row: StoredMessage, receipt: str, now: datetime) -> Change:
        return Update(
            MESSAGES,
            (row.queue, row.message_id),
            set={"visible_at": now + self._visibility, "receipt": receipt},
            add={"receives": 1},
            when=(eq("visible_at", row.visible_at), eq("receives", row.receives)),
        )

    async def _taken(self, row: StoredMessage, receipt: str, now: datetime) -> bool:
        try:
            await self._store.write(self._take(row, receipt, now))
        except Conflict:
            return False
        return True


def _delete(message: Message) -> Change:
    return Delete(MESSAGES, (message.queue, message.message_id), (eq("receipt", message.receipt),))
