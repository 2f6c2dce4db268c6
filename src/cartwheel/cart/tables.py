"""Where carts live, and the changes that keep header and lines together."""

from collections.abc import Iterable
from datetime import datetime

from cartwheel.cart.model import GUEST_CART_LIFE, MAX_LINES, WAITING, CartHeader, CartLine, is_guest
from cartwheel.storage import Change, Check, Delete, Index, Put, Query, Table, Update, absent, eq

CARTS = Table(
    "carts",
    CartHeader,
    "cart_id",
    indexes=(Index("by_waiting", "waiting", "updated_at"),),
    ttl="expires_at",
)
LINES = Table("cart_lines", CartLine, "cart_id", "variant_id", ttl="expires_at")

TABLES = (CARTS, LINES)


def lines_of(cart_id: str) -> Query[CartLine]:
    """All lines of a cart."""
    return Query(LINES, cart_id, limit=MAX_LINES + 1)


def expiry(cart_id: str, now: datetime) -> datetime | None:
    """When a cart touched now is forgotten; a user's never is."""
    return now + GUEST_CART_LIFE if is_guest(cart_id) else None


def touched(header: CartHeader | None, cart_id: str, now: datetime) -> Change:
    """The cart's next version; conflicts when a rival change made it first."""
    waiting = None if is_guest(cart_id) else WAITING
    until = expiry(cart_id, now)
    if header is None:
        first = CartHeader(cart_id=cart_id, version=1, updated_at=now, expires_at=until, waiting=waiting)
        return Put(CARTS, first, (absent(),))
    values = {"updated_at": now, "expires_at": until, "waiting": waiting}
    return Update(CARTS, (cart_id,), set=values, add={"version": 1}, when=(eq("version", header.version),))


def left(before: datetime, limit: int) -> Query[CartHeader]:
    """Users' carts that nobody has touched since, those left longest first."""
    return Query(CARTS, WAITING, "by_waiting", high=before, limit=limit)


def told(header: CartHeader) -> Change:
    """Takes this version out of the list; conflicts when it was touched, or told by somebody else."""
    when = (eq("version", header.version), eq("waiting", WAITING))
    return Update(CARTS, (header.cart_id,), set={"waiting": None}, when=when)


def unchanged(cart_id: str, version: int) -> Change:
    """Holds while the cart is of that version."""
    return Check(CARTS, (cart_id,), (eq("version", version),))


def removed(cart_id: str, variant_ids: Iterable[str]) -> list[Change]:
    """Takes lines out."""
    return [Delete(LINES, (cart_id, variant_id)) for variant_id in variant_ids]


def cleared(cart_id: str, variant_ids: Iterable[str], version: int, now: datetime) -> list[Change]:
    """Takes out what was ordered from that version; conflicts when the cart was changed since."""
    header = CartHeader(cart_id=cart_id, version=version, updated_at=now)
    return [touched(header, cart_id, now), *removed(cart_id, variant_ids)]
