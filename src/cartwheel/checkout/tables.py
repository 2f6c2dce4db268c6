"""Where checkout keeps its progress."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from cartwheel.checkout.model import Claim, IdempotencyKey, Progress
from cartwheel.storage import Change, Delete, Index, Put, Query, Table, Update, absent, eq, exists

PROGRESS = Table("checkouts", Progress, "order_id", indexes=(Index("by_due", "shard", "next_at"),))
CLAIMS = Table("cart_claims", Claim, "cart_version")
KEYS = Table("idempotency_keys", IdempotencyKey, "key", ttl="expires_at")

TABLES = (PROGRESS, CLAIMS, KEYS)

KEY_LIFE = timedelta(hours=48)


def begun(progress: Progress, claim: Claim, key: IdempotencyKey | None) -> list[Change]:
    """A workflow's first row; conflicts when the cart's version or the key has made an order already."""
    changes: list[Change] = [Put(PROGRESS, progress, (absent(),)), Put(CLAIMS, claim, (absent(),))]
    return [*changes, Put(KEYS, key, (absent(),))] if key else changes


def went(progress: Progress, values: Mapping[str, Any]) -> Change:
    """Moves the workflow on; conflicts when another driver did meanwhile."""
    return Update(
        PROGRESS,
        (progress.order_id,),
        set=values,
        add={"version": 1},
        when=(eq("version", progress.version),),
    )


def waits(order_id: str, token: str) -> Change:
    """A state machine stands still until somebody sends this token."""
    return Update(PROGRESS, (order_id,), set={"state": "WAITING", "task_token": token}, when=(exists(),))


def ended(order_id: str) -> Change:
    """A state machine has done its last task."""
    return Update(PROGRESS, (order_id,), set={"state": "DONE", "shard": None}, when=(exists(),))


def unclaimed(cart_version: str) -> Change:
    """Lets the cart be ordered again."""
    return Delete(CLAIMS, (cart_version,))


def due(now: datetime, limit: int) -> Query[Progress]:
    """Workflows that a driver may take up."""
    return Query(PROGRESS, "0", "by_due", high=now, limit=limit)
