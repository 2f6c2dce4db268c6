"""The built app over HTTP, from a temporary folder, behind the routes of an API."""

import gzip
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from cartwheel.edge import errors
from cartwheel.edge.webapp import MAX_PLACES, Head, Place, Site, heads, webapp
from cartwheel.kernel.clock import ManualClock
from cartwheel.kernel.errors import Unavailable

INDEX = """<!doctype html><html><head><!--head--><title>Shop</title><!--/head-->
<script src="/theme.js"></script></head><body><div id="root"></div></body></html>"""
SCRIPT = b"console.log('hello');" * 50

MUG = Head(
    title='Mug "Oat" </title><script>alert(1)</script>',
    description='Holds tea & "more"',
    image="/media/mug.webp",
    kind="product",
    json_ld=[{"@type": "Product", "name": "</script><script>alert(1)</script>"}],
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A built app."""
    built = tmp_path / "dist"
    (built / "assets").mkdir(parents=True)
    (built / ".vite").mkdir()
    (built / ".vite" / "manifest.json").write_text("{}")
    (built / "index.html").write_text(INDEX)
    (built / "theme.js").write_text("1")
    (built / "assets" / "index-abc.js").write_bytes(SCRIPT)
    (built / "assets" / "index-abc.js.gz").write_bytes(gzip.compress(SCRIPT))
    (tmp_path / "secret.txt").write_text("secret")
    return built


async def describe(path: str) -> Head | None:
    """What the catalogue would say."""
    if path == "/products/mug":
        return MUG
    if path.startswith("/products/"):
        return Head(title="Not here", found=False)
    return None


async def places() -> AsyncIterator[Place]:
    """Two pages."""
    yield Place("/")
    yield Place("/products/mug?a=1&b=2", datetime(2026, 5, 4, tzinfo=UTC))


def client(folder: Path, base_url: str = "https://shop.example") -> httpx.AsyncClient:
    """A client of an API with the app behind its routes."""
    app = FastAPI()
    errors.install(app)

    @app.get("/api/things")
    async def things() -> list[str]:
        return ["thing"]

    app.router.default = webapp(folder, Site("Wheels", base_url), describe, places)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://shop")


@pytest.mark.parametrize("path", ["/", "/cart", "/orders/123", "/categories/books", "/account/security"])
async def test_every_page_is_the_app(folder: Path, path: str) -> None:
    async with client(folder) as shop:
        answer = await shop.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert '<div id="root">' in answer.text


async def test_the_policy_lets_no_inline_script_run(folder: Path) -> None:
    async with client(folder) as shop:
        headers = (await shop.get("/")).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["script-src"] == "'self'"
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert headers["strict-transport-security"] == "max-age=31536000"


async def test_plain_http_asks_for_no_strict_transport(folder: Path) -> None:
    async with client(folder, "http://localhost:8000") as shop:
        assert "strict-transport-security" not in (await shop.get("/")).headers


async def test_origins_can_be_allowed(folder: Path) -> None:
    site = Site("Wheels", "https://shop.example", {"script-src": ["https://js.example"]})
    app = webapp(folder, site, describe, places)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop") as shop:
        policy = (await shop.get("/")).headers["content-security-policy"]
    assert "script-src 'self' https://js.example;" in policy


async def test_a_page_tells_what_it_is_about_and_escapes_it(folder: Path) -> None:
    async with client(folder) as shop:
        answer = await shop.get("/products/mug")
    text = answer.text
    assert answer.status_code == 200
    assert "<title>Shop</title>" not in text
    assert "<script>alert" not in text
    assert "Mug &quot;Oat&quot; &lt;/title&gt;" in text
    assert '<meta property="og:type" content="product" />' in text
    assert '<meta property="og:image" content="https://shop.example/media/mug.webp" />' in text
    assert '<link rel="canonical" href="https://shop.example/products/mug" />' in text
    assert r'"name":"\u003c/script\u003e\u003cscript\u003ealert(1)' in text


async def test_what_does_not_exist_is_shown_with_404(folder: Path) -> None:
    async with client(folder) as shop:
        for path in (
            "/products/no-such",
            "/no/such/page",
            "/../secret.txt",
            "/%2e%2e/secret.txt",
            "/.vite/manifest.json",
        ):
            answer = await shop.get(path)
            assert answer.status_code == 404
            assert '<div id="root">' in answer.text
            assert "secret" not in answer.text


async def test_private_pages_are_not_for_search_engines(folder: Path) -> None:
    async with client(folder) as shop:
        assert 'content="noindex"' in (await shop.get("/account/security")).text
        assert 'content="noindex"' not in (await shop.get("/products/mug")).text


async def test_the_api_stays_what_it_is(folder: Path) -> None:
    async with client(folder) as shop:
        assert (await shop.get("/api/things")).json() == ["thing"]
        assert (await shop.delete("/api/things")).status_code == 405
        missing = await shop.get("/api/no-such")
        assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
        assert (await shop.get("/mailbox")).status_code == 404
        assert (await shop.post("/cart")).status_code == 405


async def test_assets_are_kept_for_ever_and_sent_small(folder: Path) -> None:
    async with client(folder) as shop:
        small = await shop.get("/assets/index-abc.js", headers={"Accept-Encoding": "gzip, br;q=0"})
        plain = await shop.get("/assets/index-abc.js", headers={"Accept-Encoding": "gzip;q=0"})
        again = await shop.get(
            "/assets/index-abc.js",
            headers={"Accept-Encoding": "gzip", "If-None-Match": small.headers["etag"]},
        )
        gone = await shop.get("/assets/index-old.js")
    assert small.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert small.headers["content-encoding"] == "gzip"
    assert small.headers["vary"] == "Accept-Encoding"
    assert int(small.headers["content-length"]) < len(SCRIPT)
    assert small.content == plain.content == SCRIPT
    assert "content-encoding" not in plain.headers
    assert small.headers["etag"] != plain.headers["etag"]
    assert (again.status_code, again.content) == (304, b"")
    assert gone.status_code == 404


async def test_other_files_are_kept_for_an_hour(folder: Path) -> None:
    async with client(folder) as shop:
        answer = await shop.get("/theme.js")
    assert (answer.text, answer.headers["cache-control"]) == ("1", "public, max-age=3600")


async def test_a_page_that_is_known_is_not_sent_again(folder: Path) -> None:
    async with client(folder) as shop:
        first = await shop.get("/cart")
        again = await shop.get("/cart", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_head_has_the_headers_and_no_body(folder: Path) -> None:
    async with client(folder) as shop:
        full, bare = await shop.get("/theme.js"), await shop.head("/theme.js")
        page = await shop.head("/sitemap.xml")
    assert bare.content == page.content == b""
    assert bare.headers["content-length"] == full.headers["content-length"]


async def test_search_engines_find_their_way(folder: Path) -> None:
    async with client(folder) as shop:
        robots = (await shop.get("/robots.txt")).text
        sitemap = await shop.get("/sitemap.xml")
    assert "Disallow: /api/" in robots
    assert "Sitemap: https://shop.example/sitemap.xml" in robots
    assert sitemap.headers["content-type"] == "application/xml"
    assert "<loc>https://shop.example/</loc>" in sitemap.text
    assert "?a=1&amp;b=2</loc><lastmod>2026-05-04</lastmod>" in sitemap.text


async def test_a_sitemap_ends_where_search_engines_stop_reading(folder: Path) -> None:
    async def many() -> AsyncIterator[Place]:
        for number in range(MAX_PLACES + 10):
            yield Place(f"/products/{number}")

    app = webapp(folder, Site("Wheels", ""), describe, many)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop") as shop:
        text = (await shop.get("/sitemap.xml")).text
    assert text.count("<url>") == MAX_PLACES
    assert text.endswith("</urlset>\n")


async def test_pages_from_elsewhere_are_read_again_after_a_minute() -> None:
    clock, lying = ManualClock(datetime(2026, 5, 4, tzinfo=UTC)), [INDEX]

    async def read() -> str:
        if not lying:
            raise Unavailable("Gone.")
        return lying[-1]

    app = heads(read, clock, Site("Wheels", ""), describe, places)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop") as shop:
        first = (await shop.get("/products/mug")).text
        assert "Mug &quot;Oat&quot;" in first
        assert '<script src="/theme.js">' in first
        lying.append(INDEX.replace("theme.js", "theme-2.js"))
        clock.advance(seconds=59)
        assert (await shop.get("/products/mug")).text == first
        clock.advance(seconds=1)
        assert "theme-2.js" in (await shop.get("/products/mug")).text
        lying.clear()
        clock.advance(seconds=60)
        assert "theme-2.js" in (await shop.get("/products/mug")).text  # better than none
        assert (await shop.get("/theme.js")).status_code == 404


def test_a_folder_without_an_app_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"docs/how-to/web\.md"):
        webapp(tmp_path, Site("Wheels", ""), describe, places)
    (tmp_path / "index.html").write_text("<html></html>")
    with pytest.raises(ValueError, match="place for a head"):
        webapp(tmp_path, Site("Wheels", ""), describe, places)
