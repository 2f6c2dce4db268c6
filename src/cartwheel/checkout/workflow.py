"""The checkout workflow, declared once, as data. Drivers run it: the local one, and Step Functions on AWS."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import timedelta

from cartwheel.checkout.model import Progress

LEASE = timedelta(seconds=10)
"""How long a driver holds a workflow without a sign of life. Whoever writes the first row holds it too."""


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a step is tried; seconds before the second try, times ``backoff`` for each further."""

    attempts: int
    interval: float
    backoff: float

    def delay(self, attempt: int) -> float | None:
        """Seconds until the next try after ``attempt`` tries have failed; ``None`` when there is none."""
        return self.interval * self.backoff ** (attempt - 1) if attempt < self.attempts else None


@dataclass(frozen=True, slots=True)
class Step:
    """A step, by the name of its task, and the task that undoes it.

    Tasks are idempotent functions of an order id (``steps.py``). ``timed`` steps are not begun after the
    workflow's time is over; once the money is there, time does not matter any more. What a step that is not
    ``recorded`` has done is no loss: it only looks, and after a crash it looks again. One that ``waits`` may
    answer ``wait``: the workflow then stands still until ``resume``, and does the step again.
    """

    name: str
    undo: str | None = None
    retry: Retry = Retry(attempts=5, interval=1.0, backoff=2.0)
    timed: bool = True
    recorded: bool = True
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Workflow:
    """Steps in order; when one fails for good, the undo tasks of it and of those before it run in reverse."""

    steps: tuple[Step, ...]
    seconds: float
    undo_retry: Retry


WORKFLOW = Workflow(
    steps=(
        Step("ValidateCart", recorded=False),
        Step("ReserveStock", undo="ReleaseStock"),
        Step(
            "ProcessPayment",
            undo="CancelPayment",
            retry=Retry(attempts=3, interval=2.0, backoff=2.0),
            waits=True,
        ),
        Step("SendToQueue", timed=False),
    ),
    seconds=300.0,
    undo_retry=Retry(attempts=10**9, interval=2.0, backoff=1.0),
)


class WorkflowDriver(ABC):
    """Runs workflows to their end, across crashes."""

    @abstractmethod
    async def start(self, progress: Progress) -> None:
        """Sets a workflow going whose first row was just written, held for ``LEASE``. Returns at once."""

    @abstractmethod
    async def resume(self, order_id: str) -> None:
        """Tells a workflow that what it waits for has happened. Harmless when it does not wait."""

    @abstractmethod
    async def run_due(self) -> int:
        """Takes up workflows that nobody is at work on; answers how many."""

    @abstractmethod
    async def finish(self) -> None:
        """Returns when this process runs no workflow any more."""
