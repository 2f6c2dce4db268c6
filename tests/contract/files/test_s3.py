"""S3 alone: what it signs, what it keeps beside the bytes, many files, and no answer."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from cartwheel.kernel.clock import utc_now
from cartwheel.media.s3 import S3
from cartwheel.storage import Unavailable
from tests.contract.files.conftest import LONG, InBucket, Place
from tests.contract.files.test_contract import PICTURE, SHOWN
from tests.support.aws import REGION, Account
from tests.support.processes import free_port

pytestmark = pytest.mark.emulator


@pytest.fixture
def kept(account: Account) -> Account:
    return account


async def test_another_type_than_announced_is_refused(place: Place) -> None:
    ticket = await place.files.upload("incoming/one", "image/png", len(PICTURE), LONG)
    refused = await place.http.put(ticket.url, content=PICTURE, headers={"Content-Type": "text/html"})
    assert refused.status_code == 403
    assert await place.names() == []


async def post(place: Place, content: bytes, **changed: str) -> httpx.Response:
    """Sends a file as a form does, with some of its fields changed."""
    ticket = await place.files.form("incoming/one", "image/png", len(PICTURE), LONG)
    fields = {**ticket.fields, **changed}
    return await place.http.post(ticket.url, data=fields, files={"file": ("a.png", content, "image/png")})


async def test_a_form_sends_a_file(place: Place) -> None:
    assert (await post(place, PICTURE)).status_code == 204
    assert await place.files.read("incoming/one", -1) == PICTURE


@pytest.mark.parametrize(
    ("content", "changed"),
    [
        (PICTURE + b"x", {}),
        (PICTURE[:-1], {}),
        (PICTURE, {"Content-Type": "text/html"}),
        (PICTURE, {"key": "media/one"}),
    ],
    ids=["longer", "shorter", "another type", "another name"],
)
async def test_a_form_sends_what_was_announced_and_nothing_else(
    place: Place, content: bytes, changed: dict[str, str]
) -> None:
    assert 400 <= (await post(place, content, **changed)).status_code < 500
    assert await place.names() == []


async def test_headers_go_with_the_bytes(place: Place, account: Account) -> None:
    await place.files.write(SHOWN, PICTURE, "image/webp")
    await place.files.write("originals/one.png", PICTURE, "image/png")
    assert isinstance(place, InBucket)
    async with account.client("s3") as s3:
        shown = await s3.head_object(Bucket=place.bucket, Key=SHOWN.replace("public/", "media/"))
        hidden = await s3.head_object(Bucket=place.bucket, Key="originals/one.png")
    assert (shown["ContentType"], shown["CacheControl"]) == (
        "image/webp",
        "public, max-age=31536000, immutable",
    )
    assert (hidden["ContentType"], hidden["CacheControl"]) == ("image/png", "private, no-store")


class Paging:
    """A client whose lists are two files long."""

    def __init__(self, inner: Any) -> None:  # noqa: ANN401
        self._inner = inner
        self.pages = 0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._inner, name)

    async def list_objects_v2(self, **request: Any) -> Any:  # noqa: ANN401
        self.pages += 1
        return await self._inner.list_objects_v2(**request, MaxKeys=2)


async def test_more_than_one_page_is_swept(place: Place) -> None:
    assert isinstance(place.files, S3)
    for number in range(5):
        await place.files.write(f"incoming/{number}", b"x", "image/png")
    client = place.files._s3._client = Paging(await place.files._s3.client())
    assert await place.files.sweep("incoming", utc_now() + timedelta(hours=1)) == 5
    assert client.pages == 3
    assert await place.names() == []


async def test_no_answer_is_unavailable(account: Account) -> None:
    deaf = S3(Account(f"http://127.0.0.1:{free_port()}", account.key).url("s3", "pictures"), REGION)
    with pytest.raises(Unavailable):
        await deaf.read("originals/one.png", 1)
    with pytest.raises(Unavailable):
        await deaf.write("originals/one.png", b"x", "image/png")
    with pytest.raises(Unavailable):
        await deaf.delete(["originals/one.png"])
    with pytest.raises(Unavailable):
        await deaf.sweep("incoming", utc_now())
    await deaf.close()


async def test_a_bucket_that_is_not_there_is_unavailable(account: Account) -> None:
    files = S3(account.url("s3", f"nobodys-{account.key}"), REGION)
    with pytest.raises(Unavailable):
        await files.write("originals/one.png", b"x", "image/png")
    with pytest.raises(Unavailable):
        await files.read("originals/one.png", 1)
    await files.close()


async def test_addresses_lead_to_the_bucket_of_the_region() -> None:
    files = S3("s3://key:secret@pictures", "eu-central-1")
    try:
        ticket = await files.upload("incoming/one", "image/png", 7, LONG)
        form = await files.form("incoming/one", "image/png", 7, LONG)
    finally:
        await files.close()
    assert files.origin == "https://pictures.s3.eu-central-1.amazonaws.com"
    address = httpx.URL(ticket.url)
    assert f"https://{address.host}" == files.origin
    assert form.url.rstrip("/") == files.origin
    assert address.params["X-Amz-SignedHeaders"] == "content-length;content-type;host"
    assert address.params["X-Amz-Expires"] == "600"


@pytest.mark.parametrize("url", ["s3://", "file:///tmp", "s3://bucket?wat=1"])
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(ValueError, match="s3://bucket"):
        S3(url, REGION)
