"""Stock and reservations. ``on_hand = available + reserved`` holds in every stored row."""

from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from cartwheel.kernel.errors import Clash, Invalid
from cartwheel.kernel.ids import sortable_id

MAX_STOCK = 10**9
"""The most units of one variant."""

RESERVATION_TIME = timedelta(minutes=15)
"""How long units are promised to an order that is not paid yet."""

Correction = Literal["corrected", "received", "returned", "damaged", "lost"]
"""Why somebody changes a number of units by hand."""

Reason = Literal[Correction, "reserved", "released", "sold"]


class OutOfStock(Clash):
    """Fewer units are available than asked for."""

    code = "out_of_stock"

    def __init__(self, variant_id: str, available: int | None = None) -> None:
        told = "" if available is None else f" {available} left."
        super().__init__(f"There is not enough stock.{told}", variantId=variant_id, available=available)
        self.variant_id = variant_id


class InvalidStock(Invalid):
    """Not a number of units that a shop can have."""

    code = "invalid_stock"


class Line(BaseModel):
    """So many units of one variant."""

    model_config = ConfigDict(frozen=True)

    variant_id: str
    quantity: int = Field(gt=0)


class Cause(BaseModel):
    """Why units are corrected, in the words of whoever does it. What ``is_staff`` do is audited as well."""

    model_config = ConfigDict(frozen=True)

    reason: Correction = "corrected"
    note: str = ""
    is_staff: bool = False


class Stock(BaseModel):
    """The stock of one variant, in units."""

    model_config = ConfigDict(frozen=True)

    variant_id: str
    product_id: str
    vendor_id: str
    on_hand: int
    reserved: int = 0
    available: int
    low_at: int = 5
    """When ``available`` falls to this number, the vendor hears of it."""
    low_told: bool = False
    """Whether the vendor has heard of the present dip."""
    low_for: str | None = None
    """The vendor, while the variant is in the list of those that run out."""

    @property
    def is_low(self) -> bool:
        """Whether it runs out."""
        return self.available <= self.low_at


class Reservation(BaseModel):
    """Units promised to one order. The row is deleted when they are sold or given back, once."""

    model_config = ConfigDict(frozen=True)

    order_id: str
    lines: list[Line]
    expires_at: datetime
    shard: str = "0"


class StockChange(BaseModel):
    """One entry of the movement log. ``change`` is what was added to ``available``."""

    model_config = ConfigDict(frozen=True)

    variant_id: str
    movement_id: str = Field(default_factory=sortable_id)
    change: int
    on_hand_change: int
    reason: Reason
    reference: str
    """The order, import or person behind it."""
    note: str = ""
    at: datetime
