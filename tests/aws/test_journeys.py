"""The journeys of the local suite, unchanged, on AWS: through API Gateway, Lambda, SQS and Step Functions."""

from functools import partial

import httpx
import pytest

from cartwheel.shop import Shop
from tests.journeys.anywhere import *  # noqa: F403 - collected here, on this shop
from tests.journeys.test_purchase import bought_by_a_guest, sell_the_last_ten
from tests.support.deployment import Deployment, quiet

pytestmark = pytest.mark.emulator

AT_ONCE = 12
"""Orders under way at the same time: two more than can be had. Each begins several processes on this machine,
which take a second of a core.
"""


async def test_guest_buys(shop: Shop, http: httpx.AsyncClient, deployment: Deployment) -> None:
    """As in the local suite, with the mail that SES was given instead of a file."""
    order = await bought_by_a_guest(shop, http)
    mails = [mail for mail in await deployment.mails() if order["code"] in mail["Subject"]]
    assert [mail["To"] for mail in mails] == [["guest@example.com"]]


async def test_fifty_buyers_of_the_last_ten(shop: Shop, http: httpx.AsyncClient) -> None:
    await sell_the_last_ten(shop, http, partial(quiet, shop, 300), AT_ONCE)
