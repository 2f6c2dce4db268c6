"""The composition root: settings in, a shop out."""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import time, timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cartwheel import __version__
from cartwheel.accounts import (
    Accounts,
    Devices,
    Gate,
    Identity,
    KeyRing,
    Limits,
    OwnCredentials,
    Passwords,
    Profiles,
    Proofs,
)
from cartwheel.accounts.crypto import Vault
from cartwheel.adapters import (
    People,
    Shared,
    adapter_names,
    app_secret,
    flat_rates,
    open_driver,
    open_files,
    open_index,
    open_lagging,
    open_mailer,
    open_pages,
    open_people,
    open_provider,
    open_queue,
    open_shared,
    open_store,
    open_topic,
    tables,
)
from cartwheel.analytics import Analytics, Calendar, Counting
from cartwheel.cart import Carts
from cartwheel.catalog import Catalog
from cartwheel.checkout import WORKFLOW, Checkout, CheckoutSteps, WorkflowDriver
from cartwheel.edge.guests import CartAccess, OrderTokens
from cartwheel.edge.throttling import Throttle
from cartwheel.imports import Imports
from cartwheel.inventory import Inventory
from cartwheel.kernel.clock import Clock, utc_now
from cartwheel.kernel.signing import Signer
from cartwheel.media import Files, MediaLibrary
from cartwheel.messaging import Queue, Subscription
from cartwheel.messaging.relay import Relay
from cartwheel.messaging.schedules import Schedule, Timetable
from cartwheel.messaging.sweeping import sweep_expired
from cartwheel.messaging.worker import GiveWay, Worker, next_turn
from cartwheel.notifications import Letters, Mailer, Notifications
from cartwheel.operations import Check, Operations, Part, System
from cartwheel.orders import Order, Orders
from cartwheel.payments import PaymentProvider, Payments
from cartwheel.privacy import Privacy
from cartwheel.search import Search, SearchIndex
from cartwheel.settings import Settings
from cartwheel.shipping import FlatRates
from cartwheel.storage import Store
from cartwheel.vendors import Accounting, VendorDesk, Vendors, basis_points

if TYPE_CHECKING:
    from fastapi import APIRouter

    from cartwheel.notifications.sns import Topic

BROADCAST = frozenset({"ProductChanged", "ProductDeleted", "StockChanged"})
"""What every process hears, to drop what it has cached of it."""


