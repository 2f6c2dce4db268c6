"""Several vendors in one shop: they apply, sell, send, are paid, and see nothing of one another."""

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from cartwheel.audit import AuditLog
from cartwheel.kernel.clock import ManualClock
from cartwheel.shop import Shop
from cartwheel.vendors.tables import VENDORS
from tests.support.shops import PASSWORD, Customer, settle, signed_in, stocked
from tests.support.vendors import APPLICATION, selling

pytestmark = pytest.mark.every_engine

PARCEL = {"carrier": "Post", "tracking": "RR1"}
ADDRESS = {"name": "Ann", "line1": "1 High St", "city": "Leeds", "postalCode": "LS1", "country": "GB"}


@dataclass
class Market:
    """Two vendors with a product each, an admin, and a guest who has bought of both."""

    http: httpx.AsyncClient
    boss: Customer
    one: Customer
    two: Customer
    ids: dict[str, str]
    guest: Customer
    order_id: str = ""

    async def get(self, path: str, who: Customer | None = None) -> Any:  # noqa: ANN401 - JSON
        """What somebody is answered."""
        answer = await self.http.get(f"/api{path}", headers=who.headers if who else {})
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, path: str, who: Customer, body: object = None) -> httpx.Response:
        """Has somebody do something."""
        return await self.http.post(f"/api{path}", json=body or {}, headers=who.headers)


@pytest.fixture
async def market(shop: Shop, http: httpx.AsyncClient) -> Market:
    boss, _ = await signed_in(shop, http, "boss@example.com", ("admins",))
    one, one_id = await selling(shop, http, "one", boss)
    two, two_id = await selling(shop, http, "two", boss)
    await stocked(shop, "cup", title="Plain Cup", price=1000, vendor_id=one_id)
    await stocked(shop, "pan", title="Heavy Pan", price=3001, vendor_id=two_id)
    guest = Customer(http)
    await guest.put("cup", 2)
    await guest.put("pan")
    placed = await guest.order(shippingMethod="express", shippingAddress=ADDRESS)
    ids = {"one": one_id, "two": two_id}
    made = Market(http, boss, one, two, ids, guest, placed.json()["orderId"])
    await settle(shop)
    return made


async def test_one_order_is_sent_by_each_vendor(shop: Shop, market: Market) -> None:
    (mine,) = await market.get("/vendor/orders?status=PROCESSING", market.one)
    assert [item["name"] for item in mine["items"]] == ["Plain Cup"]
    assert (mine["goods"], mine["shipping"], mine["total"]) == (20.0, 4.0, 24.0)
    assert mine["shippingAddress"]["city"] == "Leeds"
    (other,) = await market.get("/vendor/orders", market.two)
    assert (other["goods"], other["shipping"]) == (30.01, 5.99)
    order = await market.guest.look(market.order_id)
    assert mine["total"] + other["total"] == order["totalAmount"] == 60.0

    sent = await market.post(f"/vendor/orders/{market.order_id}/shipments", market.one, PARCEL)
    assert (sent.status_code, sent.json()["status"], sent.json()["tracking"]) == (201, "SHIPPED", "RR1")
    again = await market.post(f"/vendor/orders/{market.order_id}/shipments", market.one, PARCEL)
    assert (again.status_code, again.json()["code"]) == (409, "illegal_transition")
    order = await market.guest.look(market.order_id)
    assert (order["status"], order["shipments"][0]["vendorIds"]) == ("PROCESSING", [market.ids["one"]])
    assert await market.get("/vendor/orders?status=PROCESSING", market.one) == []

    cancel = f"/api/orders/{market.order_id}/cancel"
    late = await market.http.post(cancel, headers={"X-Order-Token": market.guest.order_token})
    assert (late.status_code, late.json()["code"]) == (409, "illegal_transition")

    last = {"carrier": "Van", "tracking": " V2 "}
    sent = await market.post(f"/vendor/orders/{market.order_id}/shipments", market.two, last)
    assert sent.json()["tracking"] == "V2"
    order = await market.guest.look(market.order_id)
    assert (order["status"], len(order["shipments"])) == ("SHIPPED", 2)
    await market.post(f"/orders/{market.order_id}/deliver", market.boss)
    assert (await market.get("/vendor/orders", market.two))[0]["status"] == "DELIVERED"
    headers = {"X-Order-Token": market.guest.order_token}
    history = await market.http.get(f"/api/orders/{market.order_id}/history", headers=headers)
    assert [entry["status"] for entry in history.json()][2:] == ["PARTIALLY_SHIPPED", "SHIPPED", "DELIVERED"]
    await settle(shop)
    mails = [mail for mail in (await shop.notifications.mails(None, 50)).items if "shipped" in mail.template]
    assert sorted(mail.text.count("rest follows") for mail in mails) == [0, 1]
    assert sorted("RR1" in mail.text for mail in mails) == [False, True]


