"""Consumers are idempotent: the mark that an event was handled is written with what handling it changed."""

from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from cartwheel.messaging.events import Event
from cartwheel.storage import Put, Table, absent

KEPT = timedelta(days=14)
"""Longer than any message lives (seed S1 keeps dead letters for 14 days)."""


class Handled(BaseModel):
    """One consumer has handled one event."""

    model_config = ConfigDict(frozen=True)

    consumer: str
    event_id: str
    expires_at: datetime


HANDLED = Table("handled_events", Handled, "consumer", "event_id", ttl="expires_at")


def once(consumer: str, event: Event, now: datetime) -> Put[Handled]:
    """The mark; a write that holds it conflicts when this consumer has handled the event before."""
    mark = Handled(consumer=consumer, event_id=event.event_id, expires_at=now + KEPT)
    return Put(HANDLED, mark, (absent(),))
