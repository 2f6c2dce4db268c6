"""Where payments live, and the conditional changes that move them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cartwheel.payments.model import InboundEvent, Payment, PaymentStatus, Refund, RefundStatus, came_from
from cartwheel.storage import Change, Index, Put, Query, Table, Update, absent, eq, ge, is_in

PAYMENTS = Table("payments", Payment, "reference", indexes=(Index("by_intent", "intent_id"),))
REFUNDS = Table("refunds", Refund, "reference", "refund_id")
INBOX = Table("payment_inbox", InboundEvent, "provider", "event_id")

TABLES = (PAYMENTS, REFUNDS, INBOX)


def opened(payment: Payment) -> Change:
    """The payment's first row; conflicts when the reference has one."""
    return Put(PAYMENTS, payment, (absent(),))


def moved(
    reference: str, status: PaymentStatus, now: datetime, also: Mapping[str, Any] | None = None
) -> Update[Payment]:
    """Moves a payment forward; conflicts when it has come further already."""
    values = {"status": status, "updated_at": now, **(also or {})}
    return Update(PAYMENTS, (reference,), set=values, when=(is_in("status", came_from(status)),))


def captured(payment: Payment, intent_id: str, now: datetime) -> Update[Payment]:
    """Money has arrived: it can be refunded from now on."""
    also = {"intent_id": intent_id, "refundable": payment.amount, "failure": None, "action_url": None}
    return moved(payment.reference, PaymentStatus.CAPTURED, now, also)


def refund_asked(refund: Refund) -> list[Change]:
    """Sets the amount aside and records the refund; conflicts when not so much is left."""
    aside = Update(
        PAYMENTS,
        (refund.reference,),
        set={"updated_at": refund.created_at},
        add={"refundable": -refund.amount},
        when=(ge("refundable", refund.amount),),
    )
    return [aside, Put(REFUNDS, refund, (absent(),))]


def refund_settled(refund: Refund, now: datetime) -> list[Change]:
    """The provider has paid the refund out."""
    return [
        _ended(refund, RefundStatus.SUCCEEDED, None, now),
        Update(PAYMENTS, (refund.reference,), set={"updated_at": now}, add={"refunded": refund.amount}),
    ]


def refund_failed(refund: Refund, failure: str, now: datetime) -> list[Change]:
    """The provider refused the refund: the amount can be refunded again."""
    return [
        _ended(refund, RefundStatus.FAILED, failure, now),
        Update(PAYMENTS, (refund.reference,), set={"updated_at": now}, add={"refundable": refund.amount}),
    ]


def refunds_of(reference: str) -> Query[Refund]:
    """All refunds of a payment, the oldest first."""
    return Query(REFUNDS, reference, limit=1000)


def received(event: InboundEvent) -> Change:
    """Keeps a webhook; conflicts when the same one has come before."""
    return Put(INBOX, event, (absent(),))


def _ended(refund: Refund, status: RefundStatus, failure: str | None, now: datetime) -> Change:
    values = {"status": status, "failure": failure, "updated_at": now}
    key = (refund.reference, refund.refund_id)
    return Update(REFUNDS, key, set=values, when=(eq("status", RefundStatus.PENDING),))
