"""What every queue engine promises."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from cartwheel.messaging import Event, Message, Queue
from cartwheel.messaging.queue import BATCH, MAX_RECEIVES
from tests.contract.queue.conftest import LONG, Queues

NOW = timedelta(0)


def event(subject: str = "thing", **payload: object) -> Event:
    return Event(
        type="Happened", subject=subject, payload=payload, at=datetime(2026, 11, 21, 12, 30, 1, 5, UTC)
    )


def events(count: int) -> list[Event]:
    return [event(f"thing-{number}") for number in range(count)]


async def received(queue: Queue, name: str = "test") -> list[Message]:
    """All that is visible. An engine may answer a part of it, so it is asked until nothing comes."""
    found: list[Message] = []
    while batch := await queue.receive(name):
        assert len(batch) <= BATCH
        found += batch
    return found


async def one(queue: Queue, name: str = "test") -> Message:
    """The only message, waited for where the engine's own clock brings it."""
    for _ in range(600):
        if found := await queue.receive(name):
            assert len(found) == 1
            return found[0]
        await asyncio.sleep(0.1)
    raise AssertionError("No message has come.")


async def give_up(queue: Queue, count: int = 1) -> None:
    """Sends messages and fails them until they are dead."""
    await queue.send("test", events(count))
    for _ in range(MAX_RECEIVES):
        for message in await received(queue):
            await queue.release(message, NOW, "ValueError('poison')")
    assert await queue.receive("test") == []


async def test_what_is_sent_is_received_and_gone_when_acknowledged(queues: Queues) -> None:
    queue = queues.open()
    sent = events(23)
    await queue.send("test", sent)
    assert (await queue.backlog("test")).depth == 23
    found = await received(queue)
    assert sorted(message.event.event_id for message in found) == sorted(one.event_id for one in sent)
    assert {(message.queue, message.receives) for message in found} == {("test", 1)}
    assert (await queue.backlog("test")).depth == 23
    await queue.acknowledge(found)
    assert (await queue.backlog("test")).depth == 0
    await queue.acknowledge(found)
    await queue.acknowledge([])


async def test_an_event_arrives_as_it_was(queues: Queues) -> None:
    queue = queues.open()
    sent = event("Ünïcode \ufffe \u2028 😀", n=2**53, nested={"list": [1, None, "x" * 5000]})
    await queue.send("test", [sent])
    assert (await one(queue)).event == sent


async def test_no_more_than_asked_for(queues: Queues) -> None:
    queue = queues.open()
    await queue.send("test", events(5))
    assert len(await queue.receive("test", 1)) == 1
    assert len(await queue.receive("test", 100)) <= BATCH


async def test_queues_are_apart(queues: Queues) -> None:
    queue = queues.open()
    await queue.send("test", [event("here")])
    await queue.send("other", [event("there")])
    here, there = await one(queue), await one(queue, "other")
    assert (here.event.subject, there.event.subject) == ("here", "there")
    await queue.acknowledge([here, there])
    assert [(await queue.backlog(name)).depth for name in ("test", "other")] == [0, 0]


async def test_what_one_has_is_hidden_from_others(queues: Queues) -> None:
    first, second = queues.open(), queues.open()
    await first.send("test", [event()])
    await one(first)
    assert await second.receive("test") == []


async def test_rival_receivers_get_different_messages(queues: Queues) -> None:
    queue = queues.open()
    await queue.send("test", events(40))
    batches = await asyncio.gather(*(queue.receive("test") for _ in range(8)))
    found = [message for batch in batches for message in batch] + await received(queue)
    assert Counter(message.event.subject for message in found) == {f"thing-{n}": 1 for n in range(40)}


async def test_a_message_comes_back_when_its_receiver_dies(queues: Queues) -> None:
    dying, living = queues.open(timedelta(seconds=1)), queues.open(LONG)
    await dying.send("test", [event()])
    lost = await one(dying)
    await queues.wait(1.1)
    found = await one(living)
    assert (found.event, found.message_id, found.receives) == (lost.event, lost.message_id, 2)
    await dying.acknowledge([lost])
    await dying.release(lost, NOW, "too late")
    assert await living.receive("test") == []
    assert (await living.backlog("test")).depth == 1
    await living.acknowledge([found])
    assert (await living.backlog("test")).depth == 0


async def test_a_released_message_comes_back_after_its_delay(queues: Queues) -> None:
    queue = queues.open()
    await queue.send("test", [event("soon"), event("later")])
    for message in await received(queue):
        delay = NOW if message.event.subject == "soon" else timedelta(hours=1)
        await queue.release(message, delay, "not now")
    again = await received(queue)
    assert [(message.event.subject, message.receives) for message in again] == [("soon", 2)]
    await queue.release(again[0], timedelta(seconds=1), "not now")
    await queues.wait(1.1)
    assert (await one(queue)).receives == 3


async def test_the_third_failure_is_the_last(queues: Queues) -> None:
    queue = queues.open()
    await give_up(queue)
    assert (await queue.backlog("test")).depth == 0
    page = await queue.dead_letters("test")
    (letter,) = page.items
    assert (letter.queue, letter.event.subject, letter.receives) == ("test", "thing-0", MAX_RECEIVES)
    assert letter.reason
    assert page.next is None
    assert (await queue.dead_letters("other")).items == []


async def test_dead_letters_can_be_looked_at_again_and_again(queues: Queues) -> None:
    queue = queues.open()
    await give_up(queue, 12)
    for _ in range(3):
        letters = (await queues.open().dead_letters("test")).items
        assert sorted(letter.event.subject for letter in letters) == sorted(f"thing-{n}" for n in range(12))
        assert letters == sorted(letters, key=lambda letter: letter.died_at)


async def test_a_replayed_message_starts_afresh(queues: Queues) -> None:
    queue = queues.open()
    await give_up(queue, 2)
    replayed, kept = (await queue.dead_letters("test")).items
    await queue.replay("test", "nonsense")
    await queue.replay("other", replayed.message_id)
    assert await queue.receive("test") == []
    await queue.replay("test", replayed.message_id)
    again = await one(queue)
    assert (again.event, again.receives) == (replayed.event, 1)
    assert [letter.event for letter in (await queue.dead_letters("test")).items] == [kept.event]


async def test_rivals_replay_a_message_once(queues: Queues) -> None:
    queue = queues.open()
    await give_up(queue)
    (letter,) = (await queue.dead_letters("test")).items
    await asyncio.gather(*(queue.replay("test", letter.message_id) for _ in range(4)))
    assert len(await received(queue)) == 1
    assert (await queue.dead_letters("test")).items == []


async def test_a_discarded_message_is_gone(queues: Queues) -> None:
    queue = queues.open()
    await give_up(queue, 2)
    discarded, kept = (await queue.dead_letters("test")).items
    for _ in range(2):
        await queue.discard("test", discarded.message_id)
    await queue.discard("other", kept.message_id)
    assert [letter.message_id for letter in (await queue.dead_letters("test")).items] == [kept.message_id]
    assert await queue.receive("test") == []


@pytest.mark.parametrize("count", [0, 1])
async def test_sending_little(queues: Queues, count: int) -> None:
    queue = queues.open()
    await queue.send("test", events(count))
    assert len(await received(queue)) == count
