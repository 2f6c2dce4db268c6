"""A whole shop on services of AWS, each behind its port. The emulator stands in."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError

from cartwheel.accounts.crypto import totp, totp_bytes
from cartwheel.adapters import app_secret, open_topic
from cartwheel.kernel.clock import Clock, utc_now
from cartwheel.messaging import Event, emit
from cartwheel.settings import Settings
from cartwheel.shop import Shop
from tests.media.samples import picture
from tests.support.aws import REGION, Account
from tests.support.shops import PASSWORD, Customer, running_shop, settle, signed_in, stocked

pytestmark = [
    pytest.mark.emulator,
    pytest.mark.slow_callbacks_ok(reason="the descriptions of AWS's services are read when first used"),
]


@pytest.fixture
def account(guarded_account: Account) -> Account:
    """Where AWS checks who is calling."""
    return guarded_account


@pytest.fixture
def clock() -> Clock:
    """Cognito's tokens go by its own clock."""
    return utc_now


@pytest.fixture
async def shop(
    account: Account, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Shop]:
    """Nothing is embedded that could be a service."""
    account.surround(monkeypatch)
    bucket = f"pictures-{account.name}"
    await account.make_bucket(bucket)
    await account.make_sender("shop@example.com")
    settings = {
        "queue": f"sqs://{REGION}/{account.name}?wait=0",
        "media": f"s3://{bucket}",
        "search": f"s3://{bucket}/search",
        "mail": f"ses://{REGION}",
        "mail_from": "Shop <shop@example.com>",
        "topic": await account.make_topic(f"{account.name}-orders", f"{account.name}-subscriber"),
        "identity": f"cognito://{REGION}/{await account.make_pool()}",
    }
    database = f"dynamodb://{REGION}/{account.name}"
    async with running_shop(tmp_path / "data", database, clock, **settings) as running:
        queues = {subscription.queue for subscription in running.subscriptions}
        await account.make_queues(account.name, *queues)
        yield running


async def until_settled(shop: Shop) -> None:
    """Lets everything happen, what is due in a moment as well."""
    for _ in range(3):
        await settle(shop)
        await asyncio.sleep(0.3)
    await settle(shop)


async def test_a_guest_buys(shop: Shop, http: httpx.AsyncClient, account: Account) -> None:
    await stocked(shop, "mug", 5)
    guest = Customer(http)
    await guest.put("mug", 2)
    email = f"guest@{account.name}.example.com"
    placed = await guest.order(email=email)
    assert placed.status_code == 202
    await until_settled(shop)
    order = await guest.look(placed.json()["orderId"])
    assert (order["status"], order["totalAmount"]) == ("PROCESSING", 24)
    stock = (await shop.inventory.stock(["mug"]))["mug"]
    assert (stock.on_hand, stock.available) == (3, 3)
    mails = (await shop.notifications.mails(None, 10)).items
    assert [(mail.template, mail.status) for mail in mails] == [("order_placed", "SENT")]
    assert [mail["To"] for mail in await account.mails()].count([email]) == 1
    found = (await http.get("/api/search", params={"q": "mug"})).json()
    assert [product["productId"] for product in found] == ["mug"]
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


async def test_a_vendor_s_page_without_scripts_sends_a_picture(shop: Shop, http: httpx.AsyncClient) -> None:
    vendor = (await signed_in(shop, http, "vendor@example.com", ("vendors",)))[0]
    content = picture(size=(400, 300))
    body = {"contentType": "image/jpeg", "size": len(content), "method": "POST"}
    ticket = (await http.post("/api/media/uploads", json=body, headers=vendor.headers)).json()
    assert ticket["method"] == "POST"
    async with httpx.AsyncClient(trust_env=False) as browser:
        sent = await browser.post(ticket["url"], data=ticket["fields"], files={"file": ("a.jpg", content)})
    assert sent.status_code == 204
    done = await http.post(f"/api/media/uploads/{ticket['uploadId']}/complete", headers=vendor.headers)
    assert (done.status_code, done.json()["width"]) == (200, 400)


