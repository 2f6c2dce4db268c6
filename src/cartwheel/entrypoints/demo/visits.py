"""What visitors of the demo shop look at: most of them only look, some fill a cart, one of them buys."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from random import Random

from cartwheel.analytics import Glance
from cartwheel.catalog import Product

VISITS_FOR_ORDER = 22


def pick(dice: Random, products: Sequence[Product]) -> Product:
    """A product; the first of them are liked best."""
    return products[min(int(dice.expovariate(1) * len(products) / 3), len(products) - 1)]


def look_around(
    dice: Random, products: Sequence[Product], bought: set[str], at: datetime
) -> Iterator[Glance]:
    """The visits that belong to one order."""
    for number in range(dice.randrange(VISITS_FOR_ORDER // 2, VISITS_FOR_ORDER * 3 // 2)):
        visit = f"{dice.randrange(10**12):012}"
        few = {pick(dice, products).product_id for _ in range(dice.choice((1, 2, 3)))}
        seen = sorted(few if number else bought)
        yield Glance(visit, "visit", at)
        yield from (Glance(visit, "view", at, product_id) for product_id in seen)
        if not number or dice.random() < 0.18:
            yield Glance(visit, "cart", at, seen[0])
        if not number or dice.random() < 0.06:
            yield Glance(visit, "checkout", at)
