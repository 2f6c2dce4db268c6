"""Orders: what was bought, for how much, by whom, and what became of it."""

from cartwheel.orders.model import (
    IllegalTransition,
    NoSuchOrder,
    Order,
    OrderLine,
    OrderStatus,
    PaymentState,
    Shipment,
)
from cartwheel.orders.service import Orders
from cartwheel.orders.tables import ORDERS, TABLES, moved, placed

__all__ = [
    "ORDERS",
    "TABLES",
    "IllegalTransition",
    "NoSuchOrder",
    "Order",
    "OrderLine",
    "OrderStatus",
    "Orders",
    "PaymentState",
    "Shipment",
    "moved",
    "placed",
]
