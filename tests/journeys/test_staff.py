"""What admins do to users, products and stock."""

import asyncio
from typing import Any

import httpx
import pytest

from cartwheel.audit.tables import AUDIT
from cartwheel.catalog import Draft, ProductStatus
from cartwheel.kernel.clock import ManualClock
from cartwheel.shop import Shop
from tests.support.counting import CountingStore
from tests.support.shops import PASSWORD, Customer, signed_in, stocked

Json = dict[str, Any]


@pytest.fixture
async def admin(shop: Shop, http: httpx.AsyncClient) -> tuple[Customer, str]:
    return await signed_in(shop, http, "boss@example.com", ("admins",))


async def listed(who: Customer, **query: str) -> list[str]:
    answer = await who.http.get("/api/admin/users", params=query, headers=who.headers)
    assert answer.status_code == 200, answer.text
    return [user["email"] for user in answer.json()]


async def test_users_are_found_by_how_they_begin(
    shop: Shop, http: httpx.AsyncClient, admin: tuple[Customer, str], clock: ManualClock
) -> None:
    boss, _ = admin
    for email, name in (
        ("Anna@example.com", "Anna Älv"),
        ("annabel@example.com", "Zoë"),
        ("bob@example.com", "anton"),
    ):
        clock.advance(seconds=1)
        await signed_in(shop, http, email)
        user = await shop.accounts.find_user(email)
        assert user is not None
        changed = await shop.sessions.of_user(user.user_id)
        assert len(changed) == 1
        headers = await fresh(http, email)
        await http.patch("/api/users/me", json={"name": name}, headers=headers)
    assert await listed(boss) == [
        "bob@example.com",
        "annabel@example.com",
        "Anna@example.com",
        "boss@example.com",
    ]
    assert await listed(boss, email="ANNA") == ["Anna@example.com", "annabel@example.com"]
    assert await listed(boss, email="annabel@") == ["annabel@example.com"]
    assert await listed(boss, name="an") == ["Anna@example.com", "bob@example.com"]
    assert await listed(boss, name="anna ÄL") == ["Anna@example.com"]
    assert await listed(boss, email="%") == []
    store = shop.store
    assert isinstance(store, CountingStore)
    store.taken()
    await listed(boss, name="a")
    assert store.taken() == ["get sessions", "query users"]
    answer = await http.get("/api/admin/users?email=anna&limit=1", headers=boss.headers)
    second = await http.get(answer.links["next"]["url"], headers=boss.headers)
    assert [user["email"] for user in second.json()] == ["annabel@example.com"]
    gone = await shop.accounts.find_user("bob@example.com")
    assert gone is not None
    await shop.accounts.erase(gone.user_id)
    assert await listed(boss, name="anton") == await listed(boss, email="bob") == []


async def fresh(http: httpx.AsyncClient, email: str) -> dict[str, str]:
    body = {"email": email, "password": PASSWORD, "refresh": "body"}
    answer = await http.post("/api/auth/signin", json=body)
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['accessToken']}"}


async def test_nothing_secret_is_shown(
    http: httpx.AsyncClient, shop: Shop, admin: tuple[Customer, str]
) -> None:
    boss, _ = admin
    _, carl_id = await signed_in(shop, http, "carl@example.com")
    answer = await http.get(f"/api/admin/users/{carl_id}", headers=boss.headers)
    assert set(answer.json()) == {
        "userId",
        "email",
        "name",
        "locale",
        "marketingOptIn",
        "groups",
        "totpEnabled",
        "defaultAddressId",
        "createdAt",
        "disabled",
        "erasedAt",
    }
    missing = await http.get("/api/admin/users/nobody", headers=boss.headers)
    assert (missing.status_code, missing.json()["code"]) == (404, "user_not_found")


async def test_who_is_disabled_is_out_at_once(
    shop: Shop, http: httpx.AsyncClient, admin: tuple[Customer, str]
) -> None:
    boss, _ = admin
    carl, carl_id = await signed_in(shop, http, "carl@example.com")
    path = f"/api/admin/users/{carl_id}"
    assert (await http.get("/api/users/me", headers=carl.headers)).status_code == 200
    answer = await http.post(f"{path}/disable", headers=boss.headers)
    assert (answer.status_code, answer.json()["disabled"]) == (200, True)
    assert (await http.get("/api/users/me", headers=carl.headers)).status_code == 401
    body = {"email": "carl@example.com", "password": PASSWORD}
    assert (await http.post("/api/auth/signin", json=body)).json()["code"] == "account_disabled"
    assert (await http.post(f"{path}/enable", headers=boss.headers)).json()["disabled"] is False
    assert (await http.post("/api/auth/signin", json=body)).status_code == 200


async def test_nobody_locks_themselves_out(
    http: httpx.AsyncClient, shop: Shop, admin: tuple[Customer, str]
) -> None:
    boss, boss_id = admin
    before = [row async for row in shop.store.scan(AUDIT)]
    for method, path in (("DELETE", "groups/admins"), ("POST", "disable")):
        answer = await http.request(method, f"/api/admin/users/{boss_id}/{path}", headers=boss.headers)
        assert (answer.status_code, answer.json()["code"]) == (409, "own_admin_right")
    answer = await http.put(f"/api/admin/users/{boss_id}/groups/vendors", headers=boss.headers)
    assert answer.json()["groups"] == ["admins", "vendors"]
    assert len([row async for row in shop.store.scan(AUDIT)]) == len(before) + 1


