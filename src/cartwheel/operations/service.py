"""Use cases of whoever runs the shop. What is done here is written to the audit log before it is done."""

import asyncio
import platform
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime

from cartwheel.audit import AuditLog, Entry, audited
from cartwheel.kernel.clock import Clock
from cartwheel.kernel.pages import Page
from cartwheel.messaging import OUTBOX, SHARDS, DeadLetter, Queue
from cartwheel.messaging.schedules import Run, Schedule, Timetable
from cartwheel.operations.model import (
    AlwaysRunning,
    Health,
    JobState,
    NoSuchJob,
    NoSuchQueue,
    Part,
    QueueState,
)
from cartwheel.storage import Query, Store


def _age(since: datetime | None, now: datetime) -> float:
    """Seconds; 0 where there is nothing."""
    return max(0.0, (now - since).total_seconds()) if since else 0.0


CHECK_SECONDS = 5.0
"""A part that has not answered by then is down."""


class Operations:
    """Queues, jobs and the audit log. ``by`` is the administrator behind a call."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        queue: Queue,
        queues: Sequence[str],
        timetable: Timetable,
        schedules: Sequence[Schedule],
    ) -> None:
        """``queues`` are the names of all queues."""
        self._store = store
        self._clock = clock
        self._queue = queue
        self._queues = queues
        self._timetable = timetable
        self._schedules = {schedule.name: schedule for schedule in schedules}
        self._log = AuditLog(store)

    async def queues(self) -> list[QueueState]:
        """All queues by name. Two storage calls each."""
        states = []
        for name in self._queues:
            states.append(await self._state(name))
            await asyncio.sleep(0)  # an embedded store never yields, and queues may be deep
        return states

    async def load(self) -> dict[str, dict[str, float]]:
        """How much waits, and for how long: metrics by name, then by queue. One storage call each."""
        now, depth, oldest = self._clock(), {}, {}
        for name in self._queues:
            backlog = await self._queue.backlog(name)
            depth[name] = float(backlog.depth)
            oldest[name] = _age(backlog.oldest_at, now)
            await asyncio.sleep(0)  # as above
        waiting = [
            event.at
            for shard in SHARDS
            for event in (await self._store.query(Query(OUTBOX, shard, limit=1))).items
        ]
        lag = _age(min(waiting, default=None), now)
        return {"queue_depth": depth, "queue_oldest_seconds": oldest, "outbox_lag_seconds": {"": lag}}

    async def dead_letters(self, queue: str, cursor: str | None) -> Page[DeadLetter]:
        """What was given up, the oldest first. Raises ``NoSuchQueue``."""
        self._check_queue(queue)
        return await self._queue.dead_letters(queue, cursor)

    async def replay(self, queue: str, message_id: str, by: str) -> None:
        """Puts one back into its queue. One that is not there any more is fine. Raises ``NoSuchQueue``."""
        self._check_queue(queue)
        await self._note(by, "dead_letter.replayed", message_id, queue)
        await self._queue.replay(queue, message_id)

    async def replay_all(self, queue: str, by: str) -> tuple[int, bool]:
        """Puts a page of them back; answers how many, and whether there are more. Raises ``NoSuchQueue``."""
        self._check_queue(queue)
        page = await self._queue.dead_letters(queue)
        if page.items:
            await self._note(by, "dead_letters.replayed", queue, queue, count=len(page.items))
        for letter in page.items:
            await self._queue.replay(queue, letter.message_id)
        return len(page.items), page.next is not None

    async def discard(self, queue: str, message_id: str, by: str) -> None:
        """Forgets one for good. One that is not there any more is fine. Raises ``NoSuchQueue``."""
        self._check_queue(queue)
        await self._note(by, "dead_letter.discarded", message_id, queue)
        await self._queue.discard(queue, message_id)

    async def jobs(self) -> list[JobState]:
        """All jobs with their last runs. One storage call, and one for each job that is logged."""
        schedules = list(self._schedules.values())
        due = await self._timetable.due(schedules)
        return [
            JobState(schedule, at, None if schedule.shared else await self._last(schedule.name))
            for schedule, at in zip(schedules, due, strict=True)
        ]

    async def runs(self, job: str, cursor: str | None, limit: int) -> Page[Run]:
        """What was logged of a job, the latest first. Raises ``NoSuchJob``."""
        return await self._timetable.runs(self._schedule(job).name, cursor, limit)

    async def ask(self, job: str, by: str) -> None:
        """Has a worker run the job now. Raises ``NoSuchJob``, ``AlwaysRunning``."""
        schedule = self._schedule(job)
        if schedule.shared:
            raise AlwaysRunning(job)
        await self._store.write(audited(self._clock(), by, "job.asked", job))
        await self._timetable.ask(schedule)

    async def run(self, job: str) -> Run:
        """Runs the job here and now: for the command line. Raises ``NoSuchJob``."""
        return await self._timetable.run(self._schedule(job))

    async def entries(
        self, actor: str | None, subject: str | None, cursor: str | None, limit: int
    ) -> Page[Entry]:
        """What the staff did, the newest first: all of it, or about one subject, or by one of them."""
        return await self._log.entries(actor, subject, cursor, limit)

    def everything(self) -> AsyncIterator[list[Entry]]:
        """The whole audit log, some entries at a time."""
        return self._log.everything()

    async def _state(self, name: str) -> QueueState:
        backlog = await self._queue.backlog(name)
        given_up = (await self._queue.dead_letters(name)).items
        return QueueState(name, backlog.depth, backlog.oldest_at, len(given_up))

    async def _last(self, job: str) -> Run | None:
        return next(iter((await self._timetable.runs(job)).items), None)

    async def _note(self, by: str, action: str, subject: str, queue: str, **more: int) -> None:
        await self._store.write(audited(self._clock(), by, action, subject, after={"queue": queue, **more}))

    def _check_queue(self, queue: str) -> None:
        if queue not in self._queues:
            raise NoSuchQueue(queue)

    def _schedule(self, job: str) -> Schedule:
        if job not in self._schedules:
            raise NoSuchJob(job)
        return self._schedules[job]


class System:
    """Of what this process is made, and how its parts are."""

    def __init__(
        self, clock: Clock, topology: str, parts: Sequence[Part], versions: Mapping[str, str]
    ) -> None:
        self._clock = clock
        self.topology = topology
        self._parts = parts
        self.versions = {**versions, "Python": platform.python_version()}
        self.platform = f"{platform.system()} {platform.machine()}"
        self.began_at = clock()

    @property
    def uptime(self) -> int:
        """Seconds since this process began."""
        return int((self._clock() - self.began_at).total_seconds())

    async def health(self) -> list[Health]:
        """How all parts are: asked at once, so that none takes longer than ``CHECK_SECONDS``."""
        return list(await asyncio.gather(*(self._ask(part) for part in self._parts)))

    @staticmethod
    async def _ask(part: Part) -> Health:
        if part.check is None:
            return Health(part.name, part.adapter, "unknown")
        began = time.perf_counter()
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                await part.check()
        except Exception:  # noqa: BLE001 - whatever it is, the part does not answer
            return Health(part.name, part.adapter, "down")
        return Health(part.name, part.adapter, "ok", round((time.perf_counter() - began) * 1000))
