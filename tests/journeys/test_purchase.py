"""Whole purchases, from the cart to the mail, on every engine."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from cartwheel.kernel.clock import ManualClock
from cartwheel.orders import ORDERS
from cartwheel.payments.sandbox.provider import INTENTS
from cartwheel.shop import Shop
from tests.support.shops import Customer, settle, signed_in, stocked
from tests.support.waiting import eventually

pytestmark = pytest.mark.every_engine


async def charged(shop: Shop) -> list[int]:
    """What the sandbox's own books say was taken and not given back."""
    intents = [intent async for intent in shop.store.scan(INTENTS)]
    return [intent.refundable for intent in intents if intent.status == "succeeded" and intent.refundable]


async def units(shop: Shop, product_id: str = "mug") -> tuple[int, int, int]:
    """On hand, reserved, available."""
    stock = (await shop.inventory.stock([product_id]))[product_id]
    return stock.on_hand, stock.reserved, stock.available


async def sell_the_last_ten(
    shop: Shop, http: httpx.AsyncClient, settled: Callable[[], Awaitable[None]], at_once: int = 50
) -> None:
    """Fifty guests want ten units, ``at_once`` at the same moment: ten get one, the others hear so."""
    await stocked(shop, units=10)
    guests, gate = [Customer(http) for _ in range(50)], asyncio.Semaphore(at_once)

    async def order(guest: Customer) -> httpx.Response:
        async with gate:
            answer = await guest.order()
            if answer.status_code == 202:
                await eventually(partial(outcome, guest, answer.json()["orderId"]), 300)
            return answer

    async def outcome(guest: Customer, order_id: str) -> str | None:
        status = str((await guest.look(order_id))["status"])
        return None if status == "PENDING" else status

    for guest in guests:
        assert (await guest.put("mug")).status_code == 200
    placed = await asyncio.gather(*(order(guest) for guest in guests))
    await settled()
    orders = [
        await guest.look(answer.json()["orderId"])
        for guest, answer in zip(guests, placed, strict=True)
        if answer.status_code == 202
    ]
    assert Counter(order["status"] for order in orders)["PROCESSING"] == 10
    assert {order["failure"] for order in orders if order["status"] == "FAILED"} <= {"out_of_stock"}
    assert {answer.json()["code"] for answer in placed if answer.status_code != 202} <= {"out_of_stock"}
    assert await charged(shop) == [1200] * 10
    assert await units(shop) == (0, 0, 0)


async def bought_by_a_guest(shop: Shop, http: httpx.AsyncClient) -> dict[str, Any]:
    """An order from the cart to its confirmation, whose mail is left to be looked for."""
    await stocked(shop, units=10)
    guest = Customer(http)
    assert (await guest.put("mug", 3)).json()["total"] == 36.0
    address = {"name": "Ann", "line1": "1 High St", "city": "Leeds", "postalCode": "LS1", "country": "GB"}
    placed = await guest.order(shippingAddress=address, shippingMethod="express", expectedTotal=45.99)
    assert placed.status_code == 202, placed.text
    await settle(shop)
    order = await guest.look(placed.json()["orderId"])
    assert (order["status"], order["paymentStatus"], order["totalAmount"]) == ("PROCESSING", "PAID", 45.99)
    assert order["shippingAddress"]["city"] == "Leeds"
    assert await charged(shop) == [4599]
    assert await units(shop) == (7, 0, 7)
    assert (await http.get("/api/cart", headers=guest.headers)).json()["items"] == []
    return order


async def test_guest_buys(shop: Shop, http: httpx.AsyncClient, tmp_path: Path) -> None:
    order = await bought_by_a_guest(shop, http)
    mails = list((tmp_path / "data" / "mail").glob("*.eml"))
    assert len(mails) == 1
    assert order["code"] in mails[0].read_text()


async def test_order_needs_its_token(shop: Shop, http: httpx.AsyncClient) -> None:
    await stocked(shop)
    guest = Customer(http)
    await guest.put("mug")
    order_id = (await guest.order()).json()["orderId"]
    missing = await http.get("/api/orders/no-such-order")
    foreign = await http.get(f"/api/orders/{order_id}")
    forged = await http.get(
        f"/api/orders/{order_id}", headers={"X-Order-Token": guest.order_token[:-1] + "x"}
    )
    for response in (missing, foreign, forged):
        assert response.status_code == 404
        assert response.json()["code"] == "order_not_found"
        assert response.json()["error"] == missing.json()["error"]


