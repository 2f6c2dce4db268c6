"""Events: facts that others must hear of, written in the same atomic write as the change itself."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cartwheel.kernel.clock import Clock
from cartwheel.kernel.ids import sortable_id
from cartwheel.kernel.telemetry import traceparent
from cartwheel.storage import Put, Table

SHARDS = ("0", "1")
"""Parts of the outbox that leave it side by side; the second is for events that come by the thousand."""


class Event(BaseModel):
    """Something that happened. ``payload`` is plain JSON; consumers know an event by ``event_id``."""

    model_config = ConfigDict(frozen=True)

    shard: str = SHARDS[0]
    event_id: str = Field(default_factory=sortable_id)
    type: str
    subject: str
    """The id of what it happened to: an order, a product, a user."""
    payload: dict[str, Any] = {}
    at: datetime
    origin: dict[str, str] = {}
    """What it came from, for logs and traces: ``request_id`` and ``traceparent``, where there are any."""


def read_event(body: str) -> Event | None:
    """The event that a message's body tells in JSON; ``None`` for what is no event of ours."""
    try:
        return Event.model_validate_json(body)
    except ValidationError:
        return None


FOREIGN = "ToldByOthers"
"""The type of what somebody else put into a queue: an event that is made of it has its text as ``body``."""


OUTBOX = Table("outbox", Event, "shard", "event_id")


def emit(
    clock: Clock, type: str, subject: str, payload: Mapping[str, Any] | None = None, *, bulk: bool = False
) -> Put[Event]:
    """The change that announces an event; join it to the write that makes it true.

    What an import makes many of is ``bulk``: the events of orders do not wait behind those.
    """
    told, shard = dict(payload or {}), SHARDS[bulk]
    event = Event(shard=shard, type=type, subject=subject, payload=told, at=clock(), origin=_origin())
    return Put(OUTBOX, event)


def _origin() -> dict[str, str]:
    """The request that the caller works for, and where it is in its trace."""
    request_id = structlog.contextvars.get_contextvars().get("request_id", "")
    told = {"request_id": str(request_id), "traceparent": traceparent()}
    return {name: value for name, value in told.items() if value}


Handle = Callable[[Event], Awaitable[None]]
"""Consumes one event. Called at least once per event, maybe twice at a time: idempotent by ``event_id``."""


HandleAll = Callable[[Sequence[Event]], Awaitable[None]]
"""Consumes a batch in one go; when it fails, ``Handle`` gets them one by one."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A queue's consumer: which events it hears, and what it does with each.

    ``handle_all`` does the same with up to ``batch`` events, where that is cheaper than one by one.
    """

    queue: str
    events: frozenset[str]
    handle: Handle
    handle_all: HandleAll | None = None
    batch: int = 10
