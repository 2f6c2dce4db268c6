"""The composition root: settings in, a shop out. The only module that names engines and adapters."""

import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cartwheel import accounts as accounts_domain
from cartwheel import cart, catalog, checkout, inventory, notifications, orders, payments
from cartwheel.accounts import (
    Accounts,
    Gate,
    Identity,
    Jwts,
    KeyRing,
    Limits,
    OwnCredentials,
    Passwords,
    Profiles,
    Proofs,
    Sessions,
)
from cartwheel.accounts.crypto import Vault
from cartwheel.cart import Carts
from cartwheel.catalog import Catalog
from cartwheel.checkout import WORKFLOW, Checkout, CheckoutSteps
from cartwheel.checkout.local import LocalDriver
from cartwheel.edge.guests import CartAccess, OrderTokens
from cartwheel.edge.throttling import THROTTLE, Throttle
from cartwheel.inventory import Inventory
from cartwheel.kernel.clock import Clock, utc_now
from cartwheel.kernel.money import to_minor
from cartwheel.kernel.signing import Signer
from cartwheel.messaging import OUTBOX, Queue, Subscription
from cartwheel.messaging.broadcast import NOTICES
from cartwheel.messaging.once import HANDLED
from cartwheel.messaging.relay import Relay
from cartwheel.messaging.schedules import DUE, Schedule, Timetable
from cartwheel.messaging.table_queue import TABLES as QUEUE_TABLES
from cartwheel.messaging.table_queue import TableQueue
from cartwheel.messaging.worker import Worker
from cartwheel.notifications import Mailer, Notifications
from cartwheel.orders import Order, Orders
from cartwheel.payments import PaymentProvider, Payments
from cartwheel.settings import Settings
from cartwheel.shipping import FlatRates, ShippingMethod
from cartwheel.storage import Store, Table

if TYPE_CHECKING:
    from fastapi import APIRouter

BROADCAST = frozenset({"ProductChanged", "ProductDeleted", "StockChanged"})
"""What every process hears, to drop what it has cached of it."""


def tables() -> tuple[Table[Any], ...]:
    """Every table of the shop: what SQL migrations, DynamoDB tables and the data stack are derived from."""
    from cartwheel.payments.sandbox import TABLES as SANDBOX_TABLES

    return (
        OUTBOX,
        *QUEUE_TABLES,
        HANDLED,
        NOTICES,
        DUE,
        THROTTLE,
        *accounts_domain.TABLES,
        *catalog.TABLES,
        *inventory.TABLES,
        *cart.TABLES,
        *payments.TABLES,
        *SANDBOX_TABLES,
        *orders.TABLES,
        *checkout.TABLES,
        *notifications.TABLES,
    )


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

    @cached_property
    def throttle(self) -> Throttle:
        return Throttle(self.store, self.clock)

    # --- accounts -------------------------------------------------------------------------------------------

    @cached_property
    def passwords(self) -> Passwords:
        return Passwords()

    @cached_property
    def keys(self) -> KeyRing:
        return KeyRing(self.store, self.clock, Vault(self.secret))

    @cached_property
    def sessions(self) -> Sessions:
        jwts = Jwts(self.keys, self.clock, self.settings.base_url)
        return Sessions(self.store, self.clock, jwts, self.secret)

    @cached_property
    def proofs(self) -> Proofs:
        gate = Gate(self.throttle, _limits(self.settings.throttle), self.secret)
        return Proofs.of(self.store, self.clock, self.passwords, gate, self.secret)

    @cached_property
    def identity(self) -> Identity:
        from cartwheel.accounts.local_identity import LocalIdentity

        return LocalIdentity(self.store, self.clock, self.sessions, self.proofs)

    @cached_property
    def credentials(self) -> OwnCredentials:
        from cartwheel.accounts.local_credentials import LocalCredentials

        return LocalCredentials(self.store, self.clock, self.sessions, self.proofs, self.settings.shop_name)

    @cached_property
    def accounts(self) -> Accounts:
        return Accounts(self.store, self.clock, self.passwords, self.sessions)

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
    def carts(self) -> Carts:
        return Carts(self.store, self.clock, self.catalog, self.inventory, self.settings.currency)

    @cached_property
    def rates(self) -> FlatRates:
        currency = self.settings.currency
        return FlatRates(
            [
                ShippingMethod(
                    id=rate.id,
                    name=rate.name,
                    price=to_minor(rate.price, currency),
                    days=rate.days,
                    free_from=None if rate.free_from is None else to_minor(rate.free_from, currency),
                )
                for rate in self.settings.shipping
            ]
        )

    @cached_property
    def payments(self) -> Payments:
        return Payments(self.store, self.clock, self.provider)

    @cached_property
    def orders(self) -> Orders:
        return Orders(self.store, self.clock, self.payments)

    @cached_property
    def steps(self) -> CheckoutSteps:
        return CheckoutSteps(self.store, self.clock, self.inventory, self.payments)

    @cached_property
    def driver(self) -> LocalDriver:
        return LocalDriver(self.store, self.clock, WORKFLOW, self.steps)

    @cached_property
    def checkout(self) -> Checkout:
        return Checkout(self.store, self.clock, self.carts, self.rates, WORKFLOW, self.driver)

    # --- messages -------------------------------------------------------------------------------------------

    @cached_property
    def notifications(self) -> Notifications:
        brand = {"name": self.settings.shop_name, "url": self.settings.base_url}
        return Notifications(self.store, self.clock, self.mailer, brand)

    @cached_property
    def subscriptions(self) -> Sequence[Subscription]:
        """Who hears which event: the whole of the shop's asynchronous life in one list."""
        from cartwheel.checkout.tasks import subscriptions as of_checkout
        from cartwheel.notifications.tasks import OrderMails
        from cartwheel.notifications.tasks import subscriptions as of_notifications
        from cartwheel.orders.tasks import subscriptions as of_orders
        from cartwheel.payments.sandbox import Sandbox, sandbox_subscription
        from cartwheel.payments.tasks import subscriptions as of_payments

        mails = OrderMails(self.orders, self.address_of, self.link_to, self.settings.locale)
        sandbox = (
            [sandbox_subscription(self.provider, self.payments)] if isinstance(self.provider, Sandbox) else []
        )
        return [
            *of_payments(self.payments),
            *sandbox,
            *of_checkout(self.steps, self.driver),
            *of_orders(self.orders),
            *of_notifications(self.notifications, mails),
        ]

    @cached_property
    def schedules(self) -> Sequence[Schedule]:
        """What is due by the clock."""
        purged = [table for table in tables() if table.ttl is not None]

        async def purge() -> int:
            return sum([await self.store.purge(table) for table in purged])

        return [
            Schedule("checkouts", timedelta(milliseconds=250), self.driver.run_due, shared=True),
            Schedule("reservations", timedelta(seconds=15), self.inventory.sweep),
            Schedule("expired rows", timedelta(minutes=5), purge),
        ]

    def worker(self) -> Worker:
        """A worker of this shop."""
        relay = Relay(self.store, self.clock, self.queue, self.subscriptions, BROADCAST)
        timetable = Timetable(self.store, self.clock)
        return Worker(relay, self.queue, self.subscriptions, timetable, self.schedules)

    # --- guests ---------------------------------------------------------------------------------------------

    @cached_property
    def cart_access(self) -> CartAccess:
        return CartAccess(Signer(self.secret, "cart"), secure=self.settings.base_url.startswith("https:"))

    @cached_property
    def order_tokens(self) -> OrderTokens:
        return OrderTokens(Signer(self.secret, "order"), self.clock)

    def provider_routers(self) -> "list[tuple[str, APIRouter]]":
        """The payment provider's own routes, each with its prefix."""
        from cartwheel.payments import sandbox

        if not isinstance(self.provider, sandbox.Sandbox):
            return []
        return [("/api", sandbox.router(self.provider)), ("", sandbox.page_router())]

    async def address_of(self, user_id: str) -> str | None:
        """The e-mail address of a user; ``None`` for unknown ones."""
        user = (await self.accounts.get_users([user_id]))[0]
        return user.email if user and user.email else None

    def link_to(self, order: Order) -> str:
        """The order's page; a guest's link carries the token that opens it."""
        page = f"{self.settings.base_url}/orders/{order.order_id}"
        return page if order.user_id else f"{page}?token={self.order_tokens.make(order.order_id)}"


