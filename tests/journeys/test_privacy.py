"""What is known of a person: handed out whole, and forgotten when the account goes."""

import io
import json
import zipfile
from typing import Any

import httpx
import pytest

from cartwheel.cart.tables import CARTS, LINES
from cartwheel.notifications import Topic
from cartwheel.orders import ORDERS, Parcel
from cartwheel.shop import Shop
from tests.support.shops import PASSWORD, Customer, settle, signed_in, stocked

ADDRESS = {"name": "Carl Customer", "line1": "1 Secret Street", "city": "Bonn", "country": "DE"}


def unpacked(answer: httpx.Response) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return {name: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}


async def test_everything_known_comes_as_a_zip(shop: Shop, http: httpx.AsyncClient) -> None:
    await stocked(shop, "mug")
    carl, carl_id = await signed_in(shop, http, "carl@example.com")
    await carl.put("mug")
    order_id = (await carl.order(shippingAddress=ADDRESS)).json()["orderId"]
    rita, _ = await signed_in(shop, http, "rita@example.com")
    await rita.put("mug")
    await rita.order()
    await settle(shop)
    await carl.put("mug", 3)
    await shop.notifications.choose(carl_id, {Topic.CART: True})
    told = unpacked(await http.get("/api/users/me/export", headers=carl.headers))
    assert told["account.json"]["profile"]["user_id"] == carl_id
    assert [line["quantity"] for line in told["cart.json"]] == [3]
    assert told["mail.json"]["topics"] == {"cart": True, "stock": True}
    assert [mail["template"] for mail in told["mail.json"]["mails"]] == ["order_placed"]
    assert {mail["to"] for mail in told["mail.json"]["mails"]} == {"carl@example.com"}
    assert [step["status"] for step in told["orders.json"][0]["history"]] == ["PENDING", "PROCESSING"]
    assert [order["order_id"] for order in told["orders.json"]] == [order_id]
    assert told["orders.json"][0]["shipping_address"]["line1"] == "1 Secret Street"
    assert "vendor.json" not in told
    assert "hash" not in json.dumps(told).lower()
    assert (await http.get("/api/users/me/export")).status_code == 401


@pytest.mark.every_engine
async def test_an_erased_customer_leaves_no_cart(shop: Shop, http: httpx.AsyncClient) -> None:
    await stocked(shop, "mug")
    carl, _ = await signed_in(shop, http, "carl@example.com")
    await carl.put("mug")
    await http.request("DELETE", "/api/users/me", json={"password": PASSWORD}, headers=carl.headers)
    await settle(shop)
    assert [cart async for cart in shop.store.scan(CARTS)] == []
    assert [line async for line in shop.store.scan(LINES)] == []


async def test_an_erased_customer_is_forgotten_when_the_parcel_has_arrived(
    shop: Shop, http: httpx.AsyncClient
) -> None:
    await stocked(shop, "mug")
    carl, _ = await signed_in(shop, http, "carl@example.com")
    ids = []
    for _ in range(2):
        await carl.put("mug")
        ids.append((await carl.order(shippingAddress=ADDRESS)).json()["orderId"])
        await settle(shop)
    await shop.orders.ship(ids[0], Parcel(carrier="Post"), "staff")
    await shop.orders.deliver(ids[0], "staff")
    gone = await http.request("DELETE", "/api/users/me", json={"password": PASSWORD}, headers=carl.headers)
    assert gone.status_code in (200, 204), gone.text
    await settle(shop)
    arrived, open_one = [await shop.orders.get(order_id) for order_id in ids]
    assert (arrived.email, arrived.shipping_address, arrived.total) == ("", None, open_one.total)
    assert open_one.shipping_address is not None
    await shop.orders.ship(ids[1], Parcel(carrier="Post"), "staff")
    await shop.orders.deliver(ids[1], "staff")
    await settle(shop)
    assert (await shop.orders.get(ids[1])).shipping_address is None
    kept = [order.model_dump_json() async for order in shop.store.scan(ORDERS)]
    assert "Secret Street" not in "".join(kept)
    assert "carl@example.com" not in "".join(kept)


async def test_a_guest_can_be_forgotten_too(shop: Shop, http: httpx.AsyncClient) -> None:
    await stocked(shop, "mug")
    guest = Customer(http)
    await guest.put("mug")
    order_id = (await guest.order(email="Guest@example.com")).json()["orderId"]
    await settle(shop)
    assert await shop.privacy.erase("guest@example.com") == 0  # still on its way
    await shop.orders.cancel(order_id, "guest", "")
    assert await shop.privacy.erase("guest@example.com") == 1
    assert (await shop.orders.get(order_id)).email == ""
    assert await shop.privacy.erase("guest@example.com") == 0
