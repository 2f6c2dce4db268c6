"""The HTTP door: the API behind its cache, with the worker and the broadcast's listener beside it."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI
from starlette.types import ASGIApp

from cartwheel.edge.guard import Guard
from cartwheel.edge.response_cache import ResponseCache
from cartwheel.entrypoints.api import create_app, warm
from cartwheel.entrypoints.logs import configure
from cartwheel.messaging import Event
from cartwheel.messaging.broadcast import Listener
from cartwheel.settings import Settings
from cartwheel.shop import Shop, assemble

CACHED = ("/api/products", "/api/categories")


def serve(shop: Shop) -> ASGIApp:
    """The whole ASGI application: cache, guard, API and, while it runs, worker and listener."""
    app = create_app(shop)
    cache = ResponseCache(Guard(app), CACHED)

    def hear(event: Event) -> None:
        told = event.payload.get("productIds") or [event.subject]
        cache.drop(f"product:{product_id}" for product_id in told)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await shop.store.prepare()
        await shop.keys.prepare()
        if shop.settings.demo and shop.settings.stage == "dev":
            from cartwheel.entrypoints.demo import load_when_empty

            await load_when_empty(shop)
        listener = asyncio.create_task(Listener(shop.store, shop.clock, hear, cache.clear).run())
        worker = shop.worker() if shop.settings.worker else None
        working = asyncio.create_task(worker.run()) if worker else None
        await warm(app)
        gc.collect()
        gc.freeze()  # what is loaded now stays: no collection has to walk it again
        yield
        listener.cancel()
        if worker is not None and working is not None:
            worker.stop()
            await working
        with suppress(asyncio.CancelledError):
            await listener
        await shop.driver.finish()
        await shop.store.close()

    app.router.lifespan_context = lifespan
    return cache


def application(settings: Settings | None = None) -> ASGIApp:
    """What a server process loads: the shop of these settings, or of the environment's."""
    settings = settings or Settings()
    configure(settings.log_level)
    return serve(assemble(settings))
