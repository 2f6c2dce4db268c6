"""Every domain's routes, by the services that serve them: a process imports those of its own only."""

from collections.abc import Collection, Iterator

from fastapi import APIRouter

from cartwheel.catalog import Catalog
from cartwheel.inventory import Inventory
from cartwheel.shop import Shop


def routers(shop: Shop, services: Collection[str]) -> list[APIRouter]:
    """The routes that at least one of the services serves, the busiest first: they are tried in order."""
    wanted = frozenset(services)
    return [*_for_customers(shop, wanted), *_for_sellers_and_staff(shop, wanted)]


def _for_customers(shop: Shop, wanted: frozenset[str]) -> Iterator[APIRouter]:
    currency = shop.settings.currency
    if wanted & {"orders"}:
        from cartwheel.cart import routes as cart
        from cartwheel.checkout import routes as checkout
        from cartwheel.shipping import routes as shipping

        yield cart.router(shop.carts, shop.cart_access)
        yield checkout.router(shop.checkout, shop.cart_access, shop.order_tokens, currency)
        yield shipping.router(shop.rates, currency)
    if wanted & {"orders", "desk"}:
        from cartwheel.orders import routes as orders

        yield orders.router(shop.orders, shop.order_tokens)
    if wanted & {"products", "desk"}:
        from cartwheel.analytics import routes as analytics
        from cartwheel.catalog import routes as catalog

        # before the catalogue's: /products/trending is no product
        yield analytics.router(shop.analytics, shop.counting, shop.inventory, shop.clock, currency)
        shown = catalog.Desk(*_lagging(shop)) if shop.settings.database_replica else None
        yield catalog.router(shop.catalog, shop.inventory, shown)
    if wanted & {"payments"}:
        from cartwheel.payments import routes as payments

        yield payments.router(shop.payments)
    if wanted & {"desk"}:
        from cartwheel.media import routes as media

        yield media.router(shop.media, shop.throttle)
    if wanted & {"search"}:
        from cartwheel.search import routes as search

        yield search.router(shop.search, shop.inventory)


def _for_sellers_and_staff(shop: Shop, wanted: frozenset[str]) -> Iterator[APIRouter]:
    if wanted & {"desk"}:
        from cartwheel.imports import routes as imports
        from cartwheel.vendors import routes as vendors

        currency = shop.settings.currency
        desks = (shop.vendors, shop.accounting, shop.vendor_desk, shop.inventory)
        yield vendors.router(vendors.Selling(*desks, currency))
        yield imports.router(shop.imports)
    if wanted & {"users"}:
        from cartwheel.privacy import routes as privacy

        yield privacy.router(shop.privacy)
    if wanted & {"users", "desk"}:
        from cartwheel.notifications import routes as notifications

        yield notifications.router(shop.notifications)
    if wanted & {"desk"}:
        from cartwheel.operations import routes as operations

        yield operations.router(shop.operations, shop.system, shop.accounts)
    if wanted & {"users", "desk"}:
        from cartwheel.accounts import routes as accounts

        cookie = accounts.RefreshCookie(secure=shop.settings.base_url.startswith("https:"))
        signing = (shop.identity, shop.credentials, shop.accounts, shop.profiles, shop.sessions)
        yield accounts.router(*signing, cookie)


def _lagging(shop: Shop) -> tuple[Catalog, Inventory]:
    """What the public is shown from a replica, a little late."""
    catalog = Catalog(shop.lagging, shop.clock, shop.settings.currency)
    return catalog, Inventory(shop.lagging, shop.clock)