async def test_a_topic_hears_of_orders_and_not_of_people(
    shop: Shop, http: httpx.AsyncClient, account: Account
) -> None:
    await stocked(shop, "mug", 5)
    guest = Customer(http)
    await guest.put("mug", 2)
    address = {"name": "Ann Buyer", "line1": "Long Road 1", "city": "Berlin", "country": "DE"}
    order_id = (await guest.order(email="ann@example.com", shippingAddress=address)).json()["orderId"]
    await until_settled(shop)
    await shop.orders.cancel(order_id, "guest", "Ann has changed her mind")
    await until_settled(shop)
    told = await heard(account)
    assert [one["type"] for one in told] == ["OrderPlaced", "OrderCancelled", "RefundSettled"]
    placed, _, refunded = told
    assert placed.keys() == {
        *("eventId", "type", "at", "orderId", "code", "status", "totalAmount", "currency", "items")
    }
    assert (placed["orderId"], placed["totalAmount"], placed["currency"]) == (order_id, 24, "USD")
    assert placed["items"] == [
        {"productId": "mug", "variantId": "mug", "vendorId": "house", "quantity": 2, "total": 24}
    ]
    assert refunded["refunded"] == 24
    for personal in ("ann", "Ann", "Long Road", "Berlin", "mind"):
        assert personal not in json.dumps(told)
    event = Event(
        event_id=placed["eventId"],
        type="OrderPlaced",
        subject=order_id,
        at=datetime.fromisoformat(placed["at"]),
    )
    assert shop.topic is not None
    await shop.topic.publish(event, await shop.orders.get(order_id))  # as after a lost answer
    (again,) = await heard(account)
    assert again["eventId"] == placed["eventId"]


async def heard(account: Account) -> list[dict[str, Any]]:
    """What a queue that subscribes to the topic has got since it was last asked, in order of time."""
    found = []
    async with account.client("sqs") as sqs:
        url = (await sqs.get_queue_url(QueueName=f"{account.name}-subscriber"))["QueueUrl"]
        while messages := (await sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)).get("Messages"):
            found += [json.loads(message["Body"]) for message in messages]
            for message in messages:
                await sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return sorted(found, key=lambda one: str(one["at"]))


