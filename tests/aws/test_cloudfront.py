"""What CloudFront asks of API Gateway, and tells it: pages with heads, who is calling."""

from pathlib import Path

import httpx
import pytest

from cartwheel.accounts.identity import Limits
from cartwheel.cloud.account import Account
from cartwheel.shop import Shop
from tests.support.aws import Account as EmulatedAccount
from tests.support.deployment import ACCOUNT, PREFIX, REGION, Deployment
from tests.support.shops import PASSWORD, stocked

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


async def test_tries_are_counted_by_the_address_that_cloudfront_tells(
    shop: Shop, http: httpx.AsyncClient, deployment: Deployment
) -> None:
    told = await deployment.call("lambda", "get_function_configuration", FunctionName=f"{PREFIX}-users")
    proof = told["Environment"]["Variables"]["CARTWHEEL_PROOF_ID"]
    secret = (await deployment.call("secretsmanager", "get_secret_value", SecretId=proof))["SecretString"]
    busy = "203.0.113.9"
    for number in range(Limits().sign_in.address):
        await shop.proofs.gate.sign_in(f"user-{number}@example.com", busy)

    async def tried(address: str, shown: str) -> int:
        body = {"email": "somebody@example.com", "password": PASSWORD}
        headers = {"X-Cartwheel-Viewer": address, "X-Cartwheel-Proof": shown}
        return (await http.post("/api/auth/signin", json=body, headers=headers)).status_code

    assert await tried(busy, secret) == 429
    assert await tried("203.0.113.10", secret) == 401
    assert await tried(busy, "x" * 64) == 401  # came past CloudFront: it has the address that it came from
