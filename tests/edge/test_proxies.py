"""Who is calling, behind proxies."""

import asyncio

import pytest
from pydantic import ValidationError
from starlette.types import Receive, Scope, Send

from cartwheel.entrypoints import asgi
from cartwheel.settings import Settings
from cartwheel.shop import Shop


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

    async def unused() -> None:
        raise NotImplementedError

    monkeypatch.setattr(asgi, "serve", serve)
    monkeypatch.setattr(asgi, "assemble", lambda _: None)
    scope = {"type": "http", "client": (peer, 1234), "headers": [(b"x-forwarded-for", told.encode())]}
    asyncio.run(asgi.application(Settings(proxies=proxies))(scope, unused, unused))  # type: ignore[arg-type]
    assert seen == [caller]


@pytest.mark.parametrize("proxies", ["10.0.0.1/8", "proxy.example", "*", "10.0.0.0/8;10.1.0.0/16"])
def test_a_network_that_is_none_is_refused(proxies: str) -> None:
    with pytest.raises(ValidationError):
        Settings(proxies=proxies)
