"""Framing that no HTTP library would send, over a socket to the server process itself."""

import json
import socket
from collections.abc import Iterable, Iterator

import pytest

from tests.support.processes import ShopProcess, free_port, settings_of, wait_until_ready

JSON = b"Host: shop.test\r\nContent-Type: application/json\r\n"
CART = b"POST /api/cart HTTP/1.1\r\n" + JSON
GET = b"GET %s HTTP/1.1\r\nHost: shop.test\r\n%s\r\n"
PART = b"x" * 100_000
TEN_MEGABYTES = [PART] * 100

TOO_LARGE: dict[str, tuple[bytes, list[bytes]]] = {
    "chunked": (b"Transfer-Encoding: chunked\r\n", [b"%x\r\n%s\r\n" % (len(PART), PART)] * 100),
    "with its length": (b"Content-Length: 10000000\r\n", TEN_MEGABYTES),
    "announced only": (b"Content-Length: 10000000\r\n", []),
    "asked for first": (b"Content-Length: 10000000\r\nExpect: 100-continue\r\n", []),
}

ODD: list[tuple[bytes, int]] = [
    (CART + b"\r\n", 422),
    (CART + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 422),
    (CART + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400),
    (CART + b"Content-Length: -2\r\n\r\n{}", 400),
    (CART + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
    (GET % (b"/api/products/%00", b""), 404),
    (GET % (b"/api/products/%ff", b""), 404),
    (GET % (b"/api/products/%ED%A0%80", b""), 404),
    (GET % (b"/api/products/%zz", b""), 404),
    (GET % (b"/api/products/a%2Fb", b""), 404),
    (GET % (b"/api/products/../orders", b""), 404),
    (GET % (b"/api/products/%2e%2e/orders", b""), 404),
    (GET % (b"/api/products/a\0b", b""), 400),
    (GET % (b"/api/products/\xff", b""), 400),
    (GET % (b"/api/products/" + PART, b""), 414),
    (GET % (b"/api/health", b"X-A: a\0b\r\n"), 400),
    (GET % (b"/api/health", b"X-A: " + PART * 10 + b"\r\n"), 431),
    (GET % (b"/api/health", b"X-A: a\r\n" * 2_000), 431),
    (GET % (b"/api/orders", b"Authorization: Bearer \xff\r\n"), 401),
    (b"\0\1\2\r\n\r\n", 400),
    (b"GET /api/health\r\n\r\n", 400),
    (b"TRACE /api/health HTTP/1.1\r\nHost: shop.test\r\n\r\n", 405),
]


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    free = free_port()
    server = ShopProcess(["serve", "--no-demo"], settings_of(tmp_path_factory.mktemp("shop"), free))
    server.start()
    try:
        wait_until_ready(free)
        yield free
    finally:
        server.kill()


def answer(port: int, head: bytes, parts: Iterable[bytes] = ()) -> tuple[int, bytes]:
    """Status and body. Nobody has to take the whole request before answering it."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        try:
            client.sendall(head)
            for part in parts:
                client.sendall(part)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the server has answered and gone
        with client.makefile("rb") as stream:
            status = int(stream.readline().split()[1])
            length = 0
            while line := stream.readline().strip().lower():
                if line.startswith(b"content-length:"):
                    length = int(line.removeprefix(b"content-length:"))
            return status, stream.read(length)


@pytest.mark.parametrize("how", TOO_LARGE)
def test_ten_megabytes(port: int, how: str) -> None:
    headers, parts = TOO_LARGE[how]
    status, body = answer(port, CART + headers + b"\r\n", parts)
    assert (status, json.loads(body)["code"]) == (413, "too_large")
    assert answer(port, GET % (b"/api/health", b""))[0] == 200


@pytest.mark.parametrize(("request_", "status"), ODD, ids=[str(request[:50]) for request, _ in ODD])
def test_odd_requests(port: int, request_: bytes, status: int) -> None:
    answered, body = answer(port, request_)
    assert answered == status, body
    if body:  # what the server refuses by itself has none
        assert {"error", "code", "message", "requestId"} <= set(json.loads(body))


def test_half_a_request_holds_nobody_up(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as half:
        half.sendall(CART + b"Content-Length: 50\r\n\r\n{")
        assert answer(port, GET % (b"/api/health", b""))[0] == 200
