"""Pictures over HTTP: uploaded, checked, shown in all sizes, and swept when nobody shows them."""

import asyncio
from typing import Any

import httpx
import pytest

from cartwheel.kernel.clock import ManualClock
from cartwheel.media import MEDIA, UPLOADS
from cartwheel.shop import Shop
from cartwheel.vendors import ShopFront
from tests.media.samples import bomb, moving, picture
from tests.support.shops import settle, signed_in

pytestmark = pytest.mark.slow_callbacks_ok(reason="Pillow is imported when the first picture comes")


class Desk:
    """A vendor who uploads."""

    def __init__(self, http: httpx.AsyncClient, headers: dict[str, str]) -> None:
        self.http = http
        self.headers = headers

    async def begin(self, content: bytes, content_type: str = "image/jpeg") -> dict[str, Any]:
        body = {"filename": "a.jpg", "contentType": content_type, "size": len(content)}
        begun = await self.http.post("/api/media/uploads", json=body, headers=self.headers)
        assert begun.status_code == 201, begun.text
        ticket: dict[str, Any] = begun.json()
        return ticket

    async def send(self, content: bytes, content_type: str = "image/jpeg") -> httpx.Response:
        ticket = await self.begin(content, content_type)
        sent = await self.http.put(ticket["url"], content=content, headers=ticket["headers"])
        assert sent.status_code == 204, sent.text
        return await self.complete(ticket["uploadId"])

    async def complete(self, upload_id: str) -> httpx.Response:
        return await self.http.post(f"/api/media/uploads/{upload_id}/complete", headers=self.headers)

    async def product(self, name: str, url: str) -> dict[str, Any]:
        body = {"name": name, "price": 5, "stock": 3, "images": [{"url": url, "alt": "From above"}]}
        made = await self.http.post("/api/products", json=body, headers=self.headers)
        assert made.status_code == 201, made.text
        product: dict[str, Any] = made.json()
        return product


async def vendor(shop: Shop, http: httpx.AsyncClient, email: str) -> Desk:
    return Desk(http, (await signed_in(shop, http, email, ("vendors",)))[0].headers)


@pytest.fixture
async def desk(shop: Shop, http: httpx.AsyncClient) -> Desk:
    return await vendor(shop, http, "vendor@example.com")


def files(shop: Shop, below: str) -> list[str]:
    return sorted(path.name for path in (shop.settings.data / "media" / below).glob("*"))


async def test_a_picture_is_shown_in_all_sizes(shop: Shop, http: httpx.AsyncClient, desk: Desk) -> None:
    media = (await desk.send(picture(size=(1200, 900)))).json()
    assert (media["width"], media["height"], media["sources"]) == (1200, 900, [])
    at_once = await http.get(media["url"])
    assert at_once.headers["content-type"] == "image/webp"
    assert "immutable" in at_once.headers["cache-control"]
    product = await desk.product("Mug", media["url"])
    await settle(shop)
    shown = (await http.get(f"/api/products/{product['productId']}")).json()["images"][0]
    assert (shown["url"], shown["alt"], shown["width"]) == (media["url"], "From above", 1200)
    assert [source["type"] for source in shown["sources"]] == ["image/avif", "image/webp"]
    for source in shown["sources"]:
        addresses = [part.split() for part in source["srcset"].split(", ")]
        assert [width for _, width in addresses] == ["320w", "640w", "960w", "1200w"]
        for address, _ in addresses:
            assert (await http.get(address)).headers["content-type"] == source["type"]
    assert files(shop, "incoming") == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (bomb(), "million pixels"),
        (moving(), "Moving"),
        (b"GIF89a<script>", "not a picture"),
        (picture()[:900], "damaged"),
    ],
)
async def test_tricks_are_refused_and_nothing_is_kept(
    shop: Shop, desk: Desk, content: bytes, code: str
) -> None:
    answer = await desk.send(content)
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_picture"
    assert code in answer.json()["error"]
    assert files(shop, "incoming") + files(shop, "originals") + files(shop, "public") == []
    assert [media async for media in shop.store.scan(MEDIA)] == []


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
@pytest.mark.parametrize(
    "hidden", [b"PK\x03\x04 a zip", b"<script>alert(1)</script>", b"<?php system($_GET[0]); ?>"]
)
async def test_what_is_something_else_as_well_is_refused(
    shop: Shop, desk: Desk, kind: str, hidden: bytes
) -> None:
    answer = await desk.send(picture(kind) + hidden, f"image/{kind.lower()}")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_picture")
    assert answer.json()["error"] == "The file holds something else beside the picture."
    assert files(shop, "incoming") + files(shop, "originals") + files(shop, "public") == []
    assert [media async for media in shop.store.scan(MEDIA)] == []