async def test_each_part_arrives_by_itself(shop: Shop, market: Market) -> None:
    path = f"/vendor/orders/{market.order_id}"
    early = await market.post(f"{path}/deliver", market.one)
    assert (early.status_code, early.json()["code"]) == (409, "illegal_transition")
    await market.post(f"{path}/shipments", market.one, PARCEL)
    arrived = await market.post(f"{path}/deliver", market.one)
    assert (arrived.status_code, arrived.json()["status"]) == (200, "DELIVERED")
    assert arrived.json()["deliveredAt"] is not None
    assert (await market.post(f"{path}/deliver", market.one)).status_code == 409
    order = await market.guest.look(market.order_id)
    parts = {part["vendorId"]: (part["status"], part["tracking"]) for part in order["fulfilments"]}
    assert (order["status"], parts) == (
        "PROCESSING",
        {market.ids["one"]: ("DELIVERED", "RR1"), market.ids["two"]: ("PROCESSING", "")},
    )
    await market.post(f"{path}/shipments", market.two, PARCEL)
    assert (await market.guest.look(market.order_id))["status"] == "SHIPPED"
    of_two = f"/orders/{market.order_id}/deliver?vendorId={market.ids['two']}"
    done = await market.post(of_two, market.boss)
    assert (done.status_code, done.json()["status"]) == (200, "DELIVERED")
    statuses = [entry.status for entry in await shop.orders.history(market.order_id)][2:]
    assert statuses == ["PARTIALLY_SHIPPED", "PARTIALLY_DELIVERED", "SHIPPED", "DELIVERED"]
    await settle(shop)
    mails = [mail for mail in (await shop.notifications.mails(None, 50)).items if "deliv" in mail.template]
    assert sorted("still on its way" in " ".join(mail.text.split()) for mail in mails) == [False, True]


