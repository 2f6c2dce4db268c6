"""``cartwheel demo --target``: the operator's command against the deployment."""

import asyncio
import os
import sys

import httpx
import pytest

from cartwheel.entrypoints.demo.people import ACCOUNTS
from cartwheel.entrypoints.demo.shoppers import ORDERS
from cartwheel.orders import ORDERS as TABLE
from cartwheel.shop import Shop
from tests.support.deployment import REGION, Deployment
from tests.support.project import ROOT
from tests.support.shops import settle

pytestmark = pytest.mark.emulator


async def test_a_deployed_shop_is_filled(shop: Shop, http: httpx.AsyncClient, deployment: Deployment) -> None:
    target = ("--target", deployment.outputs["WebUrl"], "--emulator", deployment.endpoint)
    credentials = {
        "AWS_ENDPOINT_URL": deployment.endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION,
        "COLUMNS": "200",
    }
    command = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "cartwheel",
        "demo",
        *target,
        "--no-pictures",
        cwd=ROOT,
        env=os.environ | credentials,
        stdout=asyncio.subprocess.PIPE,
    )
    said = (await command.communicate())[0].decode()
    assert command.returncode == 0, said
    for email, password, _, _ in ACCOUNTS:
        assert password in said
        answer = await http.post("/api/auth/signin", json={"email": email, "password": password})
        assert answer.status_code == 200, email
    assert len((await http.get("/api/products?limit=100")).json()) == 64
    await settle(shop)
    assert len([order async for order in shop.store.scan(TABLE)]) == ORDERS
