"""Many prices and stocks at once, one's own list, and what runs out."""

from typing import Any

import httpx
import pytest

from cartwheel.catalog import Draft, Product, VariantDraft
from cartwheel.inventory import Line
from cartwheel.shop import Shop
from tests.support.counting import CountingStore
from tests.support.shops import Customer, signed_in, stocked


@pytest.fixture
async def vera(shop: Shop, http: httpx.AsyncClient) -> tuple[Customer, str]:
    return await signed_in(shop, http, "vera@example.com", ("customers", "vendors"))


async def edited(vera: tuple[Customer, str], *rows: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
    """What becomes of the rows."""
    answer = await vera[0].http.patch("/api/vendor/products", json={"rows": rows}, headers=vera[0].headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def counting(shop: Shop) -> CountingStore:
    assert isinstance(shop.store, CountingStore)
    return shop.store


async def sized(shop: Shop, vendor_id: str) -> Product:
    """A shirt in two sizes, 9.00 each, five of each."""
    sizes = [VariantDraft(options={"size": size}, price=900, stock=5, sku=f"SH-{size}") for size in "SL"]
    return await shop.catalog.create(Draft(product_id="shirt", title="Shirt", variants=sizes), vendor_id)


@pytest.mark.every_engine
async def test_prices_and_stocks_in_one_go(shop: Shop, vera: tuple[Customer, str]) -> None:
    await stocked(shop, "mug", units=7, price=1200, vendor_id=vera[1])
    small, large = (await sized(shop, vera[1])).variants
    rows = await edited(
        vera,
        {"productId": "mug", "price": 14.5, "stock": 9},
        {"productId": "shirt", "variantId": small.variant_id, "price": 8},
        {"productId": "shirt", "variantId": large.variant_id, "stock": 0},
    )
    assert [row["done"] for row in rows] == [True, True, True]
    products = await shop.catalog.products(["mug", "shirt"])
    assert (products["mug"].price, products["shirt"].price) == (1450, 800)
    assert [variant.price for variant in products["shirt"].variants] == [800, 900]
    stock = await shop.inventory.stock(["mug", small.variant_id, large.variant_id])
    assert [stock[v].available for v in ("mug", small.variant_id, large.variant_id)] == [9, 5, 0]
    (movement,) = (await shop.inventory.movements("mug", None, 9)).items
    assert (movement.change, movement.reason, movement.reference) == (2, "corrected", vera[1])
    alerts = await vera[0].http.get("/api/vendor/stock-alerts", headers=vera[0].headers)
    assert [alert["available"] for alert in alerts.json()] == [0, 5]
    again = await edited(vera, {"productId": "mug", "price": 14.5, "stock": 9})
    assert again[0]["done"]
    assert len((await shop.inventory.movements("mug", None, 9)).items) == 1
    assert (await shop.catalog.get("mug")).version == products["mug"].version


async def test_each_row_is_told_by_itself(shop: Shop, vera: tuple[Customer, str]) -> None:
    await stocked(shop, "mug", vendor_id=vera[1])
    await stocked(shop, "cup", vendor_id="victor")
    await sized(shop, vera[1])
    rows = await edited(
        vera,
        {"productId": "mug", "price": 1},
        {"productId": "mug", "price": 2},
        {"productId": "cup", "price": 1, "stock": 0},
        {"productId": "none", "price": 1},
        {"productId": "shirt", "price": 1},
        {"productId": "shirt", "variantId": "none", "price": 1},
        {"productId": "mug"},
    )
    assert [row["code"] for row in rows] == [
        None,
        "row_twice",
        "product_not_found",
        "product_not_found",
        "several_variants",
        "variant_not_found",
        "row_twice",
    ]
    assert rows[2] | {"productId": ""} == rows[3] | {"productId": ""}
    assert [(await shop.catalog.get(name)).price for name in ("mug", "cup", "shirt")] == [100, 1200, 900]
    assert (await shop.inventory.stock(["cup"]))["cup"].available == 10


async def test_what_no_row_may_say(vera: tuple[Customer, str]) -> None:
    wrongs: list[dict[str, Any]] = [
        {"rows": []},
        {"rows": [{"productId": "mug"}] * 51},
        {"rows": [{"productId": "mug", "price": -1}]},
        {"rows": [{"productId": "mug", "price": 0.001}]},
        {"rows": [{"productId": "mug", "stock": -1}]},
        {"rows": [{"productId": "mug", "stock": 10**10}]},
        {"rows": [{"price": 1}]},
    ]
    for wrong in wrongs:
        answer = await vera[0].http.patch("/api/vendor/products", json=wrong, headers=vera[0].headers)
        assert answer.status_code == 422, wrong


@pytest.mark.every_engine
async def test_a_sale_in_between_is_kept(shop: Shop, vera: tuple[Customer, str]) -> None:
    """Somebody reserves of one product, and somebody renames the other, just before the write."""
    await stocked(shop, "mug", units=7, vendor_id=vera[1])
    await stocked(shop, "cup", units=7, vendor_id=vera[1])
    store = counting(shop)

    async def sell() -> None:
        await shop.inventory.reserve("order-1", [Line(variant_id="mug", quantity=2)])
        await shop.catalog.update("cup", Draft(title="Mended Cup"))

    store.rivals["write products+outbox+stock+stock_movements"] = sell
    rows = await edited(
        vera, {"productId": "mug", "price": 5, "stock": 3}, {"productId": "cup", "price": 6, "stock": 4}
    )
    assert [row["done"] for row in rows] == [True, True]
    row = (await shop.inventory.stock(["mug"]))["mug"]
    assert (row.on_hand, row.reserved, row.available) == (5, 2, 3)
    cup = await shop.catalog.get("cup")
    assert (cup.title, cup.price) == ("Mended Cup", 600)


@pytest.mark.parametrize("things", [1, 15, 30])
async def test_the_number_of_calls_is_fixed(shop: Shop, vera: tuple[Customer, str], things: int) -> None:
    for number in range(things):
        await stocked(shop, f"thing-{number}", vendor_id=vera[1], units=50)
    rows = [{"productId": f"thing-{number}", "price": 3, "stock": 40} for number in range(things)]
    counting(shop).taken()
    assert all(row["done"] for row in await edited(vera, *rows))
    calls = [call for call in counting(shop).taken() if "users" not in call and "session" not in call]
    assert calls[:2] == ["get_many products", "get_many stock"]
    writes = [call for call in calls if call.startswith("write")]
    assert len(writes) == -(-things // 20)  # five changes each, a hundred in a write
    assert calls[2 + len(writes) :] == ["get_many stock"]

    counting(shop).taken()
    for path in ("summary", "products", "products?q=thing", "stock-alerts", "orders", "ledger", "payouts"):
        answer = await vera[0].http.get(f"/api/vendor/{path}", headers=vera[0].headers)
        assert answer.status_code == 200
        calls = [call for call in counting(shop).taken() if "users" not in call and "session" not in call]
        assert len(calls) <= 3, (path, calls)


@pytest.mark.every_engine
async def test_finding_ones_own_products(shop: Shop, vera: tuple[Customer, str]) -> None:
    for title in ("Blue Mug", "Blåberry Jam", "Green Mug"):
        draft = Draft(title=title, only=VariantDraft(price=1, sku=title[:3].upper() + "-1"))
        await shop.catalog.create(draft, vera[1] if title != "Green Mug" else "victor")

    async def found(text: str, **more: str) -> list[str]:
        query = {"q": text, **more}
        answer = await vera[0].http.get("/api/vendor/products", params=query, headers=vera[0].headers)
        return [product["name"] for product in answer.json()]

    assert await found("bl") == ["Blåberry Jam", "Blue Mug"]
    assert await found("BLUE m") == ["Blue Mug"]
    assert await found("mug") == []
    assert await found("BLU-1") == ["Blue Mug"]
    assert await found("GRE-1") == await found("gre") == []
    first = await vera[0].http.get("/api/vendor/products?q=bl&limit=1", headers=vera[0].headers)
    following = first.headers["link"].partition("<")[2].partition(">")[0]
    rest = await vera[0].http.get(following, headers=vera[0].headers)
    assert [product["name"] for product in rest.json()] == ["Blue Mug"]


async def test_the_end_of_a_dip(shop: Shop, vera: tuple[Customer, str]) -> None:
    """A new variant with few units is listed at once; who fills it up, or lowers the threshold, ends it."""
    await stocked(shop, "mug", units=5, vendor_id=vera[1])
    path, headers = "/api/vendor/stock-alerts", vera[0].headers

    async def low() -> list[str]:
        return [row["variantId"] for row in (await vera[0].http.get(path, headers=headers)).json()]

    assert await low() == ["mug"]
    for change, wanted in (({"lowAt": 4}, []), ({"lowAt": 5}, ["mug"]), ({"delta": 1}, [])):
        answer = await vera[0].http.patch("/api/products/mug/stock", json=change, headers=headers)
        assert answer.status_code == 200
        assert await low() == wanted
    figures = await vera[0].http.get("/api/vendor/summary", headers=headers)
    assert figures.json()["lowStock"] == 0
