"""Use cases of orders: look, cancel, refund, ship in parts, deliver."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from cartwheel.audit import audited
from cartwheel.inventory import Line, restock, stock_changed
from cartwheel.kernel.clock import Clock
from cartwheel.kernel.errors import Unavailable
from cartwheel.kernel.ids import new_id
from cartwheel.kernel.pages import Page
from cartwheel.messaging import Event, emit
from cartwheel.messaging.once import once
from cartwheel.orders import tables
from cartwheel.orders.model import (
    PARTIALLY_SHIPPED,
    Fulfilment,
    FulfilmentStatus,
    HistoryEntry,
    IllegalTransition,
    NoSuchOrder,
    Order,
    OrderLine,
    OrderStatus,
    Parcel,
    Shipment,
    Wanted,
    lines_of,
    payment_state_after,
)
from cartwheel.orders.tables import FULFILMENTS, ORDERS
from cartwheel.payments import Payments, Refund, RefundRequest
from cartwheel.storage import Change, Conflict, Store, eq

_UNDER_WAY = (OrderStatus.PROCESSING, OrderStatus.SHIPPED)
"""Parts of an order may arrive while others are not sent yet."""

ATTEMPTS = 20
"""How often a delivery is noted anew because something else of the order moved meanwhile."""

COUNTED = 100
"""What waits to be sent is counted so far."""


@dataclass(frozen=True, slots=True)
class Why:
    """Why money goes back, if only one vendor is to bear it, who, and who of the staff says so."""

    reason: str = ""
    vendor_id: str | None = None
    actor: str | None = None


@dataclass(frozen=True, slots=True)
class VendorOrder:
    """An order as one of its vendors sees it: that vendor's part and lines, and nobody else's."""

    order: Order
    part: Fulfilment

    @property
    def lines(self) -> list[OrderLine]:
        """What the vendor has to send."""
        return lines_of(self.order, self.part.vendor_id)


class Orders:
    """Orders after they were placed. ``actor`` is the user id that the history names."""

    def __init__(self, store: Store, clock: Clock, payments: Payments) -> None:
        self._store = store
        self._clock = clock
        self._payments = payments

    async def get(self, order_id: str) -> Order:
        """The order, whoever asks. Raises ``NoSuchOrder``."""
        order = await self._store.get(ORDERS, order_id)
        if order is None:
            raise NoSuchOrder
        return order

    async def many(self, order_ids: Sequence[str]) -> dict[str, Order]:
        """These orders by their ids, whoever asks. One storage call. Raises ``NoSuchOrder``."""
        found = await self._store.get_many(ORDERS, [(order_id,) for order_id in order_ids])
        orders = {order.order_id: order for order in found if order is not None}
        if len(orders) < len(set(order_ids)):
            raise NoSuchOrder
        return orders

    async def of_user(self, user_id: str, cursor: str | None, limit: int) -> Page[Order]:
        """A customer's orders, the newest first."""
        return await self._store.query(tables.orders_of(user_id, cursor, limit))

    async def all(self, wanted: Wanted, cursor: str | None, limit: int) -> Page[Order]:
        """Everybody's orders, the newest first. One storage call.

        A page of one customer's orders of one status may hold fewer than ``limit``, or none, and go on.
        """
        page = await self._store.query(tables.orders_in(wanted, cursor, limit))
        return Page([order for order in page.items if wanted.fits(order)], page.next)

    async def of_vendor(
        self, vendor_id: str, status: FulfilmentStatus | None, cursor: str | None, limit: int
    ) -> Page[VendorOrder]:
        """A vendor's parts of paid orders, the newest first. Two storage calls."""
        page = await self._store.query(tables.parts_for(vendor_id, status, cursor, limit))
        found = await self._store.get_many(ORDERS, [(part.order_id,) for part in page.items])
        seen = [VendorOrder(order, part) for order, part in zip(found, page.items, strict=True) if order]
        return Page(seen, page.next)

    async def for_vendor(self, vendor_id: str, order_id: str) -> VendorOrder:
        """A vendor's part of an order. Raises ``NoSuchOrder``, also while it is not paid."""
        part = await self._store.get(FULFILMENTS, order_id, vendor_id)
        if part is None or part.listed_for is None:
            raise NoSuchOrder
        return VendorOrder(await self.get(order_id), part)

    async def parts(self, order_id: str) -> Sequence[Fulfilment]:
        """What each vendor has to send of the order."""
        return (await self._store.query(tables.parts_of(order_id))).items

    async def waiting(self, vendor_id: str) -> int:
        """How many parts a vendor has to send, counted up to ``COUNTED``. One storage call."""
        query = tables.parts_for(vendor_id, FulfilmentStatus.PROCESSING, None, COUNTED)
        return len((await self._store.query(query)).items)

    async def history(self, order_id: str) -> Sequence[HistoryEntry]:
        """An order's life, from its beginning."""
        return (await self._store.query(tables.history_of(order_id))).items

    async def action_url(self, order: Order) -> str | None:
        """Where the payer still has to confirm the payment, while the order waits for that."""
        if order.status is not OrderStatus.PENDING:
            return None
        payment = await self._payments.find(order.order_id)
        return payment.action_url if payment else None

    async def refunds(self, order_id: str) -> list[Refund]:
        """The order's refunds, the oldest first."""
        return await self._payments.refunds(order_id)

    async def cancel(self, order_id: str, actor: str, reason: str, *, by_staff: bool = False) -> Order:
        """Cancels an order of which nothing is shipped: stock goes back at once, the money right after.

        Repeatable. Raises ``IllegalTransition``.
        """
        order = await self.get(order_id)
        if order.status is OrderStatus.CANCELLED:
            return order
        if order.status is OrderStatus.PROCESSING and order.shipped:
            raise IllegalTransition(PARTIALLY_SHIPPED, OrderStatus.CANCELLED)
        now = self._clock()
        lines = [Line(variant_id=line.variant_id, quantity=line.quantity) for line in order.lines]
        back = [line.variant_id for line in lines]
        changes = [
            *tables.moved(
                order_id, OrderStatus.CANCELLED, now, note=(reason, actor), when=(eq("shipped", 0),)
            ),
            *tables.parts_moved(await self.parts(order_id), FulfilmentStatus.CANCELLED, now),
            *restock(lines, "returned", order_id, now),
            stock_changed(self._clock, [line.product_id for line in order.lines]),
            emit(self._clock, "OrderCancelled", order_id, {"reason": reason, "variantIds": back}),
            *self._audited(actor if by_staff else None, "order.cancelled", order_id),
        ]
        return await self._move(order_id, OrderStatus.CANCELLED, changes)

    async def refund_cancelled(self, order_id: str) -> None:
        """Returns the money of a cancelled order: the consumer of ``OrderCancelled``. Repeatable."""
        payment = await self._payments.find(order_id)
        if payment is not None and payment.refundable > 0:
            asked = RefundRequest(f"cancel-{order_id}", "order cancelled")
            await self._payments.refund(order_id, payment.refundable, asked)

    async def refund(self, order_id: str, amount: int, refund_id: str | None, why: Why) -> Refund:
        """Refunds part of an order (minor units), once per ``refund_id``; never above what is left.

        Raises ``IllegalTransition``, ``NoSuchOrder`` for a vendor who has no part in it, ``RefundTooLarge``.
        """
        order = await self.get(order_id)
        if order.status in (OrderStatus.PENDING, OrderStatus.FAILED):
            raise IllegalTransition(order.status, "refunded")
        if why.vendor_id and await self._store.get(FULFILMENTS, order_id, why.vendor_id) is None:
            raise NoSuchOrder
        asked = RefundRequest(refund_id or new_id(), why.reason, why.vendor_id or "")
        after = {"refundId": asked.refund_id, "amount": amount, "currency": order.currency}
        noted = self._audited(why.actor, "order.refunded", order_id, after)
        return await self._payments.refund(order_id, amount, asked, noted)

    async def refund_settled(self, event: Event) -> None:
        """Notes on the order that money went back: the consumer of ``RefundSettled``."""
        while True:
            order = await self._store.get(ORDERS, event.subject)
            if order is None:
                return
            now, amount = self._clock(), int(event.payload["amount"])
            state = payment_state_after(order.total, order.refunded + amount)
            change = tables.money_back(order, amount, state, now)
            note = tables.noted(order.order_id, state, now)
            mark = once("orders.refunds", event, now)
            try:
                await self._store.write(change, note, mark)
            except Conflict as conflict:
                if conflict.change.table is ORDERS:
                    continue  # another refund was noted meanwhile
                return
            break
        if state == "REFUNDED" and order.status is not OrderStatus.CANCELLED:
            now, parts = self._clock(), await self.parts(order.order_id)
            changes = tables.moved(order.order_id, OrderStatus.REFUNDED, now)
            stopped = tables.parts_moved(parts, FulfilmentStatus.CANCELLED, now)
            with suppress(IllegalTransition):
                await self._move(order.order_id, OrderStatus.REFUNDED, [*changes, *stopped])

    async def show_to_vendors(self, order_id: str) -> None:
        """Puts the parts of a paid order into their vendors' lists: the consumer of ``OrderPlaced``."""
        shown = tables.parts_moved(await self.parts(order_id), FulfilmentStatus.PROCESSING, self._clock())
        for change in shown:  # each by itself: one may be cancelled or on its way by now
            with suppress(Conflict):
                await self._store.write(change)

    async def ship(
        self,
        order_id: str,
        parcel: Parcel,
        actor: str,
        vendor_id: str | None = None,
        *,
        by_staff: bool = False,
    ) -> Order:
        """Hands one vendor's part, or all that is left of the order, to a carrier.

        With the last part the order is ``SHIPPED``. Raises ``NoSuchOrder`` for a vendor who has no part in
        it, ``IllegalTransition`` for what is on its way already or never will be.
        """
        while True:
            order, parts = await self.get(order_id), await self.parts(order_id)
            mine = [part for part in parts if vendor_id in (None, part.vendor_id)]
            sent = [part for part in mine if part.is_waiting]
            if not mine:
                raise NoSuchOrder
            if order.status is not OrderStatus.PROCESSING or not sent:
                status = order.status if order.status is not OrderStatus.PROCESSING else mine[0].status
                raise IllegalTransition(status, OrderStatus.SHIPPED)
            last = len(sent) == sum(part.is_waiting for part in parts)
            vendor_ids = [part.vendor_id for part in sent]
            shipment = Shipment(**parcel.model_dump(), shipped_at=self._clock(), vendor_ids=vendor_ids)
            told = parcel.model_dump() | {"vendorIds": vendor_ids, "complete": last}
            with suppress(Conflict):  # another part was sent, or the order stopped: look again
                await self._store.write(
                    *tables.shipped(order, sent, shipment, last=last, actor=actor),
                    emit(self._clock, "OrderShipped", order_id, told),
                    *self._audited(actor if by_staff else None, "order.shipped", order_id, told),
                )
                return await self.get(order_id)

    async def deliver(
        self, order_id: str, actor: str, vendor_id: str | None = None, *, by_staff: bool = True
    ) -> Order:
        """One vendor's part, or all that is on its way, has arrived.

        With the last part the order is ``DELIVERED``. Raises ``NoSuchOrder`` for a vendor who has no part in
        it, ``IllegalTransition`` for what is not on its way.
        """
        for _ in range(ATTEMPTS):
            order, parts = await self.get(order_id), await self.parts(order_id)
            mine = [part for part in parts if vendor_id in (None, part.vendor_id)]
            arrived = [part for part in mine if part.status is FulfilmentStatus.SHIPPED]
            if not mine:
                raise NoSuchOrder
            if order.status not in _UNDER_WAY or not arrived:
                raise IllegalTransition(
                    order.status if vendor_id is None else mine[0].status, OrderStatus.DELIVERED
                )
            last = order.status is OrderStatus.SHIPPED and len(arrived) == sum(
                part.status is FulfilmentStatus.SHIPPED for part in parts
            )
            told = {"vendorIds": [part.vendor_id for part in arrived], "complete": last}
            with suppress(Conflict):  # another part has moved, or the order was refunded: look again
                await self._store.write(
                    *tables.delivered(order, arrived, self._clock(), last=last, actor=actor),
                    emit(self._clock, "OrderDelivered", order_id, told),
                    *self._audited(actor if by_staff else None, "order.delivered", order_id, told),
                )
                return await self.get(order_id)
        raise Unavailable("The order is being changed by others. Try again.")

    async def forget(self, order: Order) -> bool:
        """Takes the customer off an order; sums and lines stay. ``False`` when it has moved meanwhile."""
        try:
            await self._store.write(tables.anonymised(order))
        except Conflict:
            return False
        return True

    async def complete(self, order_id: str, actor: str) -> Order:
        """Nothing more is to be done. Raises ``IllegalTransition``."""
        changes = [
            *tables.moved(order_id, OrderStatus.COMPLETED, self._clock(), note=("", actor)),
            *self._audited(actor, "order.completed", order_id),
        ]
        return await self._move(order_id, OrderStatus.COMPLETED, changes)

    def _audited(
        self, actor: str | None, action: str, order_id: str, after: Mapping[str, Any] | None = None
    ) -> list[Change]:
        """What the log is told, where somebody of the staff acts."""
        return [audited(self._clock(), actor, action, order_id, None, after)] if actor else []

    async def _move(self, order_id: str, to: OrderStatus, changes: Sequence[Change]) -> Order:
        await self.get(order_id)  # a missing one is told as such
        try:
            await self._store.write(*changes)
        except Conflict as conflict:
            if conflict.change.table not in (ORDERS, FULFILMENTS):
                raise
            raise IllegalTransition((await self.get(order_id)).status, to) from None
        return await self.get(order_id)
