"""Every kind of mail that the shop writes, with sample data to look at it with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from cartwheel.notifications.model import NoSuchKind, Topic
from cartwheel.notifications.rendering import TIMES, money

Sample = Callable[[str, str], Mapping[str, Any]]
"""What a kind's template needs, made up, for a locale and a currency."""

Reader = Literal["customer", "vendor", "admin"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of mail. Those with a ``topic`` are optional: their readers can turn it off."""

    name: str
    reader: Reader
    sample: Sample
    topic: Topic | None = None


def kind_of(name: str) -> Kind:
    """The kind of that name. Raises ``NoSuchKind``."""
    if name not in KINDS:
        raise NoSuchKind(name)
    return KINDS[name]


def _account(_: str, __: str) -> Mapping[str, Any]:
    return {"name": "Ada Lovelace", "code": "314159"}


def _order(locale: str, currency: str) -> Mapping[str, Any]:
    lines = [
        (f"2 {TIMES} Stoneware mug (Blue)", money(2400, currency, locale)),
        (f"1 {TIMES} Linen apron", money(3900, currency, locale)),
    ]
    return {
        "code": "K7Q2-M4XD",
        "url": "https://shop.example/orders/sample",
        "lines": lines,
        "shipping": money(500, currency, locale),
        "total": money(6800, currency, locale),
        "amount": money(2400, currency, locale),
        "carrier": "Postal Service",
        "tracking": "RR123456789XX",
        "complete": False,
    }


def _vendor(locale: str, currency: str) -> Mapping[str, Any]:
    return {
        "name": "Vera Example",
        "shopName": "Clay & Kiln",
        "reason": "Please tell us where the goods are made, and send a picture of the workshop.",
        "amount": money(125_050, currency, locale),
        "items": [
            {"name": "Stoneware mug (Blue)", "available": 3},
            {"name": "Linen apron", "available": 0},
        ],
        "count": 2,
    }


def _cart(locale: str, currency: str) -> Mapping[str, Any]:
    return {"name": "Ada Lovelace", **_order(locale, currency)}


def _stock(_: str, __: str) -> Mapping[str, Any]:
    vendors = [("Clay & Kiln", 4), ("Linen House", 3)]
    return {"day": "2026-11-21", "variants": 412, "count": 7, "soldOut": 2, "vendors": vendors}


_ALL = (
    Kind("verification", "customer", _account),
    Kind("already_registered", "customer", _account),
    Kind("reset", "customer", _account),
    Kind("password_changed", "customer", _account),
    Kind("email_change", "customer", _account),
    Kind("email_changed", "customer", _account),
    Kind("account_deleted", "customer", _account),
    Kind("order_placed", "customer", _order),
    Kind("payment_failed", "customer", _order),
    Kind("order_failed", "customer", _order),
    Kind("order_shipped", "customer", _order),
    Kind("order_delivered", "customer", _order),
    Kind("order_cancelled", "customer", _order),
    Kind("order_refunded", "customer", _order),
    Kind("cart_reminder", "customer", _cart, Topic.CART),
    Kind("vendor_approved", "vendor", _vendor),
    Kind("vendor_declined", "vendor", _vendor),
    Kind("vendor_suspended", "vendor", _vendor),
    Kind("vendor_order", "vendor", _order),
    Kind("payout_sent", "vendor", _vendor),
    Kind("low_stock", "vendor", _vendor, Topic.STOCK),
    Kind("stock_report", "admin", _stock, Topic.STOCK),
)

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _ALL}
