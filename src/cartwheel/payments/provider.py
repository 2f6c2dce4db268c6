"""The port to a payment provider, shaped like Stripe's payment intents."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, Literal

from cartwheel.kernel.errors import Unavailable


class ProviderUnavailable(Unavailable):
    """The provider did not answer, or cannot now. The charge may or may not have been made."""

    code = "payment_unavailable"


@dataclass(frozen=True, slots=True)
class Intent:
    """A charge on the provider's side."""

    intent_id: str
    status: Literal["succeeded", "requires_action", "failed", "canceled"]
    amount: int
    currency: str
    failure: str | None = None
    action_url: str | None = None


@dataclass(frozen=True, slots=True)
class ProviderEvent:
    """A webhook, verified and parsed. ``reference`` is what the charge was made for."""

    event_id: str
    type: Literal["succeeded", "failed", "other"]
    reference: str
    intent_id: str
    data: dict[str, Any]


class PaymentProvider(ABC):
    """Charges and refunds. Every call is repeatable: the same key never moves money twice."""

    name: str

    @abstractmethod
    async def charge(self, reference: str, amount: int, currency: str, token: str) -> Intent:
        """Charges ``amount`` minor units to the means behind ``token``, once per ``reference``.

        A repeated call answers the first one's outcome. Raises ``ProviderUnavailable``; a decline is an
        ``Intent`` of status ``failed``, as every repetition with the same token would be.
        """

    @abstractmethod
    async def cancel(self, reference: str) -> Intent | None:
        """Makes sure that nothing is or will be charged for ``reference``, unless money was taken already.

        Answers the intent as it is then (``succeeded`` when it was too late), ``None`` where there is none
        and, from now on, none can come into being. Raises ``ProviderUnavailable``.
        """

    @abstractmethod
    async def refund(self, intent_id: str, amount: int, key: str) -> None:
        """Pays ``amount`` minor units back, once per ``key``.

        Raises ``ProviderUnavailable``, or ``PaymentDeclined`` when the provider refuses.
        """

    @abstractmethod
    def parse(self, body: bytes, signature: str) -> ProviderEvent:
        """Checks the signature over the raw bytes, then reads them. Raises ``InvalidSignature``."""
