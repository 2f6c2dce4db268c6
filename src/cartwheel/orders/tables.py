"""Where orders live, and the conditional changes that move them along."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cartwheel.orders.model import TRANSITIONS, HistoryEntry, Order, OrderStatus
from cartwheel.storage import Change, Index, Put, Query, Table, Update, absent, eq, is_in

ORDERS = Table(
    "orders",
    Order,
    "order_id",
    indexes=(
        Index("by_user", "user_id", "created_at"),
        Index("by_status", "status", "created_at"),
        Index("by_time", "shard", "created_at"),
    ),
)
HISTORY = Table("order_history", HistoryEntry, "order_id", "entry_id")

TABLES = (ORDERS, HISTORY)


def placed(order: Order) -> list[Change]:
    """A new order; conflicts when its id is taken."""
    return [Put(ORDERS, order, (absent(),)), noted(order.order_id, order.status, order.created_at)]


def moved(
    order_id: str,
    to: OrderStatus,
    now: datetime,
    also: Mapping[str, Any] | None = None,
    note: tuple[str, str] = ("", "system"),
) -> list[Change]:
    """Moves an order if that is legal from where it is, else conflicts. ``note`` is text and actor."""
    legal = tuple(status.value for status, after in TRANSITIONS.items() if to in after)
    values = {"status": to, "updated_at": now, **(also or {})}
    return [
        Update(ORDERS, (order_id,), set=values, when=(is_in("status", legal),)),
        noted(order_id, to, now, *note),
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


def orders_in(status: OrderStatus | None, cursor: str | None, limit: int) -> Query[Order]:
    """All orders, or those of one status, the newest first."""
    if status is None:
        return Query(ORDERS, "0", "by_time", descending=True, cursor=cursor, limit=limit)
    return Query(ORDERS, status.value, "by_status", descending=True, cursor=cursor, limit=limit)


def history_of(order_id: str) -> Query[HistoryEntry]:
    """An order's life, from its beginning."""
    return Query(HISTORY, order_id, limit=1000)
