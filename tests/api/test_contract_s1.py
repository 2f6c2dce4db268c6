"""Seed S1's endpoints as its own client uses them: nothing that came on top may break it.

Rows S1.95 to S1.110. Only what a client of S1 sends is sent, and what it reads is compared.
"""

from typing import Any

import httpx
import pytest

from tests.api.world import World
from tests.support.shops import settle

LAPTOP: dict[str, Any] = {
    "name": "Laptop",
    "description": "High-performance laptop",
    "price": 999.99,
    "category": "Electronics",
    "stock": 50,
    "imageUrl": "https://example.com/laptop.jpg",
}


async def create(world: World, **other: object) -> dict[str, Any]:
    response = await world.http.post("/api/products", json=LAPTOP | other, headers=world.headers["vera"])
    assert response.status_code == 201, response.text
    made: dict[str, Any] = response.json()
    return made


async def cart_of(world: World, who: str = "bob") -> dict[str, Any]:
    response = await world.http.get("/api/cart", headers=world.headers[who])
    assert response.status_code == 200
    cart: dict[str, Any] = response.json()
    return cart


async def put(world: World, product_id: str, quantity: int, who: str = "bob") -> httpx.Response:
    body = {"productId": product_id, "quantity": quantity}
    return await world.http.post("/api/cart", json=body, headers=world.headers[who])


async def order(world: World, who: str = "bob") -> dict[str, Any]:
    response = await world.http.post(
        "/api/orders", json={"paymentToken": "tok_visa"}, headers=world.headers[who]
    )
    assert response.status_code == 202, response.text
    placed: dict[str, Any] = response.json()
    return placed


async def test_products_are_flat_json_in_and_out(world: World) -> None:
    made = await create(world)
    assert {name: made[name] for name in LAPTOP} == LAPTOP | {"category": "electronics"}
    assert made["categoryName"] == "Electronics"
    shown = await world.http.get(f"/api/products/{made['productId']}")
    assert shown.json() == made
    assert '"price":999.99,' in shown.text
    assert '"stock":50,' in shown.text


async def test_the_list_is_an_array_that_a_category_narrows(world: World) -> None:
    made = await create(world)
    everything = (await world.http.get("/api/products")).json()
    assert {product["productId"] for product in everything} == {made["productId"], "mug", "cup", "shirt"}
    for category in ("Electronics", "electronics"):
        narrowed = (await world.http.get("/api/products", params={"category": category})).json()
        assert [product["productId"] for product in narrowed] == [made["productId"]]
    assert (await world.http.get("/api/products", params={"category": "Nothing"})).json() == []


async def test_an_update_is_partial(world: World) -> None:
    made = await create(world)
    path = f"/api/products/{made['productId']}"
    changed = await world.http.put(path, json={"price": 899, "stock": 7}, headers=world.headers["vera"])
    assert changed.status_code == 200
    expected = made | {"price": 899.0, "stock": 7}
    for name in LAPTOP:
        assert changed.json()[name] == expected[name]


async def test_a_deleted_product_is_not_found(world: World) -> None:
    path = f"/api/products/{(await create(world))['productId']}"
    deleted = await world.http.delete(path, headers=world.headers["vera"])
    assert (deleted.status_code, deleted.content) == (204, b"")
    missing = await world.http.get(path)
    assert (missing.status_code, missing.json()["error"]) == (404, "Product not found")
    assert await product_ids(world) == {"mug", "cup", "shirt"}


async def product_ids(world: World) -> set[str]:
    return {product["productId"] for product in (await world.http.get("/api/products")).json()}


async def test_a_cart_has_items_and_their_total(world: World) -> None:
    assert {"items": [], "total": 0}.items() <= (await cart_of(world)).items()
    made = await create(world, price=29.99)
    cart = (await put(world, made["productId"], 2)).json()
    assert cart == await cart_of(world)
    item = cart["items"][0]
    expected = {"productId": made["productId"], "name": "Laptop", "price": 29.99, "quantity": 2}
    expected |= {"description": LAPTOP["description"], "imageUrl": LAPTOP["imageUrl"]}
    assert {name: item[name] for name in expected} == expected
    assert cart["total"] == 59.98


async def test_posting_to_the_cart_sets_the_quantity(world: World) -> None:
    for quantity in (2, 5, 1):
        cart = (await put(world, "cup", quantity)).json()
        assert [(item["productId"], item["quantity"]) for item in cart["items"]] == [("cup", quantity)]


