"""Payments and refunds as the shop sees them. Amounts are minor units."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from cartwheel.kernel.errors import Clash, Invalid, NotFound


class PaymentStatus(StrEnum):
    """Where a payment stands. It only moves forward; see ``MOVES``."""

    PENDING = "PENDING"
    REQUIRES_ACTION = "REQUIRES_ACTION"
    CAPTURED = "CAPTURED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


MOVES: dict[PaymentStatus, frozenset[PaymentStatus]] = {
    PaymentStatus.PENDING: frozenset(PaymentStatus) - {PaymentStatus.PENDING},
    PaymentStatus.REQUIRES_ACTION: frozenset(
        {PaymentStatus.CAPTURED, PaymentStatus.FAILED, PaymentStatus.CANCELLED}
    ),
    PaymentStatus.FAILED: frozenset({PaymentStatus.CAPTURED, PaymentStatus.CANCELLED}),
    PaymentStatus.CANCELLED: frozenset({PaymentStatus.CAPTURED}),
    PaymentStatus.CAPTURED: frozenset(),
}
"""Money that arrived is a fact whatever we believed: every state may become CAPTURED, none leaves it."""


def came_from(status: PaymentStatus) -> tuple[str, ...]:
    """The states from which ``status`` may be reached, as stored."""
    return tuple(before.value for before, after in MOVES.items() if status in after)


class RefundStatus(StrEnum):
    """Where a refund stands."""

    PENDING = "PENDING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


class PaymentDeclined(Invalid):
    """The bank or the provider refused. Trying again with the same means is pointless."""

    code = "payment_declined"

    def __init__(self, reason: str) -> None:
        super().__init__(f"The payment was declined: {reason}.", reason=reason)
        self.reason = reason


class RefundTooLarge(Clash):
    """More than what was captured and not refunded yet, pending refunds included."""

    code = "refund_too_large"


class NoSuchPayment(NotFound):
    """Nothing was paid under this reference."""

    code = "payment_not_found"


class InvalidSignature(Invalid):
    """A webhook that the provider did not sign, or not recently."""

    code = "invalid_signature"


class Payment(BaseModel):
    """One payment: of one reference, with one provider. ``refundable`` falls when a refund is asked for."""

    model_config = ConfigDict(frozen=True)

    reference: str
    """What is paid for: an order id. One payment for each."""
    provider: str
    intent_id: str | None = None
    amount: int
    currency: str
    status: PaymentStatus = PaymentStatus.PENDING
    failure: str | None = None
    action_url: str | None = None
    """Where the payer confirms the payment (3-D Secure), while ``REQUIRES_ACTION``."""
    refundable: int = 0
    refunded: int = 0
    created_at: datetime
    updated_at: datetime


class Refund(BaseModel):
    """A refund in part or whole. ``PENDING`` ones already count against ``refundable``."""

    model_config = ConfigDict(frozen=True)

    reference: str
    refund_id: str
    amount: int
    currency: str
    reason: str
    about: str = ""
    """What it is for, in the caller's terms; told again when the money is on its way."""
    status: RefundStatus = RefundStatus.PENDING
    failure: str | None = None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """A refund that somebody asks for. ``about`` is what it is for, in the caller's terms."""

    refund_id: str
    reason: str
    about: str = ""


class InboundEvent(BaseModel):
    """A webhook as it arrived, kept before anything is done about it."""

    model_config = ConfigDict(frozen=True)

    provider: str
    event_id: str
    type: str
    data: dict[str, Any]
    received_at: datetime
