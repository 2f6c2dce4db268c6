"""What checkout keeps beside the order: the workflow's progress, and who may not place it twice."""

import hashlib
from datetime import datetime
from typing import Literal

import orjson
from pydantic import BaseModel, ConfigDict

from cartwheel.kernel.errors import Clash, Invalid, Unprocessable
from cartwheel.shipping import Address


class EmptyCart(Clash):
    """There is nothing to order."""

    code = "cart_empty"


class CartChanged(Clash):
    """The cart is not what the customer has seen: a price, or what can be bought, is different now."""

    code = "cart_changed"


class TotalChanged(Clash):
    """The total is not the one that the customer has agreed to."""

    code = "total_changed"


class EmailRequired(Invalid):
    """A guest has to say where the confirmation goes."""

    code = "email_required"


class KeyReused(Unprocessable):
    """The idempotency key was used for another request before."""

    code = "idempotency_key_reused"


class Placement(BaseModel):
    """What a customer asks for when ordering. ``expected_total`` is the total seen, in minor units."""

    model_config = ConfigDict(frozen=True)

    payment_token: str
    email: str | None = None
    address: Address | None = None
    shipping_method: str | None = None
    expected_total: int | None = None
    locale: str | None = None
    """What the customer reads; mails about the order come in it."""

    def fingerprint(self) -> str:
        """The same for the same request."""
        return hashlib.sha256(
            orjson.dumps(self.model_dump(mode="json", exclude={"locale"}), option=orjson.OPT_SORT_KEYS)
        ).hexdigest()


class Progress(BaseModel):
    """How far an order's workflow has come. ``shard`` is empty once it has ended."""

    model_config = ConfigDict(frozen=True)

    order_id: str
    shard: str | None = "0"
    state: Literal["RUNNING", "WAITING", "COMPENSATING", "DONE"] = "RUNNING"
    step: int = 0
    attempt: int = 0
    failure: str | None = None
    payment_token: str
    task_token: str | None = None
    """What a state machine that waits for the payer goes on with; the embedded driver needs none."""
    version: int = 0
    next_at: datetime
    """When a driver may take it up: in the future while one is at work, or while it waits."""
    deadline: datetime


class Claim(BaseModel):
    """One version of a cart has become one order."""

    model_config = ConfigDict(frozen=True)

    cart_version: str
    order_id: str


class IdempotencyKey(BaseModel):
    """A key, whose it is, and what it was used for."""

    model_config = ConfigDict(frozen=True)

    key: str
    fingerprint: str
    order_id: str
    expires_at: datetime


def claim_key(cart_id: str, version: int) -> str:
    """The key of a claim."""
    return f"{cart_id}:{version}"
