"""A deployment is updated while customers buy, and removed."""

import asyncio
import zipfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from cartwheel.cloud.account import Account
from cartwheel.cloud.deploying import BUCKETS
from cartwheel.shop import Shop
from tests.journeys.test_purchase import charged, units
from tests.support.aws import Account as EmulatedAccount
from tests.support.deployment import ACCOUNT, CODE_BUCKET, PREFIX, REGION, Deployment, read
from tests.support.emulator import running_emulator
from tests.support.shops import Customer, settle, stocked
from tests.support.waiting import eventually

pytestmark = pytest.mark.emulator

NEW = "9.9.9"


@pytest.fixture
def endpoint(tmp_path: Path) -> Iterator[str]:
    """An account of their own: what these tests do to a deployment, others would miss."""
    with running_emulator(tmp_path, guarded=True) as address:
        yield address


@pytest.fixture
def deployment(endpoint: str, templates: Path, archive: Path) -> Deployment:
    return Deployment.new(endpoint, templates, archive)


@pytest.fixture
async def http(deployment: Deployment, shop: Shop) -> AsyncIterator[httpx.AsyncClient]:  # noqa: ARG001
    async with httpx.AsyncClient(base_url=deployment.url, timeout=60) as made:
        yield made


async def test_an_update_fails_no_request_and_loses_no_data(
    deployment: Deployment,
    shop: Shop,
    http: httpx.AsyncClient,
    templates: Path,
    archive: Path,
    tmp_path: Path,
) -> None:
    await stocked(shop, units=500)
    before = await _bought(http)
    updated = asyncio.Event()

    async def buy() -> list[str]:
        orders = []
        while not updated.is_set():
            orders.append(await _bought(http))
        return orders

    buyers = [asyncio.create_task(buy()) for _ in range(3)]
    code = deployment.put_code(_released(archive, tmp_path / "new.zip"))
    stack = f"{PREFIX}-compute"
    await asyncio.to_thread(deployment.put, stack, read(templates)[stack], code, "update")

    async def version() -> bool:
        told = (await http.get("/api/health")).json()
        return bool(told["version"] == NEW)

    await eventually(version)
    updated.set()
    orders = [before, *(order for found in await asyncio.gather(*buyers) for order in found)]
    await settle(shop)
    found = [await shop.orders.get(order) for order in orders]
    assert {order.status for order in found} == {"PROCESSING"}
    assert await charged(shop) == [1200] * len(orders)
    left = 500 - len(orders)
    assert await units(shop) == (left, 0, left)


async def _bought(http: httpx.AsyncClient) -> str:
    """What a guest has ordered; any answer but a good one fails the test."""
    guest = Customer(http)
    put = await guest.put("mug")
    assert put.status_code == 200, put.text
    placed = await guest.order()
    assert placed.status_code == 202, placed.text
    return str(placed.json()["orderId"])


def _released(archive: Path, target: Path) -> Path:
    """The same code as a new version of the shop."""
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            if name.startswith("cartwheel/__pycache__/__init__."):
                continue  # compiled from the old version
            content = old.read(name)
            if name == "cartwheel/__init__.py":
                content += f'\n__version__ = "{NEW}"\n'.encode()
            new.writestr(old.getinfo(name), content)
    return target


def test_destroying_dev_leaves_nothing(
    deployment: Deployment, templates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _left(deployment)["tables"]
    EmulatedAccount(deployment.endpoint, int(ACCOUNT)).surround(monkeypatch)
    for purpose in BUCKETS:
        Account(REGION).empty(f"{PREFIX}-{purpose}-{ACCOUNT}-{REGION}")
    for stack in reversed(read(templates)):
        deployment.remove(stack)
    assert {kind: names for kind, names in _left(deployment).items() if names} == {}


def test_destroying_prod_keeps_the_data(endpoint: str, synthesized: Path, archive: Path) -> None:
    stacks = read(synthesized / "prod", "cartwheel-prod")
    del stacks["cartwheel-prod-observe"]  # the emulator has no budgets
    made = Deployment(endpoint)
    made.client("s3").create_bucket(Bucket=CODE_BUCKET)
    code = made.put_code(archive)
    for stack, template in stacks.items():
        made.put(stack, template, code)
    before = _left(made)
    for stack in reversed(stacks):
        made.remove(stack)
    left = _left(made)
    assert left["tables"] == before["tables"] != []
    assert left["pools"] == before["pools"] != []
    assert left["buckets"] == before["buckets"] != []
    gone = ("functions", "queues", "machines", "apis")
    assert {kind: left[kind] for kind in gone} == {kind: [] for kind in gone}


_LISTS = {
    "tables": ("dynamodb", "list_tables", "TableNames", None),
    "queues": ("sqs", "list_queues", "QueueUrls", None),
    "functions": ("lambda", "list_functions", "Functions", "FunctionName"),
    "buckets": ("s3", "list_buckets", "Buckets", "Name"),
    "machines": ("stepfunctions", "list_state_machines", "stateMachines", "name"),
    "secrets": ("secretsmanager", "list_secrets", "SecretList", "Name"),
    "topics": ("sns", "list_topics", "Topics", "TopicArn"),
    "apis": ("apigateway", "get_rest_apis", "items", "name"),
    "logs": ("logs", "describe_log_groups", "logGroups", "logGroupName"),
    "alarms": ("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName"),
    "distributions": ("cloudfront", "list_distributions", "DistributionList", None),
}
"""By kind: service, operation, where the list is in its answer, and what names an entry."""


def _left(deployment: Deployment) -> dict[str, list[Any]]:
    """What is in the account, by kind."""
    found: dict[str, list[Any]] = {}
    for kind, (service, operation, where, name) in _LISTS.items():
        told: Any = getattr(deployment.client(service), operation)()
        listed = told.get(where) or []
        if kind == "distributions":
            listed = told[where].get("Items") or []
        found[kind] = sorted(str(one[name]) if name else str(one) for one in listed)
    users = deployment.client("cognito-idp").list_user_pools(MaxResults=10)["UserPools"]
    found["pools"] = sorted(pool["Name"] for pool in users)
    found["buckets"] = [name for name in found["buckets"] if name != CODE_BUCKET]
    return found
