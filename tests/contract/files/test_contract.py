"""What every place for files promises."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from cartwheel.kernel.clock import utc_now
from tests.contract.files.conftest import LONG, Place

PICTURE = b"\x89PNG" + bytes(range(256)) * 40
SHOWN = f"public/{'0a' * 16}-320.webp"


async def put(place: Place, content: bytes, *, size: int | None = None) -> httpx.Response:
    """Sends a file as a browser does, to an address for ``size`` bytes."""
    announced = len(content) if size is None else size
    ticket = await place.files.upload("incoming/one", "image/png", announced, LONG)
    return await place.http.put(ticket.url, content=content, headers=ticket.headers)


async def test_what_is_written_can_be_read(place: Place) -> None:
    await place.files.write("originals/one.png", PICTURE, "image/png")
    assert await place.files.read("originals/one.png", -1) == PICTURE
    assert await place.files.read("originals/one.png", 10) == PICTURE[:10]
    assert await place.files.read("originals/one.png", 10**6) == PICTURE
    assert await place.files.read("originals/one.png", 0) == b""
    assert await place.files.read("originals/two.png", 10) is None
    await place.files.write("originals/one.png", b"other", "image/png")
    assert await place.files.read("originals/one.png", -1) == b"other"


async def test_an_empty_file_is_one(place: Place) -> None:
    await place.files.write("originals/one.png", b"", "image/png")
    assert await place.files.read("originals/one.png", 10) == b""
    assert await place.files.read("originals/one.png", -1) == b""


async def test_deleting_is_repeatable(place: Place) -> None:
    names = [f"originals/{number}.png" for number in range(5)]
    for name in names:
        await place.files.write(name, PICTURE, "image/png")
    for _ in range(2):
        await place.files.delete(names[:3])
        assert await place.names() == names[3:]
    await place.files.delete([])
    assert await place.names() == names[3:]


async def test_a_browser_sends_a_file_where_it_is_told(place: Place) -> None:
    sent = await put(place, PICTURE)
    assert sent.status_code < 300
    assert await place.files.read("incoming/one", len(PICTURE) + 1) == PICTURE
    assert (await put(place, PICTURE)).status_code < 300


@pytest.mark.parametrize("content", [PICTURE + b"x", PICTURE[:-1], b""])
async def test_an_address_takes_the_announced_size_only(place: Place, content: bytes) -> None:
    refused = await put(place, content, size=len(PICTURE))
    assert 400 <= refused.status_code < 500
    assert await place.names() == []


async def test_an_address_is_for_one_name_and_one_method(place: Place) -> None:
    ticket = await place.files.upload("incoming/one", "image/png", len(PICTURE), LONG)
    for forged in (ticket.url.replace("incoming/one", "public/one"), ticket.url[:-1]):
        assert (await place.http.put(forged, content=PICTURE, headers=ticket.headers)).status_code == 403
    assert (await place.http.get(ticket.url)).status_code == 403
    assert await place.names() == []


async def test_an_address_to_send_to_is_over_at_its_time(place: Place) -> None:
    ticket = await place.files.upload("incoming/one", "image/png", len(PICTURE), timedelta(seconds=1))
    await place.wait(3)
    refused = await place.http.put(ticket.url, content=PICTURE, headers=ticket.headers)
    assert refused.status_code == 403
    assert await place.names() == []


async def test_a_private_file_is_shown_by_its_address_for_a_while(place: Place) -> None:
    await place.files.write("originals/one.png", PICTURE, "image/png")
    address = await place.files.download("originals/one.png", LONG)
    shown = await place.http.get(address)
    assert (shown.status_code, shown.content) == (200, PICTURE)
    assert shown.headers["content-type"] == "image/png"
    assert shown.headers["cache-control"] == "private, no-store"
    assert (await place.http.get(address.replace("one.png", "two.png"))).status_code in {403, 404}
    brief = await place.files.download("originals/one.png", timedelta(seconds=1))
    await place.wait(3)
    assert (await place.http.get(brief)).status_code == 403


async def test_without_a_signature_nothing_private_is_shown(place: Place) -> None:
    await place.files.write("originals/one.png", PICTURE, "image/png")
    address = await place.files.download("originals/one.png", LONG)
    assert (await place.http.get(address.partition("?")[0])).status_code in {403, 422}


async def test_what_is_public_is_shown_to_everybody_and_kept(place: Place) -> None:
    await place.files.write(SHOWN, PICTURE, "image/webp")
    shown = await place.http.get(f"/media/{SHOWN.removeprefix('public/')}")
    assert (shown.status_code, shown.content) == (200, PICTURE)
    assert shown.headers["content-type"] == "image/webp"
    assert shown.headers["cache-control"] == "public, max-age=31536000, immutable"
    for name in ("0a" * 16 + "-640.webp", "..%2foriginals%2fone.png", "one.png"):
        assert (await place.http.get(f"/media/{name}")).status_code == 404


async def test_what_is_old_is_swept(place: Place) -> None:
    for name in ("incoming/one", "incoming/two", "originals/one.png"):
        await place.files.write(name, PICTURE, "image/png")
    assert await place.files.sweep("incoming", utc_now() - timedelta(hours=1)) == 0
    assert await place.files.sweep("incoming", utc_now() + timedelta(hours=1)) == 2
    assert await place.names() == ["originals/one.png"]
    assert await place.files.sweep("incoming", utc_now() + timedelta(hours=1)) == 0


async def test_rivals_write_one_file_whole(place: Place) -> None:
    contents = [bytes([number]) * 50_000 for number in range(6)]
    await asyncio.gather(*(place.files.write("originals/one.png", one, "image/png") for one in contents))
    assert await place.files.read("originals/one.png", -1) in contents
    assert await place.names() == ["originals/one.png"]
