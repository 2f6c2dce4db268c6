"""The ledger: double entries that sum to zero, and the balances that they make. Amounts are minor units.

A positive amount is owed to its account. When a customer pays, ``CASH`` goes down, a vendor's account and the
shop's own go up; a refund turns that round, and a payout empties the vendor's account.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from cartwheel.kernel.ids import sortable_id
from cartwheel.kernel.money import round_half_up, split
from cartwheel.vendors.model import BASIS_POINTS

CASH = "cash"
"""What the shop has taken in and not given away again, with a minus."""

REVENUE = "revenue"
"""What the shop has earned by commission."""


class Kind(StrEnum):
    """Why money moves between two accounts."""

    SALE = "sale"
    COMMISSION = "commission"
    REFUND = "refund"
    PAYOUT = "payout"


class Entry(BaseModel):
    """One side of a movement. A transaction is written once, by its id."""

    model_config = ConfigDict(frozen=True)

    transaction_id: str
    number: int
    account: str
    entry_id: str
    """Later entries of an account have greater ids."""
    kind: Kind
    amount: int
    currency: str
    reference: str
    """The order or batch that it is about."""
    at: datetime


class Balance(BaseModel):
    """What is owed to a vendor; below zero, what the vendor owes. The sum of the account's entries."""

    model_config = ConfigDict(frozen=True)

    account: str
    amount: int
    currency: str
    """Also the partition of the list of balances: a shop has one currency."""
    updated_at: datetime


class Share(BaseModel):
    """What became of the money for one vendor's part of an order.

    ``gross`` was paid by the customer and contains ``commission``. ``refunded`` of the one and ``returned``
    of the other went back; each refund is shared by what is left, so neither ever exceeds what there was.
    """

    model_config = ConfigDict(frozen=True)

    order_id: str
    vendor_id: str
    currency: str
    gross: int
    commission: int
    refunded: int = 0
    returned: int = 0

    @property
    def left(self) -> int:
        """What may still go back."""
        return self.gross - self.refunded


class Part(BaseModel):
    """What one vendor bears of a refund: ``commission`` of ``amount`` is the shop's."""

    model_config = ConfigDict(frozen=True)

    vendor_id: str
    amount: int
    commission: int


class Allocation(BaseModel):
    """A refund, shared among the vendors of its order, once."""

    model_config = ConfigDict(frozen=True)

    order_id: str
    refund_id: str
    currency: str
    parts: list[Part]


def commission_on(goods: int, points: int) -> int:
    """The shop's part of goods of that value, at so many basis points; half up. Sending bears none."""
    return round_half_up(Decimal(goods * points) / BASIS_POINTS)


def allocated(amount: int, shares: Sequence[Share], vendor_id: str = "") -> list[Part]:
    """A refund shared by what each vendor has left of the order, with the largest remainder.

    With ``vendor_id`` that vendor bears all that it has left, the others the rest. Money beyond what is left
    (there is none unless the order was paid twice) is nobody's part.
    """
    left = [share.left for share in shares]
    amount = min(amount, sum(left))
    first = [min(amount, share.left) if share.vendor_id == vendor_id else 0 for share in shares]
    rest = [0 if own else value for own, value in zip(first, left, strict=True)]
    others = split(amount - sum(first), rest) if amount > sum(first) else [0] * len(shares)
    parts = []
    for share, own, other in zip(shares, first, others, strict=True):
        back = own + other
        kept = share.commission - share.returned
        commission, _ = split(kept, [back, share.left - back]) if share.left else (0, 0)
        parts.append(Part(vendor_id=share.vendor_id, amount=back, commission=commission))
    return [part for part in parts if part.amount]


def sold(share: Share, account: str, at: datetime) -> list[Entry]:
    """The entries of a sale. ``account`` is the vendor's."""
    moves = [
        (CASH, Kind.SALE, -share.gross),
        (account, Kind.SALE, share.gross),
        (account, Kind.COMMISSION, -share.commission),
        (REVENUE, Kind.COMMISSION, share.commission),
    ]
    transaction = f"sale:{share.order_id}:{share.vendor_id}"
    return _entries(transaction, moves, share.currency, share.order_id, at)


def refunded(allocation: Allocation, part: Part, account: str, at: datetime) -> list[Entry]:
    """The entries of one vendor's part of a refund: the commission on it comes back."""
    moves = [
        (account, Kind.REFUND, -part.amount),
        (CASH, Kind.REFUND, part.amount),
        (REVENUE, Kind.COMMISSION, -part.commission),
        (account, Kind.COMMISSION, part.commission),
    ]
    transaction = f"refund:{allocation.order_id}:{allocation.refund_id}:{part.vendor_id}"
    return _entries(transaction, moves, allocation.currency, allocation.order_id, at)


def paid_out(batch_id: str, account: str, amount: int, currency: str, at: datetime) -> list[Entry]:
    """The entries of a payout."""
    moves = [(account, Kind.PAYOUT, -amount), (CASH, Kind.PAYOUT, amount)]
    return _entries(f"payout:{batch_id}:{account}", moves, currency, batch_id, at)


def change_of(entries: Iterable[Entry], account: str) -> int:
    """By how much the entries change an account."""
    return sum(entry.amount for entry in entries if entry.account == account)


def _entries(
    transaction_id: str, moves: Sequence[tuple[str, Kind, int]], currency: str, reference: str, at: datetime
) -> list[Entry]:
    written = sortable_id()
    return [
        Entry(
            transaction_id=transaction_id,
            number=number,
            account=account,
            entry_id=f"{written}.{number}",
            kind=kind,
            amount=amount,
            currency=currency,
            reference=reference,
            at=at,
        )
        for number, (account, kind, amount) in enumerate(moves)
        if amount
    ]
