"""What visitors do and customers buy becomes the figures of the shop and of each vendor."""

import asyncio
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from cartwheel.analytics import Counting
from cartwheel.analytics.counting import Glance, Tally
from cartwheel.analytics.model import of_product
from cartwheel.analytics.tables import HEAT, SEEN, SUMS, added
from cartwheel.catalog import Draft, ProductStatus
from cartwheel.kernel.clock import ManualClock
from cartwheel.messaging import Event
from cartwheel.shop import Shop
from cartwheel.storage import Delete
from tests.support.counting import CountingStore
from tests.support.shops import Customer, settle, signed_in, stocked

Json = dict[str, Any]


async def bought(shop: Shop, http: httpx.AsyncClient, *things: tuple[str, int]) -> tuple[Customer, str]:
    """A guest's order that is being processed."""
    guest = Customer(http)
    for product_id, quantity in things:
        assert (await guest.put(product_id, quantity)).status_code == 200
    order_id: str = (await guest.order()).json()["orderId"]
    await settle(shop)
    return guest, order_id


async def tell(http: httpx.AsyncClient, visit: str, *did: tuple[str, str], **headers: str) -> None:
    events = [{"type": kind, "productId": product_id} for kind, product_id in did]
    body = {"visitId": visit, "events": events}
    answer = await http.post("/api/events", json=body, headers=headers)
    assert (answer.status_code, answer.content) == (204, b"")


async def figures(who: Customer, **query: str) -> Json:
    answer = await who.http.get("/api/analytics/summary", params=query, headers=who.headers)
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    return body


@pytest.fixture
async def admin(shop: Shop, http: httpx.AsyncClient) -> Customer:
    return (await signed_in(shop, http, "boss@example.com", ("customers", "admins")))[0]


async def test_an_order_counts_for_shop_vendor_product_and_category(
    shop: Shop, http: httpx.AsyncClient, admin: Customer
) -> None:
    vera, vera_id = await signed_in(shop, http, "vera@example.com", ("vendors",))
    victor, victor_id = await signed_in(shop, http, "victor@example.com", ("vendors",))
    await stocked(shop, "mug", price=1200, vendor_id=vera_id)
    await stocked(shop, "cup", price=500, vendor_id=victor_id)
    await bought(shop, http, ("mug", 2), ("cup", 1))
    await bought(shop, http, ("mug", 1))
    whole = (await figures(admin))["figures"]
    told = {name: whole[name] for name in ("sales", "revenue", "orders", "units", "averageOrder")}
    assert told == {"sales": 41.0, "revenue": 41.0, "orders": 2, "units": 4, "averageOrder": 20.5}
    assert (await figures(admin))["before"]["orders"] == 0
    for who, sales, orders, units in ((vera, 36.0, 2, 3), (victor, 5.0, 1, 1)):
        own = (await figures(who))["figures"]
        assert (own["sales"], own["orders"], own["units"]) == (sales, orders, units)
    assert (await figures(admin, vendorId=vera_id))["figures"]["sales"] == 36.0
    tops = {}
    for by in ("product", "category", "vendor"):
        answer = await http.get("/api/analytics/top", params={"by": by}, headers=admin.headers)
        tops[by] = [(place["id"], place["name"], place["sales"], place["units"]) for place in answer.json()]
    assert tops["product"] == [("mug", "Mug", 36.0, 3), ("cup", "Cup", 5.0, 1)]
    assert tops["category"] == [("home", "Home", 41.0, 4)]
    assert tops["vendor"] == [(vera_id, "Somebody", 36.0, 3), (victor_id, "Somebody", 5.0, 1)]
    for by, expected in (("product", "cup"), ("category", "home")):
        answer = await http.get("/api/analytics/top", params={"by": by}, headers=victor.headers)
        assert [(place["id"], place["sales"]) for place in answer.json()] == [(expected, 5.0)]


@pytest.mark.every_engine
async def test_an_event_counts_once_however_often_it_comes(
    shop: Shop, http: httpx.AsyncClient, admin: Customer
) -> None:
    await stocked(shop, "mug")
    _, order_id = await bought(shop, http, ("mug", 2))
    again = Event(type="OrderPlaced", subject=order_id, at=shop.clock())
    await asyncio.gather(*(shop.counting.order_placed(again) for _ in range(4)))  # as if told twice
    await shop.counting.order_placed(again)
    assert (await figures(admin))["figures"]["orders"] == 2
    rows = {row.series: row.units async for row in shop.store.scan(SUMS) if row.bucket[0] == "D"}
    assert rows["product:mug"] == rows["shop"] == 4


