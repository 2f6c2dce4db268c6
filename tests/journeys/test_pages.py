"""The shop's pages over HTTP: what search engines and link previews are told about the catalogue."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from cartwheel.accounts import NewAccount
from cartwheel.catalog import Draft, ProductStatus, VariantDraft
from cartwheel.entrypoints.asgi import serve
from cartwheel.kernel.clock import ManualClock
from cartwheel.kernel.signing import Signer
from cartwheel.media.folder import Folder
from cartwheel.shop import Shop
from cartwheel.vendors import PayoutDetails, ShopFront, VendorStatus
from tests.support.shops import PASSWORD, running_shop, stocked

pytestmark = pytest.mark.slow_callbacks_ok(reason="FastAPI puts its routes together on the first request")

INDEX = "<!doctype html><html><head><!--head--><title>Shop</title><!--/head--></head><body></body></html>"


@pytest.fixture
async def shop(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Shop]:
    """A shop whose app was built."""
    built = tmp_path / "web"
    built.mkdir()
    (built / "index.html").write_text(INDEX)
    database = f"sqlite:///{tmp_path / 'shop.db'}"
    async with running_shop(tmp_path, database, clock, web=str(built), base_url="https://s.example") as shop:
        yield shop


@pytest.fixture(params=["folder", "bucket"])
async def browser(request: pytest.FixtureRequest, shop: Shop) -> AsyncIterator[httpx.AsyncClient]:
    """What asks for pages: of a server that has them, or of a service to which they lie elsewhere."""
    if request.param == "bucket":
        bucket = Folder(shop.settings.web, Signer(b"unused", "pages"), shop.clock)
        elsewhere = {"web": shop.settings.data / "none", "services": "products"}
        shop = replace(shop, pages=bucket, settings=shop.settings.model_copy(update=elsewhere))
    transport = httpx.ASGITransport(serve(shop))
    async with httpx.AsyncClient(transport=transport, base_url="https://s.example") as client:
        yield client


def told(page: httpx.Response) -> dict[str, Any]:
    """The schema.org object in a page."""
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page.text)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


async def test_a_product_tells_its_name_price_and_stock(shop: Shop, browser: httpx.AsyncClient) -> None:
    await stocked(shop, "mug", 3, price=1250, title="Oat mug")
    page = await browser.get("/products/oat-mug")
    assert page.status_code == 200
    assert "<title>Oat mug · Cartwheel</title>" in page.text
    assert '<meta property="og:type" content="product" />' in page.text
    offer = told(page)["offers"]
    assert (offer["price"], offer["priceCurrency"]) == ("12.50", "USD")
    assert offer["availability"] == "https://schema.org/InStock"
    assert offer["url"] == "https://s.example/products/oat-mug"


async def test_a_sold_out_product_says_so(shop: Shop, browser: httpx.AsyncClient) -> None:
    await stocked(shop, "mug", 0, title="Oat mug")
    assert told(await browser.get("/products/oat-mug"))["offers"]["availability"].endswith("/OutOfStock")


async def test_drafts_and_missing_products_look_the_same(shop: Shop, browser: httpx.AsyncClient) -> None:
    only = VariantDraft(price=100, stock=1)
    await shop.catalog.create(Draft(title="Secret", status=ProductStatus.DRAFT, only=only))
    hidden, missing = [await browser.get(f"/products/{slug}") for slug in ("secret", "nothing")]
    assert hidden.status_code == missing.status_code == 404
    assert "Secret" not in hidden.text


async def test_a_category_has_a_title(shop: Shop, browser: httpx.AsyncClient) -> None:
    await stocked(shop, "mug")
    page = await browser.get("/categories/home")
    assert "<title>Home · Cartwheel</title>" in page.text
    assert (await browser.get("/categories/nothing")).status_code == 404


async def a_seller(shop: Shop) -> str:
    """Vera's, and her id."""
    vera = await shop.accounts.create_user(NewAccount("vera@example.com", PASSWORD), ("customers",))
    front = ShopFront(shop_name="Vera's Mugs", description="Thrown by hand.", logo_url="/media/v/logo.png")
    details = PayoutDetails(holder="Vera", account="DE02120300000000202051")
    await shop.vendors.enrol(vera.user_id, front, details)
    return vera.user_id


async def test_a_seller_tells_who_they_are(shop: Shop, browser: httpx.AsyncClient) -> None:
    vendor_id = await a_seller(shop)
    page = await browser.get("/sellers/veras-mugs")
    assert page.status_code == 200
    assert "<title>Vera&#x27;s Mugs · Cartwheel</title>" in page.text
    assert '<meta name="description" content="Thrown by hand." />' in page.text
    assert told(page) == {
        "@context": "https://schema.org",
        "@type": "Organization",
        "name": "Vera's Mugs",
        "url": "https://s.example/sellers/veras-mugs",
        "description": "Thrown by hand.",
        "logo": "https://s.example/media/v/logo.png",
    }
    await shop.vendors.decide(vendor_id, VendorStatus.SUSPENDED)
    hidden, missing = [await browser.get(f"/sellers/{slug}") for slug in ("veras-mugs", "nobody")]
    assert hidden.status_code == missing.status_code == 404
    assert "Vera" not in hidden.text


async def test_the_sitemap_names_what_is_for_sale(shop: Shop, browser: httpx.AsyncClient) -> None:
    await stocked(shop, "mug", title="Oat mug")
    only = VariantDraft(price=100, stock=1)
    await shop.catalog.create(Draft(title="Secret", status=ProductStatus.DRAFT, only=only))
    await a_seller(shop)
    sitemap = (await browser.get("/sitemap.xml")).text
    assert re.findall("<loc>(.*?)</loc>", sitemap) == [
        "https://s.example/",
        "https://s.example/categories/home",
        "https://s.example/sellers/veras-mugs",
        "https://s.example/products/oat-mug",
    ]


async def test_the_api_is_never_answered_by_a_page(browser: httpx.AsyncClient) -> None:
    missing = await browser.get("/api/nothing")
    assert missing.status_code == 404
    assert missing.json()["code"] == "not_found"


async def test_the_home_page_has_the_shop_s_name(browser: httpx.AsyncClient) -> None:
    assert "<title>Cartwheel</title>" in (await browser.get("/")).text


async def test_a_bucket_without_pages_is_not_there(tmp_path: Path, shop: Shop, clock: ManualClock) -> None:
    empty = replace(shop, pages=Folder(tmp_path / "empty", Signer(b"unused", "pages"), clock))
    transport = httpx.ASGITransport(serve(empty))
    async with httpx.AsyncClient(transport=transport, base_url="https://s.example") as client:
        answer = await client.get("/")
        assert (answer.status_code, answer.json()["code"]) == (503, "pages_unavailable")
        assert (await client.get("/robots.txt")).status_code == 200


async def test_without_a_built_app_there_is_the_api_alone(tmp_path: Path, clock: ManualClock) -> None:
    database = f"sqlite:///{tmp_path / 'shop.db'}"
    async with running_shop(tmp_path, database, clock, web=str(tmp_path / "none")) as shop:
        transport = httpx.ASGITransport(serve(shop))
        async with httpx.AsyncClient(transport=transport, base_url="http://s.example") as client:
            assert (await client.get("/")).status_code == 404
            assert (await client.get("/api/health")).status_code == 200