@pytest.mark.parametrize("path", ["groups/admins", "disable"])
@pytest.mark.every_engine
async def test_two_admins_cannot_take_the_right_from_each_other(
    http: httpx.AsyncClient, shop: Shop, admin: tuple[Customer, str], path: str
) -> None:
    boss, boss_id = admin
    chief, chief_id = await signed_in(shop, http, "chief@example.com", ("admins",))
    method = "DELETE" if "groups" in path else "POST"
    answers = await asyncio.gather(
        http.request(method, f"/api/admin/users/{chief_id}/{path}", headers=boss.headers),
        http.request(method, f"/api/admin/users/{boss_id}/{path}", headers=chief.headers),
    )
    assert sorted(answer.status_code for answer in answers) in ([200, 401], [200, 403])
    users = await shop.accounts.get_users([boss_id, chief_id])
    left = [user for user in users if user and "admins" in user.groups and not user.disabled]
    assert len(left) == 1


async def test_stock_is_corrected_with_a_reason(
    shop: Shop, http: httpx.AsyncClient, admin: tuple[Customer, str]
) -> None:
    boss, boss_id = admin
    await stocked(shop, "mug", units=10)
    path = "/api/products/mug/stock"

    async def change(status: int, **body: object) -> Json:
        answer = await http.patch(path, json=body, headers=boss.headers)
        assert answer.status_code == status, answer.text
        told: Json = answer.json()
        return told

    assert (await change(200, delta=-2, reason="damaged", note="dropped"))["onHand"] == 8
    assert (await change(200, onHand=12, expectedOnHand=8, reason="received"))["onHand"] == 12
    assert (await change(409, onHand=3, expectedOnHand=8))["code"] == "stock_moved"
    rows = (await http.get(path, headers=boss.headers)).json()
    assert [(row["variantId"], row["onHand"], row["reserved"], row["available"]) for row in rows] == [
        ("mug", 12, 0, 12)
    ]
    assert (await change(409, delta=-13))["code"] == "out_of_stock"
    await change(422, delta=1, reason="sold")
    await change(422, delta=1, expectedOnHand=12)
    answer = await http.get("/api/products/mug/stock-movements", headers=boss.headers)
    assert [(m["reason"], m["onHandChange"], m["note"], m["reference"]) for m in answer.json()] == [
        ("received", 4, "", boss_id),
        ("damaged", -2, "dropped", boss_id),
    ]
    entries = [row async for row in shop.store.scan(AUDIT)]
    assert [(e.action, e.subject, e.before, e.after) for e in sorted(entries, key=lambda e: e.entry_id)] == [
        ("stock.corrected", "mug", {"onHand": 10}, {"onHand": 8, "reason": "damaged", "note": "dropped"}),
        ("stock.corrected", "mug", {"onHand": 8}, {"onHand": 12, "reason": "received", "note": ""}),
    ]


async def test_what_becomes_of_a_product_is_logged(
    shop: Shop, http: httpx.AsyncClient, admin: tuple[Customer, str]
) -> None:
    boss, boss_id = admin
    body = {"name": "Bowl", "price": "12.50", "stock": 3}
    made = await http.post("/api/products", json=body, headers=boss.headers)
    product_id = made.json()["productId"]
    path = f"/api/products/{product_id}"
    change = {"price": 10, "description": "Round", "stock": 4}
    assert (await http.put(path, json=change, headers=boss.headers)).status_code == 200
    assert (await http.put(path, json=change, headers=boss.headers)).status_code == 200  # nothing more
    assert (await http.delete(path, headers=boss.headers)).status_code == 204
    entries = [row async for row in shop.store.scan(AUDIT)]
    entries.sort(key=lambda entry: entry.entry_id)
    assert {entry.actor for entry in entries} == {boss_id}
    assert [(e.action, e.before, e.after) for e in entries[1:]] == [
        ("product.changed", {"price": 1250}, {"price": 1000, "changed": ["description", "variants"]}),
        ("stock.corrected", {"onHand": 3}, {"onHand": 4, "reason": "corrected", "note": ""}),
        ("product.changed", {"status": "active"}, {"status": "archived"}),
    ]
    created = entries[0]
    assert (created.action, created.subject, created.before) == ("product.created", product_id, {})
    assert (created.after["title"], created.after["price"]) == ("Bowl", 1250)


async def test_what_a_vendor_does_is_no_staff_action(shop: Shop, http: httpx.AsyncClient) -> None:
    vera, vera_id = await signed_in(shop, http, "vera@example.com", ("vendors",))
    await stocked(shop, "mug", vendor_id=vera_id)
    answer = await http.patch("/api/products/mug/stock", json={"delta": 1}, headers=vera.headers)
    assert answer.status_code == 200
    changed = await http.put("/api/products/mug", json={"price": 1, "stock": 2}, headers=vera.headers)
    assert changed.status_code == 200
    assert [row async for row in shop.store.scan(AUDIT)] == []


async def test_admins_see_the_products_of_all(
    shop: Shop, http: httpx.AsyncClient, admin: tuple[Customer, str], clock: ManualClock
) -> None:
    boss, _ = admin
    for number, vendor_id in enumerate(("house", "vera", "victor")):
        clock.advance(seconds=1)
        await stocked(shop, f"thing-{number}", units=number, vendor_id=vendor_id)
    await shop.catalog.update("thing-1", Draft(status=ProductStatus.DRAFT))
    answer = await http.get("/api/admin/products", headers=boss.headers)
    assert [(p["productId"], p["vendorId"], p["status"], p["stock"]) for p in answer.json()] == [
        ("thing-2", "victor", "active", 2),
        ("thing-1", "vera", "draft", 1),
        ("thing-0", "house", "active", 0),
    ]
