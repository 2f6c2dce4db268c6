"""The embedded provider: behaves like Stripe towards the shop, and keeps its own books in tables of its own.

Its tokens choose what happens (see ``OUTCOMES``). Webhooks leave through the outbox and come back signed
through ``Payments.receive``, the way a real provider's do.
"""

import hashlib
import hmac
from contextlib import suppress
from typing import Literal

import orjson
from pydantic import BaseModel, ConfigDict

from cartwheel.kernel.clock import Clock
from cartwheel.kernel.ids import new_id
from cartwheel.messaging import Event, Subscription, emit
from cartwheel.payments.model import InvalidSignature, NoSuchPayment, PaymentDeclined
from cartwheel.payments.provider import Intent, PaymentProvider, ProviderEvent, ProviderUnavailable
from cartwheel.payments.service import Payments
from cartwheel.storage import Conflict, Index, Put, Query, Store, Table, Update, absent, eq, ge

TOLERANCE_SECONDS = 300

Status = Literal["succeeded", "requires_action", "failed", "canceled", "unanswered"]

OUTCOMES: dict[str, tuple[Status, str | None]] = {
    "tok_visa": ("succeeded", None),
    "tok_chargeDeclined": ("failed", "card_declined"),
    "tok_insufficientFunds": ("failed", "insufficient_funds"),
    "tok_threeDSecure": ("requires_action", None),
    "tok_networkError": ("unanswered", None),
    "tok_networkErrorTwice": ("unanswered", None),
    "tok_chargedThenTimeout": ("succeeded", None),
}
"""What each token does. Any other token fails as ``invalid_token``."""


class SandboxIntent(BaseModel):
    """A charge in the sandbox's books."""

    model_config = ConfigDict(frozen=True)

    reference: str
    intent_id: str
    amount: int
    currency: str
    token: str
    status: Status
    failure: str | None = None
    calls: int = 1
    refundable: int = 0


class SandboxRefund(BaseModel):
    """A refund in the sandbox's books."""

    model_config = ConfigDict(frozen=True)

    key: str
    intent_id: str
    amount: int


INTENTS = Table("sandbox_intents", SandboxIntent, "reference", indexes=(Index("by_intent", "intent_id"),))
SANDBOX_REFUNDS = Table("sandbox_refunds", SandboxRefund, "key")

TABLES = (INTENTS, SANDBOX_REFUNDS)


