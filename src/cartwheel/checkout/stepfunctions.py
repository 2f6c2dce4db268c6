"""The driver on AWS: Step Functions runs the workflow (``states.py``) and calls ``perform`` for each task.

The order's row of progress outlives a crash between placing an order and starting its machine: ``run_due``
starts what was not started. A machine is named after its order, so there is one whatever is retried.
"""

import asyncio
import json
from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any

import structlog
from botocore.exceptions import ClientError

from cartwheel.aws import Address, Service, answered, code_of
from cartwheel.checkout import tables
from cartwheel.checkout.model import Progress
from cartwheel.checkout.states import AWAIT, FAIL
from cartwheel.checkout.steps import CheckoutSteps
from cartwheel.checkout.tables import PROGRESS
from cartwheel.checkout.workflow import Workflow, WorkflowDriver
from cartwheel.kernel.clock import Clock
from cartwheel.kernel.errors import CartwheelError, Unavailable
from cartwheel.storage import Conflict, StorageError, Store

log = structlog.get_logger()

BATCH = 20

NO_ERROR: Mapping[str, str] = {}

_STARTED = frozenset({"ExecutionAlreadyExists"})

_OVER = frozenset({"TaskDoesNotExist", "TaskTimedOut", "InvalidToken"})
"""The machine does not wait with this token any more."""


class StepUnavailable(Exception):
    """The task may succeed when it is tried again. Step Functions knows it by this name."""


class StepFailed(Exception):
    """The task will not succeed; says why, as ``code`` or ``code:reason``. Known by this name as well."""


class StepFunctions(WorkflowDriver):
    """Starts and wakes state machines, and does the tasks that they ask for.

    ``url`` is ``states://region/arn``, with ``?endpoint=http://host:port`` for an emulator.
    """

    def __init__(
        self, store: Store, clock: Clock, workflow: Workflow, steps: CheckoutSteps, url: str
    ) -> None:
        address = Address.of(url, "states://region/arn")
        self._store = store
        self._clock = clock
        self._workflow = workflow
        self._steps = steps
        self._machine = address.path
        self._service = Service("stepfunctions", address.client(address.host))

    async def start(self, progress: Progress) -> None:
        try:
            await self._begin(progress)
        except (Unavailable, StorageError) as error:  # `run_due` will
            log.warning("checkout_not_started", order_id=progress.order_id, error=repr(error))

    async def resume(self, order_id: str) -> None:
        progress = await self._store.get(PROGRESS, order_id)
        if progress is not None and progress.state == "WAITING" and progress.task_token:
            await self._wake(progress.task_token)
            with suppress(Conflict):
                await self._store.write(tables.went(progress, {"state": "RUNNING"}))

    async def run_due(self) -> int:
        page = await self._store.query(tables.due(self._clock(), BATCH))
        await asyncio.gather(*(self._begin(progress) for progress in page.items))
        return len(page.items)

    async def finish(self) -> None:
        await self._service.close()

    async def perform(
        self, step: str, order_id: str, *, token: str = "", error: Mapping[str, str] = NO_ERROR
    ) -> dict[str, str]:
        """Does one task of the machine. Answers its outcome; raises ``StepUnavailable`` or ``StepFailed``.

        ``token`` is that of a task that waits, ``error`` what brought the machine to ``Fail``.
        """
        try:
            if step == FAIL:
                await self._steps.fail(order_id, _reason(error))
                outcome = "done"
            elif step == AWAIT:
                outcome = await self._await_payment(order_id, token)
            else:
                await self._check_time(step, order_id)
                outcome = await self._steps.tasks[step](order_id)
            if step in (FAIL, self._workflow.steps[-1].name):
                await self._store.write(tables.ended(order_id))
        except (Unavailable, StorageError) as failed:
            raise StepUnavailable(getattr(failed, "code", "unavailable")) from failed
        except CartwheelError as failed:
            reason = getattr(failed, "reason", None)
            raise StepFailed(f"{failed.code}:{reason}" if reason else failed.code) from failed
        return {"outcome": outcome}

    async def _await_payment(self, order_id: str, token: str) -> str:
        await self._store.write(tables.waits(order_id, token))
        if await self._steps.payment_ended(order_id):  # the payer was faster
            await self._wake(token)
        return "wait"

    async def _check_time(self, step: str, order_id: str) -> None:
        timed = any(known.name == step and known.timed for known in self._workflow.steps)
        progress = await self._store.get(PROGRESS, order_id) if timed else None
        if progress is not None and self._clock() > progress.deadline:
            raise StepFailed("timeout")

    async def _begin(self, progress: Progress) -> None:
        await self._ask(
            "start_execution",
            _STARTED,
            stateMachineArn=self._machine,
            name=progress.order_id,
            input=json.dumps({"orderId": progress.order_id}),
        )
        with suppress(Conflict):  # the machine was faster, or somebody else has started it
            await self._store.write(tables.went(progress, {"shard": None}))

    async def _wake(self, token: str) -> None:
        await self._ask("send_task_success", _OVER, taskToken=token, output="{}")

    async def _ask(self, operation: str, fine: Collection[str], **request: str) -> None:
        """Raises ``Unavailable``; ``ClientError`` for a refusal, unless its name is among the ``fine``."""
        client = await self._service.client()
        try:
            with answered(Unavailable):
                await getattr(client, operation)(**request)
        except ClientError as error:
            if code_of(error) not in fine:
                raise


def _reason(error: Mapping[str, str]) -> str:
    """Why an order failed, from what Step Functions says of the error."""
    if error.get("Error") == "States.Timeout":  # of the only task that has a time: the payer did not answer
        return "payment_not_confirmed"
    said: Any = None
    if error.get("Error") in (StepFailed.__name__, StepUnavailable.__name__):
        with suppress(ValueError):
            said = json.loads(error.get("Cause", ""))
    return str(said["errorMessage"]) if isinstance(said, dict) and said.get("errorMessage") else "unavailable"
