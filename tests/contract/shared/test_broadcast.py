"""Broadcast, with and without an express: everybody hears of a change, once."""

import pytest

from cartwheel.messaging import Event
from cartwheel.messaging.redis_express import CHANNEL
from cartwheel.messaging.relay import Relay
from cartwheel.redis_server import RedisServer
from cartwheel.shop import Shop
from tests.contract.shared.broadcasting import change, listening, relay_of


async def test_everybody_hears_it_once(shops: list[Shop]) -> None:
    async with listening(shops) as ears:
        await change(shops[0], "mug")
        await change(shops[0], "nobody's business", "Other")
        assert await relay_of(shops[0]).run_once() == 2
        for ear in ears:
            await ear.hears("mug")
        await change(shops[1], "cup")
        await relay_of(shops[1]).run_once()
        for ear in ears:
            await ear.hears("mug", "cup")
            await ear.listener.listen()
            assert ear.heard == ["mug", "cup"]
            assert ear.lost == 0


async def test_what_nobody_was_told_at_once_is_heard_as_well(shops: list[Shop]) -> None:
    """As when a relay is killed between its write and the express."""
    async with listening(shops) as ears:
        await change(shops[0], "mug")
        await Relay(shops[0].store, shops[0].clock, shops[0].queue, [], {"Changed"}).run_once()
        for ear in ears:
            await ear.hears("mug")


async def test_told_twice_and_heard_once(shops: list[Shop]) -> None:
    """As when two relays move the same event to queues elsewhere."""
    event = Event(type="Changed", subject="mug", at=shops[0].clock())
    async with listening(shops) as ears:
        for shop in shops:
            if shop.shared.express is not None:
                await shop.shared.express.publish([event, event])
        await change(shops[0], "cup")
        await relay_of(shops[0]).run_once()
        for ear in ears:
            await ear.hears(*(["cup"] if shops[0].shared.express is None else ["mug", "cup"]))


@pytest.mark.slow_callbacks_ok(reason="where logs are not configured, tracebacks are drawn in detail")
async def test_what_is_no_event_of_ours_is_passed_over(shops: list[Shop], shared: str) -> None:
    """Others may publish there, and an event of another release may look different."""
    async with listening(shops) as ears:
        ears[0].fails_at = "strange"
        if shared:
            server = RedisServer(shared)
            strange = Event(type="Changed", subject="strange", at=shops[0].clock()).model_dump_json()
            for message in ("", "{}", "\xff", strange):
                await server.run(("PUBLISH", server.key(CHANNEL), message))
            await server.close()
        await change(shops[0], "mug")
        await relay_of(shops[0]).run_once()
        await ears[0].hears("mug")
        await ears[1].hears(*(["strange", "mug"] if shared else ["mug"]))
