"""Orders, what each vendor has to send of them, and the legal transitions of both.

Amounts are minor units of the order's currency.
"""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from cartwheel.kernel.errors import Clash, NotFound
from cartwheel.kernel.ids import sortable_id
from cartwheel.kernel.money import split
from cartwheel.shipping import Address


class OrderStatus(StrEnum):
    """What becomes of an order."""

    PENDING = "PENDING"
    PROCESSING = "PROCESSING"
    SHIPPED = "SHIPPED"
    DELIVERED = "DELIVERED"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    REFUNDED = "REFUNDED"


TRANSITIONS: dict[OrderStatus, frozenset[OrderStatus]] = {
    OrderStatus.PENDING: frozenset({OrderStatus.PROCESSING, OrderStatus.FAILED}),
    OrderStatus.PROCESSING: frozenset({OrderStatus.SHIPPED, OrderStatus.CANCELLED, OrderStatus.REFUNDED}),
    OrderStatus.SHIPPED: frozenset({OrderStatus.DELIVERED, OrderStatus.REFUNDED}),
    OrderStatus.DELIVERED: frozenset({OrderStatus.COMPLETED, OrderStatus.REFUNDED}),
    OrderStatus.COMPLETED: frozenset({OrderStatus.REFUNDED}),
    OrderStatus.FAILED: frozenset(),
    OrderStatus.CANCELLED: frozenset(),
    OrderStatus.REFUNDED: frozenset(),
}


ENDED = frozenset(OrderStatus) - {OrderStatus.PENDING, OrderStatus.PROCESSING, OrderStatus.SHIPPED}
"""Nothing more has to be sent: whose order it was may be forgotten."""

PARTIALLY_DELIVERED = "PARTIALLY_DELIVERED"
"""How the history calls it when some parts of an order have arrived, and others have not."""

PARTIALLY_SHIPPED = "PARTIALLY_SHIPPED"
"""How the history calls an order of which some vendors have sent their part: it is still ``PROCESSING``."""


class FulfilmentStatus(StrEnum):
    """What becomes of one vendor's part of an order. ``PENDING`` ones are not paid: no vendor sees them."""

    PENDING = "PENDING"
    PROCESSING = "PROCESSING"
    SHIPPED = "SHIPPED"
    DELIVERED = "DELIVERED"
    CANCELLED = "CANCELLED"


FULFILMENT_TRANSITIONS: dict[FulfilmentStatus, frozenset[FulfilmentStatus]] = {
    FulfilmentStatus.PENDING: frozenset(
        {FulfilmentStatus.PROCESSING, FulfilmentStatus.SHIPPED, FulfilmentStatus.CANCELLED}
    ),
    FulfilmentStatus.PROCESSING: frozenset({FulfilmentStatus.SHIPPED, FulfilmentStatus.CANCELLED}),
    FulfilmentStatus.SHIPPED: frozenset({FulfilmentStatus.DELIVERED}),
    FulfilmentStatus.DELIVERED: frozenset(),
    FulfilmentStatus.CANCELLED: frozenset(),
}
"""A part may be sent the moment its order is paid, before the queue has shown it to its vendor."""


class PaymentState(StrEnum):
    """What became of the order's money, beside its status: a parcel may be under way and refunded in part."""

    UNPAID = "UNPAID"
    PAID = "PAID"
    PARTIALLY_REFUNDED = "PARTIALLY_REFUNDED"
    REFUNDED = "REFUNDED"


class NoSuchOrder(NotFound):
    """There is no such order, or it is somebody else's."""

    code = "order_not_found"

    def __init__(self) -> None:
        super().__init__("Order not found")


class IllegalTransition(Clash):
    """The order's status does not allow that."""

    code = "illegal_transition"

    def __init__(self, status: str, wanted: str) -> None:
        super().__init__(f"An order that is {status} cannot become {wanted}.", status=status, wanted=wanted)


class OrderLine(BaseModel):
    """One variant as it was bought: name and price are those of that moment."""

    model_config = ConfigDict(frozen=True)

    product_id: str
    variant_id: str
    vendor_id: str
    sku: str
    name: str
    options: dict[str, str] = {}
    image_url: str = ""
    unit_price: int
    quantity: int
    total: int


