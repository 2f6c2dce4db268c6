"""Work that is due by the clock. However many workers run, each due time is run by one of them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from cartwheel.kernel.clock import Clock
from cartwheel.storage import Conflict, Put, Store, Table, Update, absent, eq


@dataclass(frozen=True, slots=True)
class Schedule:
    """A job and how often it is due. ``run`` answers how many things it dealt with.

    ``shared`` jobs are run by every worker, for they divide the work among themselves; the others by one.
    """

    name: str
    every: timedelta
    run: Callable[[], Awaitable[int]]
    shared: bool = False


class Due(BaseModel):
    """When a job is due next."""

    model_config = ConfigDict(frozen=True)

    name: str
    at: datetime


DUE = Table("schedules", Due, "name")


class Timetable:
    """Claims due jobs by moving their next time on, conditionally."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def claim(self, schedule: Schedule) -> bool:
        """Whether the job is due and this caller is the one to run it."""
        now = self._clock()
        due = await self._store.get(DUE, schedule.name)
        if due is not None and due.at > now:
            return False
        following = Due(name=schedule.name, at=now + schedule.every)
        try:
            if due is None:
                await self._store.write(Put(DUE, following, (absent(),)))
            else:
                await self._store.write(
                    Update(DUE, (schedule.name,), set={"at": following.at}, when=(eq("at", due.at),))
                )
        except Conflict:
            return False
        return True
