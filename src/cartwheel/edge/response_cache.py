"""A cache of public answers in front of the application: a hit costs a dictionary look-up.

Only 200s that say ``Cache-Control: public`` are kept, by path and query. ``Cache-Tags: product:<id>``
keeps an answer until that tag is dropped or ``MAX_AGE`` is over. Other public answers (lists) are kept for
``LIST_AGE`` only, since each sale changes some list; one request renews them while the others get the old
answer, which is never older than ``STALE_AGE``. Processes hear what to drop by broadcast; one that cannot
listen forgets everything again and again.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from hashlib import blake2b

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cartwheel.kernel.telemetry import gauge

MAX_AGE = 60.0
LIST_AGE = 1.0
STALE_AGE = 2.0
_TAGS = b"cache-tags"
_NOT_KEPT = (_TAGS, b"etag", b"x-request-id")
_SHARED = frozenset(
    {
        b"cache-control",
        b"content-type",
        b"cross-origin-opener-policy",
        b"referrer-policy",
        b"x-content-type-options",
        b"x-frame-options",
    }
)
"""Headers with few different values."""


Header = tuple[bytes, bytes]

_OVERHEAD = 1500
"""Bytes that an answer takes besides its body, measured with 10,000 product pages."""

_headers: dict[Header, Header] = {}
"""Most headers are the same in all answers: each is kept once."""


@dataclass(slots=True)
class Answer:
    """A kept answer."""

    etag: bytes
    headers: tuple[Header, ...]
    body: bytes
    tags: tuple[str, ...]
    made: float
    renewing: bool = False

    @property
    def size(self) -> int:
        """Bytes in memory, roughly."""
        return len(self.body) + _OVERHEAD

    async def send(self, scope: Scope, send: Send) -> None:
        """Sends it, or says that the client has it already."""
        if _knows(scope, self.etag):
            kept = [
                header for header in self.headers if header[0] not in (b"content-length", b"content-type")
            ]
            await send({"type": "http.response.start", "status": 304, "headers": kept})
            await send({"type": "http.response.body", "body": b""})
        else:
            await send({"type": "http.response.start", "status": 200, "headers": self.headers})
            await send({"type": "http.response.body", "body": self.body})


@dataclass(slots=True)
class _Making:
    """An answer that is being made; those who ask for the same wait for it."""

    done: asyncio.Event = field(default_factory=asyncio.Event)
    outdated: bool = False


class ResponseCache:
    """ASGI middleware. Holds up to ``capacity`` bytes of bodies, the least recently used go first."""

    def __init__(
        self,
        app: ASGIApp,
        prefixes: tuple[str, ...],
        capacity: int = 32_000_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._prefixes = prefixes
        self._capacity = capacity
        self._clock = clock
        self._answers: OrderedDict[bytes, Answer] = OrderedDict()
        self._by_tag: dict[str, tuple[bytes, ...]] = {}
        self._making: dict[bytes, _Making] = {}
        self._bytes = 0
        self.hits = 0
        self.misses = 0
        gauge("response_cache_hits", {}, lambda: self.hits)
        gauge("response_cache_misses", {}, lambda: self.misses)
        gauge("response_cache_bytes", {}, lambda: self._bytes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (
            scope["type"] != "http"
            or scope["method"] != "GET"
            or not scope["path"].startswith(self._prefixes)
        ):
            await self._app(scope, receive, send)
            return
        key = scope["path"].encode() + b"?" + scope["query_string"]
        answer = self._fresh(key)
        if answer is None and key in self._making:
            await self._making[key].done.wait()
            answer = self._fresh(key)
        if answer is None:
            await self._make(key, scope, receive, send)
            return
        self.hits += 1
        await answer.send(scope, send)

    def drop(self, tags: Iterable[str]) -> None:
        """Forgets all answers with one of the tags, also those that are being made at this moment."""
        for tag in tags:
            for key in self._by_tag.pop(tag, ()):
                self._forget(key)
        for making in self._making.values():
            making.outdated = True

    def clear(self) -> None:
        """Forgets everything."""
        self._answers.clear()
        self._by_tag.clear()
        self._bytes = 0
        for making in self._making.values():
            making.outdated = True

    def _fresh(self, key: bytes) -> Answer | None:
        answer = self._answers.get(key)
        if answer is None:
            return None
        age = self._clock() - answer.made
        if age > (MAX_AGE if answer.tags else STALE_AGE):
            self._forget(key)
            return None
        if not answer.tags and age > LIST_AGE and not answer.renewing:
            answer.renewing = True  # this request renews it, the others go on with the old one meanwhile
            return None
        self._answers.move_to_end(key)
        return answer

    async def _make(self, key: bytes, scope: Scope, receive: Receive, send: Send) -> None:
        self.misses += 1
        making = self._making[key] = _Making()
        recorder = _Recorder(send)
        try:
            await self._app(scope, receive, recorder)
        finally:
            if self._making.get(key) is making:
                del self._making[key]
            making.done.set()
            kept = None if making.outdated else recorder.answer(self._clock())
            if kept is not None:
                self._keep(key, kept)
            elif key in self._answers:
                self._forget(key)
        await recorder.flush(kept, scope)

    def _keep(self, key: bytes, answer: Answer) -> None:
        self._forget(key)
        self._answers[key] = answer
        self._bytes += answer.size
        for tag in answer.tags:
            self._by_tag[tag] = (*self._by_tag.get(tag, ()), key)
        while self._bytes > self._capacity and self._answers:
            self._forget(next(iter(self._answers)))

    def _forget(self, key: bytes) -> None:
        answer = self._answers.pop(key, None)
        if answer is None:
            return
        self._bytes -= answer.size
        for tag in answer.tags:
            others = tuple(other for other in self._by_tag.get(tag, ()) if other != key)
            if others:
                self._by_tag[tag] = others
            else:
                self._by_tag.pop(tag, None)


class _Recorder:
    """Holds a small answer back until it is complete; passes streams on as they come."""

    def __init__(self, send: Callable[[Message], Awaitable[None]]) -> None:
        self._send = send
        self._start: Message | None = None
        self._body = b""
        self._passing = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
        elif message.get("more_body") and not self._passing:
            self._passing = True
            await self._send(self._stripped())
            await self._send(message)
        elif self._passing:
            await self._send(message)
        else:
            self._body = message.get("body", b"")

    def answer(self, now: float) -> Answer | None:
        """What was recorded, if it may be kept."""
        if self._start is None or self._passing or self._start["status"] != 200:
            return None
        headers = [(name.lower(), value) for name, value in self._start["headers"]]
        told = dict(headers)
        if b"public" not in told.get(b"cache-control", b""):
            return None
        etag = b'"' + blake2b(self._body, digest_size=12).hexdigest().encode() + b'"'
        kept = [_headers.setdefault(h, h) if h[0] in _SHARED else h for h in headers if h[0] not in _NOT_KEPT]
        tags = [tag.strip() for tag in told.get(_TAGS, b"").decode().split(",")]
        return Answer(
            etag=etag,
            headers=(*kept, (b"etag", etag)),
            body=bytes(memoryview(self._body)),  # a copy: what orjson makes keeps its buffer of 8 kB
            tags=tuple(tag for tag in tags if ":" in tag),
            made=now,
        )

    async def flush(self, answer: Answer | None, scope: Scope) -> None:
        """Sends what was held back."""
        if self._passing or self._start is None:
            return
        if answer is None:
            await self._send(self._stripped())
            await self._send({"type": "http.response.body", "body": self._body})
            return
        await answer.send(scope, self._send)

    def _stripped(self) -> Message:
        assert self._start is not None  # noqa: S101 - ASGI: the start comes first
        return {**self._start, "headers": [(n, v) for n, v in self._start["headers"] if n.lower() != _TAGS]}


def _knows(scope: Scope, etag: bytes) -> bool:
    """Whether the client has this version already (``If-None-Match``, weak comparison)."""
    for name, value in scope["headers"]:
        if name == b"if-none-match":
            return etag in value or value.strip() == b"*"
    return False
