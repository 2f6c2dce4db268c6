"""The demo shop: loaded as its customers, vendors and admins find it, and brought back."""

from dataclasses import replace

import httpx
import pytest

from cartwheel.catalog import Draft
from cartwheel.entrypoints.demo import NotInProduction, hang_pictures, load
from cartwheel.entrypoints.demo.people import VERA, invite
from cartwheel.inventory.tables import STOCK
from cartwheel.orders import ORDERS
from cartwheel.shop import Shop

pytestmark = pytest.mark.slow_callbacks_ok(reason="a whole shop is loaded inline, before anybody is served")


async def test_a_shop_with_a_past(shop: Shop, http: httpx.AsyncClient) -> None:
    count = await load(shop, days=6)
    assert count == 64
    categories = (await http.get("/api/categories")).json()
    assert {found["name"]: found["products"] for found in categories} == {
        "Electronics": 17,
        "Clothing": 16,
        "Books": 14,
        "Home": 17,
    }
    orders = [order async for order in shop.store.scan(ORDERS)]
    assert len(orders) >= 6
    assert min(order.created_at for order in orders) < shop.clock()
    assert all([row.on_hand == row.available + row.reserved async for row in shop.store.scan(STOCK)])
    for email, password in ((VERA, "Vendor123!"), ("admin@livekart.com", "Admin123!")):
        answer = await http.post("/api/auth/signin", json={"email": email, "password": password})
        assert answer.status_code == 200


async def test_loading_again_changes_nothing_and_a_reset_brings_it_back(shop: Shop) -> None:
    await load(shop, days=0)
    pan = await shop.catalog.get("forge-pan")
    await shop.catalog.update(pan.product_id, Draft(title="Another pan"))
    await shop.inventory.set_available(pan.product_id, 1, "test")
    await load(shop)
    assert (await shop.catalog.get("forge-pan")).title == "Another pan"
    await load(shop, reset=True)
    assert (await shop.catalog.get("forge-pan")).title == "Forge Frying Pan"
    assert (await shop.inventory.stock([pan.product_id]))[pan.product_id].available == 28
    assert [order async for order in shop.store.scan(ORDERS)] == []


async def test_every_product_gets_its_pictures_once(shop: Shop) -> None:
    await load(shop, days=0)
    ids = await invite(shop)
    heard: list[int] = []
    await hang_pictures(shop, ids, heard.append)
    product = await shop.catalog.get("aurora-headphones")
    assert [image.alt for image in product.images] == [
        "Aurora Wireless Headphones, from the front",
        "Aurora Wireless Headphones, together with another",
    ]
    await hang_pictures(shop, ids)
    assert (await shop.catalog.get("aurora-headphones")).version == product.version
    assert heard == list(range(1, 65))


async def test_it_is_refused_in_production(shop: Shop) -> None:
    production = replace(shop, settings=shop.settings.model_copy(update={"stage": "prod"}))
    with pytest.raises(NotInProduction):
        await load(production)
    assert await shop.catalog.categories() == []
