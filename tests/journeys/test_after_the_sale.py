"""What happens to an order later: cancelling, refunding, shipping, and who may do that."""

import asyncio

import httpx
import pytest

from cartwheel.kernel.clock import ManualClock
from cartwheel.payments.sandbox.provider import INTENTS
from cartwheel.shop import Shop
from tests.support.shops import Customer, settle, signed_in, stocked

pytestmark = pytest.mark.every_engine


@pytest.fixture
async def sold(shop: Shop, http: httpx.AsyncClient) -> tuple[Customer, str]:
    """A guest and an order of two mugs for 24.00 that is being processed."""
    await stocked(shop, units=5)
    guest = Customer(http)
    await guest.put("mug", 2)
    order_id = (await guest.order()).json()["orderId"]
    await settle(shop)
    return guest, order_id


async def kept(shop: Shop) -> int:
    """What the sandbox still holds of all charges."""
    return sum([intent.refundable async for intent in shop.store.scan(INTENTS)])


async def test_customer_cancels(shop: Shop, sold: tuple[Customer, str], clock: ManualClock) -> None:
    guest, order_id = sold
    headers = {"X-Order-Token": guest.order_token}
    answers = await asyncio.gather(
        *(guest.http.post(f"/api/orders/{order_id}/cancel", headers=headers) for _ in range(3))
    )
    assert {answer.status_code for answer in answers} <= {200, 409}
    await settle(shop, clock)
    order = await guest.look(order_id)
    assert (order["status"], order["paymentStatus"]) == ("CANCELLED", "REFUNDED")
    assert await kept(shop) == 0
    stock = (await shop.inventory.stock(["mug"]))["mug"]
    assert (stock.on_hand, stock.reserved, stock.available) == (5, 0, 5)
    history = await guest.http.get(f"/api/orders/{order_id}/history", headers=headers)
    assert [entry["status"] for entry in history.json()] == ["PENDING", "PROCESSING", "CANCELLED", "REFUNDED"]


async def test_refunds_never_exceed_what_was_paid(
    shop: Shop, http: httpx.AsyncClient, sold: tuple[Customer, str], clock: ManualClock
) -> None:
    guest, order_id = sold
    admin, _ = await signed_in(shop, http, "boss@example.com", ("customers", "admins"))
    path = f"/api/orders/{order_id}/refunds"
    answers = await asyncio.gather(
        *(http.post(path, json={"amount": 10, "reason": "scratch"}, headers=admin.headers) for _ in range(4))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 201, 409, 409]
    assert {a.json()["code"] for a in answers if a.status_code == 409} == {"refund_too_large"}
    await settle(shop, clock)
    order = await guest.look(order_id)
    assert (order["refundedAmount"], order["paymentStatus"], order["status"]) == (
        20.0,
        "PARTIALLY_REFUNDED",
        "PROCESSING",
    )
    assert await kept(shop) == 400
    rest = {"amount": 4, "refundId": "the-rest"}
    twice = [await http.post(path, json=rest, headers=admin.headers) for _ in range(2)]
    assert [answer.status_code for answer in twice] == [201, 201]
    await settle(shop, clock)
    order = await guest.look(order_id)
    assert (order["refundedAmount"], order["paymentStatus"], order["status"]) == (
        24.0,
        "REFUNDED",
        "REFUNDED",
    )
    listed = await http.get(path, headers=admin.headers)
    assert sum(refund["amount"] for refund in listed.json()) == 24.0


@pytest.mark.parametrize("amount", [0, -1, 0.001, 1e20])
async def test_amounts_that_cannot_be_refunded(
    shop: Shop, http: httpx.AsyncClient, sold: tuple[Customer, str], amount: float
) -> None:
    _, order_id = sold
    admin, _ = await signed_in(shop, http, "boss@example.com", ("customers", "admins"))
    path = f"/api/orders/{order_id}/refunds"
    assert (await http.post(path, json={"amount": amount}, headers=admin.headers)).status_code == 422
    assert await kept(shop) == 2400


async def test_staff_ships_and_delivers(
    shop: Shop, http: httpx.AsyncClient, sold: tuple[Customer, str]
) -> None:
    guest, order_id = sold
    admin, _ = await signed_in(shop, http, "boss@example.com", ("customers", "admins"))
    parcel = {"carrier": "Post", "tracking": "RR123"}
    early = await http.post(f"/api/orders/{order_id}/deliver", headers=admin.headers)
    assert (early.status_code, early.json()["code"]) == (409, "illegal_transition")
    shipped = await http.post(f"/api/orders/{order_id}/shipments", json=parcel, headers=admin.headers)
    assert shipped.status_code == 201, shipped.text
    assert (await guest.look(order_id))["shipments"][0]["tracking"] == "RR123"
    late = await http.post(f"/api/orders/{order_id}/cancel", headers={"X-Order-Token": guest.order_token})
    assert late.status_code == 409
    for step, status in (("deliver", "DELIVERED"), ("complete", "COMPLETED")):
        answer = await http.post(f"/api/orders/{order_id}/{step}", headers=admin.headers)
        assert answer.json()["status"] == status
    await settle(shop)
    mails = [mail.template for mail in (await shop.notifications.mails(None, 10)).items]
    assert sorted(mails) == ["order_delivered", "order_placed", "order_shipped"]


