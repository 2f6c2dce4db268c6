"""Every domain's routes, and the services that serve them."""

from collections.abc import Callable, Collection

from fastapi import APIRouter

from cartwheel.accounts import routes as accounts
from cartwheel.analytics import routes as analytics
from cartwheel.cart import routes as cart
from cartwheel.catalog import Catalog
from cartwheel.catalog import routes as catalog
from cartwheel.checkout import routes as checkout
from cartwheel.imports import routes as imports
from cartwheel.inventory import Inventory
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


def routers(shop: Shop, services: Collection[str]) -> list[APIRouter]:
    """The routes that at least one of the services serves, the busiest first: they are tried in order."""
    return [make() for served_by, make in _all(shop) if served_by & frozenset(services)]


def _all(shop: Shop) -> list[tuple[frozenset[str], Callable[[], APIRouter]]]:
    currency = shop.settings.currency
    cookie = accounts.RefreshCookie(secure=shop.settings.base_url.startswith("https:"))

    def selling() -> vendors.Selling:
        return vendors.Selling(shop.vendors, shop.accounting, shop.vendor_desk, shop.inventory, currency)

    return [
        (_by("orders"), lambda: cart.router(shop.carts, shop.cart_access)),
        (  # before the catalogue's: /products/trending is no product
            _by("products desk"),
            lambda: analytics.router(shop.analytics, shop.counting, shop.inventory, shop.clock, currency),
        ),
        (_by("products desk"), lambda: catalog.router(shop.catalog, shop.inventory, _shown(shop))),
        (_by("orders"), lambda: shipping.router(shop.rates, currency)),
        (
            _by("orders"),
            lambda: checkout.router(shop.checkout, shop.cart_access, shop.order_tokens, currency),
        ),
        (_by("orders desk"), lambda: orders.router(shop.orders, shop.order_tokens)),
        (_by("payments"), lambda: payments.router(shop.payments)),
        (_by("desk"), lambda: media.router(shop.media, shop.throttle)),
        (_by("search"), lambda: search.router(shop.search, shop.inventory)),
        (_by("desk"), lambda: vendors.router(selling())),
        (_by("desk"), lambda: imports.router(shop.imports)),
        (_by("users"), lambda: privacy.router(shop.privacy)),
        (_by("desk users"), lambda: notifications.router(shop.notifications)),
        (_by("desk"), lambda: operations.router(shop.operations, shop.system, shop.accounts)),
        (
            _by("users desk"),
            lambda: accounts.router(
                shop.identity, shop.credentials, shop.accounts, shop.profiles, shop.sessions, cookie
            ),
        ),
    ]


def _shown(shop: Shop) -> catalog.Desk | None:
    """What the public is shown, a little late; ``None`` where nothing is."""
    if not shop.settings.database_replica:
        return None
    return catalog.Desk(
        Catalog(shop.lagging, shop.clock, shop.settings.currency), Inventory(shop.lagging, shop.clock)
    )


def _by(services: str) -> frozenset[str]:
    return frozenset(services.split())
