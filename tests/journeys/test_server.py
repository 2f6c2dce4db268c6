"""The server as a process: what one process changes, another shows; and it stops when it is told to."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from cartwheel.catalog import Draft, VariantDraft
from cartwheel.shop import Shop
from tests.support.processes import ShopProcess, free_port, settings_of, wait_until_ready
from tests.support.shops import stocked

PATIENCE_SECONDS = 15
"""The promise is two seconds; a busy test machine gets more (the benchmark shows the time)."""


@pytest.fixture
def server(tmp_path: Path, database: str) -> Iterator[tuple[int, ShopProcess]]:
    port = free_port()
    process = ShopProcess(["serve", "--no-demo"], settings_of(tmp_path / "data", port, database))
    yield port, process
    process.kill()


async def test_changes_of_another_process_are_shown(shop: Shop, server: tuple[int, ShopProcess]) -> None:
    port, process = server
    await stocked(shop, "mug", units=5)
    process.start()
    await asyncio.to_thread(wait_until_ready, port)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}/api") as http:
        assert (await http.get("/products/mug")).json()["price"] == 12.0
        await shop.catalog.update("mug", Draft(only=VariantDraft(price=1500)))
        await _shows(http, "/products/mug", price=15.0)
        await shop.inventory.correct("mug", -2, "count")
        await _shows(http, "/products/mug", stock=3)
        await shop.catalog.archive("mug")
        await _shows(http, "/products/mug", code="product_not_found")
    assert await asyncio.to_thread(process.stop) == 0


async def _shows(http: httpx.AsyncClient, path: str, **expected: object) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        shown = (await http.get(path)).json()
        if {name: shown.get(name) for name in expected} == expected:
            return
        assert time.monotonic() < until, shown
        await asyncio.sleep(0.05)


def test_a_server_that_is_told_to_stop_does(tmp_path: Path, server: tuple[int, ShopProcess]) -> None:
    port, process = server
    process.command = ["serve"]
    process.start()
    wait_until_ready(port)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}/api") as http:
        cart = http.post("/cart", json={"productId": "ember-candle", "quantity": 1})
        headers = {"X-Cart-Token": cart.headers["X-Cart-Token"]}
        order = {"paymentToken": "tok_visa", "email": "a@example.com"}
        assert http.post("/orders", json=order, headers=headers).status_code == 202
    assert process.stop() == 0
    assert not list(tmp_path.rglob("*.part"))
