"""What the catalogue takes over HTTP, what it refuses, and that prices stay exact."""

import httpx
import pytest

from cartwheel.catalog import Catalog, Draft
from cartwheel.catalog.schemas import CategoryOut, ProductOut
from cartwheel.inventory import Inventory, Line
from tests.catalog.making import AS_VENDOR, VENDOR, simple, sized, variants


class TestBodies:
    @pytest.mark.parametrize(
        "body",
        [
            '{"price": 1}',
            '{"name": "Shoe"}',
            '{"name": "", "price": 1}',
            '{"name": null, "price": 1}',
            '{"name": "Shoe", "price": 19.999}',
            '{"name": "Shoe", "price": 0.30000000000000004}',
            '{"name": "Shoe", "price": -1}',
            '{"name": "Shoe", "price": NaN}',
            '{"name": "Shoe", "price": Infinity}',
            '{"name": "Shoe", "price": 1e400}',
            '{"name": "Shoe", "price": 1e15}',
            '{"name": "Shoe", "price": true}',
            '{"name": "Shoe", "price": "ten"}',
            '{"name": "Shoe", "price": 1, "stock": -1}',
            '{"name": "Shoe", "price": 1, "stock": 1.5}',
            '{"name": "Shoe", "price": 1, "currency": "EUR"}',
            '{"name": "Shoe", "price": 1, "imageUrl": "javascript:alert(1)"}',
            '{"name": "Shoe", "price": 1, "imageUrl": "//elsewhere.test/1.jpg"}',
            '{"name": "Shoe", "price": 1, "slug": "!"}',
            '{"name": "Shoe\\u0000", "price": 1}',
            '{"name": "Shoe\\ud800", "price": 1}',
            '{"name": "Shoe", "variants": []}',
            '{"name": "Shoe", "variants": [{"price": 1}, {"price": 2}]}',
            '{"name": "' + "x" * 201 + '", "price": 1}',
            '{"name": "Shoe", "price": 1, "description": "' + "x" * 20_001 + '"}',
        ],
    )
    async def test_what_is_no_product_is_refused(
        self, client: httpx.AsyncClient, catalog: Catalog, body: str
    ) -> None:
        headers = {**AS_VENDOR, "Content-Type": "application/json"}
        answer = await client.post("/products", content=body, headers=headers)
        assert answer.status_code == 422, answer.text
        assert {"error", "code", "message", "requestId"} <= answer.json().keys()
        assert (await catalog.of_vendor(VENDOR)).items == []

    async def test_the_answer_may_be_sent_back(
        self, client: httpx.AsyncClient, catalog: Catalog, stock: Inventory
    ) -> None:
        """Also when units were sold in between: stock in `variants` counts for new variants only."""
        made = await catalog.create(sized("S", "M"), VENDOR)
        address = f"/products/{made.product_id}"
        read = (await client.get(address)).json()
        await stock.reserve("order-1", [Line(variant_id=made.variants[0].variant_id, quantity=1)])
        answer = await client.put(address, json=read, headers=AS_VENDOR)
        assert answer.json() == {
            **read,
            "stock": 3,
            "variants": [{**read["variants"][0], "stock": 1}, read["variants"][1]],
        }

    async def test_a_version_guards_against_overwriting(
        self, client: httpx.AsyncClient, catalog: Catalog
    ) -> None:
        made = await catalog.create(simple(), VENDOR)
        address = f"/products/{made.product_id}"
        first = await client.put(address, json={"name": "One", "version": 1}, headers=AS_VENDOR)
        second = await client.put(address, json={"name": "Two", "version": 1}, headers=AS_VENDOR)
        assert (first.status_code, second.status_code) == (200, 409)
        assert second.json()["code"] == "outdated"
        assert (await catalog.get(made.product_id)).title == "One"

    async def test_a_price_for_several_variants_is_refused(
        self, client: httpx.AsyncClient, catalog: Catalog
    ) -> None:
        made = await catalog.create(sized("S", "M"), VENDOR)
        answer = await client.put(f"/products/{made.product_id}", json={"price": 1}, headers=AS_VENDOR)
        assert (answer.status_code, answer.json()["code"]) == (422, "several_variants")

    @pytest.mark.parametrize(
        ("currency", "price", "minor"), [("JPY", 1999, 1999), ("USD", 19.99, 1999), ("KWD", 1.999, 1999)]
    )
    async def test_prices_are_exact_in_each_currency(
        self, client: httpx.AsyncClient, catalog: Catalog, currency: str, price: float, minor: int
    ) -> None:
        catalog.currency = currency
        body = {"name": "Shoe", "price": price, "compareAt": price}
        made = (await client.post("/products", json=body, headers=AS_VENDOR)).json()
        stored = (await catalog.get(made["productId"])).default_variant
        assert (stored.price, stored.compare_at) == (minor, minor)
        assert (made["price"], made["variants"][0]["compareAt"], made["currency"]) == (price, price, currency)

    async def test_answers_are_as_documented(self, client: httpx.AsyncClient, catalog: Catalog) -> None:
        draft = Draft(title="Shoe", category="Shoes", attributes={"a": "b"}, variants=variants(2, "A"))
        await catalog.create(draft, VENDOR)
        for product in (await client.get("/products")).json():
            assert ProductOut.model_validate(product).model_dump(mode="json", by_alias=True) == product
        for category in (await client.get("/categories")).json():
            assert CategoryOut.model_validate(category).model_dump(by_alias=True) == category
