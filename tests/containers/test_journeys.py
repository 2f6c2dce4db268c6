"""The journeys of the local suite, unchanged, through nginx and the services behind it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from cartwheel.kernel.clock import ManualClock, utc_now
from cartwheel.shop import Shop
from tests.journeys.test_after_the_sale import (
    sold,  # noqa: F401
    test_customer_cancels,  # noqa: F401
    test_refunds_never_exceed_what_was_paid,  # noqa: F401
    test_staff_routes_are_for_staff,  # noqa: F401
    test_staff_ships_and_delivers,  # noqa: F401
)
from tests.journeys.test_carts import (
    test_a_cart_token_cannot_be_made_up,  # noqa: F401
    test_many_tabs_at_once,  # noqa: F401
    test_merge_at_sign_in,  # noqa: F401
    test_set_add_remove_clear,  # noqa: F401
)
from tests.journeys.test_purchase import (
    bought_by_a_guest,
    charged,
    test_failed_order_can_be_ordered_again,  # noqa: F401
    test_one_order_per_cart_version_without_a_key,  # noqa: F401
    test_order_needs_its_token,  # noqa: F401
    test_payment_outcomes,  # noqa: F401
    test_same_request_five_times_at_once,  # noqa: F401
    test_user_buys_and_sees_own_orders_only,  # noqa: F401
    units,
)
from tests.support.cluster import Cluster
from tests.support.redis import own_corner
from tests.support.shops import Customer, settle, stocked

pytestmark = pytest.mark.slow_callbacks_ok(reason="a dozen processes share the machine")


@pytest.fixture(scope="module", params=["mariadb", "postgresql"])
def cluster(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """One process of each service and a worker, on that database and with Redis."""
    database = request.getfixturevalue(
        {"mariadb": "mysql_url", "postgresql": "postgresql_url"}[request.param]
    )
    made = Cluster(tmp_path_factory.mktemp("cluster"), database, shared=own_corner())
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture
def clock() -> ManualClock:
    """What journeys ask for: here time goes by itself."""
    return ManualClock(utc_now())


@pytest.fixture
async def shop(cluster: Cluster) -> AsyncIterator[Shop]:
    async with cluster.shop() as opened:
        yield opened


@pytest.fixture
async def http(cluster: Cluster, shop: Shop) -> AsyncIterator[httpx.AsyncClient]:  # noqa: ARG001 - emptied first
    async with httpx.AsyncClient(base_url=cluster.nginx.url, timeout=60) as client:
        yield client


def mails_about(code: str, data: Path) -> list[Path]:
    return [path for path in (data / "mail").glob("*.eml") if code in path.read_text()]


async def test_guest_buys(shop: Shop, http: httpx.AsyncClient) -> None:
    order = await bought_by_a_guest(shop, http)
    assert len(mails_about(order["code"], shop.settings.data)) == 1


async def test_fifty_buyers_of_the_last_ten(shop: Shop, http: httpx.AsyncClient) -> None:
    await stocked(shop, units=10)
    guests = [Customer(http) for _ in range(50)]
    for guest in guests:
        assert (await guest.put("mug")).status_code == 200
    placed = await asyncio.gather(*(guest.order() for guest in guests))
    await settle(shop)
    orders = [
        await guest.look(answer.json()["orderId"])
        for guest, answer in zip(guests, placed, strict=True)
        if answer.status_code == 202
    ]
    assert Counter(order["status"] for order in orders)["PROCESSING"] == 10
    assert {order["failure"] for order in orders if order["status"] == "FAILED"} <= {"out_of_stock"}
    assert {answer.json()["code"] for answer in placed if answer.status_code != 202} <= {"out_of_stock"}
    assert await charged(shop) == [1200] * 10
    assert await units(shop) == (0, 0, 0)
