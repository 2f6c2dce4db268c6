"""Vendors, pictures and mails on the deployment: what runs by queues, buckets and SES there."""

import httpx
import pytest

from cartwheel.shop import Shop
from tests.journeys.test_marketplace import (
    Market,
    market,  # noqa: F401
    test_applying,  # noqa: F401
    test_one_order_is_sent_by_each_vendor,  # noqa: F401
    test_vendors_who_send_at_the_same_time,  # noqa: F401
)
from tests.media.samples import picture
from tests.support.deployment import ACCOUNT, PREFIX, REGION, Deployment
from tests.support.shops import settle, signed_in
from tests.support.waiting import eventually

pytestmark = pytest.mark.emulator


async def test_a_picture_that_arrives_is_made_ready(
    shop: Shop, http: httpx.AsyncClient, deployment: Deployment
) -> None:
    """The browser sends it to the bucket and tells nobody: the bucket does."""
    vendor, _ = await signed_in(shop, http, "vendor@example.com", ("vendors",))
    content = picture(size=(400, 300))
    body = {"contentType": "image/jpeg", "size": len(content)}
    ticket = (await http.post("/api/media/uploads", json=body, headers=vendor.headers)).json()
    async with httpx.AsyncClient(trust_env=False) as browser:
        sent = await browser.put(ticket["url"], content=content, headers=ticket["headers"])
    assert sent.status_code == 200, sent.text
    bucket = f"{PREFIX}-media-{ACCOUNT}-{REGION}"

    async def made() -> list[str] | None:
        found = (await deployment.call("s3", "list_objects_v2", Bucket=bucket)).get("Contents", [])
        names = [one["Key"] for one in found]
        return names if any(name.startswith("media/") for name in names) else None

    await eventually(made)
    await settle(shop)
    names = await made()
    assert names is not None
    assert {name.rpartition(".")[2] for name in names if name.startswith("media/")} == {"avif", "webp"}
    assert [name for name in names if name.startswith("incoming/")] == []
    async with httpx.AsyncClient(trust_env=False) as stranger:
        for name in names:
            assert (await stranger.get(f"{deployment.endpoint}/{bucket}/{name}")).status_code == 403


async def test_an_order_s_mails_go_out_by_ses(
    shop: Shop,
    market: Market,  # noqa: F811
    deployment: Deployment,
) -> None:
    before = await deployment.mails()
    for vendor, sold in ((market.one, "cup"), (market.two, "pan")):
        (order,) = await market.get("/vendor/orders", vendor)
        parcel = {"carrier": "Post", "tracking": f"track-{sold}"}
        sent = await market.post(f"/vendor/orders/{order['orderId']}/shipments", vendor, parcel)
        assert sent.status_code < 300, sent.text
    await settle(shop)
    mails = (await deployment.mails())[len(before) :]
    to_guest = [mail for mail in mails if mail["To"] == ["guest@example.com"]]
    assert sorted(word for mail in to_guest for word in mail["BodyText"].split() if "track-" in word) == [
        "track-cup",
        "track-pan",
    ]
