"""Processes that hear of changes, for tests."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from cartwheel.messaging import Event, emit
from cartwheel.messaging.broadcast import Express, Listener
from cartwheel.messaging.relay import Relay
from cartwheel.shop import Shop
from tests.support.waiting import eventually


class Ear:
    """What one process hears."""

    def __init__(self, shop: Shop, express: Express | None) -> None:
        self.heard: list[str] = []
        self.lost = 0
        self.fails_at = ""
        self.listener = Listener(shop.store, shop.clock, self._hear, self._lose, express)

    def _hear(self, event: Event) -> None:
        if event.subject == self.fails_at:
            raise ValueError(event.subject)
        self.heard.append(event.subject)

    def _lose(self) -> None:
        self.lost += 1

    async def hears(self, *subjects: str) -> None:
        """Returns when it has heard these and no others."""

        async def all_heard() -> bool:
            return len(self.heard) >= len(subjects)

        await eventually(all_heard, 10)
        assert self.heard == list(subjects)


async def connected(shops: list[Shop]) -> None:
    """Returns when all hear their express, where there is one."""

    async def all_are() -> bool:
        return all(shop.shared.express is None or shop.shared.express.is_connected for shop in shops)

    await eventually(all_are, 10)


@asynccontextmanager
async def listening(shops: list[Shop], *, wait: bool = True) -> AsyncIterator[list[Ear]]:
    """An ear in each process; connected, unless nobody shall ``wait`` for that."""
    ears = [Ear(shop, shop.shared.express) for shop in shops]
    tasks = [asyncio.create_task(ear.listener.run()) for ear in ears]
    if wait:
        await connected(shops)
    try:
        yield ears
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def relay_of(shop: Shop) -> Relay:
    """What tells all processes of "Changed"."""
    return Relay(shop.store, shop.clock, shop.queue, [], {"Changed"}, shop.shared.express)


async def change(shop: Shop, subject: str, type: str = "Changed") -> None:
    """Something changes, and nobody has been told yet."""
    await shop.store.write(emit(shop.clock, type, subject))