class Parcel(BaseModel):
    """Who carries it, and the number to find it by."""

    model_config = ConfigDict(frozen=True)

    carrier: str = Field(min_length=1, max_length=100)
    tracking: str = Field(default="", max_length=200)


class Shipment(Parcel):
    """A parcel on its way, with the parts of these vendors in it."""

    shipped_at: datetime
    vendor_ids: list[str] = []


class Order(BaseModel):
    """An order. Lines, prices and address are snapshots: later changes elsewhere do not reach them."""

    model_config = ConfigDict(frozen=True)

    order_id: str
    code: str
    """What people quote: unguessable, and still no key to the order."""
    user_id: str | None = None
    email: str
    email_key: str | None = None
    """The address as it is searched for; whoever forgets the customer empties it as well."""
    locale: str | None = None
    """The language that it was bought in, where the customer has said so."""
    cart_id: str
    cart_version: int
    status: OrderStatus = OrderStatus.PENDING
    payment_state: PaymentState = PaymentState.UNPAID
    failure: str | None = None
    currency: str
    lines: list[OrderLine]
    subtotal: int
    shipping: int
    total: int
    refunded: int = 0
    shipping_method: str
    shipping_address: Address | None = None
    shipments: list[Shipment] = []
    shipped: int = 0
    """How many vendors have sent their part; every shipment depends on the number that it has read."""
    delivered: int = 0
    """How many parts have arrived, by the same rule."""
    created_at: datetime
    updated_at: datetime
    shard: str = "0"


class Wanted(BaseModel):
    """Which orders a member of staff looks for. ``since`` and ``until`` are both inside."""

    model_config = ConfigDict(frozen=True)

    status: OrderStatus | None = None
    user_id: str | None = None
    email: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def fits(self, order: Order) -> bool:
        """Whether the order has the status: an index of customers cannot tell."""
        return self.status in (None, order.status)


class Fulfilment(BaseModel):
    """What one vendor has to send of an order. Its lines and the address are the order's own."""

    model_config = ConfigDict(frozen=True)

    order_id: str
    vendor_id: str
    status: FulfilmentStatus = FulfilmentStatus.PENDING
    currency: str
    goods: int
    shipping: int
    """The vendor's share of what the customer has paid for sending."""
    carrier: str = ""
    tracking: str = ""
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    created_at: datetime
    updated_at: datetime
    listed_for: str | None = None
    """The vendor, once the order is paid: unpaid ones are in no list."""
    listed_as: str | None = None
    """Vendor and status."""

    @property
    def total(self) -> int:
        """What the customer has paid for this part, in minor units."""
        return self.goods + self.shipping

    @property
    def is_waiting(self) -> bool:
        """Whether it can still be sent."""
        return FulfilmentStatus.SHIPPED in FULFILMENT_TRANSITIONS[self.status]


class HistoryEntry(BaseModel):
    """One step of an order's life. ``actor`` is a user id, or ``system``."""

    model_config = ConfigDict(frozen=True)

    order_id: str
    entry_id: str = Field(default_factory=sortable_id)
    status: str
    note: str = ""
    actor: str = "system"
    at: datetime


def payment_state_after(total: int, refunded: int) -> PaymentState:
    """The state of an order's money once ``refunded`` of ``total`` went back."""
    if refunded <= 0:
        return PaymentState.PAID
    return PaymentState.REFUNDED if refunded >= total else PaymentState.PARTIALLY_REFUNDED


def lines_of(order: Order, vendor_id: str) -> list[OrderLine]:
    """The lines of an order that this vendor sells."""
    return [line for line in order.lines if line.vendor_id == vendor_id]


def fulfilments_of(order: Order) -> list[Fulfilment]:
    """The parts of a new order, one for each vendor; their totals sum to the order's, exactly."""
    vendors = sorted({line.vendor_id for line in order.lines})
    goods = [sum(line.total for line in lines_of(order, vendor_id)) for vendor_id in vendors]
    shares = split(order.total - sum(goods), goods) if vendors else []
    return [
        Fulfilment(
            order_id=order.order_id,
            vendor_id=vendor_id,
            currency=order.currency,
            goods=value,
            shipping=share,
            created_at=order.created_at,
            updated_at=order.created_at,
        )
        for vendor_id, value, share in zip(vendors, goods, shares, strict=True)
    ]
