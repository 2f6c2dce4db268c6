"""What an operator relies on: retries on record, dead letters, groups, schedules, repeated deliveries."""

import json
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any

import httpx
import pytest

from cartwheel.kernel.clock import utc_now
from cartwheel.messaging import Event
from cartwheel.messaging.queue import DeadLetter
from cartwheel.messaging.schedules import Run
from cartwheel.orders import ORDERS
from cartwheel.shop import Shop
from tests.journeys.test_purchase import charged, units
from tests.support.deployment import PREFIX, Deployment, quiet
from tests.support.shops import Customer, settle, signed_in, stocked
from tests.support.waiting import eventually

pytestmark = pytest.mark.emulator


async def ordered(shop: Shop, http: httpx.AsyncClient, token: str = "tok_visa") -> str:
    await stocked(shop, units=5)
    guest = Customer(http)
    await guest.put("mug", 2)
    placed = await guest.order(token)
    assert placed.status_code == 202, placed.text
    await settle(shop)
    return str(placed.json()["orderId"])


async def history(deployment: Deployment, order_id: str) -> list[dict[str, Any]]:
    """What the state machine of an order has done."""
    arn = deployment.outputs["StateMachineArn"].replace(":stateMachine:", ":execution:")
    request = {"executionArn": f"{arn}:{order_id}", "maxResults": 500}
    told = await deployment.call("stepfunctions", "get_execution_history", **request)
    events: list[dict[str, Any]] = told["events"]
    return events


def entered(events: list[dict[str, Any]]) -> list[str]:
    """The states that it went through."""
    return [
        event["stateEnteredEventDetails"]["name"] for event in events if "stateEnteredEventDetails" in event
    ]


async def test_a_declined_payment_is_undone_on_record(
    shop: Shop, http: httpx.AsyncClient, deployment: Deployment
) -> None:
    order_id = await ordered(shop, http, "tok_chargeDeclined")
    events = await history(deployment, order_id)
    way = [
        "ValidateCart",
        "ReserveStock",
        "ProcessPayment",
        "CancelPayment",
        "ReleaseStock",
        "Fail",
        "Failed",
    ]
    assert entered(events) == way
    assert events[-1]["type"] == "ExecutionFailed"
    assert await units(shop) == (5, 0, 5)


async def test_an_unanswered_payment_is_tried_again_on_record(
    shop: Shop, http: httpx.AsyncClient, deployment: Deployment
) -> None:
    order_id = await ordered(shop, http, "tok_networkErrorTwice")
    events = await history(deployment, order_id)
    failed = Counter(
        event["taskFailedEventDetails"]["error"] for event in events if "taskFailedEventDetails" in event
    )
    assert failed == {"StepUnavailable": 2}
    assert entered(events)[-1] == "SendToQueue"
    assert await charged(shop) == [2400]


async def test_the_payer_is_waited_for(shop: Shop, http: httpx.AsyncClient, deployment: Deployment) -> None:
    order_id = await ordered(shop, http, "tok_threeDSecure")
    assert entered(await history(deployment, order_id))[-1] == "AwaitPayment"
    order = await shop.store.get(ORDERS, order_id)
    assert order is not None
    payment = await shop.payments.find(order_id)
    assert payment is not None
    confirmed = await http.post(f"/api/payments/sandbox/{payment.intent_id}/confirm")
    assert confirmed.status_code < 300, confirmed.text
    await settle(shop)
    assert entered(await history(deployment, order_id))[-1] == "SendToQueue"
    order = await shop.store.get(ORDERS, order_id)
    assert order is not None
    assert order.status == "PROCESSING"


async def test_a_poisoned_message_is_set_aside_and_replayed(
    shop: Shop, http: httpx.AsyncClient, deployment: Deployment
) -> None:
    admin, _ = await signed_in(shop, http, "admin@example.com", ("admins",))
    poison = Event(type="OrderPaid", subject="no-such-order", at=utc_now())

    async def given_up() -> Sequence[DeadLetter]:
        return (await shop.queue.dead_letters("orders")).items

    await shop.queue.send("orders", [poison])
    assert [letter.event.event_id for letter in await eventually(given_up)] == [poison.event_id]
    await eventually(partial(alarmed, deployment, "orders"))
    shown = (await http.get("/api/queues/orders/dead-letters", headers=admin.headers)).json()
    assert [letter["type"] for letter in shown] == ["OrderPaid"]
    letter = f"/api/queues/orders/dead-letters/{shown[0]['messageId']}"
    replayed = await http.post(f"{letter}/replay", headers=admin.headers)
    assert replayed.status_code < 300, replayed.text
    (again,) = await eventually(given_up)  # the same poison: it comes back
    letter = f"/api/queues/orders/dead-letters/{again.message_id}"
    discarded = await http.delete(letter, headers=admin.headers)
    assert discarded.status_code < 300, discarded.text
    assert await given_up() == []


