"""Carts of guests and users, on every engine."""

import asyncio

import httpx
import pytest

from cartwheel.catalog import Draft, VariantDraft
from cartwheel.shop import Shop
from tests.support.shops import Customer, signed_in, stocked

pytestmark = pytest.mark.every_engine


async def cart(customer: Customer) -> dict[str, object]:
    response = await customer.http.get("/api/cart", headers=customer.headers)
    assert response.status_code == 200
    body: dict[str, object] = response.json()
    return body


def quantities(body: dict[str, object]) -> dict[str, int]:
    items = body["items"]
    assert isinstance(items, list)
    return {item["variantId"]: item["quantity"] for item in items}


async def test_set_add_remove_clear(shop: Shop, http: httpx.AsyncClient) -> None:
    await stocked(shop, "mug", units=20)
    await stocked(shop, "cup", units=20, price=500)
    guest = Customer(http)
    await guest.put("mug", 2)
    await guest.put("mug", 3)
    assert quantities(await cart(guest)) == {"mug": 3}
    added = await http.post(
        "/api/cart/items", json={"productId": "mug", "quantity": 2}, headers=guest.headers
    )
    assert quantities(added.json()) == {"mug": 5}
    body = (await guest.put("cup", 1)).json()
    assert (body["total"], body["itemCount"]) == (65.0, 6)
    removed = await http.delete("/api/cart?productId=mug", headers=guest.headers)
    assert quantities(removed.json()) == {"cup": 1}
    assert quantities((await http.delete("/api/cart?productId=mug", headers=guest.headers)).json()) == {
        "cup": 1
    }
    assert (await http.delete("/api/cart", headers=guest.headers)).json()["items"] == []
    assert (await guest.put("cup", 0)).json()["items"] == []


async def test_refusals_change_nothing(shop: Shop, http: httpx.AsyncClient) -> None:
    await stocked(shop, "mug", units=3)
    two = [VariantDraft(options={"size": size}, price=900, stock=5) for size in ("S", "L")]
    await shop.catalog.create(Draft(product_id="shirt", title="Shirt", variants=two))
    guest = Customer(http)
    await guest.put("mug", 1)
    for body, status, code in [
        ({"productId": "mug", "quantity": 4}, 409, "insufficient_stock"),
        ({"productId": "mug", "quantity": 100}, 422, "invalid_request"),
        ({"productId": "mug", "quantity": -1}, 422, "invalid_request"),
        ({"productId": "nothing", "quantity": 1}, 404, "product_not_found"),
        ({"productId": "shirt", "quantity": 1}, 422, "variant_required"),
        ({"productId": "shirt", "variantId": "mug", "quantity": 1}, 404, "product_not_found"),
    ]:
        response = await http.post("/api/cart", json=body, headers=guest.headers)
        assert (response.status_code, response.json()["code"]) == (status, code)
    assert quantities(await cart(guest)) == {"mug": 1}


async def test_prices_are_todays_and_changes_are_told(shop: Shop, http: httpx.AsyncClient) -> None:
    await stocked(shop, "mug", units=5)
    guest = Customer(http)
    await guest.put("mug", 2)
    await shop.catalog.update("mug", Draft(only=VariantDraft(price=1500)))
    body = (await http.get("/api/cart", headers=guest.headers)).json()
    assert body["total"] == 30.0
    assert [(c["type"], c["price"], c["priceWhenAdded"]) for c in body["changes"]] == [
        ("price_changed", 15.0, 12.0)
    ]
    refused = await guest.order()
    assert (refused.status_code, refused.json()["code"]) == (409, "total_changed")
    assert (await guest.order(expectedTotal=24.0)).json()["code"] == "total_changed"
    assert (await guest.order(expectedTotal=30.0)).status_code == 202


async def test_what_is_not_for_sale_any_more_is_told(shop: Shop, http: httpx.AsyncClient) -> None:
    await stocked(shop, "mug", units=5)
    guest = Customer(http)
    await guest.put("mug", 2)
    await shop.catalog.archive("mug")
    body = (await http.get("/api/cart", headers=guest.headers)).json()
    assert (body["items"], [change["type"] for change in body["changes"]]) == ([], ["unavailable"])
    assert (await guest.order()).json()["code"] == "cart_changed"


async def test_merge_at_sign_in(shop: Shop, http: httpx.AsyncClient) -> None:
    await stocked(shop, "mug", units=5)
    await stocked(shop, "cup", units=50)
    ann, _ = await signed_in(shop, http, "ann@example.com")
    await ann.put("mug", 3)
    guest = Customer(http)
    await guest.put("mug", 4)
    await guest.put("cup", 2)
    headers = ann.headers | guest.headers
    answers = await asyncio.gather(*(http.post("/api/cart/merge", headers=headers) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {200}
    assert quantities(await cart(ann)) == {"mug": 5, "cup": 2}
    assert (await cart(guest))["items"] == []
    again = await http.post("/api/cart/merge", headers=headers)
    assert quantities(again.json()) == {"mug": 5, "cup": 2}


async def test_a_cart_token_cannot_be_made_up(shop: Shop, http: httpx.AsyncClient) -> None:
    await stocked(shop)
    guest = Customer(http)
    await guest.put("mug")
    token = guest.headers["X-Cart-Token"]
    for forged in ("guest-1", token[:-2] + "xx", token.replace("guest", "user"), "ü"):
        response = await http.get("/api/cart", headers={"X-Cart-Token": forged.encode()})  # type: ignore[arg-type]
        assert (response.status_code, response.json()["code"]) == (422, "invalid_cart_token")


async def test_many_tabs_at_once(shop: Shop, http: httpx.AsyncClient) -> None:
    for number in range(6):
        await stocked(shop, f"thing-{number}", units=9)
    guest = Customer(http)
    await guest.put("thing-0")
    await asyncio.gather(*(guest.put(f"thing-{number}", 2) for number in range(1, 6)))
    assert quantities(await cart(guest)) == {"thing-0": 1} | {f"thing-{n}": 2 for n in range(1, 6)}
