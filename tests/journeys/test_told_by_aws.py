"""What S3 and SES tell of their own accord, taken by a worker from queues of SQS. The emulator stands in."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from cartwheel.kernel.clock import Clock, utc_now
from cartwheel.media import MEDIA, Media
from cartwheel.messaging import DeadLetter
from cartwheel.settings import Settings
from cartwheel.shop import Shop, assemble
from tests.media.samples import picture
from tests.support.aws import REGION, Account
from tests.support.shops import running_shop, settle
from tests.support.waiting import eventually

pytestmark = [
    pytest.mark.emulator,
    pytest.mark.slow_callbacks_ok(
        reason="Pillow and descriptions of AWS's services are read when first used"
    ),
]


@pytest.fixture
def clock() -> Clock:
    return utc_now


@pytest.fixture
async def shop(
    account: Account, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Shop]:
    """As containers and instances have it: bucket and topic tell queues, and nobody has a function."""
    account.surround(monkeypatch)
    bucket = f"told-{account.key}"
    await account.make_bucket(bucket)
    settings = {
        "queue": f"sqs://{REGION}/shop?wait=0",
        "aws_queues": "uploads,returned-mail",
        "media": f"s3://{bucket}",
        "visibility": "1",
    }
    async with running_shop(tmp_path / "data", f"sqlite:///{tmp_path}/shop.db", clock, **settings) as running:
        await account.make_queues("shop", *{subscription.queue for subscription in running.subscriptions})
        await account.make_topic("returned", "shop-returned-mail")
        await _tell_of_uploads(account, bucket)
        yield running


async def _tell_of_uploads(account: Account, bucket: str) -> None:
    async with account.client("s3") as s3:
        told = {
            "QueueArn": f"arn:aws:sqs:{REGION}:{account.key:012}:shop-uploads",
            "Events": ["s3:ObjectCreated:*"],
            "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "incoming/"}]}},
        }
        await s3.put_bucket_notification_configuration(
            Bucket=bucket, NotificationConfiguration={"QueueConfigurations": [told]}
        )


async def send(shop: Shop, content: bytes) -> str:
    """Sends a file to the bucket and says nothing of it to the shop: the upload's id."""
    upload, ticket = await shop.media.begin("vendor-1", "image/jpeg", len(content))
    async with httpx.AsyncClient(trust_env=False) as browser:
        sent = await browser.put(ticket.url, content=content, headers=ticket.headers)
    assert sent.status_code == 200, sent.text
    return upload.upload_id


async def put(account: Account, queue: str, body: str) -> None:
    async with account.client("sqs") as sqs:
        address = (await sqs.get_queue_url(QueueName=f"shop-{queue}"))["QueueUrl"]
        await sqs.send_message(QueueUrl=address, MessageBody=body)


async def test_a_picture_is_made_though_the_browser_never_says_that_it_was_sent(shop: Shop) -> None:
    upload_id = await send(shop, picture(size=(400, 300)))

    async def made() -> Media | None:
        await settle(shop)
        found = [one async for one in shop.store.scan(MEDIA)]
        return next((one for one in found if one.widths), None)

    media = await eventually(made)
    assert (media.owner_id, media.width, media.height) == ("vendor-1", 400, 300)
    assert await shop.files.read(f"incoming/{upload_id}", -1) is None
    late = await shop.media.complete("vendor-1", upload_id)  # the browser comes back after all
    assert late.media_id == media.media_id


async def test_what_is_told_twice_or_is_a_trial_changes_nothing(shop: Shop, account: Account) -> None:
    upload_id = await send(shop, picture(size=(400, 300)))
    media = await shop.media.complete("vendor-1", upload_id)
    again = json.dumps({"Records": [{"s3": {"object": {"key": f"incoming/{upload_id}"}}}]})
    unknown = json.dumps({"Records": [{"s3": {"object": {"key": "incoming/nobody%27s"}}}]})
    for body in (again, again, unknown, json.dumps({"Event": "s3:TestEvent"})):
        await put(account, "uploads", body)
    await settle(shop)
    assert [one.media_id async for one in shop.store.scan(MEDIA)] == [media.media_id]
    assert (await shop.queue.backlog("uploads")).depth == 0


async def test_an_address_whose_mail_came_back_is_marked(shop: Shop, account: Account) -> None:
    bounce = {"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": "gone@example.com"}]}
    async with account.client("sns") as sns:
        (topic,) = (await sns.list_topics())["Topics"]
        await sns.publish(
            TopicArn=topic["TopicArn"], Message=json.dumps({"eventType": "Bounce", "bounce": bounce})
        )
    await settle(shop)
    mark = await shop.notifications.suppression("gone@example.com")
    assert mark is not None
    assert mark.reason == "bounced"
    assert (await shop.queue.backlog("returned-mail")).depth == 0


async def test_what_nobody_can_read_is_given_up_after_three_tries(shop: Shop, account: Account) -> None:
    await put(account, "returned-mail", "no JSON")

    async def given_up() -> DeadLetter | None:
        await settle(shop)
        return next(iter((await shop.operations.dead_letters("returned-mail", None)).items), None)

    letter = await eventually(given_up)
    assert (letter.event.type, letter.event.payload) == ("ToldByOthers", {"body": "no JSON"})
    await shop.operations.discard("returned-mail", letter.message_id, "operator")
    assert await given_up() is None


async def test_an_event_of_ours_in_such_a_queue_is_not_taken_for_one(shop: Shop, account: Account) -> None:
    event = {"type": "MediaUploaded", "subject": "mug", "at": "2026-11-21T12:00:00Z"}
    await put(account, "returned-mail", json.dumps(event))
    (message,) = await shop.queue.receive("returned-mail")
    assert (message.event.type, message.event.subject) == ("ToldByOthers", message.message_id)


def test_the_queues_of_aws_are_on_sqs() -> None:
    with pytest.raises(ValueError, match="CARTWHEEL_AWS_QUEUES needs"):
        assemble(Settings(aws_queues="uploads", database="sqlite:///:memory:"))
    with pytest.raises(ValueError, match="aws_queues"):
        Settings(aws_queues="downloads")
