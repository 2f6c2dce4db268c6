"""The worker's door: a process that runs queues and schedules only."""

import asyncio

from cartwheel.settings import Settings
from cartwheel.shop import open_shop


async def run(settings: Settings, stop: asyncio.Event) -> None:
    """Works until ``stop`` is set; finishes what is in hand."""
    async with open_shop(settings) as shop:
        worker = shop.worker()
        working = asyncio.create_task(worker.run())
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        worker.stop()
        await working
        stopping.cancel()