@pytest.mark.every_engine
async def test_orders_that_are_counted_together_count_like_single_ones(
    shop: Shop, http: httpx.AsyncClient, admin: Customer
) -> None:
    await stocked(shop, "mug", units=50)
    orders = []
    for number in range(12):
        await stocked(shop, f"thing-{number}")
        orders.append((await bought(shop, http, (f"thing-{number}", 1), ("mug", 2)))[1])
    for row in [row async for row in shop.store.scan(SUMS)]:
        await shop.store.write(Delete(SUMS, (row.series, row.bucket)))
    events = [Event(type="OrderPlaced", subject=order_id, at=shop.clock()) for order_id in orders]
    await shop.counting.order_placed(events[3])
    await shop.counting.orders_placed(events)  # as if one had been counted by a worker that was killed
    await shop.counting.orders_placed(events[:5])
    assert (await figures(admin))["figures"]["orders"] == 12
    rows = {row.series: row.units async for row in shop.store.scan(SUMS) if row.bucket[0] == "D"}
    assert (rows["shop"], rows["product:mug"], rows["product:thing-7"]) == (36, 24, 1)


async def test_refunds_come_off_the_revenue_and_are_shared(
    shop: Shop, http: httpx.AsyncClient, admin: Customer, clock: ManualClock
) -> None:
    vera, vera_id = await signed_in(shop, http, "vera@example.com", ("vendors",))
    await stocked(shop, "mug", price=3000, vendor_id=vera_id)
    await stocked(shop, "cup", price=1000)
    _, order_id = await bought(shop, http, ("mug", 1), ("cup", 1))
    path = f"/api/orders/{order_id}/refunds"
    assert (await http.post(path, json={"amount": 10.01}, headers=admin.headers)).status_code == 201
    await settle(shop, clock)
    whole, own = (await figures(admin))["figures"], (await figures(vera))["figures"]
    assert (whole["sales"], whole["refunded"], whole["revenue"]) == (40.0, 10.01, 29.99)
    assert (own["sales"], own["refunded"], own["revenue"]) == (30.0, 7.51, 22.49)
    alone = {"amount": 2, "vendorId": vera_id}
    assert (await http.post(path, json=alone, headers=admin.headers)).status_code == 201
    await settle(shop, clock)
    whole, own = (await figures(admin))["figures"], (await figures(vera))["figures"]
    assert (whole["refunded"], own["refunded"]) == (12.01, 9.51)


async def test_an_order_that_failed_counts_for_nothing(
    shop: Shop, http: httpx.AsyncClient, admin: Customer, clock: ManualClock
) -> None:
    await stocked(shop, "mug")
    guest = Customer(http)
    await guest.put("mug")
    await guest.order("tok_chargeDeclined")
    await settle(shop, clock)
    whole = (await figures(admin))["figures"]
    assert (whole["orders"], whole["sales"], whole["refunded"]) == (0, 0.0, 0.0)


async def test_visits_count_once_a_day_and_views_every_time(
    shop: Shop, http: httpx.AsyncClient, admin: Customer, clock: ManualClock
) -> None:
    await stocked(shop, "mug")
    for _ in range(2):
        await tell(http, "visit-one", ("visit", ""), ("view", "mug"), ("view", "mug"), ("search", ""))
        await shop.counting.flush()
    await tell(http, "visit-two", ("view", "mug"), ("cart", "mug"), ("checkout", ""), ("view", "no-such"))
    await tell(http, "visit-three", ("visit", ""), dnt="1")
    await tell(http, "visit-four", ("visit", ""), **{"Sec-GPC": "1"})
    await shop.counting.flush()
    whole = (await figures(admin))["figures"]
    names = ("visits", "viewed", "carted", "checkedOut", "views", "searches", "added")
    assert [whole[name] for name in names] == [2, 2, 1, 1, 5, 2, 1]
    clock.advance(days=1)
    await tell(http, "visit-one", ("visit", ""))
    await shop.counting.flush()
    admin, _ = await signed_in(shop, http, "next-day@example.com", ("admins",))
    assert (await figures(admin))["figures"]["visits"] == 3
    await bought(shop, http, ("mug", 1))
    assert (await figures(admin))["figures"]["conversion"] == 0.3333


