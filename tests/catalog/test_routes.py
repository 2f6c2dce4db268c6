"""The catalogue over HTTP: seed S1's contract, paging, caching, rights, and how many calls it costs."""

from typing import Any, ClassVar

import httpx
import pytest

from cartwheel.catalog import Catalog
from cartwheel.kernel.clock import ManualClock
from tests.catalog.making import (
    AS_ADMIN,
    AS_CUSTOMER,
    AS_RIVAL,
    AS_VENDOR,
    RIVAL,
    VENDOR,
    simple,
    sized,
)
from tests.support.announced import announced
from tests.support.counting import CountingStore

NOT_FOUND = {"error": "Product not found", "code": "product_not_found"}


def _is(answer: httpx.Response, problem: dict[str, str]) -> bool:
    return bool(problem.items() <= answer.json().items())


class TestSeedS1:
    """Flat JSON goes in and comes out."""

    BODY: ClassVar[dict[str, Any]] = {
        "name": "Red shoe",
        "description": "<b>Nice</b>",
        "price": 19.99,
        "category": "shoes",
        "stock": 3,
        "imageUrl": "https://img.test/1.jpg",
    }

    async def test_a_product_is_created_read_changed_and_deleted(
        self, client: httpx.AsyncClient, clock: ManualClock
    ) -> None:
        created = await client.post("/products", json=self.BODY, headers=AS_VENDOR)
        made = created.json()
        assert created.status_code == 201
        assert created.headers["location"] == f"/api/products/{made['productId']}"
        assert self.BODY.items() <= made.items()
        now = int(clock().timestamp())
        assert (made["createdAt"], made["updatedAt"], made["vendorId"]) == (now, now, VENDOR)

        read = await client.get(f"/products/{made['productId']}")
        assert read.json() == made

        changes = {"price": 5, "stock": 10}
        changed = await client.put(f"/products/{made['productId']}", json=changes, headers=AS_VENDOR)
        assert changed.json() == {
            **made,
            **changes,
            "variants": [{**made["variants"][0], **changes}],
            "version": 2,
        }

        deleted = await client.delete(f"/products/{made['productId']}", headers=AS_VENDOR)
        assert (deleted.status_code, deleted.content) == (204, b"")
        gone = await client.get(f"/products/{made['productId']}")
        assert gone.status_code == 404
        assert _is(gone, NOT_FOUND)

    async def test_a_simple_product_has_one_variant(self, client: httpx.AsyncClient) -> None:
        made = (await client.post("/products", json=self.BODY, headers=AS_VENDOR)).json()
        assert made["variants"] == [
            {
                "variantId": made["productId"],
                "sku": "",
                "options": {},
                "price": 19.99,
                "compareAt": None,
                "stock": 3,
                "weightGrams": None,
                "imageUrl": None,
            }
        ]

    async def test_the_list_is_an_array_by_category(self, client: httpx.AsyncClient) -> None:
        await client.post("/products", json=self.BODY, headers=AS_VENDOR)
        assert [product["name"] for product in (await client.get("/products?category=Shoes")).json()] == [
            "Red shoe"
        ]
        assert (await client.get("/products?category=hats")).json() == []
        categories = (await client.get("/categories")).json()
        assert categories == [{"category": "shoes", "name": "shoes", "products": 1}]

    async def test_deleting_twice_is_the_same(self, client: httpx.AsyncClient) -> None:
        made = (await client.post("/products", json=self.BODY, headers=AS_VENDOR)).json()
        for _ in range(2):
            answer = await client.delete(f"/products/{made['productId']}", headers=AS_VENDOR)
            assert answer.status_code == 204


class TestPaging:
    async def test_each_page_links_to_the_next(self, client: httpx.AsyncClient, catalog: Catalog) -> None:
        for number in range(5):
            await catalog.create(simple(f"Shoe {number}", price=number, category="shoes"))
        address: str | None = "/products?sort=-price&limit=2&category=shoes"
        seen: list[str] = []
        while address:
            answer = await client.get(f"https://shop.test{address}" if "/api" in address else address)
            assert answer.status_code == 200
            seen += [product["name"] for product in answer.json()]
            address = answer.links.get("next", {}).get("url")
            if address:
                assert address.startswith("/api/products?sort=-price&limit=2&category=shoes&cursor=")
        assert seen == ["Shoe 4", "Shoe 3", "Shoe 2", "Shoe 1", "Shoe 0"]

    @pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "sort=best"])
    async def test_a_wrong_parameter_is_refused(self, client: httpx.AsyncClient, query: str) -> None:
        assert (await client.get(f"/products?{query}")).status_code == 422

    async def test_a_foreign_cursor_is_refused(self, client: httpx.AsyncClient, catalog: Catalog) -> None:
        for _ in range(2):
            await catalog.create(simple(category="shoes"))
        cursor = (await catalog.listed(limit=1)).next
        for query in (f"category=shoes&cursor={cursor}", f"sort=price&cursor={cursor}", "cursor=x"):
            answer = await client.get(f"/products?{query}")
            assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")


