"""What was announced and has not been told yet."""

from cartwheel.messaging import OUTBOX, Event
from cartwheel.storage import Store


async def announced(store: Store, type: str = "") -> list[Event]:
    """The events in the outbox, or those of that ``type``, the oldest first."""
    events = [event async for event in store.scan(OUTBOX)]
    return sorted((event for event in events if type in ("", event.type)), key=lambda event: event.event_id)
