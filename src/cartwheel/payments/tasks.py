"""What the ``payments`` queue does: work out webhooks, settle refunds."""

from cartwheel.messaging import Event, Subscription
from cartwheel.payments.service import Payments


def subscriptions(payments: Payments) -> list[Subscription]:
    """The consumers of this domain."""

    async def heard(event: Event) -> None:
        await payments.apply(event.subject, event.payload["type"], event.payload["intentId"])

    async def settle(event: Event) -> None:
        await payments.settle(event.subject, event.payload["refundId"])

    return [
        Subscription("payments", frozenset({"PaymentEventReceived"}), heard),
        Subscription("payments", frozenset({"RefundRequested"}), settle),
    ]
