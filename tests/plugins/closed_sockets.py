"""Closes the network to tests: a socket reaches the loopback interface and Unix sockets only.

A test that forgets to replace a remote service fails here at once, instead of passing where there is a
network. Name look-ups are refused as well: they leave the machine before any connection does.
"""

import ipaddress
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

_LOCAL_NAMES = frozenset({"", "localhost", None})


class NetworkIsClosedError(RuntimeError):
    """Not an OSError, which retries and fallbacks would swallow."""

    def __init__(self, address: object) -> None:
        super().__init__(f"A test tried to reach {address!r}; tests reach the loopback interface only.")
        self.address = address


@pytest.fixture(scope="session", autouse=True)
def _closed_sockets() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for method in ("connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, method, _guarded(getattr(socket.socket, method)))
        patch.setattr(socket, "getaddrinfo", _guarded_lookup(socket.getaddrinfo))
        yield


def _guarded(method: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, *args: Any) -> Any:  # noqa: ANN401 - passes on what the socket returns
        address = args[-1]
        if isinstance(address, tuple) and not _is_loopback(address[0]):
            raise NetworkIsClosedError(address)
        return method(self, *args)

    return guarded


def _guarded_lookup(lookup: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(host: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - passes on what the look-up returns
        if not _is_loopback(host):
            raise NetworkIsClosedError(host)
        return lookup(host, *args, **kwargs)

    return guarded


def _is_loopback(host: str | bytes | None) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in _LOCAL_NAMES:
        return True
    try:
        address = ipaddress.ip_address(str(name).partition("%")[0])
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback
