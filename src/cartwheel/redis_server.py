"""A Redis or Valkey server that processes share: quick, and dispensable.

Nothing is kept there that the shop could not do without, so nobody waits long for it: a call that is not
answered within ``TIMEOUT`` raises ``Away``, and so does every other at once until ``PAUSE`` is over; then a
single one tries again. Standalone servers and primaries with replicas; not Redis Cluster.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.maint_notifications import MaintNotificationsConfig

log = structlog.get_logger()

TIMEOUT = 1.0
"""Seconds for a connection, and for an answer."""

PAUSE = 1.0
"""Seconds without another try."""

CALLS = 10
"""Calls of a process at a time; others wait for their turn, which comes within ``TIMEOUT``."""

Command = tuple[str | int | bytes, ...]

_LOST = (RedisError, OSError, TimeoutError)


class Away(Exception):
    """The server does not answer, or refuses to do its work."""


class RedisServer:
    """``redis://[user:password@]host[:port][/db][?prefix=cartwheel]``, or ``rediss://`` for TLS.

    Further options are redis-py's. Shops that share a server need prefixes of their own. Raises
    ``ValueError`` for another address.
    """

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("redis", "rediss") or not parts.hostname:
            raise ValueError("The address of Redis is not of the form redis://host:port/db.")
        options = dict(parse_qsl(parts.query))
        self._prefix = options.pop("prefix", "cartwheel")
        self._client = Redis.from_url(
            urlunsplit(parts._replace(query=urlencode(options))),
            socket_timeout=TIMEOUT,
            socket_connect_timeout=TIMEOUT,
            retry=Retry(NoBackoff(), 0),
            maint_notifications_config=MaintNotificationsConfig(enabled=False),
        )
        self._turns = asyncio.Semaphore(CALLS)
        self._clock = clock
        self._try_again_at: float | None = None
        """When the server may be tried again; ``None`` while it answers."""

    @property
    def is_away(self) -> bool:
        """Whether it did not answer the last time."""
        return self._try_again_at is not None

    def key(self, name: str) -> str:
        """A key or a channel of this shop."""
        return f"{self._prefix}:{name}"

    async def run(self, *commands: Command) -> list[Any]:
        """Runs commands as one, and answers what each of them did. Raises ``Away``."""
        async with self._turns:
            return await self._run(commands)

    async def _run(self, commands: Sequence[Command]) -> list[Any]:
        now = self._clock()
        if self._try_again_at is not None:
            if now < self._try_again_at:
                raise Away
            self._try_again_at = now + PAUSE  # this call tries, and no other waits with it
        try:
            async with self._client.pipeline(transaction=True) as pipeline:
                for command in commands:
                    pipeline.execute_command(*command)
                answers: list[Any] = await pipeline.execute()
        except _LOST as error:
            self._lost(error)
            raise Away from error
        if self._try_again_at is not None:
            self._try_again_at = None
            log.warning("redis_is_back")
        return answers

    @asynccontextmanager
    async def channel(self, name: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """What is published there from now on; the iterator raises ``Away`` when the connection is lost."""
        listening = self._client.pubsub(ignore_subscribe_messages=True)
        try:
            try:
                await listening.subscribe(self.key(name))
                await listening.get_message(timeout=TIMEOUT)  # the server's word that it has begun
            except _LOST as error:
                raise Away from error
            yield _messages(listening)
        finally:
            with suppress(*_LOST):
                await listening.aclose()  # type: ignore[no-untyped-call]

    async def ready(self) -> None:
        """Returns when the server answers; raises ``Away``."""
        await self.run(("PING",))

    async def close(self) -> None:
        """Closes all connections."""
        await self._client.aclose()

    def _lost(self, error: Exception) -> None:
        if self._try_again_at is None:
            log.warning("redis_is_away", error=type(error).__name__)
        self._try_again_at = self._clock() + PAUSE


_SILENCE = 5.0
"""Seconds until a silent server is asked whether it is still there."""


async def _messages(listening: PubSub) -> AsyncIterator[bytes]:
    asked = False
    while True:
        try:
            async with asyncio.timeout(_SILENCE + TIMEOUT):
                message = await listening.get_message(ignore_subscribe_messages=True, timeout=_SILENCE)
                if message is None and asked:
                    raise Away
                if message is None:
                    await listening.ping("")
                asked = message is None
        except _LOST as error:
            raise Away from error
        if message is not None and message["type"] == "message":
            yield message["data"]