async def test_the_secret_is_read_from_secrets_manager(
    account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.surround(monkeypatch)
    async with account.client("secretsmanager") as client:
        await client.create_secret(Name=f"{account.name}/secret", SecretString="s" * 40)
        await client.create_secret(Name=f"{account.name}/short", SecretString="s" * 31)
    settings = {"data": tmp_path, "stage": "prod"}
    found = Settings.model_validate({**settings, "secret_id": f"{account.name}/secret"})
    assert app_secret(found) == b"s" * 40
    assert not (tmp_path / "secret").exists()
    with pytest.raises(ValueError, match="fewer than 32"):
        app_secret(Settings.model_validate({**settings, "secret_id": f"{account.name}/short"}))
    with pytest.raises(ClientError):
        app_secret(Settings.model_validate({**settings, "secret_id": f"{account.name}/none"}))
    assert not (tmp_path / "secret").exists()
    with pytest.raises(ValueError, match="CARTWHEEL_SECRET"):
        Settings.model_validate(settings)


@pytest.mark.parametrize("arn", ["shop-orders", "arn:aws:sqs:eu-central-1:1:orders", "arn:aws:sns:orders"])
def test_what_is_no_topic_is_told(arn: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="CARTWHEEL_TOPIC"):
        open_topic(Settings.model_validate({"data": tmp_path, "topic": arn}))


async def test_somebody_signs_up_buys_and_is_kept_out(shop: Shop, http: httpx.AsyncClient) -> None:
    await stocked(shop, "mug", 5)
    account = {"email": "ann@example.com", "password": PASSWORD}
    assert (await http.post("/api/auth/signup", json={**account, "name": "Ann"})).status_code < 300
    assert (await http.post("/api/auth/signin", json=account)).json()["code"] == "email_not_confirmed"
    for code, status in (("000000", 422), ("123456", 200)):
        body = {"email": "ann@example.com", "code": code}
        assert (await http.post("/api/auth/confirm", json=body)).status_code == status
    signed_in = await http.post("/api/auth/signin", json={**account, "refresh": "body"})
    assert signed_in.status_code == 200
    ann = Customer(http, {"Authorization": f"Bearer {signed_in.json()['accessToken']}"})
    me = (await http.get("/api/users/me", headers=ann.headers)).json()
    assert (me["email"], me["name"], me["groups"]) == ("ann@example.com", "Ann", ["customers"])
    await ann.put("mug", 1)
    order_id = (await ann.order()).json()["orderId"]
    await until_settled(shop)
    mine = (await http.get("/api/orders", headers=ann.headers)).json()
    assert [(order["orderId"], order["status"]) for order in mine] == [(order_id, "PROCESSING")]
    assert (await http.get("/api/admin/users", headers=ann.headers)).status_code == 403
    given = {"refreshToken": signed_in.json()["refreshToken"]}
    renewed = await http.post("/api/auth/refresh", json=given)
    assert renewed.status_code == 200
    await shop.accounts.disable_user(me["userId"])
    await until_settled(shop)
    fresh = {"Authorization": f"Bearer {renewed.json()['accessToken']}"}
    for headers in (ann.headers, fresh):
        assert (await http.get("/api/users/me", headers=headers)).status_code == 401
    assert (await http.post("/api/auth/refresh", json=given)).status_code == 401
    assert (await http.post("/api/auth/signin", json=account)).status_code == 401


async def test_an_authenticator_app_is_set_up(shop: Shop, http: httpx.AsyncClient) -> None:
    ann, user_id = await signed_in(shop, http, "ann@example.com")
    started = (await http.post("/api/users/me/totp", headers=ann.headers)).json()
    now = int(shop.clock().timestamp())
    codes = [totp(totp_bytes(started["secret"]), now // 30 + step) for step in (0, 20)]
    wrong, right = [
        await http.post("/api/users/me/totp/confirm", json={"code": code}, headers=ann.headers)
        for code in reversed(codes)
    ]
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid_code")
    assert (right.status_code, right.json()) == (200, {"recoveryCodes": []})
    body = {"email": "ann@example.com", "password": PASSWORD}
    assert (await http.post("/api/auth/signin", json=body)).json()["code"] == "totp_required"
    now = int(shop.clock().timestamp())
    body["totp"] = totp(totp_bytes(started["secret"]), now // 30)
    assert (await http.post("/api/auth/signin", json=body)).status_code == 200
    assert (await shop.accounts.get_user(user_id)).totp_enabled


async def test_what_cannot_be_handled_is_given_up_shown_and_tried_again(
    shop: Shop, http: httpx.AsyncClient
) -> None:
    admin, _ = await signed_in(shop, http, "admin@example.com", ("admins",))
    await shop.store.write(emit(shop.clock, "PasswordChanged", "nobody", {"name": "no address"}))
    path = "/api/queues/email/dead-letters"
    letters: list[dict[str, Any]] = []
    for _ in range(120):  # given back for two seconds, then for four
        await settle(shop)
        letters = (await http.get(path, headers=admin.headers)).json()
        if letters:
            break
        await asyncio.sleep(0.5)
    assert [letter["type"] for letter in letters] == ["PasswordChanged"]
    again = await http.post(f"{path}/{letters[0]['messageId']}/replay", headers=admin.headers)
    assert again.status_code < 300
    assert (await http.get(path, headers=admin.headers)).json() == []
    assert (await shop.queue.backlog("email")).depth == 1


async def test_the_system_page_names_the_services_and_asks_them(shop: Shop, http: httpx.AsyncClient) -> None:
    admin, _ = await signed_in(shop, http, "admin@example.com", ("admins",))
    told = (await http.get("/api/system", headers=admin.headers)).json()
    parts = {part["name"]: (part["adapter"], part["state"]) for part in told["parts"]}
    expected = {"database": "dynamodb", "queue": "sqs", "mail": "ses", "media": "s3", "search": "s3"}
    for name, adapter in (expected | {"identity": "cognito"}).items():
        assert parts[name] == (adapter, "ok"), name
