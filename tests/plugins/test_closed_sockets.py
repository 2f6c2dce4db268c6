"""The network is closed to tests, and the loopback interface is open."""

import asyncio
import socket

import pytest

from tests.plugins.closed_sockets import NetworkIsClosedError

# 192.0.2.0/24 and 2001:db8::/32 are reserved for documentation (RFC 5737, RFC 3849).
REMOTE = [
    ("192.0.2.1", socket.AF_INET),
    ("::ffff:192.0.2.1", socket.AF_INET6),
    ("2001:db8::1", socket.AF_INET6),
]


@pytest.mark.parametrize(("host", "family"), REMOTE)
@pytest.mark.parametrize("method", ["connect", "connect_ex"])
def test_a_remote_address_is_refused(host: str, family: int, method: str) -> None:
    with socket.socket(family) as client, pytest.raises(NetworkIsClosedError, match=host):
        getattr(client, method)((host, 80))


def test_a_datagram_is_refused() -> None:
    with (
        socket.socket(type=socket.SOCK_DGRAM) as client,
        pytest.raises(NetworkIsClosedError, match=r"192\.0\.2\.1"),
    ):
        client.sendto(b"", ("192.0.2.1", 53))


def test_a_name_is_not_looked_up() -> None:
    with pytest.raises(NetworkIsClosedError, match=r"shop\.example"):
        socket.getaddrinfo("shop.example", 443)


async def test_the_loopback_interface_is_open() -> None:
    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"hello")
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        assert await reader.read() == b"hello"
        writer.close()
        await writer.wait_closed()
