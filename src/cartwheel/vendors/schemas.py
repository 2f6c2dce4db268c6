"""Vendors, the ledger and payouts as JSON. Amounts are major units, commission is percent."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

from cartwheel.inventory import MAX_STOCK
from cartwheel.kernel.errors import CartwheelError
from cartwheel.kernel.money import json_number, to_minor
from cartwheel.vendors.desk import Figures, Row
from cartwheel.vendors.ledger import Entry, Kind
from cartwheel.vendors.model import (
    MAX_ROWS,
    Account,
    Batch,
    Line,
    Logo,
    Payout,
    PayoutDetails,
    PayoutState,
    ShopFront,
    Vendor,
    VendorStatus,
    percent,
)


class _Json(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class PayoutDetailsIn(_Json):
    """Where the money goes. Kept sealed: no answer tells more than the end of the account."""

    holder: Line
    account: Annotated[Account, Field(description="An IBAN, or an account number.")]
    bank: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)] = ""

    @property
    def details(self) -> PayoutDetails:
        """What is kept."""
        return PayoutDetails(holder=self.holder, account=self.account, bank=self.bank)


class ShopFrontIn(_Json):
    """What the public shall see."""

    shop_name: Line
    description: Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000)] = ""
    logo_url: Logo | None = None

    @property
    def front(self) -> ShopFront:
        """What is kept."""
        return ShopFront(shop_name=self.shop_name, description=self.description, logo_url=self.logo_url)


class ApplicationIn(ShopFrontIn):
    """Asks to sell."""

    payout: PayoutDetailsIn


class ProfileIn(ShopFrontIn):
    """The shop front as it shall be; without ``payout`` the account stays."""

    payout: PayoutDetailsIn | None = None


class ReasonIn(_Json):
    """Why. The vendor reads it."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]


class CommissionIn(_Json):
    """The vendor's own rate in percent; ``null``: the shop's."""

    commission: Annotated[Decimal | None, Field(ge=0, le=100, decimal_places=2, allow_inf_nan=False)]


class PayIn(_Json):
    """A batch. The same ``batchId`` again pays nobody twice; smaller balances than ``least`` wait."""

    batch_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    least: Annotated[Decimal, Field(ge=0, le=10**12, allow_inf_nan=False)] = Decimal(0)


class RowIn(_Json):
    """What one variant shall cost, and how many of it may be sold; what is left out stays."""

    product_id: Annotated[str, Field(min_length=1, max_length=64)]
    variant_id: Annotated[str | None, Field(min_length=1, max_length=64)] = None
    price: Annotated[Decimal | None, Field(ge=0, le=10**15, allow_inf_nan=False)] = None
    stock: Annotated[int | None, Field(ge=0, le=MAX_STOCK)] = None


class EditIn(_Json):
    """Variants to change, each in one row."""

    rows: Annotated[list[RowIn], Field(min_length=1, max_length=MAX_ROWS)]

    def wanted(self, currency: str) -> list[Row]:
        """The rows with prices in minor units. Raises ``InvalidAmount``."""
        return [
            Row(
                row.product_id,
                row.variant_id,
                None if row.price is None else to_minor(row.price, currency),
                row.stock,
            )
            for row in self.rows
        ]


class RowOut(_Json):
    """What became of a row: ``code`` and ``error`` say what stood in its way."""

    product_id: str
    variant_id: str | None
    done: bool
    code: str | None = None
    error: str | None = None


class ShopOut(_Json):
    """A vendor, as everybody sees it."""

    vendor_id: str
    slug: str
    shop_name: str
    description: str
    logo_url: str | None
    since: datetime


class OwnShopOut(ShopOut):
    """A vendor, as the vendor and the staff see it. ``payoutHint`` is the end of the account."""

    status: VendorStatus
    reason: str
    commission: float | None = Field(description="Percent; `null`: the shop's rate.")
    payout_hint: str
    updated_at: datetime


class DeskOut(_Json):
    """The desk at a glance. Counts stop at ``limit``; ``balance`` below zero is what the vendor owes."""

    orders_to_ship: int
    low_stock: int
    limit: int
    balance: float
    currency: str


class LedgerEntryOut(_Json):
    """A movement of a balance."""

    entry_id: str
    kind: Kind
    amount: float
    currency: str
    reference: str = Field(description="The order or the batch of payouts.")
    at: datetime


class PayoutOut(_Json):
    """A payment to a vendor."""

    batch_id: str
    amount: float
    currency: str
    payout_hint: str
    created_at: datetime


class BatchOut(_Json):
    """Payouts that leave together. ``OPEN``: send the same request again to go on."""

    batch_id: str
    state: PayoutState
    payouts: int
    total: float
    currency: str
    created_at: datetime


def _shop(vendor: Vendor) -> Mapping[str, object]:
    return {
        "vendor_id": vendor.vendor_id,
        "slug": vendor.slug,
        "shop_name": vendor.shop_name,
        "description": vendor.description,
        "logo_url": vendor.logo_url,
        "since": vendor.created_at,
    }


def shop_json(vendor: Vendor) -> ShopOut:
    """The vendor for the public."""
    return ShopOut.model_validate(_shop(vendor))


def own_shop_json(vendor: Vendor) -> OwnShopOut:
    """The vendor for itself and for the staff."""
    return OwnShopOut.model_validate(
        {
            **_shop(vendor),
            "status": vendor.status,
            "reason": vendor.reason,
            "commission": None if vendor.commission is None else percent(vendor.commission),
            "payout_hint": vendor.payout_hint,
            "updated_at": vendor.updated_at,
        }
    )


def figures_json(figures: Figures, currency: str) -> DeskOut:
    """The figures of a desk."""
    return DeskOut(
        orders_to_ship=figures.to_ship,
        low_stock=figures.low_stock,
        limit=figures.limit,
        balance=json_number(figures.balance, currency),
        currency=currency,
    )


def entry_json(entry: Entry) -> LedgerEntryOut:
    """A movement."""
    amount = json_number(entry.amount, entry.currency)
    return LedgerEntryOut(**entry.model_dump(include=_ENTRY), amount=amount)


def payout_json(payout: Payout) -> PayoutOut:
    """A payment to a vendor, for the vendor."""
    amount = json_number(payout.amount, payout.currency)
    return PayoutOut(**payout.model_dump(include=_PAYOUT), amount=amount)


def batch_json(batch: Batch) -> BatchOut:
    """A batch, for the staff."""
    total = json_number(batch.total, batch.currency)
    return BatchOut(**batch.model_dump(include=_BATCH), total=total)


def row_json(row: Row, wrong: CartwheelError | None) -> RowOut:
    """What became of a row."""
    told = {"code": wrong.code, "error": wrong.message} if wrong else {}
    return RowOut(product_id=row.product_id, variant_id=row.variant_id, done=wrong is None, **told)


_ENTRY = {"entry_id", "kind", "currency", "reference", "at"}
_PAYOUT = {"batch_id", "currency", "payout_hint", "created_at"}
_BATCH = {"batch_id", "state", "payouts", "currency", "created_at"}
