"""Carts of guests and of users: re-priced on every read, merged at sign-in."""

from cartwheel.cart.model import Cart, CartItem
from cartwheel.cart.service import Carts
from cartwheel.cart.tables import CARTS, TABLES, cleared, unchanged

__all__ = ["CARTS", "TABLES", "Cart", "CartItem", "Carts", "cleared", "unchanged"]
