"""Work beside requests lets them go first, and gets its turn all the same."""

import asyncio

from starlette.types import Message, Receive, Scope, Send

from cartwheel.edge.traffic import Traffic


async def nothing() -> Message:
    return {}


async def nowhere(_: Message) -> None:
    return


async def a_request(traffic: Traffic) -> None:
    async def app(_: Scope, __: Receive, ___: Send) -> None:
        return

    await traffic.around(app)({}, nothing, nowhere)


async def test_nobody_is_waited_for_where_nobody_comes() -> None:
    traffic, turns = Traffic(), 0
    await a_request(traffic)

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count())
    await traffic.give_way()
    counting.cancel()
    assert turns == 1


async def test_requests_that_keep_coming_go_first() -> None:
    traffic, answered = Traffic(), 0

    async def ask() -> None:
        nonlocal answered
        for _ in range(10):
            await a_request(traffic)
            answered += 1
            await asyncio.sleep(0)

    asking = asyncio.create_task(ask())
    await traffic.give_way()
    assert answered == 10
    await asking


async def test_the_work_goes_on_while_requests_never_end() -> None:
    traffic = Traffic()

    async def ask() -> None:
        while True:
            await a_request(traffic)
            await asyncio.sleep(0)

    asking = asyncio.create_task(ask())
    async with asyncio.timeout(10):
        await traffic.give_way()
    asking.cancel()
