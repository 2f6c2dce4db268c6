"""The API: every domain's routes on one FastAPI application. What OpenAPI is made from."""

from collections.abc import Collection
from typing import Any

from fastapi import FastAPI

from cartwheel import __version__
from cartwheel.accounts import routes as accounts
from cartwheel.edge import errors
from cartwheel.edge import operations as probes
from cartwheel.edge.draining import Drain
from cartwheel.edge.metrics import Prometheus
from cartwheel.edge.routing import take
from cartwheel.edge.traffic import Traffic
from cartwheel.entrypoints.routers import routers
from cartwheel.entrypoints.services import ALL
from cartwheel.shop import Shop


class _Api(FastAPI):
    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document, with the errors that any operation may answer."""
        if self.openapi_schema is None:
            errors.complete(super().openapi())
        return super().openapi()


def create_app(shop: Shop, services: Collection[str] = ALL) -> FastAPI:
    """The API of a shop, or of some of its ``services``, without the middleware around it."""
    app = _Api(
        title=f"{shop.settings.shop_name} API",
        version=__version__,
        docs_url="/api/docs",
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    app.state.drain = Drain()
    app.state.traffic = Traffic()
    app.state.verify = accounts.verifier(shop.identity)
    errors.install(app)
    take(app, *routers(shop, services))
    if "users" in services:
        take(app, accounts.well_known_router(shop.keys, shop.settings.base_url))
    take(app, *(router for serving, router in shop.adapter_routers() if serving in services))
    if shop.settings.stage == "dev" and "desk" in services:
        from cartwheel.notifications import routes as notifications

        take(app, notifications.mailbox_router(shop.notifications))
    app.state.metrics = Prometheus(lambda: shop.operations.load())
    take(app, probes.router(app.state.drain, app.state.metrics, lambda: shop.store.ready(), __version__))
    return app
