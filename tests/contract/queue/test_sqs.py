"""SQS alone: requests that half succeed, messages that nobody wrote, and a relay that dies halfway."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from cartwheel.kernel.clock import utc_now
from cartwheel.messaging import OUTBOX, DeadLetter, Event, Subscription, emit
from cartwheel.messaging.relay import Relay
from cartwheel.messaging.sqs_queue import SqsQueue
from cartwheel.storage import Store, Unavailable
from tests.contract.queue.conftest import NAMES, OnSqs
from tests.contract.queue.test_contract import event, events, received
from tests.support.aws import REGION, Account
from tests.support.processes import free_port
from tests.support.stores import open_tables

pytestmark = pytest.mark.emulator


@pytest.fixture
async def sqs(account: Account) -> AsyncIterator[OnSqs]:
    await account.make_queues("shop", *NAMES)
    queues = OnSqs(account)
    yield queues
    await queues.close()


@pytest.fixture
async def queue(sqs: OnSqs) -> SqsQueue:
    opened = sqs.open()
    assert isinstance(opened, SqsQueue)
    await opened.backlog("test")
    return opened


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    async with open_tables("sqlite:///:memory:", [OUTBOX], utc_now) as opened:
        yield opened


class Partial:
    """A client that fails some entries of the first batch. It notes how many it was asked for each time."""

    def __init__(self, inner: Any, failing: int, *, by_sender: bool = False) -> None:  # noqa: ANN401
        self._inner = inner
        self._failing = failing
        self._by_sender = by_sender
        self.sizes: list[int] = []

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._inner, name)

    async def send_message_batch(self, **request: Any) -> dict[str, Any]:  # noqa: ANN401
        return await self._some("send_message_batch", request)

    async def delete_message_batch(self, **request: Any) -> dict[str, Any]:  # noqa: ANN401
        return await self._some("delete_message_batch", request)

    async def _some(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        entries = request["Entries"]
        self.sizes.append(len(entries))
        failing, self._failing = entries[: self._failing], 0
        left = entries[len(failing) :]
        answer: dict[str, Any] = (
            await getattr(self._inner, operation)(**{**request, "Entries": left}) if left else {}
        )
        failed = [
            {"Id": one["Id"], "SenderFault": self._by_sender, "Code": "InternalError"} for one in failing
        ]
        return {"Successful": answer.get("Successful", []), "Failed": answer.get("Failed", []) + failed}


def partial(queue: SqsQueue, failing: int, *, by_sender: bool = False) -> Partial:
    """Puts a client into the queue that fails the first entries of its first batch."""
    client = queue._sqs._client = Partial(queue._sqs._client, failing, by_sender=by_sender)
    return client


@pytest.mark.parametrize("failing", [1, 4, 10])
async def test_what_failed_is_sent_again_and_nothing_else(queue: SqsQueue, failing: int) -> None:
    client = partial(queue, failing)
    await queue.send("test", events(10))
    assert client.sizes == [10, failing]
    found = await received(queue)
    assert Counter(message.event.subject for message in found) == {f"thing-{n}": 1 for n in range(10)}
    client = partial(queue, failing)
    await queue.acknowledge(found)
    assert client.sizes == [10, failing]
    assert (await queue.backlog("test")).depth == 0


async def test_what_sqs_refuses_for_good_is_an_error(queue: SqsQueue) -> None:
    partial(queue, 1, by_sender=True)
    with pytest.raises(ValueError, match="refuses a message of test"):
        await queue.send("test", [event()])


async def test_many_and_large_events_go_in_several_requests(queue: SqsQueue) -> None:
    client = partial(queue, 0)
    await queue.send("test", [event(f"large-{number}", text="x" * 100_000) for number in range(5)])
    await queue.send("test", events(21))
    assert client.sizes == [2, 2, 1, 10, 10, 1]
    assert len(await received(queue)) == 26


async def test_a_message_that_nobody_can_read_ends_as_a_dead_letter(sqs: OnSqs, account: Account) -> None:
    queue = sqs.open(timedelta(seconds=1))
    async with account.client("sqs") as client:
        address = (await client.get_queue_url(QueueName="shop-test"))["QueueUrl"]
        await client.send_message(QueueUrl=address, MessageBody="no event")
    await queue.send("test", [event()])
    read, letters = 0, list[DeadLetter]()
    for _ in range(600):
        found = await queue.receive("test")
        await queue.acknowledge(found)
        read += len(found)
        if letters := list((await queue.dead_letters("test")).items):
            break
        await asyncio.sleep(0.1)
    assert read == 1
    (letter,) = letters
    assert (letter.event.type, letter.event.subject) == ("Unreadable", letter.message_id)
    await queue.discard("test", letter.message_id)
    assert (await queue.dead_letters("test")).items == []


async def test_a_queue_that_is_not_there_is_named(queue: SqsQueue) -> None:
    with pytest.raises(Unavailable, match="shop-nowhere"):
        await queue.send("nowhere", [event()])
    with pytest.raises(Unavailable, match="shop-nowhere"):
        await queue.receive("nowhere")


async def test_no_answer_is_unavailable(account: Account) -> None:
    deaf = Account(f"http://127.0.0.1:{free_port()}", account.key)
    queue = SqsQueue(deaf.url("sqs", f"{REGION}/shop", wait="0"))
    with pytest.raises(Unavailable):
        await queue.send("test", [event()])
    await queue.close()


@pytest.mark.parametrize(
    "url", ["sqs://eu-central-1", "sqs:///shop", "sqs://eu-central-1/shop?wat=1", "sns://a/b"]
)
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(ValueError, match="sqs://region/prefix"):
        SqsQueue(url)


# --- the relay ---------------------------------------------------------------------------------------------


def _ignored(queue: str) -> Subscription:
    async def ignore(_: Event) -> None:
        return

    return Subscription(queue, frozenset({"Happened"}), ignore)


async def _happen(store: Store, count: int) -> None:
    for number in range(count):
        await store.write(emit(utc_now, "Happened", f"thing-{number}"))


async def test_the_relay_sends_batches_to_each_queue(queue: SqsQueue, store: Store) -> None:
    await _happen(store, 35)
    client = partial(queue, 0)
    relay = Relay(store, utc_now, queue, [_ignored("test"), _ignored("other")])
    assert [await relay.run_once() for _ in range(3)] == [30, 5, 0]
    assert client.sizes == [10] * 6 + [5] * 2
    for name in NAMES:
        subjects = [message.event.subject for message in await received(queue, name)]
        assert sorted(subjects) == sorted(f"thing-{number}" for number in range(35))
    assert [left async for left in store.scan(OUTBOX)] == []


class Dying(Exception):
    """The process ends here."""


async def test_nothing_is_lost_when_the_relay_dies_between_sending_and_deleting(
    queue: SqsQueue, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _happen(store, 12)
    relay = Relay(store, utc_now, queue, [_ignored("test")])

    async def die(*_: object) -> None:
        raise Dying

    with monkeypatch.context() as patch:
        patch.setattr(store, "write", die)
        with pytest.raises(Dying):
            await relay.run_once()
    assert len([left async for left in store.scan(OUTBOX)]) == 12
    assert await Relay(store, utc_now, queue, [_ignored("test")]).run_once() == 12
    assert [left async for left in store.scan(OUTBOX)] == []
    found = await received(queue)
    assert Counter(message.event.subject for message in found) == {f"thing-{n}": 2 for n in range(12)}
    assert len({message.event.event_id for message in found}) == 12  # consumers know them by that


async def test_nothing_leaves_the_outbox_when_sending_fails(account: Account, store: Store) -> None:
    await _happen(store, 3)
    deaf = Account(f"http://127.0.0.1:{free_port()}", account.key)
    queue = SqsQueue(deaf.url("sqs", f"{REGION}/shop", wait="0"))
    with pytest.raises(Unavailable):
        await Relay(store, utc_now, queue, [_ignored("test")]).run_once()
    await queue.close()
    assert len([left async for left in store.scan(OUTBOX)]) == 3


async def test_rival_relays_lose_nothing(sqs: OnSqs, store: Store) -> None:
    await _happen(store, 30)
    relays = [Relay(store, utc_now, sqs.open(), [_ignored("test")]) for _ in range(3)]
    await asyncio.gather(*(relay.run_once() for relay in relays))
    subjects = {message.event.subject for message in await received(sqs.open())}
    assert subjects == {f"thing-{number}" for number in range(30)}
    assert [left async for left in store.scan(OUTBOX)] == []
