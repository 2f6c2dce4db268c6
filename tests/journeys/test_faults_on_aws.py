"""Purchases while AWS throttles, answers late or not at all, or loses answers."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from cartwheel.kernel.clock import Clock, utc_now
from cartwheel.shop import Shop
from tests.journeys.test_purchase import charged, units
from tests.support.aws import REGION, Account
from tests.support.faults import Faults, running_faults
from tests.support.shops import Customer, running_shop, stocked
from tests.support.stores import written_in
from tests.support.waiting import eventually

pytestmark = [
    pytest.mark.emulator,
    pytest.mark.slow_callbacks_ok(reason="the descriptions of AWS's services are read when first used"),
]

BUYERS = 8

RULES: list[dict[str, Any]] = [
    {"service": "dynamodb", "operation": "Query", "sequence": {"fail": 1, "pass": 40}, "timeout_ms": 500},
    {
        "service": "dynamodb",
        "sequence": {"fail": 1, "pass": 8},
        "error": {"code": "ProvisionedThroughputExceededException"},
    },
    {"service": "sqs", "sequence": {"fail": 1, "pass": 6}, "error": {"code": "RequestThrottled"}},
    {"service": "ses", "sequence": {"fail": 1, "pass": 4}, "error": {"code": "TooManyRequestsException"}},
    {"service": "dynamodb", "sequence": {"fail": 1, "pass": 12}, "response": {"abort_frac": 0.1}},
    {"service": "sqs", "sequence": {"fail": 1, "pass": 12}, "response": {"abort_frac": 0.1}},
    {"service": "*", "sequence": {"fail": 1, "pass": 15}, "reset": True},
]
"""What goes wrong, again and again. ``abort_frac``: the request is carried out, and nobody hears so."""


@pytest.fixture
def clock() -> Clock:
    return utc_now


@pytest.fixture
def faults(account: Account) -> Iterator[Faults]:
    with running_faults(account.endpoint) as running:
        yield running


@pytest.fixture
async def shop(account: Account, faults: Faults, tmp_path: Path, clock: Clock) -> AsyncIterator[Shop]:
    """Tables, queues and mail of AWS, all behind the proxy."""
    await account.make_sender("shop@example.com")
    spoiled = replace(account, endpoint=faults.address)
    settings = {
        "queue": spoiled.url("sqs", f"{REGION}/{account.name}", wait="0"),
        "mail": spoiled.url("ses", REGION),
        "mail_from": "Shop <shop@example.com>",
        "visibility": "10",
    }
    place = f"{REGION}/{account.name}"
    directly, database = account.url("dynamodb", place), spoiled.url("dynamodb", place)
    async with running_shop(tmp_path / "data", directly, clock):
        pass  # makes the tables, which takes longer than the shop waits for an answer
    written_in[database] = written_in[directly]  # the same ones: nobody asks the proxy for each of them
    async with running_shop(tmp_path / "data", database, clock, **settings) as running:
        queues = {subscription.queue for subscription in running.subscriptions}
        await account.make_queues(account.name, *queues)
        yield running
        faults.begin([])


async def test_nothing_is_lost_or_done_twice(
    shop: Shop, http: httpx.AsyncClient, faults: Faults, account: Account
) -> None:
    await stocked(shop, units=BUYERS)
    worker = shop.worker()
    working = asyncio.create_task(worker.run())
    faults.begin(RULES)
    guests = [Customer(http) for _ in range(BUYERS)]
    orders = await asyncio.gather(*(_bought(guest, f"key-{n}") for n, guest in enumerate(guests)))
    assert len(set(orders)) == BUYERS
    happened = faults.counts()
    faults.begin([])

    async def states() -> Counter[str] | None:
        looked = await asyncio.gather(
            *(guest.look(order) for guest, order in zip(guests, orders, strict=True))
        )
        found = Counter(order["status"] for order in looked)
        return None if found["PENDING"] else found

    ended = await eventually(states, 120)
    sold = ended["PROCESSING"]
    assert ended.keys() <= {"PROCESSING", "FAILED"}
    assert sold > 0
    assert await charged(shop) == [1200] * sold
    assert await units(shop) == (BUYERS - sold, 0, BUYERS - sold)

    async def all_written_to() -> bool:
        return len(await account.mails()) >= sold

    await eventually(all_written_to, 120)
    worker.stop()
    await working
    assert Counter(mail["To"][0] for mail in await account.mails()) == {"guest@example.com": sold}
    assert {"error", "reset"} <= happened.keys(), happened


async def _bought(guest: Customer, key: str) -> str:
    """Orders a mug as a patient client does: again, with the same key, until there is an answer."""

    async def put() -> bool:
        return (await guest.put("mug")).status_code < 500

    async def placed() -> httpx.Response | None:
        answer = await guest.order(key=key)
        return answer if answer.status_code < 500 else None

    await eventually(put, 120)
    answer = await eventually(placed, 120)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["orderId"])
