"""Two identical instances behind nginx on a MariaDB whose replica shows everything two seconds late."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from itertools import count
from shutil import which

import asyncmy.errors
import httpx
import pytest

from cartwheel.catalog import Draft, VariantDraft
from cartwheel.shop import Shop
from tests.plugins.engines import absent
from tests.support.cluster import Cluster
from tests.support.crowd import UNITS, crowd
from tests.support.databases import execute
from tests.support.mariadb import PRIMARY, REPLICA, PrivateServer
from tests.support.shops import Customer, signed_in, stocked
from tests.support.waiting import eventually

pytestmark = pytest.mark.slow_callbacks_ok(reason="many processes share the machine")

EVERYTHING = "products,users,orders,payments,search,desk"

LAG = 2


@dataclass
class Site:
    """A cluster, its database and that one's replica."""

    cluster: Cluster
    primary: PrivateServer
    replica: PrivateServer


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    if which("mariadbd") is None:
        absent("MariaDB's own program")
    primary = PrivateServer(tmp_path_factory.mktemp("primary"), *PRIMARY)
    asyncio.run(primary.start())
    replica = PrivateServer(tmp_path_factory.mktemp("replica"), *REPLICA)
    try:
        asyncio.run(replica.start())
        asyncio.run(replica.replicate(primary, LAG))
        folder = tmp_path_factory.mktemp("site")
        cluster = Cluster(folder, primary.url, (EVERYTHING,), 2, database_replica=replica.url)
        try:
            cluster.start()
            yield Site(cluster, primary, replica)
        finally:
            cluster.stop()
    finally:
        for server in (replica, primary):
            server.kill()


@pytest.fixture
async def shop(site: Site) -> AsyncIterator[Shop]:
    async with site.cluster.shop() as opened:
        yield opened


@pytest.fixture
async def http(site: Site, shop: Shop) -> AsyncIterator[httpx.AsyncClient]:  # noqa: ARG001 - emptied first
    async with httpx.AsyncClient(base_url=site.cluster.nginx.url, timeout=30) as client:
        yield client


async def _has_come_through(site: Site, price: int) -> None:
    """Returns when the replica has a product of that price."""

    async def has() -> bool:
        try:
            rows = await execute(site.replica.url, "SELECT price FROM products")
        except asyncmy.errors.Error:  # the tables have not come through yet
            return False
        return (price,) in rows

    await eventually(has, 30)


async def _price(http: httpx.AsyncClient) -> float:
    price: float = (await http.get("/api/products/mug")).json()["price"]
    return price


async def _shows(site: Site, price: float) -> None:
    """Returns when both instances show the price."""
    urls = [f"http://{instance.address}/api/products/mug" for instance in site.cluster.instances]

    async def both() -> bool:
        async with httpx.AsyncClient() as client:
            return {(await client.get(url)).json().get("price") for url in urls} == {price}

    await eventually(both, 30)


async def test_the_public_sees_a_change_late_and_nobody_else_does(
    site: Site, shop: Shop, http: httpx.AsyncClient
) -> None:
    admin, _ = await signed_in(shop, http, "admin@example.com", ("admins",))
    guest = Customer(http)
    await stocked(shop, "mug", 10, price=1200)
    await _has_come_through(site, 1200)
    await _shows(site, 12.0)
    for price in (15.0, 17.0, 19.0):
        answer = await http.put("/api/products/mug", json={"price": price}, headers=admin.headers)
        assert answer.json()["price"] == price
        # those who have changed it, and those who buy it, see it at once
        own = await http.get("/api/vendor/products/mug", headers=admin.headers)
        assert own.json()["price"] == price
        assert (await guest.put("mug")).json()["total"] == price
        await _shows(site, price)
        # no cache was filled again with what the replica had before, or it was told since
        await _has_come_through(site, int(price * 100))
        shown = {await _price(http) for _ in range(20)}
        assert shown == {price}


async def test_what_is_new_is_found_at_once(shop: Shop, http: httpx.AsyncClient) -> None:
    admin, _ = await signed_in(shop, http, "admin@example.com", ("admins",))
    for number in range(5):
        body = {"name": f"Cup {number}", "price": 5, "stock": 3, "category": "Home"}
        made = await http.post("/api/products", json=body, headers=admin.headers)
        assert made.status_code == 201, made.text
        seen = await http.get(f"/api/products/{made.json()['productId']}")
        assert (seen.status_code, seen.json()["stock"]) == (200, 3)


async def test_it_is_the_replica_that_answers_while_it_keeps_up(
    site: Site, shop: Shop, http: httpx.AsyncClient
) -> None:
    """It is stopped: what it does not know is shown by the primary once that is too late."""
    admin_url = site.replica.url.replace("/shop", "/mysql")
    await stocked(shop, "mug", 10, price=1200)
    await _has_come_through(site, 1200)
    await _shows(site, 12.0)
    pages = count(7)  # in no cache yet

    async def answers() -> bool:
        """Whether it is asked while it stands still. An instance that missed it waits a little before."""
        await shop.catalog.update("mug", Draft(only=VariantDraft(price=1200)))
        await _has_come_through(site, 1200)
        await execute(admin_url, "STOP SLAVE SQL_THREAD", "SELECT 1")
        await shop.catalog.update("mug", Draft(only=VariantDraft(price=1500)))
        shown = (await http.get(f"/api/products?limit={next(pages)}")).json()[0]["price"]
        if shown != 12.0:
            await execute(admin_url, "START SLAVE", "SELECT 1")
        return bool(shown == 12.0)

    try:
        await eventually(answers)
        await _shows(site, 15.0)
        assert (await http.get("/api/products?limit=1")).json()[0]["price"] == 15.0
    finally:
        await execute(admin_url, "START SLAVE", "SELECT 1")
    await _has_come_through(site, 1500)
    await shop.catalog.update("mug", Draft(only=VariantDraft(price=1600)))
    await _has_come_through(site, 1600)
    await _shows(site, 16.0)


async def test_customers_buy_while_it_is_killed_and_comes_back(site: Site, shop: Shop) -> None:
    await stocked(shop, "mug", UNITS)
    await _has_come_through(site, 1200)
    await _shows(site, 12.0)
    async with crowd(site.cluster.nginx.url, shop, 6) as customers:
        await asyncio.to_thread(site.replica.kill)
        await customers.buys(12)
        await site.replica.start()
        await customers.buys(12)
        assert customers.failures == []
