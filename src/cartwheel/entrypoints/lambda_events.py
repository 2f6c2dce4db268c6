"""The doors of events on AWS: queues, the outbox's stream, schedules, workflow tasks and files that arrived.

Every event may come more than once, and several at a time: what they lead to is idempotent.
"""

from functools import cache
from typing import Any
from urllib.parse import urlsplit

import structlog

from cartwheel import told_by_aws
from cartwheel.adapters import state_machine
from cartwheel.entrypoints.lambda_process import run, shop
from cartwheel.messaging.events import read_event
from cartwheel.messaging.queue import Message
from cartwheel.messaging.worker import Worker

log = structlog.get_logger()

Payload = dict[str, Any]


@cache
def _worker() -> Worker:
    return shop().worker()


def consume(event: Payload, _: object) -> Payload:
    """Handles a batch of an SQS queue; answers which of its messages must come again."""
    records = event["Records"]
    queue = _queue_of(records[0]["eventSourceARN"])
    messages = [message for record in records if (message := _message(queue, record))]
    if len(messages) < len(records):
        log.error("messages_unreadable", queue=queue, count=len(records) - len(messages))
    done = {message.message_id for message in run(_worker().handle(queue, messages))}
    again = [record["messageId"] for record in records if record["messageId"] not in done]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in again]}


def _queue_of(arn: str) -> str:
    """The shop's name of a queue of AWS."""
    prefix = urlsplit(shop().settings.queue).path.strip("/")
    return arn.rpartition(":")[2].removeprefix(f"{prefix}-")


def _message(queue: str, record: Payload) -> Message | None:
    """``None`` for what is no event of ours: it becomes a dead letter."""
    event = read_event(record["body"])
    if event is None:
        return None
    receives = int(record["attributes"]["ApproximateReceiveCount"])
    return Message(queue, record["messageId"], record["receiptHandle"], receives, event)


def relay(_: Payload, __: object) -> None:
    """Moves events from the outbox to the queues until none is left: also those that an earlier call left."""
    run(_until_empty(_worker()))


async def _until_empty(worker: Worker) -> None:
    while await worker.relay():
        pass


def schedule(event: Payload, _: object) -> Payload:
    """Runs the job that EventBridge says is due: ``{"job": name}``. Raises when it fails, for the alarm."""
    job = next(job for job in shop().schedules if job.name == event["job"])
    told = run(shop().timetable.run(job))
    if told.error:
        raise RuntimeError(told.error)
    return {"count": told.count}


def step(event: Payload, _: object) -> dict[str, str]:
    """Does one task of the checkout's state machine: ``{"step", "orderId", "token"?, "error"?}``."""
    driver = state_machine(shop().driver)
    more = {name: event[name] for name in ("token", "error") if name in event}
    return run(driver.perform(event["step"], event["orderId"], **more))


def uploaded(event: Payload, _: object) -> None:
    """Completes uploads whose file has arrived in the bucket, should the browser not say so."""
    run(told_by_aws.uploaded(shop().media, event))


def returned(event: Payload, _: object) -> None:
    """Marks the addresses whose mail came back or was called spam, as SES tells by SNS."""
    for record in event["Records"]:
        run(told_by_aws.returned(shop().notifications, record["Sns"]["Message"]))