async def test_order_token_expires(shop: Shop, http: httpx.AsyncClient, clock: ManualClock) -> None:
    await stocked(shop)
    guest = Customer(http)
    await guest.put("mug")
    order_id = (await guest.order()).json()["orderId"]
    clock.advance(days=31)
    response = await http.get(f"/api/orders/{order_id}", headers={"X-Order-Token": guest.order_token})
    assert response.status_code == 404


@pytest.mark.parametrize(
    ("token", "status", "failure"),
    [
        ("tok_chargeDeclined", "FAILED", "payment_declined:card_declined"),
        ("tok_insufficientFunds", "FAILED", "payment_declined:insufficient_funds"),
        ("tok_no_such_token", "FAILED", "payment_declined:invalid_token"),
        ("tok_networkError", "FAILED", "payment_unavailable"),
        ("tok_networkErrorTwice", "PROCESSING", None),
        ("tok_chargedThenTimeout", "PROCESSING", None),
    ],
)
async def test_payment_outcomes(
    shop: Shop, http: httpx.AsyncClient, clock: ManualClock, token: str, status: str, failure: str | None
) -> None:
    await stocked(shop, units=5)
    guest = Customer(http)
    await guest.put("mug", 2)
    order_id = (await guest.order(token)).json()["orderId"]
    await settle(shop, clock)
    order = await guest.look(order_id)
    assert (order["status"], order["failure"]) == (status, failure)
    paid = status == "PROCESSING"
    assert await charged(shop) == ([2400] if paid else [])
    assert await units(shop) == ((3, 0, 3) if paid else (5, 0, 5))


async def test_failed_order_can_be_ordered_again(
    shop: Shop, http: httpx.AsyncClient, clock: ManualClock
) -> None:
    await stocked(shop, units=5)
    guest = Customer(http)
    await guest.put("mug", 2)
    first = (await guest.order("tok_chargeDeclined")).json()["orderId"]
    await settle(shop, clock)
    second = (await guest.order("tok_visa")).json()["orderId"]
    await settle(shop, clock)
    assert first != second
    assert (await guest.look(second))["status"] == "PROCESSING"
    assert await charged(shop) == [2400]


@pytest.mark.parametrize("answer", ["confirm", "refuse", "nothing"])
async def test_three_d_secure(shop: Shop, http: httpx.AsyncClient, clock: ManualClock, answer: str) -> None:
    await stocked(shop, units=5)
    guest = Customer(http)
    await guest.put("mug")
    order_id = (await guest.order("tok_threeDSecure")).json()["orderId"]
    await settle(shop)
    waiting = await guest.look(order_id)
    assert waiting["status"] == "PENDING"
    assert await units(shop) == (5, 1, 4)
    intent = waiting["paymentActionUrl"].rpartition("/")[2]
    if answer == "nothing":
        clock.advance(minutes=6)
    else:
        response = await http.post(f"/api/payments/sandbox/{intent}/{answer}")
        assert response.status_code == 200
    await settle(shop, clock)
    order = await guest.look(order_id)
    if answer == "confirm":
        assert (order["status"], await charged(shop), await units(shop)) == ("PROCESSING", [1200], (4, 0, 4))
    else:
        assert (order["status"], await charged(shop), await units(shop)) == ("FAILED", [], (5, 0, 5))


async def test_same_request_five_times_at_once(
    shop: Shop, http: httpx.AsyncClient, clock: ManualClock
) -> None:
    await stocked(shop, units=5)
    guest = Customer(http)
    await guest.put("mug", 2)
    answers = await asyncio.gather(*(guest.order(key="once") for _ in range(5)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["orderId"] for answer in answers}) == 1
    await settle(shop, clock)
    assert len([order async for order in shop.store.scan(ORDERS)]) == 1
    assert await charged(shop) == [2400]
    again = await guest.order(key="once")
    assert again.json()["orderId"] == answers[0].json()["orderId"]
    other = await guest.order("tok_chargeDeclined", key="once")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_one_order_per_cart_version_without_a_key(shop: Shop, http: httpx.AsyncClient) -> None:
    await stocked(shop, units=5)
    guest = Customer(http)
    await guest.put("mug", 2)
    answers = await asyncio.gather(*(guest.order() for _ in range(5)))
    assert {answer.status_code for answer in answers} <= {202, 409}
    await settle(shop)
    assert len([order async for order in shop.store.scan(ORDERS)]) == 1
    assert await charged(shop) == [2400]