async def test_staff_routes_are_for_staff(
    shop: Shop, http: httpx.AsyncClient, sold: tuple[Customer, str]
) -> None:
    guest, order_id = sold
    ann, _ = await signed_in(shop, http, "ann@example.com")
    for path, body in {
        "refunds": {"amount": 1},
        "shipments": {"carrier": "Post"},
        "deliver": {},
        "complete": {},
    }.items():
        url = f"/api/orders/{order_id}/{path}"
        assert (await http.post(url, json=body)).status_code == 401
        assert (await http.post(url, json=body, headers=ann.headers)).status_code == 403
    assert (await http.get("/api/admin/orders", headers=ann.headers)).status_code == 403
    assert (await guest.look(order_id))["status"] == "PROCESSING"


async def test_webhooks_in_any_order_any_number_of_times(
    shop: Shop, http: httpx.AsyncClient, sold: tuple[Customer, str], clock: ManualClock
) -> None:
    """Five deliveries, with a stale failure among them, and the order stays as it was."""
    guest, order_id = sold
    intent = (await shop.payments.find(order_id)).intent_id  # type: ignore[union-attr]
    provider = shop.provider
    charge = f'{{"id":"{intent}","metadata":{{"reference":"{order_id}"}}}}'
    for event, kind in [("evt_late", "payment_failed"), ("evt_1", "succeeded")]:
        body = f'{{"id":"{event}","type":"payment_intent.{kind}","data":{{"object":{charge}}}}}'.encode()
        signature = provider.sign(body)  # type: ignore[attr-defined]
        for _ in range(5):
            answer = await http.post(
                "/api/payments/webhooks", content=body, headers={"Stripe-Signature": signature}
            )
            assert answer.status_code == 200, answer.text
    await settle(shop, clock)
    order = await guest.look(order_id)
    assert (order["status"], order["paymentStatus"]) == ("PROCESSING", "PAID")
    assert await kept(shop) == 2400


async def test_a_webhook_that_comes_early(shop: Shop, http: httpx.AsyncClient, clock: ManualClock) -> None:
    """The provider tells of the money before its own answer has reached the shop."""
    await stocked(shop, units=5)
    guest = Customer(http)
    await guest.put("mug")
    order_id = (await guest.order("tok_threeDSecure")).json()["orderId"]
    await settle(shop)
    waiting = await guest.look(order_id)
    intent = waiting["paymentActionUrl"].rpartition("/")[2]
    await http.post(f"/api/payments/sandbox/{intent}/confirm")
    for _ in range(5):
        await shop.payments.apply(order_id, "succeeded", intent)
    await shop.payments.apply("an-order-that-nobody-placed", "succeeded", "pi_x")
    await settle(shop, clock)
    assert (await guest.look(order_id))["paymentStatus"] == "PAID"
    assert await kept(shop) == 1200


async def test_webhook_must_be_signed(shop: Shop, http: httpx.AsyncClient, clock: ManualClock) -> None:
    body = b'{"id":"evt_x","type":"payment_intent.succeeded","data":{"object":{}}}'
    good = shop.provider.sign(body)  # type: ignore[attr-defined]
    for signature, content in [("", body), ("t=1,v1=00", body), (good, body + b" "), ("\xff", body)]:
        headers = {"Stripe-Signature": signature.encode("latin-1")}
        answer = await http.post("/api/payments/webhooks", content=content, headers=headers)
        assert answer.status_code == 422, answer.text
    clock.advance(minutes=10)
    answer = await http.post("/api/payments/webhooks", content=body, headers={"Stripe-Signature": good})
    assert answer.json()["code"] == "invalid_signature"


async def test_each_vendor_hears_of_own_lines_only(
    shop: Shop, http: httpx.AsyncClient, clock: ManualClock
) -> None:
    _, one = await signed_in(shop, http, "one@example.com", ("customers", "vendors"))
    _, two = await signed_in(shop, http, "two@example.com", ("customers", "vendors"))
    await stocked(shop, "cup", title="Plain Cup", vendor_id=one)
    await stocked(shop, "pan", title="Heavy Pan", vendor_id=two)
    guest = Customer(http)
    await guest.put("cup")
    await guest.put("pan")
    await guest.order()
    await settle(shop, clock)
    mails = {mail.to: mail for mail in (await shop.notifications.mails(None, 10)).items}
    assert set(mails) == {"guest@example.com", "one@example.com", "two@example.com"}
    assert "Plain Cup" in mails["one@example.com"].text
    assert "Heavy Pan" not in mails["one@example.com"].text
    assert "Heavy Pan" in mails["two@example.com"].html
