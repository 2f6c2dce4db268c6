"""Payments: charges, refunds and the provider's webhooks. Takes amounts and a reference; knows no order."""

from cartwheel.payments.model import (
    Payment,
    PaymentDeclined,
    PaymentStatus,
    Refund,
    RefundRequest,
    RefundTooLarge,
)
from cartwheel.payments.provider import Intent, PaymentProvider, ProviderUnavailable
from cartwheel.payments.service import Payments
from cartwheel.payments.tables import TABLES

__all__ = [
    "TABLES",
    "Intent",
    "Payment",
    "PaymentDeclined",
    "PaymentProvider",
    "PaymentStatus",
    "Payments",
    "ProviderUnavailable",
    "Refund",
    "RefundRequest",
    "RefundTooLarge",
]
