"""The queue port: at least once, visibility timeout, dead letters after ``max_receives``. SQS in shape."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cartwheel.kernel.pages import Page
from cartwheel.messaging.events import Event
from cartwheel.storage import Change

BATCH = 10
"""The most messages that one ``receive`` answers."""

MAX_RECEIVES = 3
"""A message received so often without being acknowledged becomes a dead letter."""

VISIBILITY = timedelta(seconds=90)
"""How long a received message stays hidden from others, unless set otherwise (seed S1's order queue)."""


@dataclass(frozen=True, slots=True)
class Message:
    """A delivery of an event. ``receipt`` belongs to this delivery; a later one has another."""

    queue: str
    message_id: str
    receipt: str
    receives: int
    event: Event


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits in a queue, taken messages included: how many (counted up to 1000), and since when."""

    depth: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that was given up after so many ``receives``, and the error of its last try."""

    queue: str
    message_id: str
    event: Event
    died_at: datetime
    reason: str
    receives: int = MAX_RECEIVES


class Queue(ABC):
    """All queues of a shop, by name. Order is kept only roughly."""

    @abstractmethod
    async def send(self, queue: str, events: Sequence[Event]) -> None:
        """Puts events into a queue. Sending the same event again adds nothing where the engine can tell."""

    @abstractmethod
    def enqueue(self, queue: str, event: Event) -> Change | None:
        """The change that sends the event with another write; ``None`` where the queue lives elsewhere."""

    @abstractmethod
    async def receive(self, queue: str, limit: int = BATCH) -> list[Message]:
        """Up to ``limit`` (at most ``BATCH``) visible messages, hidden from others for ``VISIBILITY``."""

    @abstractmethod
    async def acknowledge(self, messages: Sequence[Message]) -> None:
        """Removes handled messages. One that was delivered anew in the meantime stays."""

    @abstractmethod
    async def release(self, message: Message, delay: timedelta, reason: str) -> None:
        """Gives a failed message back, visible after ``delay``; the third time it is a dead letter."""

    @abstractmethod
    async def dead_letters(self, queue: str, cursor: str | None = None) -> Page[DeadLetter]:
        """What was given up, the oldest first. One who looks may hide it from others for a moment."""

    @abstractmethod
    async def replay(self, queue: str, message_id: str) -> None:
        """Puts a dead letter back into its queue with a fresh count. Unknown ids are ignored."""

    @abstractmethod
    async def discard(self, queue: str, message_id: str) -> None:
        """Forgets a dead letter for good. Unknown ids are ignored."""

    @abstractmethod
    async def backlog(self, queue: str) -> Backlog:
        """Roughly how many messages wait, and the age of the oldest if the engine tells. One call."""

    async def close(self) -> None:
        """Closes connections, where the engine has any of its own."""
        return
