"""The broadcast's express by publish and subscribe of Redis: heard within milliseconds."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress

import structlog

from cartwheel.messaging.broadcast import POLL_SECONDS, Express
from cartwheel.messaging.events import Event, read_event
from cartwheel.redis_server import Away, RedisServer

log = structlog.get_logger()

CHANNEL = "events"


class RedisExpress(Express):
    """One message for each event; those who do not listen at that moment never hear it."""

    def __init__(self, redis: RedisServer) -> None:
        self._redis = redis
        self._connected = False

    @property
    def is_connected(self) -> bool:
        return self._connected

    async def publish(self, events: Sequence[Event]) -> None:
        channel = self._redis.key(CHANNEL)
        with suppress(Away):
            await self._redis.run(*(("PUBLISH", channel, event.model_dump_json()) for event in events))

    async def run(self, hear: Callable[[Event], None]) -> None:
        while True:
            try:
                with suppress(Away):
                    await self._listen(hear)
            except Exception:
                log.exception("express_failed")
            await asyncio.sleep(POLL_SECONDS)

    async def _listen(self, hear: Callable[[Event], None]) -> None:
        try:
            async with self._redis.channel(CHANNEL) as messages:
                self._connected = True
                async for message in messages:
                    event = read_event(message.decode(errors="replace"))
                    if event is not None:  # others may publish there too
                        hear(event)
        finally:
            self._connected = False
