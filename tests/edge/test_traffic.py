"""Work beside requests lets them go first, and gets its turn all the same."""

import asyncio

import pytest
from starlette.types import Message, Receive, Scope, Send

from cartwheel.edge import traffic as traffic_module
from cartwheel.edge.traffic import MANY, Traffic


async def nothing() -> Message:
    return {}


async def nowhere(_: Message) -> None:
    return


async def a_request(traffic: Traffic) -> None:
    async def app(_: Scope, __: Receive, ___: Send) -> None:
        return

    await traffic.around(app)({}, nothing, nowhere)


async def turns_of(traffic: Traffic) -> int:
    """How often others have their turn until it returns."""
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count())
    await traffic.give_way()
    counting.cancel()
    return turns


@pytest.fixture(autouse=True)
def long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Long enough for many turns on a busy machine too."""
    monkeypatch.setattr(traffic_module, "SECONDS", 0.2)


async def test_others_have_one_turn_where_few_requests_come() -> None:
    traffic = Traffic()
    assert await turns_of(traffic) == 1
    for _ in range(MANY - 1):
        await a_request(traffic)
    assert await turns_of(traffic) == 1


async def test_the_work_stands_back_where_many_come_and_goes_on_then() -> None:
    traffic = Traffic()
    for _ in range(MANY):
        await a_request(traffic)
    assert await turns_of(traffic) > 1
    assert await turns_of(traffic) == 1


async def test_the_work_goes_on_while_requests_never_end() -> None:
    traffic = Traffic()

    async def ask() -> None:
        while True:
            await a_request(traffic)
            await asyncio.sleep(0)

    asking = asyncio.create_task(ask())
    async with asyncio.timeout(10):
        for _ in range(3):
            await traffic.give_way()
    asking.cancel()
