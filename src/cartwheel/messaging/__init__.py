"""Events that leave with the change they tell of, queues that bring them to consumers, live broadcast."""

from cartwheel.messaging.events import FOREIGN, OUTBOX, SHARDS, Event, Handle, Subscription, emit
from cartwheel.messaging.queue import Backlog, DeadLetter, Message, Queue

__all__ = [
    "FOREIGN",
    "OUTBOX",
    "SHARDS",
    "Backlog",
    "DeadLetter",
    "Event",
    "Handle",
    "Message",
    "Queue",
    "Subscription",
    "emit",
]
