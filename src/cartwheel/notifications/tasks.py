"""Which event becomes which mail, and to whom."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cartwheel.accounts import Accounts, User
from cartwheel.cart import Carts
from cartwheel.catalog import Catalog
from cartwheel.messaging import Event, Handle, Subscription
from cartwheel.notifications.model import Topic
from cartwheel.notifications.rendering import TIMES, money
from cartwheel.notifications.service import Draft, Drafter, Notifications
from cartwheel.orders import Order, OrderLine, Orders

ACCOUNT_MAILS = {
    "VerificationRequested": "verification",
    "AlreadyRegistered": "already_registered",
    "PasswordResetRequested": "reset",
    "PasswordChanged": "password_changed",
    "EmailChangeRequested": "email_change",
    "EmailChanged": "email_changed",
    "AccountErased": "account_deleted",
}
"""Their payloads name the ``email`` that the mail goes to, a ``name``, a ``locale`` and, some, a ``code``."""

VENDOR_MAILS = {
    "VendorApproved": "vendor_approved",
    "VendorReinstated": "vendor_approved",
    "VendorDeclined": "vendor_declined",
    "VendorSuspended": "vendor_suspended",
}
"""Their payloads name the ``email`` (empty for who has none left), ``name``, ``shopName`` and ``reason``."""

ORDER_MAILS = {
    "OrderShipped": "order_shipped",
    "OrderDelivered": "order_delivered",
    "OrderCancelled": "order_cancelled",
    "OrderFailed": "order_failed",
    "RefundSettled": "order_refunded",
}

PAYMENT_CODES = ("payment_declined", "payment_not_confirmed", "payment_unavailable")
"""What the reason of a failed order begins with when it failed for its payment."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a mail goes to. ``locale`` is empty for who has not said; the name may be, too."""

    user_id: str
    email: str
    name: str = ""
    locale: str | None = None


ShopNames = Callable[[Sequence[str]], Awaitable[Mapping[str, str]]]
"""What the shops of vendors are called, of those who sell now."""

LinkTo = Callable[[Order], str]
"""The address of an order's page, for its customer."""


class People:
    """Who mails go to."""

    def __init__(self, accounts: Accounts, shop_names: ShopNames) -> None:
        self._accounts = accounts
        self.shop_names = shop_names

    async def person(self, user_id: str) -> Person | None:
        """Who has that id, if there is somebody; without an address for erased ones."""
        user = (await self._accounts.get_users([user_id]))[0]
        return _person(user) if user else None

    async def admins(self) -> list[Person]:
        """Everybody who runs the shop."""
        return [_person(user) for user in await self._accounts.admins()]


def _person(user: User) -> Person:
    return Person(user.user_id, user.email, user.name, user.locale)


class OrderMails:
    """Drafts of everything that orders give reason to write. ``locale`` is the shop's own."""

    def __init__(self, orders: Orders, people: People, link_to: LinkTo, locale: str) -> None:
        self._orders = orders
        self._people = people
        self._link_to = link_to
        self._locale = locale

    async def placed(self, event: Event) -> list[Draft]:
        """The customer's confirmation, and one mail to each vendor with that vendor's lines only."""
        order = await self._orders.get(event.subject)
        locale, kept = await self._customer(order)
        context = {
            "code": order.code,
            "url": self._link_to(order),
            "lines": _lines(order.lines, order.currency, locale),
            "shipping": money(order.shipping, order.currency, locale),
            "total": money(order.total, order.currency, locale),
        }
        confirmation = Draft("order_placed", order.email, context, locale, order.user_id, kept)
        return [*([confirmation] if order.email else []), *await self._vendors(order)]

    async def moved(self, event: Event) -> list[Draft]:
        """What has become of an order, to its customer."""
        order = await self._orders.get(event.subject)
        if not order.email:
            return []  # the customer was forgotten meanwhile
        locale, kept = await self._customer(order)
        context = {
            "code": order.code,
            "url": self._link_to(order),
            "carrier": event.payload.get("carrier", ""),
            "tracking": event.payload.get("tracking", ""),
            "complete": event.payload.get("complete", True),
        }
        kind = ORDER_MAILS[event.type]
        if event.type == "RefundSettled":
            context["amount"] = money(event.payload["amount"], event.payload["currency"], locale)
        elif event.type == "OrderFailed" and str(event.payload.get("reason")).startswith(PAYMENT_CODES):
            kind = "payment_failed"
        return [Draft(kind, order.email, context, locale, order.user_id, kept)]

    async def paid_out(self, event: Event) -> list[Draft]:
        """A payment on its way, to the vendor who gets it."""
        person = await self._people.person(event.subject)
        if person is None or not person.email:
            return []
        locale = person.locale or self._locale
        amount = money(event.payload["amount"], event.payload["currency"], locale)
        return [Draft("payout_sent", person.email, {"amount": amount}, locale, person.user_id)]

    async def _customer(self, order: Order) -> tuple[str, bool]:
        """The locale that an order's customer is written to in, and whether the mail may be kept."""
        person = await self._people.person(order.user_id) if order.user_id else None
        if person is not None and not person.email:
            return order.locale or self._locale, False  # erased, while the parcel was under way
        return (person and person.locale) or order.locale or self._locale, True

    async def _vendors(self, order: Order) -> list[Draft]:
        drafts = []
        for vendor_id in sorted({line.vendor_id for line in order.lines}):
            person = await self._people.person(vendor_id)
            if person is not None and person.email:
                locale = person.locale or self._locale
                lines = [line for line in order.lines if line.vendor_id == vendor_id]
                context = {"code": order.code, "lines": _lines(lines, order.currency, locale, skus=True)}
                drafts.append(Draft("vendor_order", person.email, context, locale, vendor_id))
        return drafts


