"""A whole shop on services of AWS: DynamoDB, SQS and S3, each behind its port. The emulator stands in."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from cartwheel.kernel.clock import ManualClock
from cartwheel.shop import Shop
from tests.media.samples import picture
from tests.support.aws import REGION, Account
from tests.support.shops import Customer, running_shop, settle, signed_in, stocked

pytestmark = [
    pytest.mark.emulator,
    pytest.mark.slow_callbacks_ok(reason="the descriptions of AWS's services are read when first used"),
]


@pytest.fixture
async def shop(account: Account, tmp_path: Path, clock: ManualClock) -> AsyncIterator[Shop]:
    bucket = f"pictures-{account.key}"
    await account.make_bucket(bucket)
    settings = {
        "queue": account.url("sqs", f"{REGION}/shop", wait="0"),
        "media": account.url("s3", bucket, region=REGION),
    }
    database = account.url("dynamodb", f"{REGION}/shop")
    async with running_shop(tmp_path / "data", database, clock, **settings) as running:
        await account.make_queues("shop", *{subscription.queue for subscription in running.subscriptions})
        yield running


async def test_a_guest_buys(shop: Shop, http: httpx.AsyncClient, clock: ManualClock) -> None:
    await stocked(shop, "mug", 5)
    guest = Customer(http)
    await guest.put("mug", 2)
    placed = await guest.order()
    assert placed.status_code == 202
    await settle(shop, clock)
    order = await guest.look(placed.json()["orderId"])
    assert (order["status"], order["totalAmount"]) == ("PROCESSING", 24)
    stock = (await shop.inventory.stock(["mug"]))["mug"]
    assert (stock.on_hand, stock.available) == (3, 3)
    mails = (await shop.notifications.mails(None, 10)).items
    assert [mail.template for mail in mails] == ["order_placed"]
    for queue in {subscription.queue for subscription in shop.subscriptions}:
        assert (await shop.queue.backlog(queue)).depth == 0
        assert (await shop.queue.dead_letters(queue)).items == []


async def test_a_vendor_sends_a_picture_to_the_bucket(shop: Shop, http: httpx.AsyncClient) -> None:
    vendor = (await signed_in(shop, http, "vendor@example.com", ("vendors",)))[0]
    content = picture(size=(400, 300))
    body = {"contentType": "image/jpeg", "size": len(content)}
    ticket = (await http.post("/api/media/uploads", json=body, headers=vendor.headers)).json()
    assert ticket["url"].startswith(shop.files.origin)
    async with httpx.AsyncClient(trust_env=False) as browser:
        refused = await browser.put(ticket["url"], content=content[1:], headers=ticket["headers"])
        assert refused.status_code == 403
        early = await http.post(f"/api/media/uploads/{ticket['uploadId']}/complete", headers=vendor.headers)
        assert early.json()["code"] == "nothing_uploaded"
        sent = await browser.put(ticket["url"], content=content, headers=ticket["headers"])
        assert (sent.status_code, sent.content) == (200, b"")
        done = await http.post(f"/api/media/uploads/{ticket['uploadId']}/complete", headers=vendor.headers)
        media = done.json()
        await settle(shop)
        media = (await http.get(f"/api/media/{media['mediaId']}", headers=vendor.headers)).json()
        for source in media["sources"]:
            for address in source["srcset"].split(", "):
                shown = await http.get(address.split()[0])
                assert (shown.status_code, shown.headers["content-type"]) == (200, source["type"])
        assert len(media["sources"]) == 2
        original = await http.get(f"/api/media/{media['mediaId']}/original", headers=vendor.headers)
        assert (await browser.get(original.json()["url"])).headers["content-type"] == "image/jpeg"