async def test_parts_that_arrive_at_the_same_time_end_the_order(market: Market) -> None:
    await market.post(f"/orders/{market.order_id}/shipments", market.boss, PARCEL)
    path = f"/vendor/orders/{market.order_id}/deliver"
    answers = await asyncio.gather(*(market.post(path, who) for who in (market.one, market.two, market.one)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 409]
    assert (await market.guest.look(market.order_id))["status"] == "DELIVERED"


async def test_a_suspended_vendor_still_sends_what_was_ordered(shop: Shop, market: Market) -> None:
    suspend = f"/admin/vendors/{market.ids['one']}/suspend"
    await market.post(suspend, market.boss, {"reason": "Fakes"})
    await settle(shop)
    tokens = await market.http.post(
        "/api/auth/signin", json={"email": "one@example.com", "password": PASSWORD}
    )
    gone = Customer(market.http, {"Authorization": f"Bearer {tokens.json()['accessToken']}"})
    (open_one,) = await market.get("/vendor/orders?status=PROCESSING", gone)
    path = f"/vendor/orders/{open_one['orderId']}"
    assert (await market.get(path, gone))["items"][0]["name"] == "Plain Cup"
    assert (await market.post(f"{path}/shipments", gone, PARCEL)).status_code == 201
    assert (await market.post(f"{path}/deliver", gone)).json()["status"] == "DELIVERED"
    other = await market.http.get(f"/api{path}?vendorId={market.ids['two']}", headers=gone.headers)
    assert other.status_code == 403
    assert (await market.http.get("/api/vendor/products", headers=gone.headers)).status_code == 403


async def test_vendors_who_send_at_the_same_time(market: Market) -> None:
    path = f"/vendor/orders/{market.order_id}/shipments"
    rivals = [market.post(path, who, PARCEL) for who in (market.one, market.two, market.one)]
    answers = await asyncio.gather(*rivals)
    assert sorted(answer.status_code for answer in answers) == [201, 201, 409]
    order = await market.guest.look(market.order_id)
    assert (order["status"], len(order["shipments"])) == ("SHIPPED", 2)


async def test_staff_sends_for_vendors_and_is_on_record(shop: Shop, market: Market) -> None:
    path = f"/orders/{market.order_id}/shipments"
    one = {**PARCEL, "vendorId": market.ids["one"]}
    assert (await market.post(path, market.boss, one)).json()["status"] == "PROCESSING"
    assert (await market.post(path, market.boss, one)).status_code == 409
    nobody = await market.post(path, market.boss, {**PARCEL, "vendorId": "nobody"})
    assert (nobody.status_code, nobody.json()["code"]) == (404, "order_not_found")
    rest = (await market.post(path, market.boss, PARCEL)).json()
    assert (rest["status"], rest["shipments"][1]["vendorIds"]) == ("SHIPPED", [market.ids["two"]])
    for refund in ("r-1", "r-1"):
        body = {"amount": 5, "refundId": refund}
        assert (await market.post(f"/orders/{market.order_id}/refunds", market.boss, body)).status_code == 201
    await market.post(f"/orders/{market.order_id}/deliver", market.boss)
    logged = (await AuditLog(shop.store).entries(None, market.order_id, None, 10)).items
    actions = [entry.action for entry in reversed(logged)]
    assert actions == ["order.shipped", "order.shipped", "order.refunded", "order.delivered"]


async def test_a_cancelled_order_leaves_the_list(shop: Shop, market: Market, clock: ManualClock) -> None:
    cancel = f"/api/orders/{market.order_id}/cancel"
    await market.http.post(cancel, headers={"X-Order-Token": market.guest.order_token})
    await settle(shop, clock)
    assert await market.get("/vendor/orders?status=PROCESSING", market.one) == []
    assert (await market.get("/vendor/orders", market.one))[0]["status"] == "CANCELLED"
    sent = await market.post(f"/vendor/orders/{market.order_id}/shipments", market.one, PARCEL)
    assert sent.status_code == 409
    assert (await market.get("/vendor/summary", market.one))["balance"] == 0.0


async def test_unpaid_orders_are_nobodys(shop: Shop, market: Market) -> None:
    await market.guest.put("cup")
    waiting = (await market.guest.order("tok_threeDSecure")).json()["orderId"]
    await settle(shop)
    assert len(await market.get("/vendor/orders", market.one)) == 1
    for path in (f"/vendor/orders/{waiting}", f"/vendor/orders/{market.order_id}x"):
        answer = await market.http.get(f"/api{path}", headers=market.one.headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "order_not_found")
    sent = await market.post(f"/vendor/orders/{waiting}/shipments", market.one, PARCEL)
    assert sent.status_code == 404


async def test_money_is_shared_and_paid_out(shop: Shop, market: Market, clock: ManualClock) -> None:
    assert (await market.get("/vendor/summary", market.one)) == {
        "ordersToShip": 1,
        "lowStock": 0,
        "limit": 100,
        "balance": 22.0,
        "currency": "USD",
    }
    told = [(entry["kind"], entry["amount"]) for entry in await market.get("/vendor/ledger", market.one)]
    assert told == [("commission", -2.0), ("sale", 24.0)]
    paid = await market.post("/admin/payouts", market.boss, {"batchId": "june"})
    assert (paid.status_code, paid.json()["payouts"], paid.json()["total"]) == (201, 2, 55.0)
    assert (await market.post("/admin/payouts", market.boss, {"batchId": "june"})).json() == paid.json()
    file = await market.http.get("/api/admin/payouts/june/csv", headers=market.boss.headers)
    assert file.headers["content-type"].startswith("text/csv")
    assert "DE02 1203 0000 0000 2020 51" in file.text
    (payout,) = await market.get("/vendor/payouts", market.one)
    assert (payout["amount"], payout["payoutHint"]) == (22.0, "… 2051")
    await settle(shop, clock)
    mails = (await shop.notifications.mails(None, 50)).items
    assert sorted(mail.to for mail in mails if mail.template == "payout_sent") == [
        "one@example.com",
        "two@example.com",
    ]
    await market.post(f"/orders/{market.order_id}/refunds", market.boss, {"amount": 60})
    await settle(shop, clock)
    assert (await market.get("/vendor/summary", market.one))["balance"] == -22.0
    assert (await market.get("/admin/payouts", market.boss))[0]["batchId"] == "june"


async def test_one_vendor_bears_a_refund(shop: Shop, market: Market, clock: ManualClock) -> None:
    path = f"/orders/{market.order_id}/refunds"
    for vendor, status in ((market.ids["two"], 201), ("nobody", 404)):
        answer = await market.post(path, market.boss, {"amount": 18, "vendorId": vendor})
        assert answer.status_code == status, answer.text
    await settle(shop, clock)
    assert (await market.get("/vendor/summary", market.one))["balance"] == 22.0
    # half of the part of 36.00 went back, and with it half of the commission of 3.00
    assert (await market.get("/vendor/summary", market.two))["balance"] == 16.5


async def test_a_vendor_has_a_rate_of_its_own(shop: Shop, market: Market) -> None:
    path = f"/api/admin/vendors/{market.ids['one']}/commission"
    answer = await market.http.put(path, json={"commission": 2.5}, headers=market.boss.headers)
    assert answer.json()["commission"] == 2.5
    for wrong in (-1, 100.01, 2.555, "much"):
        refused = await market.http.put(path, json={"commission": wrong}, headers=market.boss.headers)
        assert refused.status_code == 422, wrong
    await market.guest.put("cup")
    await market.guest.order()
    await settle(shop)
    assert (await market.get("/vendor/ledger?limit=2", market.one))[0]["amount"] == -0.25


async def test_a_suspended_vendor_leaves_the_shop(shop: Shop, market: Market) -> None:
    await market.guest.put("cup")
    await market.guest.put("pan")
    vendor = market.ids["one"]
    assert [p["slug"] for p in await market.get("/vendors/shop-of-one/products")] == ["plain-cup"]
    suspended = await market.post(f"/admin/vendors/{vendor}/suspend", market.boss, {"reason": "Fakes"})
    assert (suspended.json()["status"], suspended.json()["reason"]) == ("SUSPENDED", "Fakes")
    await settle(shop)
    assert [product["slug"] for product in await market.get("/products")] == ["heavy-pan"]
    assert [product["slug"] for product in await market.get("/products?category=home")] == ["heavy-pan"]
    assert (await market.get("/categories"))[0]["products"] == 1
    gone = ("/products/cup", f"/vendors/{vendor}", "/vendors/shop-of-one", f"/vendors/{vendor}/products")
    for path in gone:
        assert (await market.http.get(f"/api{path}")).status_code == 404, path
    assert (await market.http.get("/api/vendor/orders", headers=market.one.headers)).status_code == 401
    cart = (await market.http.get("/api/cart", headers=market.guest.headers)).json()
    assert [item["name"] for item in cart["items"]] == ["Heavy Pan"]
    refused = await market.guest.order()
    assert (refused.status_code, refused.json()["code"]) == (409, "cart_changed")
    assert (await market.guest.put("cup")).status_code == 404

    back = await market.post(f"/admin/vendors/{vendor}/approve", market.boss)
    assert (back.json()["status"], back.json()["reason"]) == ("APPROVED", "")
    await settle(shop)
    assert (await market.get("/products/cup"))["name"] == "Plain Cup"
    assert [p["slug"] for p in await market.get(f"/vendors/{vendor}/products")] == ["plain-cup"]
    mails = [mail.template for mail in (await shop.notifications.mails(None, 50)).items]
    assert mails.count("vendor_suspended") == 1


async def test_suspended_and_reinstated_at_once(shop: Shop, market: Market) -> None:
    """Whatever runs last, the products and the group follow the vendor's status."""
    vendor = market.ids["one"]
    rivals = [
        market.post(f"/admin/vendors/{vendor}/{what}", market.boss, {"reason": "Fakes"})
        for what in ("suspend", "approve", "suspend", "approve")
    ]
    answers = await asyncio.gather(*rivals)
    assert {answer.status_code for answer in answers} <= {200, 409}
    await settle(shop)
    sells = (await shop.vendors.get(vendor)).is_public
    assert (await market.http.get("/api/products/cup")).status_code == (200 if sells else 404)
    assert ("vendors" in (await shop.accounts.get_user(vendor)).groups) is sells


async def test_applying(shop: Shop, http: httpx.AsyncClient) -> None:
    boss, _ = await signed_in(shop, http, "boss@example.com", ("admins",))
    vera, vera_id = await signed_in(shop, http, "vera@example.com")
    assert (await http.get("/api/vendor", headers=vera.headers)).status_code == 404
    mistakes: list[dict[str, object]] = [{"shopName": " "}, {"shopName": "🙂"}, {"logoUrl": "javascript:x"}]
    mistakes.append({"payout": {}})
    for wrong in mistakes:
        answer = await http.post("/api/vendor", json=APPLICATION | wrong, headers=vera.headers)
        assert answer.status_code == 422, wrong
    applied = await http.post("/api/vendor", json=APPLICATION, headers=vera.headers)
    assert (applied.status_code, applied.json()["status"]) == (201, "APPLIED")
    assert (applied.json()["slug"], applied.json()["payoutHint"]) == ("veras-mugs", "… 2051")
    assert "2020" not in applied.text
    stored = await shop.store.get(VENDORS, vera_id)
    assert stored is not None
    assert "DE02" not in repr(stored) + (stored.sealed_payout or "")
    assert (await http.get("/api/vendors/veras-mugs")).status_code == 404
    other, _ = await signed_in(shop, http, "other@example.com")
    taken = await http.post("/api/vendor", json=APPLICATION, headers=other.headers)
    assert (taken.status_code, taken.json()["code"]) == (409, "shop_name_taken")

    waiting = await http.get("/api/admin/vendors?status=APPLIED", headers=boss.headers)
    assert [vendor["vendorId"] for vendor in waiting.json()] == [vera_id]
    path = f"/api/admin/vendors/{vera_id}"
    assert (await http.post(f"{path}/decline", json={}, headers=boss.headers)).status_code == 422
    declined = await http.post(f"{path}/decline", json={"reason": "No mugs"}, headers=boss.headers)
    assert (declined.json()["status"], declined.json()["reason"]) == ("DECLINED", "No mugs")
    early = await http.post(f"{path}/approve", headers=boss.headers)
    assert (early.status_code, early.json()["code"]) == (409, "illegal_transition")
    again = await http.post("/api/vendor", json=APPLICATION | {"shopName": "Vera"}, headers=vera.headers)
    assert (again.json()["status"], again.json()["slug"], again.json()["reason"]) == ("APPLIED", "vera", "")
    assert (await http.post("/api/vendor", json=APPLICATION, headers=other.headers)).status_code == 201
    approved = await http.post(f"{path}/approve", headers=boss.headers)
    assert approved.json()["status"] == "APPROVED"
    assert (await http.post(f"{path}/approve", headers=boss.headers)).status_code == 200
    assert (await http.post("/api/vendor", json=APPLICATION, headers=vera.headers)).status_code == 409
    assert "vendors" in (await shop.accounts.get_user(vera_id)).groups
    page = (await http.get("/api/vendors/vera")).json()
    assert set(page) == {"vendorId", "slug", "shopName", "description", "logoUrl", "since"}
    await settle(shop)
    mails = [mail for mail in (await shop.notifications.mails(None, 50)).items if mail.to[:4] == "vera"]
    assert sorted(mail.template for mail in mails) == ["vendor_approved", "vendor_declined"]
    assert any("No mugs" in mail.text for mail in mails)
    logged = await AuditLog(shop.store).entries(None, vera_id, None, 10)
    actions = [entry.action for entry in logged.items if entry.action.startswith("vendor.")]
    assert actions == ["vendor.approved", "vendor.declined"]


async def test_a_shop_front_is_changed(market: Market) -> None:
    body: dict[str, Any] = {"shopName": "New Name", "description": "Better"}
    changed = await market.http.put("/api/vendor", json=body, headers=market.one.headers)
    assert (changed.json()["slug"], changed.json()["payoutHint"]) == ("new-name", "… 2051")
    assert (await market.http.get("/api/vendors/shop-of-one")).status_code == 404
    assert (await market.get("/vendors/new-name"))["description"] == "Better"
    taken = {"shopName": "Shop of two"}
    refused = await market.http.put("/api/vendor", json=taken, headers=market.one.headers)
    assert refused.status_code == 409
    body["payout"] = {"holder": "V", "account": "GB33BUKB20201555555555"}
    changed = await market.http.put("/api/vendor", json=body, headers=market.one.headers)
    assert changed.json()["payoutHint"] == "… 5555"


async def test_who_leaves_sells_no_more_and_is_paid_first(shop: Shop, market: Market) -> None:
    await shop.accounts.erase(market.ids["one"])
    await settle(shop)
    assert (await market.http.get("/api/products/cup")).status_code == 404
    gone = await shop.vendors.get(market.ids["one"])
    assert (gone.status, gone.payout_hint) == ("SUSPENDED", "… 2051")
    await shop.vendors.decide(gone.vendor_id, gone.status.APPROVED)  # the suspended are not paid
    await market.post("/admin/payouts", market.boss, {"batchId": "last"})
    await settle(shop)
    assert (await shop.vendors.get(market.ids["two"])).sealed_payout is not None
    await shop.accounts.erase(market.ids["two"])
    await settle(shop)
    assert [(await shop.vendors.get(one)).sealed_payout for one in market.ids.values()] == [None, None]


async def test_staff_finds_orders(shop: Shop, market: Market, clock: ManualClock) -> None:
    ann, ann_id = await signed_in(shop, market.http, "Ann@example.com")
    clock.advance(minutes=30)
    await ann.put("cup")
    annes = (await ann.order()).json()["orderId"]
    await settle(shop)

    async def found(query: str) -> list[str]:
        return [order["orderId"] for order in await market.get(f"/admin/orders?{query}", market.boss)]

    assert await found("") == [annes, market.order_id]
    assert await found("email=guest@EXAMPLE.com") == [market.order_id]
    assert await found("email=ann@example.com") == await found(f"userId={ann_id}") == [annes]
    assert await found("email=nobody@example.com") == []
    assert await found("since=2026-11-21T12:10:00Z") == [annes]
    assert await found("until=2026-11-21T12:10:00Z&status=PROCESSING") == [market.order_id]
    assert await found(f"userId={ann_id}&status=FAILED") == []
    assert await found(f"userId={ann_id}&since=2026-11-21T12:10:00Z") == [annes]
    for wrong in ("since=yesterday", "since=2026-11-21T12:10:00", "status=LOST"):
        answer = await market.http.get(f"/api/admin/orders?{wrong}", headers=market.boss.headers)
        assert answer.status_code == 422