class UpkeepMails:
    """Drafts of what upkeep finds: carts that were left, and goods that run out. ``locale`` is the shop's."""

    def __init__(
        self, notifications: Notifications, carts: Carts, catalog: Catalog, people: People, locale: str
    ) -> None:
        self._notifications = notifications
        self._carts = carts
        self._catalog = catalog
        self._people = people
        self._locale = locale

    async def cart_left(self, event: Event) -> list[Draft]:
        """A reminder of a cart, to who wants such; nothing if it was touched meanwhile, or is empty."""
        user_id = event.subject
        if not (await self._notifications.topics(user_id))[Topic.CART]:
            return []
        cart = await self._carts.get(event.payload["cartId"])
        person = await self._people.person(user_id)
        if person is None or not person.email or not cart.items or cart.version != event.payload["version"]:
            return []
        locale = person.locale or self._locale
        lines = [
            (
                described(item.line.quantity, item.product.title, item.variant.options),
                money(item.total, cart.currency, locale),
            )
            for item in cart.items
        ]
        total = money(cart.total, cart.currency, locale)
        context = {"name": person.name, "lines": lines, "total": total}
        return [Draft("cart_reminder", person.email, context, locale, user_id)]

    async def stock_low(self, event: Event) -> list[Draft]:
        """What runs out of a vendor's goods that are for sale, to the vendor."""
        vendor_id, items = event.subject, event.payload["items"]
        shop_name = (await self._people.shop_names([vendor_id])).get(vendor_id)
        person = await self._people.person(vendor_id)
        if shop_name is None or person is None or not person.email:
            return []  # the shop's own goods, or a vendor who does not sell now
        products = await self._catalog.products([item["productId"] for item in items])
        told = []
        for item in items:
            product = products.get(item["productId"])
            variant = product.variant(item["variantId"]) if product and product.for_sale else None
            if product and variant:
                name = described(0, product.title, variant.options)
                told.append({"name": name, "available": item["available"]})
        if not told:
            return []
        more = event.payload["count"] - len(items)
        context = {"name": person.name, "shopName": shop_name, "items": told, "count": len(told) + more}
        return [Draft("low_stock", person.email, context, person.locale, vendor_id)]

    async def stock_checked(self, event: Event) -> list[Draft]:
        """The report about the whole stock, to everybody who runs the shop."""
        worst = event.payload["vendors"]
        names = await self._people.shop_names([vendor_id for vendor_id, _ in worst])
        vendors = [(names.get(vendor_id, vendor_id), count) for vendor_id, count in worst]
        context = {**event.payload, "day": event.subject, "vendors": vendors}
        return [
            Draft("stock_report", admin.email, context, admin.locale, admin.user_id)
            for admin in await self._people.admins()
            if admin.email
        ]


def _lines(
    lines: Sequence[OrderLine], currency: str, locale: str, *, skus: bool = False
) -> list[tuple[str, str]]:
    """Each line's text, and what it comes to."""
    return [(_line(line, skus=skus), money(line.total, currency, locale)) for line in lines]


def _line(line: OrderLine, *, skus: bool) -> str:
    sku = f", SKU {line.sku}" if skus and line.sku else ""
    return f"{described(line.quantity, line.name, line.options)}{sku}"


def described(quantity: int, name: str, options: Mapping[str, str]) -> str:
    """A variant as mails name it, with how many of it unless that is 0."""
    chosen = f" ({', '.join(options.values())})" if options else ""
    return f"{quantity} {TIMES} {name}{chosen}" if quantity else f"{name}{chosen}"


def subscriptions(notifications: Notifications, mails: OrderMails, upkeep: UpkeepMails) -> list[Subscription]:
    """The consumers of this domain, all on the queue ``email``."""

    def drafted(drafter: Drafter) -> Handle:
        async def handle(event: Event) -> None:
            await notifications.notify(event, await drafter(event))

        return handle

    async def account(event: Event) -> None:
        told: dict[str, Any] = {"name": "", "code": ""} | event.payload
        to, locale, gone = told["email"], told.get("locale"), event.type == "AccountErased"
        draft = Draft(ACCOUNT_MAILS[event.type], to, told, locale, event.subject, kept=not gone)
        await notifications.notify(event, [draft])

    async def vendor(event: Event) -> None:
        told = event.payload
        draft = Draft(VENDOR_MAILS[event.type], told["email"], told, told.get("locale"), event.subject)
        await notifications.notify(event, [draft] if draft.to else [])

    return [
        Subscription("email", frozenset(ACCOUNT_MAILS), account),
        Subscription("email", frozenset(VENDOR_MAILS), vendor),
        Subscription("email", frozenset({"PayoutSent"}), drafted(mails.paid_out)),
        Subscription("email", frozenset({"OrderPlaced"}), drafted(mails.placed)),
        Subscription("email", frozenset(ORDER_MAILS), drafted(mails.moved)),
        Subscription("email", frozenset({"CartLeft"}), drafted(upkeep.cart_left)),
        Subscription("email", frozenset({"StockLow"}), drafted(upkeep.stock_low)),
        Subscription("email", frozenset({"StockChecked"}), drafted(upkeep.stock_checked)),
    ]
