"""Orders as JSON: seed S1's order and what came on top. Amounts are major units, times Unix seconds."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

from cartwheel.kernel.money import json_number
from cartwheel.orders.model import (
    Fulfilment,
    FulfilmentStatus,
    HistoryEntry,
    Order,
    OrderLine,
    OrderStatus,
    Parcel,
)
from cartwheel.orders.service import VendorOrder
from cartwheel.payments import Refund
from cartwheel.shipping import Address


class Json(BaseModel):
    """Camel case outside, snake case inside."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class OrderLineOut(Json):
    """A line as it was bought. Prices are major units of the order's currency."""

    product_id: str
    variant_id: str
    vendor_id: str
    sku: str
    name: str
    options: dict[str, str]
    image_url: str
    price: float
    quantity: int
    line_total: float


class ShipmentOut(Json):
    """A parcel on its way, with what these vendors sell in it."""

    carrier: str
    tracking: str
    shipped_at: datetime
    vendor_ids: list[str]


class PartOut(Json):
    """What one vendor sends of an order, and how far that is."""

    vendor_id: str
    status: FulfilmentStatus
    carrier: str
    tracking: str
    shipped_at: datetime | None
    delivered_at: datetime | None


class OrderOut(Json):
    """An order. ``timestamp`` and ``createdAt`` are Unix seconds, as in seed S1."""

    order_id: str
    code: str
    user_id: str | None
    email: str
    status: OrderStatus
    payment_status: str
    failure: str | None
    items: list[OrderLineOut]
    subtotal: float
    shipping: float
    total_amount: float
    refunded_amount: float
    currency: str
    payment_id: str
    payment_action_url: str | None
    shipping_method: str
    shipping_address: Address | None
    shipments: list[ShipmentOut]
    fulfilments: list[PartOut] = Field(description="One for each vendor. Left empty in lists.")
    timestamp: int
    created_at: int
    updated_at: int


class HistoryOut(Json):
    """One step of an order's life."""

    status: str
    note: str
    at: datetime


class RefundOut(Json):
    """A refund; ``amount`` in major units."""

    refund_id: str
    amount: float
    currency: str
    status: str
    reason: str
    failure: str | None
    created_at: datetime


class RefundIn(Json):
    """How much goes back (major units), and why. The same ``refundId`` again refunds nothing more.

    With ``vendorId`` that vendor bears it, as far as there is money of that vendor's part left; else all bear
    it by what they have left.
    """

    amount: Annotated[float, Field(gt=0, le=1e13, allow_inf_nan=False)]
    reason: str = Field(default="", max_length=500)
    refund_id: Annotated[str | None, Field(min_length=1, max_length=64)] = None
    vendor_id: Annotated[str | None, Field(min_length=1, max_length=64)] = None


class CancelIn(Json):
    """Why the order is cancelled."""

    reason: str = Field(default="", max_length=500)


class ParcelIn(Json):
    """Who carries the parcel, and the number to find it by."""

    carrier: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    tracking: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""

    @property
    def parcel(self) -> Parcel:
        """What is handed over."""
        return Parcel(carrier=self.carrier, tracking=self.tracking)


class ShipmentIn(ParcelIn):
    """A parcel with one vendor's part of the order in it, or with all that is left."""

    vendor_id: Annotated[str | None, Field(min_length=1, max_length=64)] = None


class VendorOrderOut(Json):
    """One vendor's part of an order. ``total`` is what was paid for it: goods and a share of sending."""

    order_id: str
    vendor_id: str
    code: str
    status: FulfilmentStatus
    items: list[OrderLineOut]
    goods: float
    shipping: float
    total: float
    currency: str
    shipping_method: str
    shipping_address: Address | None
    carrier: str
    tracking: str
    shipped_at: datetime | None
    delivered_at: datetime | None
    created_at: int


def order_json(order: Order, action_url: str | None = None, parts: Sequence[Fulfilment] = ()) -> OrderOut:
    """The order as the API tells it, with the ``parts`` of its vendors."""
    currency = order.currency
    return OrderOut(
        order_id=order.order_id,
        code=order.code,
        user_id=order.user_id,
        email=order.email,
        status=order.status,
        payment_status=order.payment_state,
        failure=order.failure,
        items=[_line(line, currency) for line in order.lines],
        subtotal=json_number(order.subtotal, currency),
        shipping=json_number(order.shipping, currency),
        total_amount=json_number(order.total, currency),
        refunded_amount=json_number(order.refunded, currency),
        currency=currency,
        payment_id=order.order_id,
        payment_action_url=action_url,
        shipping_method=order.shipping_method,
        shipping_address=order.shipping_address,
        shipments=[ShipmentOut(**shipment.model_dump()) for shipment in order.shipments],
        fulfilments=[PartOut(**part.model_dump(include=set(PartOut.model_fields))) for part in parts],
        timestamp=int(order.created_at.timestamp()),
        created_at=int(order.created_at.timestamp()),
        updated_at=int(order.updated_at.timestamp()),
    )


_LINE_FIELDS = {"product_id", "variant_id", "vendor_id", "sku", "name", "options", "image_url", "quantity"}


def _line(line: OrderLine, currency: str) -> OrderLineOut:
    return OrderLineOut(
        **line.model_dump(include=_LINE_FIELDS),
        price=json_number(line.unit_price, currency),
        line_total=json_number(line.total, currency),
    )


def vendor_order_json(seen: VendorOrder) -> VendorOrderOut:
    """An order as one of its vendors is told of it."""
    order, part = seen.order, seen.part
    return VendorOrderOut(
        order_id=order.order_id,
        vendor_id=part.vendor_id,
        code=order.code,
        status=part.status,
        items=[_line(line, order.currency) for line in seen.lines],
        goods=json_number(part.goods, part.currency),
        shipping=json_number(part.shipping, part.currency),
        total=json_number(part.total, part.currency),
        currency=part.currency,
        shipping_method=order.shipping_method,
        shipping_address=order.shipping_address,
        carrier=part.carrier,
        tracking=part.tracking,
        shipped_at=part.shipped_at,
        delivered_at=part.delivered_at,
        created_at=int(order.created_at.timestamp()),
    )


def history_json(entry: HistoryEntry) -> HistoryOut:
    """A step of an order's life as the API tells it."""
    return HistoryOut(status=entry.status, note=entry.note, at=entry.at)


def refund_json(refund: Refund) -> RefundOut:
    """A refund as the API tells it."""
    return RefundOut(
        refund_id=refund.refund_id,
        amount=json_number(refund.amount, refund.currency),
        currency=refund.currency,
        status=refund.status,
        reason=refund.reason,
        failure=refund.failure,
        created_at=refund.created_at,
    )
