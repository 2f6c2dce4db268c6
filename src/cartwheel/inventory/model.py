"""Stock and reservations. ``on_hand = available + reserved`` holds in every stored row."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from cartwheel.kernel.errors import Clash, Invalid
from cartwheel.kernel.ids import sortable_id

MAX_STOCK = 10**9
"""The most units of one variant."""

TOLD_ITEMS = 20
"""Variants and vendors that a report names; of the others it tells how many."""

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


@dataclass(slots=True)
class Scarce:
    """What of one vendor's runs out: how many variants, and the first of them."""

    count: int = 0
    items: list[dict[str, str | int]] = field(default_factory=list)


@dataclass(slots=True)
class Checked:
    """What a look at the whole stock has found."""

    variants: int = 0
    low: int = 0
    sold_out: int = 0
    vendors: dict[str, Scarce] = field(default_factory=dict)

    def see(self, row: Stock) -> None:
        """Counts one variant."""
        self.variants += 1
        if not row.is_low:
            return
        self.low += 1
        self.sold_out += row.available == 0
        vendor = self.vendors.setdefault(row.vendor_id, Scarce())
        vendor.count += 1
        if len(vendor.items) < TOLD_ITEMS:
            vendor.items.append(
                {"productId": row.product_id, "variantId": row.variant_id, "available": row.available}
            )

    @property
    def summary(self) -> dict[str, Any]:
        """All of it in numbers, with the vendors of whose goods the most run out."""
        worst = sorted(self.vendors.items(), key=lambda item: (-item[1].count, item[0]))[:TOLD_ITEMS]
        return {
            "variants": self.variants,
            "count": self.low,
            "soldOut": self.sold_out,
            "vendors": [[vendor_id, vendor.count] for vendor_id, vendor in worst],
        }


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
