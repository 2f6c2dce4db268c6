"""The journeys of the local suite, unchanged, on AWS: through API Gateway, Lambda, SQS and Step Functions."""

import asyncio
from collections import Counter

import httpx
import pytest

from cartwheel.shop import Shop
from tests.journeys.test_after_the_sale import (
    sold,  # noqa: F401
    test_customer_cancels,  # noqa: F401
    test_refunds_never_exceed_what_was_paid,  # noqa: F401
    test_staff_routes_are_for_staff,  # noqa: F401
    test_staff_ships_and_delivers,  # noqa: F401
)
from tests.journeys.test_carts import (
    test_a_cart_token_cannot_be_made_up,  # noqa: F401
    test_many_tabs_at_once,  # noqa: F401
    test_merge_at_sign_in,  # noqa: F401
    test_set_add_remove_clear,  # noqa: F401
)
from tests.journeys.test_purchase import (
    bought_by_a_guest,
    charged,
    test_failed_order_can_be_ordered_again,  # noqa: F401
    test_one_order_per_cart_version_without_a_key,  # noqa: F401
    test_order_needs_its_token,  # noqa: F401
    test_payment_outcomes,  # noqa: F401
    test_same_request_five_times_at_once,  # noqa: F401
    test_user_buys_and_sees_own_orders_only,  # noqa: F401
    units,
)
from tests.support.deployment import Deployment, quiet
from tests.support.shops import Customer, stocked

pytestmark = pytest.mark.emulator

AT_ONCE = 10
"""Requests that are answered at the same time. Each begins a process on this machine, which takes a second of
a core; what they begin goes on beside all others.
"""


async def test_guest_buys(shop: Shop, http: httpx.AsyncClient, deployment: Deployment) -> None:
    """As in the local suite, with the mail that SES was given instead of a file."""
    order = await bought_by_a_guest(shop, http)
    mails = [mail for mail in await deployment.mails() if order["code"] in mail["Subject"]]
    assert [mail["To"] for mail in mails] == [["guest@example.com"]]


async def test_fifty_buyers_of_the_last_ten(shop: Shop, http: httpx.AsyncClient) -> None:
    await stocked(shop, units=10)
    guests = [Customer(http) for _ in range(50)]
    at_once = asyncio.Semaphore(AT_ONCE)

    async def order(guest: Customer) -> httpx.Response:
        async with at_once:
            return await guest.order()

    for guest in guests:
        assert (await guest.put("mug")).status_code == 200
    placed = await asyncio.gather(*(order(guest) for guest in guests))
    await quiet(shop, 300)
    orders = [
        await guest.look(answer.json()["orderId"])
        for guest, answer in zip(guests, placed, strict=True)
        if answer.status_code == 202
    ]
    assert Counter(order["status"] for order in orders)["PROCESSING"] == 10
    assert {order["failure"] for order in orders if order["status"] == "FAILED"} <= {"out_of_stock"}
    assert {answer.json()["code"] for answer in placed if answer.status_code != 202} <= {"out_of_stock"}
    assert await charged(shop) == [1200] * 10
    assert await units(shop) == (0, 0, 0)
