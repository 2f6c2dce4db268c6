"""Use cases of payments: charge once, cancel, refund never more than was taken, hear webhooks."""

from collections.abc import Sequence
from contextlib import suppress

import structlog

from cartwheel.kernel.clock import Clock
from cartwheel.kernel.errors import Invalid
from cartwheel.kernel.telemetry import timed
from cartwheel.messaging import emit
from cartwheel.payments import tables
from cartwheel.payments.model import (
    InboundEvent,
    NoSuchPayment,
    Payment,
    PaymentDeclined,
    PaymentStatus,
    Refund,
    RefundRequest,
    RefundStatus,
    RefundTooLarge,
)
from cartwheel.payments.provider import Intent, PaymentProvider, ProviderUnavailable
from cartwheel.payments.tables import PAYMENTS, REFUNDS
from cartwheel.storage import Change, Conflict, Store

log = structlog.get_logger()


class InvalidRefund(Invalid):
    """Not an amount that can be refunded."""

    code = "invalid_refund"


class Payments:
    """One payment per reference. Amounts are minor units."""

    def __init__(self, store: Store, clock: Clock, provider: PaymentProvider) -> None:
        self._store = store
        self._clock = clock
        self._provider = provider

    async def find(self, reference: str) -> Payment | None:
        """The payment of that reference, if one was begun."""
        return await self._store.get(PAYMENTS, reference)

    async def charge(self, reference: str, amount: int, currency: str, token: str) -> Payment:
        """Charges once per reference, however often and by however many it is called.

        Answers a payment that is ``CAPTURED`` or ``REQUIRES_ACTION``. Raises ``PaymentDeclined`` and, with
        the outcome open, ``ProviderUnavailable``.
        """
        payment = await self._open(reference, amount, currency)
        if payment.status in (PaymentStatus.CAPTURED, PaymentStatus.REQUIRES_ACTION):
            return payment
        if payment.status is not PaymentStatus.PENDING:
            raise PaymentDeclined(payment.failure or "cancelled")
        with self._asking("charge", reference) as asked:
            intent = await self._provider.charge(reference, amount, currency, token)
            asked.outcome = intent.status
        payment = await self._record(payment, intent, tell=False)
        if payment.status in (PaymentStatus.FAILED, PaymentStatus.CANCELLED):
            raise PaymentDeclined(payment.failure or "cancelled")
        return payment

    def _asking(self, operation: str, reference: str) -> timed:
        """Times a call of the provider. A reference is an order's id."""
        labels = {"provider": self._provider.name, "operation": operation}
        return timed("payment", labels, {"order_id": reference})

    async def cancel(self, reference: str) -> None:
        """Undoes ``charge``: what was taken is refunded, what was not taken yet never will be.

        Repeatable. Raises ``ProviderUnavailable`` when that cannot be made sure of now.
        """
        payment = await self.find(reference)
        if payment is None:
            return
        if payment.status is not PaymentStatus.CAPTURED:
            with self._asking("cancel", reference):
                intent = await self._provider.cancel(reference)
            if intent is not None and intent.status == "succeeded":
                payment = await self._record(payment, intent)
            else:
                with suppress(Conflict):
                    await self._store.write(tables.moved(reference, PaymentStatus.CANCELLED, self._clock()))
                payment = await self._known(reference)
        if payment.status is PaymentStatus.CAPTURED and payment.refundable > 0:
            asked = RefundRequest(f"cancel-{reference}", "order not fulfilled")
            await self.refund(reference, payment.refundable, asked)

    async def refund(
        self, reference: str, amount: int, asked: RefundRequest, also: Sequence[Change] = ()
    ) -> Refund:
        """Refunds part or all, once per its id; never above captured minus refunded and pending.

        ``also`` is written with what is asked for.

        The answer may still be ``PENDING``: the ``payments`` queue settles it. Raises ``RefundTooLarge``.
        """
        if amount <= 0:
            raise InvalidRefund("A refund is more than nothing.")
        payment = await self._known(reference)
        now = self._clock()
        refund = Refund(
            reference=reference,
            refund_id=asked.refund_id,
            amount=amount,
            currency=payment.currency,
            reason=asked.reason,
            about=asked.about,
            created_at=now,
            updated_at=now,
        )
        told = emit(self._clock, "RefundRequested", reference, {"refundId": asked.refund_id})
        try:
            await self._store.write(*tables.refund_asked(refund), told, *also)
        except Conflict:
            kept = await self._store.get(REFUNDS, reference, asked.refund_id)
            if kept is None:
                left = (await self._known(reference)).refundable
                raise RefundTooLarge(
                    "That is more than what is left to refund.", amount=amount, refundable=left
                ) from None
        with suppress(ProviderUnavailable):  # the queue tries again
            await self.settle(reference, asked.refund_id)
        return await self._refund(reference, asked.refund_id)

    async def settle(self, reference: str, refund_id: str) -> None:
        """Has a pending refund paid out. Repeatable; raises ``ProviderUnavailable``."""
        refund = await self._refund(reference, refund_id)
        if refund.status is not RefundStatus.PENDING:
            return
        payment = await self._known(reference)
        now = self._clock()
        told = {
            "refundId": refund_id,
            "amount": refund.amount,
            "currency": refund.currency,
            "about": refund.about,
        }
        try:
            key = f"{reference}:{refund_id}"  # the refund's own id is only unique within its order
            with self._asking("refund", payment.reference):
                await self._provider.refund(payment.intent_id or "", refund.amount, key)
        except PaymentDeclined as declined:
            changes = tables.refund_failed(refund, declined.reason, now)
            event = emit(self._clock, "RefundFailed", reference, told | {"reason": declined.reason})
        else:
            changes = tables.refund_settled(refund, now)
            event = emit(self._clock, "RefundSettled", reference, told)
        with suppress(Conflict):  # settled by somebody else at this moment
            await self._store.write(*changes, event)

    async def refunds(self, reference: str) -> list[Refund]:
        """All refunds of a payment, the oldest first."""
        return sorted(
            (await self._store.query(tables.refunds_of(reference))).items,
            key=lambda refund: refund.created_at,
        )

    async def receive(self, body: bytes, signature: str) -> None:
        """Keeps a webhook; what it means is worked out by the queue. The same event again changes nothing.

        Raises ``InvalidSignature`` before anything of the body is believed.
        """
        event = self._provider.parse(body, signature)
        inbound = InboundEvent(
            provider=self._provider.name,
            event_id=event.event_id,
            type=event.type,
            data=event.data,
            received_at=self._clock(),
        )
        told = {"type": event.type, "intentId": event.intent_id}
        with suppress(Conflict):
            heard = emit(self._clock, "PaymentEventReceived", event.reference, told)
            await self._store.write(tables.received(inbound), heard)

    async def apply(self, reference: str, type: str, intent_id: str) -> None:
        """What a webhook says becomes the payment's state, in whatever order webhooks come."""
        payment = await self.find(reference)
        if payment is None or type == "other":
            return
        status = "succeeded" if type == "succeeded" else "failed"
        intent = Intent(
            intent_id, "succeeded" if status == "succeeded" else "failed", payment.amount, payment.currency
        )
        await self._record(payment, intent)

    async def _open(self, reference: str, amount: int, currency: str) -> Payment:
        now = self._clock()
        payment = Payment(
            reference=reference,
            provider=self._provider.name,
            amount=amount,
            currency=currency,
            created_at=now,
            updated_at=now,
        )
        try:
            await self._store.write(tables.opened(payment))
        except Conflict:
            return await self._known(reference)
        return payment

    async def _record(self, payment: Payment, intent: Intent, *, tell: bool = True) -> Payment:
        """Writes the intent's outcome down, unless the payment has come further already.

        ``tell``: with an event. Whoever has just charged has the answer in hand.
        """
        now, reference = self._clock(), payment.reference
        if intent.status == "succeeded" and payment.status is PaymentStatus.CAPTURED:
            return payment
        event = None
        if intent.status == "succeeded":
            change = tables.captured(payment, intent.intent_id, now)
            event = emit(self._clock, "PaymentSucceeded", reference)
        elif intent.status == "requires_action":
            also = {"intent_id": intent.intent_id, "action_url": intent.action_url}
            change = tables.moved(reference, PaymentStatus.REQUIRES_ACTION, now, also)
        else:
            also = {
                "intent_id": intent.intent_id,
                "failure": intent.failure or "declined",
                "action_url": None,
            }
            change = tables.moved(reference, PaymentStatus.FAILED, now, also)
            event = emit(self._clock, "PaymentFailed", reference, {"reason": intent.failure or "declined"})
        try:
            await self._store.write(change, *([event] if event and tell else []))
        except Conflict:
            return await self._known(reference)
        return payment.model_copy(update=dict(change.set))

    async def _known(self, reference: str) -> Payment:
        payment = await self.find(reference)
        if payment is None:
            raise NoSuchPayment("Nothing was paid for this.", reference=reference)
        return payment

    async def _refund(self, reference: str, refund_id: str) -> Refund:
        refund = await self._store.get(REFUNDS, reference, refund_id)
        if refund is None:
            raise NoSuchPayment("There is no such refund.", reference=reference)
        return refund