async def test_the_name_says_nothing(desk: Desk) -> None:
    assert (await desk.send(picture("PNG"), "image/jpeg")).status_code == 200


async def test_the_address_takes_what_was_announced_and_nothing_else(
    desk: Desk, http: httpx.AsyncClient, clock: ManualClock
) -> None:
    content = picture()
    ticket = await desk.begin(content)
    for wrong in (content + b"x", content[:-1]):
        assert (await http.put(ticket["url"], content=wrong)).json()["code"] == "wrong_size"
    for forged in (
        ticket["url"].replace("incoming/", "public/"),
        ticket["url"][:-2] + "zz",
        ticket["url"].replace("size=", "size=9"),
    ):
        assert (await http.put(forged, content=content)).json()["code"] == "address_over"
    assert (await desk.complete(ticket["uploadId"])).json()["code"] == "nothing_uploaded"
    clock.advance(minutes=31)
    assert (await http.put(ticket["url"], content=content)).json()["code"] == "address_over"
    assert (await desk.complete(ticket["uploadId"])).status_code == 404


async def test_too_large_and_unknown_types_are_refused(http: httpx.AsyncClient, desk: Desk) -> None:
    for body in (
        {"contentType": "image/jpeg", "size": 5_000_001},
        {"contentType": "image/svg+xml", "size": 10},
    ):
        assert (await http.post("/api/media/uploads", json=body, headers=desk.headers)).status_code == 422


async def test_files_in_a_folder_are_not_sent_by_form(
    http: httpx.AsyncClient, desk: Desk, shop: Shop
) -> None:
    body = {"contentType": "image/jpeg", "size": 10, "method": "POST"}
    refused = await http.post("/api/media/uploads", json=body, headers=desk.headers)
    assert (refused.status_code, refused.json()["code"]) == (422, "forms_not_offered")
    assert [upload async for upload in shop.store.scan(UPLOADS)] == []


async def test_uploads_and_originals_are_their_owners(
    shop: Shop, http: httpx.AsyncClient, desk: Desk
) -> None:
    other = await vendor(shop, http, "other@example.com")
    ticket = await desk.begin(picture())
    await http.put(ticket["url"], content=picture())
    assert (await other.complete(ticket["uploadId"])).json()["code"] == "upload_not_found"
    media = (await desk.complete(ticket["uploadId"])).json()
    path = f"/api/media/{media['mediaId']}/original"
    assert (await http.get(path, headers=other.headers)).status_code == 404
    assert (await http.get(path)).status_code == 401
    original = await http.get((await http.get(path, headers=desk.headers)).json()["url"])
    assert original.headers["content-type"] == "image/jpeg"
    assert (await http.get(f"/media/../originals/{media['mediaId']}.jpg")).status_code == 404


async def test_completing_again_changes_nothing(shop: Shop, desk: Desk, http: httpx.AsyncClient) -> None:
    ticket = await desk.begin(picture())
    await http.put(ticket["url"], content=picture())
    answers = await asyncio.gather(*(desk.complete(ticket["uploadId"]) for _ in range(3)))
    assert [answer.status_code for answer in answers] == [200] * 3
    assert len({answer.json()["mediaId"] for answer in answers}) == 1
    again = await desk.complete(ticket["uploadId"])
    assert again.status_code == 200
    same = (await desk.send(picture())).json()
    assert same["mediaId"] == again.json()["mediaId"]
    assert len([media async for media in shop.store.scan(MEDIA)]) == 1


