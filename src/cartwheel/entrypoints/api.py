"""The API: every domain's routes on one FastAPI application. What OpenAPI is made from."""

from typing import Any

from fastapi import FastAPI
from starlette.types import Message, Scope

from cartwheel import __version__
from cartwheel.accounts import routes as accounts
from cartwheel.analytics import routes as analytics
from cartwheel.cart import routes as cart
from cartwheel.catalog import routes as catalog
from cartwheel.checkout import routes as checkout
from cartwheel.edge import errors
from cartwheel.edge import operations as probes
from cartwheel.imports import routes as imports
from cartwheel.media import routes as media
from cartwheel.notifications import routes as notifications
from cartwheel.operations import routes as operations
from cartwheel.orders import routes as orders
from cartwheel.payments import routes as payments
from cartwheel.privacy import routes as privacy
from cartwheel.search import routes as search
from cartwheel.shipping import routes as shipping
from cartwheel.shop import Shop
from cartwheel.vendors import routes as vendors


class _Api(FastAPI):
    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document, with the errors that any operation may answer."""
        if self.openapi_schema is None:
            errors.complete(super().openapi())
        return super().openapi()


def create_app(shop: Shop) -> FastAPI:
    """The API of a shop, without the middleware around it: what OpenAPI is made from."""
    app = _Api(
        title=f"{shop.settings.shop_name} API",
        version=__version__,
        docs_url="/api/docs",
        redoc_url=None,
        openapi_url="/api/openapi.json",
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.verify = accounts.verifier(shop.identity)
    errors.install(app)
    currency = shop.settings.currency
    secure = shop.settings.base_url.startswith("https:")
    cookie = accounts.RefreshCookie(secure=secure)
    for router in (  # routes are tried in order: the busiest come first
        cart.router(shop.carts, shop.cart_access),
        analytics.router(
            shop.analytics, shop.counting, shop.inventory, shop.clock, currency
        ),  # before the catalogue's: /products/trending is no product
        catalog.router(shop.catalog, shop.inventory),
        shipping.router(shop.rates, currency),
        checkout.router(shop.checkout, shop.cart_access, shop.order_tokens, currency),
        orders.router(shop.orders, shop.order_tokens),
        payments.router(shop.payments),
        media.router(shop.media),
        search.router(shop.search, shop.inventory),
        vendors.router(
            vendors.Selling(shop.vendors, shop.accounting, shop.vendor_desk, shop.inventory, currency)
        ),
        imports.router(shop.imports),
        privacy.router(shop.privacy),
        notifications.router(shop.notifications),
        operations.router(shop.operations, shop.system, shop.accounts),
        accounts.router(shop.identity, shop.credentials, shop.accounts, shop.profiles, shop.sessions, cookie),
    ):
        app.include_router(router, prefix="/api")
    app.include_router(accounts.well_known_router(shop.keys, shop.settings.base_url))
    for prefix, router in shop.adapter_routers():
        app.include_router(router, prefix=prefix)
    if shop.settings.stage == "dev":
        app.include_router(notifications.mailbox_router(shop.notifications))
    app.include_router(probes.router(shop.store.ready, __version__))
    return app


async def warm(app: FastAPI) -> None:
    """Has FastAPI assemble its routes now: it does so within the first request, which then takes long."""

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(_: Message) -> None:
        return

    scope: Scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "path": "/api/no-such-route",
        "query_string": b"",
        "headers": [],
    }
    await app(scope, receive, send)
