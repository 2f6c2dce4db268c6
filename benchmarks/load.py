"""A load generator for HTTP/1.1 on loopback: keep-alive connections on one event loop, no client library.

An HTTP client library would be the bottleneck: this one parses no more than status, length and two headers.
"""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

Make = Callable[[], bytes]


@dataclass
class Result:
    """Seconds of each answered request, and how many answers were not 2xx."""

    seconds: list[float] = field(default_factory=list)
    failed: int = 0
    elapsed: float = 0.0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.seconds) / self.elapsed

    def percentile(self, share: float) -> float:
        """Milliseconds."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


class Connection(asyncio.Protocol):
    """One keep-alive connection; ``exchange`` sends a request and answers status, headers and body."""

    def __init__(self) -> None:
        self._buffer = b""
        self._waiting: asyncio.Future[tuple[int, bytes, bytes]] | None = None
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)  # uvloop does not subclass asyncio

    def connection_lost(self, _: Exception | None) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(ConnectionResetError())

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        lowered = head.lower()
        at = lowered.find(b"content-length:")
        length = (
            int(lowered[at + 15 : (lowered.find(b"\r", at) if lowered.find(b"\r", at) > 0 else None)])
            if at > 0
            else 0
        )
        if len(rest) < length:
            return
        self._buffer = rest[length:]
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result((int(head[9:12]), head, rest[:length]))

    async def exchange(self, request: bytes) -> tuple[int, bytes, bytes]:
        """One request and its answer."""
        assert self._transport is not None
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._waiting

    def close(self) -> None:
        """Ends the connection."""
        if self._transport is not None:
            self._transport.close()


async def connect(port: int) -> Connection:
    """A connection to a server on this machine."""
    _, connection = await asyncio.get_running_loop().create_connection(Connection, "127.0.0.1", port)
    return connection


def get(path: str, headers: str = "") -> bytes:
    """A GET request; ``headers`` are whole lines."""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n".encode()


def post(path: str, body: bytes, headers: str = "") -> bytes:
    """A POST request with a JSON body; ``headers`` are whole lines."""
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    return f"{head}{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body


async def hammer(port: int, make: Make, connections: int, seconds: float) -> Result:
    """Sends requests on so many connections for so long, each connection one after the other."""
    result = Result()
    until = time.perf_counter() + seconds

    async def drive() -> None:
        connection = await connect(port)
        while (began := time.perf_counter()) < until:
            status, _, _ = await connection.exchange(make())
            result.seconds.append(time.perf_counter() - began)
            result.failed += not 200 <= status < 300
        connection.close()

    began = time.perf_counter()
    await asyncio.gather(*(drive() for _ in range(connections)))
    result.elapsed = time.perf_counter() - began
    return result


def random_path(paths: list[str]) -> Make:
    """Requests for random ones of these paths."""
    requests = [get(path) for path in paths]
    return lambda: random.choice(requests)
