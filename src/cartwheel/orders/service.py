"""Use cases of orders: look, cancel, refund, ship, deliver."""

from collections.abc import Sequence
from contextlib import suppress

from cartwheel.inventory import Line, restock, stock_changed
from cartwheel.kernel.clock import Clock
from cartwheel.kernel.ids import new_id
from cartwheel.kernel.pages import Page
from cartwheel.messaging import Event, emit
from cartwheel.messaging.once import once
from cartwheel.orders import tables
from cartwheel.orders.model import (
    HistoryEntry,
    IllegalTransition,
    NoSuchOrder,
    Order,
    OrderStatus,
    Shipment,
    payment_state_after,
)
from cartwheel.orders.tables import ORDERS
from cartwheel.payments import Payments, Refund
from cartwheel.storage import Change, Conflict, Store


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

    async def of_user(self, user_id: str, cursor: str | None, limit: int) -> Page[Order]:
        """A customer's orders, the newest first."""
        return await self._store.query(tables.orders_of(user_id, cursor, limit))

    async def all(self, status: OrderStatus | None, cursor: str | None, limit: int) -> Page[Order]:
        """Everybody's orders, the newest first."""
        return await self._store.query(tables.orders_in(status, cursor, limit))

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

    async def cancel(self, order_id: str, actor: str, reason: str) -> Order:
        """Cancels an order that is not shipped: stock goes back at once, the money right after.

        Repeatable. Raises ``IllegalTransition``.
        """
        order = await self.get(order_id)
        if order.status is OrderStatus.CANCELLED:
            return order
        now = self._clock()
        lines = [Line(variant_id=line.variant_id, quantity=line.quantity) for line in order.lines]
        back = restock(lines, "returned", order_id, now)
        told = [
            stock_changed(self._clock, [line.product_id for line in order.lines]),
            emit(self._clock, "OrderCancelled", order_id, {"reason": reason}),
        ]
        return await self._move(order, OrderStatus.CANCELLED, (reason, actor), [*back, *told])

    async def refund_cancelled(self, order_id: str) -> None:
        """Returns the money of a cancelled order: the consumer of ``OrderCancelled``. Repeatable."""
        payment = await self._payments.find(order_id)
        if payment is not None and payment.refundable > 0:
            await self._payments.refund(order_id, payment.refundable, f"cancel-{order_id}", "order cancelled")

    async def refund(self, order_id: str, amount: int, refund_id: str | None, reason: str) -> Refund:
        """Refunds part of an order (minor units), once per ``refund_id``; never above what is left."""
        order = await self.get(order_id)
        if order.status in (OrderStatus.PENDING, OrderStatus.FAILED):
            raise IllegalTransition(order.status, "refunded")
        return await self._payments.refund(order_id, amount, refund_id or new_id(), reason)

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
            with suppress(IllegalTransition):
                await self._move(order, OrderStatus.REFUNDED, ("", "system"), [])

    async def ship(self, order_id: str, carrier: str, tracking: str, actor: str) -> Order:
        """Hands the order to a carrier. Raises ``IllegalTransition``."""
        order = await self.get(order_id)
        shipment = Shipment(carrier=carrier, tracking=tracking, shipped_at=self._clock())
        told = emit(self._clock, "OrderShipped", order_id, {"carrier": carrier, "tracking": tracking})
        shipped = order.model_copy(update={"shipments": [shipment]})
        return await self._move(
            shipped, OrderStatus.SHIPPED, (f"{carrier} {tracking}".strip(), actor), [told]
        )

    async def deliver(self, order_id: str, actor: str) -> Order:
        """The parcel has arrived. Raises ``IllegalTransition``."""
        told = emit(self._clock, "OrderDelivered", order_id)
        return await self._move(await self.get(order_id), OrderStatus.DELIVERED, ("", actor), [told])

    async def complete(self, order_id: str, actor: str) -> Order:
        """Nothing more is to be done. Raises ``IllegalTransition``."""
        return await self._move(await self.get(order_id), OrderStatus.COMPLETED, ("", actor), [])

    async def _move(
        self, order: Order, to: OrderStatus, note: tuple[str, str], also: Sequence[Change]
    ) -> Order:
        values = {"shipments": order.shipments} if to is OrderStatus.SHIPPED else {}
        try:
            await self._store.write(*tables.moved(order.order_id, to, self._clock(), values, note), *also)
        except Conflict as conflict:
            now_is = await self.get(order.order_id)
            if conflict.change.table is not ORDERS:
                raise
            raise IllegalTransition(now_is.status, to) from None
        return await self.get(order.order_id)
