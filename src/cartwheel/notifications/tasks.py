"""Which event becomes which mail, and to whom."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from cartwheel.messaging import Event, Subscription
from cartwheel.notifications.rendering import TIMES, money
from cartwheel.notifications.service import Draft, Notifications
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


PersonOf = Callable[[str], Awaitable[Person | None]]
"""Who has a user id, if there is somebody; erased ones have no address."""

LinkTo = Callable[[Order], str]
"""The address of an order's page, for its customer."""


class OrderMails:
    """Drafts of everything that orders give reason to write. ``locale`` is the shop's own."""

    def __init__(self, orders: Orders, person_of: PersonOf, link_to: LinkTo, locale: str) -> None:
        self._orders = orders
        self._person_of = person_of
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
        person = await self._person_of(event.subject)
        if person is None or not person.email:
            return []
        locale = person.locale or self._locale
        amount = money(event.payload["amount"], event.payload["currency"], locale)
        return [Draft("payout_sent", person.email, {"amount": amount}, locale, person.user_id)]

    async def _customer(self, order: Order) -> tuple[str, bool]:
        """The locale that an order's customer is written to in, and whether the mail may be kept."""
        person = await self._person_of(order.user_id) if order.user_id else None
        if person is not None and not person.email:
            return order.locale or self._locale, False  # erased, while the parcel was under way
        return (person and person.locale) or order.locale or self._locale, True

    async def _vendors(self, order: Order) -> list[Draft]:
        drafts = []
        for vendor_id in sorted({line.vendor_id for line in order.lines}):
            person = await self._person_of(vendor_id)
            if person is not None and person.email:
                locale = person.locale or self._locale
                lines = [line for line in order.lines if line.vendor_id == vendor_id]
                context = {"code": order.code, "lines": _lines(lines, order.currency, locale, skus=True)}
                drafts.append(Draft("vendor_order", person.email, context, locale, vendor_id))
        return drafts


def _lines(
    lines: Sequence[OrderLine], currency: str, locale: str, *, skus: bool = False
) -> list[tuple[str, str]]:
    """Each line's text, and what it comes to."""
    return [(_line(line, skus=skus), money(line.total, currency, locale)) for line in lines]


def _line(line: OrderLine, *, skus: bool) -> str:
    options = f" ({', '.join(line.options.values())})" if line.options else ""
    sku = f", SKU {line.sku}" if skus and line.sku else ""
    return f"{line.quantity} {TIMES} {line.name}{options}{sku}"


def subscriptions(notifications: Notifications, mails: OrderMails) -> list[Subscription]:
    """The consumers of this domain, all on the queue ``email``."""

    async def account(event: Event) -> None:
        told: dict[str, Any] = {"name": "", "code": ""} | event.payload
        to, locale, gone = told["email"], told.get("locale"), event.type == "AccountErased"
        draft = Draft(ACCOUNT_MAILS[event.type], to, told, locale, event.subject, kept=not gone)
        await notifications.notify(event, [draft])

    async def vendor(event: Event) -> None:
        told = event.payload
        draft = Draft(VENDOR_MAILS[event.type], told["email"], told, told.get("locale"), event.subject)
        await notifications.notify(event, [draft] if draft.to else [])

    async def paid_out(event: Event) -> None:
        await notifications.notify(event, await mails.paid_out(event))

    async def placed(event: Event) -> None:
        await notifications.notify(event, await mails.placed(event))

    async def moved(event: Event) -> None:
        await notifications.notify(event, await mails.moved(event))

    return [
        Subscription("email", frozenset(ACCOUNT_MAILS), account),
        Subscription("email", frozenset(VENDOR_MAILS), vendor),
        Subscription("email", frozenset({"PayoutSent"}), paid_out),
        Subscription("email", frozenset({"OrderPlaced"}), placed),
        Subscription("email", frozenset(ORDER_MAILS), moved),
    ]
