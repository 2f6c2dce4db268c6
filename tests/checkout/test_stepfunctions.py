"""The driver on AWS, with state machines of the emulator. Whole checkouts on it run in tests/aws."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from cartwheel.checkout import WORKFLOW
from cartwheel.checkout.model import Progress
from cartwheel.checkout.states import AWAIT, FAIL
from cartwheel.checkout.stepfunctions import StepFailed, StepFunctions, StepUnavailable
from cartwheel.checkout.tables import PROGRESS
from cartwheel.kernel.clock import ManualClock
from cartwheel.orders import ORDERS
from cartwheel.shop import Shop
from tests.support.aws import REGION, Account
from tests.support.shops import Customer, client, running_shop, stocked

pytestmark = pytest.mark.emulator

NOTHING = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 11, 21, 12, tzinfo=UTC))


@pytest.fixture
async def states(account: Account) -> AsyncIterator[Any]:
    async with account.client("stepfunctions") as made:
        yield made


async def _machine(states: Any, definition: dict[str, Any]) -> str:  # noqa: ANN401
    role = "arn:aws:iam::000000000000:role/any"
    made = await states.create_state_machine(name="checkout", definition=json.dumps(definition), roleArn=role)
    return str(made["stateMachineArn"])


@pytest.fixture
async def machine(states: Any) -> str:  # noqa: ANN401
    return await _machine(states, NOTHING)


@pytest.fixture
async def shop(account: Account, machine: str, tmp_path: Path, clock: ManualClock) -> AsyncIterator[Shop]:
    workflow = account.url("states", f"{REGION}/{machine}")
    database = f"sqlite:///{tmp_path}/shop.db"
    async with running_shop(tmp_path, database, clock, workflow=workflow) as made:
        yield made


@pytest.fixture
async def http(shop: Shop) -> AsyncIterator[httpx.AsyncClient]:
    async with client(shop) as made:
        yield made


def driver_of(shop: Shop) -> StepFunctions:
    assert isinstance(shop.driver, StepFunctions)
    return shop.driver


async def ordered(shop: Shop, http: httpx.AsyncClient, token: str = "tok_visa") -> str:
    await stocked(shop, units=5)
    guest = Customer(http)
    await guest.put("mug", 2)
    placed = await guest.order(token)
    assert placed.status_code == 202, placed.text
    return str(placed.json()["orderId"])


async def progress_of(shop: Shop, order_id: str) -> Progress:
    progress = await shop.store.get(PROGRESS, order_id)
    assert progress is not None
    return progress


async def executions(states: Any, machine: str) -> list[str]:  # noqa: ANN401
    found = await states.list_executions(stateMachineArn=machine)
    return [execution["name"] for execution in found["executions"]]


async def status_at_the_end(states: Any, execution: str) -> str:  # noqa: ANN401
    for _ in range(400):
        told = await states.describe_execution(executionArn=execution)
        if told["status"] != "RUNNING":
            return str(told["status"])
        await asyncio.sleep(0.05)
    return "still RUNNING"


async def test_an_order_starts_one_machine_of_its_name(
    shop: Shop,
    http: httpx.AsyncClient,
    states: Any,  # noqa: ANN401
    machine: str,
) -> None:
    order_id = await ordered(shop, http)
    progress = await progress_of(shop, order_id)
    assert progress.shard is None
    await shop.driver.start(progress)
    assert await executions(states, machine) == [order_id]


async def test_what_was_not_started_is_started_later(
    account: Account,
    machine: str,
    states: Any,  # noqa: ANN401
    tmp_path: Path,
    clock: ManualClock,
) -> None:
    away = Account("http://127.0.0.1:9", account.key)
    database = f"sqlite:///{tmp_path}/shop.db"
    async with running_shop(
        tmp_path, database, clock, workflow=away.url("states", f"{REGION}/{machine}")
    ) as shop:
        async with client(shop) as http:
            order_id = await ordered(shop, http)
        assert (await progress_of(shop, order_id)).shard == "0"
        reached = StepFunctions(
            shop.store, clock, WORKFLOW, shop.steps, account.url("states", f"{REGION}/{machine}")
        )
        assert await reached.run_due() == 0  # whoever placed the order may be at it still
        clock.advance(seconds=11)
        assert await reached.run_due() == 1
        assert await reached.run_due() == 0
        await reached.finish()
    assert await executions(states, machine) == [order_id]


async def test_tasks_do_what_the_local_driver_does(shop: Shop, http: httpx.AsyncClient) -> None:
    order_id = await ordered(shop, http)
    driver = driver_of(shop)
    for step in ("ValidateCart", "ReserveStock", "ReserveStock", "ProcessPayment", "SendToQueue"):
        assert await driver.perform(step, order_id) == {"outcome": "done"}
    assert (await progress_of(shop, order_id)).state == "DONE"
    assert (await shop.inventory.stock(["mug"]))["mug"].reserved == 2


@pytest.mark.parametrize(
    ("token", "error", "says"),
    [
        ("tok_chargeDeclined", StepFailed, "payment_declined:card_declined"),
        ("tok_networkError", StepUnavailable, "payment_unavailable"),
    ],
)
async def test_errors_say_whether_to_try_again(
    shop: Shop, http: httpx.AsyncClient, token: str, error: type[Exception], says: str
) -> None:
    order_id = await ordered(shop, http, token)
    with pytest.raises(error, match=rf"^{says}$"):
        await driver_of(shop).perform("ProcessPayment", order_id)


async def test_nothing_is_begun_after_the_time_but_undone(
    shop: Shop, http: httpx.AsyncClient, clock: ManualClock
) -> None:
    order_id = await ordered(shop, http)
    driver = driver_of(shop)
    await driver.perform("ReserveStock", order_id)
    clock.advance(seconds=301)
    with pytest.raises(StepFailed, match=r"^timeout$"):
        await driver.perform("ProcessPayment", order_id)
    assert await driver.perform("ReleaseStock", order_id) == {"outcome": "done"}
    assert (await shop.inventory.stock(["mug"]))["mug"].reserved == 0


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (
            {"Error": "StepFailed", "Cause": '{"errorMessage": "out_of_stock", "errorType": "StepFailed"}'},
            "out_of_stock",
        ),
        (
            {"Error": "StepUnavailable", "Cause": '{"errorMessage": "payment_unavailable"}'},
            "payment_unavailable",
        ),
        ({"Error": "States.Timeout", "Cause": ""}, "payment_not_confirmed"),
        ({"Error": "Lambda.Unknown", "Cause": "The function was killed."}, "unavailable"),
        ({"Error": "StepFailed", "Cause": "no JSON"}, "unavailable"),
    ],
)
async def test_a_failed_order_says_why(
    shop: Shop, http: httpx.AsyncClient, error: dict[str, str], reason: str
) -> None:
    order_id = await ordered(shop, http)
    await driver_of(shop).perform(FAIL, order_id, error=error)
    order = await shop.store.get(ORDERS, order_id)
    assert order is not None
    assert (order.status, order.failure) == ("FAILED", reason)
    assert (await progress_of(shop, order_id)).state == "DONE"


async def test_the_payers_answer_wakes_the_machine(
    shop: Shop,
    http: httpx.AsyncClient,
    account: Account,
    states: Any,  # noqa: ANN401
) -> None:
    """A machine hands its token to a queue here, where it hands it to the function otherwise."""
    order_id = await ordered(shop, http, "tok_threeDSecure")
    driver = driver_of(shop)
    assert await driver.perform("ProcessPayment", order_id) == {"outcome": "wait"}
    async with account.client("sqs") as sqs:
        queue = (await sqs.create_queue(QueueName="tokens"))["QueueUrl"]
        waiting = {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            "Parameters": {"QueueUrl": queue, "MessageBody.$": "$$.Task.Token"},
            "End": True,
        }
        made = await states.create_state_machine(
            name="waiting",
            definition=json.dumps({"StartAt": "Wait", "States": {"Wait": waiting}}),
            roleArn="arn:aws:iam::000000000000:role/any",
        )
        begun = await states.start_execution(stateMachineArn=made["stateMachineArn"], input="{}")
        received = await sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=10)
    token = received["Messages"][0]["Body"]
    await driver.resume(order_id)  # nobody waits yet: harmless
    assert await driver.perform(AWAIT, order_id, token=token) == {"outcome": "wait"}
    assert (await states.describe_execution(executionArn=begun["executionArn"]))["status"] == "RUNNING"
    for _ in range(2):  # the second finds nobody waiting
        await driver.resume(order_id)
    assert await status_at_the_end(states, begun["executionArn"]) == "SUCCEEDED"
