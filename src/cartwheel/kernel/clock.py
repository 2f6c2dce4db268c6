"""Time as a collaborator: whoever needs the time takes a ``Clock`` and calls it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
"""Answers the present instant, aware, in UTC."""


def utc_now() -> datetime:
    """The clock of a running shop."""
    return datetime.now(UTC)


class ManualClock:
    """A clock that stands still until it is moved: for tests and for replaying history."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def __call__(self) -> datetime:
        return self._now

    def advance(self, **delta: float) -> None:
        """Moves the time on by ``timedelta(**delta)``."""
        self._now += timedelta(**delta)


def iso(instant: datetime) -> str:
    """Fixed width ISO 8601 in UTC with microseconds, so that text order is time order."""
    return f"{instant.astimezone(UTC).isoformat(timespec='microseconds')[:26]}Z"
