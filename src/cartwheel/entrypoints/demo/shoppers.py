"""Guests who order in a shop that runs elsewhere: over HTTP, by its own checkout."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from random import Random

from cartwheel.cloud.smoke import Customer, settled
from cartwheel.entrypoints.demo.goods import goods
from cartwheel.entrypoints.demo.people import wish

ORDERS = 20
AT_ONCE = 4


def shop_around(address: str, tell: Callable[[int], None], count: int = ORDERS) -> list[str]:
    """Places ``count`` orders, a few at a time; answers what has become of each.

    ``tell`` hears how many are over. Raises ``ShopBroken`` where the shop refuses what it should not.
    """
    states = []
    with ThreadPoolExecutor(AT_ONCE) as guests:
        for state in guests.map(lambda number: _order(address, Random(number)), range(count)):  # noqa: S311
            states.append(state)
            tell(len(states))
    return states


def _order(address: str, dice: Random) -> str:
    guest, wanted = Customer(address), wish(dice)
    for one in dice.sample(goods(), dice.choice((1, 1, 2, 3))):
        product = guest.need("GET", f"/api/products/{one['id']}")
        variant = dice.choice(product["variants"])["variantId"]
        guest.need("POST", "/api/cart", {"productId": one["id"], "variantId": variant, "quantity": 1})
    order = guest.need(
        "POST",
        "/api/orders",
        {
            "paymentToken": wanted.payment_token,
            "email": wanted.email,
            "shippingAddress": wanted.address and wanted.address.model_dump(by_alias=True),
            "shippingMethod": wanted.shipping_method,
        },
    )
    return settled(guest, order)
