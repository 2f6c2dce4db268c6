"""The worker's door: a process that runs queues and schedules only."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from prometheus_client import start_http_server

from cartwheel.edge.metrics import LOOK_SECONDS, LoopLag, Prometheus
from cartwheel.entrypoints.observing import observe
from cartwheel.settings import Settings
from cartwheel.shop import Shop, open_shop


async def run(settings: Settings, stop: asyncio.Event) -> None:
    """Works until ``stop`` is set; finishes what is in hand."""
    async with open_shop(settings) as shop, observed(shop):
        worker = shop.worker()
        working = asyncio.create_task(worker.run())
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        worker.stop()
        await working
        stopping.cancel()


@asynccontextmanager
async def observed(shop: Shop) -> AsyncIterator[None]:
    """Has metrics and traces hear of the worker; shows metrics where the settings say so."""
    metrics = Prometheus(shop.operations.load)
    unobserved = observe(shop.settings, metrics)
    beside = [asyncio.create_task(LoopLag().run())]
    server = None
    if shop.settings.metrics_port:
        server, _ = start_http_server(shop.settings.metrics_port, shop.settings.host, metrics.registry)
        beside.append(asyncio.create_task(_look(metrics)))
    try:
        yield
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        if server is not None:
            server.shutdown()
            server.server_close()
        unobserved()


async def _look(metrics: Prometheus) -> None:
    """Who asks is answered by a thread, which cannot look for itself."""
    while True:
        await metrics.look()
        await asyncio.sleep(LOOK_SECONDS)
