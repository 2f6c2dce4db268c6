"""Where orders live, and the conditional changes that move them along."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from cartwheel.orders.model import (
    FULFILMENT_TRANSITIONS,
    PARTIALLY_DELIVERED,
    PARTIALLY_SHIPPED,
    TRANSITIONS,
    Fulfilment,
    FulfilmentStatus,
    HistoryEntry,
    Order,
    OrderStatus,
    Shipment,
    Wanted,
    fulfilments_of,
)
from cartwheel.storage import Change, Condition, Index, Put, Query, Table, Update, absent, eq, is_in

ORDERS = Table(
    "orders",
    Order,
    "order_id",
    indexes=(
        Index("by_user", "user_id", "created_at"),
        Index("by_email", "email_key", "created_at"),
        Index("by_status", "status", "created_at"),
        Index("by_time", "shard", "created_at"),
    ),
)
HISTORY = Table("order_history", HistoryEntry, "order_id", "entry_id")
FULFILMENTS = Table(
    "fulfilments",
    Fulfilment,
    "order_id",
    "vendor_id",
    indexes=(
        Index("by_vendor", "listed_for", "created_at"),
        Index("by_vendor_status", "listed_as", "created_at"),
    ),
)

TABLES = (ORDERS, HISTORY, FULFILMENTS)


def email_key(email: str) -> str:
    """An address as it is searched for."""
    return email.strip().casefold()


def placed(order: Order) -> list[Change]:
    """A new order with a part for each of its vendors; conflicts when its id is taken."""
    kept = order.model_copy(update={"email_key": email_key(order.email) or None})
    parts = [Put(FULFILMENTS, part, (absent(),)) for part in fulfilments_of(order)]
    return [
        Put(ORDERS, kept, (absent(),)),
        noted(order.order_id, order.status, order.created_at),
        *parts,
    ]


def moved(
    order_id: str,
    to: OrderStatus,
    now: datetime,
    also: Mapping[str, Any] | None = None,
    note: tuple[str, str] = ("", "system"),
    when: tuple[Condition, ...] = (),
) -> list[Change]:
    """Moves an order if that is legal from where it is, else conflicts. ``note`` is text and actor."""
    legal = tuple(status.value for status, after in TRANSITIONS.items() if to in after)
    values = {"status": to, "updated_at": now, **(also or {})}
    return [
        Update(ORDERS, (order_id,), set=values, when=(is_in("status", legal), *when)),
        noted(order_id, to, now, *note),
    ]


def parts_moved(parts: Iterable[Fulfilment], to: FulfilmentStatus, now: datetime) -> list[Change]:
    """Moves the parts of an order that may go there, and shows them to their vendors."""
    return [_part_moved(part, to, now) for part in parts if to in FULFILMENT_TRANSITIONS[part.status]]


def shipped(
    order: Order, parts: Sequence[Fulfilment], shipment: Shipment, *, last: bool, actor: str
) -> list[Change]:
    """Sends parts of an order, with ``last`` the last of them; conflicts when another was sent meanwhile."""
    now, status = shipment.shipped_at, OrderStatus.SHIPPED if last else order.status
    sent = {"carrier": shipment.carrier, "tracking": shipment.tracking, "shipped_at": now}
    update = Update(
        ORDERS,
        (order.order_id,),
        set={"status": status, "shipments": [*order.shipments, shipment], "updated_at": now},
        add={"shipped": len(parts)},
        when=(eq("status", OrderStatus.PROCESSING), eq("shipped", order.shipped)),
    )
    text = f"{shipment.carrier} {shipment.tracking}".strip()
    return [
        update,
        noted(order.order_id, status if last else PARTIALLY_SHIPPED, now, text, actor),
        *(_part_moved(part, FulfilmentStatus.SHIPPED, now, sent) for part in parts),
    ]


def delivered(
    order: Order, parts: Sequence[Fulfilment], now: datetime, *, last: bool, actor: str
) -> list[Change]:
    """Parts of an order have arrived, with ``last`` the last of them; conflicts when another has moved."""
    status = OrderStatus.DELIVERED if last else order.status
    update = Update(
        ORDERS,
        (order.order_id,),
        set={"status": status, "updated_at": now},
        add={"delivered": len(parts)},
        when=(eq("status", order.status), eq("shipped", order.shipped), eq("delivered", order.delivered)),
    )
    return [
        update,
        noted(order.order_id, status if last else PARTIALLY_DELIVERED, now, "", actor),
        *(_part_moved(part, FulfilmentStatus.DELIVERED, now, {"delivered_at": now}) for part in parts),
    ]


def money_back(order: Order, amount: int, state: str, now: datetime) -> Change:
    """Adds to what was refunded; conflicts when somebody else did meanwhile."""
    return Update(
        ORDERS,
        (order.order_id,),
        set={"payment_state": state, "updated_at": now},
        add={"refunded": amount},
        when=(eq("refunded", order.refunded),),
    )


def noted(order_id: str, status: str, now: datetime, note: str = "", actor: str = "system") -> Change:
    """An entry of the order's history."""
    return Put(HISTORY, HistoryEntry(order_id=order_id, status=status, note=note, actor=actor, at=now))


