"""Customers who buy all the time, through whatever is killed and replaced meanwhile."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from cartwheel.orders import ORDERS
from cartwheel.payments.sandbox.provider import INTENTS
from cartwheel.shop import Shop
from tests.support.cluster import quiet
from tests.support.shops import signed_in
from tests.support.waiting import eventually

UNITS = 100_000


@dataclass(frozen=True)
class Failure:
    """A request that was not answered as it should have been. ``status`` is 0 where nothing came back."""

    shopper: int
    path: str
    status: int
    body: str
    retry_after: str = ""


class Crowd:
    """So many customers, half of them signed in, the others guests. Each asks one thing at a time.

    What fails is asked again with the same idempotency key, as browsers do, and noted in ``failures``.
    """

    def __init__(self, url: str, shop: Shop) -> None:
        limits = httpx.Limits(max_keepalive_connections=0)
        self._http = httpx.AsyncClient(base_url=url, limits=limits, timeout=30)
        self._shop = shop
        self._leaving = False
        self._tasks: list[asyncio.Task[None]] = []
        self.failures: list[Failure] = []
        self.orders: list[str] = []
        """Ids that were answered."""
        self.sessions: list[dict[str, str]] = []

    async def come(self, count: int) -> None:
        """They come and begin to buy."""
        for number in range(len(self._tasks), len(self._tasks) + count):
            headers: dict[str, str] = {}
            if number % 2:
                customer, _ = await signed_in(self._shop, self._http, f"shopper{number}@example.com")
                headers = customer.headers
                self.sessions.append(headers)
            self._tasks.append(asyncio.create_task(self._shop_on(number, headers)))

    async def buys(self, count: int, seconds: float = 90) -> None:
        """Returns when so many more orders were answered."""
        wanted = len(self.orders) + count

        async def have_bought() -> bool:
            for task in self._tasks:
                if task.done():
                    task.result()
            return len(self.orders) >= wanted

        await eventually(have_bought, seconds)

    async def leave(self) -> None:
        """They end what they have begun."""
        self._leaving = True
        await asyncio.gather(*self._tasks)

    async def _shop_on(self, shopper: int, headers: dict[str, str]) -> None:
        for visit in itertools.count():
            if self._leaving:
                return
            answer = await self._ask(shopper, "GET", "/api/products/mug", headers)
            assert answer.json()["price"] == 12.0
            answer = await self._ask(
                shopper, "POST", "/api/cart", headers, {"productId": "mug", "quantity": 1}
            )
            if "Authorization" not in headers and "X-Cart-Token" not in headers:
                headers = {"X-Cart-Token": answer.headers["X-Cart-Token"]}  # kept for all its visits
            order = {"paymentToken": "tok_visa"} | ({} if shopper % 2 else {"email": "guest@example.com"})
            key = {"Idempotency-Key": f"{shopper}-{visit}"}
            answer = await self._ask(shopper, "POST", "/api/orders", headers | key, order)
            assert answer.status_code == 202, answer.text
            self.orders.append(answer.json()["orderId"])
            await self._emptied(shopper, headers)

    async def _emptied(self, shopper: int, headers: dict[str, str]) -> None:
        """What was ordered leaves the cart, which is the same from visit to visit."""

        async def is_empty() -> bool:
            cart = await self._ask(shopper, "GET", "/api/cart", headers)
            return not cart.json()["items"]

        await eventually(is_empty, 90)

    async def _ask(
        self, shopper: int, method: str, path: str, headers: dict[str, str], body: object = None
    ) -> httpx.Response:
        while True:
            self._http.cookies.clear()
            try:
                answer = await self._http.request(method, path, headers=headers, json=body)
            except httpx.HTTPError as error:
                self.failures.append(Failure(shopper, path, 0, repr(error)))
            else:
                if answer.status_code < 400:
                    return answer
                again = answer.headers.get("Retry-After", "")
                self.failures.append(Failure(shopper, path, answer.status_code, answer.text, again))
                assert answer.status_code >= 500, answer.text  # the shop did not lose a cart or a session
            await asyncio.sleep(0.1)

    async def close(self) -> None:
        """Lets go of connections, and of those who are still there."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._http.aclose()

    async def check(self) -> None:
        """Every order that was answered is there, paid once and sold; everybody is still signed in."""
        await quiet(self._shop, 90)
        store = self._shop.store
        orders = {order.order_id: order.status.value async for order in store.scan(ORDERS)}
        paid = [intent.reference async for intent in store.scan(INTENTS) if intent.refundable]
        stock = (await self._shop.inventory.stock(["mug"]))["mug"]
        assert len(set(self.orders)) == len(self.orders)
        assert set(self.orders) == set(orders)
        assert set(orders.values()) == {"PROCESSING"}
        assert sorted(paid) == sorted(orders)
        left = UNITS - len(orders)
        assert (stock.on_hand, stock.reserved, stock.available) == (left, 0, left)
        for headers in self.sessions:
            assert (await self._http.get("/api/users/me", headers=headers)).status_code == 200


@asynccontextmanager
async def crowd(url: str, shop: Shop, count: int = 8) -> AsyncIterator[Crowd]:
    """Customers who are buying; at the end they leave, and all that they bought is checked."""
    made = Crowd(url, shop)
    try:
        await made.come(count)
        await made.buys(count)
        yield made
        await made.leave()
        await made.check()
    finally:
        await made.close()
