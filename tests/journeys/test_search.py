"""Search over HTTP: kept in step with the catalogue by its events."""

from collections.abc import Sequence
from dataclasses import replace

import httpx
import pytest

from cartwheel.catalog import Draft, ProductStatus
from cartwheel.search import Entry
from cartwheel.search.embedded import Embedded
from cartwheel.shop import Shop
from tests.support.shops import settle, stocked

pytestmark = pytest.mark.slow_callbacks_ok(reason="Tantivy is imported when it is first needed")


async def ids(http: httpx.AsyncClient, **query: str | int) -> list[str]:
    answer = await http.get("/api/search", params=query)
    assert answer.status_code == 200, answer.text
    return [product["productId"] for product in answer.json()]


async def test_found_while_it_is_for_sale(shop: Shop, http: httpx.AsyncClient) -> None:
    await stocked(shop, "mug", title="Oat stoneware mug")
    await settle(shop)
    assert await ids(http, q="stonware") == ["mug"]
    assert (await http.get("/api/search/suggestions", params={"q": "sto"})).json() == ["Oat stoneware mug"]
    await shop.catalog.update("mug", Draft(title="Glass"))
    assert await ids(http, q="stoneware") == ["mug"]  # the index hears of it within a second
    await settle(shop)
    assert await ids(http, q="stoneware") == []
    await shop.catalog.update("mug", Draft(status=ProductStatus.DRAFT))
    assert await ids(http, q="glass") == []  # what is not for sale is never shown, whatever the index says
    await settle(shop)
    await shop.catalog.delete("mug")
    await settle(shop)
    assert await ids(http, q="glass") == []


async def test_pages(shop: Shop, http: httpx.AsyncClient) -> None:
    for number in range(5):
        await stocked(shop, f"mug-{number}", title=f"Mug {number}")
    await settle(shop)
    first = await http.get("/api/search", params={"q": "mug", "limit": 3})
    rest = await http.get(first.links["next"]["url"])
    assert len(first.json()) + len(rest.json()) == 5
    assert "next" not in rest.links


@pytest.mark.parametrize(
    "query", [{}, {"q": ""}, {"q": "x" * 201}, {"q": "mug", "cursor": "-1"}, {"q": "mug", "cursor": "x"}]
)
async def test_bad_questions(http: httpx.AsyncClient, query: dict[str, str]) -> None:
    assert (await http.get("/api/search", params=query)).status_code == 422


async def test_a_rebuild_finds_everything_again(shop: Shop, http: httpx.AsyncClient) -> None:
    await stocked(shop, "mug", title="Oat mug")
    assert await ids(http, q="oat") == []
    assert await shop.search.rebuild() == 1
    assert await ids(http, q="oat") == ["mug"]


class Choosy(Embedded):
    """An index that one product breaks."""

    async def put(self, entries: Sequence[Entry], gone: Sequence[str] = ()) -> None:
        if any(entry.product_id == "cursed" for entry in entries):
            raise RuntimeError("This one breaks the index.")
        await super().put(entries, gone)


async def test_one_bad_message_does_not_hold_the_others_up(shop: Shop) -> None:
    await stocked(shop, "mug", title="Oat mug")
    await stocked(shop, "cursed", title="Cursed cup")
    choosy = replace(shop, index=Choosy(shop.settings.data / "choosy"))
    await settle(choosy)
    assert [product.product_id for product in (await choosy.search.find("oat", None, 0, 9)).items] == ["mug"]
