"""Totals. All amounts are minor units of one currency; parts always sum to the total."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from cartwheel.kernel.errors import Invalid
from cartwheel.kernel.money import MAX_MINOR


class TotalTooLarge(Invalid):
    """More money than a shop can count."""

    code = "total_too_large"


class PricedLine(BaseModel):
    """So many units at one price."""

    model_config = ConfigDict(frozen=True)

    unit_price: int
    quantity: int


class Totals(BaseModel):
    """``total = subtotal + shipping``."""

    model_config = ConfigDict(frozen=True)

    subtotal: int
    shipping: int
    total: int


def line_total(line: PricedLine) -> int:
    """Unit price times quantity; whole minor units, so nothing is rounded."""
    return line.unit_price * line.quantity


def totals(lines: Sequence[PricedLine], shipping: int) -> Totals:
    """The sums of an order. Raises ``TotalTooLarge``."""
    subtotal = sum(line_total(line) for line in lines)
    if subtotal + shipping > MAX_MINOR:
        raise TotalTooLarge("The order's total is too large.")
    return Totals(subtotal=subtotal, shipping=shipping, total=subtotal + shipping)
