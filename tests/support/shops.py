"""Whole shops for tests, and customers who buy in them over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from starlette.types import Receive, Scope, Send

from cartwheel.accounts import Group, NewAccount
from cartwheel.adapters import app_secret, open_store, tables
from cartwheel.catalog import Draft, Product, VariantDraft
from cartwheel.kernel.clock import Clock, ManualClock, utc_now
from cartwheel.settings import Settings
from cartwheel.shop import Shop, assemble
from tests.support.apps import application
from tests.support.counting import CountingStore
from tests.support.stores import begin

PASSWORD = "Correct-horse7"


@asynccontextmanager
async def running_shop(folder: Path, database: str, clock: Clock, **settings: str) -> AsyncIterator[Shop]:
    """An empty shop over that database; nothing runs in it but what the test starts."""
    given = {"data": folder, "database": database, "throttle": 1000, **settings}
    chosen = Settings.model_validate(given)
    await asyncio.to_thread(_begin, chosen.database_url)
    store = CountingStore(open_store(chosen, app_secret(chosen), clock))
    shop = assemble(chosen, clock, store)
    await begin(chosen.database_url, store, tables())
    try:
        yield shop
    finally:
        await shop.close()


@cache
def _migrated() -> bytes:
    """A new SQLite database: its migrations take longer than most tests."""
    with TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder))
        store = open_store(settings, b"of no meaning: nothing is read here", utc_now)

        async def make() -> None:
            await store.prepare()
            await store.close()

        asyncio.run(make())
        return Path(folder, "shop.db").read_bytes()


def _begin(database: str) -> None:
    """Puts a migrated database where a SQLite database is not there yet."""
    path = Path(database.removeprefix("sqlite:///"))
    if database.startswith("sqlite:") and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_migrated())


async def settle(shop: Shop, clock: ManualClock | None = None, rounds: int = 12) -> None:
    """Lets everything happen that is due now; with a clock, also what is due within a minute.

    Where functions or processes of their own do the work, it is waited for.
    """
    if shop.settings.topology == "containers":
        from tests.support import cluster  # noqa: PLC0415 - it needs this module

        await cluster.quiet(shop)
        return
    if shop.settings.topology == "serverless":
        from tests.support.deployment import quiet  # noqa: PLC0415 - only there is AWS spoken to

        await quiet(shop)
        return
    worker = shop.worker()
    for _ in range(rounds if clock else 1):
        await shop.driver.finish()
        await worker.drain()
        if clock is not None:
            clock.advance(seconds=5)
    await shop.driver.finish()
    await worker.drain()


async def stocked(
    shop: Shop,
    product_id: str = "mug",
    units: int = 10,
    *,
    price: int = 1200,
    title: str = "",
    vendor_id: str = "house",
) -> Product:
    """A simple product for sale; ``price`` in minor units of the shop's currency."""
    only = VariantDraft(price=price, stock=units)
    draft = Draft(product_id=product_id, title=title or product_id.title(), category="Home", only=only)
    return await shop.catalog.create(draft, vendor_id)


@asynccontextmanager
async def client(shop: Shop) -> AsyncIterator[httpx.AsyncClient]:
    """An HTTP client of the shop, in this process."""
    async with application(shop) as app:

        async def as_over_a_network(scope: Scope, receive: Receive, send: Send) -> None:
            await asyncio.sleep(0)  # other requests get their turn, as with a socket in between
            await app(scope, receive, send)

        transport = httpx.ASGITransport(as_over_a_network, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as http:
            yield http


@dataclass
class Customer:
    """Somebody who shops: a guest with a cart token, or a user with an access token."""

    http: httpx.AsyncClient
    headers: dict[str, str] = field(default_factory=dict)
    order_token: str = ""

    async def put(self, product_id: str, quantity: int = 1, **more: object) -> httpx.Response:
        """Sets the quantity of a product in the cart."""
        body = {"productId": product_id, "quantity": quantity, **more}
        response = await self.http.post("/api/cart", json=body, headers=self.headers)
        if "X-Cart-Token" in response.headers:
            self.headers["X-Cart-Token"] = response.headers["X-Cart-Token"]
        self.http.cookies.clear()
        return response

    async def order(self, token: str = "tok_visa", key: str | None = None, **more: object) -> httpx.Response:
        """Orders what is in the cart."""
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        body: dict[str, object] = {"paymentToken": token, **more}
        if "Authorization" not in headers:
            body.setdefault("email", "guest@example.com")
        response = await self.http.post("/api/orders", json=body, headers=headers)
        if response.status_code == 202:
            self.order_token = response.json()["guestToken"] or ""
        return response

    async def look(self, order_id: str) -> dict[str, Any]:
        """The order as the customer sees it."""
        headers = self.headers | {"X-Order-Token": self.order_token}
        response = await self.http.get(f"/api/orders/{order_id}", headers=headers)
        assert response.status_code == 200, response.text
        order: dict[str, Any] = response.json()
        return order


async def signed_in(
    shop: Shop, http: httpx.AsyncClient, email: str, groups: tuple[Group, ...] = ("customers",)
) -> tuple[Customer, str]:
    """A new user with a session, and the user's id."""
    user = await shop.accounts.create_user(NewAccount(email, PASSWORD, "Somebody"), groups)
    response = await http.post(
        "/api/auth/signin", json={"email": email, "password": PASSWORD, "refresh": "body"}
    )
    assert response.status_code == 200, response.text
    return Customer(http, {"Authorization": f"Bearer {response.json()['accessToken']}"}), user.user_id
