"""The number of storage calls is fixed, however much is in the cart."""

import httpx
import pytest

from cartwheel.shop import Shop
from tests.support.counting import CountingStore
from tests.support.shops import Customer, stocked

READ = ["get carts", "query cart_lines", "get_many products", "get_many stock"]


def taken(shop: Shop) -> list[str]:
    assert isinstance(shop.store, CountingStore)
    return shop.store.taken()


@pytest.mark.parametrize("things", [1, 20])
async def test_carts_and_orders(shop: Shop, http: httpx.AsyncClient, things: int) -> None:
    guest = Customer(http)
    for number in range(things):
        await stocked(shop, f"thing-{number}")
        await guest.put(f"thing-{number}")
    taken(shop)
    await http.get("/api/cart", headers=guest.headers)
    assert taken(shop) == READ
    await guest.put("thing-0", 2)
    assert taken(shop) == [*READ, "write carts+cart_lines"]
    await http.delete("/api/cart?productId=thing-0", headers=guest.headers)
    calls = taken(shop)
    assert calls[:3] == ["get carts", "query cart_lines", "write carts+cart_lines"]
    assert len(calls) <= 5
    await guest.put("thing-0")
    taken(shop)
    order = await guest.order(key="k")
    placed = [call for call in taken(shop) if call.startswith("write orders+order_history+fulfilments")]
    assert order.status_code == 202
    assert placed == ["write orders+order_history+fulfilments+checkouts+cart_claims+idempotency_keys+carts"]
    await shop.driver.finish()
    taken(shop)
    assert (await guest.order(key="k")).json()["orderId"] == order.json()["orderId"]
    assert taken(shop) == ["get idempotency_keys", "get orders"]
    await guest.look(order.json()["orderId"])
    assert len(taken(shop)) <= 2