@pytest.mark.every_engine
async def test_processes_that_count_the_same_visit_at_once_count_it_once(shop: Shop, admin: Customer) -> None:
    await stocked(shop, "mug")
    others = [Counting(shop.store, shop.clock, shop.calendar, shop.catalog, shop.orders) for _ in range(4)]
    for counting in others:
        counting.take(Glance(f"visit-{n}", "view", shop.clock(), "mug") for n in range(30))
    await asyncio.gather(*(counting.flush() for counting in others))
    whole = (await figures(admin))["figures"]
    assert (whole["visits"], whole["viewed"], whole["views"]) == (30, 30, 120)


async def test_telling_costs_no_storage_call(shop: Shop, http: httpx.AsyncClient) -> None:
    store = shop.store
    assert isinstance(store, CountingStore)
    store.taken()
    await tell(http, "visit-one", ("visit", ""), *[("view", "mug")] * 49)
    assert store.taken() == []
    too_many = {"visitId": "visit-one", "events": [{"type": "visit"}] * 51}
    assert (await http.post("/api/events", json=too_many)).status_code == 422
    await shop.counting.flush()
    assert [row async for row in store.scan(SUMS) if row.views] == []


async def test_nothing_of_a_visitor_is_kept_but_the_marks_of_two_days(
    shop: Shop, http: httpx.AsyncClient
) -> None:
    await stocked(shop, "mug")
    await tell(http, "visit-one", ("view", "mug"))
    await shop.counting.flush()
    marks = [row async for row in shop.store.scan(SEEN)]
    assert {row.expires_at - shop.clock() for row in marks} == {timedelta(days=2)}
    sums, heat = [row async for row in shop.store.scan(SUMS)], [row async for row in shop.store.scan(HEAT)]
    assert sums
    assert heat
    assert "visit-one" not in repr((sums, heat))
    assert "127.0.0.1" not in repr((marks, sums, heat)), "no address of the network is kept"


async def test_a_series_has_no_gaps(shop: Shop, http: httpx.AsyncClient, clock: ManualClock) -> None:
    await stocked(shop, "mug", price=1000)
    await bought(shop, http, ("mug", 1))
    clock.advance(days=2)
    await bought(shop, http, ("mug", 2))
    admin, _ = await signed_in(shop, http, "boss@example.com", ("admins",))
    days = {"from": "2026-11-20", "to": "2026-11-23"}

    async def series(**query: str) -> list[Json]:
        answer = await http.get("/api/analytics/series", params=days | query, headers=admin.headers)
        assert answer.status_code == 200, answer.text
        points: list[Json] = answer.json()["points"]
        return points

    assert [(point["at"], point["value"]) for point in await series()] == [
        ("2026-11-20", 0.0),
        ("2026-11-21", 10.0),
        ("2026-11-22", 0.0),
        ("2026-11-23", 20.0),
    ]
    hours = await series(metric="orders", interval="hour")
    assert len(hours) == 4 * 24
    assert [point["at"] for point in hours if point["value"]] == [
        "2026-11-21T12:00:00Z",
        "2026-11-23T12:00:00Z",
    ]
    weeks = await series(metric="units", interval="week")
    assert [(point["at"], point["value"]) for point in weeks] == [("2026-11-20", 1), ("2026-11-23", 2)]
    later = {"from": "2026-11-23", "to": "2026-11-24"}
    assert [point["before"] for point in await series(**later)] == [10.0, 0.0]


async def test_figures_come_as_csv(shop: Shop, http: httpx.AsyncClient, admin: Customer) -> None:
    await stocked(shop, "mug", price=1000)
    await bought(shop, http, ("mug", 1))
    query = {"from": "2026-11-20", "to": "2026-11-21"}
    answer = await http.get("/api/analytics/csv", params=query, headers=admin.headers)
    head, *lines = answer.text.splitlines()
    assert answer.headers["content-type"].startswith("text/csv")
    assert head.split(",")[:5] == ["from", "sales", "revenue", "refunded", "orders"]
    assert [line.split(",")[:5] for line in lines] == [
        ["2026-11-20", "0.0", "0.0", "0.0", "0"],
        ["2026-11-21", "10.0", "10.0", "0.0", "1"],
    ]


