"""The outermost layer of every request: id, size limit, security headers, one log line."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping

import structlog
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cartwheel.kernel.ids import secret_token
from cartwheel.kernel.telemetry import gauge, timed

log = structlog.get_logger()

MAX_BODY = 1_000_000
"""Bytes of a request body; larger ones are refused with 413. Few routes take more: see ``Guard``."""

BODY_SECONDS = 30.0
"""How long the next piece of a request's body is waited for, before 408."""

_LENGTH_DIGITS = 18
"""Python refuses to read numbers of thousands of digits."""

_HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
_TOO_LARGE = (
    b'{"error":"The request is too large.","code":"too_large","message":"The request is too large.",'
    b'"requestId":"%s"}'
)


UNMATCHED = "unmatched"
"""The route of what none is for: pages, files, and what is not there."""

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Anything may be sent as a method."""

_ID = re.compile("[0-9a-f-]{36}")
"""An id that we made, not something that somebody typed."""


class BodyTooLarge(HTTPException):
    """More came than is taken.

    FastAPI answers 400 for any other error while it reads a body.
    """

    def __init__(self) -> None:
        super().__init__(413, "The request is too large.", {"Connection": "close"})


class BodyTooSlow(HTTPException):
    """Nothing came of a body that was announced: whoever sends it shall not hold a place for ever."""

    def __init__(self) -> None:
        super().__init__(408, "The request did not arrive in time: send it again.", {"Connection": "close"})


class Guard:
    """ASGI middleware around everything else."""

    def __init__(self, app: ASGIApp, larger: Mapping[str, int] | None = None) -> None:
        """``larger``: bytes that may be sent to paths that begin like that."""
        self._app = app
        self._larger = tuple((larger or {}).items())
        self._in_flight = 0
        gauge("http_requests_in_flight", {}, lambda: self._in_flight)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _given_id(scope) or secret_token()[:16]
        scope.setdefault("state", {})["request_id"] = request_id
        exchange = _Exchange(send, request_id)
        limited = _limited(scope, receive, self._limit(scope["path"]))
        self._in_flight += 1
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            told = timed("http", {}, parent=_header(scope, b"traceparent"))
            try:
                with told:
                    try:
                        await self._app(scope, limited, exchange.send)
                    except BodyTooLarge:
                        await exchange.refuse()
                    finally:
                        _describe(told, scope, exchange.status)
            finally:
                self._in_flight -= 1
                more = told.attributes or {}
                log.info("request", **told.labels, **more, ms=round(told.seconds * 1000, 1))

    def _limit(self, path: str) -> int:
        return next((limit for prefix, limit in self._larger if path.startswith(prefix)), MAX_BODY)


class _Exchange:
    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = request_id.encode()
        self.status = 0

    async def send(self, message: Message) -> None:
        """Adds the headers that every answer has."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            extra = [*_HEADERS, (b"x-request-id", self._request_id)]
            message = {**message, "headers": [*message["headers"], *extra]}
        await self._send(message)

    async def refuse(self) -> None:
        """Answers 413, unless an answer has begun."""
        if self.status:
            return
        body = _TOO_LARGE % self._request_id
        headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
        await self.send({"type": "http.response.start", "status": 413, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})


def _limited(scope: Scope, receive: Receive, most: int) -> Callable[[], Awaitable[Message]]:
    declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    too_large = not declared.isdigit() or len(declared) > _LENGTH_DIGITS or int(declared) > most
    seen, is_whole = 0, False

    async def limited() -> Message:
        nonlocal seen, is_whole
        if too_large:
            raise BodyTooLarge
        try:  # after the body it is the end of the connection that is waited for, however long that takes
            async with asyncio.timeout(None if is_whole else BODY_SECONDS):
                message = await receive()
        except TimeoutError:
            raise BodyTooSlow from None
        is_whole = not message.get("more_body", False)
        seen += len(message.get("body", b""))
        if seen > most:
            raise BodyTooLarge
        return message

    return limited


def _describe(told: timed, scope: Scope, status: int) -> None:
    """Tells which route it was, never the path itself: it may hold a token or whatever somebody typed."""
    route = getattr(scope.get("route"), "path_format", UNMATCHED)
    method = scope["method"] if scope["method"] in _METHODS else "OTHER"
    told.labels = {"method": method, "route": route, "status": str(status)}
    told.outcome = "error" if status >= 500 or not status else "ok"
    order_id = str(scope.get("path_params", {}).get("orderId", ""))
    told.attributes = {"order_id": order_id} if _ID.fullmatch(order_id) else None


def _given_id(scope: Scope) -> str | None:
    given = _header(scope, b"x-request-id")
    return given if given and given.isascii() and given.isalnum() and len(given) <= 64 else None


def _header(scope: Scope, wanted: bytes) -> str | None:
    return next((str(value.decode("latin-1")) for name, value in scope["headers"] if name == wanted), None)
