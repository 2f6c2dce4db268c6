"""Stock: what is on hand, what is promised to orders, and what may still be sold."""

from cartwheel.inventory.model import (
    MAX_STOCK,
    Cause,
    Correction,
    InvalidStock,
    Line,
    OutOfStock,
    Reservation,
    Stock,
    StockChange,
)
from cartwheel.inventory.service import Inventory
from cartwheel.inventory.tables import (
    TABLES,
    commit,
    counted,
    handed_over,
    new_stock,
    release,
    reserve,
    restock,
    stock_changed,
)

__all__ = [
    "MAX_STOCK",
    "TABLES",
    "Cause",
    "Correction",
    "InvalidStock",
    "Inventory",
    "Line",
    "OutOfStock",
    "Reservation",
    "Stock",
    "StockChange",
    "commit",
    "counted",
    "handed_over",
    "new_stock",
    "release",
    "reserve",
    "restock",
    "stock_changed",
]
