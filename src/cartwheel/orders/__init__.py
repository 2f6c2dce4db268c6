"""Orders: what was bought, for how much, by whom, and what became of it."""

from cartwheel.orders.model import (
    ENDED,
    Fulfilment,
    FulfilmentStatus,
    IllegalTransition,
    NoSuchOrder,
    Order,
    OrderLine,
    OrderStatus,
    Parcel,
    PaymentState,
    Shipment,
    Wanted,
    fulfilments_of,
)
from cartwheel.orders.service import Orders, Why
from cartwheel.orders.tables import ORDERS, TABLES, moved, placed

__all__ = [
    "ENDED",
    "ORDERS",
    "TABLES",
    "Fulfilment",
    "FulfilmentStatus",
    "IllegalTransition",
    "NoSuchOrder",
    "Order",
    "OrderLine",
    "OrderStatus",
    "Orders",
    "Parcel",
    "PaymentState",
    "Shipment",
    "Wanted",
    "Why",
    "fulfilments_of",
    "moved",
    "placed",
]
