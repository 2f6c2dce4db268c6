"""Customers against a running shop, at any address: ``make load URL=https://shop.example``.

They look around, fill carts and buy as guests, with the sandbox's card. At the end every order that was
accepted is asked for: it has to be on its way, for what the cart said. One that is not makes the run fail, as
does a request that was answered wrongly. What is bought is really bought: take a shop that is there for it.
"""

import random
import time
from dataclasses import dataclass
from typing import Any

import requests
from locust import HttpUser, between, events

PLENTY = 20
"""Only what there is so much of is bought: who comes too late for the last one is no failure of the shop."""

SETTLE_SECONDS = 60
"""An order that was accepted is on its way by then."""

WORDS = ("candle", "lamp", "mug", "wool", "green", "chair", "tea")
SORTS = ("", "&sort=price", "&sort=-price")


@dataclass(frozen=True, slots=True)
class Purchase:
    """An order that was accepted, what opens it, and what its cart came to."""

    order_id: str
    token: str
    total: float


purchases: list[Purchase] = []


def browse(user: "Shopper") -> None:
    """A page of the catalogue."""
    with user.client.get("/api/products?limit=24", name="/api/products", catch_response=True) as answer:
        if answer.status_code != 200:
            answer.failure(f"status {answer.status_code}")
            return
        products = answer.json()
        user.plenty = [
            {"productId": product["productId"], "variantId": variant["variantId"]}
            for product in products
            for variant in product["variants"]
            if variant["stock"] >= PLENTY
        ]
        user.products = [product["productId"] for product in products]


def look(user: "Shopper") -> None:
    """A product."""
    if user.products:
        user.client.get(f"/api/products/{random.choice(user.products)}", name="/api/products/{productId}")


def search(user: "Shopper") -> None:
    """Words."""
    user.client.get(f"/api/search?q={random.choice(WORDS)}", name="/api/search")


def fill_cart(user: "Shopper") -> float:
    """Something into the cart; answers what the cart comes to, 0 if nothing could be had."""
    if not user.plenty:
        return 0.0
    entry = {**random.choice(user.plenty), "quantity": random.randint(1, 2)}
    with user.client.post("/api/cart", json=entry, name="/api/cart", catch_response=True) as answer:
        if answer.status_code == 409:  # others have bought it meanwhile
            answer.success()
            return 0.0
        if answer.status_code != 200:
            answer.failure(f"status {answer.status_code}")
            return 0.0
        return float(answer.json()["total"])


def buy(user: "Shopper") -> None:
    """A purchase, by somebody who comes for the first time."""
    user.client.cookies.clear()
    total = fill_cart(user)
    if not total:
        return
    order = {"paymentToken": "tok_visa", "email": f"load-{random.randrange(10**9)}@example.com"}
    key = {"Idempotency-Key": f"load-{random.getrandbits(96):x}"}
    with user.client.post("/api/orders", json=order, headers=key, catch_response=True) as answer:
        if answer.status_code != 202:
            answer.failure(f"status {answer.status_code}: {answer.text[:200]}")
            return
        placed = answer.json()
        purchases.append(Purchase(placed["orderId"], placed["guestToken"], total))
    user.client.cookies.clear()


class Shopper(HttpUser):  # type: ignore[misc] # locust has an environment of its own: here it is unknown
    """Somebody who looks at ten things for each that is bought."""

    wait_time = between(0.5, 1.5)
    tasks = {browse: 4, look: 10, search: 2, fill_cart: 2, buy: 2}  # noqa: RUF012 - locust's own

    def on_start(self) -> None:
        """Comes in."""
        self.products: list[str] = []
        self.plenty: list[dict[str, str]] = []
        browse(self)


def verify(environment: Any, **_: object) -> None:  # noqa: ANN401 - locust's own
    """Asks for every order; the run fails if one is not what it should be."""
    wrong = [fault for purchase in purchases if (fault := _fault(environment.host, purchase))]
    right = len(purchases) - len(wrong)
    print(f"\n{len(purchases)} orders accepted, {right} of them on their way for the right sum.")
    for fault in wrong:
        print(f"  {fault}")
    if wrong or environment.stats.total.num_failures or not purchases:
        environment.process_exit_code = 1


def _fault(host: str, purchase: Purchase) -> str:
    until = time.monotonic() + SETTLE_SECONDS
    while True:
        headers = {"X-Order-Token": purchase.token}
        answer = requests.get(f"{host}/api/orders/{purchase.order_id}", headers=headers, timeout=30)
        if answer.status_code != 200:
            return f"{purchase.order_id}: status {answer.status_code}"
        order = answer.json()
        if order["status"] != "PENDING" or time.monotonic() > until:
            break
        time.sleep(0.5)
    if order["status"] != "PROCESSING":
        return f"{purchase.order_id}: {order['status']}"
    if float(order["totalAmount"]) != purchase.total:
        return f"{purchase.order_id}: {order['totalAmount']} instead of {purchase.total}"
    return ""


events.quitting.add_listener(verify)
