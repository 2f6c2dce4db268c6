"""The tasks of the workflow: idempotent functions of an order id, each undo beside its do."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Literal

from cartwheel.cart import CARTS, cleared
from cartwheel.checkout import tables
from cartwheel.checkout.model import CartChanged, claim_key
from cartwheel.inventory import Inventory, Line, OutOfStock, commit, stock_changed
from cartwheel.kernel.clock import Clock
from cartwheel.kernel.telemetry import timed
from cartwheel.messaging import emit
from cartwheel.orders import ORDERS, Order, OrderStatus, moved
from cartwheel.payments import Payments, PaymentStatus
from cartwheel.storage import Change, Conflict, Store

Outcome = Literal["done", "wait"]
Task = Callable[[str], Awaitable[Outcome]]


def _told(name: str, task: Task) -> Task:
    """The task, timed."""

    async def told(order_id: str) -> Outcome:
        with timed("step", {"step": name}, {"order_id": order_id}):
            return await task(order_id)

    return told


class CheckoutSteps:
    """Everything that can happen to an order between being asked for and being confirmed."""

    def __init__(self, store: Store, clock: Clock, inventory: Inventory, payments: Payments) -> None:
        self._store = store
        self._clock = clock
        self._inventory = inventory
        self._payments = payments
        tasks: dict[str, Task] = {
            "ValidateCart": self.validate_cart,
            "ReserveStock": self.reserve_stock,
            "ReleaseStock": self.release_stock,
            "ProcessPayment": self.process_payment,
            "CancelPayment": self.cancel_payment,
            "SendToQueue": self.send_to_queue,
        }
        self.tasks = {name: _told(name, task) for name, task in tasks.items()}

    async def validate_cart(self, order_id: str) -> Outcome:
        """Everything ordered still has enough stock; cheap, and spares a reservation that must fail."""
        order = await self._order(order_id)
        stock = await self._inventory.stock([line.variant_id for line in order.lines])
        for line in order.lines:
            row = stock.get(line.variant_id)
            available = row.available if row else 0
            if available < line.quantity and await self._inventory.reservation(order_id) is None:
                raise OutOfStock(line.variant_id, available)
        return "done"

    async def reserve_stock(self, order_id: str) -> Outcome:
        """Promises the goods to the order."""
        await self._inventory.reserve(order_id, _lines(await self._order(order_id)))
        return "done"

    async def release_stock(self, order_id: str) -> Outcome:
        """Undoes ``reserve_stock``."""
        await self._inventory.release(order_id)
        return "done"

    async def process_payment(self, order_id: str) -> Outcome:
        """Charges the order's total once, or waits for the payer to confirm. An order of 0 needs none."""
        order = await self._order(order_id)
        if order.total == 0:
            return "done"
        progress = await self._store.get(tables.PROGRESS, order_id)
        token = progress.payment_token if progress else ""
        payment = await self._payments.charge(order_id, order.total, order.currency, token)
        return "wait" if payment.status is PaymentStatus.REQUIRES_ACTION else "done"

    async def payment_ended(self, order_id: str) -> bool:
        """Whether the payer's answer is there."""
        payment = await self._payments.find(order_id)
        return payment is not None and payment.status is not PaymentStatus.REQUIRES_ACTION

    async def cancel_payment(self, order_id: str) -> Outcome:
        """Undoes ``process_payment``: what was taken goes back, what was not taken never will be."""
        await self._payments.cancel(order_id)
        return "done"

    async def send_to_queue(self, order_id: str) -> Outcome:
        """Hands the paid order to the ``orders`` queue."""
        await self._store.write(emit(self._clock, "OrderPaid", order_id))
        return "done"

    async def confirm(self, order_id: str) -> None:
        """What the ``orders`` queue does with a paid order, in one write: order on its way, stock sold, cart
        cleared, ``OrderPlaced`` told. Repeatable. Goods that are gone by now mean the money goes back.
        """
        order = await self._order(order_id)
        while order.status is OrderStatus.PENDING:
            reservation = await self._inventory.reservation(order_id)
            if reservation is None:
                try:  # its time was over before the queue came to it
                    reservation = await self._inventory.reserve(order_id, _lines(order))
                except OutOfStock as error:
                    await self.cancel_payment(order_id)
                    await self.fail(order_id, error.code)
                    return
            now = self._clock()
            with suppress(Conflict):  # reservation, cart or order moved: look again
                await self._store.write(
                    *moved(order_id, OrderStatus.PROCESSING, now, {"payment_state": "PAID"}),
                    *commit(reservation, now),
                    *await self._clearing(order),
                    stock_changed(self._clock, [line.product_id for line in order.lines]),
                    emit(self._clock, "OrderPlaced", order_id),
                )
                break
            order = await self._order(order_id)
        await self._inventory.watch([line.variant_id for line in order.lines])

    async def fail(self, order_id: str, reason: str) -> None:
        """Ends an order that cannot be fulfilled, after everything was undone. Repeatable."""
        order = await self._order(order_id)
        changes = moved(order_id, OrderStatus.FAILED, self._clock(), {"failure": reason}, (reason, "system"))
        claim = tables.unclaimed(claim_key(order.cart_id, order.cart_version))
        with suppress(Conflict):
            await self._store.write(
                *changes, claim, emit(self._clock, "OrderFailed", order_id, {"reason": reason})
            )

    async def paid_late(self, order_id: str) -> None:
        """Money arrived: if the order was given up before, it goes back. Repeatable."""
        order = await self._store.get(ORDERS, order_id)
        if order is not None and order.status in (OrderStatus.FAILED, OrderStatus.CANCELLED):
            await self._payments.cancel(order_id)

    async def _clearing(self, order: Order) -> list[Change]:
        header = await self._store.get(CARTS, order.cart_id)
        if header is None:
            return []
        variants = [line.variant_id for line in order.lines]
        return cleared(order.cart_id, variants, header.version, self._clock())

    async def _order(self, order_id: str) -> Order:
        order = await self._store.get(ORDERS, order_id)
        if order is None:
            raise CartChanged("There is no such order.", orderId=order_id)
        return order


def _lines(order: Order) -> list[Line]:
    return [Line(variant_id=line.variant_id, quantity=line.quantity) for line in order.lines]