class Sandbox(PaymentProvider):
    """``secret`` signs webhooks; ``base_url`` is where the shop is, for the 3-D Secure page."""

    name = "sandbox"

    def __init__(self, store: Store, clock: Clock, secret: bytes, base_url: str) -> None:
        self._store = store
        self._clock = clock
        self._secret = secret
        self._base_url = base_url

    async def charge(self, reference: str, amount: int, currency: str, token: str) -> Intent:
        status, failure = OUTCOMES.get(token, ("failed", "invalid_token"))
        intent = SandboxIntent(
            reference=reference,
            intent_id=f"pi_{new_id()}",
            amount=amount,
            currency=currency,
            token=token,
            status=status,
            failure=failure,
            refundable=amount if status == "succeeded" else 0,
        )
        try:
            await self._store.write(Put(INTENTS, intent, (absent(),)), *self._webhooks(intent))
        except Conflict:
            return await self._charge_again(reference)
        if status == "unanswered" or token == "tok_chargedThenTimeout":  # noqa: S105 - not a password
            raise ProviderUnavailable("The payment provider did not answer.")
        return self._answer(intent)

    async def _charge_again(self, reference: str) -> Intent:
        kept = await self._kept(reference)
        if kept.status != "unanswered":
            return self._answer(kept)
        await self._store.write(Update(INTENTS, (reference,), add={"calls": 1}))
        if kept.token == "tok_networkErrorTwice" and kept.calls >= 2:  # noqa: S105
            paid = kept.model_copy(update={"status": "succeeded", "refundable": kept.amount})
            await self._move(kept, paid)
            return self._answer(await self._kept(reference))
        raise ProviderUnavailable("The payment provider did not answer.")

    async def cancel(self, reference: str) -> Intent | None:
        blocked = SandboxIntent(
            reference=reference,
            intent_id=f"pi_{new_id()}",
            amount=0,
            currency="XXX",
            token="",
            status="canceled",
        )
        try:
            await self._store.write(Put(INTENTS, blocked, (absent(),)))
        except Conflict:
            kept = await self._kept(reference)
            if kept.status in ("requires_action", "unanswered"):
                await self._move(kept, kept.model_copy(update={"status": "canceled"}))
            return self._answer(await self._kept(reference))
        return None

    async def refund(self, intent_id: str, amount: int, key: str) -> None:
        reference = await self._reference(intent_id)
        paid = Put(SANDBOX_REFUNDS, SandboxRefund(key=key, intent_id=intent_id, amount=amount), (absent(),))
        taken = Update(INTENTS, (reference,), add={"refundable": -amount}, when=(ge("refundable", amount),))
        try:
            await self._store.write(paid, taken)
        except Conflict:
            if await self._store.get(SANDBOX_REFUNDS, key) is None:
                raise PaymentDeclined("charge_already_refunded") from None

    async def authenticate(self, intent_id: str, *, confirmed: bool) -> None:
        """The payer's answer to 3-D Secure. A second answer changes nothing. Raises ``NoSuchPayment``."""
        kept = await self._kept(await self._reference(intent_id))
        answer = {"status": "succeeded", "refundable": kept.amount}
        if not confirmed:
            answer = {"status": "failed", "failure": "authentication_failed"}
        await self._move(kept, kept.model_copy(update=answer))

    def parse(self, body: bytes, signature: str) -> ProviderEvent:
        parts = dict(part.partition("=")[::2] for part in signature.split(","))
        stamp, given = parts.get("t", ""), parts.get("v1", "")
        if not hmac.compare_digest(self._mac(stamp, body).encode(), given.encode()):
            raise InvalidSignature("The webhook's signature does not match.")
        if not stamp.isdigit() or abs(self._clock().timestamp() - int(stamp)) > TOLERANCE_SECONDS:
            raise InvalidSignature("The webhook's signature is too old.")
        data = orjson.loads(body)
        kinds: dict[str, Literal["succeeded", "failed"]] = {
            "payment_intent.succeeded": "succeeded",
            "payment_intent.payment_failed": "failed",
        }
        charge = data["data"]["object"]
        return ProviderEvent(
            event_id=data["id"],
            type=kinds.get(data["type"], "other"),
            reference=charge["metadata"]["reference"],
            intent_id=charge["id"],
            data=data,
        )

    def sign(self, body: bytes) -> str:
        """The signature header for a webhook sent now."""
        stamp = str(int(self._clock().timestamp()))
        return f"t={stamp},v1={self._mac(stamp, body)}"

    def _mac(self, stamp: str, body: bytes) -> str:
        return hmac.new(self._secret, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()

    def _webhooks(self, intent: SandboxIntent) -> list[Put[Event]]:
        kinds = {"succeeded": "payment_intent.succeeded", "failed": "payment_intent.payment_failed"}
        if intent.status not in kinds:
            return []
        charge = {
            "id": intent.intent_id,
            "amount": intent.amount,
            "currency": intent.currency.lower(),
            "metadata": {"reference": intent.reference},
        }
        body = {"id": f"evt_{new_id()}", "type": kinds[intent.status], "data": {"object": charge}}
        return [emit(self._clock, "SandboxWebhook", intent.reference, body)]

    async def _move(self, before: SandboxIntent, after: SandboxIntent) -> None:
        values = after.model_dump(include={"status", "failure", "refundable"})
        change = Update(INTENTS, (before.reference,), set=values, when=(eq("status", before.status),))
        if before.status in ("requires_action", "unanswered"):
            with suppress(Conflict):
                await self._store.write(change, *self._webhooks(after))

    def _answer(self, kept: SandboxIntent) -> Intent:
        status = kept.status
        if status == "unanswered":
            raise ProviderUnavailable("The payment provider did not answer.")
        url = (
            f"{self._base_url}/sandbox/authenticate/{kept.intent_id}" if status == "requires_action" else None
        )
        return Intent(kept.intent_id, status, kept.amount, kept.currency, kept.failure, url)

    async def _kept(self, reference: str) -> SandboxIntent:
        kept = await self._store.get(INTENTS, reference)
        if kept is None:
            raise NoSuchPayment("There is no such payment.", reference=reference)
        return kept

    async def _reference(self, intent_id: str) -> str:
        found = await self._store.query(Query(INTENTS, intent_id, "by_intent", limit=1))
        if not found.items:
            raise NoSuchPayment("There is no such payment.", intentId=intent_id)
        return found.items[0].reference


def sandbox_subscription(sandbox: Sandbox, payments: Payments) -> Subscription:
    """Delivers the sandbox's webhooks to the shop."""

    async def deliver(event: Event) -> None:
        body = orjson.dumps(event.payload)
        await payments.receive(body, sandbox.sign(body))

    return Subscription("payments", frozenset({"SandboxWebhook"}), deliver)