async def alarmed(deployment: Deployment, queue: str) -> bool:
    """Whether dead letters raise an alarm. The emulator's SQS does not tell CloudWatch of them."""
    name = f"{PREFIX}-{queue}-dead"
    queues = await deployment.call("sqs", "list_queues", QueueNamePrefix=name)
    counted = await deployment.call(
        "sqs",
        "get_queue_attributes",
        QueueUrl=queues["QueueUrls"][0],
        AttributeNames=["ApproximateNumberOfMessages"],
    )
    metric = {
        "MetricName": "ApproximateNumberOfMessagesVisible",
        "Dimensions": [{"Name": "QueueName", "Value": name}],
        "Value": int(counted["Attributes"]["ApproximateNumberOfMessages"]),
    }
    await deployment.call("cloudwatch", "put_metric_data", Namespace="AWS/SQS", MetricData=[metric])
    raised = await deployment.call("cloudwatch", "describe_alarms", StateValue="ALARM")
    return any(name in str(alarm["Dimensions"]) for alarm in raised["MetricAlarms"])


async def test_one_group_is_refused_what_another_may(shop: Shop, http: httpx.AsyncClient) -> None:
    admin, _ = await signed_in(shop, http, "admin@example.com", ("admins",))
    vendor, _ = await signed_in(shop, http, "vendor@example.com", ("vendors",))
    stranger = Customer(http)
    answers = {
        name: (await http.get("/api/admin/users", headers=who.headers)).status_code
        for name, who in {"admin": admin, "vendor": vendor, "stranger": stranger}.items()
    }
    assert answers == {"admin": 200, "vendor": 403, "stranger": 401}


async def test_jobs_run_by_the_clock(shop: Shop) -> None:
    async def runs() -> Sequence[Run]:
        return (await shop.timetable.runs("reservations")).items

    assert (await eventually(runs, 150))[0].error is None


async def test_deliveries_that_come_twice_do_no_harm(
    shop: Shop, http: httpx.AsyncClient, deployment: Deployment
) -> None:
    order_id = await ordered(shop, http)
    mails = len(await deployment.mails())
    for queue, heard in (("orders", "OrderPaid"), ("email", "OrderPlaced")):
        event = Event(type=heard, subject=order_id, at=utc_now())
        record = {
            "messageId": "1",
            "receiptHandle": "1",
            "body": event.model_dump_json(),
            "attributes": {"ApproximateReceiveCount": "1"},
            "eventSourceARN": f"arn:aws:sqs:us-east-1:000000000000:{PREFIX}-{queue}",
        }
        for _ in range(3):
            answer = await deployment.call(
                "lambda",
                "invoke",
                FunctionName=f"{PREFIX}-consume-{queue}",
                Payload=json.dumps({"Records": [record]}),
            )
            assert json.load(answer["Payload"]) == {"batchItemFailures": []}
    await quiet(shop)
    assert await charged(shop) == [2400]
    assert await units(shop) == (3, 0, 3)
    assert len(await deployment.mails()) - mails <= 1  # another event, told once


async def test_an_address_whose_mail_came_back_is_marked(shop: Shop, deployment: Deployment) -> None:
    bounce = {"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": "gone@example.com"}]}
    told = json.dumps({"eventType": "Bounce", "bounce": bounce})
    topics = (await deployment.call("sns", "list_topics"))["Topics"]
    topic = next(topic["TopicArn"] for topic in topics if topic["TopicArn"].endswith("-returned-mail"))
    await deployment.call("sns", "publish", TopicArn=topic, Message=told)
    mark = await eventually(lambda: shop.notifications.suppression("gone@example.com"))
    assert mark is not None
    assert mark.reason == "bounced"
