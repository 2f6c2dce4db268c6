"""The HTTP door: the API behind its cache, with the worker and the broadcast's listener beside it."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI
from starlette.types import ASGIApp

from cartwheel.adapters import open_proof
from cartwheel.edge.guard import Guard
from cartwheel.edge.metrics import LoopLag
from cartwheel.edge.response_cache import ResponseCache
from cartwheel.edge.vouched import Vouched
from cartwheel.entrypoints import signals
from cartwheel.entrypoints.api import create_app
from cartwheel.entrypoints.following import dropping, follow
from cartwheel.entrypoints.logs import configure
from cartwheel.entrypoints.memory import share_arenas
from cartwheel.entrypoints.observing import observe
from cartwheel.entrypoints.pages import pages
from cartwheel.entrypoints.services import parse
from cartwheel.imports.model import MAX_BYTES
from cartwheel.media.model import MAX_BYTES as MAX_PICTURE
from cartwheel.messaging.broadcast import Listener
from cartwheel.settings import Settings
from cartwheel.shop import Shop, assemble
from cartwheel.storage import StorageError

CACHED = ("/api/products", "/api/categories")

LARGER = {"/api/imports": MAX_BYTES, "/api/media/files/": MAX_PICTURE}
"""Where more may be sent than elsewhere, in bytes."""


def serve(shop: Shop) -> ASGIApp:
    """The whole ASGI application: cache, guard, API, pages and, while it runs, worker and listener."""
    services = parse(shop.settings.services)
    app = create_app(shop, services)
    if "desk" in services or shop.pages:
        app.router.default = pages(shop) or app.router.default
    cache, listener = behind_cache(app, shop)
    served: ASGIApp = app.state.traffic.around(app.state.drain.around(cache))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        beside: list[asyncio.Task[None]] = []
        await shop.store.prepare()
        await shop.keys.prepare()
        if shop.settings.demo and shop.settings.stage == "dev":
            from cartwheel.entrypoints.demo import hang_pictures, load_when_empty

            ids = await load_when_empty(shop)
            beside.append(asyncio.create_task(hang_pictures(shop, ids)))  # takes a while: nobody waits for it
        unobserved = observe(shop.settings, app.state.metrics)
        running = (LoopLag().run(), listener.run(), follow(shop, cache), shop.counting.run())
        beside += [asyncio.create_task(work) for work in running]
        worker = shop.worker(give_way=app.state.traffic.give_way) if shop.settings.worker else None
        working = asyncio.create_task(worker.run()) if worker else None
        signals.heed(app.state.drain.begin)
        gc.freeze()  # what is loaded now stays: no collection has to walk it again
        gc.enable()
        yield
        for task in beside:
            task.cancel()
        if worker is not None and working is not None:
            worker.stop()
            await working
        await asyncio.gather(*beside, return_exceptions=True)
        with suppress(StorageError):
            await shop.counting.flush()
        await shop.close()
        unobserved()

    app.router.lifespan_context = lifespan
    return served


def behind_cache(app: ASGIApp, shop: Shop) -> tuple[ResponseCache, Listener]:
    """The application behind guard and cache, and who tells the cache what to forget."""
    cache = ResponseCache(Guard(app, LARGER), CACHED)
    hear = dropping(cache, shop.lagging)
    return cache, Listener(shop.store, shop.clock, hear, cache.clear, shop.shared.express)


def application(settings: Settings | None = None) -> ASGIApp:
    """What a server process loads: the shop of these settings, or of the environment's."""
    settings = settings or Settings()
    configure(settings.log_level, settings.log_format)
    share_arenas()
    app = serve(assemble(settings))
    if proof := open_proof(settings):  # without one nobody is believed anyway
        app = Vouched(app, proof)
    if settings.proxies:
        from granian.utils.proxies import wrap_asgi_with_proxy_headers

        app = wrap_asgi_with_proxy_headers(app, settings.proxies)
    return app
