"""Outbox, queues, dead letters, schedules and broadcast, on every engine."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import pytest

from cartwheel.kernel.clock import ManualClock
from cartwheel.messaging import Event, Subscription, broadcast, emit
from cartwheel.messaging.broadcast import Listener
from cartwheel.messaging.once import once
from cartwheel.messaging.queue import MAX_RECEIVES, VISIBILITY
from cartwheel.messaging.relay import BATCH, Relay
from cartwheel.messaging.schedules import Schedule, Timetable
from cartwheel.messaging.worker import Worker
from cartwheel.shop import Shop
from cartwheel.storage import Conflict
from tests.support.announced import announced

pytestmark = pytest.mark.every_engine

Heard = Counter[str]


def a_worker(shop: Shop, handle: Callable[[Event], Awaitable[None]], *schedules: Schedule) -> Worker:
    subscription = Subscription("test", frozenset({"Happened"}), handle)
    relay = Relay(shop.store, shop.clock, shop.queue, [subscription], {"Happened"})
    return Worker(relay, shop.queue, [subscription], Timetable(shop.store, shop.clock), list(schedules))


async def happen(shop: Shop, count: int) -> None:
    for number in range(count):
        await shop.store.write(emit(shop.clock, "Happened", f"thing-{number}"))


async def test_many_workers_handle_each_event_once(shop: Shop) -> None:
    heard: Heard = Counter()

    async def handle(event: Event) -> None:
        heard[event.subject] += 1
        await asyncio.sleep(0)

    await happen(shop, 60)
    await asyncio.gather(*(a_worker(shop, handle).drain() for _ in range(4)))
    assert heard == {f"thing-{number}": 1 for number in range(60)}
    assert await announced(shop.store) == []
    assert (await shop.queue.backlog("test")).depth == 0


async def test_one_bad_message_does_not_hold_up_the_others(shop: Shop, clock: ManualClock) -> None:
    heard: Heard = Counter()

    async def handle(event: Event) -> None:
        heard[event.subject] += 1
        if event.subject == "thing-3":
            raise ValueError("poison")

    await happen(shop, 10)
    worker = a_worker(shop, handle)
    for _ in range(6):
        await worker.drain()
        clock.advance(seconds=10)
    assert heard.pop("thing-3") == MAX_RECEIVES
    assert set(heard.values()) == {1}
    letters = (await shop.queue.dead_letters("test")).items
    assert [(letter.event.subject, letter.reason) for letter in letters] == [
        ("thing-3", "ValueError('poison')")
    ]
    await asyncio.gather(*(shop.queue.replay("test", letters[0].message_id) for _ in range(3)))
    await worker.drain()
    assert heard["thing-3"] == 1
    assert (await shop.queue.dead_letters("test")).items == []


async def test_many_events_are_handled_in_one_go(shop: Shop) -> None:
    sizes: list[int] = []

    async def handle(_: Event) -> None:
        raise AssertionError("one by one")

    async def handle_all(events: Sequence[Event]) -> None:
        sizes.append(len(events))

    subscription = Subscription("test", frozenset({"Happened"}), handle, handle_all, batch=25)
    relay = Relay(shop.store, shop.clock, shop.queue, [subscription])
    worker = Worker(relay, shop.queue, [subscription], shop.timetable, [])
    await happen(shop, 60)
    while await worker.relay():
        pass
    assert [await worker.consume("test") for _ in range(4)] == [25, 25, 10, 0]
    assert sizes == [25, 25, 10]
    assert (await shop.queue.backlog("test")).depth == 0


async def test_orders_do_not_wait_behind_an_import(shop: Shop) -> None:
    for number in range(BATCH + 1):
        await shop.store.write(emit(shop.clock, "Happened", f"imported-{number}", bulk=True))
    await happen(shop, 1)
    relay = Relay(shop.store, shop.clock, shop.queue, worker_subscriptions())
    assert await relay.run_once() == BATCH + 1
    (left,) = await announced(shop.store)
    assert left.subject == f"imported-{BATCH}"
    assert await relay.run_once() == 1


async def test_a_message_comes_back_when_its_worker_dies(shop: Shop, clock: ManualClock) -> None:
    await happen(shop, 1)
    heard: Heard = Counter()

    async def handle(event: Event) -> None:
        heard[event.subject] += 1

    worker = a_worker(shop, handle)
    await Relay(shop.store, shop.clock, shop.queue, worker_subscriptions()).run_once()
    taken = await shop.queue.receive("test")
    assert len(taken) == 1
    await worker.drain()
    assert heard == {}
    clock.advance(seconds=VISIBILITY.total_seconds() + 1)
    await worker.drain()
    assert heard == {"thing-0": 1}
    await shop.queue.acknowledge(taken)
    await shop.queue.release(taken[0], timedelta(0), "too late")
    assert await shop.queue.receive("test") == []


def worker_subscriptions() -> list[Subscription]:
    async def ignore(_: Event) -> None:
        return

    return [Subscription("test", frozenset({"Happened"}), ignore)]


async def test_rival_receivers_get_different_messages(shop: Shop) -> None:
    await happen(shop, 40)
    relay = Relay(shop.store, shop.clock, shop.queue, worker_subscriptions())
    while await relay.run_once():
        pass
    batches = await asyncio.gather(*(shop.queue.receive("test") for _ in range(8)))
    ids = [message.message_id for batch in batches for message in batch]
    assert len(ids) == len(set(ids))
    while batch := await shop.queue.receive("test"):
        ids += [message.message_id for message in batch]
    assert len(set(ids)) == len(ids) == 40


async def test_handled_events_are_handled_once(shop: Shop) -> None:
    event = Event(type="Happened", subject="thing", at=shop.clock())

    async def handle() -> int:
        try:
            await shop.store.write(once("test", event, shop.clock()))
        except Conflict:
            return 0
        return 1

    assert sum(await asyncio.gather(*(handle() for _ in range(8)))) == 1


async def test_a_due_job_is_run_by_one_worker(shop: Shop, clock: ManualClock) -> None:
    runs = 0

    async def run() -> int:
        nonlocal runs
        runs += 1
        return 1

    async def ignore(_: Event) -> None:
        return

    job = Schedule("tidy up", timedelta(minutes=1), run)
    workers = [a_worker(shop, ignore, job) for _ in range(5)]
    for round_number in range(3):
        await asyncio.gather(*(worker.run_due() for worker in workers))
        assert runs == round_number + 1
        clock.advance(minutes=1)


async def test_every_process_hears_a_broadcast_once(shop: Shop, clock: ManualClock) -> None:
    heard: list[Heard] = [Counter(), Counter()]
    lost = 0

    def lose() -> None:
        nonlocal lost
        lost += 1

    def hearing(counter: Heard) -> Callable[[Event], None]:
        return lambda event: counter.update([event.subject])

    listeners = [Listener(shop.store, shop.clock, hearing(counter), lose) for counter in heard]
    relay = Relay(shop.store, shop.clock, shop.queue, [], {"Happened"})
    for _ in range(3):
        await happen(shop, 2)
        await relay.run_once()
        for listener in listeners:
            await listener.listen()
            await listener.listen()
        clock.advance(seconds=4)
    assert heard == [{"thing-0": 3, "thing-1": 3}] * 2
    assert lost == 0
    clock.advance(minutes=2)
    await listeners[0].listen()
    assert lost == 1


async def test_too_many_broadcasts_are_not_heard_one_by_one(
    shop: Shop, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcast, "MOST", 3)
    heard: list[str] = []
    lost = 0

    def lose() -> None:
        nonlocal lost
        lost += 1

    listener = Listener(shop.store, shop.clock, lambda event: heard.append(event.subject), lose)
    relay = Relay(shop.store, shop.clock, shop.queue, [], {"Happened"})
    for count in (3, 2):
        await happen(shop, count)
        await relay.run_once()
        clock.advance(seconds=1)
    await listener.listen()
    assert (len(heard), lost) == (3, 1)
    assert sorted(heard[1:]) == ["thing-0", "thing-1"]


@pytest.mark.parametrize("consumers", [1, 3])
async def test_a_worker_stops_when_it_is_told_to(shop: Shop, consumers: int) -> None:
    heard: Heard = Counter()

    everything = asyncio.Event()

    async def handle(event: Event) -> None:
        heard[event.subject] += 1
        if len(heard) == 5:
            everything.set()

    workers = [a_worker(shop, handle) for _ in range(consumers)]
    running = [asyncio.create_task(worker.run()) for worker in workers]
    await happen(shop, 5)
    async with asyncio.timeout(20):
        await everything.wait()
        for worker in workers:
            worker.stop()
        await asyncio.gather(*running)
    assert set(heard.values()) == {1}
