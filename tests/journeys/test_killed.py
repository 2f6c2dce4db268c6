"""``kill -9`` at any moment loses no order, no payment and no mail."""

import asyncio
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from cartwheel.kernel.clock import utc_now
from cartwheel.notifications import Mail, MailStatus
from cartwheel.notifications.tables import MAILS
from cartwheel.orders import ORDERS
from cartwheel.payments.sandbox.provider import INTENTS
from cartwheel.shop import Shop
from tests.support.processes import ShopProcess, free_port, settings_of, wait_until_ready
from tests.support.shops import stocked

CHECKOUTS = 300
UNITS = 10_000
KILLS = 8


class Shoppers:
    """Guests who buy one after the other and ask again when nobody answers, as browsers and people do."""

    def __init__(self, port: int) -> None:
        limits = httpx.Limits(max_keepalive_connections=0)
        self._http = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", limits=limits, timeout=10)
        self.answered: list[str] = []
        self._left = CHECKOUTS

    async def buy_all(self) -> None:
        """So many purchases, twelve at a time."""
        await asyncio.gather(*(self._shopper(number) for number in range(12)))
        await self._http.aclose()

    async def _shopper(self, number: int) -> None:
        tokens = ["tok_visa", "tok_visa", "tok_chargedThenTimeout", "tok_chargeDeclined"]
        while self._left > 0:
            self._left -= 1
            key, token = f"{number}-{self._left}", random.choice(tokens)
            cart = await self._post("/api/cart", {"productId": "mug", "quantity": 1}, {})
            headers = {"X-Cart-Token": cart.headers["X-Cart-Token"], "Idempotency-Key": key}
            order = {"paymentToken": token, "email": "guest@example.com"}
            placed = await self._post("/api/orders", order, headers)
            assert placed.status_code == 202, placed.text
            self.answered.append(placed.json()["orderId"])

    async def _post(self, path: str, body: object, headers: dict[str, str]) -> httpx.Response:
        while True:
            self._http.cookies.clear()
            try:
                response = await self._http.post(path, content=json.dumps(body), headers=headers | _JSON)
            except httpx.HTTPError:
                await asyncio.sleep(0.1)
                continue
            if response.status_code != 503:
                return response


_JSON = {"Content-Type": "application/json"}


@dataclass
class Outcome:
    """Statuses by order id, and the mails that were sent."""

    orders: dict[str, str]
    sent: list[Mail]


async def settled(shop: Shop) -> Outcome:
    """What it came to, once nothing is open any more (or a minute is over)."""
    until = utc_now() + timedelta(seconds=60)
    while True:
        orders = {order.order_id: order.status.value async for order in shop.store.scan(ORDERS)}
        mails = [mail async for mail in shop.store.scan(MAILS)]
        sent = [mail for mail in mails if mail.status is MailStatus.SENT]
        waiting = [(await shop.queue.backlog(queue)).depth for queue in ("orders", "payments", "email")]
        done = "PENDING" not in orders.values() and not any(waiting) and len(sent) == len(orders)
        if done or utc_now() > until:
            return Outcome(orders, sent)
        await asyncio.sleep(0.2)


@pytest.fixture
def processes(tmp_path: Path, database: str) -> Iterator[tuple[int, list[ShopProcess]]]:
    port = free_port()
    env = settings_of(tmp_path / "data", port, database, CARTWHEEL_WORKER="false", CARTWHEEL_VISIBILITY="10")
    running = [ShopProcess(["serve", "--no-demo"], env), ShopProcess(["worker"], env)]
    yield port, running
    for process in running:
        process.kill()


async def test_killed_at_random_moments(
    shop: Shop, tmp_path: Path, processes: tuple[int, list[ShopProcess]]
) -> None:
    port, running = processes
    await stocked(shop, units=UNITS)
    for process in running:
        process.start()
    await asyncio.to_thread(wait_until_ready, port)
    shoppers = Shoppers(port)
    buying = asyncio.create_task(shoppers.buy_all())
    kills = 0
    while not buying.done() and kills < KILLS:
        await asyncio.sleep(random.uniform(0.1, 1.0))
        victim = random.choice(running)
        await asyncio.to_thread(victim.kill)
        victim.start()
        kills += 1
        await asyncio.to_thread(wait_until_ready, port)
    await buying
    outcome = await settled(shop)
    intents = [intent async for intent in shop.store.scan(INTENTS)]
    stock = (await shop.inventory.stock(["mug"]))["mug"]
    assert kills >= KILLS / 2
    assert len(set(shoppers.answered)) == CHECKOUTS
    assert set(shoppers.answered) <= set(outcome.orders)
    assert set(outcome.orders.values()) == {"PROCESSING", "FAILED"}
    bought = {order_id for order_id, status in outcome.orders.items() if status == "PROCESSING"}
    assert {intent.reference for intent in intents if intent.refundable} == bought
    left = UNITS - len(bought)
    assert (stock.on_hand, stock.reserved, stock.available) == (left, 0, left)
    confirmed = [mail for mail in outcome.sent if mail.template == "order_placed"]
    assert len(confirmed) == len({mail.event_id for mail in confirmed}) == len(bought)
    assert len(list((tmp_path / "data" / "mail").glob("*.eml"))) == len(outcome.sent)
