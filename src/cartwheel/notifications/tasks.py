"""Which event becomes which mail, and to whom."""

from collections.abc import Awaitable, Callable, Sequence
from functools import lru_cache
from typing import Any

from babel.numbers import format_currency

from cartwheel.kernel.money import to_major
from cartwheel.messaging import Event, Subscription
from cartwheel.notifications.service import Draft, Notifications
from cartwheel.orders import Order, OrderLine, Orders

ACCOUNT_MAILS = {
    "VerificationRequested": "verification",
    "AlreadyRegistered": "already_registered",
    "PasswordResetRequested": "reset",
    "PasswordChanged": "password_changed",
    "EmailChangeRequested": "email_change",
    "EmailChanged": "email_changed",
}
"""Their payloads name the ``email`` that the mail goes to, a ``name`` and, for some, a ``code``."""

VENDOR_MAILS = {
    "VendorApproved": "vendor_approved",
    "VendorReinstated": "vendor_approved",
    "VendorDeclined": "vendor_declined",
    "VendorSuspended": "vendor_suspended",
}
"""Their payloads name the ``email`` (empty for who has none left), ``name``, ``shopName`` and ``reason``."""

ORDER_MAILS = {
    "OrderShipped": "order_shipped",
    "OrderCancelled": "order_cancelled",
    "OrderFailed": "order_failed",
    "RefundSettled": "order_refunded",
}

AddressOf = Callable[[str], Awaitable[str | None]]
"""The e-mail address of a user id, if there is one."""

LinkTo = Callable[[Order], str]
"""The address of an order's page, for its customer."""


class OrderMails:
    """Drafts of everything that orders give reason to write. ``locale`` formats money."""

    def __init__(self, orders: Orders, address_of: AddressOf, link_to: LinkTo, locale: str) -> None:
        self._orders = orders
        self._address_of = address_of
        self._link_to = link_to
        self._locale = locale

    async def placed(self, event: Event) -> list[Draft]:
        """The customer's confirmation, and one mail to each vendor with that vendor's lines only."""
        order = await self._orders.get(event.subject)
        sums = [("Shipping", order.shipping), ("Total", order.total)]
        context = {
            "code": order.code,
            "url": self._link_to(order),
            "lines": self._lines(order.lines, order.currency),
            "sums": [(name, self._money(amount, order.currency)) for name, amount in sums],
        }
        return [Draft("order_placed", order.email, context), *await self._vendors(order)]

    async def moved(self, event: Event) -> list[Draft]:
        """What has become of an order, to its customer."""
        order = await self._orders.get(event.subject)
        detail = event.payload.get("carrier", "")
        if event.type == "RefundSettled":
            detail = self._money(event.payload["amount"], event.payload["currency"])
        context = {
            "code": order.code,
            "url": self._link_to(order),
            "detail": detail,
            "tracking": event.payload.get("tracking", ""),
            "complete": event.payload.get("complete", True),
        }
        return [Draft(ORDER_MAILS[event.type], order.email, context)]

    async def paid_out(self, event: Event) -> list[Draft]:
        """A payment on its way, to the vendor who gets it."""
        address = await self._address_of(event.subject)
        amount = self._money(event.payload["amount"], event.payload["currency"])
        return [Draft("payout_sent", address, {"amount": amount})] if address else []

    async def _vendors(self, order: Order) -> list[Draft]:
        drafts = []
        for vendor_id in sorted({line.vendor_id for line in order.lines}):
            address = await self._address_of(vendor_id)
            if address is not None:
                lines = [line for line in order.lines if line.vendor_id == vendor_id]
                context = {"code": order.code, "lines": self._lines(lines, order.currency), "sums": []}
                drafts.append(Draft("vendor_order", address, context))
        return drafts

    def _lines(self, lines: Sequence[OrderLine], currency: str) -> list[dict[str, Any]]:
        return [
            {
                "quantity": line.quantity,
                "name": line.name,
                "options": ", ".join(line.options.values()),
                "sku": line.sku,
                "total": self._money(line.total, currency),
            }
            for line in lines
        ]

    def _money(self, amount: int, currency: str) -> str:
        return _format(amount, currency, self._locale)


@lru_cache(maxsize=4096)  # a tenth of a millisecond each, and prices repeat
def _format(amount: int, currency: str, locale: str) -> str:
    return format_currency(to_major(amount, currency), currency, locale=locale)


def subscriptions(notifications: Notifications, mails: OrderMails) -> list[Subscription]:
    """The consumers of this domain, all on the queue ``email``."""

    async def account(event: Event) -> None:
        context = {"name": "", "code": ""} | event.payload
        await notifications.notify(event, [Draft(ACCOUNT_MAILS[event.type], event.payload["email"], context)])

    async def vendor(event: Event) -> None:
        to = event.payload["email"]
        drafts = [Draft(VENDOR_MAILS[event.type], to, event.payload)] if to else []
        await notifications.notify(event, drafts)

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
