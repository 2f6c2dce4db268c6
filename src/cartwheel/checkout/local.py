"""The embedded driver: every transition is a durable, conditional write, so any process can go on from it.

A driver at work holds the workflow by moving ``next_at`` into the future; when it dies, another takes over
after ``LEASE``. Should a slow step outlive its lease, two drivers run it at once: steps are idempotent,
and only one of the two transitions is written.
"""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

import structlog

from cartwheel.checkout import tables
from cartwheel.checkout.model import Progress
from cartwheel.checkout.steps import CheckoutSteps
from cartwheel.checkout.tables import PROGRESS
from cartwheel.checkout.workflow import LEASE, Workflow, WorkflowDriver
from cartwheel.kernel.clock import Clock
from cartwheel.kernel.errors import CartwheelError, Unavailable
from cartwheel.storage import Conflict, StorageError, Store

log = structlog.get_logger()

BATCH = 20


class LocalDriver(WorkflowDriver):
    """Runs workflows in this process; ``run_due`` takes up what others left behind."""

    def __init__(self, store: Store, clock: Clock, workflow: Workflow, steps: CheckoutSteps) -> None:
        self._store = store
        self._clock = clock
        self._workflow = workflow
        self._steps = steps
        self._running: set[asyncio.Task[None]] = set()

    async def start(self, progress: Progress) -> None:
        task = asyncio.create_task(self._logged(progress.order_id, self._go_on(progress)))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def resume(self, order_id: str) -> None:
        progress = await self._store.get(PROGRESS, order_id)
        if progress is None or progress.state != "WAITING":
            return
        try:
            await self._store.write(tables.went(progress, {"state": "RUNNING", "next_at": self._clock()}))
        except Conflict:
            return
        await self.run(order_id)

    async def run_due(self) -> int:
        """Takes up workflows that nobody is at work on; answers how many."""
        page = await self._store.query(tables.due(self._clock(), BATCH))
        for progress in page.items:
            await self._logged(progress.order_id, self.run(progress.order_id))
        return len(page.items)

    async def finish(self) -> None:
        """Waits for the workflows that this process has started."""
        while self._running:
            await asyncio.gather(*self._running)

    async def run(self, order_id: str) -> None:
        """Takes a workflow up that nobody is at work on, and runs it until it ends or waits."""
        await self._go_on(await self._take(order_id))

    async def _go_on(self, progress: Progress | None) -> None:
        """Runs a workflow that is held until it ends, waits, or belongs to another driver."""
        while progress is not None and progress.state in ("RUNNING", "COMPENSATING"):
            if progress.state == "RUNNING":
                progress = await self._forward(progress)
            else:
                progress = await self._back(progress)

    async def _logged(self, order_id: str, running: Coroutine[None, None, None]) -> None:
        try:
            await running
        except Exception:
            log.exception("checkout_interrupted", order_id=order_id)

    async def _take(self, order_id: str) -> Progress | None:
        progress = await self._store.get(PROGRESS, order_id)
        if progress is None or progress.state == "DONE" or progress.next_at > self._clock():
            return None
        if progress.state == "WAITING":  # its time is over
            return await self._write(
                progress, state="COMPENSATING", failure="payment_not_confirmed", attempt=0
            )
        return await self._write(progress)

    async def _forward(self, progress: Progress) -> Progress | None:
        step = self._workflow.steps[progress.step]
        if step.timed and self._clock() > progress.deadline:
            return await self._give_up(progress, "timeout")
        try:
            outcome = await self._steps.tasks[step.name](progress.order_id)
        except (Unavailable, StorageError) as error:
            delay = step.retry.delay(progress.attempt + 1)
            log.warning("checkout_step_failed", order_id=progress.order_id, step=step.name, error=repr(error))
            if delay is None:
                return await self._give_up(progress, getattr(error, "code", "unavailable"))
            await self._later(progress, delay)
            return None
        except CartwheelError as error:
            return await self._give_up(progress, error.code, getattr(error, "reason", None))
        if outcome == "wait":
            await self._write(progress, state="WAITING", next_at=progress.deadline)
            await self._paid_meanwhile(progress.order_id)
            return None
        done = progress.model_copy(update={"step": progress.step + 1, "attempt": 0})
        if done.step == len(self._workflow.steps):
            return await self._write(done, state="DONE", shard=None)
        return await self._write(done) if step.recorded else done

    async def _paid_meanwhile(self, order_id: str) -> None:
        """The payer may have confirmed before we began to wait."""
        if await self._steps.payment_ended(order_id):
            await self.resume(order_id)

    async def _back(self, progress: Progress) -> Progress | None:
        if progress.step < 0:
            await self._steps.fail(progress.order_id, progress.failure or "failed")
            return await self._write(progress, state="DONE", shard=None)
        undo = self._workflow.steps[progress.step].undo
        if undo is not None:
            try:
                await self._steps.tasks[undo](progress.order_id)
            except (CartwheelError, StorageError) as error:
                log.warning("checkout_undo_failed", order_id=progress.order_id, task=undo, error=repr(error))
                await self._later(progress, self._workflow.undo_retry.interval)
                return None
        return await self._write(progress, step=progress.step - 1, attempt=0)

    async def _give_up(self, progress: Progress, code: str, reason: str | None = None) -> Progress | None:
        failure = f"{code}:{reason}" if reason else code
        return await self._write(progress, state="COMPENSATING", failure=failure, attempt=0)

    async def _later(self, progress: Progress, seconds: float) -> None:
        at = self._clock() + timedelta(seconds=seconds)
        await self._write(progress, attempt=progress.attempt + 1, next_at=at)

    async def _write(self, progress: Progress, **values: Any) -> Progress | None:  # noqa: ANN401
        """The next transition, which renews the lease; ``None`` when another driver made one first."""
        at = {"step": progress.step, "attempt": progress.attempt, "next_at": self._clock() + LEASE}
        values = {**at, **values}
        try:
            await self._store.write(tables.went(progress, values))
        except Conflict:
            return None
        return progress.model_copy(update={**values, "version": progress.version + 1})