async def test_who_may_not_see_figures(shop: Shop, http: httpx.AsyncClient) -> None:
    carl, _ = await signed_in(shop, http, "carl@example.com")
    vera, vera_id = await signed_in(shop, http, "vera@example.com", ("vendors",))
    asked: list[tuple[Json, Json, int]] = [
        ({}, {}, 401),
        (carl.headers, {}, 403),
        (vera.headers, {"vendorId": "somebody"}, 403),
        (vera.headers, {"vendorId": vera_id}, 200),
        (vera.headers, {"from": "2020-01-01"}, 422),
        (vera.headers, {"from": "yesterday"}, 422),
    ]
    for headers, query, status in asked:
        answer = await http.get("/api/analytics/summary", params=query, headers=headers)
        assert (query, answer.status_code) == (query, status)
    by_vendor = await http.get("/api/analytics/top", params={"by": "vendor"}, headers=vera.headers)
    assert by_vendor.status_code == 403


async def test_what_is_trending(shop: Shop, http: httpx.AsyncClient, clock: ManualClock) -> None:
    for product_id in ("mug", "cup", "jug", "bowl"):
        await stocked(shop, product_id)
    await tell(http, "visit-one", *[("view", "mug")] * 12, ("cart", "jug"), ("view", "bowl"))
    await shop.counting.flush()
    await bought(shop, http, ("cup", 1))
    await shop.catalog.update("bowl", Draft(status=ProductStatus.ARCHIVED))

    async def trending() -> list[str]:
        answer = await http.get("/api/products/trending")
        assert answer.status_code == 200
        return [product["productId"] for product in answer.json()]

    assert await trending() == ["cup", "mug", "jug"]
    clock.advance(days=6)
    await tell(http, "visit-two", *[("view", "jug")] * 9)
    await shop.counting.flush()
    assert await trending() == ["jug", "cup", "mug"]
    limited = await http.get("/api/products/trending?limit=1")
    assert [product["productId"] for product in limited.json()] == ["jug"]


async def test_a_best_list_adds_up_what_is_not_among_the_best_of_each_day(
    shop: Shop, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With two candidates a day: the sums of those that are found are complete all the same."""
    monkeypatch.setattr("cartwheel.analytics.service.CANDIDATES", {"D": 2, "M": 2})
    sold = [{"mug": 5, "cup": 4, "jug": 1}, {"bowl": 9, "cup": 7, "mug": 7}]
    for units in sold:
        for product_id, sales in units.items():
            await count(shop, product_id, sales)
        clock.advance(days=1)
    period = shop.analytics.period(date(2026, 11, 21), date(2026, 11, 22))
    places = await shop.analytics.top("product", None, period, 3)
    assert [(place.id, place.counts.sales) for place in places] == [("mug", 12), ("cup", 11), ("bowl", 9)]


async def count(shop: Shop, product_id: str, sales: int) -> None:
    tally = Tally(shop.calendar)
    tally.add(of_product(product_id, "house", "")[0], shop.clock(), {"sales": sales})
    for row in tally.rows():
        is_there = await shop.store.get(SUMS, row.series, row.bucket) is not None
        await shop.store.write(added(row, is_there=is_there))


async def test_reading_takes_a_constant_number_of_calls(
    shop: Shop, http: httpx.AsyncClient, admin: Customer
) -> None:
    store = shop.store
    assert isinstance(store, CountingStore)
    await stocked(shop, "mug")
    for _ in range(3):
        await bought(shop, http, ("mug", 1))
    year = {"from": "2025-12-01", "to": "2026-11-30"}
    for path, calls in (
        ("summary", ["query analytics_sums"] * 2),
        ("series", ["query analytics_sums"] * 2),
        ("top", [*["query analytics_sums"] * 12, "get_many products"]),
    ):
        store.taken()
        answer = await http.get(f"/api/analytics/{path}", params=year, headers=admin.headers)
        assert answer.status_code == 200
        assert store.taken() == ["get sessions", *calls]
    store.taken()
    await http.get("/api/products/trending")
    assert store.taken() == [*["query analytics_heat"] * 2, "get_many products", "get_many stock"]
