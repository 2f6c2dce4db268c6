"""Queues, jobs and parts of the system as operators see them."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from cartwheel.kernel.errors import Clash, NotFound
from cartwheel.messaging.schedules import Run, Schedule


class NoSuchQueue(NotFound):
    """The shop has no queue of that name."""

    code = "queue_not_found"

    def __init__(self, queue: str) -> None:
        super().__init__("Queue not found", queue=queue)


class NoSuchJob(NotFound):
    """The shop has no job of that name."""

    code = "job_not_found"

    def __init__(self, job: str) -> None:
        super().__init__("Job not found", job=job)


class AlwaysRunning(Clash):
    """The job is run all the time, by every worker."""

    code = "always_running"

    def __init__(self, job: str) -> None:
        super().__init__("Every worker runs this job all the time.", job=job)


@dataclass(frozen=True, slots=True)
class QueueState:
    """A queue: what waits, since when, and how much was given up (both counted up to a page)."""

    name: str
    waiting: int
    oldest_at: datetime | None
    given_up: int


@dataclass(frozen=True, slots=True)
class JobState:
    """A job, when it is due next, and its last run, if one is logged."""

    schedule: Schedule
    due_at: datetime | None
    last: Run | None


Check = Callable[[], Awaitable[object]]
"""Asks something for a sign of life; raises if there is none."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the system, and which adapter serves it."""

    name: str
    adapter: str
    check: Check | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """How a part is. ``state`` is ``unknown`` for what cannot be asked without doing something."""

    name: str
    adapter: str
    state: Literal["ok", "down", "unknown"]
    milliseconds: int | None = None


_SHOWN = re.compile(r".*(ids?|status|state|type|reason|currency|category|carrier|groups|slug)", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s@'\"<>()]+@[^\s@'\"<>()]+")


def without_people(payload: Mapping[str, Any]) -> dict[str, Any]:
    """An event's payload without what may tell who somebody is: numbers, ids and words of the shop stay."""
    return {name: value if _is_shown(name, value) else "…" for name, value in payload.items()}


def without_addresses(text: str) -> str:
    """The text of an error, without e-mail addresses."""
    return _ADDRESS.sub("…", text)


def _is_shown(name: str, value: object) -> bool:
    if isinstance(value, str) and _ADDRESS.search(value):
        return False
    return value is None or isinstance(value, bool | int) or _SHOWN.fullmatch(name) is not None
