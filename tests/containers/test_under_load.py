"""Two instances of each service under load: killed, replaced, and without the servers that they need."""

import asyncio
import json
import random
import subprocess
import tarfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from shutil import which

import pytest

from cartwheel.shop import Shop
from tests.plugins.engines import absent
from tests.support.cluster import Cluster
from tests.support.crowd import UNITS, Crowd, crowd
from tests.support.mariadb import PrivateServer
from tests.support.project import ROOT
from tests.support.redis import PrivateRedis
from tests.support.shops import stocked

pytestmark = pytest.mark.slow_callbacks_ok(reason="a dozen processes share the machine")

CONTAINERS = ("products,search", "users,desk", "orders", "payments")

SHOPPERS = 8

AWAY = 20
"""Seconds without a database: longer than any request waits for it."""


@dataclass
class Site:
    """A cluster with servers of its own."""

    cluster: Cluster
    database: PrivateServer
    redis: PrivateRedis


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[PrivateServer, PrivateRedis]]:
    if which("mariadbd") is None or which("redis-server") is None:
        absent("MariaDB's or Redis's own program")
    database = PrivateServer(tmp_path_factory.mktemp("mariadb"))
    try:
        asyncio.run(database.start())
        redis = PrivateRedis(tmp_path_factory.mktemp("redis"))  # not before: it looks for a free port
        try:
            redis.start()
            yield database, redis
        finally:
            redis.kill()
    finally:
        database.kill()


@pytest.fixture(scope="module")
def site(
    servers: tuple[PrivateServer, PrivateRedis], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    database, redis = servers
    folder = tmp_path_factory.mktemp("site")
    cluster = Cluster(folder, database.url, CONTAINERS, 2, shared=redis.url, drain="1")
    try:
        cluster.start()
        yield Site(cluster, database, redis)
    finally:
        cluster.stop()


@pytest.fixture
async def shop(site: Site) -> AsyncIterator[Shop]:
    async with site.cluster.shop() as opened:
        await stocked(opened, "mug", UNITS)
        yield opened


@pytest.fixture
async def customers(site: Site, shop: Shop) -> AsyncIterator[Crowd]:
    async with crowd(site.cluster.nginx.url, shop, SHOPPERS) as made:
        yield made


async def test_an_instance_of_each_service_is_killed(site: Site, customers: Crowd) -> None:
    """``kill -9``: only what was in flight in that process fails, and nothing but orders is asked again."""
    for services in CONTAINERS:
        victim = random.choice([one for one in site.cluster.instances if one.services == services])
        failed = len(customers.failures)
        await asyncio.to_thread(victim.process.kill)
        await customers.buys(2 * SHOPPERS)
        failures = customers.failures[failed:]
        assert len({failure.shopper for failure in failures}) == len(failures), failures
        assert {failure.status for failure in failures} <= {503}
        assert {failure.path for failure in failures} <= {"/api/cart", "/api/orders"}
        victim.process.start()
        await asyncio.to_thread(victim.wait)
    await asyncio.to_thread(site.cluster.workers[0].kill)
    failed = len(customers.failures)
    await customers.buys(2 * SHOPPERS)
    assert customers.failures[failed:] == []
    site.cluster.workers[0].start()


async def test_redis_is_killed_and_comes_back(site: Site, customers: Crowd) -> None:
    for trouble, end in ((site.redis.kill, site.redis.start), (site.redis.fall_silent, site.redis.speak)):
        await asyncio.to_thread(trouble)
        await customers.buys(2 * SHOPPERS)
        await customers.come(2)  # one of whom signs in, which counts attempts
        await asyncio.to_thread(end)
        await customers.buys(SHOPPERS)
    assert customers.failures == []


async def test_the_database_is_killed_and_comes_back(site: Site, customers: Crowd) -> None:
    """Who has to wait for more than ten seconds is told to come back, and nobody loses what was answered."""
    await asyncio.to_thread(site.database.kill)
    await asyncio.sleep(AWAY)
    told = list(customers.failures)
    await site.database.start()
    await customers.buys(3 * SHOPPERS)
    assert told
    answers = {(one.status, json.loads(one.body)["code"], one.retry_after) for one in customers.failures}
    assert answers == {(503, "unavailable", "1")}
    failed = len(customers.failures)
    await customers.buys(SHOPPERS)
    assert customers.failures[failed:] == []


async def test_every_process_is_replaced_without_a_failed_request(site: Site, customers: Crowd) -> None:
    replaced: list[str] = []
    replacing = site.cluster.replace_all()
    while (services := await asyncio.to_thread(next, replacing, None)) is not None:
        replaced.append(services)
        await customers.buys(2)
    assert replaced == [*(services for services in CONTAINERS for _ in range(2)), "worker", "worker"]
    assert customers.failures == []


@pytest.fixture
def release_before(tmp_path: Path) -> Path:
    """The sources of the commit before this one."""
    command = ["git", "-c", "safe.directory=*", "archive", "HEAD~1", "src"]  # whoever owns it
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        absent("The commit before this one (a shallow clone?)")
    with tarfile.open(fileobj=BytesIO(done.stdout)) as archive:
        archive.extractall(tmp_path, filter="data")
    return tmp_path / "src"


async def test_the_release_before_is_updated_under_load(
    servers: tuple[PrivateServer, PrivateRedis], release_before: Path, tmp_path: Path
) -> None:
    database, redis = servers
    folder = tmp_path / "site"
    cluster = Cluster(
        folder, database.url, ("products,search,users,desk", "orders,payments"), 2, shared=redis.url
    )
    try:
        await asyncio.to_thread(cluster.start, release_before)
        async with cluster.shop() as shop:
            await stocked(shop, "mug", UNITS)
            async with crowd(cluster.nginx.url, shop, SHOPPERS) as customers:
                replacing = cluster.replace_all()
                while await asyncio.to_thread(next, replacing, None) is not None:
                    await customers.buys(2)
                assert customers.failures == []
    finally:
        await asyncio.to_thread(cluster.stop)
