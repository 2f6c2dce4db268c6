"""Who is calling, behind proxies."""

import asyncio

import pytest
from pydantic import ValidationError
from starlette.types import Receive, Scope, Send

from cartwheel.edge.vouched import Vouched
from cartwheel.entrypoints import asgi
from cartwheel.settings import Settings
from cartwheel.shop import Shop


async def unused(*_: object) -> None:
    raise AssertionError("No application here receives or sends anything.")


def passed_on(headers: dict[bytes, bytes], proof: bytes) -> Scope:
    """What the application behind is told of a request from 192.0.2.1."""
    seen: list[Scope] = []

    async def app(scope: Scope, _: Receive, __: Send) -> None:
        seen.append(scope)

    scope = {"type": "http", "client": ("192.0.2.1", 1234), "headers": [*headers.items()]}
    asyncio.run(Vouched(app, proof)(scope, unused, unused))  # type: ignore[arg-type]
    return seen[0]


@pytest.mark.parametrize(
    ("proxies", "peer", "told", "caller"),
    [
        ("", "10.0.0.5", "203.0.113.9", "10.0.0.5"),
        ("10.0.0.0/8", "10.0.0.5", "203.0.113.9", "203.0.113.9"),
        (
            "10.0.0.0/8",
            "10.0.0.5",
            "198.51.100.1, 203.0.113.9",
            "203.0.113.9",
        ),  # the first is the caller's own word
        ("10.0.0.0/8", "10.0.0.5", "198.51.100.1, 203.0.113.9, 10.1.2.3", "203.0.113.9"),
        ("10.0.0.0/8,192.0.2.1", "192.0.2.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.0/8", "203.0.113.1", "198.51.100.1", "203.0.113.1"),  # came past the proxies
    ],
)
def test_proxies_are_believed_and_nobody_else(
    monkeypatch: pytest.MonkeyPatch, proxies: str, peer: str, told: str, caller: str
) -> None:
    seen: list[str] = []

    def serve(_: Shop) -> object:
        async def app(scope: Scope, _: Receive, __: Send) -> None:
            seen.append(scope["client"][0])

        return app

    monkeypatch.setattr(asgi, "serve", serve)
    monkeypatch.setattr(asgi, "assemble", lambda _: None)
    scope = {"type": "http", "client": (peer, 1234), "headers": [(b"x-forwarded-for", told.encode())]}
    asyncio.run(asgi.application(Settings(proxies=proxies))(scope, unused, unused))  # type: ignore[arg-type]
    assert seen == [caller]


@pytest.mark.parametrize(
    ("headers", "caller"),
    [
        ({b"x-cartwheel-proof": b"s" * 64, b"x-cartwheel-viewer": b"2001:db8::7"}, "2001:db8::7"),
        ({b"x-cartwheel-proof": b"x" * 64, b"x-cartwheel-viewer": b"2001:db8::7"}, "192.0.2.1"),
        ({b"x-cartwheel-viewer": b"2001:db8::7"}, "192.0.2.1"),
        ({b"x-cartwheel-proof": b"s" * 64}, "192.0.2.1"),
    ],
)
def test_cloudfront_is_believed_if_it_shows_the_secret(headers: dict[bytes, bytes], caller: str) -> None:
    seen = passed_on(headers, b"s" * 64)
    assert seen["client"][0] == caller
    assert b"x-cartwheel-proof" not in dict(seen["headers"])


def test_without_a_secret_nobody_is_believed() -> None:
    headers = {b"x-cartwheel-proof": b"", b"x-cartwheel-viewer": b"2001:db8::7"}
    assert passed_on(headers, b"")["client"][0] == "192.0.2.1"


@pytest.mark.parametrize("proxies", ["10.0.0.1/8", "proxy.example", "*", "10.0.0.0/8;10.1.0.0/16"])
def test_a_network_that_is_none_is_refused(proxies: str) -> None:
    with pytest.raises(ValidationError):
        Settings(proxies=proxies)