@dataclass(frozen=True)
class Shop:
    """Every service of a running shop, as attributes. Made by ``assemble``; opened by ``open_shop``."""

    settings: Settings
    clock: Clock
    secret: bytes = field(repr=False)
    store: Store
    queue: Queue
    mailer: Mailer
    provider: PaymentProvider
    files: Files
    index: SearchIndex
    pages: Files | None = None

    @cached_property
    def shared(self) -> Shared:
        return open_shared(self.settings, self.store, self.clock)

    @property
    def throttle(self) -> Throttle:
        return self.shared.throttle

    @cached_property
    def lagging(self) -> Store:
        return open_lagging(self.settings, self.store, self.secret, self.clock)

    # --- accounts -------------------------------------------------------------------------------------------

    @cached_property
    def passwords(self) -> Passwords:
        return Passwords()

    @cached_property
    def keys(self) -> KeyRing:
        return KeyRing(self.store, self.clock, Vault(self.secret))

    @cached_property
    def proofs(self) -> Proofs:
        gate = Gate(self.throttle, Limits.times(self.settings.throttle), self.secret)
        return Proofs.of(self.store, self.clock, self.passwords, gate, self.secret)

    @cached_property
    def people(self) -> People:
        return open_people(self.settings, self.store, self.clock, self.keys, self.proofs)

    @property
    def sessions(self) -> Devices:
        return self.people.sessions

    @property
    def identity(self) -> Identity:
        return self.people.identity

    @property
    def credentials(self) -> OwnCredentials:
        return self.people.credentials

    @property
    def accounts(self) -> Accounts:
        return self.people.accounts

    @cached_property
    def profiles(self) -> Profiles:
        return Profiles(self.store, self.clock, self.accounts, self.sessions)

    # --- from the catalogue to the order --------------------------------------------------------------------

    @cached_property
    def inventory(self) -> Inventory:
        return Inventory(self.store, self.clock)

    @cached_property
    def catalog(self) -> Catalog:
        return Catalog(self.store, self.clock, self.settings.currency)

    @cached_property
    def media(self) -> MediaLibrary:
        return MediaLibrary(self.store, self.clock, self.files)

    @cached_property
    def search(self) -> Search:
        return Search(self.catalog, self.index)

    @cached_property
    def carts(self) -> Carts:
        return Carts(self.store, self.clock, self.catalog, self.inventory, self.settings.currency)

    @cached_property
    def rates(self) -> FlatRates:
        return flat_rates(self.settings)

    @cached_property
    def payments(self) -> Payments:
        return Payments(self.store, self.clock, self.provider)

    @cached_property
    def orders(self) -> Orders:
        return Orders(self.store, self.clock, self.payments)

    @cached_property
    def vendors(self) -> Vendors:
        return Vendors(self.store, self.clock, self.accounts, self.catalog, Vault(self.secret).seal)

    @cached_property
    def accounting(self) -> Accounting:
        points, unseal = basis_points(self.settings.commission), Vault(self.secret).open
        return Accounting(self.store, self.clock, self.orders, points, unseal)

    @cached_property
    def vendor_desk(self) -> VendorDesk:
        return VendorDesk(self.store, self.clock, self.catalog, self.inventory, self.orders, self.accounting)

    @cached_property
    def steps(self) -> CheckoutSteps:
        return CheckoutSteps(self.store, self.clock, self.inventory, self.payments)

    @cached_property
    def driver(self) -> WorkflowDriver:
        return open_driver(self.settings, self.store, self.clock, self.steps)

    @cached_property
    def checkout(self) -> Checkout:
        return Checkout(self.store, self.clock, self.carts, self.rates, WORKFLOW, self.driver)

    # --- messages -------------------------------------------------------------------------------------------

    @cached_property
    def notifications(self) -> Notifications:
        brand = {"name": self.settings.shop_name, "url": self.settings.base_url}
        letters = Letters(brand, self.settings.locale, self.settings.currency)
        signer, sending = Signer(self.secret, "mail"), timedelta(seconds=self.settings.visibility * 2 / 3)
        return Notifications(self.store, self.clock, self.mailer, letters, signer, sending)

    @cached_property
    def topic(self) -> "Topic | None":
        return open_topic(self.settings)

    @cached_property
    def calendar(self) -> Calendar:
        return Calendar(ZoneInfo(self.settings.time_zone))

    @cached_property
    def counting(self) -> Counting:
        return Counting(self.store, self.clock, self.calendar, self.catalog, self.orders)

    @cached_property
    def analytics(self) -> Analytics:
        return Analytics(self.lagging, self.clock, self.calendar, self.catalog, self.accounts.names_of)

    @cached_property
    def imports(self) -> Imports:
        return Imports(self.store, self.clock, self.catalog, self.inventory, self.accounts)

    @cached_property
    def timetable(self) -> Timetable:
        return Timetable(self.store, self.clock)

    @cached_property
    def operations(self) -> Operations:
        queues = sorted({subscription.queue for subscription in self.subscriptions})
        return Operations(self.store, self.clock, self.queue, queues, self.timetable, self.schedules)

    @cached_property
    def system(self) -> System:
        adapters = adapter_names(self.settings)
        checks: dict[str, Check] = {
            "database": self.store.ready,
            "queue": partial(self.queue.backlog, "orders"),
            "shared": self.shared.ready or self.store.ready,
            "mail": self.mailer.ready,
            "media": partial(self.files.read, "ready", 1),
            "search": partial(self.index.find, "ready", None, 0, 1),
            "identity": self.people.ready,
        }
        parts = [Part(name, adapter, checks.get(name)) for name, adapter in adapters.items()]
        return System(self.clock, self.settings.topology, parts, {"Cartwheel": __version__})

    @cached_property
    def privacy(self) -> Privacy:
        return Privacy(
            self.accounts, self.profiles, self.orders, self.vendors, self.notifications, self.carts
        )

    @cached_property
    def subscriptions(self) -> Sequence[Subscription]:
        """Who hears which event: the whole of the shop's asynchronous life in one list."""
        from cartwheel.analytics.tasks import subscriptions as of_analytics
        from cartwheel.catalog.pictures import ProductPictures
        from cartwheel.catalog.tasks import subscriptions as of_catalog
        from cartwheel.checkout.tasks import subscriptions as of_checkout
        from cartwheel.imports.tasks import subscriptions as of_imports
        from cartwheel.inventory.tasks import subscriptions as of_inventory
        from cartwheel.media.tasks import subscriptions as of_media
        from cartwheel.notifications.tasks import OrderMails, People, UpkeepMails
        from cartwheel.notifications.tasks import subscriptions as of_notifications
        from cartwheel.orders.tasks import subscriptions as of_orders
        from cartwheel.payments.sandbox import Sandbox, sandbox_subscription
        from cartwheel.payments.tasks import subscriptions as of_payments
        from cartwheel.privacy.tasks import subscriptions as of_privacy
        from cartwheel.search.tasks import subscriptions as of_search
        from cartwheel.told_by_aws import subscriptions as of_aws
        from cartwheel.vendors.tasks import subscriptions as of_vendors

        locale = self.settings.locale
        people = People(self.accounts, self.vendors.names)
        mails = OrderMails(self.orders, people, self.link_to, locale)
        upkeep = UpkeepMails(self.notifications, self.carts, self.catalog, people, locale)
        sandbox = (
            [sandbox_subscription(self.provider, self.payments)] if isinstance(self.provider, Sandbox) else []
        )
        return [
            *of_payments(self.payments),
            *sandbox,
            *of_checkout(self.steps, self.driver),
            *of_orders(self.orders),
            *of_vendors(self.vendors, self.accounting, self.media),
            *of_privacy(self.privacy),
            *of_media(self.media),
            *of_search(self.search),
            *of_catalog(ProductPictures(self.store, self.clock, self.catalog, self.media)),
            *of_notifications(self.notifications, mails, upkeep),
            *of_analytics(self.counting),
            *of_imports(self.imports),
            *of_inventory(self.inventory),
            *of_aws(self.settings.aws_queues, self.media, self.notifications),
            *self.people.subscriptions,
            *([self.topic.subscription(self.orders)] if self.topic else []),
        ]

    @cached_property
    def schedules(self) -> Sequence[Schedule]:
        """What is due by the clock."""
        expiring = [table for table in tables() if table.ttl is not None]
        day = timedelta(days=1)
        return [
            Schedule("checkouts", timedelta(milliseconds=250), self.driver.run_due, shared=True),
            Schedule("reservations", timedelta(seconds=15), self.inventory.sweep),
            Schedule("expired-rows", timedelta(minutes=5), partial(sweep_expired, self.store, expiring)),
            Schedule("left-carts", timedelta(hours=1), self.carts.left),
            Schedule("inventory-check", day, self.inventory.check, at=time(2)),
            Schedule("unused-media", day, self.media.sweep, at=time(3)),
            Schedule("old-mails", day, self.notifications.sweep, at=time(3, 30)),
        ]

    def worker(self, without: Collection[str] = (), give_way: GiveWay = next_turn) -> Worker:
        """A worker of this shop; events of the queues in ``without`` are dropped."""
        heard = [subscription for subscription in self.subscriptions if subscription.queue not in without]
        relay = Relay(self.store, self.clock, self.queue, heard, BROADCAST, self.shared.express)
        return Worker(relay, self.queue, heard, self.timetable, self.schedules, give_way)

    async def close(self) -> None:
        """Finishes what is in hand and closes all connections."""
        await self.driver.finish()
        parts = (self.queue, self.mailer, self.topic, self.files, self.pages, self.index, self.lagging)
        others = (self.people.close, self.shared.close)
        for close in (*(part.close for part in parts if part is not None), *others):
            if close is not None:
                await close()

    # --- guests ---------------------------------------------------------------------------------------------

    @cached_property
    def cart_access(self) -> CartAccess:
        return CartAccess(Signer(self.secret, "cart"), secure=self.settings.base_url.startswith("https:"))

    @cached_property
    def order_tokens(self) -> OrderTokens:
        return OrderTokens(Signer(self.secret, "order"), self.clock)

    def adapter_routers(self) -> "list[tuple[str, APIRouter]]":
        """The routes that embedded adapters have of their own, each with its service."""
        from cartwheel.media import folder, shown
        from cartwheel.payments import sandbox

        routers = [("desk", shown.public_router(self.files))]
        if isinstance(self.files, folder.Folder):
            routers.append(("desk", folder.router(self.files)))
        if isinstance(self.provider, sandbox.Sandbox):
            routers += [("payments", sandbox.router(self.provider)), ("payments", sandbox.page_router())]
        return routers

    def link_to(self, order: Order) -> str:
        """The order's page; a guest's link carries the token that opens it."""
        page = f"{self.settings.base_url}/orders/{order.order_id}"
        return page if order.user_id else f"{page}?token={self.order_tokens.make(order.order_id)}"


def assemble(settings: Settings, clock: Clock = utc_now, store: Store | None = None) -> Shop:
    """The shop that these settings describe, or with another ``store``. ``open_shop`` prepares it as well."""
    secret = app_secret(settings)
    store = store or open_store(settings, secret, clock)
    return Shop(
        settings=settings,
        clock=clock,
        secret=secret,
        store=store,
        queue=open_queue(settings, store, clock),
        mailer=open_mailer(settings),
        provider=open_provider(settings, store, clock, secret),
        files=open_files(settings, clock, secret),
        index=open_index(settings),
        pages=open_pages(settings),
    )


@asynccontextmanager
async def open_shop(settings: Settings | None = None, clock: Clock = utc_now) -> AsyncIterator[Shop]:
    """A shop whose storage is migrated and whose keys exist; closed at the end."""
    shop = assemble(settings or Settings(), clock)
    try:
        await shop.store.prepare()
        await shop.keys.prepare()
        yield shop
    finally:
        await shop.close()
