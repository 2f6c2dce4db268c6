"""Stock over HTTP: corrections, movements, alerts."""

import httpx
import pytest

from cartwheel.catalog import Catalog, Draft, ProductStatus, VariantDraft
from cartwheel.inventory import Inventory, Line
from tests.catalog.making import AS_VENDOR, RIVAL, VENDOR, simple, sized


class TestStock:
    async def test_a_difference_and_a_count(self, client: httpx.AsyncClient, catalog: Catalog) -> None:
        made = await catalog.create(simple(stock=3), VENDOR)
        address = f"/products/{made.product_id}/stock"
        answer = await client.patch(address, json={"delta": 4, "lowAt": 2}, headers=AS_VENDOR)
        assert answer.json() == {
            "variantId": made.product_id,
            "productId": made.product_id,
            "onHand": 7,
            "reserved": 0,
            "available": 7,
            "lowAt": 2,
        }
        answer = await client.patch(address, json={"onHand": 5}, headers=AS_VENDOR)
        assert answer.json()["available"] == 5
        answer = await client.patch(address, json={"delta": -6}, headers=AS_VENDOR)
        assert (answer.status_code, answer.json()["code"]) == (409, "out_of_stock")
        movements = (await client.get(f"{address}-movements", headers=AS_VENDOR)).json()
        assert [movement["change"] for movement in movements] == [-2, 4]
        assert {movement["reference"] for movement in movements} == {VENDOR}

    async def test_what_is_promised_stays(
        self, client: httpx.AsyncClient, catalog: Catalog, stock: Inventory
    ) -> None:
        made = await catalog.create(simple(stock=3), VENDOR)
        await stock.reserve("order-1", [Line(variant_id=made.product_id, quantity=2)])
        address = f"/products/{made.product_id}/stock"
        assert (await client.patch(address, json={"onHand": 1}, headers=AS_VENDOR)).status_code == 409
        answer = await client.patch(address, json={"onHand": 2}, headers=AS_VENDOR)
        assert (answer.json()["onHand"], answer.json()["available"]) == (2, 0)

    @pytest.mark.parametrize("body", [{}, {"delta": 1, "onHand": 1}, {"onHand": -1}, {"delta": 10**10}])
    async def test_a_wrong_correction_is_refused(
        self, client: httpx.AsyncClient, catalog: Catalog, body: dict[str, int]
    ) -> None:
        made = await catalog.create(simple(), VENDOR)
        answer = await client.patch(f"/products/{made.product_id}/stock", json=body, headers=AS_VENDOR)
        assert answer.status_code == 422

    async def test_one_of_several_variants(self, client: httpx.AsyncClient, catalog: Catalog) -> None:
        made = await catalog.create(sized("S", "M"), VENDOR)
        address = f"/products/{made.product_id}/stock"
        assert (await client.patch(address, json={"delta": 1}, headers=AS_VENDOR)).status_code == 422
        body = {"delta": 1, "variantId": "other"}
        assert (await client.patch(address, json=body, headers=AS_VENDOR)).status_code == 404
        body["variantId"] = made.variants[1].variant_id
        assert (await client.patch(address, json=body, headers=AS_VENDOR)).json()["onHand"] == 3

    async def test_alerts_name_what_runs_out(self, client: httpx.AsyncClient, catalog: Catalog) -> None:
        few = await catalog.create(simple("Few", stock=1, only={"price": 1, "stock": 1, "sku": "F"}), VENDOR)
        await catalog.create(simple("Many", stock=100), VENDOR)
        gone = await catalog.create(simple("Gone", stock=0), VENDOR)
        await catalog.create(simple("Foreign", stock=0), RIVAL)
        await catalog.update(gone.product_id, Draft(status=ProductStatus.ARCHIVED))
        (alert,) = (await client.get("/vendor/stock-alerts", headers=AS_VENDOR)).json()
        assert alert == {
            "variantId": few.product_id,
            "productId": few.product_id,
            "onHand": 1,
            "reserved": 0,
            "available": 1,
            "lowAt": 5,
            "name": "Few",
            "slug": "few",
            "sku": "F",
            "options": {},
            "isLow": True,
        }
        await catalog.update(few.product_id, Draft(variants=[VariantDraft(options={"a": "b"}, price=1)]))
        assert len((await client.get("/vendor/stock-alerts?atMost=0", headers=AS_VENDOR)).json()) == 1