async def test_two_hundred_checkouts_of_fifty_units(
    shop: Shop, http: httpx.AsyncClient, clock: ManualClock
) -> None:
    await stocked(shop, units=50)
    guests = [Customer(http) for _ in range(200)]
    for guest in guests:
        await guest.put("mug")
    answers = await asyncio.gather(*(guest.order() for guest in guests))
    await settle(shop, clock)
    outcomes: Counter[str] = Counter()
    for guest, answer in zip(guests, answers, strict=True):
        if answer.status_code == 202:
            order = await guest.look(answer.json()["orderId"])
            outcomes[order["failure"] or order["status"]] += 1
        else:
            assert answer.status_code == 409
            outcomes[answer.json()["code"]] += 1
    assert outcomes == {"PROCESSING": 50, "out_of_stock": 150}
    assert await charged(shop) == [1200] * 50
    clock.advance(minutes=16)
    await shop.inventory.sweep()
    assert await units(shop) == (0, 0, 0)


async def test_money_comes_late(shop: Shop, http: httpx.AsyncClient, clock: ManualClock) -> None:
    """The payer confirms when the order was given up already: nothing stays charged."""
    await stocked(shop, units=5)
    guest = Customer(http)
    await guest.put("mug")
    order_id = (await guest.order("tok_threeDSecure")).json()["orderId"]
    await settle(shop)
    intent = (await guest.look(order_id))["paymentActionUrl"].rpartition("/")[2]
    clock.advance(minutes=6)
    await settle(shop, clock)
    await http.post(f"/api/payments/sandbox/{intent}/confirm")
    await settle(shop, clock)
    assert (await guest.look(order_id))["status"] == "FAILED"
    assert await charged(shop) == []


async def test_reservation_is_gone_when_the_queue_comes_to_it(
    shop: Shop, http: httpx.AsyncClient, clock: ManualClock
) -> None:
    """The queue is late and the goods are sold to somebody else meanwhile: the money goes back."""
    await stocked(shop, units=1)
    late = Customer(http)
    await late.put("mug")
    order_id = (await late.order()).json()["orderId"]
    await shop.driver.finish()
    clock.advance(minutes=20)
    assert await shop.inventory.sweep() == 1
    quick = Customer(http)
    await quick.put("mug")
    await shop.inventory.correct("mug", -1, "lost")
    await settle(shop, clock)
    order = await late.look(order_id)
    assert (order["status"], order["failure"]) == ("FAILED", "out_of_stock")
    assert await charged(shop) == []
    assert await units(shop) == (0, 0, 0)


async def test_user_buys_and_sees_own_orders_only(
    shop: Shop, http: httpx.AsyncClient, clock: ManualClock
) -> None:
    await stocked(shop, units=9)
    ann, _ = await signed_in(shop, http, "ann@example.com")
    bob, _ = await signed_in(shop, http, "bob@example.com")
    for _ in range(3):
        await ann.put("mug")
        assert (await ann.order()).status_code == 202
        await settle(shop)
        clock.advance(seconds=1)
    page = await http.get("/api/orders?limit=2", headers=ann.headers)
    assert len(page.json()) == 2
    following = page.headers["Link"].partition(">")[0].lstrip("<")
    rest = await http.get(following, headers=ann.headers)
    times = [order["timestamp"] for order in page.json() + rest.json()]
    assert len(times) == 3
    assert times == sorted(times, reverse=True)
    assert (await http.get("/api/orders", headers=bob.headers)).json() == []
    order_id = page.json()[0]["orderId"]
    assert (await http.get(f"/api/orders/{order_id}", headers=bob.headers)).status_code == 404
    assert (await http.post(f"/api/orders/{order_id}/cancel", headers=bob.headers)).status_code == 404
    assert (await ann.look(order_id))["status"] == "PROCESSING"
