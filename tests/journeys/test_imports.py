"""Catalogues that are sent by browser: brought in by the worker, whatever is killed meanwhile."""

import asyncio
from collections.abc import Iterable, Iterator
from typing import Any

import httpx
import pytest
from starlette.types import Message, Scope

from cartwheel.edge.guard import Guard
from cartwheel.entrypoints.api import create_app
from cartwheel.imports import ImportState
from cartwheel.imports.importing import READERS
from cartwheel.imports.tables import IMPORTS, PIECES
from cartwheel.shop import Shop
from tests.support.counting import CountingStore
from tests.support.shops import Customer, settle, signed_in

CSV = "Handle,Title,Variant Price,Variant Inventory Qty\r\n"
Json = dict[str, Any]


@pytest.fixture
async def admin(shop: Shop, http: httpx.AsyncClient) -> Customer:
    return (await signed_in(shop, http, "boss@example.com", ("admins",)))[0]


def rows(numbers: Iterable[int]) -> str:
    return "".join(f"thing-{n},Thing {n},{n}.50,7\r\n" for n in numbers)


async def send(who: Customer, content: str | bytes, kind: str = "text/csv", **query: str) -> httpx.Response:
    data = content.encode() if isinstance(content, str) else content
    headers = who.headers | {"Content-Type": kind}
    return await who.http.post("/api/imports", content=data, params=query, headers=headers)


async def look(who: Customer, import_id: str) -> Json:
    answer = await who.http.get(f"/api/imports/{import_id}", headers=who.headers)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def counts(found: Json) -> tuple[str, int, int, int, int]:
    return (found["state"], *(found[name] for name in ("created", "updated", "unchanged", "rejected")))


async def test_a_file_is_brought_in_and_what_is_wrong_is_told_by_line(shop: Shop, admin: Customer) -> None:
    content = CSV + rows(range(1, 4)) + "thing-4,Thing 4,a lot,7\r\n" + rows([5]) + "=cmd,,1,7\r\n"
    started = await send(admin, content)
    assert started.status_code == 202, started.text
    assert counts(started.json()) == ("WAITING", 0, 0, 0, 0)
    import_id = started.json()["importId"]
    await settle(shop)
    found = await look(admin, import_id)
    assert counts(found) == ("DONE", 4, 0, 0, 2)
    assert found["read"] == found["size"] == len(content)
    assert found["records"] == 6
    product = await shop.catalog.get("thing-5")
    assert (product.title, product.price) == ("Thing 5", 550)
    path = f"/api/imports/{import_id}/report"
    report = (await admin.http.get(path, headers=admin.headers)).json()
    assert [(row["line"], row["key"]) for row in report] == [(5, "thing-4"), (7, "=cmd")]
    assert all(row["reason"] for row in report)
    table = await admin.http.get(f"{path}/csv", headers=admin.headers)
    assert [line.split(",")[:2] for line in table.text.splitlines()] == [
        ["line", "key"],
        ["5", "thing-4"],
        ["7", "'=cmd"],
    ]
    entries = (await admin.http.get(f"/api/audit?subject={import_id}", headers=admin.headers)).json()
    assert [(entry["action"], entry["after"]["format"]) for entry in entries] == [("import.started", "csv")]


async def test_the_same_file_again_changes_nothing(shop: Shop, admin: Customer) -> None:
    for expected in (("DONE", 3, 0, 0, 0), ("DONE", 0, 0, 3, 0)):
        import_id = (await send(admin, CSV + rows(range(3)))).json()["importId"]
        await settle(shop)
        assert counts(await look(admin, import_id)) == expected


async def test_a_dry_run_only_tells(shop: Shop, admin: Customer) -> None:
    started = await send(admin, CSV + rows(range(3)) + "bad,Bad,?,1\r\n", dryRun="true")
    await settle(shop)
    assert counts(await look(admin, started.json()["importId"])) == ("DONE", 3, 0, 0, 1)
    assert await shop.catalog.find("thing-1") is None


async def test_other_formats(shop: Shop, admin: Customer) -> None:
    lines = '{"name": "Bowl", "slug": "bowl", "price": "12.50"}\n{"name": "Jug"}\nnonsense\n'
    items = "- name: Lamp\n  price: 10\n  id: lamp\n"
    for kind, content, expected in (
        ("application/jsonl; charset=utf-8", lines, ("DONE", 1, 0, 0, 2)),
        ("application/yaml", items, ("DONE", 1, 0, 0, 0)),
        ("text/csv", b"\xff\xfe\x00no csv", ("DONE", 0, 0, 0, 1)),
    ):
        import_id = (await send(admin, content, kind)).json()["importId"]
        await settle(shop)
        assert (kind, counts(await look(admin, import_id))) == (kind, expected)


async def test_a_vendor_gets_the_products(shop: Shop, http: httpx.AsyncClient, admin: Customer) -> None:
    _, vera_id = await signed_in(shop, http, "vera@example.com", ("vendors",))
    _, carl_id = await signed_in(shop, http, "carl@example.com")
    assert (await send(admin, CSV + rows([1]), vendorId=vera_id)).status_code == 202
    await settle(shop)
    assert (await shop.catalog.get("thing-1")).vendor_id == vera_id
    for nobody in (carl_id, "nobody"):
        answer = await send(admin, CSV + rows([2]), vendorId=nobody)
        assert (answer.status_code, answer.json()["code"]) == (404, "vendor_not_found")


