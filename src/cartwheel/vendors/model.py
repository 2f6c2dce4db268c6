"""Vendors: who may sell, under which name, for which commission, and where their money goes."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from cartwheel.kernel.errors import Clash, Invalid, NotFound
from cartwheel.kernel.money import round_half_up

BASIS_POINTS = 10_000
"""Commission is kept in hundredths of a percent, so that no rate is a fraction."""

MAX_ROWS = 50
"""Variants that one request changes; with their products and movements they fit two writes."""


class VendorStatus(StrEnum):
    """Where a vendor stands with the shop."""

    APPLIED = "APPLIED"
    APPROVED = "APPROVED"
    DECLINED = "DECLINED"
    SUSPENDED = "SUSPENDED"


VENDOR_TRANSITIONS: dict[VendorStatus, frozenset[VendorStatus]] = {
    VendorStatus.APPLIED: frozenset({VendorStatus.APPROVED, VendorStatus.DECLINED}),
    VendorStatus.DECLINED: frozenset({VendorStatus.APPLIED}),
    VendorStatus.APPROVED: frozenset({VendorStatus.SUSPENDED}),
    VendorStatus.SUSPENDED: frozenset({VendorStatus.APPROVED}),
}


class NoSuchVendor(NotFound):
    """There is no such vendor, or not for the public."""

    code = "vendor_not_found"

    def __init__(self) -> None:
        super().__init__("Vendor not found")


class NotFromThere(Clash):
    """The vendor's status does not allow that."""

    code = "illegal_transition"

    def __init__(self, status: VendorStatus, wanted: VendorStatus) -> None:
        message = f"A vendor who is {status} cannot become {wanted}."
        super().__init__(message, status=status, wanted=wanted)


class ShopNameTaken(Clash):
    """Another vendor's shop has a name that makes the same address."""

    code = "shop_name_taken"

    def __init__(self, slug: str) -> None:
        super().__init__("Another vendor has a shop of that name.", slug=slug)


class InvalidShopName(Invalid):
    """No address can be made of the name."""

    code = "invalid_shop_name"

    def __init__(self) -> None:
        super().__init__("A shop's name needs a letter or a digit.")


class NoSuchPayout(NotFound):
    """There is no such batch of payouts."""

    code = "payout_not_found"

    def __init__(self) -> None:
        super().__init__("Payout not found")


Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Account = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9 -]{3,63}$")
]
Logo = Annotated[str, StringConstraints(max_length=2000, pattern=r"^(https?://|/[^/])\S+$")]


class PayoutDetails(BaseModel):
    """Where a vendor's money goes. Kept sealed, and never printed."""

    model_config = ConfigDict(frozen=True)

    holder: Line = Field(repr=False)
    account: Account = Field(repr=False, description="An IBAN, or an account number.")
    bank: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)] = Field(
        default="", repr=False, description="A BIC, sort code or routing number."
    )

    @property
    def hint(self) -> str:
        """The end of the account: enough for its owner to know it again."""
        return f"… {self.account.replace(' ', '')[-4:]}"


class ShopFront(BaseModel):
    """What the public sees of a vendor."""

    model_config = ConfigDict(frozen=True)

    shop_name: Line
    description: Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000)] = ""
    logo_url: Logo | None = None


class Vendor(BaseModel):
    """Somebody who sells, or would like to. ``vendor_id`` is the user's id."""

    model_config = ConfigDict(frozen=True)

    vendor_id: str
    slug: str
    shop_name: str
    description: str = ""
    logo_url: str | None = None
    status: VendorStatus = VendorStatus.APPLIED
    reason: str = ""
    """Why the application was declined, or the vendor suspended."""
    commission: int | None = None
    """The vendor's own rate in basis points; ``None``: the shop's."""
    sealed_payout: str | None = Field(default=None, repr=False)
    payout_hint: str = ""
    version: int = 1
    created_at: datetime
    updated_at: datetime
    shard: str = "0"

    @property
    def is_public(self) -> bool:
        """Whether the vendor has a page."""
        return self.status is VendorStatus.APPROVED


class Address(BaseModel):
    """The part of an address that one vendor has to itself."""

    model_config = ConfigDict(frozen=True)

    slug: str
    vendor_id: str


class PayoutState(StrEnum):
    """``OPEN`` while its vendors are being paid, one after the other."""

    OPEN = "OPEN"
    PAID = "PAID"


class Batch(BaseModel):
    """Payouts that leave together, in one file for the bank. ``total`` in minor units."""

    model_config = ConfigDict(frozen=True)

    batch_id: str
    state: PayoutState = PayoutState.OPEN
    currency: str
    total: int = 0
    payouts: int = 0
    actor: str
    created_at: datetime
    shard: str = "0"


class Payout(BaseModel):
    """What one vendor is paid by a batch, to the account that the vendor had then. Minor units."""

    model_config = ConfigDict(frozen=True)

    batch_id: str
    vendor_id: str
    shop_name: str
    amount: int
    currency: str
    sealed_payout: str = Field(repr=False)
    payout_hint: str
    created_at: datetime


def basis_points(percent: Decimal) -> int:
    """``Decimal("12.5")`` percent → 1250."""
    return round_half_up(percent * 100)


def percent(points: int) -> float:
    """1250 → 12.5, as JSON writes it."""
    return points / 100
