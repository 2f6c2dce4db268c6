"""Where stock lives, and the changes that move it. Every one of them is conditional and atomic."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from cartwheel.audit import audited
from cartwheel.inventory.model import Cause, Line, Reason, Reservation, Stock, StockChange
from cartwheel.kernel.clock import Clock
from cartwheel.messaging import emit
from cartwheel.storage import Change, Delete, Index, Put, Query, Table, Update, absent, eq, exists, ge, gt, le

STOCK = Table(
    "stock",
    Stock,
    "variant_id",
    indexes=(
        Index("by_product", "product_id"),
        Index("by_vendor", "vendor_id", "available"),
        Index("low_by_vendor", "low_for", "available"),
    ),
)
RESERVATIONS = Table(
    "reservations", Reservation, "order_id", indexes=(Index("by_expiry", "shard", "expires_at"),)
)
MOVEMENTS = Table("stock_movements", StockChange, "variant_id", "movement_id")

TABLES = (STOCK, RESERVATIONS, MOVEMENTS)


def new_stock(stock: Stock) -> Change:
    """The first row of a variant; conflicts when it has one."""
    listed = stock.model_copy(update={"low_for": stock.vendor_id if stock.is_low else None})
    return Put(STOCK, listed, (absent(),))


def reserve(reservation: Reservation) -> list[Change]:
    """Promises units to an order: all lines or none, once per order."""
    taken: list[Change] = [
        Update(
            STOCK,
            (line.variant_id,),
            add={"available": -line.quantity, "reserved": line.quantity},
            when=(ge("available", line.quantity),),
        )
        for line in reservation.lines
    ]
    return [Put(RESERVATIONS, reservation, (absent(),)), *taken]


def release(reservation: Reservation, now: datetime) -> list[Change]:
    """Gives promised units back. Joined with the row's deletion, so that it happens once."""
    return [_ended(reservation)] + [
        change
        for line in reservation.lines
        for change in (
            Update(STOCK, (line.variant_id,), add={"available": line.quantity, "reserved": -line.quantity}),
            moved(line, "released", reservation.order_id, now),
        )
    ]


def commit(reservation: Reservation, now: datetime) -> list[Change]:
    """Turns promised units into sold ones."""
    return [_ended(reservation)] + [
        change
        for line in reservation.lines
        for change in (
            Update(STOCK, (line.variant_id,), add={"on_hand": -line.quantity, "reserved": -line.quantity}),
            moved(line, "sold", reservation.order_id, now),
        )
    ]


def restock(lines: Sequence[Line], reason: Reason, reference: str, now: datetime) -> list[Change]:
    """Puts units that came in, or came back, on the shelf."""
    return [
        change
        for line in lines
        for change in (
            Update(STOCK, (line.variant_id,), add={"on_hand": line.quantity, "available": line.quantity}),
            moved(line, reason, reference, now),
        )
    ]


def adjust(row: Stock, delta: int, reference: str, cause: Cause, now: datetime) -> list[Change]:
    """Corrects what is on hand by ``delta``, never below what is promised."""
    return [
        Update(
            STOCK,
            (row.variant_id,),
            add={"on_hand": delta, "available": delta},
            when=(ge("available", max(0, -delta)),),
        ),
        *_corrected(row, delta, reference, cause, now),
    ]


def counted(row: Stock, delta: int, reference: str, cause: Cause, now: datetime) -> list[Change]:
    """Corrects by ``delta`` what was counted; conflicts when units have moved since ``row`` was read."""
    return [
        Update(
            STOCK,
            (row.variant_id,),
            add={"on_hand": delta, "available": delta},
            when=(eq("on_hand", row.on_hand), eq("available", row.available)),
        ),
        *_corrected(row, delta, reference, cause, now),
    ]


def _corrected(row: Stock, delta: int, reference: str, cause: Cause, now: datetime) -> list[Change]:
    movement = _movement(row.variant_id, (delta, delta), cause.reason, reference, now)
    logged: list[Change] = [replace(movement, item=movement.item.model_copy(update={"note": cause.note}))]
    if cause.is_staff:
        after = {"onHand": row.on_hand + delta, "reason": cause.reason, "note": cause.note}
        before = {"onHand": row.on_hand}
        logged.append(audited(now, reference, "stock.corrected", row.variant_id, before, after))
    return logged


def handed_over(variant_ids: Iterable[str], vendor_id: str) -> list[Change]:
    """Names another vendor as the owner of these variants, who has heard of no dip yet."""
    values = {"vendor_id": vendor_id, "low_told": False, "low_for": None}
    return [Update(STOCK, (variant_id,), set=values) for variant_id in variant_ids]


def tell_low(stock: Stock) -> Change:
    """Marks a dip as told: conflicts when it was, or when there is enough again."""
    when = (eq("low_told", value=False), le("available", stock.low_at))
    values = {"low_told": True, "low_for": stock.vendor_id}
    return Update(STOCK, (stock.variant_id,), set=values, when=when)


def forget_low(stock: Stock) -> Change:
    """Ends a dip, so that the next one is told."""
    values = {"low_told": False, "low_for": None}
    return Update(STOCK, (stock.variant_id,), set=values, when=(gt("available", stock.low_at),))


def moved(line: Line, reason: Reason, reference: str, now: datetime) -> Change:
    """The log entry of a line's movement."""
    signs = {"released": (1, 0), "sold": (0, -1), "reserved": (-1, 0), "received": (1, 1), "returned": (1, 1)}
    available, on_hand = signs[reason]
    change = (available * line.quantity, on_hand * line.quantity)
    return _movement(line.variant_id, change, reason, reference, now)


def stock_changed(clock: Clock, product_ids: Iterable[str]) -> Change:
    """Announces that these products have more or less to sell than before."""
    products = sorted(set(product_ids))
    return emit(clock, "StockChanged", products[0], {"productIds": products})


def expired_reservations(now: datetime, limit: int) -> Query[Reservation]:
    """Promises whose time is over."""
    return Query(RESERVATIONS, "0", "by_expiry", high=now, limit=limit)


def movements_of(variant_id: str, cursor: str | None, limit: int) -> Query[StockChange]:
    """The movement log of a variant, newest first."""
    return Query(MOVEMENTS, variant_id, descending=True, cursor=cursor, limit=limit)


def stock_of_vendor(vendor_id: str, at_most: int, cursor: str | None, limit: int) -> Query[Stock]:
    """A vendor's variants with at most so many units available, the scarcest first."""
    return Query(STOCK, vendor_id, "by_vendor", high=at_most, cursor=cursor, limit=limit)


def low_of_vendor(vendor_id: str, cursor: str | None, limit: int) -> Query[Stock]:
    """A vendor's variants that run out, the scarcest first."""
    return Query(STOCK, vendor_id, "low_by_vendor", cursor=cursor, limit=limit)


def _ended(reservation: Reservation) -> Change:
    return Delete(RESERVATIONS, (reservation.order_id,), (exists(),))


def _movement(
    variant_id: str, change: tuple[int, int], reason: Reason, reference: str, now: datetime
) -> Put[StockChange]:
    available, on_hand = change
    entry = StockChange(
        variant_id=variant_id,
        change=available,
        on_hand_change=on_hand,
        reason=reason,
        reference=reference,
        at=now,
    )
    return Put(MOVEMENTS, entry)
