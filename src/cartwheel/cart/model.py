"""Carts: what is stored, and the priced view that is made of it on each read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from cartwheel.catalog import Product, Variant
from cartwheel.inventory import Stock
from cartwheel.kernel.errors import Clash, Invalid, NotFound

MAX_LINES = 30
"""Different variants in one cart; what an order of that size writes still fits one write."""

MAX_QUANTITY = 99
"""Units of one variant in one cart."""

GUEST_CART_LIFE = timedelta(days=30)

LEFT_AFTER = timedelta(hours=24)
"""When a user's cart counts as left."""

WAITING = "0"


class CartFull(Clash):
    """No further line fits."""

    code = "cart_full"


class NotEnoughStock(Clash):
    """More was asked for than can be sold."""

    code = "insufficient_stock"


class NotForSale(NotFound):
    """There is no such product or variant to buy."""

    code = "product_not_found"

    def __init__(self) -> None:
        super().__init__("Product not found")


class ChooseVariant(Invalid):
    """The product comes in variants and none was chosen."""

    code = "variant_required"


class CartHeader(BaseModel):
    """A cart. ``version`` grows with every change: an order is placed for one version of one cart."""

    model_config = ConfigDict(frozen=True)

    cart_id: str
    version: int
    updated_at: datetime
    expires_at: datetime | None = None
    waiting: str | None = None
    """In the list of users' carts of which nobody has been reminded in this version."""


class CartLine(BaseModel):
    """A variant in a cart, with the price that was seen when it was put there (minor units)."""

    model_config = ConfigDict(frozen=True)

    cart_id: str
    variant_id: str
    product_id: str
    quantity: int
    price_seen: int
    added_at: datetime
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CartItem:
    """A line as it stands now. ``available`` is what could be sold at this moment."""

    line: CartLine
    product: Product
    variant: Variant
    available: int

    @property
    def total(self) -> int:
        """Minor units."""
        return self.variant.price * self.line.quantity


@dataclass(frozen=True, slots=True)
class CartChange:
    """Something that became different since the customer put a line into the cart."""

    kind: Literal["price_changed", "unavailable", "quantity_limited"]
    line: CartLine
    name: str = ""
    price: int | None = None
    available: int | None = None


@dataclass(frozen=True, slots=True)
class Cart:
    """A cart as it stands now. Lines that cannot be bought any more are in ``changes`` only."""

    cart_id: str
    version: int
    currency: str
    items: Sequence[CartItem]
    changes: Sequence[CartChange]

    @property
    def total(self) -> int:
        """What the goods cost now, in minor units, without shipping."""
        return sum(item.total for item in self.items)


def is_guest(cart_id: str) -> bool:
    """Whether a cart belongs to nobody in particular."""
    return cart_id.startswith("guest-")


def priced(
    header: CartHeader,
    lines: Sequence[CartLine],
    products: Mapping[str, Product],
    stock: Mapping[str, Stock],
    currency: str,
) -> Cart:
    """The cart at today's prices and stock, and what has changed since each line was put there."""
    items: list[CartItem] = []
    changes: list[CartChange] = []
    for line in sorted(lines, key=lambda line: (line.added_at, line.variant_id)):
        product = products.get(line.product_id)
        variant = product.variant(line.variant_id) if product and product.for_sale else None
        if product is None or variant is None:
            changes.append(CartChange("unavailable", line, product.title if product else ""))
            continue
        available = stock[line.variant_id].available if line.variant_id in stock else 0
        items.append(CartItem(line, product, variant, available))
        if variant.price != line.price_seen:
            changes.append(CartChange("price_changed", line, product.title, price=variant.price))
        if available < line.quantity:
            changes.append(CartChange("quantity_limited", line, product.title, available=available))
    return Cart(header.cart_id, header.version, currency, items, changes)


def merged_quantity(mine: int, theirs: int, available: int) -> int:
    """The merge rule: quantities add up, as far as stock and ``MAX_QUANTITY`` allow; never less than mine."""
    return max(mine, min(mine + theirs, available, MAX_QUANTITY))