async def test_what_is_refused_leaves_nothing(shop: Shop, http: httpx.AsyncClient, admin: Customer) -> None:
    vera, _ = await signed_in(shop, http, "vera@example.com", ("vendors",))
    nobody = Customer(http)
    asked = [
        (nobody, CSV, "text/csv", 401),
        (vera, CSV, "text/csv", 403),
        (admin, "", "text/csv", 422),
        (admin, CSV, "application/json", 415),
        (admin, CSV, "", 415),
    ]
    for who, content, kind, status in asked:
        assert (kind, (await send(who, content, kind)).status_code) == (kind, status)
    missing = await http.get("/api/imports/no-such-import/report", headers=admin.headers)
    assert (missing.status_code, missing.json()["code"]) == (404, "import_not_found")
    assert [row async for row in shop.store.scan(IMPORTS)] == []
    assert [row async for row in shop.store.scan(PIECES)] == []


@pytest.mark.slow_callbacks_ok("assembles an application of its own")
async def test_a_file_that_breaks_off_leaves_nothing(shop: Shop, admin: Customer) -> None:
    told: Iterator[Message] = iter(
        [
            {"type": "http.request", "body": b"x" * 500_000, "more_body": True},
            {"type": "http.disconnect"},
        ]
    )
    sent: list[Message] = []

    async def receive() -> Message:
        return next(told)

    async def send_back(message: Message) -> None:
        sent.append(message)

    headers = {"content-type": "text/csv", **admin.headers}
    scope: Scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "path": "/api/imports",
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }
    await create_app(shop)(scope, receive, send_back)
    assert sent[0]["status"] == 400
    assert [row async for row in shop.store.scan(PIECES)] == []


@pytest.mark.slow_callbacks_ok("assembles an application of its own")
async def test_large_files_come_in_pieces_and_too_large_ones_not_at_all(shop: Shop, admin: Customer) -> None:
    app = create_app(shop)
    transport = httpx.ASGITransport(Guard(app, {"/api/imports": 2_000_000}))
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as http:
        behind = Customer(http, admin.headers)
        note = "x" * 990_000
        content = CSV + f"thing-1,Thing 1,1.00,7\r\n{note},,?,\r\n{note[:5000]},,?,\r\n" + rows([2])
        import_id = (await send(behind, content)).json()["importId"]
        pieces = [row async for row in shop.store.scan(PIECES)]
        assert len(pieces) == 6
        await settle(shop)
        assert (await shop.catalog.get("thing-2")).price == 250
        assert counts(await look(behind, import_id)) == ("DONE", 2, 0, 0, 2)
        assert (await send(behind, b"x" * 2_000_001)).status_code == 413
        assert len([row async for row in shop.store.scan(PIECES)]) == 6
        elsewhere = await http.post("/api/cart", content=b"x" * 1_000_001)
        assert elsewhere.status_code == 413


class Killed(BaseException):
    """No handler gets to see it."""


@pytest.mark.every_engine
async def test_a_killed_worker_is_followed_by_another(shop: Shop, admin: Customer) -> None:
    """Killed before it could note the second batch: its records are found to be there."""
    import_id = (await send(admin, CSV + rows(range(120)) + "bad,Bad,?,1\r\n" + rows([3]))).json()["importId"]
    store = shop.store
    assert isinstance(store, CountingStore)
    notes = 0

    async def kill() -> None:
        nonlocal notes
        notes += 1
        if notes == 2:
            raise Killed
        store.rivals["write imports"] = kill

    store.rivals["write imports"] = kill
    with pytest.raises(Killed):
        await shop.imports.advance(import_id)
    found = await look(admin, import_id)
    assert (found["state"], found["records"], found["created"]) == ("RUNNING", 50, 50)
    await settle(shop)
    found = await look(admin, import_id)
    assert counts(found) == ("DONE", 70, 0, 50, 2)
    assert found["records"] == 122
    report = (await admin.http.get(f"/api/imports/{import_id}/report", headers=admin.headers)).json()
    assert [(row["line"], row["key"]) for row in report] == [(122, "bad"), (123, "thing-3")]
    assert "twice" in report[1]["reason"]


@pytest.mark.every_engine
async def test_workers_that_meet_bring_everything_in_once(shop: Shop, admin: Customer) -> None:
    import_id = (await send(admin, CSV + rows(range(130)) + "bad,Bad,?,1\r\n")).json()["importId"]
    await asyncio.gather(*(shop.imports.advance(import_id) for _ in range(3)))
    await settle(shop)
    found = await look(admin, import_id)
    assert (found["state"], found["records"], found["rejected"]) == ("DONE", 131, 1)
    assert found["created"] + found["unchanged"] == 130
    page = await shop.catalog.listed(limit=200)
    assert len(page.items) == 130


async def test_long_work_goes_on_in_another_turn(
    shop: Shop, admin: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cartwheel.imports.service.TURN_SECONDS", 0.0)
    import_id = (await send(admin, CSV + rows(range(120)))).json()["importId"]
    await shop.imports.advance(import_id)
    assert (await look(admin, import_id))["records"] == 50
    await settle(shop)
    assert counts(await look(admin, import_id)) == ("DONE", 120, 0, 0, 0)


@pytest.mark.slow_callbacks_ok("draws a traceback")
async def test_a_bug_is_told_and_ends_it(
    shop: Shop, admin: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(*_: object) -> None:
        raise ZeroDivisionError("boom")

    monkeypatch.setitem(READERS, "csv", explode)
    import_id = (await send(admin, CSV + rows([1]))).json()["importId"]
    await settle(shop)
    found = await look(admin, import_id)
    assert (found["state"], found["failure"]) == (ImportState.FAILED, "ZeroDivisionError('boom')")
    listed = (await admin.http.get("/api/imports", headers=admin.headers)).json()
    assert [entry["importId"] for entry in listed] == [import_id]
