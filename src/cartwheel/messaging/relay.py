"""The relay moves events from the outbox into the queue of every subscriber, exactly once each."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress

from cartwheel.kernel.clock import Clock
from cartwheel.kernel.telemetry import count
from cartwheel.messaging.broadcast import Express, notice
from cartwheel.messaging.events import OUTBOX, SHARDS, Event, Subscription
from cartwheel.messaging.queue import Queue
from cartwheel.storage import Change, Conflict, Delete, Query, Store, exists
from cartwheel.storage.port import MAX_CHANGES

BATCH = 30


class Relay:
    """Any number of relays may run: an event leaves the outbox by a conditional delete.

    With the queues in the same store, delete and enqueue are one write. With queues elsewhere a batch is
    sent first and deleted then, so a crash in between sends it twice; consumers are idempotent by event id.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        queue: Queue,
        subscriptions: Sequence[Subscription],
        broadcast: Collection[str] = (),
        express: Express | None = None,
    ) -> None:
        """Events of the types in ``broadcast`` are also told to every process, by ``express`` at once."""
        self._store = store
        self._clock = clock
        self._queue = queue
        self._routes = _routes(subscriptions)
        self._broadcast = frozenset(broadcast)
        self._express = express

    async def run_once(self) -> int:
        """Moves up to ``BATCH`` events of each shard, the oldest first; answers how many were found."""
        return sum([await self._move(shard) for shard in SHARDS])

    async def _move(self, shard: str) -> int:
        page = await self._store.query(Query(OUTBOX, shard, limit=BATCH))
        elsewhere: dict[str, list[Event]] = defaultdict(list)
        moves = [self._moves(event, elsewhere) for event in page.items]
        for queue, events in elsewhere.items():
            await self._queue.send(queue, events)
        batch: list[Change] = []
        for changes in moves:
            if len(batch) + len(changes) > MAX_CHANGES:
                await self._write(batch)
                batch = []
            batch += changes
        if batch:
            await self._write(batch)
        told = [event for event in page.items if event.type in self._broadcast]
        if told and self._express is not None:
            await self._express.publish(told)
        return len(page.items)

    def _moves(self, event: Event, elsewhere: Mapping[str, list[Event]]) -> list[Change]:
        """What moves the event within the store; adds to ``elsewhere`` what has to be sent before."""
        count("events", {"type": event.type})
        changes: list[Change] = [Delete(OUTBOX, (event.shard, event.event_id), (exists(),))]
        if event.type in self._broadcast:
            changes.append(notice(event, self._clock()))
        for queue in self._routes.get(event.type, ()):
            change = self._queue.enqueue(queue, event)
            if change is None:
                elsewhere[queue].append(event)
            else:
                changes.append(change)
        return changes

    async def _write(self, changes: Sequence[Change]) -> None:
        try:
            await self._store.write(*changes)
        except Conflict:  # another relay has some of these events: move the rest event by event
            group: list[Change] = []
            for change in [*changes, None]:
                if (change is None or isinstance(change, Delete)) and group:
                    with suppress(Conflict):
                        await self._store.write(*group)
                    group = []
                if change is not None:
                    group.append(change)


def _routes(subscriptions: Sequence[Subscription]) -> Mapping[str, tuple[str, ...]]:
    routes: dict[str, list[str]] = {}
    for subscription in subscriptions:
        for event in subscription.events:
            routes.setdefault(event, []).append(subscription.queue)
    return {event: tuple(dict.fromkeys(queues)) for event, queues in routes.items()}
