"""Orders and their legal transitions. Amounts are minor units of the order's currency."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from cartwheel.kernel.errors import Clash, NotFound
from cartwheel.kernel.ids import sortable_id
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

    def __init__(self, status: OrderStatus, wanted: str) -> None:
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


class Shipment(BaseModel):
    """A parcel on its way."""

    model_config = ConfigDict(frozen=True)

    carrier: str = Field(min_length=1, max_length=100)
    tracking: str = Field(default="", max_length=200)
    shipped_at: datetime


class Order(BaseModel):
    """An order. Lines, prices and address are snapshots: later changes elsewhere do not reach them."""

    model_config = ConfigDict(frozen=True)

    order_id: str
    code: str
    """What people quote: unguessable, and still no key to the order."""
    user_id: str | None = None
    email: str
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
    created_at: datetime
    updated_at: datetime
    shard: str = "0"


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