def _limits(factor: float) -> Limits:
    """The limits of sign-in and the like, all multiplied."""
    usual = Limits()
    scaled = {
        name: limit.model_copy(
            update={"account": int(limit.account * factor), "address": int(limit.address * factor)}
        )
        for name, limit in usual
    }
    return Limits(**scaled)


def assemble(settings: Settings, clock: Clock = utc_now, store: Store | None = None) -> Shop:
    """The shop that these settings describe, or with another ``store``. ``open_shop`` prepares it as well."""
    secret = app_secret(settings)
    store = store or open_store(settings, secret, clock)
    return Shop(
        settings=settings,
        clock=clock,
        secret=secret,
        store=store,
        queue=TableQueue(store, clock, timedelta(seconds=settings.visibility)),
        mailer=open_mailer(settings),
        provider=open_provider(settings, store, clock, secret),
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
        await shop.driver.finish()
        await shop.store.close()


def open_store(settings: Settings, secret: bytes, clock: Clock) -> Store:
    """The storage engine of ``settings.database``."""
    from cartwheel.storage.cursors import Cursors

    url, cursors = settings.database_url, Cursors(secret)
    if url.startswith("dynamodb:"):
        from cartwheel.storage.dynamodb import DynamoStore

        return DynamoStore(url, tables(), cursors, clock)
    from cartwheel.storage.sql import MIGRATIONS, SqlStore, open_driver

    return SqlStore(open_driver(url), tables(), cursors, clock, MIGRATIONS)


def open_mailer(settings: Settings) -> Mailer:
    """The mailer of ``settings.mail``. Raises ``ValueError`` for an unknown one."""
    if settings.mail == "mailbox":
        from cartwheel.notifications.mailbox import Mailbox

        return Mailbox(settings.data / "mail", settings.mail_from)
    if settings.mail.startswith(("smtp:", "smtps:")):
        from cartwheel.notifications.smtp import Smtp

        return Smtp(settings.mail, settings.mail_from)
    raise ValueError(f"CARTWHEEL_MAIL={settings.mail!r} is neither 'mailbox' nor an smtp:// address.")


def open_provider(settings: Settings, store: Store, clock: Clock, secret: bytes) -> PaymentProvider:
    """The payment provider of ``settings.payments``."""
    from cartwheel.payments.sandbox import Sandbox

    return Sandbox(store, clock, Signer(secret, "sandbox webhooks").key, settings.base_url)


def app_secret(settings: Settings) -> bytes:
    """The secret of ``settings``, or the one in the data folder, made when first asked for."""
    if settings.secret is not None:
        return settings.secret.get_secret_value().encode()
    path = settings.data / "secret"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = path.with_name(f"secret.{secrets.token_hex(4)}")
        made.touch(mode=0o600)
        made.write_text(secrets.token_urlsafe(48))
        try:  # a hard link appears whole or not at all, and never replaces a rival's
            path.hardlink_to(made)
        except FileExistsError:
            pass
        finally:
            made.unlink()
    return path.read_bytes()
