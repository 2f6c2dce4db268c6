"""The journeys of the local suite, unchanged, through nginx and the services behind it."""

from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path

import httpx
import pytest

from cartwheel.kernel.clock import ManualClock, utc_now
from cartwheel.shop import Shop
from tests.journeys.anywhere import *  # noqa: F403 - collected here, on this shop
from tests.journeys.test_purchase import bought_by_a_guest, sell_the_last_ten
from tests.support.cluster import Cluster
from tests.support.redis import own_corner
from tests.support.shops import settle

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
    await sell_the_last_ten(shop, http, partial(settle, shop))
