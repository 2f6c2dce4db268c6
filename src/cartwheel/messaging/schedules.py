"""Work that is due by the clock. However many workers run, each due time is run by one of them."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from time import perf_counter

import structlog
from pydantic import BaseModel, ConfigDict, Field

from cartwheel.kernel.clock import Clock
from cartwheel.kernel.ids import sortable_id
from cartwheel.kernel.pages import Page
from cartwheel.kernel.telemetry import timed
from cartwheel.storage import Conflict, Put, Query, Store, Table, Update, absent, eq

log = structlog.get_logger()

RUNS_KEPT = timedelta(days=7)
"""How long the log of runs goes back."""

LEASE = timedelta(minutes=15)
"""After which a job that was begun and not ended is begun again: its worker was killed. Longer ones may run
twice at a time, which all of them bear."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A job and how often it is due. ``run`` answers how many things it dealt with.

    ``shared`` jobs are run by every worker, for they divide the work among themselves; the others by one.
    With ``at``, a time of day in UTC, it is due then, every day, and not already when the shop is new.
    """

    name: str
    every: timedelta
    run: Callable[[], Awaitable[int]]
    shared: bool = False
    at: time | None = None

    def next_after(self, now: datetime) -> datetime:
        """When it is due next, once it has been claimed."""
        if self.at is None:
            return now + self.every
        today = datetime.combine(now.astimezone(UTC).date(), self.at, UTC)
        return today if today > now else today + timedelta(days=1)


class Due(BaseModel):
    """When a job is due next."""

    model_config = ConfigDict(frozen=True)

    name: str
    at: datetime


class Run(BaseModel):
    """One run of a job: how long it took, how many things it dealt with, and its error if it failed."""

    model_config = ConfigDict(frozen=True)

    job: str
    run_id: str = Field(default_factory=sortable_id)
    began_at: datetime
    milliseconds: int
    count: int
    error: str | None = None
    expires_at: datetime


DUE = Table("schedules", Due, "name")
RUNS = Table("job_runs", Run, "job", "run_id", ttl="expires_at")

TABLES = (DUE, RUNS)


class Timetable:
    """Claims due jobs by moving their next time, conditionally; runs them, and keeps a log of that."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def run_due(self, schedule: Schedule) -> Run | None:
        """Runs the job if it is due and nobody else has begun it; ``None`` otherwise."""
        now = self._clock()
        due = await self._store.get(DUE, schedule.name)
        if due is not None and due.at > now:
            return None
        following = schedule.next_after(now)
        if due is None and schedule.at is not None:
            await self._move(None, Due(name=schedule.name, at=following))
            return None
        claim = Due(name=schedule.name, at=min(following, now + LEASE))
        if not await self._move(due, claim):
            return None
        run = await self.run(schedule)
        if claim.at != following:
            await self._move(claim, Due(name=schedule.name, at=following))
        return run

    async def run(self, schedule: Schedule) -> Run:
        """Runs the job now, whether or not it is due, and logs it. An error of the job is in the answer."""
        began_at, began, count, error = self._clock(), perf_counter(), 0, None
        try:
            with timed("job", {"job": schedule.name}):
                count = await schedule.run()
        except Exception as raised:
            log.exception("job_failed", job=schedule.name)
            error = repr(raised)[:1000]
        run = Run(
            job=schedule.name,
            began_at=began_at,
            milliseconds=round((perf_counter() - began) * 1000),
            count=count,
            error=error,
            expires_at=began_at + RUNS_KEPT,
        )
        await self._store.write(Put(RUNS, run))
        log.info("job_done", job=run.job, count=run.count, ms=run.milliseconds, error=run.error)
        return run

    async def ask(self, schedule: Schedule) -> None:
        """Makes the job due now: a worker runs it within a second or so."""
        for _ in range(3):
            due = await self._store.get(DUE, schedule.name)
            if await self._move(due, Due(name=schedule.name, at=self._clock())):
                return

    async def due(self, schedules: Sequence[Schedule]) -> list[datetime | None]:
        """When each of them is due next, ``None`` for what never ran. One storage call."""
        rows = await self._store.get_many(DUE, [(schedule.name,) for schedule in schedules])
        return [row.at if row else None for row in rows]

    async def runs(self, name: str, cursor: str | None = None, limit: int = 1) -> Page[Run]:
        """What was logged of a job, the latest first. One storage call."""
        return await self._store.query(Query(RUNS, name, descending=True, cursor=cursor, limit=limit))

    async def _move(self, due: Due | None, following: Due) -> bool:
        with suppress(Conflict):
            if due is None:
                await self._store.write(Put(DUE, following, (absent(),)))
            else:
                await self._store.write(
                    Update(DUE, (following.name,), set={"at": following.at}, when=(eq("at", due.at),))
                )
            return True
        return False