async def test_deleting_from_the_cart_takes_out_one_product_or_all(world: World) -> None:
    for product_id in ("mug", "cup"):
        await put(world, product_id, 1)
    headers = world.headers["bob"]
    one = await world.http.delete("/api/cart", params={"productId": "mug"}, headers=headers)
    assert [item["productId"] for item in one.json()["items"]] == ["cup"]
    await put(world, "mug", 1)
    everything = await world.http.delete("/api/cart", headers=headers)
    assert (everything.status_code, everything.json()["items"]) == (200, [])


async def test_a_product_that_is_not_there_cannot_be_put_into_the_cart(world: World) -> None:
    answer = await put(world, "no-such-product", 1)
    assert (answer.status_code, answer.json()["error"]) == (404, "Product not found")


async def test_an_order_answers_its_id_and_is_processed(world: World) -> None:
    await put(world, "cup", 2)
    placed = await order(world)
    assert {"orderId", "status", "message"} <= set(placed)
    await settle(world.shop)
    response = await world.http.get(f"/api/orders/{placed['orderId']}", headers=world.headers["bob"])
    found = response.json()
    assert found["orderId"] == found["paymentId"] == placed["orderId"]
    assert (found["userId"], found["status"], found["totalAmount"]) == (
        world.things["bob"],
        "PROCESSING",
        24.0,
    )
    assert found["timestamp"] == found["createdAt"] == int(world.shop.clock().timestamp())
    assert [(item["productId"], item["quantity"], item["price"]) for item in found["items"]] == [
        ("cup", 2, 12.0)
    ]
    assert (await cart_of(world))["items"] == []


async def test_orders_come_newest_first(world: World) -> None:
    placed = []
    for quantity in (1, 2, 3):
        await put(world, "cup", quantity)
        placed.append((await order(world))["orderId"])
        await settle(world.shop)
        world.clock.advance(seconds=1)
    listed = await world.http.get("/api/orders", headers=world.headers["bob"])
    assert [entry["orderId"] for entry in listed.json()] == placed[::-1]
    assert [entry["totalAmount"] for entry in listed.json()] == [36.0, 24.0, 12.0]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/products", LAPTOP),
        ("PUT", "/api/products/mug", LAPTOP),
        ("DELETE", "/api/products/mug", None),
        ("GET", "/api/orders", None),
    ],
)
async def test_protected_endpoints_answer_401_with_error_and_message(
    world: World, method: str, path: str, body: object
) -> None:
    for headers in ({}, {"Authorization": "Bearer made.up.token"}):
        answer = await world.http.request(method, path, json=body, headers=headers)
        assert answer.status_code == 401
        assert answer.json()["error"] == answer.json()["message"] != ""


async def test_errors_have_error_and_message(world: World) -> None:
    for path in ("/api/products/nothing", "/api/orders/nothing", "/api/nothing"):
        answer = await world.http.get(path)
        assert answer.status_code == 404
        assert answer.json()["error"] == answer.json()["message"] != ""


def names(value: object) -> set[str]:
    """All names in a piece of JSON, but for those that people choose."""
    if isinstance(value, list):
        return {name for entry in value for name in names(entry)}
    if not isinstance(value, dict):
        return set()
    chosen = ("options", "attributes")
    return set(value) | {name for key, entry in value.items() if key not in chosen for name in names(entry)}


async def test_every_name_is_camel_case_and_every_price_a_number(world: World) -> None:
    await put(world, "cup", 2)
    for path, who in [
        ("/api/products", "bob"),
        ("/api/cart", "bob"),
        ("/api/orders", "ann"),
        (f"/api/orders/{world.things['order']}", "ann"),
        (f"/api/orders/{world.things['order']}/refunds", "ann"),
        ("/api/users/me", "ann"),
        ("/api/users/me/addresses", "ann"),
        ("/api/shipping/methods", "ann"),
        ("/api/vendor/stock-alerts?atMost=100", "vera"),
    ]:
        answer = (await world.http.get(path, headers=world.headers[who])).json()
        odd = {name for name in names(answer) if "_" in name or not name[:1].islower()}
        assert (path, odd) == (path, set())
        assert {type(price) for price in prices(answer)} <= {float, int}


def prices(value: object) -> list[object]:
    """What stands under a name of money."""
    if isinstance(value, list):
        return [price for entry in value for price in prices(entry)]
    if not isinstance(value, dict):
        return []
    money = ("price", "total", "totalAmount", "subtotal", "lineTotal", "amount", "refundedAmount")
    found = [entry for name, entry in value.items() if name in money]
    return found + [price for entry in value.values() for price in prices(entry)]