def orders_of(user_id: str, cursor: str | None, limit: int) -> Query[Order]:
    """A customer's orders, the newest first."""
    return Query(ORDERS, user_id, "by_user", descending=True, cursor=cursor, limit=limit)


def orders_in(wanted: Wanted, cursor: str | None, limit: int) -> Query[Order]:
    """The orders of a customer, else of a status, else all, the newest first."""
    if wanted.user_id:
        index, partition = "by_user", wanted.user_id
    elif wanted.email:
        index, partition = "by_email", email_key(wanted.email)
    elif wanted.status:
        index, partition = "by_status", wanted.status.value
    else:
        index, partition = "by_time", "0"
    return Query(
        ORDERS,
        partition,
        index,
        low=wanted.since,
        high=wanted.until,
        descending=True,
        cursor=cursor,
        limit=limit,
    )


def parts_of(order_id: str) -> Query[Fulfilment]:
    """All parts of an order."""
    return Query(FULFILMENTS, order_id, limit=1000)


def parts_for(
    vendor_id: str, status: FulfilmentStatus | None, cursor: str | None, limit: int
) -> Query[Fulfilment]:
    """A vendor's paid parts, or those of one status, the newest first."""
    index, partition = (
        ("by_vendor_status", listing(vendor_id, status)) if status else ("by_vendor", vendor_id)
    )
    return Query(FULFILMENTS, partition, index, descending=True, cursor=cursor, limit=limit)


def listing(vendor_id: str, status: FulfilmentStatus) -> str:
    """The partition of a vendor's parts of one status."""
    return f"{vendor_id}:{status.value}"


def history_of(order_id: str) -> Query[HistoryEntry]:
    """An order's life, from its beginning."""
    return Query(HISTORY, order_id, limit=1000)


def _part_moved(
    part: Fulfilment, to: FulfilmentStatus, now: datetime, also: Mapping[str, Any] | None = None
) -> Change:
    """Moves a part if that is legal from where it is, else conflicts."""
    legal = tuple(status.value for status, after in FULFILMENT_TRANSITIONS.items() if to in after)
    values = {
        "status": to,
        "listed_for": part.vendor_id,
        "listed_as": listing(part.vendor_id, to),
        "updated_at": now,
        **(also or {}),
    }
    return Update(FULFILMENTS, (part.order_id, part.vendor_id), set=values, when=(is_in("status", legal),))


def anonymised(order: Order) -> Change:
    """The order without its customer; conflicts when it has moved."""
    nobody = {"email": "", "email_key": None, "shipping_address": None}
    return Update(ORDERS, (order.order_id,), set=nobody, when=(eq("status", order.status),))
