"""The queue engine on SQS. A queue ``orders`` is the SQS queue ``<prefix>-orders``, whose redrive policy
gives up after ``MAX_RECEIVES``; dead letters are in ``<prefix>-orders-dead``. The stack makes both.

Three things SQS does not tell: why a message died (the log does), when it died (the time it was sent is
shown), and how old the oldest waiting one is (the CloudWatch metric ``ApproximateAgeOfOldestMessage`` does).
"""

import json
from collections import defaultdict
from collections.abc import AsyncGenerator, Collection, Iterator, Mapping, Sequence
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from botocore.exceptions import ClientError

from cartwheel.aws import Address, Answer, Service, answered, code_of, config
from cartwheel.kernel.pages import Page
from cartwheel.messaging.events import FOREIGN, Event, read_event
from cartwheel.messaging.queue import BATCH, MAX_RECEIVES, VISIBILITY, Backlog, DeadLetter, Message, Queue
from cartwheel.storage import Unavailable
from cartwheel.storage.port import Backoff

log = structlog.get_logger()

WAIT_SECONDS = 5
"""How long a request waits for messages to come: each request costs, so an idle worker makes few."""

BATCH_BYTES = 250_000
"""Of the bodies that go in one request; SQS takes a little more, attributes included."""

DEPTH_LIMIT = 1000

LOOKED_THROUGH = 300
"""Dead letters that one look goes through, the oldest of them shown first."""

HELD_SECONDS = 30
"""How long a dead letter is hidden from others who look; given back at once when the look is over."""

LONGEST_DELAY = timedelta(hours=12)

_FORM = "sqs://region/prefix?endpoint=http://host:port&wait=seconds"

_GONE = {"InvalidParameterValue", "MessageNotInflight", "ReceiptHandleIsInvalid"}
"""The delivery is not ours any more: somebody has the message now, or has handled it."""

_MISSING = {"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"}


