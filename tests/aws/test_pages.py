"""Pages with heads of their own: through API Gateway, from the bucket that the deployment fills."""

from pathlib import Path

import httpx
import pytest

from cartwheel.cloud.account import Account
from cartwheel.shop import Shop
from tests.support.aws import Account as EmulatedAccount
from tests.support.deployment import ACCOUNT, REGION, Deployment
from tests.support.shops import stocked

pytestmark = pytest.mark.emulator

INDEX = """<html><head><!--head--><title>Shop</title><!--/head--></head>
<body><script src="/assets/index-1.js"></script></body></html>"""


@pytest.fixture
def pages(deployment: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Uploaded, as `cartwheel deploy` does."""
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "index.html").write_text(INDEX)
    EmulatedAccount(deployment.endpoint, int(ACCOUNT)).surround(monkeypatch)
    Account(REGION).upload(deployment.outputs["WebBucket"], tmp_path / "dist", {})


@pytest.mark.usefixtures("pages")
async def test_pages_tell_crawlers_of_products(shop: Shop, http: httpx.AsyncClient) -> None:
    await stocked(shop, "oat-mug", title="Oat mug")
    page = await http.get("/products/oat-mug")
    assert page.status_code == 200, page.text
    assert page.headers["content-type"].startswith("text/html")
    assert "<title>Oat mug · " in page.text
    assert "application/ld+json" in page.text
    assert "/assets/index-1.js" in page.text
    assert (await http.get("/products/nothing")).status_code == 404
    assert "application/ld+json" in (await http.get("/")).text
    assert "/products/oat-mug</loc>" in (await http.get("/sitemap.xml")).text
    assert "/sitemap.xml" in (await http.get("/robots.txt")).text
