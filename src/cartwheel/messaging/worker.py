"""The worker: moves events, consumes queues and runs schedules until it is told to stop."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

import structlog

from cartwheel.kernel.errors import CartwheelError
from cartwheel.kernel.telemetry import timed
from cartwheel.messaging.events import Event, Subscription
from cartwheel.messaging.queue import BATCH, Message, Queue
from cartwheel.messaging.relay import Relay
from cartwheel.messaging.schedules import Schedule, Timetable
from cartwheel.storage import StorageError

log = structlog.get_logger()

Step = Callable[[], Awaitable[int]]

GiveWay = Callable[[], Awaitable[None]]
"""Called between pieces of work: an embedded store never yields, and requests of the process come first."""


async def next_turn() -> None:
    """Lets whatever else is ready have its turn."""
    await asyncio.sleep(0)


RELAY_SECONDS = 0.05
"""Pause of the relay when there is nothing to do: one indexed read. It wakes the consumers."""

IDLE_SECONDS = 0.2
"""Pause of a consumer when there is nothing to do, in case that another process's relay found something."""


class Worker:
    """Any number may run beside each other, in the server or in processes of their own."""

    def __init__(
        self,
        relay: Relay,
        queue: Queue,
        subscriptions: Sequence[Subscription],
        timetable: Timetable,
        schedules: Sequence[Schedule],
        give_way: GiveWay = next_turn,
    ) -> None:
        self._relay = relay
        self._queue = queue
        self._consumers = _by_queue(subscriptions)
        self._timetable = timetable
        self._schedules = schedules
        self._give_way = give_way
        self._stopping = False
        self._wakers: list[asyncio.Event] = []

    def stop(self) -> None:
        """Asks ``run`` to return after what is in hand."""
        self._stopping = True
        self._wake()

    async def run(self) -> None:
        """Works until ``stop``; no error of a job ends it."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._repeat("relay", self._relay_and_wake, RELAY_SECONDS))
            for queue in self._consumers:
                group.create_task(self._repeat(queue, partial(self.consume, queue), IDLE_SECONDS))
            for schedule in self._schedules:
                if schedule.shared:
                    pause = schedule.every.total_seconds()
                    group.create_task(self._repeat(schedule.name, schedule.run, pause))
                else:  # each by itself: a long job keeps no other from its time
                    group.create_task(self._repeat(schedule.name, partial(self._run_due, schedule), 1.0))

    async def drain(self) -> None:
        """Works until nothing is left to do: for tests and for commands that run once."""
        shared = [schedule.run for schedule in self._schedules if schedule.shared]
        while True:
            await asyncio.sleep(0)
            found = await self._relay.run_once()
            found += sum([await self.consume(queue) for queue in self._consumers])
            if found + sum([await run() for run in shared]) == 0:
                return

    async def consume(self, queue: str) -> int:
        """Handles one batch of a queue; answers how many messages it held."""
        batch = max(consumer.batch for consumer in self._consumers[queue])
        messages = found = await self._queue.receive(queue, batch)
        while len(found) == BATCH and len(messages) < batch:
            await self._give_way()
            found = await self._queue.receive(queue, batch - len(messages))
            messages += found
        if messages:
            await self._queue.acknowledge(await self.handle(queue, messages))
        return len(messages)

    async def handle(self, queue: str, messages: Sequence[Message]) -> list[Message]:
        """Handles messages of a queue; answers those that are done with. The others are given back."""
        done = list(messages) if await self._handled_together(queue, messages) else []
        for message in messages[len(done) :]:
            if await self._handle(queue, message):
                done.append(message)
            await self._give_way()
        return done

    async def relay(self) -> int:
        """Moves some events from the outbox to the queues; answers how many there were."""
        return await self._relay.run_once()

    async def _handled_together(self, queue: str, messages: Sequence[Message]) -> bool:
        """Whether the one consumer that all messages are for took them at once, if it can."""
        types = {message.event.type for message in messages}
        interested = [consumer for consumer in self._consumers[queue] if types & consumer.events]
        handle_all = interested[0].handle_all if len(interested) == 1 else None
        if handle_all is None:
            return False
        try:
            with timed("event", {"queue": queue, "type": "batch"}):
                await handle_all([message.event for message in messages])
        except Exception as error:
            told = {"queue": queue, "count": len(messages), "error": repr(error)}
            log.warning("batch_failed", **told, exc_info=not _known(error))
            return False
        return True

    async def run_due(self) -> int:
        """Runs the jobs that are due for one worker, one after the other: for tests."""
        return sum([await self._run_due(schedule) for schedule in self._schedules if not schedule.shared])

    async def _run_due(self, schedule: Schedule) -> int:
        """Runs the job if it is due. Always answers 0: the next look is a pause away."""
        await self._timetable.run_due(schedule)
        return 0

    async def _handle(self, queue: str, message: Message) -> bool:
        event = message.event
        told: dict[str, Any] = {"queue": queue, "event_type": event.type, "event_id": event.event_id}
        work = timed(
            "event",
            {"queue": queue, "type": event.type},
            {"event_id": event.event_id, **_order(event)},
            parent=event.origin.get("traceparent"),
        )
        request = {name: event.origin[name] for name in ("request_id",) if name in event.origin}
        with structlog.contextvars.bound_contextvars(**request, **_order(event)):
            try:
                with work:
                    for subscription in self._consumers[queue]:
                        if event.type in subscription.events:
                            await subscription.handle(event)
            except Exception as error:
                told |= {"receives": message.receives, "error": repr(error)}
                log.warning("message_failed", **told, exc_info=not _known(error))
                delay = timedelta(seconds=2.0**message.receives)
                await self._queue.release(message, delay, repr(error))
                return False
            log.info("message_handled", **told, ms=round(work.seconds * 1000, 1))
        return True

    async def _relay_and_wake(self) -> int:
        found = await self._relay.run_once()
        if found:
            self._wake()
        return found

    def _wake(self) -> None:
        for waker in self._wakers:
            waker.set()

    async def _repeat(self, name: str, step: Step, pause: float) -> None:
        waker = asyncio.Event()
        self._wakers.append(waker)
        while not self._stopping:
            try:
                found = await step()
            except Exception as error:
                log.exception("worker_step_failed", step=name, error=repr(error), exc_info=not _known(error))
                found, pause_now = 0, 1.0
            else:
                pause_now = pause
            if found:
                await self._give_way()
                continue
            with suppress(TimeoutError):
                await asyncio.wait_for(waker.wait(), pause_now)
            waker.clear()


def _known(error: Exception) -> bool:
    """Whether its message says it all: while a database is away, every step of every worker fails of it."""
    return isinstance(error, CartwheelError | StorageError)


def _order(event: Event) -> dict[str, str]:
    """The order that an event is about, where its type says that its subject is one."""
    return {"order_id": event.subject} if event.type.startswith(("Order", "Payment", "Refund")) else {}


def _by_queue(subscriptions: Sequence[Subscription]) -> Mapping[str, list[Subscription]]:
    queues: dict[str, list[Subscription]] = {}
    for subscription in subscriptions:
        queues.setdefault(subscription.queue, []).append(subscription)
    return queues