class SqsQueue(Queue):
    """``url`` is ``sqs://region/prefix``; ``wait=0`` makes ``receive`` answer at once.

    What is in the queues of ``foreign`` was written by others: it is handed on as it is (``FOREIGN``).
    """

    def __init__(
        self, url: str, visibility: timedelta = VISIBILITY, foreign: Collection[str] = frozenset()
    ) -> None:
        address = Address.of(url, _FORM, frozenset({"wait"}))
        if not address.path:
            raise ValueError(f"CARTWHEEL_QUEUE is not of the form {_FORM}")
        self._prefix = address.path
        self._wait = int(address.options.get("wait", WAIT_SECONDS))
        self._foreign = foreign
        self._visibility = max(1, round(visibility.total_seconds()))
        tuned = config(read_timeout=self._wait + 10, max_pool_connections=64)
        self._sqs = Service("sqs", address.client(address.host), tuned)
        self._addresses: dict[str, str] = {}

    async def send(self, queue: str, events: Sequence[Event]) -> None:
        for bodies in _batches([_body(event) for event in events]):
            await self._send(queue, bodies)

    def enqueue(self, queue: str, event: Event) -> None:  # noqa: ARG002 - SQS takes no part in our writes
        return None

    async def receive(self, queue: str, limit: int = BATCH) -> list[Message]:
        found = await self._receive(queue, min(limit, BATCH), self._visibility, self._wait)
        messages = []
        for raw in found:
            event = self._read(queue, raw)
            if event is None:  # nobody can handle it: it comes back, and then the redrive policy takes it
                log.error("message_unreadable", queue=queue, message_id=raw["MessageId"])
                continue
            receives = int(raw["Attributes"]["ApproximateReceiveCount"])
            messages.append(Message(queue, raw["MessageId"], raw["ReceiptHandle"], receives, event))
        return messages

    async def acknowledge(self, messages: Sequence[Message]) -> None:
        receipts: dict[str, list[str]] = defaultdict(list)
        for message in messages:
            receipts[message.queue].append(message.receipt)
        for queue, owned in receipts.items():
            await self._delete(queue, owned)

    async def release(self, message: Message, delay: timedelta, reason: str) -> None:
        """After the third time the message is visible at once: whoever asks next makes SQS bury it."""
        is_over = message.receives >= MAX_RECEIVES
        if is_over:
            log.error("message_given_up", queue=message.queue, message_id=message.message_id, reason=reason)
        wait = timedelta(0) if is_over else min(delay, LONGEST_DELAY)
        try:
            await self._call(
                "change_message_visibility",
                message.queue,
                {"ReceiptHandle": message.receipt, "VisibilityTimeout": round(wait.total_seconds())},
            )
        except ClientError as error:
            if code_of(error).rpartition(".")[2] not in _GONE:
                raise

    async def dead_letters(self, queue: str, cursor: str | None = None) -> Page[DeadLetter]:  # noqa: ARG002
        """One page of up to ``LOOKED_THROUGH``, the oldest first. Two who look at once see parts each."""
        letters = []
        async with aclosing(self._look_through(queue)) as found:
            async for raw in found:
                sent_at = _sent_at(raw)
                event = self._read(queue, raw) or Event(
                    event_id=raw["MessageId"], type="Unreadable", subject=raw["MessageId"], at=sent_at
                )
                letters.append(DeadLetter(queue, raw["MessageId"], event, sent_at, "See the log."))
        return Page(sorted(letters, key=lambda letter: letter.died_at))

    async def replay(self, queue: str, message_id: str) -> None:
        """Sent first and removed then: when this dies in between, it is delivered twice, not lost."""
        async with aclosing(self._look_through(queue)) as found:
            async for raw in found:
                if raw["MessageId"] == message_id:
                    await self._send(queue, [raw["Body"]])
                    await self._delete(_dead(queue), [raw["ReceiptHandle"]])
                    return

    async def discard(self, queue: str, message_id: str) -> None:
        async with aclosing(self._look_through(queue)) as found:
            async for raw in found:
                if raw["MessageId"] == message_id:
                    await self._delete(_dead(queue), [raw["ReceiptHandle"]])
                    return

    async def backlog(self, queue: str) -> Backlog:
        names = [f"ApproximateNumberOfMessages{state}" for state in ("", "NotVisible", "Delayed")]
        found = (await self._call("get_queue_attributes", queue, {"AttributeNames": names})).get(
            "Attributes", {}
        )
        return Backlog(min(sum(int(found.get(name, 0)) for name in names), DEPTH_LIMIT), None)

    async def close(self) -> None:
        await self._sqs.close()

    def _read(self, queue: str, raw: Answer) -> Event | None:
        if queue not in self._foreign:
            return read_event(raw["Body"])
        message_id = str(raw["MessageId"])
        told = {"body": raw["Body"]}
        return Event(event_id=message_id, type=FOREIGN, subject=message_id, payload=told, at=_sent_at(raw))

    async def _look_through(self, queue: str) -> AsyncGenerator[Answer, None]:
        """Each dead letter once, hidden while we look; given back at the end unless it is gone."""
        held: dict[str, Answer] = {}
        try:
            while len(held) < LOOKED_THROUGH:
                found = await self._receive(_dead(queue), BATCH, HELD_SECONDS, 0)
                fresh = {raw["MessageId"]: raw for raw in found if raw["MessageId"] not in held}
                if not fresh:
                    return
                held |= fresh
                for raw in fresh.values():
                    yield raw
        finally:
            await self._give_back(_dead(queue), [raw["ReceiptHandle"] for raw in held.values()])

    async def _give_back(self, queue: str, receipts: Sequence[str]) -> None:
        for entries in _handles(receipts):
            shown = [entry | {"VisibilityTimeout": 0} for entry in entries]
            await self._call("change_message_visibility_batch", queue, {"Entries": shown})

    async def _receive(self, queue: str, limit: int, hidden: int, wait: int) -> list[Answer]:
        request = {
            "MaxNumberOfMessages": limit,
            "VisibilityTimeout": hidden,
            "WaitTimeSeconds": wait,
            "MessageSystemAttributeNames": ["ApproximateReceiveCount", "SentTimestamp"],
        }
        answer = await self._call("receive_message", queue, request)
        return list(answer.get("Messages", ()))

    async def _send(self, queue: str, bodies: Sequence[str]) -> None:
        entries = [{"Id": str(number), "MessageBody": body} for number, body in enumerate(bodies)]
        await self._all("send_message_batch", queue, entries)

    async def _delete(self, queue: str, receipts: Sequence[str]) -> None:
        for entries in _handles(receipts):
            await self._all("delete_message_batch", queue, entries, ignored=_GONE)

    async def _all(
        self,
        operation: str,
        queue: str,
        entries: Sequence[Mapping[str, Any]],
        ignored: set[str] | None = None,
    ) -> None:
        """A batch of which every entry is done: those that failed by SQS's fault are asked for again."""
        backoff, left = Backoff(), list(entries)
        while left:
            answer = await self._call(operation, queue, {"Entries": left})
            failed = {one["Id"]: one for one in answer.get("Failed", ())}
            for one in failed.values():
                if one.get("SenderFault") and one.get("Code") not in (ignored or ()):
                    raise ValueError(
                        f"SQS refuses a message of {queue}: {one.get('Code')} {one.get('Message')}"
                    )
            left = [
                entry
                for entry in left
                if entry["Id"] in failed and not failed[entry["Id"]].get("SenderFault")
            ]
            if left and not await backoff.wait():
                raise Unavailable(f"SQS did not take all of a batch for {queue}.")

    async def _call(self, operation: str, queue: str, request: Mapping[str, Any]) -> Answer:
        """Raises ``Unavailable``; ``ClientError`` for what SQS refuses for good."""
        with answered(Unavailable):
            client = await self._sqs.client()
            try:
                url = self._addresses.get(queue) or await self._address(queue)
                answer: Answer = await getattr(client, operation)(QueueUrl=url, **request)
            except ClientError as error:
                if code_of(error) in _MISSING:
                    raise Unavailable(f"There is no queue {self._prefix}-{queue} on SQS.") from error
                raise
        return answer

    async def _address(self, queue: str) -> str:
        client = await self._sqs.client()
        found = await client.get_queue_url(QueueName=f"{self._prefix}-{queue}")
        self._addresses[queue] = str(found["QueueUrl"])
        return self._addresses[queue]


def _dead(queue: str) -> str:
    return f"{queue}-dead"


def _body(event: Event) -> str:
    """In ASCII: SQS refuses some characters that JSON allows."""
    return json.dumps(event.model_dump(mode="json"), separators=(",", ":"))


def _sent_at(raw: Answer) -> datetime:
    return datetime.fromtimestamp(int(raw["Attributes"]["SentTimestamp"]) / 1000, UTC)


def _batches(bodies: Sequence[str]) -> Iterator[list[str]]:
    """As many as one request takes, by number and by size."""
    batch: list[str] = []
    size = 0
    for body in bodies:
        length = len(body)
        if batch and (len(batch) == BATCH or size + length > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(body)
        size += length
    if batch:
        yield batch


def _handles(receipts: Sequence[str]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(receipts), BATCH):
        group = receipts[start : start + BATCH]
        yield [{"Id": str(number), "ReceiptHandle": receipt} for number, receipt in enumerate(group)]