async def test_a_file_completes_its_upload_though_nobody_says_so(
    shop: Shop, desk: Desk, http: httpx.AsyncClient
) -> None:
    ids = []
    for content in (picture(), b"no picture at all"):
        ticket = await desk.begin(content)
        await http.put(ticket["url"], content=content, headers=ticket["headers"])
        ids.append(ticket["uploadId"])
    for name in (*ids, *ids, "no-such-upload"):
        await shop.media.arrived(f"incoming/{name}")
    assert files(shop, "incoming") == [ids[1]]  # for its sender to be told of, or for the sweep
    assert len(files(shop, "originals")) == 1
    assert (await desk.complete(ids[0])).status_code < 300
    assert (await desk.complete(ids[1])).status_code == 422


async def test_the_bucket_s_word_comes_between_the_sender_s_question_and_the_file(
    shop: Shop, desk: Desk, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = await desk.begin(picture())
    await http.put(ticket["url"], content=picture(), headers=ticket["headers"])
    read = shop.files.read

    async def after_the_rival(name: str, limit: int) -> bytes | None:
        monkeypatch.setattr(shop.files, "read", read)
        await shop.media.arrived(name)
        return await read(name, limit)

    monkeypatch.setattr(shop.files, "read", after_the_rival)
    done = await desk.complete(ticket["uploadId"])
    assert done.status_code == 200, done.text
    assert [media.media_id async for media in shop.store.scan(MEDIA)] == [done.json()["mediaId"]]


async def test_pictures_that_nobody_shows_are_swept(
    shop: Shop, desk: Desk, http: httpx.AsyncClient, clock: ManualClock
) -> None:
    kept = (await desk.send(picture(size=(400, 300)))).json()
    dropped = (await desk.send(picture(size=(500, 300)))).json()
    product = await desk.product("Mug", kept["url"])
    other = await desk.product("Cup", dropped["url"])
    await settle(shop)
    path = f"/api/products/{other['productId']}"
    assert (await http.put(path, json={"images": []}, headers=desk.headers)).status_code == 200
    await settle(shop)
    clock.advance(days=89)
    assert await shop.media.sweep() == 0
    clock.advance(days=2)
    assert await shop.media.sweep() == 1
    assert (await http.get(dropped["url"])).status_code == 404
    assert (await http.get(kept["url"])).status_code == 200
    assert [media.media_id async for media in shop.store.scan(MEDIA)] == [kept["mediaId"]]
    assert (await http.get(f"/api/products/{product['productId']}")).json()["images"][0]["width"] == 400


async def test_an_applicant_sends_a_logo_which_is_kept_as_long_as_it_is_shown(
    shop: Shop, http: httpx.AsyncClient, clock: ManualClock
) -> None:
    customer, user_id = await signed_in(shop, http, "ann@example.com")
    ann = Desk(http, customer.headers)
    logo, other = [(await ann.send(picture(size=(size, 300)))).json() for size in (300, 310)]
    application = {
        "shopName": "Anns",
        "logoUrl": logo["url"],
        "payout": {"holder": "Ann", "account": "DE02120300000000202051"},
    }
    front = ShopFront(shop_name="Anns", logo_url=logo["url"])
    applied = await http.post("/api/vendor", json=application, headers=ann.headers)
    assert applied.status_code == 201, applied.text
    await settle(shop)
    assert await shop.media.users(logo["mediaId"]) == [f"vendor:{user_id}"]
    clock.advance(days=91)
    assert await shop.media.sweep() == 1
    assert (await http.get(logo["url"])).status_code == 200
    assert (await http.get(other["url"])).status_code == 404
    await shop.vendors.revise(user_id, front.model_copy(update={"logo_url": None}))
    await settle(shop)
    assert await shop.media.users(logo["mediaId"]) == []


async def test_who_does_not_sell_sends_twenty_pictures_a_day(shop: Shop, http: httpx.AsyncClient) -> None:
    customer, _ = await signed_in(shop, http, "ann@example.com")
    body = {"filename": "a.jpg", "contentType": "image/jpeg", "size": 1000}
    url = "/api/media/uploads"
    answers = [await http.post(url, json=body, headers=customer.headers) for _ in range(21)]
    assert [answer.status_code for answer in answers] == [201] * 20 + [429]
    assert (await http.post(url, json=body)).status_code == 401
