"""Three months of orders: placed, paid, sent and refunded as real ones are, by a clock that is set back."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from cartwheel.catalog import Product
from cartwheel.entrypoints.demo.goods import goods
from cartwheel.entrypoints.demo.people import CUSTOMER, wish
from cartwheel.entrypoints.demo.visits import look_around, pick
from cartwheel.kernel.clock import ManualClock
from cartwheel.kernel.ids import new_id
from cartwheel.orders import OrderStatus, Parcel, Why
from cartwheel.shop import Shop, assemble

DAYS = 90
ORDERS_A_DAY = (1, 2, 2, 3, 4)
FEW, DELIVERED = 3, 24
"""Units of a variant at which new ones come, and how many."""

CARRIERS = ("Harbour Post", "Swift Parcel")


class History:
    """Plays the past of ``shop``, with dice that always fall the same way."""

    def __init__(self, shop: Shop, ids: dict[str, str]) -> None:
        self._now = shop.clock()
        self._clock = ManualClock(self._now - timedelta(days=DAYS))
        # The same shop by another clock, its storage too: what has expired by now had not then.
        self._past = assemble(shop.settings, self._clock)
        # Nobody wants the mails of three months.
        self._worker = self._past.worker(without={"email", "media"})
        self._dice = random.Random(7)  # noqa: S311 - no secret
        self._customer = (ids[CUSTOMER], CUSTOMER)
        self._sent: list[tuple[datetime, str]] = []

    async def play(self, days: int = DAYS, tell: Callable[[int], None] = lambda _: None) -> int:
        """Places the orders of the last ``days``; answers how many. ``tell`` hears the day."""
        products = list((await self._past.catalog.products([one["id"] for one in goods()])).values())
        placed = 0
        for day in range(DAYS - days, DAYS):
            count = self._dice.choice(ORDERS_A_DAY) + (day > DAYS * 2 // 3)
            for hour in sorted(self._dice.uniform(0, 23) for _ in range(count)):
                until = self._now - timedelta(days=DAYS - day, hours=-hour)
                self._clock.advance(seconds=(until - self._clock()).total_seconds())
                await self._order(products)
                placed += 1
            await self._past.counting.flush()
            await self._worker.drain()
            await self._send()
            tell(day + 1)
        await self._worker.drain()
        await self._past.close()
        return placed

    async def _order(self, products: list[Product]) -> None:
        is_customer = self._dice.random() < 0.08
        cart_id = f"user-{self._customer[0]}" if is_customer else f"guest-{new_id()}"
        # The first of the list sell best.
        bought = {pick(self._dice, products).product_id for _ in range(self._dice.choice((1, 1, 1, 2, 3)))}
        self._past.counting.take(look_around(self._dice, products, bought, self._clock()))
        for product in products:
            if product.product_id in bought:
                variant_id = self._dice.choice(product.variants).variant_id
                if (await self._past.inventory.stock([variant_id]))[variant_id].available < FEW:
                    await self._past.inventory.correct(variant_id, DELIVERED, "delivery")
                quantity = self._dice.choice((1, 1, 1, 2))
                await self._past.carts.set(cart_id, product.product_id, variant_id, quantity)
        placement = wish(self._dice)
        order = await self._past.checkout.place(
            cart_id, placement, self._customer if is_customer else None, None
        )
        await self._past.driver.finish()
        self._sent.append((self._clock() + timedelta(hours=self._dice.randrange(12, 60)), order.order_id))

    async def _send(self) -> None:
        """What was ordered long enough ago is sent, arrives, and now and then goes back."""
        for due, order_id in [entry for entry in self._sent if entry[0] <= self._clock()]:
            self._sent.remove((due, order_id))
            order = await self._past.orders.get(order_id)
            if order.status is not OrderStatus.PROCESSING:
                continue
            chance = self._dice.random()
            if chance < 0.04:
                await self._past.orders.cancel(order_id, "guest", "Ordered twice")
                continue
            parcel = Parcel(
                carrier=self._dice.choice(CARRIERS), tracking=f"CW{self._dice.randrange(10**9):09}"
            )
            await self._past.orders.ship(order_id, parcel, "demo")
            await self._past.orders.deliver(order_id, "demo")
            if chance > 0.95:
                await self._past.orders.refund(order_id, order.lines[0].total, None, Why("Did not fit"))
