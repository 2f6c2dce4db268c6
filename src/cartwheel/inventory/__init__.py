"""Stock: what is on hand, what is promised to orders, and what may still be sold."""

from cartwheel.inventory.model import Line, OutOfStock, Reservation, Stock, StockChange
from cartwheel.inventory.service import Inventory
from cartwheel.inventory.tables import TABLES, commit, new_stock, release, reserve, restock

__all__ = [
    "TABLES",
    "Inventory",
    "Line",
    "OutOfStock",
    "Reservation",
    "Stock",
    "StockChange",
    "commit",
    "new_stock",
    "release",
    "reserve",
    "restock",
]