class TestCost:
    """The number of storage calls does not grow with the catalogue."""

    async def test_of_a_list(
        self, client: httpx.AsyncClient, catalog: Catalog, counting: CountingStore
    ) -> None:
        for _ in range(5):
            await catalog.create(sized("S", "M"))
        counting.taken()
        await client.get("/products")
        assert counting.taken() == ["query products", "get_many stock"]
        await client.get("/categories")
        assert counting.taken() == ["query categories"]

    async def test_of_a_detail(
        self, client: httpx.AsyncClient, catalog: Catalog, counting: CountingStore
    ) -> None:
        made = await catalog.create(sized("S", "M", title="Shoe"))
        counting.taken()
        await client.get(f"/products/{made.product_id}")
        assert counting.taken() == ["get products", "get_many stock"]
        await client.get("/products/shoe")
        assert counting.taken() == ["get product_claims", "get products", "get_many stock"]

    async def test_of_the_vendors_lists(
        self, client: httpx.AsyncClient, catalog: Catalog, counting: CountingStore
    ) -> None:
        await catalog.create(sized("S", "M"), VENDOR)
        counting.taken()
        assert len((await client.get("/vendor/products", headers=AS_VENDOR)).json()) == 1
        assert counting.taken() == ["query products", "get_many stock"]
        assert len((await client.get("/vendor/stock-alerts", headers=AS_VENDOR)).json()) == 2
        assert counting.taken() == ["query stock", "get_many products"]


class TestCaching:
    async def test_public_answers_say_so(self, client: httpx.AsyncClient, catalog: Catalog) -> None:
        made = await catalog.create(simple(category="shoes"))
        tags = {
            "/products": "list",
            "/categories": "list",
            f"/products/{made.product_id}": f"product:{made.product_id}",
            f"/products/{made.slug}": f"product:{made.product_id}",
        }
        for address, tag in tags.items():
            headers = (await client.get(address)).headers
            assert headers["cache-tags"] == tag
            assert headers["cache-control"].startswith("public, max-age=0, s-maxage=")
            assert headers["content-type"] == "application/json"

    async def test_private_answers_are_not_stored(self, client: httpx.AsyncClient, catalog: Catalog) -> None:
        made = await catalog.create(simple(status="draft"), VENDOR)
        for address in (f"/products/{made.product_id}", "/vendor/products", "/vendor/stock-alerts"):
            headers = (await client.get(address, headers=AS_VENDOR)).headers
            assert headers["cache-control"] == "private, no-store"
            assert "cache-tags" not in headers


class TestWhoMayDoWhat:
    CHANGES: ClassVar[tuple[tuple[str, str, dict[str, Any] | None], ...]] = (
        ("PUT", "/products/{id}", {"name": "Mine"}),
        ("DELETE", "/products/{id}", None),
        ("PATCH", "/products/{id}/stock", {"delta": 1}),
        ("GET", "/products/{id}/stock-movements", None),
    )

    @pytest.mark.parametrize(("method", "address", "body"), CHANGES)
    async def test_a_foreign_product_looks_like_a_missing_one(
        self,
        client: httpx.AsyncClient,
        catalog: Catalog,
        counting: CountingStore,
        method: str,
        address: str,
        body: dict[str, Any] | None,
    ) -> None:
        made = await catalog.create(simple(), VENDOR)
        told = await announced(counting)
        for product_id in (made.product_id, "missing"):
            answer = await client.request(method, address.format(id=product_id), json=body, headers=AS_RIVAL)
            assert answer.status_code == 404
            assert _is(answer, NOT_FOUND)
        assert await catalog.get(made.product_id) == made
        assert await announced(counting) == told

    @pytest.mark.parametrize(("headers", "status"), [({}, 401), (AS_CUSTOMER, 403)])
    async def test_customers_change_nothing(
        self, client: httpx.AsyncClient, catalog: Catalog, headers: dict[str, str], status: int
    ) -> None:
        made = await catalog.create(simple(), VENDOR)
        for method, address, body in (*self.CHANGES, ("POST", "/products", {"name": "x", "price": 1})):
            answer = await client.request(
                method, address.format(id=made.product_id), json=body, headers=headers
            )
            assert answer.status_code == status
        assert [product.title for product in (await catalog.listed()).items] == ["Red shoe"]

    async def test_a_draft_is_seen_by_its_vendor_and_admins(
        self, client: httpx.AsyncClient, catalog: Catalog
    ) -> None:
        made = await catalog.create(simple(status="draft"), VENDOR)
        for address in (f"/products/{made.product_id}", f"/products/{made.slug}"):
            for headers, status in ((AS_VENDOR, 200), (AS_ADMIN, 200), (AS_RIVAL, 404), ({}, 404)):
                assert (await client.get(address, headers=headers)).status_code == status

    async def test_admins_change_everything_and_name_vendors(self, client: httpx.AsyncClient) -> None:
        body = {"name": "Shoe", "price": 1}
        assert (await client.post("/products", json=body, headers=AS_ADMIN)).json()["vendorId"] == "shop"
        made = await client.post("/products", json={**body, "vendorId": VENDOR}, headers=AS_ADMIN)
        address = f"/products/{made.json()['productId']}"
        assert (await client.get("/vendor/products", headers=AS_VENDOR)).json() == [made.json()]
        moved = await client.put(address, json={"vendorId": RIVAL}, headers=AS_ADMIN)
        assert moved.json()["vendorId"] == RIVAL
        assert (await client.get("/vendor/products", headers=AS_VENDOR)).json() == []
        listed = await client.get(f"/vendor/products?vendorId={RIVAL}", headers=AS_ADMIN)
        assert listed.json() == [moved.json()]

    async def test_vendors_act_for_nobody_else(self, client: httpx.AsyncClient, catalog: Catalog) -> None:
        body = {"name": "Shoe", "price": 1, "vendorId": RIVAL}
        assert (await client.post("/products", json=body, headers=AS_VENDOR)).status_code == 403
        made = await catalog.create(simple(), VENDOR)
        answer = await client.put(f"/products/{made.product_id}", json=body, headers=AS_VENDOR)
        assert answer.status_code == 403
        assert await catalog.get(made.product_id) == made
        for address in ("/vendor/products", "/vendor/stock-alerts"):
            assert (await client.get(f"{address}?vendorId={RIVAL}", headers=AS_VENDOR)).status_code == 403
